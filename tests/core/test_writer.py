"""Where several writers could harm an SQLite file, exactly one writes at a time."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from orchestrator import store as store_module
from orchestrator import writer
from orchestrator.errors import Exit, UsageProblem
from orchestrator.model import Campaign
from orchestrator.store import Store, connect, open_store, renew
from orchestrator.writer import Ground, Turns

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RACY, SOUND = Ground((3, 40, 1), "ext4"), Ground((3, 51, 3), "ext4")
FAR = Ground((3, 53, 0), "nfs4")


@pytest.mark.parametrize(
    ("version", "disk", "one_writer", "journal"),
    [
        ((3, 40, 1), "ext4", True, "WAL"),
        ((3, 51, 2), "ext4", True, "WAL"),
        ((3, 51, 3), "ext4", False, "WAL"),
        ((3, 52, 0), "ext4", True, "WAL"),
        ((3, 52, 1), "ext4", False, "WAL"),
        ((3, 53, 0), "", False, "WAL"),
        ((3, 53, 0), "nfs4", True, "DELETE"),
        ((3, 40, 1), "cifs", True, "DELETE"),
        ((3, 53, 0), "9p", True, "DELETE"),
    ],
)
def test_what_needs_one_writer(
    version: tuple[int, ...], disk: str, one_writer: bool, journal: str
) -> None:
    """Old libraries and far disks; a write-ahead log works on no far disk."""
    ground = Ground(version, disk)
    assert (ground.one_writer, ground.journal) == (one_writer, journal)


def campaign(slug: str = "woche") -> Campaign:
    return Campaign(slug=slug, name="0", key_fingerprint="0" * 16, created_at=NOW)


@contextmanager
def opened(url: str, ground: Ground = RACY) -> Iterator[Store]:
    store = Store(connect(url, ground))
    try:
        yield store
    finally:
        store.close()


def lock_of(url: str) -> Path:
    return Path(f"{url.removeprefix('sqlite:///')}-writer")


def is_free(url: str) -> bool:
    try:
        turns = Turns(Path(url.removeprefix("sqlite:///")))
        turns.take(0)
    except sqlite3.OperationalError:
        return False
    turns.give_back()
    return True


def test_the_turn_lasts_as_long_as_the_transaction(sqlite_url: str) -> None:
    """From before BEGIN until after COMMIT, an error, or a dry run; the file is its owner's."""
    with opened(sqlite_url) as store:
        with store.session() as session:
            session.add(campaign())
            session.flush()
            assert not is_free(sqlite_url)
            assert stat.S_IMODE(lock_of(sqlite_url).stat().st_mode) == 0o600
        assert is_free(sqlite_url)
        with pytest.raises(RuntimeError), store.session():
            raise RuntimeError
        assert is_free(sqlite_url)
        with store.session(dry_run=True) as session:
            session.add(campaign("tried"))
        assert is_free(sqlite_url)


def test_reading_takes_no_turn(sqlite_url: str) -> None:
    """Nobody waits for a reader, nor a reader for anybody."""
    with opened(sqlite_url) as store, store.session() as session:
        session.add(campaign())
        session.flush()
        with store.reading() as reader:
            assert reader.exec(select(Campaign)).all() == []


def test_a_sound_library_needs_no_turns(sqlite_url: str) -> None:
    """SQLite's own locks do; no file is made."""
    with opened(sqlite_url, SOUND) as store, store.session() as session:
        session.add(campaign())
        session.flush()
        assert not lock_of(sqlite_url).exists()


def test_the_file_goes_with_the_last_program(sqlite_url: str) -> None:
    """As SQLite's own files do; and whoever closes first takes it from nobody."""
    with opened(sqlite_url) as first:
        with opened(sqlite_url) as second, second.session() as session:
            session.add(campaign())
        with first.session() as session:
            session.add(campaign("other"))
            session.flush()
            with opened(sqlite_url):
                pass
            assert lock_of(sqlite_url).exists()
            assert not is_free(sqlite_url)
    assert not lock_of(sqlite_url).exists()


