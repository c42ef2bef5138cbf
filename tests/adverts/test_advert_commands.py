"""The commands about adverts, typed by a person who reads what they say."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from orchestrator.adverts.choosing import Choice
from orchestrator.commands.advert_make import say_skipped
from orchestrator.commands.desk import Desk
from orchestrator.model import Tandem
from orchestrator.networks.facebook import Facebook
from orchestrator.ports import OutcomeUnknown
from orchestrator.sandbox.server import Sandbox
from tests.journeys.conftest import (
    FRIDAY,
    Approved,
    Manager,
    approved,
    manager,
    tandems,
    typed_once,
)

__all__ = ["approved", "manager", "tandems", "typed_once"]
POLICY = """
[[policy.decisions]]
rule = "social_issue_ads"
by = "Heike Vogel"
on = 2026-11-27
reason = "Die Anzeigen sprechen von Beruf und Wunsch."
"""
PAID = {
    "PAID": "true",
    "AD_BUDGET": "20",
    "AD_TOTAL": "50",
    "AD_DAYS": "3",
    "AD_BENEFICIARY": "Verein Offene Tür",
    "AD_PAYOR": "Verein Offene Tür",
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The networks, three days before the campaign."""
    with Sandbox(port=0, start=FRIDAY, speed=0.0) as running:
        yield running


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def live(manager: Manager, approved: Approved) -> Manager:
    """Four tandems, some of whose posts are live; adverts may be paid for."""
    approved(4)
    for _pass in range(6):
        manager.wait(timedelta(hours=24))
        manager.type("run", "--once", "--yes")
    for name, value in PAID.items():
        manager.monkeypatch.setenv(f"TUEROEFFNER_FACEBOOK__{name}", value)
    path = manager.folder / "config.toml"
    path.write_text(path.read_text("utf-8") + POLICY, "utf-8")
    return manager


def adverts(manager: Manager) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = manager.ask("advert", "list")["adverts"]
    return rows


def on(manager: Manager) -> int:
    return sum(row["on"] for row in manager.sandbox.ledger() if row.get("kind") == "advert")


def test_from_a_plan_to_a_stop(live: Manager) -> None:
    """What could be made, what the network says of it, made, shown, approved, read, stopped."""
    told = live.ask("advert", "plan")
    could = [row["tandem"] for row in told["adverts"] if row["why"] is None]
    assert len(could) >= 2
    for row in told["adverts"]:
        if row["why"] is None:
            assert row["estimate"]["upper"] > row["estimate"]["lower"] > 0 < row["people"]
    first, second, *_more = could
    tried = live.ask("advert", "make", "--dry-run")
    assert [row["tandem"] for row in tried["would_make"]] == could
    assert not any(row["refused"] for row in tried["would_make"])
    assert adverts(live) == []
    made = live.ask("advert", "make", first, second)
    assert made["made"] == [first, second]
    assert [each["tandem"] for each in made["audiences"]] == [first, second]
    assert [row["state"] for row in adverts(live)] == ["paused", "paused"]
    assert live.ask("advert", "make", first)["made"] == []
    asked = live.type("advert", "approve", first, "--no-input")
    assert asked.exit == 2
    assert "--yes" in asked.err
    assert "20.00 EUR" in asked.out
    assert "everybody of age within" in asked.out
    [around] = live.ask("advert", "approve", first, "--dry-run")["audiences"]
    span = f"{around['estimate']['lower']:,} to {around['estimate']['upper']:,}"
    assert f"The estimate of Facebook itself: {span} people." in asked.out
    assert "by our own count" in asked.out
    assert "(rule ad_library)" in asked.out
    assert on(live) == 0
    let = live.ask("advert", "approve", first, second, "--yes")
    assert let["running"] == [first, second]
    assert on(live) == 2
    live.wait(timedelta(hours=12))
    live.type("run", "--once", "--yes")
    row = next(each for each in adverts(live) if each["tandem"] == first)
    assert row["spent"] > 0
    assert row["figures"]["reach"] > 0
    shown = live.type("advert", "show", first).out
    assert "women: " in shown
    assert "female" not in shown
    paid = live.ask("report")["totals"]["paid"]
    assert paid["adverts"] == 2
    assert paid["spent"]["EUR"] > 0
    paused = live.ask("pause", "--all")
    assert sorted(paused["adverts"]["switched_off"]) == sorted([first, second])
    assert on(live) == 0
    live.ask("resume", "--all")
    live.type("run", "--once", "--yes")
    assert on(live) == 2
    stopped = live.ask("advert", "stop", "--all")
    assert stopped["stopped"] == 2
    assert on(live) == 0
    assert {row["state"] for row in adverts(live)} == {"stopped"}
    money = live.ask("today")["adverts"]
    assert (money["left"], money["held"]) == (10, 40 - money["spent"])
    for told in (["advert", "list"], ["today"]):
        assert f"{money['held']:.2f} EUR of ad_total are held back until" in live.type(*told).out
    assert "counts with its whole budget until" in live.type("advert", "show", first).out


def test_nothing_made_is_no_success_unless_there_is_nothing_to_make(live: Manager) -> None:
    """A named tandem that can have no advert needs a person; one that has an advert nobody."""
    rows = live.ask("advert", "plan")["adverts"]
    could = [row["tandem"] for row in rows if row["why"] is None]
    impossible = next(row["tandem"] for row in rows if row["why"])
    for options in ([], ["--dry-run"]):
        said = live.type("advert", "make", impossible, *options)
        assert (said.exit, "Next:" in said.out) == (4, False)
        assert f"{impossible}: no post of it is live" in said.err
    live.ask("advert", "make", *could)
    said = live.type("advert", "make", *could)
    assert said.exit == 0
    assert "Each has an advert already" in said.out
    assert live.type("advert", "make").exit == 0
    assert live.type("advert", "make", could[0], impossible).exit == 4


