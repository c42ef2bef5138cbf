"""Pictures that were brought to a network for a post that will not come: taken away there.

Nobody sees them, but they show somebody who may have withdrawn. As everything that must not stay
they are found by the rows, and each pass goes on until the network has let go of the last one.
Where a network lets nobody take them away, the rows stay until it must have let go by itself.
"""

from collections.abc import Collection
from datetime import datetime
from functools import cache

from sqlmodel import Session, col, select

from orchestrator import uploads
from orchestrator.attempts import attempts_of
from orchestrator.claim import not_eligible
from orchestrator.copies import is_looked_for
from orchestrator.elsewhere import may_send
from orchestrator.freeze import is_frozen
from orchestrator.i18n import _
from orchestrator.model import Account, Campaign, Post, Tandem, Upload
from orchestrator.networks import adapter
from orchestrator.outcome import note
from orchestrator.ports import OutcomeUnknown, Rejected, Uploading
from orchestrator.shift import Shift, Tally, about
from orchestrator.visits import Visits
from orchestrator.vocabulary import PostState

_OVER = (PostState.CANCELLED, PostState.EXPIRED, PostState.REJECTED, PostState.WITHDRAWN)


def discard(shift: Shift, tally: Tally, tandems: Collection[int] | None = None) -> None:
    """Take away what no post will show; ``tandems``: only theirs, since a person waits for it."""
    with shift.store.reading() as session:
        wanted = _wanted(session, shift, tandems)
        frozen = is_frozen(session, session.get_one(Campaign, shift.campaign_id))
    if not wanted:
        return
    hindrance = cache(may_send(shift, tally))
    visits = Visits(shift, tally, urgent=True)
    for upload, post in wanted:
        name = post.network
        # By an older copy of the rows a picture might be taken out of a post that is live.
        if not (frozen(name) or hindrance(name)) and visits.welcome(name):
            with visits.to(name, post.id):
                _take_away(shift, tally, upload, post)


def stays(shift: Shift, tandems: Collection[int]) -> dict[str, datetime]:
    """Until when networks have, by network, what no post will show and nobody can take away."""
    with shift.store.reading() as session:
        unused = _unused(session, shift, tandems)
    ends: dict[str, datetime] = {}
    for upload, post in unused:
        end = _ends(upload, post)
        if end and end > shift.now:
            ends[post.network] = max(end, ends.get(post.network, end))
    return ends


def _ends(upload: Upload, post: Post) -> datetime | None:
    """When what nobody can take away ends there by itself; None where somebody can, or need not."""
    keeps, begun = adapter(post.network).MEDIA.keeps, upload.mark or upload.remote_id
    return (upload.expires_at or upload.updated_at + keeps) if keeps and begun else None


def _wanted(
    session: Session, shift: Shift, tandems: Collection[int] | None
) -> list[tuple[Upload, Post]]:
    """What this pass takes away, or forgets since it ended."""
    return [
        (upload, post)
        for upload, post in _unused(session, shift, tandems)
        if post.network in shift.networks
        and not uploads.rests(upload, shift.now)
        and not ((end := _ends(upload, post)) and end > shift.now)
    ]


def _unused(
    session: Session, shift: Shift, tandems: Collection[int] | None
) -> list[tuple[Upload, Post]]:
    rows = session.exec(
        select(Upload, Post, Tandem, Account.remote_id)
        .join(Post, col(Post.id) == Upload.post_id)
        .join(Tandem, col(Tandem.id) == Post.tandem_id)
        .join(Account, col(Account.id) == Post.account_id)
        .where(
            Post.campaign_id == shift.campaign_id,
            col(Post.state).in_([*_OVER, PostState.PLANNED]),
            col(Post.handed_digest).is_(None),
        )
        .order_by(col(Upload.id))
    ).all()
    return [
        (upload, post)
        for upload, post, tandem, account in rows
        if (tandems is None or tandem.id in tandems)
        and account == shift.settings.networks[post.network].account
        and (_is_left(session, upload, post) or not_eligible(session, shift, post, tandem))
    ]


def _is_left(session: Session, upload: Upload, post: Post) -> bool:
    """Whether no post shows it any more; one of which a lost try may be live still does."""
    if any(map(is_looked_for, attempts_of(session, post.id))):
        return False
    return post.state in _OVER or upload not in uploads.uploads_of(session, post)


def _take_away(shift: Shift, tally: Tally, upload: Upload, post: Post) -> None:
    network, over, taken = shift.networks[post.network], upload.expires_at, False
    if upload.remote_id and isinstance(network, Uploading) and not (over and over <= shift.now):
        try:
            taken = network.discard(uploads.so_far(upload))
        except OutcomeUnknown as trouble:
            _rest(shift, upload, trouble.why)
            raise
        except Rejected as refusal:
            why = _("its unseen picture was not taken away, and ends there by itself: {why}")
            tally.findings.append(about(post.id, why.format(why=refusal.why)))
        shift.reached("discarded")
    _forget(shift, upload, "upload taken away" if taken else "upload ended")


def _forget(shift: Shift, upload: Upload, event: str) -> None:
    with shift.store.session(patient=True) as session:
        if row := _still(session, upload):
            session.delete(row)
            note(session, shift, event, row.post_id, file=row.position + 1)


def _rest(shift: Shift, upload: Upload, why: str) -> None:
    """Let it rest until it is tried again."""
    with shift.store.session(patient=True) as session:
        if row := _still(session, upload):
            uploads.note_unclear(row, why, shift.now)


def _still(session: Session, upload: Upload) -> Upload | None:
    """The row, unless something else was brought there meanwhile."""
    row = session.get(Upload, upload.id)
    names = ("digest", "mark", "remote_id")
    same = row and all(getattr(row, name) == getattr(upload, name) for name in names)
    return row if same else None
