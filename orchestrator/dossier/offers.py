"""What became of what was said to a person: our answers, the check, the hand-over, the outcomes."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from sqlmodel import col, select

from orchestrator.dossier.wish import Wish
from orchestrator.model import Answer, Check, Milestone, Referral, Reply
from orchestrator.replies import opened

_Row = TypeVar("_Row", Answer, Check, Milestone, Referral)
# Stands for the name of somebody who wrote: it is theirs.
_NAME = "•••"


def what_became(wish: Wish) -> Callable[[Reply], dict[str, Any]]:
    """Tells of each reply what was done with it; without the staff's and the senders' names."""
    answers, checks = _by_reply(wish, Answer), _by_reply(wish, Check)
    ways, outcomes = _by_reply(wish, Referral), _by_reply(wish, Milestone)

    def told(reply: Reply) -> dict[str, Any]:
        return {
            "answers": [_answer(wish, reply, each) for each in answers[reply.id]],
            "checks": [_check(wish, each) for each in checks[reply.id]],
            "handed_over": [_way(wish, each) for each in ways[reply.id]],
            "outcomes": [
                {"status": each.state.value, "on": each.day} for each in outcomes[reply.id]
            ],
        }

    return told


def _by_reply(wish: Wish, kind: type[_Row]) -> dict[int, list[_Row]]:
    found: dict[int, list[_Row]] = defaultdict(list)
    rows = select(kind).where(kind.campaign_id == wish.tandem.campaign_id)
    for each in wish.session.exec(rows.order_by(col(kind.id))).all():
        found[each.reply_id].append(each)
    return found


def _answer(wish: Wish, reply: Reply, answer: Answer) -> dict[str, Any]:
    text = answer.text
    for name in (opened(wish.session, wish.key, reply).get("name"), reply.author):
        text = text.replace(name, _NAME) if name else text
    return {
        "kind": answer.kind.value,
        "way": answer.way.value,
        "text": text,
        "sent_at": wish.at(answer.sent_at),
    }


def _check(wish: Wish, check: Check) -> dict[str, Any]:
    return {
        "at": wish.at(check.at),
        "warnings": check.warnings,
        "wanted": check.wanted,
        "wanted_at": wish.at(check.wanted_at),
    }


def _way(wish: Wish, referral: Referral) -> dict[str, Any]:
    return {
        "step": referral.step.value,
        "way": referral.way.value,
        "sent_at": wish.at(referral.sent_at),
        "confirmed_at": wish.at(referral.received_at),
    }
