"""Keeping the result of a safety check: one transaction, in force before the next send."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from orchestrator import journal
from orchestrator.approve import take_back
from orchestrator.ending import shows_more, tells_more
from orchestrator.media import media_of
from orchestrator.media.keeping import files_of
from orchestrator.model import Post, Tandem
from orchestrator.vocabulary import PostState, Show


@dataclass(frozen=True)
class Kept:
    """Whether the result differs from before, shows less, and how many approvals it cost.

    ``files``: digests of pictures that are not kept any more, to be deleted after the commit.
    """

    changed: bool
    narrower: bool
    approvals_lost: int
    files: frozenset[str] = frozenset()


def showing_more(session: Session, tandem_id: int, show: Show | None) -> int:
    """How many published posts show more of the person than this result allows."""
    posts = session.exec(
        select(Post).where(Post.tandem_id == tandem_id, Post.state == PostState.PUBLISHED)
    )
    return sum(show is None or tells_more(post, show) for post in posts)


def keep(
    session: Session, tandem_id: int, show: Show | None, alias: str, now: datetime, actor: str
) -> Kept:
    """Store the result; the caller has locked the campaign's row, so nothing is sent meanwhile.

    What was planned or approved with more to see is called off. A picture goes with ``full``.
    """
    tandem = session.get_one(Tandem, tandem_id, with_for_update=True)
    narrower = shows_more(tandem.show, show)
    changed = (tandem.show, tandem.public_name) != (show, alias)
    lost = take_back(session, tandem.id) if changed else 0
    tandem.show, tandem.public_name, tandem.screened_at = show, alias, now
    files = _without_pictures(session, tandem) if show is not Show.FULL else set()
    if changed:
        tandem.changed_at = now
    journal.record(
        session,
        tandem.campaign_id,
        now,
        actor,
        "screened",
        journal.tandem_subject(tandem),
        narrower=narrower,
    )
    return Kept(changed, narrower, lost, frozenset(files))


def _without_pictures(session: Session, tandem: Tandem) -> set[str]:
    """Let go of them; which files they were."""
    found = media_of(session, tandem.id)
    tandem.media = ""
    for each in found:
        session.delete(each)
    return files_of(found)
