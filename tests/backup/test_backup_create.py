"""A backup is whole, the same from both databases, and never half."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from orchestrator.backup import digest, manifest, snapshot
from orchestrator.backup.create import Made, create
from orchestrator.backup.digest import figures_of
from orchestrator.backup.listing import copies
from orchestrator.backup.places import Place, made_at, new_id
from orchestrator.backup.verify import prove
from orchestrator.errors import UsageProblem
from orchestrator.model import Person, Reply
from orchestrator.store import Store
from schedules.clock import FixedClock, SystemClock
from tests.conftest import on_sqlite
from tests.publishing.conftest import NOON, Campaign

BackUp = Callable[..., Made]
ROOT = Path(__file__).parents[2]


def test_a_backup_holds_every_row_as_it_is(
    campaign: Campaign, place: Place, back_up: BackUp
) -> None:
    """Counts and digests of the database itself, of the manifest and of the file are the same."""
    made = back_up()
    assert (made.ok, made.created_at) == (True, NOON)
    described = manifest.read(place.folder(made.id))
    with snapshot.state_of(campaign.store) as state:
        assert described.tables == figures_of(state, lambda: None)
    assert described.tables["snapshot"].rows == 50
    assert described.rows == made.rows
    with snapshot.opened(place.folder(made.id) / "campaign.db") as copy:
        reply = Session(copy).exec(select(Reply).where(Reply.channel == "comment")).one()
        assert (reply.text, reply.confidence) == ("Unser Betrieb sucht! 🧵", 0.1 + 0.2)
        assert reply.why == ["sucht", "Betrieb \\ “ö”"]


@on_sqlite
def test_only_its_owner_may_read_it(place: Place, back_up: BackUp) -> None:
    """Folders 0700, files 0600, whatever the umask."""
    before = os.umask(0)
    try:
        folder = place.folder(back_up().id)
    finally:
        os.umask(before)
    rights = {path: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert rights.pop(folder) == stat.S_IMODE(place.path.stat().st_mode) == 0o700
    assert set(rights.values()) == {0o600}
    assert {path.name for path in rights} == {"campaign.db", "manifest.json", "verified.json"}


@on_sqlite
def test_reading_a_backup_writes_nothing_beside_it(place: Place, back_up: BackUp) -> None:
    """No journal appears: a backup may lie on a disk that is for reading only."""
    made = back_up()
    names = sorted(path.name for path in place.folder(made.id).iterdir())
    assert prove(place.folder(made.id), made.id).ok
    assert sorted(path.name for path in place.folder(made.id).iterdir()) == names


@on_sqlite
def test_every_place_gets_the_same_backup(tmp_path: Path, back_up: BackUp) -> None:
    """One state, byte for byte, in each."""
    places = [Place(tmp_path / name) for name in ("here", "there", "stick")]
    made = back_up(*places)
    assert made.ok
    for name in ("campaign.db", "manifest.json"):
        assert len({(place.folder(made.id) / name).read_bytes() for place in places}) == 1


@on_sqlite
def test_a_failing_place_does_not_stop_the_others(tmp_path: Path, back_up: BackUp) -> None:
    """Named with its reason, wherever it stands in the list."""
    (tmp_path / "file").write_text("no folder")
    good, bad = Place(tmp_path / "good"), Place(tmp_path / "file")
    unplugged = Place(tmp_path / "stick" / "backups")
    for places in ([bad, good, unplugged], [good, unplugged, bad]):
        made = back_up(*places)
        assert [each.ok for each in made.places] == [each is good for each in places]
        assert len(made.wrong) == 2
        assert prove(good.folder(made.id), made.id).ok
    assert not unplugged.path.parent.exists()


@on_sqlite
def test_a_damaged_first_copy_is_not_spread(
    tmp_path: Path, back_up: BackUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be read back as it was never gets a backup's name."""
    taking = snapshot.take

    def forgetful(connection: object, folder: Path, step: object) -> object:
        figures = taking(connection, folder, step)  # type: ignore[arg-type]
        lost = sqlite3.connect(folder / "campaign.db")
        lost.execute("DELETE FROM snapshot WHERE value % 7 = 0")
        lost.commit()
        lost.close()
        return figures

    monkeypatch.setattr(snapshot, "take", forgetful)
    made = back_up(Place(tmp_path / "one"), Place(tmp_path / "two"))
    assert [each.ok for each in made.places] == [False, False]
    assert "snapshot" in made.wrong[0]
    assert copies([Place(tmp_path / "one"), Place(tmp_path / "two")]) == []


