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
from orchestrator.claim import not_eligible
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
    """When what nobody can take away ends there by itself; None where somebody can."""
    keeps = adapter(post.network).MEDIA.keeps
    return (upload.expires_at or upload.updated_at + keeps) if keeps else None


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
        and (post.state in _OVER or not_eligible(session, shift, post, tandem))
    ]


def _take_away(shift: Shift, tally: Tally, upload: Upload, post: Post) -> None:
    network, over = shift.networks[post.network], upload.expires_at
    if upload.remote_id and isinstance(network, Uploading) and not (over and over <= shift.now):
        try:
            network.discard(uploads.so_far(upload))
        except OutcomeUnknown as trouble:
            _forget(shift, upload, why=trouble.why)
            raise
        except Rejected as refusal:
            why = _("its unseen picture was not taken away, and ends there by itself: {why}")
            tally.findings.append(about(post.id, why.format(why=refusal.why)))
        shift.reached("discarded")
    _forget(shift, upload)


def _forget(shift: Shift, upload: Upload, why: str = "") -> None:
    """Forget it; or, with ``why``, let it rest until it is tried again."""
    with shift.store.session(patient=True) as session:
        row = session.get(Upload, upload.id)
        if row is None or row.remote_id != upload.remote_id:
            return
        if why:
            uploads.note_unclear(row, why, shift.now)
        else:
            session.delete(row)
            note(session, shift, "upload taken away", row.post_id, file=row.position + 1)
