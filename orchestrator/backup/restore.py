"""Putting a backup back: never over a campaign, proven before and after, and frozen.

What went out after the backup is not in it, so the restored campaign says ``planned`` for posts
that are live. Therefore it is frozen until ``release`` has looked for them.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection
from sqlmodel import Session, col, select

from orchestrator import journal
from orchestrator.backup import keyring, refill, snapshot
from orchestrator.backup.digest import Step, Tape, figures_of
from orchestrator.backup.ended import end_again
from orchestrator.backup.listing import Copy
from orchestrator.backup.manifest import Manifest
from orchestrator.backup.ring import Rings, ring_of
from orchestrator.backup.tables import Table, count, read, tables_of, write
from orchestrator.backup.verify import differing, prove
from orchestrator.doubt import doubt
from orchestrator.elsewhere.log import newest as newest_link
from orchestrator.errors import PersonNeeded, UsageProblem
from orchestrator.i18n import _
from orchestrator.model import Campaign
from orchestrator.newfile import make_whole
from orchestrator.store import Schema, connect, inspect, newest, open_store, upgrade

_SQLITE = "sqlite:///"


@dataclass(frozen=True)
class Restored:
    """What was put back; ``looking_for``: posts that may have gone out since.

    ``erased``: tandems that were erased since the backup, and are again; ``sealed``: people whose
    contacts nobody can open, since no place had their keys. ``ended``: tandems of which something
    ended since, by a withdrawal say, and is over here, too.
    """

    rows: int
    frozen_since: datetime
    looking_for: int
    erased: int = 0
    sealed: int = 0
    ended: int = 0


def sound_copy(copies: list[Copy], step: Step = lambda: None) -> tuple[Copy, Manifest]:
    """The first copy that proves whole; the loss of one place must not lose the campaign."""
    wrong = []
    for copy in copies:
        proof = prove(copy.place.folder(copy.id), copy.id, step)
        if proof.ok and copy.manifest:
            return copy, copy.manifest
        wrong.append(f"{copy.place.url}: {proof.wrong}")
    raise PersonNeeded(
        _("The backup {id} cannot be relied on: {wrong}").format(
            id=copies[0].id, wrong="; ".join(wrong)
        ),
        remedy=_("Take an older one: tueroeffner backup list"),
    )


def refuse_occupied(url: str) -> None:
    """Refuse a database in which anything stands: a restore never writes over a campaign."""
    found = inspect(url)
    if found.schema is Schema.MISSING:
        _refuse_leftovers(_file(url))
        return
    found.refuse_unfit()
    if found.schema is not Schema.EMPTY and _has_rows(url):
        raise UsageProblem(
            _("The database {where} is not empty, and a restore never writes over one.").format(
                where=found.where
            ),
            remedy=_(
                "Stop every `tueroeffner run`, then move it away, or restore beside it: --to DIR"
            ),
        )


def _has_rows(url: str) -> bool:
    engine = connect(url)
    try:
        with engine.connect() as connection:
            return _any_rows(connection)
    finally:
        engine.dispose()


def _any_rows(connection: Connection) -> bool:
    return any(count(connection, table) for table in tables_of(connection))


def _file(url: str) -> Path:
    return Path(url.removeprefix(_SQLITE))


def _refuse_leftovers(file: Path) -> None:
    """A journal of the lost file would be played into the new one, and destroy it."""
    for left in (file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm", "-journal")):
        if left.exists():
            raise UsageProblem(
                _("{left} is left of the lost database; it would damage the restored one.").format(
                    left=left
                ),
                remedy=_("Move it to another folder; it may still help to recover the lost one."),
            )


def restore(
    copy: Copy,
    described: Manifest,
    url: str,
    now: datetime,
    actor: str,
    step: Step = lambda: None,
    rings: Rings | None = None,
) -> Restored:
    """Fill the empty or missing database at ``url``; as a whole or not at all.

    ``rings``: the persons' keys (see ``keyring.found``), else those beside the copy.
    """
    refuse_occupied(url)
    done: list[Restored] = []
    keys = keyring.found([copy.place]) if rings is None else rings
    with _current(copy.place.folder(copy.id) / snapshot.NAME, described) as source:
        if url.startswith(_SQLITE) and not _file(url).exists():
            make_whole(
                _file(url),
                lambda draft: done.append(
                    _fill(f"{_SQLITE}{draft}", source, described, now, actor, step, keys)
                ),
            )
        else:
            done.append(_fill(url, source, described, now, actor, step, keys))
    return done[0]


@contextmanager
def _current(file: Path, described: Manifest) -> Iterator[Connection]:
    """The backup's database in this program's schema: itself, or a copy that is brought to it."""
    if described.schema == newest():
        with snapshot.opened(file) as connection:
            yield connection
        return
    with TemporaryDirectory(prefix="tueroeffner-") as folder:
        copied = Path(shutil.copy(file, folder))
        engine = connect(f"{_SQLITE}{copied}")
        try:
            upgrade(engine)
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()


def _fill(
    url: str,
    source: Connection,
    described: Manifest,
    now: datetime,
    actor: str,
    step: Step,
    keys: Rings,
) -> Restored:
    store = open_store(url)
    try:
        with store.session(patient=True) as session:
            target = session.connection()
            _refuse_company(target)
            rows = _pour(source, target, step)
            _note(session, described, now, actor)
            forgotten = _give_keys(session, keys, _keys_inside(source), now, actor)
            frozen = _freeze(session, described, now, actor)
            # After the freeze, so that what may be live of whoever left is looked for.
            ended = sum(end_again(session, c, keys, now, actor) for c in _campaigns(session))
            return Restored(rows, *frozen, *forgotten, ended)
    finally:
        store.close()


def _refuse_company(target: Connection) -> None:
    """Another restore, or an import, may have been quicker; from here on all others wait."""
    if target.dialect.name != "sqlite":
        target.exec_driver_sql("LOCK TABLE campaign IN SHARE ROW EXCLUSIVE MODE")
    if _any_rows(target):
        raise UsageProblem(_("Another program has just filled the database; nothing was changed."))


def _pour(source: Connection, target: Connection, step: Step) -> int:
    """Write every row, read it all back, and compare; returns how many rows."""
    figures = {}
    for table in _parents_first(tables_of(source)):
        tape = Tape(table, step)
        write(target, table, tape.along(read(source, table)))
        figures[table.name] = tape.figures
    if wrong := differing(figures, figures_of(target, step)):
        raise PersonNeeded(
            _("What was restored is not what was saved: {tables}. Nothing was kept.").format(
                tables=", ".join(wrong)
            ),
            remedy=_("Check the disk or the server, then restore again."),
        )
    return sum(each.rows for each in figures.values())


def _note(session: Session, described: Manifest, now: datetime, actor: str) -> None:
    """The first event after those of the backup names the last one: so it explains no other gap."""
    for campaign in _campaigns(session):
        head = newest_link(session, campaign.id)
        journal.record(
            session, campaign.id, now, actor, "restored", described.id,
            head=head.digest if head else "",
        )  # fmt: skip


def _keys_inside(source: Connection) -> dict[int, bytes]:
    """The keys in a backup of an older version; since then there are none in it."""
    rows = source.exec_driver_sql("SELECT person_id, wrapped FROM person_key")
    return {row.person_id: bytes(row.wrapped) for row in rows}


def _give_keys(
    session: Session, rings: Rings, inside: dict[int, bytes], now: datetime, actor: str
) -> tuple[int, int]:
    """Open the people again, but nobody who was erased: how many were, and how many stay shut."""
    erased = shut = 0
    for campaign in _campaigns(session):
        ring = ring_of(rings, campaign)
        refill.fill(session, campaign, ring, inside)
        erased += refill.erase_again(session, campaign, ring, now, actor)
        shut += refill.forget_senders(session, campaign, ring, now)
    return erased, shut


def _campaigns(session: Session) -> Sequence[Campaign]:
    return session.exec(select(Campaign).order_by(col(Campaign.id))).all()


def _parents_first(tables: list[Table]) -> list[Table]:
    """In the order in which a server accepts rows that belong to others."""
    order = [table.name for table in Campaign.metadata.sorted_tables]
    return sorted(tables, key=lambda table: order.index(table.name))


def _freeze(
    session: Session, described: Manifest, now: datetime, actor: str
) -> tuple[datetime, int]:
    """Nothing is sent before what went out since the backup has been looked for."""
    looking_for, since = 0, described.created_at
    for campaign in _campaigns(session):
        # A backup of a frozen campaign: what went out before that restore was not all found yet.
        campaign.frozen_since = min(campaign.frozen_since or since, described.created_at)
        since = min(since, campaign.frozen_since)
        looking_for += doubt(session, campaign, now, actor)
    return since, looking_for


def refuse_taken(folder: Path) -> str:
    """The address of a new database in ``folder``; there must be none yet."""
    file = folder.resolve() / snapshot.NAME
    if file.exists():
        raise UsageProblem(
            _("There already is a file {file}.").format(file=file),
            remedy=_("Name another folder with --to DIR."),
        )
    _refuse_leftovers(file)
    return f"{_SQLITE}{file}"


@contextmanager
def made_for(folder: Path) -> Iterator[None]:
    """A folder that is there for the work, and goes again when that fails."""
    made = not folder.exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        if made:
            with suppress(OSError):
                folder.rmdir()
        raise