def test_names_sort_by_time_and_are_unique_within_a_second() -> None:
    """Thousands at the same microsecond differ; the next microsecond sorts after all of them."""
    at = datetime(2026, 11, 23, 9, 15, 0, 482913, tzinfo=UTC)
    same = {new_id(at) for _number in range(200)}
    assert len(same) > 190
    assert max(same) < new_id(at + timedelta(microseconds=1))
    assert made_at(new_id(at)) == at


def test_two_at_once_both_succeed(campaign: Campaign, place: Place, back_up: BackUp) -> None:
    """Two backups, both whole."""
    start = threading.Barrier(2)

    def one(_number: int) -> Made:
        start.wait(10)
        return back_up()

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(one, range(2)))
    assert [each.ok for each in made] == [True, True]
    assert set(place.ids()) == {each.id for each in made}
    assert all(prove(place.folder(each.id), each.id).ok for each in made)


def test_writers_go_on_and_do_not_show(
    campaign: Campaign, place: Place, back_up: BackUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that are written while the copy is made wait for nobody and are not in it."""
    taking = snapshot.take

    def disturbed(connection: object, folder: Path, step: object) -> object:
        snapshot.rows_in(connection)  # type: ignore[arg-type]
        for _number in range(20):
            with campaign.store.session() as session:
                session.add(Person(campaign_id=campaign.id, sealed=b"later"))
        return taking(connection, folder, step)  # type: ignore[arg-type]

    with snapshot.state_of(campaign.store) as state:
        before = snapshot.rows_in(state)
    monkeypatch.setattr(snapshot, "take", disturbed)
    made = back_up()
    assert made.ok
    described = manifest.read(place.folder(made.id))
    assert {name: each.rows for name, each in described.tables.items()} == before
    with campaign.store.reading() as session:
        assert len(session.exec(select(Person)).all()) == before["person"] + 20


def test_erased_data_is_not_in_the_file(store: Store, campaign: Campaign, place: Place) -> None:
    """What was erased does not stand in the free pages of a later backup."""
    key = os.urandom(64)
    with campaign.store.session() as session:
        person = Person(campaign_id=campaign.id, sealed=key)
        session.add(person)
    with campaign.store.session() as session:
        session.delete(session.get_one(Person, person.id))
    made = create(campaign.store, "woche", [place], FixedClock(NOON), SystemClock())
    assert key not in (place.folder(made.id) / "campaign.db").read_bytes()


def test_without_a_campaign_there_is_nothing_to_keep(store: Store, place: Place) -> None:
    """Said, and nothing is made."""
    with pytest.raises(UsageProblem, match="nothing to back up"):
        create(store, "woche", [place], FixedClock(NOON), SystemClock())
    assert place.ids() == []


_CREATE = """
import resource, sys, time
from pathlib import Path
from datetime import UTC, datetime
from orchestrator.backup import create as creating
from orchestrator.backup.places import Place
from orchestrator.store import open_store
from schedules.clock import SystemClock

def slowly():
    print("step", flush=True)
    time.sleep(float(sys.argv[3]))

if sys.argv[4] != "0":
    limit = int(sys.argv[4])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
made = creating.create(
    open_store(sys.argv[1]), "woche", [Place(Path(sys.argv[2]))], SystemClock(), SystemClock(),
    slowly,
)
print(made.wrong)
"""


def creating(url: str, place: Place, pause: float, limit: int = 0) -> "subprocess.Popen[str]":
    arguments = [url, str(place.path), str(pause), str(limit)]
    return subprocess.Popen(
        [sys.executable, "-c", _CREATE, *arguments], text=True, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.mark.parametrize("steps", [1, 5, 12])
@on_sqlite
def test_a_killed_backup_is_none(
    campaign: Campaign, place: Place, database_url: str, steps: int
) -> None:
    """SIGKILL at any step: nothing lists, and the next backup is made as if nothing had been."""
    process = creating(database_url, place, pause=0.05)
    assert process.stdout is not None
    for _number in range(steps):
        assert process.stdout.readline() == "step\n"
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    assert place.ids() == []
    assert len(list(place.path.iterdir())) == 1  # what it left does not look like a backup
    made = create(campaign.store, "woche", [place], FixedClock(NOON), SystemClock())
    assert place.ids() == [made.id]


@on_sqlite
def test_what_a_killed_backup_left_goes_after_a_day(place: Place, back_up: BackUp) -> None:
    """Not before: another backup may be at work."""
    old, young = (place.path / f".{new_id(NOON)}.part" for _number in range(2))
    old.mkdir(parents=True)
    young.mkdir()
    (old / "campaign.db.part").write_text("half")
    os.utime(old, (0, 0))
    back_up()
    assert (old.exists(), young.exists()) == (False, True)


@on_sqlite
def test_a_full_disk_is_said_and_leaves_nothing(
    campaign: Campaign, place: Place, database_url: str
) -> None:
    """A file that may not grow any more, as on a full disk: a sentence, no backup, no rest."""
    process = creating(database_url, place, pause=0, limit=100_000)
    said, _err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "no backup in" in said
    assert list(place.path.iterdir()) == []


@on_sqlite
def test_ctrl_c_leaves_nothing(campaign: Campaign, place: Place) -> None:
    """Interrupted at every step: no backup, no rest, and the error is passed on."""

    def interrupted(after: int) -> Callable[[], None]:
        steps: Iterator[int] = iter(range(after))

        def step() -> None:
            if next(steps, None) is None:
                raise KeyboardInterrupt

        return step

    for after in range(0, 16, 3):
        with pytest.raises(KeyboardInterrupt):
            create(
                campaign.store, "woche", [place], FixedClock(NOON), SystemClock(),
                interrupted(after),
            )  # fmt: skip
        assert list(place.path.iterdir()) == []


@on_sqlite
def test_a_database_error_of_one_place_does_not_stop_the_others(
    tmp_path: Path, back_up: BackUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a driver says while a place is written: named, and the next one is tried."""
    taking, wrong = snapshot.take, [
        OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked")),
        sqlite3.DatabaseError("file is not a database"),
    ]  # fmt: skip

    def failing(connection: object, folder: Path, step: object) -> object:
        if wrong:
            raise wrong.pop()
        return taking(connection, folder, step)  # type: ignore[arg-type]

    monkeypatch.setattr(snapshot, "take", failing)
    made = back_up(*(Place(tmp_path / name) for name in ("one", "two", "three")))
    assert [each.ok for each in made.places] == [False, False, True]
    assert all(each.why for each in made.places[:2])


def test_an_unreadable_database_is_not_blamed_on_the_place(
    campaign: Campaign, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An I/O error in reading names the database; in writing, the folder of the backup."""

    def broken(*_asked: object) -> object:
        raise sqlite3.OperationalError("disk I/O error")
        yield

    monkeypatch.setattr(digest, "read", broken)
    monkeypatch.setattr(snapshot, "read", broken)
    with pytest.raises(UsageProblem) as told:
        create(campaign.store, "woche", [place], FixedClock(NOON), SystemClock())
    assert place.url not in told.value.what
    monkeypatch.undo()
    monkeypatch.setattr(snapshot, "_compact", lambda *_files: next(broken()))  # type: ignore[call-overload]
    made = create(campaign.store, "woche", [place], FixedClock(NOON), SystemClock())
    assert "the disk says" in made.wrong[0]
    assert list(place.path.iterdir()) == []
