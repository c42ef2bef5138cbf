"""The persons' keys of all backups in a place: one small file beside them, which is rewritten.

A backup that holds no key cannot betray whom we promised to forget. So the keys (wrapped by the
campaign's, useless without the key file) lie here, once in each place and without any history:
where a key is taken out, every backup of that person becomes unreadable, however old it is. What
ended stands here as well (``endings``), so that no older database brings it back.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from orchestrator.backup.endings import endings_in, without
from orchestrator.backup.keyring_file import NAME, Unsound, alone, read_file, replace_file
from orchestrator.backup.places import Place
from orchestrator.backup.ring import Ring, Rings, digest_of, merged, of, ring_of, without_given_up
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.model import Campaign, Person, PersonKey, Tandem
from orchestrator.store import Store


def read(place: Place) -> Rings:
    """The rings of a place; raises :class:`Unsound` when the file cannot be trusted."""
    return read_file(place.path / NAME)


def found(places: Iterable[Place]) -> Rings:
    """The newest sound ring of each campaign in all places, without any key that is gone."""
    rings: Rings = {}
    for place in places:
        try:
            here = read(place)
        except Unsound:
            continue
        for name, ring in here.items():
            rings[name] = merged(rings[name], ring) if name in rings else ring
    return rings


def brought_up_to_date(session: Session, campaign: Campaign, ring: Ring) -> Ring:
    """The ring with the keys that the database has now, and without those that it gave up.

    What ended stays in it, unless the tandem was erased.
    """
    erased = select(Tandem.place_digest, Tandem.id).where(
        Tandem.campaign_id == campaign.id, col(Tandem.erased_at).is_not(None)
    )
    here = dict(session.exec(erased).all())
    known = without(ring.endings, here.values())
    return replace(
        _with_keys_of(session, campaign, ring),
        number=ring.number + 1,
        tandems={**ring.tandems, **here},
        endings=endings_in(session, campaign, known),
    )


def _with_keys_of(session: Session, campaign: Campaign, ring: Ring) -> Ring:
    """A person who has no key, though something of theirs is sealed, is not erased: the database
    was restored without a keyring. So the key stays here.
    """
    rows = session.exec(
        select(Person.id, PersonKey.wrapped, Person.sealed)
        .join(PersonKey, col(PersonKey.person_id) == Person.id, isouter=True)
        .where(Person.campaign_id == campaign.id)
    ).all()
    keys, gone = dict(ring.keys), dict(ring.gone)
    for number, wrapped, sealed in rows:
        if wrapped is not None:
            keys[str(number)] = as_text(wrapped)
        elif sealed is None:
            taken = keys.pop(str(number), None)
            if taken or str(number) not in gone:
                gone[str(number)] = digest_of(taken) if taken else ""
    return without_given_up(replace(ring, keys=keys, gone=gone))


def as_text(wrapped: bytes | None) -> str:
    """How a ring writes a key; empty for none."""
    return base64.b64encode(wrapped).decode() if wrapped else ""


def rewrite(store: Store, place: Place, places: Iterable[Place]) -> None:
    """Write the keys of every campaign in the database into ``place``.

    Never older over newer: what any of ``places`` knows to be gone stays gone. Raises ``OSError``
    or :class:`Unsound`; the file that was there is then as it was.
    """
    with alone(place.path):
        rings = {**read(place)}
        elsewhere = found([place, *places])
        used = [digest_of(each.url) for each in (place, *places) if _is_used(each)]
        # Read under the lock: whoever erased before has had it, whoever erases later will.
        with store.reading() as session:
            for campaign in session.exec(select(Campaign)).all():
                known = ring_of(elsewhere, campaign)
                fresh = brought_up_to_date(session, campaign, known)
                rings[known.name] = replace(fresh, places=sorted({*known.places, *used}))
        replace_file(place.path / NAME, rings)


@dataclass(frozen=True)
class Left:
    """A place whose keyring could not be brought up to date for certain, and why."""

    url: str
    why: str


def remember(store: Store, places: list[Place]) -> list[Left]:
    """What was just decided is in the keyrings at once; the places that do not know of it yet.

    A place that was never used needs not: there is no older database in it.
    """
    return [Left(place.url, why) for place in places if (why := _untold(store, place, places))]


def _untold(store: Store, place: Place, places: list[Place]) -> str:
    if not _is_used(place):
        return _away() if _was_used(store, place, places) else ""
    try:
        rewrite(store, place, places)
    except (OSError, Unsound, UsageProblem) as error:
        return _why(error)
    return ""


def _is_used(place: Place) -> bool:
    """The folder of a disk that is not plugged in is missing, or empty."""
    return (place.path / NAME).exists() or bool(place.ids())


def _was_used(store: Store, place: Place, places: list[Place]) -> bool:
    """As any ring says that is here; without one, every campaign that runs was backed up."""
    rings = found(places)
    if rings:
        return any(digest_of(place.url) in ring.places for ring in rings.values())
    with store.reading() as session:
        passed = select(Campaign.id).where(col(Campaign.last_pass_at).is_not(None))
        return session.exec(passed.limit(1)).first() is not None


def _away() -> str:
    return _("there is no backup; a disk that is not connected?")


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def forget(store: Store, places: list[Place], campaign: Campaign, persons: list[int]) -> list[Left]:
    """Take these people's keys out of every place; those where that is not certain."""
    left = []
    for place in places:
        if why := _forget_in(store, place, places, campaign, persons):
            left.append(Left(place.url, why))
    return left


def _forget_in(
    store: Store, place: Place, places: list[Place], campaign: Campaign, persons: list[int]
) -> str:
    if not _is_used(place):
        unused = place.path.is_dir() and (place.own or campaign.last_pass_at is None)
        return "" if unused else _away()
    try:
        rewrite(store, place, places)
        ring = read(place).get(of(campaign).name)
    except (OSError, Unsound) as error:
        return _why(error)
    if ring is None or {str(each) for each in persons} & ring.keys.keys():
        return _("the key is still there")
    if persons and not place.is_clean():
        return _("a backup is being made there, or was cut off less than an hour ago")
    if old := _with_keys_inside(place):
        return _(
            "these backups are of an older version, with the keys inside; delete them: {ids}"
        ).format(ids=", ".join(old))
    return ""


# The first revision of the schema whose backups hold no keys.
KEYS_APART = "0004"


def _with_keys_inside(place: Place) -> list[str]:
    """Backups from before the keys had a file of their own."""
    from orchestrator.backup import manifest

    old = []
    for backup_id in place.ids():
        try:
            described = manifest.read(place.folder(backup_id))
        except manifest.Damaged:
            continue
        if described.schema < KEYS_APART:
            old.append(backup_id)
    return old


__all__ = [
    "KEYS_APART", "NAME", "Left", "Ring", "Rings", "Unsound",
    "as_text", "brought_up_to_date", "forget", "found", "of", "read", "remember", "rewrite",
]  # fmt: skip
