"""What a campaign costs on X: our ledger beside what the sandbox itself charged."""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import select

from orchestrator.bill import book
from orchestrator.costs import costs
from orchestrator.model import Account, Attempt
from orchestrator.money import spent_at
from orchestrator.ports import Charged, Charges
from orchestrator.sandbox.faults import Fault
from orchestrator.vocabulary import Outcome
from tests.conftest import on_both
from tests.fakes import FakeNetwork
from tests.journeys.conftest import (
    Approved,
    Manager,
    approved,
    manager,
    sandbox,
    tandems,
    typed_once,
)
from tests.publishing.conftest import NOON, Campaign, campaign

__all__ = ["approved", "campaign", "manager", "sandbox", "tandems", "typed_once"]
DAY = timedelta(days=1)
# Our kinds of charges, by the sandbox's own.
THEIRS = {
    "post": "post",
    "post with url": "post_with_url",
    "delete": "delete",
    "read": "read",
    "owned read": "owned_read",
    "user read": "user_read",
    "media metadata": "alt_text",
}


def purse(manager: Manager) -> Any:
    """X's own account of it, which knows nothing of ours."""
    return manager.sandbox._emulators[-1].purse  # type: ignore[attr-defined]


def at_x(manager: Manager) -> dict[str, Any]:
    document: dict[str, Any] = manager.ask("costs")["networks"]["x"]
    return document


