"""Whom the circles share: what the manager sees of it, and what planning makes of it."""

import base64
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from sqlmodel import select

import cli
from audiences.circle import people_within
from audiences.distance import Spot
from audiences.gazetteer import Gazetteer
from audiences.meetings import Meetings
from orchestrator.circle import circle_of
from orchestrator.commands.plan import beyond, say_frequency
from orchestrator.keys import CampaignKey
from orchestrator.model import Tandem
from orchestrator.planned import PlanReport
from orchestrator.vocabulary import TandemState
from tests.conftest import CAMPAIGN, on_both, toml
from tests.planning.test_plan import TOWNS, Desk, desk

if TYPE_CHECKING:
    from orchestrator.commands.desk import Desk as Spoken
    from tests.conftest import SettingsFactory

__all__ = ["desk"]

Typed = Callable[..., str]


@pytest.fixture
def typed(
    tmp_path: Path,
    key: CampaignKey,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Typed:
    """Somebody who types ``audience overlap`` in the campaign's folder; what was answered."""
    (tmp_path / "keys").mkdir(mode=0o700)
    key_file = tmp_path / "keys" / "campaign.key"
    key_file.touch(mode=0o600)
    key_file.write_bytes(base64.b64encode(key.secret))

    def answer(*options: str) -> str:
        config = toml({"campaign": CAMPAIGN, "database": {"url": database_url}})
        (tmp_path / "config.toml").write_text(config, "utf-8")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["tueroeffner", "audience", "overlap", *options])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code
        return capsys.readouterr().out

    return answer


def document(typed: Typed) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(typed("--json"))
    return found


def people_around(town: str, radius_km: float) -> int:
    _, _, lat, lon, _ = TOWNS[town]
    return people_within(Spot(lat, lon), radius_km, ("DE", "AT", "CH"))


@on_both
def test_the_overlap_of_active_tandems_is_told_to_scripts(desk: Desk, typed: Typed) -> None:
    """A circle in another shares all its people; who is closed has no circle any more."""
    desk.tandem("wide", radius_km=20)
    desk.tandem("narrow", radius_km=10)
    desk.tandem("far", "Passau", radius_km=15)
    desk.tandem("closed", radius_km=20, state=TandemState.CLOSED)
    narrow, wide, far = (
        people_around("Freiburg", 10),
        people_around("Freiburg", 20),
        people_around("Passau", 15),
    )
    assert document(typed) == {
        "pairs": [{"a": "narrow", "b": "wide", "people": narrow, "share": 1.0}],
        "gross_people": narrow + wide + far,
        "net_people": wide + far,
    }


def test_the_table_shows_the_largest_pairs_and_all_when_asked(desk: Desk, typed: Typed) -> None:
    """Rounded, since nobody has counted these people; both sums in one sentence."""
    for number in range(8):  # 28 pairs
        desk.tandem(f"tandem-{number}", radius_km=10 + number)
    shown, everything = typed(), typed("--all")
    assert shown.count("100%") == 20
    assert "8 more pairs overlap" in shown
    assert everything.count("100%") == 28
    assert "more pairs" not in everything
    assert "Where most circles meet, 8 of them do." in shown
    gross, net = (shown.split("About ")[1].split(" people")[0], shown.split("about ")[-1])
    assert gross.rstrip("0,").replace(",", "").isdigit()
    assert len(gross.replace(",", "").rstrip("0")) <= 2
    assert net.startswith(f"{round(people_around('Freiburg', 17), -4):,} different people")


def test_no_tandem_and_no_overlap_are_a_sentence(desk: Desk, typed: Typed) -> None:
    assert "No tandem is active" in typed()
    assert document(typed) == {"pairs": [], "gross_people": 0, "net_people": 0}
    desk.tandem("amira")
    desk.tandem("dawit", "Passau")
    assert "No two circles overlap." in typed()


def test_planning_counts_who_meets_how_many_appeals(desk: Desk) -> None:
    """Two in one town, one far away: everybody stands once in each list.

    A tandem counts once a day, though both networks carry it.
    """
    for slug, town in (("amira", "Freiburg"), ("dawit", "Freiburg"), ("olena", "Passau")):
        desk.tandem(slug, town)
    with desk.store.reading() as session:
        tandems = session.exec(select(Tandem)).all()
        slugs = {each.id: each.slug for each in tandems}
        circles = {
            each.slug: circle_of(each, desk.settings.audience, Gazetteer.open()) for each in tandems
        }
    days: dict[str, set[str]] = {slug: set() for slug in circles}
    frequency: Any = desk.plan().document()["frequency"]
    for post in desk.posts():
        days[slugs[post.tandem_id]].add(post.due_wall[:10])
    shared = days["amira"] | days["dawit"]
    assert len(shared) == len(days["amira"]) + len(days["dawit"]) == 4
    expected = Counter({len(shared): circles["amira"].people})
    expected[len(days["olena"])] += circles["olena"].people
    assert [each["appeals"] for each in frequency["per_week"]] == sorted(expected)
    for each in frequency["per_week"]:  # crowds are fractions of people
        assert each["people"] == pytest.approx(expected[each["appeals"]], abs=2)
    [once] = frequency["per_day"]
    assert once == {"appeals": 1, "people": pytest.approx(expected.total(), abs=2)}
    assert frequency["over_limit_people"] == 0


def test_no_post_is_left_out_because_people_meet_too_many(desk: Desk) -> None:
    """Nine in one town: two posts each on both networks, and all are told of as too many."""
    for number in range(9):
        desk.tandem(f"tandem-{number}")
    report = desk.plan()
    frequency: Any = report.document()["frequency"]
    assert report.created == 36
    assert report.skipped == []
    [most] = frequency["per_week"]
    assert most["appeals"] == 18
    assert frequency["over_limit_people"] == most["people"]
    # Eighteen on seven days: none has more than three.
    assert max(each["appeals"] for each in frequency["per_day"]) == 3


def test_only_those_beyond_the_limit_are_told_of() -> None:
    assert beyond({1: 500, 2: 40}, 2) is None
    assert beyond({1: 500, 3: 40}, 2) == (40, "3")
    assert beyond({3: 40, 4: 2, 7: 1}, 2) == (43, "3 to 7")


@pytest.mark.parametrize(
    ("met", "said"),
    [
        (Meetings({1: 90_000, 2: 300}, {2: 90_300}, 0), []),
        (
            Meetings({2: 90_000, 3: 12_345}, {4: 90_000, 5: 12_000, 8: 345}, 12_345),
            [
                "About 12,000 people will meet 3 appeals on one day (wished: 2 at most).",
                "About 12,000 people will meet 5 to 8 appeals in one week (wished: 4 at most).",
                "No post was left out for it;"
                " more days or fewer posts_per_tandem would spare them.",
            ],
        ),
    ],
)
def test_planning_says_how_many_people_will_meet_too_many(
    settings: "SettingsFactory", met: Meetings, said: list[str]
) -> None:
    lines: list[str] = []
    desk = SimpleNamespace(settings=settings(), say=lines.append)
    say_frequency(cast("Spoken", desk), PlanReport(frequency=met))
    assert lines == said