def test_a_far_disk_gets_no_write_ahead_log(sqlite_url: str) -> None:
    """Its shared memory does not work there; an existing log is folded back into the file."""
    with opened(sqlite_url, SOUND) as store, store.session() as session:
        session.add(campaign())
    with opened(sqlite_url, FAR) as store:
        with store.session() as session:
            assert session.connection().exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
            session.add(campaign("other"))
            session.flush()
            assert not is_free(sqlite_url)
        with store.reading() as session:
            assert set(session.exec(select(Campaign.slug)).all()) == {"woche", "other"}


def test_whoever_waits_too_long_is_told(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same sentence as for a busy database; a patient session waits longer."""
    monkeypatch.setattr(store_module, "_BUSY_MS", 30)
    with opened(sqlite_url) as first, opened(sqlite_url) as second, first.session() as session:
        session.add(campaign())
        session.flush()
        with (
            pytest.raises(UsageProblem, match="in use by another program") as caught,
            second.session() as other,
        ):
            other.add(campaign("other"))
            other.flush()
        assert caught.value.exit is Exit.USAGE
        assert "nothing was lost" in caught.value.remedy
        threading.Timer(0.2, session.commit).start()
        with second.session(patient=True) as other:
            other.add(campaign("patient"))
    with opened(sqlite_url) as store, store.reading() as session:
        assert set(session.exec(select(Campaign.slug)).all()) == {"woche", "patient"}


def test_threads_of_one_program_wait_as_well(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two connections of one engine are two writers."""
    monkeypatch.setattr(store_module, "_BUSY_MS", 30)
    with opened(sqlite_url) as store, store.session() as session:
        session.add(campaign())
        session.flush()
        told: list[str] = []

        def write() -> None:
            try:
                with store.session() as other:
                    other.add(campaign("other"))
                    other.flush()
            except UsageProblem as problem:
                told.append(problem.what)

        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert "in use by another program" in told[0]


COUNT = """
import sys
from pathlib import Path
from sqlalchemy import text
from orchestrator.store import Store, connect
from orchestrator.writer import Ground
store = Store(connect(sys.argv[1], Ground((3, 40, 1), "ext4")))
inside = Path(sys.argv[1].removeprefix("sqlite:///") + ".inside")
for _ in range(int(sys.argv[2])):
    with store.session(patient=True) as session:
        session.connection().execute(text("SELECT 1"))
        inside.touch(exist_ok=False)
        session.connection().execute(
            text("UPDATE campaign SET name = CAST(CAST(name AS INTEGER) + 1 AS TEXT)"))
        inside.unlink()
store.close()
"""


def test_many_processes_write_one_after_the_other(sqlite_url: str) -> None:
    """No two are ever inside at once, while each also closes and tidies up; no change is lost."""
    with opened(sqlite_url) as store:
        with store.session() as session:
            session.add(campaign())
        programs = [
            subprocess.Popen([sys.executable, "-c", COUNT, sqlite_url, "40"]) for _ in range(3)
        ]
        assert [program.wait(timeout=100) for program in programs] == [0, 0, 0]
        with store.reading() as session:
            assert session.exec(select(Campaign.name)).one() == "120"


HOLD = """
import sys, time
from orchestrator.model import Campaign
from orchestrator.store import Store, connect
from orchestrator.writer import Ground
store = Store(connect(sys.argv[1], Ground((3, 40, 1), "ext4")))
with store.session() as session:
    session.add(Campaign(slug="lost", name="", key_fingerprint="", created_at=__import__(
        "datetime").datetime.now(__import__("datetime").UTC)))
    session.flush()
    print("inside", flush=True)
    time.sleep(600)
"""


def test_a_killed_writer_keeps_nobody_waiting(sqlite_url: str) -> None:
    """The system lets go of the file; half a transaction is no transaction."""
    program = subprocess.Popen([sys.executable, "-c", HOLD, sqlite_url], stdout=subprocess.PIPE)
    assert program.stdout is not None
    with program.stdout as said:
        assert said.readline() == b"inside\n"
        assert not is_free(sqlite_url)
        os.kill(program.pid, signal.SIGKILL)
        program.wait()
    with opened(sqlite_url) as store:
        with store.session() as session:
            session.add(campaign())
        with store.reading() as session:
            assert session.exec(select(Campaign.slug)).all() == ["woche"]


def test_whoever_opened_a_file_that_went_looks_again(tmp_path: Path) -> None:
    """A lock on a file that was tidied away holds nobody off, so it does not count."""
    first, second = Turns(tmp_path / "a.db"), Turns(tmp_path / "a.db")
    first.take(0)
    first.path.unlink()
    second.take(0)  # a new file by the same name
    first.give_back()
    assert second.path.exists()
    third = Turns(tmp_path / "a.db")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        third.take(0.01)
    second.give_back()


def test_a_link_leads_to_the_same_turn(tmp_path: Path) -> None:
    """Two names of one database are one database."""
    (tmp_path / "real.db").touch()
    (tmp_path / "link.db").symlink_to(tmp_path / "real.db")
    assert Turns(tmp_path / "link.db").path == Turns(tmp_path / "real.db").path


def test_a_folder_that_takes_no_file(sqlite_url: str) -> None:
    """Without the turn nothing is written, and the sentence says why."""
    lock_of(sqlite_url).mkdir()
    with opened(sqlite_url) as store:
        with pytest.raises(UsageProblem, match="cannot be opened"), store.session() as session:
            session.add(campaign())
        lock_of(sqlite_url).rmdir()
        with store.session() as session:
            session.add(campaign())


def test_no_right_to_make_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same sentence as for a database that is read-only."""

    def refuse(*_arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(writer.os, "open", refuse)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        Turns(tmp_path / "a.db").take(0)


def test_a_system_without_such_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads still take turns; between programs SQLite's own locks must do."""
    monkeypatch.setattr(writer, "fcntl", None)
    turns = Turns(tmp_path / "a.db")
    turns.take(0)
    assert not turns.path.exists()
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        turns.take(0.01)
    turns.give_back()
    turns.take(0)
    turns.give_back()


def test_setting_up_and_upgrading_take_the_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Migrations write, too."""
    monkeypatch.setattr(store_module, "_BUSY_MS", 30)
    monkeypatch.setattr(store_module, "ground_of", lambda _file: RACY)
    turns = Turns(tmp_path / "new.db")
    turns.take(0)
    for make in (open_store, renew):
        with pytest.raises(UsageProblem, match="in use by another program"):
            make(f"sqlite:///{tmp_path}/new.db")
    turns.give_back()
    open_store(f"sqlite:///{tmp_path}/new.db").close()


def test_a_commit_that_fails_keeps_the_turn_until_it_is_undone(sqlite_url: str) -> None:
    """Deferred rules are checked by COMMIT, which leaves the transaction open."""
    with opened(sqlite_url) as store, store.engine.connect() as connection:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        connection.execute(
            text("INSERT INTO partner (campaign_id, name) VALUES (4711, 'Nachbarschaftshilfe')")
        )
        raw = connection.connection.driver_connection
        assert raw is not None
        with pytest.raises(sqlite3.IntegrityError):
            raw.commit()
        assert not is_free(sqlite_url)
        connection.rollback()
        assert is_free(sqlite_url)


def test_waiting_costs_little(tmp_path: Path) -> None:
    """Whoever waits for another process looks often enough to be in soon after it."""
    first, second = Turns(tmp_path / "a.db"), Turns(tmp_path / "a.db")
    first.take(0)
    threading.Timer(0.05, first.give_back).start()
    began = time.monotonic()
    second.take(5)
    assert time.monotonic() - began < 2
    second.give_back()
