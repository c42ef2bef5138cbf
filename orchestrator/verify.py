"""Verifying: what the platform stored as a post's audience, compared with what we asked for."""

from sqlmodel import Session, col, select

from orchestrator.i18n import _
from orchestrator.model import Post, PostState
from orchestrator.ports import Targeting, Trouble, same_targeting
from orchestrator.shift import Shift, Tally


def verify(shift: Shift, tally: Tally) -> None:
    """Check every published post that was not checked yet; a difference is a finding.

    A read that fails leaves the post unchecked, and the next pass asks again.
    """
    for name, network in shift.networks.items():
        if not isinstance(network, Targeting):
            continue
        with shift.store.reading() as session:
            posts = _unchecked(session, shift, name)
        for post in posts:
            try:
                stored = network.stored(post.remote_id or "", post.mode)
            except Trouble as trouble:
                tally.findings.append(f"post {post.id}: {trouble.why}")
                break
            _note(shift, tally, post.id, kept=same_targeting(post.targeting, stored))


def _unchecked(session: Session, shift: Shift, network: str) -> list[Post]:
    posts = session.exec(
        select(Post)
        .where(
            Post.campaign_id == shift.campaign_id,
            Post.network == network,
            Post.state == PostState.PUBLISHED,
            col(Post.targeting_kept).is_(None),
        )
        .order_by(col(Post.id))
    ).all()
    return [post for post in posts if post.targeting is not None]


def _note(shift: Shift, tally: Tally, post_id: int, *, kept: bool) -> None:
    with shift.store.session() as session:
        post = session.get_one(Post, post_id, with_for_update=True)
        post.targeting_kept = kept
        if not kept:
            post.error = _("the network did not keep the audience of this post")
            tally.findings.append(f"post {post_id}: {post.error}")
