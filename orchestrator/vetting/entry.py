"""A check as people and scripts read it; no name and no contact is in it."""

from typing import Any

from sqlmodel import Session

from orchestrator.model import Reply
from orchestrator.posts import local
from orchestrator.vetting.answers import answers_from
from orchestrator.vetting.judging import Judged, judge
from orchestrator.vetting.standing import Vetted, country_of, state_of


def entry_of(session: Session, reply: Reply, zone: str) -> dict[str, Any] | None:
    """The check of a reply; None: nobody has checked it."""
    vetted = state_of(session, reply)
    check = vetted.check
    if check is None:
        return None
    return {
        "state": vetted.state.value,
        "edited": vetted.edited,
        "by": check.by,
        "at": local(check.at, zone),
        "warnings": list(check.warnings),
        "second_by": check.second_by,
        "second_at": local(check.second_at, zone),
        "wanted": check.wanted,
        "wanted_at": local(check.wanted_at, zone),
        "answers": answers_from(check.answers).document(),
    }


def judged(session: Session, reply: Reply, vetted: Vetted) -> Judged:
    """The rules once more, over the words as they are and what was answered, as of its day."""
    assert vetted.check is not None
    answers = answers_from(vetted.check.answers)
    return judge(reply.text, answers, country_of(session, reply), vetted.check.at.date())
