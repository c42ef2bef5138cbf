"""Published posts that are not seen as the stops want it, by their rows alone."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from orchestrator import networks
from orchestrator.ending import Until, must_go
from orchestrator.hiding.wanted import amiss
from orchestrator.model import Post
from orchestrator.vocabulary import PostState


@dataclass(frozen=True)
class Unseen:
    """``to_hide``, ``to_show``: what a network has not confirmed; ``unable``: what cannot be hidden
    where it is.
    """

    to_hide: tuple[int, ...]
    to_show: tuple[int, ...]
    unable: tuple[int, ...]


def unseen(session: Session, campaign_id: int, until: Until) -> Unseen:
    """What a stop wants hidden and is not, and the other way round; what is gone needs nobody.

    What has to come down has an alarm of its own.
    """
    going = {each.post.id for each in must_go(session, campaign_id, until)}
    wanted = [each for each in amiss(session, campaign_id, until) if each.post.id not in going]
    found = [each for each in wanted if each.post.gone_at is None]
    able = {name for name in networks.names() if networks.adapter(name).LIMITS.hiding}
    return Unseen(
        to_hide=tuple(e.post.id for e in found if e.hidden and e.post.network in able),
        to_show=tuple(e.post.id for e in found if not e.hidden and e.post.network in able),
        unable=tuple(e.post.id for e in found if e.hidden and e.post.network not in able),
    )


def hidden(session: Session, campaign_id: int) -> list[int]:
    """The published posts that are proved to be out of sight."""
    wanted = select(Post.id).where(
        Post.campaign_id == campaign_id,
        Post.state == PostState.PUBLISHED,
        col(Post.hidden_at).is_not(None),
    )
    return list(session.exec(wanted.order_by(col(Post.id))).all())