def test_a_pause_without_a_network_says_that_adverts_may_run_on(live: Manager) -> None:
    """In force here at once; the pass that reaches the network stops them."""
    [first, *_more] = [r["tandem"] for r in live.ask("advert", "plan")["adverts"] if not r["why"]]
    live.ask("advert", "make", first)
    live.ask("advert", "approve", first, "--yes")
    live.monkeypatch.setenv("TUEROEFFNER_FACEBOOK__API_BASE", "http://127.0.0.1:9")
    answer = live.type("pause", first)
    assert answer.exit == 3
    assert first in answer.err
    assert "may still cost money" in answer.err
    live.monkeypatch.setenv("TUEROEFFNER_FACEBOOK__API_BASE", live.sandbox.base_url)
    live.type("run", "--once", "--yes")
    assert on(live) == 0


def test_whoever_withdraws_is_advertised_no_longer_at_once(live: Manager) -> None:
    """Before any pass; and what is erased then keeps its money, and no circle."""
    could = [r["tandem"] for r in live.ask("advert", "plan")["adverts"] if not r["why"]]
    first, other, *_more = could
    live.ask("advert", "make", first)
    live.ask("advert", "approve", first, "--yes")
    with live.monkeypatch.context() as patch:
        patch.setenv("TUEROEFFNER_FACEBOOK__AD_BUDGET", "5")
        patch.setenv("TUEROEFFNER_FACEBOOK__AD_TOTAL", "10")
        said = live.type("tandem", "withdraw", other, "--yes")
    assert "switched off at the network" not in said.out  # it was not this tandem's
    assert f"{first}: its advert was switched off, too: what was approved is more" in said.err
    live.type("run", "--once", "--yes")
    told = live.type("tandem", "withdraw", first, "--yes", "--json").document
    assert told["adverts"]["switched_off"] == [first]
    assert on(live) == 0
    live.type("tandem", "erase", first, "--yes")
    [row] = adverts(live)
    assert row["radius_km"] is None
    assert row["budget"] == 20
    assert first not in str(row)


@pytest.mark.parametrize(
    ("options", "words"),
    [(["film", "--all"], "Give only one of both."), ([], "Name tandems, or add --all.")],
)
def test_some_adverts_or_all_are_stopped(manager: Manager, options: list[str], words: str) -> None:
    """What is wrong is said as it is: neither was given, or both were."""
    said = manager.type("advert", "stop", *options)
    assert said.exit == 2
    assert words in said.err


def _line_is_dead(_network: object, _targeting: object) -> None:
    raise OutcomeUnknown("The line is dead.")


def test_what_stands_in_the_way_is_one_sentence(live: Manager) -> None:
    """Switched off; undeclared; over the cap; a token that may only read; no money."""
    [graph] = [each for each in live.sandbox._emulators if each.name == "facebook"]
    with live.monkeypatch.context() as patch:
        patch.setenv("TUEROEFFNER_FACEBOOK__PAID", "false")
        said = live.type("advert", "make")
        assert said.exit == 2
        assert "switched off" in said.err
    config = live.folder / "config.toml"
    declared = config.read_text("utf-8")
    config.write_text(declared.replace(POLICY, ""), "utf-8")
    said = live.type("advert", "make")
    assert said.exit == 4
    assert "Nothing was made." in said.err
    assert "(rule social_issue_ads)" in said.out
    assert "declare it: [[policy.decisions]]" in said.out
    assert "Next:" not in said.out
    assert adverts(live) == []
    config.write_text(declared, "utf-8")
    for knobs, word in (
        ({"ad_account": "disabled"}, "account_status 2"),
        ({"ad_account": "no_money"}, "nothing to pay with"),
        ({"ad_account": "capped"}, "its own spending limit"),
        ({"ad_currency": "JPY"}, "JPY"),
    ):
        graph.configure({"ad_account": "active", "ad_currency": "EUR"} | knobs)
        said = live.type("advert", "make")
        assert said.exit == 4
        assert word in said.err
        assert live.type("advert", "plan").exit == 0
        [check] = [each for each in live.type("doctor", "--json").document["checks"]
                   if each["name"] == "adverts"]  # fmt: skip
        assert (check["level"], word in check["what"]) == ("fail", True)
    graph.configure({"ad_account": "active", "ad_currency": "EUR"})
    with live.monkeypatch.context() as patch:
        patch.setattr(Facebook, "estimate", _line_is_dead)
        said = live.type("advert", "plan")
        assert (said.exit, said.err.count("The line is dead.")) == (0, 1)
    permissions = ["ads_read", "pages_manage_posts", "pages_read_engagement"]
    graph.configure({"permissions": permissions})
    said = live.type("advert", "make", "--json")
    assert said.exit == 4
    assert adverts(live)
    assert "ads_management" in said.err


def test_a_reason_that_many_share_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reason once, with whom it is about; of many only some are named."""
    said: list[str] = []
    desk = Desk(quiet=True)
    monkeypatch.setattr(desk, "note", said.append)
    why = ["no post"] * 7 + ["stopped"] * 2
    choices = [Choice(Tandem(slug=f"t-{place}"), why=each) for place, each in enumerate(why)]
    say_skipped(desk, choices)
    assert said == ["t-0, t-1, t-2, t-3, t-4 and 2 more: no post", "t-7, t-8: stopped"]
