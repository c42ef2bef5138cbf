"""A restore fills an empty database as a whole or not at all, and freezes the campaign."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from orchestrator import store as storing
from orchestrator.backup import manifest, restore, snapshot
from orchestrator.backup.create import Made, create
from orchestrator.backup.digest import figures_of
from orchestrator.backup.listing import copies_of
from orchestrator.backup.places import Place
from orchestrator.backup.restore import Restored, refuse_occupied, sound_copy
from orchestrator.backup.verify import sha256_of
from orchestrator.errors import PersonNeeded, UsageProblem
from orchestrator.model import Account, Event, Person, PersonKey, Post, Reply
from orchestrator.model import Campaign as CampaignRow
from orchestrator.store import connect, open_store
from orchestrator.vocabulary import PostState
from schedules.clock import FixedClock, SystemClock
from tests.publishing.conftest import NOON, Campaign

BackUp = Callable[..., Made]
LATER = NOON + timedelta(hours=2)


def put_back(place: Place, backup_id: str, url: str) -> Restored:
    copy, described = sound_copy(copies_of([place], backup_id))
    return restore.restore(copy, described, url, LATER, "tester")


@pytest.fixture(params=["sqlite", "sqlite-missing", "postgresql", "postgresql-empty"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database to restore into: fresh with tables, without, or not there at all."""
    if request.param == "sqlite-missing":
        return f"sqlite:///{tmp_path / 'new.db'}"
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "fresh.db")
        return f"sqlite:///{tmp_path / 'fresh.db'}"
    name = {"postgresql": "postgresql_url", "postgresql-empty": "empty_postgresql_url"}
    url: str = request.getfixturevalue(name[request.param])
    return url


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """A backup is the same file whatever it was made of (see its own tests)."""
    return sqlite_url


def test_every_row_comes_back_into_either_database(
    campaign: Campaign, place: Place, back_up: BackUp, target: str
) -> None:
    """All that differs is the freeze, the posts in doubt, and the log of that."""
    made = back_up()
    described = manifest.read(place.folder(made.id))
    done = put_back(place, made.id, target)
    assert done.rows == described.rows
    store = open_store(target)
    with snapshot.state_of(store) as state:
        found = figures_of(state, lambda: None)
    changed = {name for name in found if found[name] != described.tables[name]}
    assert changed == {"campaign", "post", "attempt", "event"}
    with store.reading() as session:
        row = session.exec(select(CampaignRow)).one()
        assert (row.slug, row.frozen_since, done.frozen_since) == ("woche", NOON, NOON)
        assert [each.what for each in session.exec(select(Event)).all()][-2:] == [
            "restored",
            "doubted",
        ]
        reply = session.exec(select(Reply).where(Reply.channel == "comment")).one()
        assert (reply.text, reply.confidence) == ("Unser Betrieb sucht! 🧵", 0.1 + 0.2)
        assert b"sealed\x00\xff" in {each.sealed for each in session.exec(select(Person)).all()}
    store.close()


def test_new_rows_get_new_numbers(place: Place, back_up: BackUp, target: str) -> None:
    """The server's counters go on behind what was restored."""
    put_back(place, back_up().id, target)
    store = open_store(target)
    with store.session() as session:
        before = set(session.exec(select(Person.id)).all())
        person = Person(campaign_id=session.exec(select(CampaignRow.id)).one())
        session.add(person)
        session.flush()
        assert person.id > max(before)
    store.close()


def test_a_restored_database_can_be_backed_up_again(
    place: Place, back_up: BackUp, target: str, tmp_path: Path
) -> None:
    """Made of the other kind of database, restored again: the same rows once more."""
    put_back(place, back_up().id, target)
    store = open_store(target)
    second = Place(tmp_path / "second")
    made = create(store, "woche", [second], FixedClock(LATER), SystemClock())
    with snapshot.state_of(store) as state:
        assert manifest.read(second.folder(made.id)).tables == figures_of(state, lambda: None)
    store.close()
    again = f"sqlite:///{tmp_path / 'again.db'}"
    assert put_back(second, made.id, again).rows == made.rows


def test_a_backup_of_a_frozen_campaign_stays_frozen_since_then(
    place: Place, back_up: BackUp, tmp_path: Path
) -> None:
    """What went out before the first restore is not found yet: the older moment counts."""
    first = f"sqlite:///{tmp_path / 'first.db'}"
    put_back(place, back_up().id, first)
    store = open_store(first)
    made = create(store, "woche", [place], FixedClock(LATER), SystemClock())
    store.close()
    done = put_back(place, made.id, f"sqlite:///{tmp_path / 'second.db'}")
    assert done.frozen_since == NOON
    assert done.looking_for == 3


def test_nothing_is_ever_written_over(
    campaign: Campaign, place: Place, back_up: BackUp, target: str
) -> None:
    """One row in any table is enough to refuse, and stays as it was."""
    made = back_up()
    store = open_store(target)
    with store.session() as session:
        session.add(CampaignRow(slug="other", name="O", key_fingerprint="0", created_at=NOON))
    store.close()
    with pytest.raises(UsageProblem, match="not empty"):
        refuse_occupied(target)
    with pytest.raises(UsageProblem, match="not empty"):
        put_back(place, made.id, target)
    store = open_store(target)
    with store.reading() as session:
        assert [row.slug for row in session.exec(select(CampaignRow)).all()] == ["other"]
        assert session.exec(select(Account)).all() == []
    store.close()


