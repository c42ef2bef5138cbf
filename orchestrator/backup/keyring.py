"""The persons' keys of all backups in a place: one small file beside them, which is rewritten.

A backup that holds no key cannot betray whom we promised to forget. So the keys (wrapped by the
campaign's, useless without the key file) lie here, once in each place and without any history:
where a key is taken out, every backup of that person becomes unreadable, however old it is. What
ended stands here as well (``endings``), so that no older database brings it back.
"""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from orchestrator.backup.endings import Endings, end_again, endings_in, union, without
from orchestrator.backup.places import Place
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.model import Campaign, Person, PersonKey, Tandem
from orchestrator.newfile import persist
from orchestrator.store import Store

NAME = "keyring.json"
FORMAT = 1
Rings = dict[str, "Ring"]


class Unsound(Exception):
    """A keyring that cannot be trusted; the text is a sentence for a person."""


@dataclass(frozen=True)
class Ring:
    """The keys of one campaign's people, and who has none any more.

    ``keys``: person → wrapped key (base64). ``gone``: person → digest of the key that was taken
    out, so that it is known again wherever it still lies; ``tandems``: those that were
    erased, each with the mark by which an import knows it. ``endings``: see there.
    ``number`` grows with every writing: of two rings the higher one is newer.
    """

    campaign: str
    fingerprint: str
    began: str
    number: int = 0
    keys: dict[str, str] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    tandems: dict[str, str] = field(default_factory=dict)
    endings: Endings = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Tells campaigns apart, also one that was begun anew under the same name."""
        return f"{self.campaign} {self.fingerprint} {self.began}"


def of(campaign: Campaign) -> Ring:
    """The empty ring of a campaign."""
    began = campaign.created_at.astimezone(UTC).isoformat()
    return Ring(campaign.slug, campaign.key_fingerprint, began)


def read(place: Place) -> Rings:
    """The rings of a place; raises :class:`Unsound` when the file cannot be trusted."""
    path = place.path / NAME
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Unsound(
            _("the persons' keys cannot be read: {reason}").format(reason=error.strerror)
        ) from error
    try:
        content = json.loads(raw)["content"]
        if content["format"] != FORMAT or _sealed(content) != raw:
            raise _changed(path)
        rings = [Ring(**each) for each in content["rings"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _changed(path) from error
    return {ring.name: ring for ring in rings}


def _changed(path: Path) -> Unsound:
    sentence = _(
        "the persons' keys in {file} were changed; move that file away, the next backup writes a"
        " new one"
    )
    return Unsound(sentence.format(file=path))


def _sealed(content: dict[str, Any]) -> bytes:
    text = json.dumps(content, indent=1, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps({"content": content, "digest": digest}, indent=1, sort_keys=True).encode()


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


def merged(one: Ring, other: Ring) -> Ring:
    """The newer one, with what either knows to be gone, or to have ended."""
    newer = max(one, other, key=lambda ring: ring.number)
    gone = {**one.gone, **other.gone}
    tandems = {**one.tandems, **other.tandems}
    digests = set(gone.values())
    keys = {number: key for number, key in newer.keys.items() if _digest(key) not in digests}
    endings = union(one.endings, other.endings)
    return replace(newer, keys=keys, gone=gone, tandems=tandems, endings=endings)


def _digest(wrapped: str) -> str:
    return hashlib.sha256(wrapped.encode()).hexdigest()[:32]


def brought_up_to_date(session: Session, campaign: Campaign, ring: Ring) -> Ring:
    """The ring with the keys that the database has now, and without those that it gave up.

    What ended stays in it, unless the tandem was erased. A person who has no key, though something
    of theirs is sealed, is not erased: the database was restored without a keyring. So the key
    stays here.
    """
    rows = session.exec(
        select(Person.id, PersonKey.wrapped, Person.sealed)
        .join(PersonKey, col(PersonKey.person_id) == Person.id, isouter=True)
        .where(Person.campaign_id == campaign.id)
    ).all()
    keys, gone = dict(ring.keys), dict(ring.gone)
    for number, wrapped, sealed in rows:
        if wrapped is not None:
            keys[str(number)] = _text(wrapped)
        elif sealed is None:
            taken = keys.pop(str(number), None)
            if taken or str(number) not in gone:
                gone[str(number)] = _digest(taken) if taken else ""
    erased = select(Tandem.id, Tandem.place_digest).where(
        Tandem.campaign_id == campaign.id, col(Tandem.erased_at).is_not(None)
    )
    found_here = {str(number): mark for number, mark in session.exec(erased).all()}
    tandems = {**ring.tandems, **found_here}
    given_up = set(gone.values())  # an older copy of the database may still have such a key
    keys = {number: key for number, key in keys.items() if _digest(key) not in given_up}
    endings = union(without(ring.endings, {*found_here}), endings_in(session, campaign))
    return replace(
        ring, number=ring.number + 1, keys=keys, gone=gone, tandems=tandems, endings=endings
    )


def rewrite(store: Store, place: Place, places: Iterable[Place]) -> None:
    """Write the keys of every campaign in the database into ``place``.

    Never older over newer: what any of ``places`` knows to be gone stays gone. Raises ``OSError``
    or :class:`Unsound`; the file that was there is then as it was.
    """
    with _alone(place):
        rings = {**read(place)}
        elsewhere = found([place, *places])
        # Read under the lock: whoever erased before has had it, whoever erases later will.
        with store.reading() as session:
            for campaign in session.exec(select(Campaign)).all():
                known = elsewhere.get(of(campaign).name, of(campaign))
                rings[known.name] = brought_up_to_date(session, campaign, known)
        _replace(place.path / NAME, list(rings.values()))


def remember(store: Store, places: list[Place]) -> None:
    """What was just decided is in the keyrings at once, as far as their places are here.

    A place that is away, or whose keyring is damaged, gets it with the next backup.
    """
    for place in places:
        if _is_used(place):
            with suppress(OSError, Unsound, UsageProblem):
                rewrite(store, place, places)


def _is_used(place: Place) -> bool:
    """The folder of a disk that is not plugged in is missing, or empty."""
    return (place.path / NAME).exists() or bool(place.ids())


def end_again_in(
    session: Session, campaign: Campaign, rings: Rings, now: datetime, actor: str
) -> int:
    """Let be over in this campaign what its ring knows to be; how many tandems changed."""
    ring = rings.get(of(campaign).name)
    return end_again(session, campaign, ring.endings, now, actor) if ring else 0


def _replace(path: Path, rings: list[Ring]) -> None:
    content = {"format": FORMAT, "rings": [asdict(each) for each in rings]}
    draft = path.with_name(f".{NAME}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(_sealed(content))
        persist(draft)
        draft.replace(path)
        persist(path.parent)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """One writer at a time, as far as the disk can tell them apart."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    descriptor = os.open(place.path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@dataclass(frozen=True)
