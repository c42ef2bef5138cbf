"""What a release found of the posts that were unclear, network by network."""

from collections import Counter
from dataclasses import dataclass

from sqlmodel import Session, select

from orchestrator.model import Post
from orchestrator.vocabulary import PostState

States = dict[int, tuple[str, str]]


@dataclass(frozen=True)
class Found:
    """How many posts are now known as live, and how many as held by the network."""

    live: int = 0
    held: int = 0


def states(session: Session, campaign_id: int) -> States:
    """Network and state of every post."""
    rows = session.exec(
        select(Post.id, Post.network, Post.state).where(Post.campaign_id == campaign_id)
    )
    return {post_id: (network, state) for post_id, network, state in rows.all()}


def found_since(
    session: Session, campaign_id: int, networks: set[str], before: States
) -> dict[str, Found]:
    """What was found there; only finding changes a post of a frozen network in this way."""
    session.flush()
    changed = Counter(
        (network, state)
        for post_id, (network, state) in states(session, campaign_id).items()
        if before.get(post_id) != (network, state)
    )
    found = {
        name: Found(changed[name, PostState.PUBLISHED], changed[name, PostState.SCHEDULED])
        for name in sorted(networks)
    }
    return {name: each for name, each in found.items() if each != Found()}