def test_a_failure_in_the_middle_leaves_nothing(
    place: Place, back_up: BackUp, target: str, tmp_path: Path
) -> None:
    """Interrupted at any step: no file, or no row in any table; then it can be done again."""
    made = back_up()
    copy, described = sound_copy(copies_of([place], made.id))
    files = set(tmp_path.iterdir())
    for after in range(0, 14, 4):
        left = iter(range(after))

        def step(left: "object" = left) -> None:
            if next(left, None) is None:  # type: ignore[call-overload]
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            restore.restore(copy, described, target, LATER, "tester", step)
        assert set(tmp_path.iterdir()) == files
        refuse_occupied(target)
    assert put_back(place, made.id, target).rows == made.rows


def test_a_row_that_gets_lost_on_the_way_is_found(
    place: Place, back_up: BackUp, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written is read back and compared before it counts."""
    made = back_up()
    writing = restore.write

    def forgetful(connection: object, table: object, rows: object) -> None:
        writing(connection, table, rows)  # type: ignore[arg-type]
        connection.execute(text("DELETE FROM snapshot"))  # type: ignore[attr-defined]

    monkeypatch.setattr(restore, "write", forgetful)
    with pytest.raises(PersonNeeded, match="snapshot"):
        put_back(place, made.id, target)
    refuse_occupied(target)


def test_a_damaged_copy_is_passed_over_for_a_sound_one(tmp_path: Path, back_up: BackUp) -> None:
    """The loss of one place does not lose the campaign; the loss of all is said."""
    places = [Place(tmp_path / "one"), Place(tmp_path / "two")]
    made = back_up(*places)
    (places[0].folder(made.id) / "campaign.db").write_bytes(b"rubbish")
    copy, _described = sound_copy(copies_of(places, made.id))
    assert copy.place == places[1]
    (places[1].folder(made.id) / "manifest.json").unlink()
    with pytest.raises(PersonNeeded, match="cannot be relied on"):
        sound_copy(copies_of(places, made.id))


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_a_journal_of_the_lost_database_is_not_played_into_the_new_one(
    place: Place, back_up: BackUp, tmp_path: Path, end: str
) -> None:
    """SQLite would take it for the new file's own."""
    made = back_up()
    left = tmp_path / f"new.db{end}"
    left.write_bytes(b"old frames")
    with pytest.raises(UsageProblem, match="left of the lost database"):
        put_back(place, made.id, f"sqlite:///{tmp_path / 'new.db'}")
    assert left.read_bytes() == b"old frames"


def test_an_older_programs_backup_is_brought_up_to_date(
    campaign: Campaign, place: Place, back_up: BackUp, target: str, tmp_path: Path
) -> None:
    """Its rows come back into this program's tables; the backup itself stays as it is."""
    made = back_up()
    folder = place.folder(made.id)
    downgrade(folder / "campaign.db")
    age(folder)
    before = (folder / "campaign.db").read_bytes()
    done = put_back(place, made.id, target)
    store = open_store(target)
    with store.reading() as session:
        assert len(session.exec(select(Post)).all()) == 4
        people = set(session.exec(select(Person.id)).all())
        assert set(session.exec(select(PersonKey.person_id)).all()) == people
        row = session.exec(select(CampaignRow)).one()
        assert row.frozen_since == done.frozen_since == NOON
    store.close()
    assert (folder / "campaign.db").read_bytes() == before


def downgrade(file: Path) -> None:
    """Pour the rows into tables of the first revision: what a program of that time would keep."""
    from alembic import command

    new = file.rename(file.with_name("new.db"))
    engine = connect(f"sqlite:///{file}")
    command.upgrade(storing._alembic(engine), "0001")
    engine.dispose()
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.execute("ATTACH ? AS new", (str(new),))
    for (table,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type='table'"):
        columns = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")]
        if table not in ("alembic_version", "reply", "snapshot"):
            names = ", ".join(f'"{name}"' for name in columns)
            connection.execute(f"INSERT INTO main.{table} SELECT {names} FROM new.{table}")
    # Such a program kept the persons' keys in the backup itself.
    connection.execute("UPDATE main.person SET wrapped_key = randomblob(60)")
    connection.close()
    new.unlink()


def age(folder: Path) -> None:
    """Let the manifest describe the file as it is now."""
    described, file = manifest.read(folder), folder / "campaign.db"
    with snapshot.opened(file) as connection:
        figures = figures_of(connection, lambda: None)
    aged = replace(
        described, schema="0001", tables=figures, size=file.stat().st_size, sha256=sha256_of(file)
    )
    (folder / "manifest.json").write_bytes(manifest.written(aged))


def test_the_posts_in_doubt(campaign: Campaign, place: Place, back_up: BackUp, target: str) -> None:
    """What waited and was due is unclear now; what is live or lies ahead is as it was."""
    tandem = campaign.tandem("zweites")
    ahead = campaign.post(tandem, due_at=LATER + timedelta(minutes=1))
    unapproved = campaign.post(tandem, approved_digest=None)
    old = campaign.post(tandem, due_at=NOON - timedelta(days=3))
    gone = campaign.post(tandem, state=PostState.REJECTED)
    done = put_back(place, back_up().id, target)
    assert done.looking_for == 5
    store = open_store(target)
    with store.reading() as session:
        states = {post.id: post.state for post in session.exec(select(Post)).all()}
    store.close()
    assert [states[each] for each in (ahead, unapproved, old, gone)] == [
        PostState.PLANNED, PostState.UNKNOWN, PostState.UNKNOWN, PostState.REJECTED,
    ]  # fmt: skip
    assert list(states.values()).count(PostState.PUBLISHED) == 1
