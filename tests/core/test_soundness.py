"""A database that answers is not yet one that is whole."""

import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from orchestrator.database_trouble import trouble
from orchestrator.errors import UsageProblem
from orchestrator.soundness import refuse_unsound
from orchestrator.store import connect, open_store


def execute(url: str, *statements: str) -> None:
    engine = connect(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_a_whole_database_is_fine_and_stays_as_it_is(database_url: str) -> None:
    """The trial is undone."""
    refuse_unsound(database_url)
    engine = connect(database_url)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM campaign")).scalar() == 0
    engine.dispose()


@pytest.mark.parametrize(
    ("statement", "lost"),
    [
        ("DROP TABLE pause", "pause"),
        ("ALTER TABLE campaign DROP COLUMN name", "campaign.name"),
    ],
)
def test_what_was_lost_is_named(database_url: str, statement: str, lost: str) -> None:
    """Tables and columns, on either database."""
    execute(database_url, statement)
    with pytest.raises(UsageProblem, match=lost) as caught:
        refuse_unsound(database_url)
    assert "backup" in caught.value.remedy


def test_broken_pages_are_found(sqlite_url: str, tmp_path: Path) -> None:
    """Random bytes in the middle of the file."""
    file = tmp_path / "campaign.db"
    connection = sqlite3.connect(file)
    pages = connection.execute("SELECT rootpage FROM sqlite_master WHERE rootpage > 0").fetchall()
    connection.close()
    with file.open("r+b") as raw:
        for (page,) in pages[1:]:
            raw.seek((page - 1) * 4096)
            raw.write(b"\x5a\xa5" * 2048)
    with pytest.raises(UsageProblem, match="damaged"):
        refuse_unsound(sqlite_url)


def test_missing_rights_on_a_server_are_found(postgresql_url: str) -> None:
    """A user who may read everything and write one table too few."""
    execute(
        postgresql_url,
        "CREATE ROLE reader LOGIN",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO reader",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO reader",
    )
    url = make_url(postgresql_url).set(username="reader").render_as_string(False)
    try:
        refuse_unsound(url)
        execute(postgresql_url, "REVOKE DELETE ON pause FROM reader")
        with pytest.raises(UsageProblem, match="may not do everything") as caught:
            refuse_unsound(url)
        assert "on the server" in caught.value.remedy
    finally:
        execute(postgresql_url, "DROP OWNED BY reader", "DROP ROLE reader")


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("disk I/O error", "could not be read or written"),
        ("no such table: post", "lacks a table"),
        ('relation "post" does not exist', "lacks a table"),
        ('role "post" does not exist', "refused the user"),
        ("permission denied for table post", "may not do everything"),
    ],
)
def test_what_drivers_say_of_it(reason: str, says: str) -> None:
    """Each condition with its own sentence."""
    assert says in trouble(make_url("postgresql://a:b@h/woche"), reason).what


def test_a_lost_table_is_a_sentence_in_the_middle_of_work(database_url: str) -> None:
    """Not a mistake of the program."""
    execute(database_url, "DROP TABLE pause")
    opened = open_store(database_url)
    with pytest.raises(UsageProblem, match="lacks a table"), opened.reading() as session:
        session.connection().execute(text("SELECT * FROM pause"))
    opened.close()


def test_a_new_file_is_for_its_owner(tmp_path: Path) -> None:
    """And so are the journals beside it."""
    opened = open_store(f"sqlite:///{tmp_path}/new.db")
    with opened.session() as session:
        session.connection().execute(text("UPDATE campaign SET name = name"))
        found = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    opened.close()
    assert found["new.db"] == 0o600
    assert set(found.values()) == {0o600}
    assert len(found) > 1
