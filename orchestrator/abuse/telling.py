"""What hidden replies and alerts are called in ``today``, ``doctor``, ``run --status``, reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from orchestrator.abuse.bursts import SPAN
from orchestrator.formats import moment
from orchestrator.i18n import _, ngettext
from orchestrator.model import Alert, Post, Reply
from orchestrator.vocabulary import Delivery, Label, PostState

# For so long an alert stands in every view: the next morning has seen it by then.
_STANDS = timedelta(hours=24)


@dataclass(frozen=True)
class Counted:
    """How many replies are abuse, are spam, and are out of sight at their networks."""

    abuse: int
    spam: int
    hidden: int


def counted(session: Session, campaign_id: int) -> Counted:
    """Of the whole campaign; what its author deleted is not among them."""
    here = (Reply.campaign_id == campaign_id, col(Reply.deleted_at).is_(None))

    def number(*more: object) -> int:
        return session.exec(select(func.count()).select_from(Reply).where(*here, *more)).one()  # type: ignore[arg-type]  # conditions

    return Counted(
        abuse=number(Reply.label == Label.ABUSE, col(Reply.duplicate_of).is_(None)),
        spam=number(Reply.label == Label.SPAM, col(Reply.duplicate_of).is_(None)),
        hidden=number(col(Reply.hidden_at).is_not(None)),
    )


def alerts(session: Session, campaign_id: int, now: datetime) -> Sequence[Alert]:
    """The newest alert of each post in the last day, while something of it is still to be seen."""
    rows = session.exec(
        select(Alert)
        .join(Post, col(Post.id) == Alert.post_id)
        .where(
            Alert.campaign_id == campaign_id,
            col(Alert.hour) >= now - _STANDS,
            Post.state == PostState.PUBLISHED,
            col(Post.hidden_at).is_(None),
        )
        .order_by(col(Alert.hour), col(Alert.id))
    ).all()
    newest = {each.post_id: each for each in rows}
    return [each for _post, each in sorted(newest.items()) if _in_sight(session, each)]


def _in_sight(session: Session, alert: Alert) -> bool:
    found = session.exec(
        select(Reply.id)
        .where(
            Reply.post_id == alert.post_id,
            Reply.label == Label.ABUSE,
            Reply.received_at > alert.hour - SPAN,
            col(Reply.hidden_at).is_(None),
            col(Reply.deleted_at).is_(None),
        )
        .limit(1)
    ).first()
    return found is not None


def sentence(alert: Alert, at: datetime) -> str:
    """What an alert says, and whether somebody was told; ``at``: its hour in the right zone."""
    said = ngettext(
        "Post {post} drew {count} abusive comment within an hour, {time}",
        "Post {post} drew {count} abusive comments within an hour, {time}",
        alert.count,
    ).format(post=alert.post_id, count=alert.count, time=moment(at))
    return f"{said}; {_told(alert)}"


def _told(alert: Alert) -> str:
    words = {
        Delivery.SENT: _("the person on call got a mail"),
        Delivery.SENDING: _("a mail to the person on call is on its way"),
        Delivery.UNKNOWN: _("nobody knows whether the mail to the person on call arrived"),
        Delivery.FAILED: _("no mail went out to anybody on call"),
    }
    return words[alert.state]