class Left:
    """A place that still holds, or may hold, the key of somebody who was erased; and why."""

    url: str
    why: str


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
        unused = campaign.last_pass_at is None and place.path.is_dir()
        return "" if unused else _("there is no backup; a disk that is not connected?")
    try:
        rewrite(store, place, places)
        rings = read(place)
    except (OSError, Unsound) as error:
        return (error.strerror if isinstance(error, OSError) else None) or str(error)
    ring = rings.get(of(campaign).name)
    if ring is None or {str(each) for each in persons} & ring.keys.keys():
        return _("the key is still there")
    if old := _with_keys_inside(place):
        return _(
            "these backups are of an older version, with the keys inside; delete them: {ids}"
        ).format(ids=", ".join(old))
    return ""


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


# The first revision of the schema whose backups hold no keys.
KEYS_APART = "0004"


def fill(session: Session, rings: Rings, inside: dict[int, bytes]) -> dict[int, Ring]:
    """Give the restored people their keys back; campaign → the ring that it has.

    ``inside``: keys that an older version put into the backup itself.
    """
    used = {}
    for campaign in session.exec(select(Campaign).order_by(col(Campaign.id))).all():
        used[campaign.id] = ring = rings.get(of(campaign).name, of(campaign))
        given_up = set(ring.gone.values())
        wanted = select(Person.id).where(Person.campaign_id == campaign.id)
        for number in session.exec(wanted).all():
            wrapped = ring.keys.get(str(number)) or _text(inside.get(number))
            if wrapped and _digest(wrapped) not in given_up:
                session.add(PersonKey(person_id=number, wrapped=base64.b64decode(wrapped)))
    session.flush()
    return used


def _text(wrapped: bytes | None) -> str:
    return base64.b64encode(wrapped).decode() if wrapped else ""


def without_key(session: Session, campaign_id: int) -> list[Person]:
    """The people of whom something is sealed that nobody can open."""
    return list(
        session.exec(
            select(Person)
            .join(PersonKey, col(PersonKey.person_id) == Person.id, isouter=True)
            .where(
                Person.campaign_id == campaign_id,
                col(Person.sealed).is_not(None),
                col(PersonKey.person_id).is_(None),
            )
        ).all()
    )


def erased_in(session: Session, campaign_id: int, ring: Ring) -> list[Tandem]:
    """The restored tandems that were erased since; none of their people has a key any more.

    A number may have been given anew after an older restore: such a tandem's people have keys.
    """
    keys = {*session.exec(select(PersonKey.person_id)).all()}
    rows = select(Tandem).where(
        Tandem.campaign_id == campaign_id, col(Tandem.id).in_(map(int, ring.tandems))
    )
    return [
        each for each in session.exec(rows).all() if not {each.refugee_id, each.volunteer_id} & keys
    ]
