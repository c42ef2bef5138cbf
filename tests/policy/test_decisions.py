"""A block is lifted by a decision with a name, a reason and a day, and by nothing else."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

import orchestrator
from orchestrator.errors import UsageProblem
from orchestrator.model import Campaign, Event
from orchestrator.policy import Finding, blocks, decided, note_decisions
from orchestrator.settings import Decision
from orchestrator.store import Store
from orchestrator.vocabulary import Block
from tests.conftest import on_both

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
GIVEN: dict[str, Any] = {
    "rule": "social_issue_ads",
    "reason": "Only skills and wishes for work.",
    "by": "Heike Muster",
    "on": date(2026, 11, 20),
}
FINDING = Finding("social_issue_ads", "block", "No adverts about social issues.", "Declare it.")


def decision(**changes: Any) -> Decision:
    return Decision(**{**GIVEN, **changes})


def test_a_decision_lifts_its_own_rule_only() -> None:
    other = replace(FINDING, rule="dsa_names")
    lifted, kept = decided([FINDING, other], [decision()])
    assert (lifted.level, lifted.document()["decided"]["by"]) == ("warn", "Heike Muster")
    assert blocks([lifted, kept]) == [other]


def test_what_protects_a_person_is_never_lifted() -> None:
    """Also where somebody got a decision past the configuration."""
    forged = Decision.model_construct(**{**GIVEN, "rule": Block.PRIVATE_TEXT})
    [kept] = decided([replace(FINDING, rule="private_text", final=True)], [forged])
    assert (kept.level, kept.decision) == ("block", None)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"rule": "private_text"}, "about private_text, rule: protects a person"),
        ({"rule": "ad_library"}, "about ad_library, rule: protects a person"),
        ({"rule": "hard_gate"}, "about hard_gate, rule: protects a person"),
        ({"rule": "all"}, "about all, rule: must be one of: few_people, gate_effect, social_issue"),
        ({"rule": "EAA53secret"}, "number 1, rule: must be one of"),
        ({"rule": None}, "number 1, rule: must be one of"),
        ({"reason": "We must"}, "about social_issue_ads, reason: must say why, in 3 words or more"),
        ({"reason": 5}, "about social_issue_ads, reason: must be a text"),
        ({"by": " "}, "about social_issue_ads, by: must not be empty"),
        ({"on": "tomorrow"}, "about social_issue_ads, on: must be a date such as 2026-11-23"),
        ({"until": date(2026, 11, 30)}, "about social_issue_ads, until: is not a setting"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(
    changes: dict[str, Any], word: str, settings: Any
) -> None:
    """In one sentence, which of them and what to write."""
    with pytest.raises(UsageProblem) as refused:
        settings(policy={"decisions": [{**GIVEN, **changes}]})
    assert refused.value.what.startswith(f"[[policy.decisions]] {word}")


@pytest.mark.parametrize("key", ["rule", "reason", "by", "on"])
def test_what_a_decision_lacks_is_shown_by_an_example(key: str, settings: Any) -> None:
    with pytest.raises(UsageProblem) as refused:
        settings(policy={"decisions": [{k: v for k, v in GIVEN.items() if k != key}]})
    assert f", {key}: is required, such as " in refused.value.what


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"decisions": [GIVEN, GIVEN]}, "decide twice about social_issue_ads"),
        ({"decisions": GIVEN}, "are written [[policy.decisions]], each with rule"),
        ({"decisions": ["social_issue_ads"]}, "are written [[policy.decisions]], each with rule"),
        (
            {"reason": "Only skills."},
            "[policy] reason (in the file) stands too high: write it below",
        ),
    ],
)
def test_decisions_that_are_written_wrongly_are_refused(
    policy: dict[str, Any], said: str, settings: Any
) -> None:
    """How they are written, and that two cannot both count."""
    with pytest.raises(UsageProblem) as refused:
        settings(policy=policy)
    assert said in refused.value.what


@pytest.mark.parametrize(
    ("on", "holds"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 6, 1), True),
        (date(2026, 11, 21), False),  # not taken yet
        (date(2025, 11, 20), False),  # for the campaign of the year before
    ],
)
def test_a_decision_is_for_this_campaign(on: date, holds: bool, settings: Any) -> None:
    made = settings(policy={"decisions": [{**GIVEN, "on": on}]})
    assert bool(made.decisions(NOW)) is holds


@on_both
def test_what_was_decided_is_in_the_audit_log_once(store: Store) -> None:
    """By whom and when; of the reason a digest, since it may say anything."""
    found = decided([FINDING, FINDING], [decision()])
    with store.session() as session:
        campaign = Campaign(slug="w", name="W", key_fingerprint="f" * 16, created_at=NOW)
        session.add(campaign)
        session.flush()
        note_decisions(session, campaign.id, NOW, "heike", [*found, replace(FINDING, rule="x")])
    with store.reading() as session:
        [event] = session.exec(select(Event)).all()
    assert (event.what, event.subject) == ("policy decision", "social_issue_ads")
    assert event.detail["by"] == "Heike Muster"
    assert event.detail["on"] == "2026-11-20"
    assert "skills" not in str(event.detail)


def test_scripts_find_every_rule_in_the_documentation() -> None:
    """Those that block, and those that only warn."""
    here = Path(orchestrator.__file__).parent
    rules = {each.value for each in Block}
    for path in (here / "policy").glob("*.py"):
        rules |= set(re.findall(r'(?:Finding|judged)\(\s*"([a-z_]+)"', path.read_text("utf-8")))
    assert {"gate_effect", "lost_audience", "insights_likes"} <= rules
    told = (here.parent / "docs" / "json.md").read_text("utf-8").partition("## rules")[2]
    assert {each for each in rules if f"`{each}`" not in told.partition("\n## ")[0]} == set()
