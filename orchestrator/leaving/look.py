"""What networks have of a tandem, and what waits: looked at before it leaves, and after."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from orchestrator.model import Post, Tandem
from orchestrator.vocabulary import PostState, TandemState


@dataclass(frozen=True)
class Standing:
    """How many posts of a tandem a network has, or is to get."""

    network: str
    planned: int
    held: int
    sending: int
    unclear: int
    published: int


@dataclass(frozen=True)
class Outlook:
    """A tandem as it stands, network by network; those without a post of it are left out."""

    tandem_id: int
    slug: str
    state: TandemState
    closed_because: str | None
    posts_down: bool
    networks: list[Standing]

    @property
    def planned(self) -> int:
        """How many posts only wait here."""
        return sum(each.planned for each in self.networks)

    @property
    def published(self) -> int:
        """How many posts people can see."""
        return sum(each.published for each in self.networks)


_KINDS: dict[str, Callable[[Post], bool]] = {
    "sending": lambda post: post.state is PostState.SENDING,
    "unclear": lambda post: post.state is PostState.UNKNOWN,
    "published": lambda post: post.state is PostState.PUBLISHED,
    "held": lambda post: post.handed_digest is not None,
    "planned": lambda post: post.state in (PostState.PLANNED, PostState.CLAIMED),
}


def outlook(session: Session, tandem_id: int) -> Outlook:
    """Look at a tandem; nothing is locked."""
    tandem = session.get_one(Tandem, tandem_id)
    counted: dict[str, Counter[str]] = {}
    for post in posts_of(session, tandem_id):
        if kind := kind_of(post):
            counted.setdefault(post.network, Counter())[kind] += 1
    networks = [
        Standing(name, **{kind: kinds[kind] for kind in _KINDS})
        for name, kinds in sorted(counted.items())
    ]
    return Outlook(
        tandem.id, tandem.slug, tandem.state, tandem.closed_because, tandem.posts_down, networks
    )


def posts_of(session: Session, tandem_id: int) -> list[Post]:
    """All posts of a tandem, by number."""
    rows = select(Post).where(Post.tandem_id == tandem_id).order_by(col(Post.id))
    return list(session.exec(rows).all())


def kind_of(post: Post) -> str | None:
    """What a network has of it, or is to get; None: nothing, and it stays so."""
    return next((kind for kind, fits in _KINDS.items() if fits(post)), None)
