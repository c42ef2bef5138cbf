"""The audit log: nobody changes it unseen, and many writers make one chain."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy
from sqlalchemy import exc, text
from sqlmodel import Session

from orchestrator import journal
from orchestrator.audit.chain import walk
from orchestrator.audit.verifying import verify
from orchestrator.model import Event
from tests.campaign_rows import NOON
from tests.conftest import on_sqlite
from tests.inbox.conftest import Manager, Rows

HOUR = timedelta(hours=1)


def write(rows: Rows, count: int = 6) -> None:
    for number in range(count):
        with rows.store.session() as session:
            journal.record(
                session, rows.id, NOON + timedelta(minutes=number), "heike", "pause",
                f"tandem {number}", ümlaut=["a", number],
            )  # fmt: skip


def tamper(rows: Rows, *statements: str) -> None:
    """As somebody would who owns the database."""
    server = rows.store.engine.dialect.name == "postgresql"
    with rows.store.plainly() as connection:
        if server:
            connection.exec_driver_sql("SET session_replication_role = replica")
        else:
            guards = connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            ).all()
            for name, _sql in guards:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.exec_driver_sql(statement)
        if server:
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")


@pytest.mark.parametrize(
    ("statements", "fault", "seq"),
    [
        (["UPDATE event SET actor = 'jonas' WHERE seq = 3"], "changed", 3),
        (["UPDATE event SET what = 'resume' WHERE seq = 1"], "changed", 1),
        (["UPDATE event SET subject = '' WHERE seq = 6"], "changed", 6),
        (["UPDATE event SET detail = '{}' WHERE seq = 4"], "changed", 4),
        (["UPDATE event SET at = '2026-11-24 11:00:59' WHERE seq = 2"], "changed", 2),
        (["UPDATE event SET chain = 'beef' WHERE seq = 2"], "changed", 2),
        (["UPDATE event SET chain = NULL WHERE seq = 6"], "changed", 6),
        (["UPDATE event SET seq = NULL WHERE seq = 6"], "put_in", 0),
        (["UPDATE event SET seq = 9 WHERE seq = 6"], "missing", 6),
        (["DELETE FROM event WHERE seq = 3"], "missing", 3),
        (["DELETE FROM event WHERE seq = 1"], "missing", 1),
        (["DELETE FROM event WHERE seq >= 5"], "cut_off", 6),
        (
            ["DELETE FROM event WHERE seq = 3", "UPDATE event SET seq = 3 WHERE seq = 4"],
            "changed",
            3,
        ),
        (
            [
                "UPDATE event SET seq = 99 WHERE seq = 2",
                "UPDATE event SET seq = 2 WHERE seq = 3",
                "UPDATE event SET seq = 3 WHERE seq = 99",
            ],
            "changed",
            2,
        ),
        (
            [
                "INSERT INTO event (campaign_id, at, actor, what, subject, detail)"
                " VALUES (1, '2026-11-24 11:00:00', 'x', 'pause', '', '{}')"
            ],
            "put_in",
            0,
        ),
    ],
)
def test_whatever_is_touched_is_found(
    rows: Rows, statements: list[str], fault: str, seq: int
) -> None:
    """A change of any column that tells something, a loss, a swap and an addition are found."""
    write(rows)
    with rows.store.reading() as session:
        assert verify(session, rows.id, []).broken is None
    tamper(rows, *statements)
    with rows.store.reading() as session:
        broken = verify(session, rows.id, []).broken
    assert broken is not None
    assert (broken.fault, broken.seq) == (fault, seq)


def test_many_writers_make_one_chain_without_a_gap(rows: Rows) -> None:
    """Eight at once, and those that are rolled back leave no hole."""
    failed: list[BaseException] = []

    def work(worker: int) -> None:
        try:
            for number in range(50):
                with rows.store.session(patient=True, dry_run=number % 10 == 9) as session:
                    journal.record(session, rows.id, NOON, f"w{worker}", "take", f"reply {number}")
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(each,)) for each in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    with rows.store.reading() as session:
        found = walk(session, rows.id)
    assert found.broken is None
    assert found.head is not None
    assert found.head.seq == 8 * 45


def test_a_rolled_back_part_does_not_leave_the_rest_without_its_place(rows: Rows) -> None:
    """What was noted before and after a savepoint is chained; what was in it is not there."""
    with rows.store.session() as session:
        journal.record(session, rows.id, NOON, "heike", "before")
        session.flush()
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            journal.record(session, rows.id, NOON, "heike", "inside")
            session.flush()
            raise ZeroDivisionError
        journal.record(session, rows.id, NOON, "heike", "after")
    with rows.store.reading() as session:
        assert walk(session, rows.id).broken is None
        assert [each.what for each in _all(session)] == ["before", "after"]


def _all(session: Session) -> list[Event]:
    return list(session.exec(sqlalchemy.select(Event).order_by(Event.seq)).scalars())  # type: ignore[call-overload]


def test_the_database_itself_refuses_to_change_events(rows: Rows) -> None:
    """Also without our program in between."""
    write(rows, 2)
    statements = ["UPDATE event SET actor = 'x'", "DELETE FROM event WHERE seq = 1"]
    if rows.store.engine.dialect.name == "postgresql":
        statements.append("TRUNCATE event")
    for statement in statements:
        with pytest.raises(exc.DBAPIError), rows.store.engine.begin() as connection:
            connection.exec_driver_sql(statement)


INTO_ITS_PLACE = (
    "INTO event (id, campaign_id, at, actor, what, subject, detail, seq, chain)"
    " SELECT {id}, campaign_id, at, 'x', what, subject, detail, {seq}, chain"
    " FROM event WHERE seq = 2"
)


@on_sqlite
@pytest.mark.parametrize(
    "statements",
    [
        [f"REPLACE {INTO_ITS_PLACE.format(id='id', seq='seq')}"],
        [f"INSERT OR REPLACE {INTO_ITS_PLACE.format(id='id', seq=7)}"],
        [f"INSERT OR REPLACE {INTO_ITS_PLACE.format(id=99, seq='seq')}"],
        [
            f"INSERT {INTO_ITS_PLACE.format(id=99, seq='NULL')}",
            "UPDATE OR REPLACE event SET seq = 2 WHERE id = 99",
        ],
        [
            "INSERT INTO event (id, campaign_id, at, actor, what, subject, detail)"
            " SELECT 98, campaign_id, at, 'x', what, subject, detail FROM event WHERE seq = 2",
            "UPDATE OR REPLACE event SET seq = 2 WHERE id = 98",
        ],
        [
            "INSERT INTO event (id, campaign_id, at, actor, what, subject, detail)"
            " SELECT 98, campaign_id, at, 'x', what, subject, detail FROM event WHERE seq = 2",
            "UPDATE OR REPLACE event SET id = (SELECT id FROM event WHERE seq = 2) WHERE id = 98",
        ],
    ],
)
def test_no_event_takes_the_place_of_another(rows: Rows, statements: list[str]) -> None:
    """What SQLite would delete to make room, without a word to those who guard deletions."""
    write(rows, 3)
    with (
        pytest.raises(exc.IntegrityError, match="only ever added to"),
        rows.store.engine.begin() as connection,
    ):
        for statement in statements:
            connection.exec_driver_sql(statement)
    with rows.store.reading() as session:
        assert [each.actor for each in _all(session)] == ["heike"] * 3


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT {INTO_ITS_PLACE.format(id='id', seq='seq')} ON CONFLICT (id)"
        " DO UPDATE SET actor = 'x'",
        f"INSERT {INTO_ITS_PLACE.format(id=99, seq='seq')} ON CONFLICT (campaign_id, seq)"
        " DO UPDATE SET actor = 'x'",
    ],
)
def test_no_event_is_changed_by_what_is_put_beside_it(rows: Rows, statement: str) -> None:
    """An insertion that turns into a change is refused as one."""
    write(rows, 3)
    refused = pytest.raises(exc.DBAPIError, match="only ever added to")
    with refused, rows.store.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def restored(rows: Rows, subject: str, between: int, **detail: str) -> None:
    """What a restore notes, or somebody who wants it to look like one."""
    with rows.store.session() as session:
        for _number in range(between):
            journal.record(session, rows.id, NOON + HOUR, "heike", "resume")
        journal.record(session, rows.id, NOON + HOUR, "heike", "restored", subject, **detail)


@pytest.mark.parametrize(
    ("named", "between", "explains"), [(4, 0, True), (3, 0, False), (None, 0, False), (4, 1, False)]
)
def test_a_restore_explains_only_what_its_backup_lacks(
    rows: Rows, named: int | None, between: int, explains: bool
) -> None:
    """It follows the last event of the backup, and names it; another gap is told."""
    write(rows)
    with rows.store.reading() as session:
        assert verify(session, rows.id, []).broken is None
        digest = {each.seq: each.chain or "" for each in _all(session)}.get(named)
    tamper(rows, "DELETE FROM event WHERE seq > 4")
    restored(rows, "a backup", between, **({"head": digest} if digest else {}))
    with rows.store.reading() as session:
        verdict = verify(session, rows.id, [])
    assert (verdict.broken is None, verdict.restored_at) == (
        explains,
        NOON + HOUR if explains else None,
    )


def test_a_restore_explains_nothing_that_its_backup_has(rows: Rows, manager: Manager) -> None:
    """The backup itself is there to tell."""
    write(rows)
    made = manager.ask("backup", "create")["id"]
    with rows.store.reading() as session:
        digest = {each.seq: each.chain or "" for each in _all(session)}[4]
    tamper(rows, "DELETE FROM event WHERE seq > 4")
    restored(rows, made, 0, head=digest)
    assert manager.type("audit", "verify").exit == 4


def test_the_command_tells_what_is_wrong_and_leaves_with_four(rows: Rows, manager: Manager) -> None:
    """A whole log gives a digest to note; a shortened one is known by this computer's memory."""
    write(rows)
    whole = manager.ask("audit", "verify")
    assert (whole["ok"], whole["events"], whole["head"]["seq"]) == (True, 6, 6)
    tamper(rows, "DELETE FROM event WHERE seq > 4")
    answer = manager.type("audit", "verify")
    assert answer.exit == 4
    assert "event 6" in answer.err


def test_the_list_shows_the_newest_and_names_the_tandem(rows: Rows, manager: Manager) -> None:
    """Numbers in the log, names beside them as long as the tandem is there."""
    number = rows.tandem("amira-und-jonas")
    write(rows, 1)
    with rows.store.session() as session:
        detail = {"purposes": ["press", "x"], "ends_on": None, "hide": True}
        journal.record(session, rows.id, NOON, "heike", "pause", f"tandem {number}", **detail)
    said = " ".join(manager.type("audit", "list", "--limit", "1").out.split())
    assert "purposes press, x, ends_on –, hide yes" in said
    assert "24 Nov 2026, 12:00" in said
    [event] = manager.ask("audit", "list", "--tandem", "amira-und-jonas", "--limit", "1")["events"]
    assert (event["subject"], event["tandem"]) == (f"tandem {number}", "amira-und-jonas")
    assert manager.ask("audit", "list", "--since", "2026-11-25")["events"] == []
