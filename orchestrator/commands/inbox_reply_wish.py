"""What ``inbox reply`` is to say: read from its options, with the template that fits."""

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from orchestrator.commands.desk import Desk
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.vocabulary import AnswerKind, AnswerWay, Delivery, Label

if TYPE_CHECKING:
    from orchestrator.answering.case import Case
    from orchestrator.answering.sending import Wish

_LONGEST = 20_000
_REASONS = ("hired", "filled", "thanks")
_Word = TypeVar("_Word", AnswerKind, AnswerWay)


@dataclass(frozen=True)
class Asked:
    """The options, as they were typed."""

    kind: str | None
    way: str | None
    text: str | None
    reason: str | None
    language: str | None


def wish_of(desk: Desk, case: "Case", asked: Asked) -> "Wish":
    """What is to be said, with its exact words."""
    from orchestrator.answering.sending import Wish
    from orchestrator.answering.wording import language_for, words_for

    wanted = _chosen(AnswerKind, "--kind", asked.kind) or _next_kind(case, asked)
    chosen = _chosen(AnswerWay, "--way", asked.way) or case.usual_way
    because = _reason(wanted, asked)
    campaign, folder = desk.settings.campaign, desk.settings.folder
    spoken = asked.language or language_for(case.reply.text, wanted, because, campaign, folder)
    typed = _typed(desk, asked.text)
    if typed is not None:
        words = typed
    elif chosen is AnswerWay.NOTED:
        words = ""
    else:
        words = words_for(case, wanted, because, spoken, campaign, folder)
    return Wish(wanted, chosen, spoken, words, because)


def _next_kind(case: "Case", asked: Asked) -> AnswerKind:
    """The first word first; after it, somebody's own words, or else a closing one.

    Only an offer or a tip is handed on, as those words promise.
    """
    if case.reply.label not in (Label.JOB_OFFER, Label.TIP):
        return AnswerKind.CLOSING if asked.reason is not None else AnswerKind.ANSWER
    said = {each.kind for each in case.answers if each.state is Delivery.SENT}
    if AnswerKind.ACKNOWLEDGEMENT not in said and AnswerKind.CLOSING not in said:
        return AnswerKind.ACKNOWLEDGEMENT
    return AnswerKind.ANSWER if asked.text is not None else AnswerKind.CLOSING


def _chosen(words: type[_Word], option: str, typed: str | None) -> _Word | None:
    if typed is None:
        return None
    try:
        return words(typed.strip().lower())
    except ValueError as error:
        raise UsageProblem(
            _("{option} cannot be “{text}”.").format(option=option, text=typed),
            remedy=_("Use one of: {names}").format(names=", ".join(words)),
        ) from error


def _reason(kind: AnswerKind, asked: Asked) -> str:
    reason = asked.reason
    if kind is not AnswerKind.CLOSING:
        if reason is not None:
            raise UsageProblem(
                _("--reason is for a closing word only."), remedy=_("Add --kind closing.")
            )
        return ""
    if reason is None and asked.text is None:
        raise UsageProblem(
            _("Why the offer is closed is missing."),
            remedy=_("Give it with --reason: {names}").format(names=", ".join(_REASONS)),
        )
    if reason not in (None, *_REASONS):
        raise UsageProblem(
            _("{option} cannot be “{text}”.").format(option="--reason", text=reason),
            remedy=_("Use one of: {names}").format(names=", ".join(_REASONS)),
        )
    return reason or ""


def _typed(desk: Desk, text: str | None) -> str | None:
    """Somebody's own words; a stranger's number in them only comes by the standard input."""
    from orchestrator.redact import contacts_in
    from orchestrator.replies import storable

    if text is None:
        return None
    words = storable(sys.stdin.read(_LONGEST + 1) if text == "-" else text).strip()
    if len(words) > _LONGEST:
        raise UsageProblem(
            _("The text is longer than {most} characters.").format(most=_LONGEST),
            remedy=_("Change the words, with --text or in the template."),
        )
    own = contacts_in(desk.settings.campaign.contact)
    if text != "-" and not set(contacts_in(words)) <= set(own):
        raise UsageProblem(
            _("{option} holds a phone number or mail address: others could read it here.").format(
                option="--text"
            ),
            remedy=_("Use --text - and write the words to the standard input."),
        )
    return words
