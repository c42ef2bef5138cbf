"""An advert's row: what a person approves of it, and what the network is told."""

import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, timedelta
from typing import Any

from sqlmodel import Session, col, select

from orchestrator.model import Advert, Campaign, Post, Tandem
from orchestrator.ports import AdvertWish
from orchestrator.vocabulary import AdvertState

# Only letters: a number could be taken for a phone's.
_LETTERS = "bcdfghjklmnpqrstvwxz"
# Not made yet, or not for good: a person may still let it run.
OPEN = frozenset({AdvertState.PLANNED, AdvertState.MAKING, AdvertState.PAUSED, AdvertState.RUNNING})
# A network tells hours late what was spent; no later than this (unverified live).
LATE = timedelta(hours=48)


def digest_of(advert: Advert, post: Post) -> str:
    """Of everything that a person approves: words, circle, money, end, and where."""
    content = {
        "post": post.digest,
        "remote_id": post.remote_id,
        "targeting": advert.targeting,
        "category": advert.category,
        "budget": advert.budget_cents,
        "currency": advert.currency,
        "ends_at": advert.ends_at.astimezone(UTC).isoformat(),
        "account": advert.ad_account,
        "name": advert.name,
    }
    written = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def new_name(campaign: Campaign, post: Post) -> str:
    """A name that nothing else has, here or in a copy of this database, and that tells nobody."""
    token = "".join(secrets.choice(_LETTERS) for _letter in range(10))
    return f"{campaign.slug} {post.id} {token}"


def campaign_name(campaign: Campaign, category: str) -> str:
    """What all adverts of a category hang on: the same in every copy of this database."""
    mark = hashlib.sha256(f"adverts {campaign.key_fingerprint}".encode()).digest()
    token = "".join(_LETTERS[byte % len(_LETTERS)] for byte in mark[:10])
    return f"{campaign.slug} {category} {token}"


def wish_for(
    advert: Advert, post: Post, campaign: Campaign, countries: Collection[str]
) -> AdvertWish:
    """What the network is told."""
    return AdvertWish(
        name=advert.name,
        campaign=campaign_name(campaign, advert.category),
        post=post.remote_id or "",
        targeting=advert.targeting,
        category=advert.category,
        countries=tuple(sorted(countries)),
        budget=advert.budget_cents,
        ends_at=advert.ends_at.astimezone(UTC),
    )


def adverts_of(
    session: Session, campaign_id: int, tandems: Collection[int] | None = None
) -> Sequence[tuple[Advert, Post, Tandem]]:
    """All adverts (of these tandems), each with its post and tandem, by the tandems' names."""
    rows = (
        select(Advert, Post, Tandem)
        .join(Post, col(Advert.post_id) == Post.id)
        .join(Tandem, col(Advert.tandem_id) == Tandem.id)
        .where(Advert.campaign_id == campaign_id)
    )
    if tandems is not None:
        rows = rows.where(col(Advert.tandem_id).in_(tandems))
    return session.exec(rows.order_by(col(Tandem.slug), col(Advert.id))).all()


def shares(rows: Iterable[Advert]) -> dict[int, int]:
    """What each advert takes of the cap: its budget until nothing of it can be spent any more, nor
    be told late; then what was spent. One that was never switched on takes nothing.
    """
    return {row.id: row.spend_cents + unspent(row) for row in rows}


def unspent(row: Advert) -> int:
    """What an advert takes of the cap beyond what it is known to have spent."""
    counts = _may_spend(row) or row.held_until is not None
    return max(row.budget_cents - row.spend_cents, 0) if counts else 0


def held_back(rows: Iterable[Advert]) -> int:
    """What adverts that are over take only since the network may tell late what they spent."""
    return sum(unspent(row) for row in rows if is_held(row))


def is_held(row: Advert) -> bool:
    """Whether it is over, and its budget counts all the same."""
    return row.held_until is not None and not _may_spend(row)


def _may_spend(row: Advert) -> bool:
    """One not read back as switched off may still spend, whatever became of its approval."""
    approved = row.state in OPEN and row.approved_digest is not None
    return approved or row.state is AdvertState.RUNNING


def km_of(targeting: dict[str, Any]) -> int | None:
    """The radius of the only circle of an advert."""
    pins = (targeting.get("geo_locations") or {}).get("custom_locations") or [{}]
    radius = pins[0].get("radius")
    return radius if isinstance(radius, int) else None
