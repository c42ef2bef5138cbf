"""One transaction per session, and a sentence for whatever a database cannot do."""

import re
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import exc, text
from sqlalchemy.engine import make_url
from sqlmodel import Session, select

from orchestrator import store as store_module
from orchestrator.database_trouble import trouble
from orchestrator.errors import UsageProblem
from orchestrator.model import Campaign, Pause
from orchestrator.store import Schema, Store, connect, inspect, open_store

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def campaign(slug: str = "woche") -> Campaign:
    return Campaign(slug=slug, name="Woche", key_fingerprint="0" * 16, created_at=NOW)


def slugs(store: Store) -> list[str]:
    with store.reading() as session:
        return sorted(session.exec(select(Campaign.slug)).all())


def test_what_is_done_is_kept(store: Store) -> None:
    """The transaction ends with the block."""
    with store.session() as session:
        session.add(campaign())
    assert slugs(store) == ["woche"]


def test_an_error_undoes_everything(store: Store) -> None:
    """Half a change is no change."""
    with pytest.raises(RuntimeError), store.session() as session:
        session.add(campaign())
        session.flush()
        raise RuntimeError
    assert slugs(store) == []


def test_a_dry_run_writes_nothing(store: Store) -> None:
    """It sees its own changes and leaves none."""
    with store.session(dry_run=True) as session:
        session.add(campaign())
        session.flush()
        assert session.exec(select(Campaign)).one().slug == "woche"
    assert slugs(store) == []


def test_reading_leaves_nothing_behind(store: Store) -> None:
    """Whatever happens to be changed while reading is undone."""
    with store.reading() as session:
        session.add(campaign())
        session.flush()
    assert slugs(store) == []


def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    """``pause`` and ``today`` work while a long import runs."""
    with store.session() as session:
        session.add(campaign())
        session.flush()
        assert slugs(store) == []
    assert slugs(store) == ["woche"]


def test_rules_of_the_tables_hold(store: Store) -> None:
    """Foreign keys, checks and uniqueness are enforced by either database."""
    with pytest.raises(exc.IntegrityError), store.session() as session:
        session.add(Pause(campaign_id=4711, scope="all", since=NOW, actor="test"))
    with store.session() as session:
        session.add(campaign())
    with pytest.raises(exc.IntegrityError), store.session() as session:
        session.add(campaign())


