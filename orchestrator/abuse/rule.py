"""What the campaign has chosen to hide by itself: clear abuse, in quiet hours, always, or per post.

Reversible, and never what may be an offer. A person's word goes before it: what somebody shows
again stays shown, and what is not abuse any more (by their label, or after an edit) comes back by
itself. Switching the rule off shows nothing again: that is a person's decision.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select, update

from orchestrator import journal
from orchestrator.model import Post, Reply
from orchestrator.settings import Campaign, Inbox
from orchestrator.vocabulary import RULE, Label
from schedules.calendar import Window, is_quiet

# From this confidence on abuse is clear; below it a machine decides nothing that others see.
CLEAR = 0.9
# In quiet hours only what came in them is hidden: what stood there by day somebody has seen.
_A_NIGHT = timedelta(hours=24)


def covered(
    session: Session, campaign_id: int, campaign: Campaign, inbox: Inbox, now: datetime
) -> list[int]:
    """The replies that the rule would hide now; asks no network and writes nothing."""
    found = session.exec(
        select(Reply.id, Reply.received_at, Post.hide_abuse)
        .join(Post, col(Post.id) == Reply.post_id)
        .where(*_clear(campaign_id), _chosen(inbox, now))
        .order_by(col(Reply.id))
    ).all()
    quiet = Window.parse_quiet(campaign.quiet_hours) if campaign.quiet_hours else None
    return [
        reply_id
        for reply_id, at, by_post in found
        if by_post or inbox.hide_abuse == "always" or is_quiet(at, quiet, campaign.zone)
    ]


def _clear(campaign_id: int) -> tuple[Any, ...]:
    """Abuse without a doubt, below a post, of which nobody has said anything yet."""
    return (
        Reply.campaign_id == campaign_id,
        Reply.label == Label.ABUSE,
        col(Reply.confidence) >= CLEAR,
        col(Reply.queue).is_(False),
        col(Reply.hidden_by).is_(None),
        col(Reply.remote_id).is_not(None),
        col(Reply.conversation).is_(None),
        col(Reply.deleted_at).is_(None),
        col(Reply.forgotten_at).is_(None),
    )


def _chosen(inbox: Inbox, now: datetime) -> Any:
    by_post = col(Post.hide_abuse).is_(True)
    if inbox.hide_abuse == "quiet_hours":
        return or_(by_post, col(Reply.received_at) >= now - _A_NIGHT)
    return or_(by_post, col(Post.id).is_not(None)) if inbox.hide_abuse == "always" else by_post


def wish(session: Session, campaign_id: int, replies: list[int], now: datetime) -> None:
    """Let the rule want these out of sight, those of which nobody said anything meanwhile."""
    for reply_id in replies:
        changed = session.exec(
            update(Reply)
            .where(col(Reply.id) == reply_id, *_clear(campaign_id))
            .values(hidden_by=RULE)
        )
        if changed.rowcount:
            journal.record(session, campaign_id, now, RULE, "hide", f"reply {reply_id}")


def outgrown(session: Session, campaign_id: int) -> list[int]:
    """What the rule hid, and is not abuse any more or may be an offer."""
    return list(
        session.exec(
            select(Reply.id)
            .where(Reply.campaign_id == campaign_id, *_not_any_more())
            .order_by(col(Reply.id))
        ).all()
    )


def let_go(session: Session, campaign_id: int, replies: list[int], now: datetime) -> None:
    """Let the rule want these no longer."""
    for reply_id in replies:
        changed = session.exec(
            update(Reply).where(col(Reply.id) == reply_id, *_not_any_more()).values(hidden_by=None)
        )
        if changed.rowcount:
            journal.record(session, campaign_id, now, RULE, "unhide", f"reply {reply_id}")


def _not_any_more() -> tuple[Any, ...]:
    return (
        col(Reply.hidden_by) == RULE,
        or_(col(Reply.label) != Label.ABUSE, col(Reply.queue).is_(True)),
    )
