"""What the way of offers to their tandems asks of people: alarms, calls, and whom to ask again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from orchestrator.answering.times import unclear
from orchestrator.forwarding.standing import ToDo, follow_ups, to_do, waits_too_long
from orchestrator.i18n import ngettext

OFFERS_WAIT, MAIL_UNCLEAR = "offers_wait", "mail_unclear"
ANSWER_UNCLEAR = "answer_unclear"
MAIL_UNSENT, MAIL_RETRIED, NOT_CONFIRMED = "mail_unsent", "mail_retried", "not_confirmed"
_MAILS = (MAIL_UNCLEAR, MAIL_UNSENT, MAIL_RETRIED)
NAMES = (OFFERS_WAIT, *_MAILS, NOT_CONFIRMED, ANSWER_UNCLEAR)


@dataclass(frozen=True)
class Held:
    """Offers that do not get on: an alarm's name, its sentence, the command for it.

    ``soon``: somebody has to act today.
    """

    name: str
    what: str
    remedy: str
    soon: bool


def held_up(session: Session, campaign_id: int, now: datetime) -> Iterator[Held]:
    """Offers that nobody hands over, mails that do not arrive, and what nobody confirms."""
    if late := waits_too_long(session, campaign_id, now):
        yield Held(OFFERS_WAIT, _late(len(late)), _check(late), soon=True)
    if open_answers := unclear(session, campaign_id):
        way = f"tueroeffner inbox reply {open_answers[0]}"
        yield Held(ANSWER_UNCLEAR, _unclear(len(open_answers)), way, soon=True)
    found = to_do(session, campaign_id, now)
    for name, kind, soon in (
        (MAIL_UNCLEAR, "unclear", True),
        (MAIL_UNSENT, "unsent", True),
        (MAIL_RETRIED, "retried", False),
        (NOT_CONFIRMED, "unconfirmed", False),
    ):
        if some := [each for each in found if each.kind == kind]:
            yield Held(name, _sentence(kind, len(some)), _way(kind, some[0]), soon)


def _late(count: int) -> str:
    return ngettext(
        "{count} job offer came more than 24 hours ago and is not handed over",
        "{count} job offers came more than 24 hours ago and are not handed over",
        count,
    ).format(count=count)


def _unclear(count: int) -> str:
    return ngettext(
        "{count} answer to somebody is unclear: nobody knows whether it was sent",
        "{count} answers to people are unclear: nobody knows whether they were sent",
        count,
    ).format(count=count)


def _check(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"tueroeffner inbox check {numbers[0]}"
    return "tueroeffner inbox list --label job_offer"


def _sentence(kind: str, count: int) -> str:
    if kind == "unclear":
        sentence = ngettext(
            "Of {count} mail about an offer nobody knows whether it went out",
            "Of {count} mails about offers nobody knows whether they went out",
            count,
        )
    elif kind == "retried":
        sentence = ngettext(
            "{count} mail about an offer did not go out so far, and is tried again",
            "{count} mails about offers did not go out so far, and are tried again",
            count,
        )
    elif kind == "unsent":
        sentence = ngettext(
            "{count} mail about an offer was not sent, or came back",
            "{count} mails about offers were not sent, or came back",
            count,
        )
    else:
        sentence = ngettext(
            "{count} offer was handed over, and nobody has confirmed it",
            "{count} offers were handed over, and nobody has confirmed them",
            count,
        )
    return sentence.format(count=count)


def _way(kind: str, first: ToDo) -> str:
    if kind == "unclear":
        return f"tueroeffner inbox forward {first.reply_id} --sent yes"
    if kind == "retried":
        return f"tueroeffner inbox forward {first.reply_id}"
    if kind == "unsent":
        return f"tueroeffner inbox forward {first.reply_id} --by sheet"
    return f"tueroeffner inbox forward {first.reply_id} --by call"


def calls(session: Session, campaign_id: int, now: datetime) -> list[dict[str, Any]]:
    """Steps of a hand-over for which somebody has to do something, oldest first."""
    return [
        {
            "kind": each.kind,
            "id": each.reply_id,
            "tandem": each.tandem,
            "step": each.step.value,
            "since": each.since,
        }
        for each in to_do(session, campaign_id, now)
    ]


def questions(session: Session, campaign_id: int, today: date) -> list[dict[str, Any]]:
    """People at work who are to be asked today or within a week whether it goes on."""
    return [
        {
            "id": each.reply_id,
            "tandem": each.tandem,
            "began": each.began,
            "ask": each.ask.value,
            "on": each.on,
            "due": each.on <= today,
        }
        for each in follow_ups(session, campaign_id, today)
    ]