def test_two_writers_take_turns(store: Store) -> None:
    """Nobody reads a row, waits, and then writes over the other's change."""
    with store.session() as session:
        session.add(campaign())
    start = threading.Barrier(2)
    troubles: list[BaseException] = []

    def add_one() -> None:
        try:
            start.wait()
            for _ in range(10):
                with store.session() as session:
                    row = session.exec(select(Campaign).with_for_update()).one()
                    row.name = str(int(row.name) + 1) if row.name.isdigit() else "1"
        except BaseException as error:  # noqa: BLE001 - shown by the assertion
            troubles.append(error)

    workers = [threading.Thread(target=add_one) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert troubles == []
    with store.reading() as session:
        assert session.exec(select(Campaign.name)).one() == "20"


def test_a_times_zone_survives(store: Store) -> None:
    """Stored as UTC, given back aware, from either database."""
    with store.session() as session:
        session.add(campaign())
    with store.reading() as session:
        assert session.exec(select(Campaign.created_at)).one() == NOW


def test_an_empty_database_is_set_up(tmp_path: Path, empty_postgresql_url: str) -> None:
    """The first opening makes the tables, on either database."""
    for url in (f"sqlite:///{tmp_path}/new.db", empty_postgresql_url):
        assert inspect(url).schema in (Schema.MISSING, Schema.EMPTY)
        opened = open_store(url)
        assert slugs(opened) == []
        opened.close()
        assert inspect(url).schema is Schema.CURRENT


def test_looking_makes_no_file(tmp_path: Path) -> None:
    """``db status`` and ``doctor`` leave the folder as it was."""
    assert inspect(f"sqlite:///{tmp_path}/new.db").schema is Schema.MISSING
    assert list(tmp_path.iterdir()) == []


def test_two_first_openings_at_once(tmp_path: Path, empty_postgresql_url: str) -> None:
    """Two daily jobs that start together on a new database both work, on either database."""
    urls = [f"sqlite:///{tmp_path}/new.db", empty_postgresql_url]
    program = (
        "import sys; from orchestrator.store import open_store\n"
        "for url in sys.argv[1:]: open_store(url).close()"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", program, *urls], stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert [inspect(url).schema for url in urls] == [Schema.CURRENT, Schema.CURRENT]


def at_revision(url: str, revision: str) -> None:
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
    engine.dispose()


def test_a_newer_schema_is_refused(database_url: str) -> None:
    """An old program must not write to a new database."""
    at_revision(database_url, "9999")
    with pytest.raises(UsageProblem, match="newer version") as caught:
        open_store(database_url)
    assert "Update Türöffner" in caught.value.remedy
    assert inspect(database_url).schema is Schema.NEWER


def test_another_programs_database_is_refused(tmp_path: Path, empty_postgresql_url: str) -> None:
    """Our tables are never put among somebody else's."""
    for url in (f"sqlite:///{tmp_path}/theirs.db", empty_postgresql_url):
        engine = connect(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE invoices (id INTEGER)"))
        engine.dispose()
        with pytest.raises(UsageProblem, match="another program"):
            open_store(url)


def refusal(url: str) -> UsageProblem:
    with pytest.raises(UsageProblem) as caught:
        open_store(url)
    assert caught.value.remedy
    return caught.value


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """A picture by the same name is not written over."""
    path = tmp_path / "campaign.db"
    path.write_bytes(b"\x89PNG" + bytes(5000))
    assert "is not a database" in refusal(f"sqlite:///{path}").what
    assert path.read_bytes() == b"\x89PNG" + bytes(5000)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """The folder is named."""
    assert "There is no folder" in refusal(f"sqlite:///{tmp_path}/no/campaign.db").what


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    """It cannot be opened, and the sentence says so."""
    assert "cannot be opened" in refusal(f"sqlite:///{tmp_path}").what


def test_a_locked_database(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program holds it: wait, nothing is lost."""
    monkeypatch.setattr(store_module, "_BUSY_MS", 20)
    first, second = open_store(sqlite_url), open_store(sqlite_url)
    with first.session() as session:
        session.add(campaign())
        session.flush()
        with pytest.raises(UsageProblem, match="in use by another program"), second.session() as s:
            s.add(campaign("other"))
            s.flush()
    assert slugs(second) == ["woche"]
    first.close()
    second.close()


def test_a_full_disk(sqlite_url: str) -> None:
    """The limit is SQLite's own; what was there before is still there."""
    opened = open_store(sqlite_url)
    with opened.session() as session:
        session.add(campaign())

    @sqlalchemy.event.listens_for(opened.engine, "begin")
    def _small(connection: sqlalchemy.Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(UsageProblem, match="disk that holds the database"), opened.session() as s:
        s.add(Campaign(slug="b", name="x" * 100_000, key_fingerprint="", created_at=NOW))
        s.flush()
    assert slugs(opened) == ["woche"]
    opened.close()


def test_a_read_only_database(sqlite_url: str) -> None:
    """Seen at the first write, with what to do."""
    opened = open_store(sqlite_url)

    @sqlalchemy.event.listens_for(opened.engine, "connect")
    def _read_only(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    opened.engine.dispose()
    with pytest.raises(UsageProblem, match="may be read but not written"), opened.session() as s:
        s.add(campaign())
        s.flush()
    opened.close()


def test_a_read_only_server(postgresql_url: str) -> None:
    """A standby answers reads only."""
    separator = "&" if "?" in postgresql_url else "?"
    url = f"{postgresql_url}{separator}options=-c%20default_transaction_read_only%3Don"
    opened = open_store(url)
    with pytest.raises(UsageProblem, match="may be read but not written"), opened.session() as s:
        s.add(campaign())
        s.flush()
    opened.close()


def test_a_server_that_does_not_answer() -> None:
    """Port 9 has no PostgreSQL: a sentence without the password."""
    error = refusal("postgresql://anna:sesame@127.0.0.1:9/woche?connect_timeout=2")
    assert "woche (127.0.0.1)" in error.what
    assert "sesame" not in error.what


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://anna:sesame@127.0.0.1:9/woche?connect_timeout=2",
        "postgresql://anna:sesame@nowhere.invalid/woche?connect_timeout=2",
        "postgresql://anna:sesame@/woche?host=/nowhere&connect_timeout=2",
    ],
)
def test_a_server_that_cannot_be_reached(url: str) -> None:
    """A wrong port, host or socket: what to check, and neither user nor password."""
    error = refusal(url)
    assert "cannot be reached" in error.what
    assert "host and port" in error.remedy
    assert not {"anna", "sesame"} & set(re.findall(r"\w+", error.what + error.remedy))


@pytest.mark.parametrize("option", ["foo=bar", "connect_timeout=soon"])
def test_an_address_with_an_option_that_the_server_does_not_understand(option: str) -> None:
    """A typing mistake behind the question mark is no bug of ours: a sentence says where it is."""
    error = refusal(f"postgresql://anna:sesame@127.0.0.1:9/woche?{option}")
    assert "does not understand an option" in error.what
    assert "question mark" in error.remedy
    assert "sesame" not in error.what


def says(url: str, statement: str) -> None:
    engine = connect(url).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_a_user_without_the_right_to_make_tables(empty_postgresql_url: str) -> None:
    """Since version 15 that is every user but the owner."""
    says(empty_postgresql_url, "CREATE ROLE guest_of_store LOGIN")
    try:
        url = make_url(empty_postgresql_url).set(username="guest_of_store")
        error = refusal(url.render_as_string(False))
        assert "may not make tables" in error.what
        assert "OWNER TO" in error.remedy
        assert "guest_of_store" not in error.what + error.remedy
    finally:
        says(empty_postgresql_url, "DROP ROLE guest_of_store")
    assert inspect(empty_postgresql_url).schema is Schema.EMPTY


def test_a_server_that_is_too_old(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen on opening and on looking, before anything is asked of its tables."""
    kind = connect(postgresql_url).dialect.__class__
    monkeypatch.setattr(kind, "_get_server_version_info", lambda *_: (12, 22))
    assert "PostgreSQL 12.22" in refusal(postgresql_url).what
    with pytest.raises(UsageProblem, match="too old"):
        inspect(postgresql_url)
    monkeypatch.setattr(kind, "_get_server_version_info", lambda *_: (13, 0))
    open_store(postgresql_url).close()


def number_of(session: Session) -> int:
    number = session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one()
    return int(number)


def end(url: str, number: int) -> None:
    says(url, f"SELECT pg_terminate_backend({number}, 5000)")


def test_a_connection_that_is_lost_in_mid_transaction(postgresql_url: str) -> None:
    """One sentence; nothing of the transaction is kept; the next one has a new connection."""
    opened = open_store(postgresql_url)
    with pytest.raises(UsageProblem, match="was lost") as caught, opened.session() as session:
        session.add(campaign())
        session.flush()
        end(postgresql_url, number_of(session))
    assert "nothing is half done" in caught.value.remedy
    assert slugs(opened) == []
    with opened.session() as session:
        session.add(campaign("after"))
    assert slugs(opened) == ["after"]
    opened.close()


def test_a_server_that_was_restarted_between_two_transactions(postgresql_url: str) -> None:
    """Nobody notices: a connection is tried before it is used again."""
    opened = open_store(postgresql_url)
    with opened.session() as session:
        number = number_of(session)
    end(postgresql_url, number)
    with opened.session() as session:
        session.add(campaign())
    assert slugs(opened) == ["woche"]
    opened.close()


def test_a_servers_full_disk(postgresql_url: str) -> None:
    """Told by number, in whatever language the server speaks; nothing of it is kept."""
    says(
        postgresql_url,
        "CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'auf dem Gerät ist kein Speicherplatz mehr' USING ERRCODE = '53100';"
        " END $$",
    )
    opened = open_store(postgresql_url)
    with opened.session() as session:
        session.add(campaign())
    says(
        postgresql_url,
        "CREATE TRIGGER no_space BEFORE INSERT ON pause FOR EACH ROW EXECUTE FUNCTION no_space()",
    )
    with pytest.raises(UsageProblem, match="is full") as caught, opened.session() as session:
        session.add(campaign("second"))
        session.add(Pause(campaign_id=1, scope="all", since=NOW, actor="test"))
        session.flush()
    assert "nothing was lost" in caught.value.remedy
    assert slugs(opened) == ["woche"]
    opened.close()


def test_a_lock_that_lasts_too_long(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program holds the row: the same sentence as on SQLite."""
    monkeypatch.setattr(store_module, "_BUSY_MS", 50)
    first, second = open_store(postgresql_url), open_store(postgresql_url)
    with first.session() as session:
        session.add(campaign())
    with first.session() as session:
        session.exec(select(Campaign).with_for_update()).one()
        with pytest.raises(UsageProblem, match="in use by another"), second.session() as other:
            other.exec(select(Campaign).with_for_update()).one()
    first.close()
    second.close()


def test_a_database_that_the_server_does_not_have(postgresql_url: str) -> None:
    """It is named."""
    url = make_url(postgresql_url).set(database="nowhere").render_as_string(hide_password=False)
    assert "has no database nowhere" in refusal(url).what


def test_a_user_that_the_server_does_not_know(postgresql_url: str) -> None:
    """User and password are checked where they are written."""
    url = make_url(postgresql_url).set(username="nobody_here").render_as_string(False)
    assert "refused the user or the password" in refusal(url).what


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ('FATAL:  password authentication failed for user "anna"', "refused the user"),
        ("FATAL:  Passwort-Authentifizierung für Benutzer »anna« fehlgeschlagen", "refused the"),
        ("FATAL:  Datenbank »woche« existiert nicht", "has no database"),
        ('FATAL:  too many connections for role "anna"', "lets nobody else into"),
        ("FATAL:  the database system is starting up", "cannot be reached"),
        ("server closed the connection unexpectedly", "was lost"),
        ("fe_sendauth: no password supplied", "refused the user"),
        ("could not extend file: No space left on device", "disk that holds"),
        ("canceling statement due to lock timeout", "in use by another"),
        ("database disk image is malformed", "damaged"),
        ("the transaction ended unsuccessfully\nDETAIL: x", "unsuccessfully"),
        ("", "cannot be used"),
    ],
)
def test_what_drivers_say_in_our_words(reason: str, says: str) -> None:
    """Only the first line of anything unknown is shown."""
    error = trouble(make_url("postgresql://a:b@h/woche"), reason)
    assert says in error.what
    assert "DETAIL" not in error.what


def test_neither_user_nor_password_is_repeated() -> None:
    """Whatever a server says that nobody has foreseen."""
    reason = 'role "annika" is odd, and so is geheim1'
    said = trouble(make_url("postgresql://annika:geheim1@h/woche"), reason).what
    assert "is odd" in said
    assert "annika" not in said
    assert "geheim1" not in said


@pytest.mark.parametrize(
    "url",
    [
        "campaign.db",
        "mysql://u@h/x",
        "",
        "postgresql://u@h:port/x",
        "sqlite:/x:y@z",
        "postgresql://[",
    ],
)
def test_an_address_that_names_no_database(url: str) -> None:
    """The two forms that work are shown."""
    with pytest.raises(UsageProblem, match="not an address of a database") as caught:
        connect(url)
    assert "sqlite:///" in caught.value.remedy


def test_power_cuts_are_survived_by_the_pragmas(sqlite_url: str, durable: None) -> None:
    """Write-ahead log, full sync and foreign keys on every connection; no memory map."""
    opened = open_store(sqlite_url)
    with opened.engine.connect() as connection:
        said = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "mmap_size")
        }
    opened.close()
    assert said == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "mmap_size": 0,
    }
