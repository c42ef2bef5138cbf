"""What the rules stop is not planned, whoever says yes; what was decided is, and is on record."""

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from orchestrator import capabilities, compose
from orchestrator.approve import cancel
from orchestrator.keys import CampaignKey
from orchestrator.model import Account, Event, Post
from orchestrator.planned import PlanReport
from orchestrator.store import Store
from orchestrator.unkept import is_doubtful
from orchestrator.vocabulary import PostState, Show
from tests.conftest import on_both
from tests.planning.test_plan import FRIDAY, PLAIN, Desk

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

HARD = {"page_id": "10", "page_token": "EAAsecretpagetoken0001", "targeting": "hard"}
DECIDED = {
    "decisions": [
        {
            "rule": "few_people",
            "reason": "Everybody on the island knows of it anyway.",
            "by": "Heike Muster",
            "on": date(2026, 11, 19),
        }
    ]
}


class Strict(Desk):
    """The same campaign, where nobody else sees a post, and perhaps with decisions."""

    def configure(self, make: "SettingsFactory", **sections: Any) -> None:
        self.settings = make(facebook=dict(HARD), **sections)
        self.networks = {"facebook": self.networks["facebook"]}


@pytest.fixture
def desk(store: Store, key: CampaignKey, settings: "SettingsFactory") -> Strict:
    made = Strict(store, key, settings)
    made.configure(settings)
    return made


def found(report: PlanReport) -> list[tuple[str, str, str]]:
    return [(each.tandem, each.finding.rule, each.finding.level) for each in report.policy]


def test_too_few_people_behind_a_gate_stop_it(desk: Strict) -> None:
    """Nothing is planned, and a person is needed."""
    desk.tandem("amira", "Helgoland", radius_km=20)
    report = desk.plan()
    assert desk.posts() == []
    assert (found(report), report.blocked) == ([("amira", "few_people", "block")], True)
    row = report.policy[0].document()
    assert row["remedy"]
    assert row["decided"] is None


@on_both
def test_a_decision_lets_it_pass_and_is_logged(desk: Strict, settings: "SettingsFactory") -> None:
    """Once a run, with its name; a person of the region only stays out all the same."""
    desk.configure(settings, policy=DECIDED)
    desk.tandem("amira", "Helgoland", radius_km=20)
    hidden = {"show": Show.REGION, "public_name": "Sam", "appeals": PLAIN}
    desk.tandem("alias", "Helgoland", radius_km=20, **hidden)
    report = desk.plan()
    with desk.store.reading() as session:
        assert len(session.exec(select(Post)).all()) == 2
        events = session.exec(select(Event).where(Event.what == "policy decision")).all()
    assert [(each.subject, each.detail["by"]) for each in events] == [
        ("few_people", "Heike Muster")
    ]
    assert found(report) == [("alias", "few_people", "block"), ("amira", "few_people", "warn")]
    decided = report.policy[1].document()["decided"]
    assert decided["by"] == "Heike Muster"  # type: ignore[index]


def test_the_campaigns_own_rules_are_told_with_the_plan(desk: Strict) -> None:
    """What only the whole campaign breaks stops no tandem; scripts find it in the same list."""
    desk.tandem("amira")
    report = desk.plan()
    assert not report.blocked
    rows = {row["rule"]: row for row in report.document()["policy"]}  # type: ignore[attr-defined]
    assert (rows["insights_likes"]["tandem"], rows["insights_likes"]["level"]) == (None, "warn")
    assert rows["private_text"]["level"] == "ok"


def test_the_finished_text_is_judged_also_what_the_campaign_added(
    desk: Strict, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An appeal with a number stops before it is worded; one that was added later, after it."""
    desk.tandem("amira", appeals={"de": "Ich nähe. Ruft an: 0171 234 56 78."})
    desk.tandem("samir", appeals={"de": "Ich baue gern Möbel aus altem Holz."})
    worded = compose.composing.compose

    def careless(*given: Any, **more: Any) -> compose.Wording:
        made = worded(*given, **more)
        return compose.Wording(made.language, f"{made.text} 0171 234 56 78", made.link)

    monkeypatch.setattr("orchestrator.planner.compose", careless)
    report = desk.plan()
    assert desk.posts() == []
    assert found(report) == [
        ("amira", "private_text", "block"),
        ("samir", "private_text", "block"),
    ]
    assert "0171" not in str(report.document())


NO_LIMIT = {"effect": "none", "gated": 170, "open": 180}


@on_both
def test_a_limit_that_makes_no_difference_protects_nobody(
    desk: Strict, settings: "SettingsFactory"
) -> None:
    """Who must not be seen elsewhere is not planned, approved or not, unless that was decided."""
    hidden = {"show": Show.REGION, "public_name": "Sam", "appeals": PLAIN}
    desk.tandem("alias", "Passau", **hidden)
    desk.tandem("amira")
    assert found(desk.plan()) == []
    desk.approve_all()
    with desk.store.session() as session:
        account = session.exec(select(Account)).one()
        effect = capabilities.GATE_EFFECT
        capabilities.note(session, account.id, effect, NO_LIMIT, "pilot", FRIDAY)
    report = desk.plan()
    assert found(report) == [("alias", "gate_effect", "block"), ("amira", "gate_effect", "warn")]
    assert report.blocked
    assert "the limited post was seen by 170" in report.policy[0].finding.reason
    states = [(post.state, post.approved_digest is None) for post in desk.posts()]
    assert states == [(PostState.CANCELLED, True)] * 2 + [(PostState.PLANNED, False)] * 2
    rule = DECIDED["decisions"][0] | {"rule": "gate_effect"}
    desk.configure(settings, policy={"decisions": [rule]})
    report = desk.plan()
    assert not report.blocked
    assert {post.state for post in desk.posts()} == {PostState.PLANNED}


@on_both
def test_what_was_taken_down_for_its_audience_comes_back_with_its_remark(desk: Strict) -> None:
    """However often it is planned; whoever approves it has read it."""
    desk.tandem("amira")
    desk.plan()
    desk.approve_all()
    with desk.store.session() as session:
        post = session.exec(select(Post).order_by(Post.id)).first()  # type: ignore[arg-type]
        assert post is not None
        cancel(post, "kept is nothing; so it was taken down")
        post.targeting_kept = False
    for updated in (1, 0):
        report = desk.plan()
        assert (report.updated, found(report)) == (updated, [("amira", "lost_audience", "warn")])
        assert "taken down since its audience was not kept" in report.policy[0].finding.reason
        anew, other = desk.posts()
        assert (anew.state, anew.approved_digest) == (PostState.PLANNED, None)
        assert str(anew.error).count("kept is nothing") == 1
        assert (is_doubtful(anew), is_doubtful(other)) == (True, False)
    desk.approve_all()
    assert [(each.error, each.targeting_kept) for each in desk.posts()] == [(None, None)] * 2
    assert found(desk.plan()) == []
