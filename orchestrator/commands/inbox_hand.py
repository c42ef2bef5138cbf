"""Taking a reply in hand, giving it back and correcting it: for plain commands and for the view."""

from dataclasses import dataclass
from typing import Any

from orchestrator.commands.desk import Desk
from orchestrator.formats import moment
from orchestrator.i18n import _, ngettext
from orchestrator.vocabulary import Label


@dataclass(frozen=True)
class Told:
    """What a change came to: for scripts, in a sentence, and the command that may come next."""

    state: dict[str, Any]
    sentence: str
    next: str = ""


def take(desk: Desk, reply_id: int) -> Told:
    """Take it in hand; refused while somebody else has it, or another one of the same sender."""
    from orchestrator.inbox import hand
    from orchestrator.replies import own_contacts

    zone = desk.settings.campaign.timezone
    with desk.store.session() as session:
        campaign_id = desk.campaign(session).id
        reply = hand.reply_of(session, campaign_id, reply_id)
        own = own_contacts(session, desk.key, campaign_id, desk.settings.campaign.contact)
        is_new = hand.take(session, reply, desk.now, desk.actor, zone, own)
        state = _state(reply, zone)
    sentence = (
        _("Reply {number} is in your hands.")
        if is_new
        else _("Reply {number} is in your hands already, since {time}.")
    )
    return Told(
        state,
        sentence.format(number=reply_id, time=moment(state["taken_at"])),
        _("Next: `tueroeffner inbox show {number} --contact`").format(number=reply_id),
    )


def holder(desk: Desk, reply_id: int) -> str | None:
    """Who has it in hand now."""
    from orchestrator.inbox import hand

    with desk.looking() as (session, campaign_id):
        return hand.reply_of(session, campaign_id, reply_id).taken_by


def taking_away(reply_id: int, who: str) -> str:
    """What is asked of whoever wants to give back what another one has in hand."""
    return _("{who} has reply {number} in hand. Take it away from them?").format(
        who=who, number=reply_id
    )


def release(desk: Desk, reply_id: int, holder: str | None) -> Told:
    """Give back what ``holder`` has; refused when it changed hands since."""
    from orchestrator.inbox import hand

    with desk.store.session() as session:
        reply = hand.reply_of(session, desk.campaign(session).id, reply_id)
        was_held = hand.release(session, reply, holder, desk.now, desk.actor)
        state = _state(reply, desk.settings.campaign.timezone)
    sentence = (
        _("Reply {number} waits again for somebody to take it.")
        if was_held
        else _("Nobody had reply {number} in hand.")
    )
    return Told(state, sentence.format(number=reply_id))


def put_label(desk: Desk, reply_id: int, wanted: Label) -> Told:
    """Correct its label; no machine changes it after that."""
    from orchestrator.inbox.hand import correct, reply_of
    from orchestrator.inbox.words import label_word

    with desk.store.session() as session:
        reply = reply_of(session, desk.campaign(session).id, reply_id)
        before = label_word(reply.label)
        others = correct(session, desk.key, reply, wanted, desk.now, desk.actor)
        state = {**_state(reply, desk.settings.campaign.timezone), "others": others}
        is_free = reply.queue and reply.taken_by is None
    sentence = _("Reply {number} is now: {label} (before: {before}).")
    if others:
        sentence += " " + ngettext(
            "So is {count} other with nearly the same words.",
            "So are {count} others with nearly the same words.",
            len(others),
        )
    following = _("Next: `tueroeffner inbox take {number}`") if is_free else ""
    return Told(
        state,
        sentence.format(
            number=reply_id, label=label_word(wanted), before=before, count=len(others)
        ),
        following.format(number=reply_id),
    )


def _state(reply: Any, zone: str) -> dict[str, Any]:
    """What a script needs to know after a change."""
    from orchestrator.posts import local

    return {
        "id": reply.id,
        "label": reply.label.value,
        "labelled_by": reply.labelled_by,
        "queue": reply.queue,
        "status": reply.status,
        "taken_by": reply.taken_by,
        "taken_at": local(reply.taken_at, zone),
    }
