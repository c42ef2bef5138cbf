"""A card per post: everything that a person must see before they approve it, as plain values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from orchestrator import networks
from orchestrator.model import Audience, Medium, Post, Tandem
from orchestrator.phrases import phrases
from orchestrator.ports import Network
from orchestrator.preview.reached import Reached
from orchestrator.vocabulary import MediaKind, PostState, Show, TandemState

# States in which a reader may still get or already has the post.
SHOWN = (
    PostState.PLANNED,
    PostState.CLAIMED,
    PostState.SENDING,
    PostState.SCHEDULED,
    PostState.PUBLISHED,
    PostState.UNKNOWN,
)
_LABELS = {"x": "X"}


@dataclass(frozen=True)
class Shot:
    """A picture or film of a post. ``still``: the digest of what stands for it on a page.

    ``told``: its network takes the alternative text. ``remark``: what of it, it did not take.
    """

    kind: MediaKind
    alt: str
    told: bool
    still: str
    seconds: float | None
    remark: str = ""

    def document(self) -> dict[str, object]:
        """As scripts read it."""
        return {
            "kind": self.kind.value,
            "alt": self.alt,
            "alt_told": self.told,
            "seconds": self.seconds,
            "remark": self.remark or None,
        }


@dataclass(frozen=True)
class Card:
    """One post. ``length`` and ``limit`` are in the network's own count; ``due`` is local time.

    ``cities`` stay empty where only the region may be named: they would give the town away;
    ``regions`` are those to whose people all over it goes.
    ``followers``: how many of ours live there, by estimate; None where nobody knows, or where a
    network cannot aim. ``place_label``: the network labels it with its town. ``error``: what went
    wrong with it last.
    """

    id: int
    tandem: str
    tandem_id: int
    place: str
    network: str
    label: str
    language: str
    direction: str
    text: str
    link: str
    length: int
    limit: int
    price_usd: float
    mode: str
    cities: tuple[str, ...]
    regions: tuple[str, ...]
    known_cities: int
    unknown_cities: int
    radius_km: int | None
    people: int | None
    due: datetime
    zone: str
    state: PostState
    approved: bool
    permalink: str
    media: tuple[Shot, ...]
    made_with_ai: bool
    place_label: bool
    followers: int | None
    error: str | None

    @property
    def is_out(self) -> bool:
        """Whether it is beyond being planned."""
        return self.state is not PostState.PLANNED

    @property
    def ending(self) -> str:
        """The link where it ends the text: beside pictures no network has room for it."""
        return self.link if self.media and self.link not in self.text else ""

    @property
    def beside(self) -> str:
        """The link where it stands by itself."""
        return "" if self.media else self.link

    def document(self) -> dict[str, object]:
        """The card as ``preview --json`` gives it."""
        return {
            "id": self.id,
            "tandem": self.tandem,
            "network": self.network,
            "language": self.language,
            "text": self.text,
            "link": self.link,
            "length": self.length,
            "limit": self.limit,
            "price_usd": round(self.price_usd, 4),
            "mode": self.mode,
            "cities": list(self.cities),
            "regions": list(self.regions),
            "reachable_followers": self.followers,
            "media": [shot.document() for shot in self.media],
            "made_with_ai": self.made_with_ai,
            "place_label": self.place_label,
            "due_at": self.due,
            "state": self.state.value,
            "approved": self.approved,
            "error": self.error,
        }


def cards(
    session: Session,
    campaign_id: int,
    connected: Collection[Network],
    reached: Reached,
    slug: str | None = None,
) -> list[Card]:
    """All posts that may still appear or have appeared, by tandem and time."""
    query = (
        select(Post, Tandem, Audience)
        .join(Tandem, col(Post.tandem_id) == col(Tandem.id))
        .join(
            Audience,
            (col(Audience.tandem_id) == col(Post.tandem_id))
            & (col(Audience.network) == col(Post.network)),
            isouter=True,
        )
        .where(
            col(Post.campaign_id) == campaign_id,
            col(Post.state).in_(SHOWN),
            Tandem.state != TandemState.WITHDRAWN,
        )
        .order_by(col(Tandem.slug), col(Post.due_at), col(Post.id))
    )
    if slug is not None:
        query = query.where(col(Tandem.slug) == slug)
    by_name = {network.name: network for network in connected}
    known = _known_media(session, campaign_id)
    return [
        _card(
            post,
            tandem,
            audience,
            by_name.get(post.network),
            tuple(
                _shot(post.network, file, known.get((tandem.id, file["digest"])))
                for file in post.media
            ),
            reached.followers(tandem, post.network) if post.targeting else None,
        )
        for post, tandem, audience in session.exec(query).all()
    ]


def _known_media(session: Session, campaign_id: int) -> Mapping[tuple[int, str], Medium]:
    rows = session.exec(
        select(Medium)
        .join(Tandem, col(Medium.tandem_id) == Tandem.id)
        .where(Tandem.campaign_id == campaign_id)
    ).all()
    return {(row.tandem_id, row.ready): row for row in rows if row.ready}


def _shot(network: str, file: Mapping[str, str], medium: Medium | None) -> Shot:
    kind = MediaKind(file["kind"])
    film = kind is MediaKind.VIDEO
    still = ((medium.poster if medium else None) or "") if film else file["digest"]
    seconds = (medium.ready_facts or {}).get("seconds") if medium and film else None
    remark = file.get("remark", "")
    told = networks.adapter(network).MEDIA.tells(kind) and not remark
    return Shot(kind, file["alt"], told, still, seconds, remark)


def _card(
    post: Post,
    tandem: Tandem,
    audience: Audience | None,
    network: Network | None,
    media: tuple[Shot, ...],
    followers: int | None,
) -> Card:
    regional = tandem.show in (None, Show.REGION)
    cities = audience.towns if audience and post.targeting else []
    states = audience.states if audience and post.targeting else []
    known = tuple(city["name"] or "" for city in cities if city["key"])
    due = post.due_at.astimezone(ZoneInfo(post.zone))
    words = phrases(post.language)
    return Card(
        id=post.id,
        tandem=tandem.slug,
        tandem_id=tandem.id,
        place=tandem.region if regional else tandem.town,
        network=post.network,
        label=label_of(post.network),
        language=post.language,
        direction=words.direction if words else "ltr",
        text=post.text,
        link=post.link,
        length=network.length(post.text) if network else len(post.text),
        limit=networks.adapter(post.network).LIMITS.text,
        price_usd=post.price_usd,
        mode=post.mode,
        cities=() if regional else known,
        regions=tuple(state["name"] or "" for state in states if state["key"]),
        known_cities=len(known),
        unknown_cities=len(cities) - len(known),
        radius_km=audience.radius_km if cities and audience and not regional else None,
        people=audience.people if audience and post.targeting else None,
        due=due,
        zone=post.zone,
        state=post.state,
        approved=post.approved_digest is not None and post.approved_digest == post.digest,
        permalink=post.permalink or "",
        media=media,
        made_with_ai=post.made_with_ai,
        place_label=bool(post.place),
        followers=followers,
        error=post.error,
    )


def label_of(network: str) -> str:
    """The name of a network as people write it."""
    return _LABELS.get(network, network.capitalize())
