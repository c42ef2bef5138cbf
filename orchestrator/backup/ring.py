"""A ring: the keys of one campaign's people, who has none any more, and what ended."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC

from orchestrator.backup.endings import Endings, union
from orchestrator.model import Campaign


@dataclass(frozen=True)
class Ring:
    """What a keyring holds of one campaign.

    ``keys``: person → wrapped key (base64). ``gone``: person → digest of the key that was taken
    out, so that it is known again wherever it still lies. ``tandems``: the mark by which an import
    knows an erased tandem → the number that it had. ``endings``: see there. ``places``: those that
    ever held a backup, as digests, since a path may tell who works here. ``number`` grows with
    every writing: of two rings the higher one is newer.
    """

    campaign: str
    fingerprint: str
    began: str
    number: int = 0
    keys: dict[str, str] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    tandems: dict[str, int] = field(default_factory=dict)
    endings: Endings = field(default_factory=dict)
    places: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Tells campaigns apart, also one that was begun anew under the same name."""
        return f"{self.campaign} {self.fingerprint} {self.began}"

    @property
    def given_up(self) -> frozenset[str]:
        """The digests of the keys that were taken out: an older copy may still have one."""
        return frozenset(self.gone.values())


Rings = dict[str, Ring]


def of(campaign: Campaign) -> Ring:
    """The empty ring of a campaign."""
    began = campaign.created_at.astimezone(UTC).isoformat()
    return Ring(campaign.slug, campaign.key_fingerprint, began)


def ring_of(rings: Rings, campaign: Campaign) -> Ring:
    """The campaign's ring among these, or an empty one; others' do not matter."""
    empty = of(campaign)
    return rings.get(empty.name, empty)


def digest_of(text: str) -> str:
    """By which a key is known again when it is gone, or a place when it is away."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def merged(one: Ring, other: Ring) -> Ring:
    """The newer one, with what either knows to be gone, or to have ended."""
    older, newer = sorted((other, one), key=lambda ring: ring.number)
    both = replace(
        newer,
        gone={**older.gone, **newer.gone, **_recognised(older, newer), **_recognised(newer, older)},
        tandems={**older.tandems, **newer.tandems},
        endings=union(newer.endings, older.endings),
        places=sorted({*older.places, *newer.places}),
    )
    return without_given_up(both)


def _recognised(ring: Ring, other: Ring) -> dict[str, str]:
    """Who is gone here under a key that this ring never held, and the other one still does."""
    return {
        person: digest_of(other.keys[person])
        for person, digest in ring.gone.items()
        if not digest and person in other.keys
    }


def without_given_up(ring: Ring) -> Ring:
    """The same without the keys that were taken out."""
    given_up = ring.given_up
    keys = {number: key for number, key in ring.keys.items() if digest_of(key) not in given_up}
    return replace(ring, keys=keys)
