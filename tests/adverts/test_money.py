"""Money in whole hundredths: caps that hold for every sum, and amounts that are never rounded."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from orchestrator.adverts.money import fits, left, units, used_up
from orchestrator.errors import UsageProblem
from orchestrator.networks.wire.graph_adverts_answers import cents
from orchestrator.networks.wire.graph_options import Options
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
    assert used_up(total, approved) == (left(total, approved) == 0)


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
