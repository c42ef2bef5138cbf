"""Money in whole hundredths: caps that hold for every sum, and amounts that are never rounded."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlmodel import update

from orchestrator.adverts.approving import stop
from orchestrator.adverts.money import fits, left, units
from orchestrator.adverts.telling import held_words, totals
from orchestrator.errors import UsageProblem
from orchestrator.model import Advert, Post
from orchestrator.networks.wire.graph_adverts_answers import cents
from orchestrator.networks.wire.graph_options import Options
from orchestrator.today.adverts import adverts as to_see
from orchestrator.vocabulary import AdvertState, PostState
from tests.adverts.conftest import PAID, Advertised
from tests.conftest import on_both

CENTS = st.integers(min_value=1, max_value=100_000_000)
FULL = {**PAID, "ad_account_id": "1234567", "ads_token": "EAAsecretadstoken0001"}


@given(total=CENTS, budgets=st.lists(CENTS, max_size=40))
def test_whatever_is_approved_one_by_one_stays_under_the_cap(
    total: int, budgets: list[int]
) -> None:
    """And what is left is never negative, and exactly the rest."""
    approved: list[int] = []
    for budget in budgets:
        if fits(total, approved, [budget]):
            approved.append(budget)
        else:
            assert budget > left(total, approved)
    assert sum(approved) + left(total, approved) == total


@given(amount=st.integers(min_value=0, max_value=10**11))
def test_money_is_read_as_it_was_written(amount: int) -> None:
    assert cents(f"{units(amount):.2f}") == amount


@pytest.mark.parametrize("told", ["", None, "NaN", "-1", "1e99", "Infinity", {}, [], "12,5"])
def test_what_is_no_money_is_not_taken_for_nothing(told: object) -> None:
    """Not told is not 0."""
    assert cents(told) is None


@given(budget=st.decimals(min_value="0.01", max_value=9999, places=2))
def test_the_configuration_keeps_every_hundredth(budget: Decimal) -> None:
    """As a decimal number of the file, also one that no binary number is equal to."""
    terms = Options(**FULL | {"ad_budget": float(budget), "ad_total": 10_000}).pays
    assert terms is not None
    assert terms.budget == int(budget * 100)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ad_total": None}, "paid adverts also need: ad_total"),
        ({"ad_payor": ""}, "paid adverts also need: ad_payor"),
        ({"ads_token": None, "ad_beneficiary": " "}, "need: ads_token, ad_beneficiary"),
        ({"ad_budget": 60}, "ad_budget is more than ad_total"),
        ({"ad_budget": 0}, "greater than 0"),
        ({"ad_budget": 1.005}, "2 decimal places"),
        ({"ad_days": 1}, "greater than or equal to 2"),
    ],
)
def test_money_that_makes_no_sense_is_refused(changed: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Options(**FULL | changed)


def test_nothing_is_paid_unless_somebody_says_so() -> None:
    assert Options().pays is None
    assert Options(**FULL | {"paid": False}).pays is None


@on_both
def test_two_people_at_once_do_not_go_over_the_cap(adverts: Advertised) -> None:
    """Three of 20 under a cap of 50: whoever comes third is refused, and changes nothing."""
    for number in range(3):
        adverts.live(f"tandem-{number}")
    numbers = adverts.enrol()
    assert len(adverts.make().ready) == 3

    def approve(number: int) -> str:
        try:
            adverts.approve(number)
        except UsageProblem as problem:
            return problem.what
        return ""

    with ThreadPoolExecutor(3) as people:
        said = list(people.map(approve, numbers))
    [refusal] = filter(None, said)
    assert "20.00 EUR are wanted, 10.00 EUR of 50.00 EUR are left" in refusal
    assert sum(row.approved_at is not None for row in adverts.rows()) == 2
    refused = adverts.advert(numbers[said.index(refusal)])
    assert refused.approved_digest is None
    adverts.look_after()
    assert sum(each["on"] for each in adverts.there()) == 2


def _disapprove(adverts: Advertised) -> None:
    adverts.turn(ad_review="disapproved")


def _stop(adverts: Advertised) -> None:
    with adverts.store.session() as session:
        stop(session, adverts.id, None, adverts.clock.at, "heike")


def _take_down(adverts: Advertised) -> None:
    with adverts.store.session() as session:
        session.exec(update(Post).values(state=PostState.WITHDRAWN))


def _told(adverts: Advertised) -> dict[str, Any]:
    with adverts.store.reading() as session:
        return totals(session, adverts.id, adverts.settings)


@on_both
@pytest.mark.parametrize(
    ("runs", "ends", "state"),
    [
        (0, _disapprove, AdvertState.DISAPPROVED),
        (12, _stop, AdvertState.STOPPED),
        (12, _take_down, AdvertState.STOPPED),
    ],
)
def test_an_advert_that_is_over_keeps_its_budget_until_no_figure_can_be_late(
    adverts: Advertised, runs: int, ends: Callable[[Advertised], None], state: AdvertState
) -> None:
    """20 of 50 are taken for 48 hours after it was read back as off, then what it spent."""
    row = adverts.running()
    adverts.wait(timedelta(hours=runs))
    adverts.look_after()
    assert (_told(adverts)["left"], _told(adverts)["held"]) == (30, 0)
    ends(adverts)
    adverts.wait(timedelta(hours=1))
    adverts.look_after()
    until = adverts.clock.at + timedelta(hours=48)
    for hours in (0, 47):
        adverts.wait(timedelta(hours=hours))
        adverts.look_after()
        told, spent = _told(adverts), adverts.advert(row.id).spend_cents
        assert adverts.advert(row.id).state is state
        assert (told["left"], told["held"], told["held_until"]) == (30, 20 - spent / 100, until)
        assert "of ad_total are held back until" in held_words(told)
    adverts.wait(timedelta(hours=1))
    assert _told(adverts)["held"] > 0
    adverts.look_after()
    told = _told(adverts)
    assert (told["left"], told["held"], told["held_until"]) == ((5000 - spent) / 100, 0, None)
    assert (spent > 0) is (runs > 0)


def test_what_is_told_late_cannot_break_the_cap(adverts: Advertised) -> None:
    """The network told 0 of what was spent: nothing of it is given to another yet."""
    adverts.configure(ad_total=30)
    for slug in ("amira-und-jonas", "samira-und-tom"):
        adverts.live(slug)
    first, second = adverts.enrol()
    adverts.make()
    adverts.approve(first)
    adverts.attend()
    _stop(adverts)
    adverts.look_after()
    assert adverts.advert(first).spend_cents == 0
    with pytest.raises(UsageProblem, match=r"10\.00 EUR of 30\.00 EUR are left"):
        adverts.approve(second)
    adverts.wait(timedelta(hours=48))
    adverts.look_after()
    adverts.approve(second)


def test_a_budget_is_held_until_its_figures_were_really_read(
    adverts: Advertised, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long that takes, also long after its end; its state alone is no figure."""
    adverts.running()
    _stop(adverts)
    adverts.look_after()
    adverts.wait(timedelta(days=14))
    account = type(adverts.account)
    with monkeypatch.context() as patch:
        read = account.seen
        patch.setattr(
            account, "seen", lambda *asked: [replace(each, spent=None) for each in read(*asked)]
        )
        adverts.look_after()
    assert _told(adverts)["held"] > 0
    adverts.look_after()
    assert _told(adverts)["held"] == 0


