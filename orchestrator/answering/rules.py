"""What may be said to whom, and where: our own promises, and the networks' rules."""

import re
from datetime import datetime, timedelta

from orchestrator.answering.case import Case
from orchestrator.compose.voice import reveals
from orchestrator.discretion import is_profile
from orchestrator.errors import PersonNeeded, UsageProblem
from orchestrator.i18n import _
from orchestrator.inbox.hand import deleted, forgotten
from orchestrator.inbox.words import source_word
from orchestrator.model import Answer
from orchestrator.policy.finding import BLOCK
from orchestrator.policy.text import public_text
from orchestrator.ports import Answering, AnswerRules
from orchestrator.redact import redact
from orchestrator.settings import Campaign
from orchestrator.vocabulary import AnswerKind, AnswerWay, Delivery

# No call lasts longer: what is still being sent then was left by a program that ended.
LEFT_AFTER = timedelta(minutes=5)
_THERE = (Delivery.SENDING, Delivery.SENT, Delivery.UNKNOWN)
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


def open_answer(case: Case, now: datetime) -> Answer | None:
    """The answer of which nobody knows whether it was sent; one in flight is refused (exit 4)."""
    for each in case.answers:
        if each.state is Delivery.SENDING and each.at + LEFT_AFTER > now:
            raise PersonNeeded(
                _("Reply {number} is being answered at this moment.").format(number=case.reply.id),
                remedy=_("Wait five minutes; then run this again."),
            )
        if each.state in (Delivery.SENDING, Delivery.UNKNOWN):
            return each
    return None


def refuse(case: Case, kind: AnswerKind, way: AnswerWay, now: datetime) -> None:
    """Say why this reply is not answered in this way, where it must not be."""
    if case.reply.deleted_at is not None:
        raise deleted(case.reply)
    if case.reply.forgotten_at is not None:
        raise forgotten(case.reply)
    _refuse_twice(case, kind)
    if way is AnswerWay.NOTED:
        return
    if case.reply.network is None:
        raise _refused(
            _("Reply {number} came {source}: nothing can be sent there."),
            case,
            _("Answer them by yourself, then note it: --way noted."),
        )
    if case.is_message and way is AnswerWay.PUBLIC:
        raise _refused(
            _("Reply {number} was written to you alone, and is not answered in public."),
            case,
            _("Use --way private."),
        )


def _refuse_twice(case: Case, kind: AnswerKind) -> None:
    if kind is AnswerKind.ANSWER:
        return
    if any(each.kind is kind and each.state in _THERE for each in case.answers):
        raise _refused(
            _("Reply {number} has had this word already."),
            case,
            _("Say anything else with --kind answer."),
        )


def refuse_repetition(case: Case, way: AnswerWay, text: str) -> None:
    """Refuse to say the same once more; ``text`` as it is kept."""
    said = {each.text for each in case.answers if each.way is way and each.state in _THERE}
    if text and text in said:
        raise _refused(
            _("Reply {number} was told these very words already."),
            case,
            _("Change the words, with --text or in the template."),
        )


def refuse_by_network(case: Case, way: AnswerWay, rules: AnswerRules, now: datetime) -> None:
    """The same by what its network allows."""
    if way is AnswerWay.PRIVATE and case.is_message:
        _refuse_closed_window(case, rules.message_for, now)
    elif way is AnswerWay.PRIVATE:
        _refuse_private_comment(case, rules.comment_for, now)


def _refuse_closed_window(case: Case, window: timedelta | None, now: datetime) -> None:
    if window is not None and now > case.heard_at + window:
        raise _refused(
            _(
                "{source} lets us write only within 24 hours after somebody's last message, and"
                " that of reply {number} is older."
            ),
            case,
            _("Answer in another way, then note it: --way noted."),
        )


def _refuse_private_comment(case: Case, window: timedelta | None, now: datetime) -> None:
    if window is None:
        raise _refused(
            _("On {source} only who wrote us a message is answered by one."),
            case,
            _("Use --way public, or answer in another way and note it: --way noted."),
        )
    if any(each.way is AnswerWay.PRIVATE and each.state in _THERE for each in case.answers):
        raise _refused(
            _("Reply {number} was answered privately before, and {source} allows that once."),
            case,
            _("Use --way public; or wait until they answer, and answer that message."),
        )
    if now > case.reply.received_at + window:
        raise _refused(
            _("{source} allows a private answer within seven days, and reply {number} is older."),
            case,
            _("Use --way public."),
        )


def _refused(sentence: str, case: Case, remedy: str) -> UsageProblem:
    source = source_word(case.reply.network, case.reply.channel)
    return UsageProblem(sentence.format(number=case.reply.id, source=source), remedy=remedy)


def refuse_words(case: Case, way: AnswerWay, text: str, campaign: Campaign) -> None:
    """Say why these words must not be said, where they must not."""
    if why := _unfit(case, way, text, campaign):
        raise UsageProblem(
            _("This cannot be said to reply {number}: {why}").format(number=case.reply.id, why=why),
            remedy=_("Change the words, with --text or in the template."),
        )


def _unfit(case: Case, way: AnswerWay, text: str, campaign: Campaign) -> str:
    if not text:
        return "" if way is AnswerWay.NOTED else _("there are no words.")
    if case.voice and case.voice.unchecked:
        return _("the real name, which must not be said, cannot be read: import the tandems’ file.")
    if case.voice and reveals(case.voice, text):
        return _("it gives the name or the town, which the safety check hides.")
    if way is not AnswerWay.PUBLIC:
        return ""
    own = (campaign.contact, campaign.link, case.reply.author)
    found = public_text(text, "", own)
    if found.level == BLOCK:
        return found.reason
    links = [each for each in _LINK.findall(text) if each.rstrip(".,)") != campaign.link]
    if any(map(is_profile, links)):
        return _("a link leads to an account on a social network, which shows who it is.")
    return ""


def refuse_length(network: Answering, way: AnswerWay, text: str) -> None:
    """Refuse what is too long for its network."""
    private = way is AnswerWay.PRIVATE
    length = network.answer_length(text, private=private)
    limit = network.answers.private if private else network.answers.public
    if length > limit:
        raise UsageProblem(
            _("The answer is too long ({length}, at most {limit}).").format(
                length=length, limit=limit
            ),
            remedy=_("Change the words, with --text or in the template."),
        )


def masked(text: str, contact: str) -> str:
    """The words as they are kept: without contacts, but for the campaign's own."""
    if not contact:
        return redact(text)
    return contact.join(redact(each) for each in text.split(contact))
