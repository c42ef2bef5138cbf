"""Verifying: what the platform stored as a post's audience, compared with what we asked for."""

from sqlmodel import Session, col, select

from orchestrator.i18n import _
from orchestrator.model import Post, Tandem
from orchestrator.ports import Network, Rejected, Targeting, Trouble, same_targeting
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import PostState, Show


def verify(shift: Shift, tally: Tally) -> None:
    """Check every published post that was not checked yet; a difference is a finding.

    A read that fails leaves the post unchecked, and the next pass asks again. A person who may
    be seen in the region only is not left in front of everyone: that post comes down at once.
    """
    for name, network in shift.networks.items():
        if not isinstance(network, Targeting):
            continue
        with shift.store.reading() as session:
            posts = _unchecked(session, shift, name)
        for post, tandem in posts:
            try:
                stored = network.stored(post.remote_id or "", post.mode)
            except Rejected as gone:
                _note(shift, tally, post.id, gone.why)
                continue
            except Trouble as trouble:
                tally.findings.append(f"post {post.id}: {trouble.why}")
                break
            if same_targeting(post.targeting, stored):
                _note(shift, tally, post.id, None)
            elif tandem.show is Show.REGION:
                _take_down(shift, tally, network, post)
            else:
                finding = _("the network did not keep the audience of this post")
                _note(shift, tally, post.id, finding)


def _unchecked(session: Session, shift: Shift, network: str) -> list[tuple[Post, Tandem]]:
    rows = session.exec(
        select(Post, Tandem)
        .join(Tandem, col(Post.tandem_id) == Tandem.id)
        .where(
            Post.campaign_id == shift.campaign_id,
            Post.network == network,
            Post.state == PostState.PUBLISHED,
            col(Post.targeting_kept).is_(None),
        )
        .order_by(col(Post.id))
    ).all()
    return [(post, tandem) for post, tandem in rows if post.targeting is not None]


def _take_down(shift: Shift, tally: Tally, network: Network, post: Post) -> None:
    try:
        network.takedown(post.remote_id or "")
    except Trouble as trouble:
        why = _("everyone can see it, and taking it down failed: {why}").format(why=trouble.why)
        tally.alarm(f"post {post.id}: {why}")
        return  # still unchecked: the next pass tries again
    finding = _("the network did not keep the audience of this post, so it was taken down")
    _note(shift, tally, post.id, finding, PostState.WITHDRAWN)


def _note(
    shift: Shift,
    tally: Tally,
    post_id: int,
    finding: str | None,
    state: PostState = PostState.PUBLISHED,
) -> None:
    with shift.store.session(patient=True) as session:
        post = session.get_one(Post, post_id, with_for_update=True)
        post.targeting_kept = finding is None
        post.state = state
        if finding is not None:
            post.error = finding
            tally.alarm(f"post {post_id}: {finding}")