@on_both
def test_an_advert_that_never_was_on_takes_nothing_once_it_is_over(adverts: Advertised) -> None:
    """Neither days nor figures are waited for: it cannot have spent anything."""
    adverts.live()
    [number] = adverts.enrol()
    adverts.make()
    adverts.approve(number)
    assert _told(adverts)["left"] == 30
    _stop(adverts)
    adverts.look_after()
    assert (_told(adverts)["left"], _told(adverts)["held"]) == (50, 0)


@on_both
def test_what_a_disapproved_advert_left_can_be_approved_for_another(adverts: Advertised) -> None:
    """Two of 20 take 40 of 50, so a third is refused, until one of them is over unspent."""
    for number in range(3):
        adverts.live(f"tandem-{number}")
    first, second, third = adverts.enrol()
    adverts.make()
    adverts.approve(first, second)
    with pytest.raises(UsageProblem, match=r"10\.00 EUR of 50\.00 EUR are left"):
        adverts.approve(third)
    with adverts.store.session() as session:
        over = session.get_one(Advert, first)
        over.state, over.approved_digest = AdvertState.DISAPPROVED, None
    adverts.approve(third)


def _lower(adverts: Advertised) -> None:
    adverts.configure(ad_total=25)


def _tell_late(adverts: Advertised) -> None:
    with adverts.store.session() as session:
        session.exec(update(Advert).where(Advert.id == 1).values(spend_cents=1500))


@pytest.mark.parametrize("happens", [_lower, _tell_late])
def test_adverts_that_the_cap_switches_off_need_a_person(
    adverts: Advertised, happens: Callable[[Advertised], None]
) -> None:
    """An alarm when it happens, and a line in the morning until somebody has chosen."""
    adverts.configure(ad_total=30)
    over = adverts.running()
    adverts.wait(timedelta(hours=12))
    _stop(adverts)
    adverts.look_after()
    adverts.wait(timedelta(hours=48))
    adverts.look_after()
    second = adverts.running("samira-und-tom")
    assert adverts.look_after().findings == []
    assert over.id == 1
    happens(adverts)
    if happens is _lower:
        _tell_late(adverts)
    tally = adverts.look_after()
    assert "more than ad_total by now" in (adverts.advert(second.id).error or "")
    assert not any(each["on"] for each in adverts.there())
    assert tally.needs_person
    assert ["raise ad_total" in each for each in tally.findings] == [True]
    assert adverts.look_after().findings == []
    assert _in_the_morning(adverts) == ["samira-und-tom"]
    adverts.configure(ad_total=50)
    adverts.look_after()
    assert adverts.advert(second.id).state is AdvertState.RUNNING
    assert _in_the_morning(adverts) == []


def _in_the_morning(adverts: Advertised) -> list[str]:
    with adverts.store.reading() as session:
        return to_see(session, adverts.id, adverts.settings, adverts.clock.at).capped
