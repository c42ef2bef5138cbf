"""Verifying: what the platform stored as a post's audience, compared with what we asked for."""

from sqlmodel import Session, col, select

from orchestrator.approve import cancel
from orchestrator.attempts import last_attempt, shows_by_now
from orchestrator.i18n import _
from orchestrator.model import Attempt, Post, Tandem
from orchestrator.outcome import let_go
from orchestrator.ports import Network, Rejected, Targeting, Trouble, same_targeting
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import PostState, Show


def verify(shift: Shift, tally: Tally) -> None:
    """Check every post, live or held, that was not checked yet; a difference is a finding.

    A read that fails leaves the post unchecked, and the next pass asks again. A person who may
    be seen in the region only is not left in front of everyone: that post comes down at once.
    """
    for name, network in shift.networks.items():
        if not isinstance(network, Targeting):
            continue
        with shift.store.reading() as session:
            posts = _unchecked(session, shift, name)
        for post, tandem, last in posts:
            try:
                stored = network.stored(post.remote_id or "", post.mode)
            except Rejected as gone:
                if not shows_by_now(last, shift.now):
                    continue
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


def _unchecked(session: Session, shift: Shift, network: str) -> list[tuple[Post, Tandem, Attempt]]:
    rows = session.exec(
        select(Post, Tandem)
        .join(Tandem, col(Post.tandem_id) == Tandem.id)
        .where(
            Post.campaign_id == shift.campaign_id,
            Post.network == network,
            col(Post.state).in_([PostState.PUBLISHED, PostState.SCHEDULED]),
            col(Post.targeting_kept).is_(None),
        )
        .order_by(col(Post.id))
    ).all()
    return [
        (post, tandem, last_attempt(session, post.id))
        for post, tandem in rows
        if post.targeting is not None
    ]


def _take_down(shift: Shift, tally: Tally, network: Network, post: Post) -> None:
    try:
        network.takedown(post.remote_id or "")
    except Trouble as trouble:
        why = _("everyone can see it, and taking it down failed: {why}").format(why=trouble.why)
        tally.alarm(f"post {post.id}: {why}")
        return  # still unchecked: the next pass tries again
    finding = _("the network did not keep the audience of this post, so it was taken down")
    _note(shift, tally, post.id, finding, comes_down=True)


def _note(
    shift: Shift, tally: Tally, post_id: int, finding: str | None, *, comes_down: bool = False
) -> None:
    with shift.store.session(patient=True) as session:
        post = session.get_one(Post, post_id, with_for_update=True)
        post.targeting_kept = finding is None
        if finding is None:
            return
        if not comes_down:
            post.error = finding
        elif post.state is PostState.SCHEDULED:
            let_go(post)  # nobody has seen it
            cancel(post, finding)
        else:
            post.state, post.error = PostState.WITHDRAWN, finding
        tally.alarm(f"post {post_id}: {finding}")
