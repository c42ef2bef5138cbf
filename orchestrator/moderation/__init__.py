"""Replies that are kept out of sight, and calls for whoever is on call, in every pass.

What is wanted stands in rows (``abuse``); each pass brings the networks into line with it, reads
back and only then writes down, so that a kill or an outage costs a repetition.
"""

from datetime import timedelta

from sqlmodel import Session

from orchestrator.abuse import rule
from orchestrator.abuse.wanted import amiss
from orchestrator.model import Campaign
from orchestrator.moderation.ringing import ring
from orchestrator.moderation.sight import Seen, see_to
from orchestrator.shift import Shift, Tally

# A network that refuses today is not asked every half minute.
_PAUSE = timedelta(minutes=15)
# So many at a time: a brigade must not use up in one pass what the network allows for all else.
_LOT = 40


def moderate(shift: Shift, tally: Tally) -> None:
    """Apply the campaign's rule, hide and show what is wanted so, call whoever is on call."""
    _apply_rule(shift)
    with shift.store.reading() as session:
        wanted = amiss(session, shift.campaign_id)
    due = [each for each in wanted if not _was_tried(shift, each.reply.id)][:_LOT]
    if due:
        see_to(shift, tally, due, Seen())
    ring(shift, tally)


def hide_at_once(shift: Shift, tally: Tally, reply_id: int) -> Seen:
    """Bring one reply into line while a person waits, who is told what became of it."""
    with shift.store.reading() as session:
        wanted = amiss(session, shift.campaign_id, only=[reply_id])
    seen = Seen()
    see_to(shift, tally, wanted, seen, urgent=True)
    return seen


def _was_tried(shift: Shift, reply_id: int) -> bool:
    at = shift.world.veiled.get(reply_id)
    return at is not None and shift.now - at < _PAUSE


def _apply_rule(shift: Shift) -> None:
    campaign, inbox = shift.settings.campaign, shift.settings.inbox
    with shift.store.reading() as session:
        covered = rule.covered(session, shift.campaign_id, campaign, inbox, shift.now)
        outgrown = rule.outgrown(session, shift.campaign_id)
    if not (covered or outgrown):
        return
    with shift.store.session(patient=True) as session:
        _lock(session, shift)
        rule.wish(session, shift.campaign_id, covered, shift.now)
        rule.let_go(session, shift.campaign_id, outgrown, shift.now)


def _lock(session: Session, shift: Shift) -> None:
    """Whoever decides about replies holds the campaign's row, so that no wish is written over."""
    session.get_one(Campaign, shift.campaign_id, with_for_update=True)