def test_a_played_campaign_costs_what_x_charged_to_the_cent(
    manager: Manager, approved: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A week with links in some posts, answers that are read, and a post that is taken down."""
    monkeypatch.setenv("TUEROEFFNER_X__LINKS", "first")
    monkeypatch.setenv("TUEROEFFNER_CAMPAIGN__LINK", "https://tueren.example.org")
    approved(4)
    before = at_x(manager)
    estimate = {each["what"]: each for each in before["planned"]}
    assert estimate["post_with_url"]["count"] == 4
    assert (before["charged"], before["charged_usd"]) == ([], 0)
    days = 0
    while any(each["state"] == "planned" for each in manager.posts()):
        first = min(each["due_at"] for each in manager.posts() if each["state"] == "planned")
        passed = datetime.fromisoformat(first) - manager.sandbox.clock.now()
        manager.wait(max(passed + timedelta(hours=1), DAY))
        assert manager.type("run", "--once", "--yes").exit in (0, 4)
        ours = [row for row in manager.live() if row["network"] == "x"]
        wish = {"post": ours[0]["id"], "text": f"Tipp vom Tag {days}"}
        manager.sandbox.configure({"x": {"replies": [wish]}})
        days += 1
    manager.wait(DAY)
    [post, *_others] = [each for each in manager.posts() if each["network"] == "x"]
    manager.ask("post", "takedown", str(post["id"]), "--yes")

    told, theirs = at_x(manager), purse(manager)
    assert told["charged_usd"] == pytest.approx(float(theirs.spent), abs=1e-9)
    ours_by_day = Counter[tuple[str, str]]()
    for each in told["charged"]:
        ours_by_day[each["first"], each["what"]] += each["count"]
    assert ours_by_day == Counter((str(c.day), THEIRS[c.kind]) for c in theirs.charges)
    assert {"post", "post_with_url", "delete"} <= {each["what"] for each in told["charged"]}
    posting = sum(each["usd"] for each in told["charged"] if each["what"].startswith("post"))
    assert posting == pytest.approx(before["planned_usd"])
    assert told["planned"] == []
    assert told["left"] == pytest.approx(10.0 - float(theirs.spent))


@pytest.mark.parametrize(("fault", "happened"), [("drop_after", 1), ("drop_before", 0)])
def test_an_unclear_send_costs_at_most_that(
    manager: Manager, approved: Approved, fault: Any, happened: int
) -> None:
    """Until it is settled it counts; what was never there is let go of."""
    approved(1)
    first = min(each["due_at"] for each in manager.posts() if each["network"] == "x")
    manager.wait(datetime.fromisoformat(first) - manager.sandbox.clock.now() + timedelta(minutes=5))
    manager.sandbox.faults.add(Fault(fault, "x", "POST", "/2/tweets$"))
    manager.type("run", "--once", "--yes")
    assert purse(manager).spent == Decimal("0.015") * happened
    [line] = at_x(manager)["charged"]
    assert (line["what"], line["usd"]) == ("post_unclear", 0.015)


def test_the_doctor_is_not_free(manager: Manager, approved: Approved) -> None:
    """Asking X who we are is charged, by X and by us."""
    approved(1)
    assert manager.type("doctor").exit in (0, 4)
    [line] = at_x(manager)["charged"]
    assert (line["what"], line["usd"]) == ("user_read", 0.01)
    assert purse(manager).spent == Decimal("0.010")
    said = manager.type("costs", "--lang", "en").out
    assert "accounts read" in said
    assert "more if the network charges for the accounts behind answers" in " ".join(said.split())
    assert "X: charged 0.01 USD, planned 0.03 USD." in said
    assert "Of the cap of 10.00 USD 9.96 USD are left after that." in said


def test_what_a_network_charged_is_told_when_it_is_off(
    manager: Manager, approved: Approved
) -> None:
    """Nothing of it is lost with the credentials; where nothing was charged, nothing is told."""
    approved(1)
    assert manager.ask("costs")["networks"]["x"]["on"] is True
    with manager.monkeypatch.context() as patch:
        patch.delenv("TUEROEFFNER_X__ACCESS_TOKEN")
        assert manager.ask("costs")["networks"] == {}
    manager.type("doctor")
    charged = manager.ask("costs")["charged_usd"]
    manager.monkeypatch.delenv("TUEROEFFNER_X__ACCESS_TOKEN")
    told = manager.ask("costs")
    assert charged > 0
    assert (told["networks"]["x"]["on"], told["charged_usd"]) == (False, charged)
    assert "X is off now." in manager.type("costs", "--lang", "en").out


def test_the_plan_tells_what_links_cost(
    manager: Manager, approved: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By kind and days; and what it would cost without them."""
    monkeypatch.setenv("TUEROEFFNER_X__LINKS", "always")
    monkeypatch.setenv("TUEROEFFNER_CAMPAIGN__LINK", "https://tueren.example.org")
    approved(2)
    cost = manager.ask("plan")["cost"]
    [line] = cost["by_kind"]["x"]
    assert (line["what"], line["count"], line["price"]) == ("post_with_url", 4, 0.2)
    assert "2026-11-30" <= line["first"] < line["last"] <= "2026-12-06"
    assert cost["for_links"] == pytest.approx(4 * (0.2 - 0.015))
    said = manager.type("plan", "--lang", "en").out
    assert "0.74 USD of that is for links" in said
    assert "a post with a link costs 0.20 USD there, without one 0.015 USD" in said
    assert "without links it would all cost about 0.06 USD" in said


def test_prices_change_on_their_day(
    manager: Manager, approved: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Posts from the third day on cost what X announced for then."""
    monkeypatch.setenv("TUEROEFFNER_X__PRICES", '[{"valid_from": "2026-12-02", "post": 0.03}]')
    monkeypatch.setenv("TUEROEFFNER_CAMPAIGN__HASHTAG", "#neuePreise")
    approved(3)
    lines = at_x(manager)["planned"]
    assert {each["price"] for each in lines} == {0.015, 0.03}
    for each in lines:
        assert (
            each["first"] >= "2026-12-02" if each["price"] == 0.03 else each["last"] < "2026-12-02"
        )
    assert sum(each["count"] for each in lines) == 6


class Charging(FakeNetwork):
    """Has charged for reading on two days, and for a deletion."""

    @property
    def charges(self) -> Charges:
        return {
            (NOON.date(), "read"): Charged(12, 0.06),
            ((NOON + DAY).date(), "read"): Charged(3, 0.015),
            (NOON.date(), "delete"): Charged(1, 0.01),
        }


@on_both
def test_all_lines_together_are_what_the_cap_counts(campaign: Campaign) -> None:
    """Tries of all outcomes, charges of several days and kinds, and those of an older program."""
    campaign.x = Charging("x", targets=False)
    for number, outcome in enumerate((None, *Outcome)):
        post_id = campaign.post(campaign.tandem(f"tandem-{number}"), "x", price_usd=0.015)
        sent_at, price = NOON + number * DAY, 0.015 + number / 1000
        with campaign.session() as session:
            each = {"post_id": post_id, "number": 1, "digest": "d", "sent_at": sent_at}
            session.add(Attempt(**each, outcome=outcome, price_usd=price))
    shift = campaign.shift()
    for _twice in range(2):
        book(shift)
    with campaign.session() as session:
        account = session.exec(select(Account).where(Account.network == "x")).one()
        account.read_usd += 0.25
    with campaign.store.reading() as session:
        found = costs(session, campaign.id, {"x": campaign.x}, {"x": 10.0})["x"]
        spent = spent_at(session, campaign.id, "x")
    assert sum(each.usd for each in found.charged) == pytest.approx(spent)
    lines = {(each.what, each.first): each.count for each in found.charged}
    assert lines["read", NOON.date()] == 12
    assert lines["read", (NOON + DAY).date()] == 3
    assert lines["delete", NOON.date()] == lines["earlier", NOON.date()] == 1
