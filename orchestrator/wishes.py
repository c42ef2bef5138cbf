"""What the campaign wants of the posts that a network keeps unseen, read from its rows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from orchestrator.eligible import BY_CALENDAR, Reason, is_gated
from orchestrator.ending import consents_of, why_not_out
from orchestrator.freeze import is_frozen
from orchestrator.model import Account, Campaign, Consent, Pause, Post, Tandem
from orchestrator.pause import pauses, stops
from orchestrator.policy.limiting import stopped_by_limit
from orchestrator.shift import Shift
from orchestrator.vocabulary import PostState, Show, TandemState

_CALLED_OFF = (PostState.CANCELLED, PostState.EXPIRED, PostState.REJECTED, PostState.WITHDRAWN)
_OUR_MOVE = (PostState.PLANNED, PostState.SCHEDULED, *_CALLED_OFF)
# A platform may round a time.
_ROUNDED = timedelta(minutes=1)
# Network → why its rows cannot be trusted now, or None.
Hindrance = Callable[[str], str | None]


class Wish(StrEnum):
    """What the campaign wants of a post that a network keeps unseen."""

    KEEP = "keep"
    STOP = "stop"  # not now: it is planned again
    CALL_OFF = "call off"  # not at all: it comes down even if it went out
    MOVE = "move"
    CHECK = "check"


@dataclass(frozen=True)
class View:
    """What is true of all posts at a moment: read once, since there may be hundreds of them.

    ``trusts``: whether rows and clock are of this world on a network; an older copy knows no newer
    words and times. ``consents``: by person. ``useless``: accounts whose limit was found to keep
    nobody out.
    """

    shift: Shift
    trusts: Callable[[str], bool]
    stopped: Sequence[Pause]
    consents: Mapping[int, Sequence[Consent]]
    useless: Collection[int] = ()


def view(session: Session, shift: Shift, hindrance: Hindrance) -> View:
    """Look at pauses, consents and the freeze as they are now."""
    frozen = is_frozen(session, session.get_one(Campaign, shift.campaign_id))
    return View(
        shift=shift,
        trusts=lambda network: not frozen(network) and hindrance(network) is None,
        stopped=pauses(session, shift.campaign_id),
        consents=consents_of(session, shift.campaign_id),
        useless=_useless(session, shift),
    )


def _useless(session: Session, shift: Shift) -> list[int]:
    decisions = shift.settings.decisions(shift.now)
    accounts = session.exec(select(Account).where(Account.campaign_id == shift.campaign_id)).all()
    return [
        each.id
        for each in accounts
        if stopped_by_limit(session, each.id, each.network, decisions) is not None
    ]


def wishes(
    session: Session, shift: Shift, hindrance: Hindrance, posts: Collection[int] | None = None
) -> list[tuple[Post, Wish]]:
    """Every post (of these, or of all) that a network keeps and of which something is wanted."""
    held = (
        select(Post, Tandem)
        .join(Tandem, col(Post.tandem_id) == Tandem.id)
        .where(
            Post.campaign_id == shift.campaign_id,
            col(Post.state).in_(_OUR_MOVE),
            col(Post.handed_digest).is_not(None),
        )
        .order_by(col(Post.due_at), col(Post.id))
    )
    if posts is not None:
        held = held.where(col(Post.id).in_(posts))
    rows = session.exec(held).all()
    if not rows:
        return []
    seen = view(session, shift, hindrance)
    found = [(post, wish_of(seen, post, tandem)) for post, tandem in rows]
    return [(post, wish) for post, wish in found if wish is not Wish.KEEP]


def wish_of(seen: View, post: Post, tandem: Tandem) -> Wish:
    """What is wanted of this post; what a person decided counts whatever else is in doubt."""
    reason, trusted = refusal(seen, post, tandem), seen.trusts(post.network)
    knows = tandem.state is TandemState.WITHDRAWN or trusted
    if (reason and (knows or reason not in BY_CALENDAR)) or (knows and post.state in _CALLED_OFF):
        return Wish.CALL_OFF
    if knows and post.approved_digest != post.handed_digest:
        return Wish.STOP
    if post.state not in (PostState.PLANNED, PostState.SCHEDULED):
        return Wish.KEEP
    if stops(seen.stopped, post, tandem.slug) or _is_exposed(seen, post, tandem):
        return Wish.STOP
    if post.state is PostState.PLANNED:
        # A mere draft is shown by the next send; what has a time there goes out by itself.
        return Wish.STOP if knows and post.handed_for else Wish.KEEP
    if post.handed_for is None or post.handed_for <= seen.shift.now:
        return Wish.CHECK
    moved = abs(post.due_at - post.handed_for) >= _ROUNDED
    return Wish.MOVE if knows and moved else Wish.KEEP


def _is_exposed(seen: View, post: Post, tandem: Tandem) -> bool:
    """Whether only its limit protects somebody, and that was found to keep nobody out."""
    return tandem.show is Show.REGION and is_gated(post) and post.account_id in seen.useless


def refusal(seen: View, post: Post, tandem: Tandem) -> Reason | None:
    """Why this post must not be seen on the day on which it goes out."""
    settings = seen.shift.settings
    day = max(seen.shift.now, post.due_at).astimezone(settings.campaign.zone).date()
    consents = seen.consents.get(tandem.refugee_id, ())
    return why_not_out(post, tandem, consents, day, settings.terms)
