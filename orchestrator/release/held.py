"""What the backup says that a network holds: looked at by its number before anything goes on."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from orchestrator.attempts import last_attempt
from orchestrator.doubt import doubt_one
from orchestrator.i18n import _
from orchestrator.model import Post
from orchestrator.outcome import adopt, let_go
from orchestrator.ports import Place, Receipt, Trouble
from orchestrator.shift import Shift, Tally, about
from orchestrator.vocabulary import PostState


def look_at_held(shift: Shift, tally: Tally, networks: set[str], since: datetime) -> list[Post]:
    """Bring what is held there up to date; the posts of which the network did not say.

    One that is live is adopted. One that it has no longer went out, or was called off, after the
    backup: it is looked for by its words, as everything else.
    """
    with shift.store.reading() as session:
        said = session.exec(
            select(Post)
            .where(
                Post.campaign_id == shift.campaign_id,
                Post.state == PostState.SCHEDULED,
                col(Post.network).in_(networks),
            )
            .order_by(col(Post.id))
        ).all()
    return [post for post in said if not _look(shift, tally, post, since)]


def _look(shift: Shift, tally: Tally, post: Post, since: datetime) -> bool:
    """Whether the network said how the post stands."""
    network = shift.networks.get(post.network)
    if network is None or post.remote_id is None:
        return False
    try:
        seen = network.look(post.remote_id)
    except Trouble as trouble:
        tally.findings.append(about(post.id, trouble.why))
        return False
    with shift.store.session(patient=True) as session:
        row = session.get_one(Post, post.id, with_for_update=True)
        if (row.state, row.remote_id) != (PostState.SCHEDULED, post.remote_id):
            return True  # somebody else was quicker with it
        if seen is None:
            let_go(session, row)
            doubt_one(session, row, min(since, shift.now))
        elif seen.place is Place.LIVE:
            adopt(row, seen, shift, last_attempt(session, row.id).digest)
            row.targeting_kept = None  # read back once more, now that people see it
            tally.published += 1
        else:
            _take_time(tally, row, seen)
    return True


def _take_time(tally: Tally, row: Post, seen: Receipt) -> None:
    """Moved after the backup: what the network says is newer, unless it was moved here as well."""
    if seen.due_at is None or seen.due_at == row.handed_for:
        return
    if row.due_at == row.handed_for:
        row.due_at = seen.due_at
        row.due_wall = seen.due_at.astimezone(ZoneInfo(row.zone)).strftime("%Y-%m-%dT%H:%M")
        tally.findings.append(
            _("post {number}: the network holds it for another time; that is taken over").format(
                number=row.id
            )
        )
    row.handed_for = seen.due_at
