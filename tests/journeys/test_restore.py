"""The accident of 2016, played through: the database is lost, and the campaign goes on."""

import json
import shutil
import signal
import stat
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from orchestrator.backup import checks
from tests.journeys.conftest import (
    Approved,
    Manager,
    WriteTandems,
    ready,
    tandem_row,
    write_xlsx,
)
from tests.journeys.test_processes import started, until

DAY = timedelta(days=1)
QUIET = timedelta(minutes=10)


def lose(manager: Manager, url: str) -> None:
    """What a dead disk leaves: nothing."""
    if url.startswith("sqlite:///"):
        for path in Path(url.removeprefix("sqlite:///")).parent.glob("campaign.db*"):
            path.unlink()
        return
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def backups(manager: Manager) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = manager.ask("backup", "list")["backups"]
    return rows


def test_a_lost_database_costs_no_post_and_doubles_none(
    manager: Manager, tandems: WriteTandems, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three posts and more go out after the backup: all are adopted with their remote ids."""
    monkeypatch.setenv("TUEROEFFNER_DATABASE__URL", database_url)
    ready(manager, tandems(6))
    manager.wait(3 * DAY)
    manager.ask("run", "--once", "--yes")
    manager.wait(DAY)
    made = manager.ask("backup", "create")
    at_backup = {post["id"]: post for post in manager.posts()}
    assert manager.ask("publish", "--yes")["published"] >= 3
    before = {post["id"]: post for post in manager.posts()}
    sent = [n for n in before if before[n]["state"] != at_backup[n]["state"]]
    assert len(sent) >= 3

    lose(manager, database_url)
    manager.wait(timedelta(hours=1))
    restored = manager.ask("backup", "restore", made["id"], "--yes")
    assert (restored["key"], restored["looking_for"]) == ("ok", len(sent))
    assert datetime.fromisoformat(restored["frozen_since"]) == datetime.fromisoformat(
        made["created_at"]
    )
    frozen = manager.type("doctor", "--json")
    checks = {check["name"]: check for check in frozen.document["checks"]}
    assert (frozen.exit, checks["freeze"]["level"]) == (4, "fail")
    on_the_network = len(manager.live())
    held = manager.type("run", "--once", "--yes", "--json")
    assert held.document["published"] == len(sent)  # found, not sent
    assert (held.exit, "run --release" in held.err) == (4, True)
    assert len(manager.live()) == on_the_network

    # What the platform may have been given since has to be looked for three times.
    for _look in range(3):
        answer = manager.type("run", "--release", "--yes", "--json")
        manager.wait(QUIET)
    assert (answer.exit, answer.document["released"]) == (0, True)
    after = {post["id"]: post for post in manager.posts()}
    for number in sent:
        assert after[number]["state"] == "published"
        assert after[number]["remote_id"] == before[number]["remote_id"]
    manager.ask("plan")
    for _day in range(8):
        manager.wait(DAY)
        manager.ask("run", "--once", "--yes")
    posts = manager.posts()
    assert {post["state"] for post in posts} == {"published"}
    assert Counter(row["text"] for row in manager.live()) == Counter(p["text"] for p in posts)


def test_the_release_says_how_long_and_goes_on_when_repeated(
    manager: Manager, approved: Approved
) -> None:
    """Exit 3 with when to repeat, until three complete reads have not found it; then it is sent."""
    approved(2)
    manager.wait(3 * DAY)
    made = manager.ask("backup", "create")
    (manager.folder / "campaign.db").unlink()
    manager.wait(2 * DAY)
    manager.ask("backup", "restore", made["id"], "--yes")
    dry = manager.ask("run", "--release", "--dry-run")
    assert (dry["released"], sum(dry["unclear"].values()) > 0) == (False, True)
    assert manager.type("run", "--release").exit == 2
    for _try in range(2):
        answer = manager.type("run", "--release", "--yes")
        assert (answer.exit, "10 minutes" in answer.err) == (3, True)
        manager.wait(QUIET)
    assert manager.live() == []
    assert manager.ask("run", "--release", "--yes")["released"]
    assert "not frozen" in manager.type("run", "--release", "--yes").out
    assert manager.ask("run", "--once", "--yes")["published"] > 0


def test_a_network_that_is_off_is_named(
    manager: Manager, approved: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps its own posts frozen, since nobody can look there; the other network goes on."""
    approved(2)
    manager.wait(4 * DAY)
    made = manager.ask("backup", "create")
    (manager.folder / "campaign.db").unlink()
    manager.ask("backup", "restore", made["id"], "--yes")
    monkeypatch.delenv("TUEROEFFNER_X__ACCESS_TOKEN")
    for _try in range(4):
        manager.wait(QUIET)
        answer = manager.type("run", "--release", "--yes")
    assert answer.exit == 3
    assert "x is off" in answer.err
    assert "Still frozen: x." in answer.err
    assert manager.ask("run", "--once", "--yes")["published"] > 0
    assert {row["network"] for row in manager.live()} == {"facebook"}
    checks = {each["name"]: each for each in manager.ask("doctor")["checks"]}
    assert (checks["freeze"]["level"], "on x" in checks["freeze"]["what"]) == ("warn", True)


def test_the_daily_job_backs_up_into_every_place(
    manager: Manager, approved: Approved, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A place that fails is a finding and exit 3, and the pass's result stands."""
    other = tmp_path / "stick"
    monkeypatch.setenv("TUEROEFFNER_BACKUP__PLACES", f"backups,{other}")
    approved(2)
    manager.wait(4 * DAY)
    checks = {each["name"]: each for each in manager.type("doctor", "--json").document["checks"]}
    assert "backup" not in checks  # nothing was published yet
    manager.ask("run", "--once", "--yes")
    listed = backups(manager)
    assert {row["place"] for row in listed} == {str(manager.folder / "backups"), str(other)}
    assert all(row["rows"] and row["verified"] and row["size"] for row in listed)
    checks = {each["name"]: each for each in manager.ask("doctor")["checks"]}
    assert checks["backup"]["level"] == "ok"

    shutil.rmtree(other)
    other.write_text("a file where the folder was")
    manager.wait(2 * DAY)
    answer = manager.type("run", "--once", "--yes", "--json")
    assert answer.exit == 3
    assert answer.document["published"] > 0
    assert str(other) in " ".join(answer.document["findings"])
    assert len(backups(manager)) == 2


def test_no_young_backup_is_a_warning(
    manager: Manager, approved: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once something was published: none at all, or none since 26 hours of real time."""
    approved(1)
    manager.wait(4 * DAY)
    manager.ask("publish", "--yes")
    level = lambda: {each["name"]: each for each in manager.ask("doctor")["checks"]}["backup"]  # noqa: E731
    assert (level()["level"], "no backup" in level()["what"]) == ("warn", True)
    made = manager.ask("backup", "create")
    assert level()["level"] == "ok"
    folder = manager.folder / "backups"
    (folder / made["id"]).rename(folder / "20260101-000000-000000-abcd")
    assert (level()["level"], "Jan" in level()["what"]) == ("warn", True)


def test_create_verify_and_list_by_the_contract(manager: Manager, approved: Approved) -> None:
    """Shapes and exit codes; a damaged copy is exit 4 and no longer counts as proven."""
    assert backups(manager) == []
    assert manager.type("backup", "create").exit == 2
    assert not (manager.folder / "campaign.db").exists()
    assert manager.type("backup", "verify").exit == 2
    approved(3)
    dry = manager.ask("backup", "create", "--dry-run")
    assert dry["rows"] > 0
    assert not (manager.folder / "backups").exists()

    first, second = (manager.ask("backup", "create") for _number in range(2))
    assert set(first) >= {"id", "created_at", "size", "places"}
    assert first["places"] == [{"url": str(manager.folder / "backups"), "ok": True}]
    assert datetime.fromisoformat(first["created_at"]) == manager.sandbox.clock.now()
    assert [row["id"] for row in backups(manager)] == [second["id"], first["id"]]
    newest = manager.ask("backup", "verify")
    assert (newest["id"], newest["ok"]) == (second["id"], True)
    assert all(set(each) >= {"name", "ok", "detail"} for each in newest["checks"])
    assert newest["seconds"] > 0

    file = manager.folder / "backups" / first["id"] / "campaign.db"
    file.write_bytes(file.read_bytes()[:-1])
    damaged = manager.type("backup", "verify", first["id"], "--json")
    assert (damaged.exit, damaged.document["ok"]) == (4, False)
    assert [row["verified"] is None for row in backups(manager)] == [False, True]
    assert manager.type("backup", "restore", first["id"], "--to", "aside", "--yes").exit == 4
    assert not (manager.folder / "aside").exists()
    (file.parent / "manifest.json").write_text("{}")
    assert backups(manager)[1]["rows"] is None
    assert "damaged" in manager.type("backup", "list").out
    for name in (first["id"][:-1], "../../etc", "nonsense"):
        answer = manager.type("backup", "verify", name)
        assert (answer.exit, second["id"] in answer.err) == (2, True)


def test_restoring_asks_and_refuses_what_would_do_harm(
    manager: Manager, approved: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never over a campaign, never without a yes, and not into another campaign's configuration."""
    approved(2)
    made = manager.ask("backup", "create")
    database = manager.folder / "campaign.db"
    before = database.read_bytes()
    occupied = manager.type("backup", "restore", made["id"], "--yes")
    assert (occupied.exit, "--to" in occupied.err) == (2, True)
    assert database.read_bytes() == before

    aside = manager.folder / "aside"
    dry = manager.ask("backup", "restore", made["id"], "--to", "aside", "--dry-run")
    assert (dry["rows"] > 0, aside.exists()) == (True, False)
    unasked = manager.type("backup", "restore", made["id"], "--to", "aside")
    assert (unasked.exit, "--yes" in unasked.err, aside.exists()) == (2, True, False)
    answer = manager.type("backup", "restore", made["id"], "--to", "aside", "--yes")
    assert answer.exit == 0
    assert "tueroeffner run --release" in answer.out
    assert f"sqlite:///{aside}/campaign.db" in answer.out
    assert stat.S_IMODE((aside / "campaign.db").stat().st_mode) == 0o600
    assert [path.name for path in aside.iterdir()] == ["campaign.db"]
    assert manager.type("backup", "restore", made["id"], "--to", "aside", "--yes").exit == 2

    database.unlink()
    monkeypatch.setenv("TUEROEFFNER_CAMPAIGN__SLUG", "another")
    other = manager.type("backup", "restore", made["id"], "--yes")
    assert (other.exit, "another" in other.err, database.exists()) == (2, True, False)


def test_a_missing_or_strange_key_file_is_named(manager: Manager, approved: Approved) -> None:
    """The rows come back all the same; nobody should believe that the contacts can be read."""
    approved(1)
    made = manager.ask("backup", "create")
    key = manager.folder / "keys" / "campaign.key"
    key.rename(manager.folder / "safe copy")
    (manager.folder / "campaign.db").unlink()
    answer = manager.type("backup", "restore", made["id"], "--dry-run", "--json")
    assert (answer.document["key"], "contacts" in answer.err) == ("missing", True)
    manager.ask("init")
    answer = manager.type("backup", "restore", made["id"], "--yes", "--json")
    assert (answer.exit, answer.document["key"], "contacts" in answer.err) == (0, "differs", True)


def test_a_backup_holds_no_secret_and_no_readable_contact(
    manager: Manager, tandems: WriteTandems
) -> None:
    """No token, no key, no phone or mail of a person, in any of its bytes."""
    ready(manager, tandems(3))
    made = manager.ask("backup", "create")
    folder = manager.folder / "backups" / made["id"]
    content = b"".join(path.read_bytes() for path in folder.iterdir())
    key = (manager.folder / "keys" / "campaign.key").read_bytes().strip()
    secrets = [
        value.encode()
        for name, value in manager.sandbox.env().items()
        if name.endswith(("TOKEN", "SECRET", "KEY"))
    ]
    for secret in [key, *secrets, b"heike.1@", b"888 0001", b"8880001"]:
        assert secret not in content
    assert b"Robin 1" in content  # what is public anyway is there: the search does find


@pytest.mark.parametrize("places", ["sftp://host/backups", "exec:restic", "https://x.example", ""])
def test_other_places_than_folders_are_refused(
    manager: Manager, monkeypatch: pytest.MonkeyPatch, places: str
) -> None:
    """Said in a sentence with the key's name, before anything is done."""
    monkeypatch.setenv("TUEROEFFNER_BACKUP__PLACES", places)
    answer = manager.type("backup", "list")
    assert (answer.exit, "PLACES" in answer.err) == (2, True)


def test_the_scheduler_keeps_a_backup(manager: Manager, approved: Approved) -> None:
    """Without --once as well: one at the start, none while it is young."""
    approved(1)
    for _start in range(2):
        scheduler = started(manager, "run", "--yes", virtual=False)
        assert scheduler.stdout is not None
        assert "Ctrl-C" in scheduler.stdout.readline()
        until(lambda: list(manager.folder.glob("backups/2*")))
        scheduler.send_signal(signal.SIGTERM)
        scheduler.communicate(timeout=60)
        assert scheduler.returncode == 0
    assert len(backups(manager)) == 1


def test_two_commands_at_once_both_back_up(manager: Manager, approved: Approved) -> None:
    """Two processes, two whole backups."""
    approved(2)
    workers = [started(manager, "backup", "create", "--json") for _number in range(2)]
    ids = set()
    for worker in workers:
        out, err = worker.communicate(timeout=60)
        assert worker.returncode == 0, err
        ids.add(json.loads(out)["id"])
    assert {row["id"] for row in backups(manager)} == ids
    assert len(ids) == 2
    assert len([each for each in (manager.folder / "backups").iterdir() if each.is_dir()]) == 2


def test_words_that_changed_after_the_backup_need_somebody(
    manager: Manager, approved: Approved
) -> None:
    """Exit 4 with the address of what is live; after --accept its slot is called off."""
    approved(1)
    made = manager.ask("backup", "create")
    changed = tandem_row(0, appeal_de="Nach all den Jahren möchte ich wieder arbeiten.")
    ready(manager, write_xlsx(manager.folder / "changed.xlsx", [changed]))
    manager.wait(4 * DAY)
    manager.ask("publish", "--yes")
    said = [row["text"] for row in manager.live()]
    assert said
    lose(manager, f"sqlite:///{manager.folder}/campaign.db")
    manager.wait(timedelta(hours=1))
    manager.ask("backup", "restore", made["id"], "--yes")
    assert manager.type("run", "--accept", "--yes").exit == 2
    for _try in range(3):
        answer = manager.type("run", "--release", "--yes", "--json")
        manager.wait(QUIET)
    assert (answer.exit, answer.document["released"]) == (4, False)
    assert "--accept" in answer.err
    links = [link for each in answer.document["unexplained"].values() for link in each]
    assert len(links) == len(said)
    assert all(link in answer.err for link in links)
    accepted = manager.ask("run", "--release", "--accept", "--yes")
    assert (accepted["released"], accepted["called_off"] > 0) == (True, True)
    assert manager.ask("run", "--once", "--yes")["published"] == 0
    assert [row["text"] for row in manager.live()] == said


def test_what_was_stopped_after_the_backup_is_to_be_stopped_again(
    manager: Manager, approved: Approved
) -> None:
    """The restore and the release say so; a stop that was repeated holds beyond the release."""
    approved(2)
    manager.wait(4 * DAY)
    made = manager.ask("backup", "create")
    manager.ask("pause", "tandem-00")
    lose(manager, f"sqlite:///{manager.folder}/campaign.db")
    manager.wait(timedelta(hours=1))
    restored = manager.type("backup", "restore", made["id"], "--yes", "--quiet")
    assert "Pauses and imports" in restored.err
    assert "Stop every `tueroeffner run`" in restored.err
    manager.ask("pause", "tandem-00")
    for _try in range(3):
        answer = manager.type("run", "--release", "--yes")
        assert "Pauses and imports" in answer.err
        manager.wait(QUIET)
    assert answer.exit == 0
    assert manager.ask("run", "--once", "--yes")["published"] > 0
    assert {row["tandem"] for row in manager.posts() if row["state"] == "published"} == {
        "tandem-01"
    }


def leave_and_narrow(manager: Manager) -> None:
    """One withdraws, one is closed, one takes a consent back, one may show less."""
    manager.ask("tandem", "withdraw", "tandem-00", "--yes")
    close = ("--reason", "hired", "--posts", "down", "--yes")
    manager.ask("tandem", "close", "tandem-01", *close)
    manager.ask("tandem", "consent", "tandem-02", "--withdraw", "x", "--yes")
    manager.type("tandem", "screen", "tandem-03", "--show", "none", "--yes")


def standings(manager: Manager) -> list[tuple[Any, ...]]:
    """What of each tandem may be public, and which posts are planned or up."""
    shown = [manager.ask("tandem", "show", f"tandem-0{number}") for number in range(5)]
    open_posts = Counter(
        (post["tandem"], post["network"])
        for post in manager.posts()
        if post["state"] in {"planned", "published"}
    )
    return [(each["state"], each["show"], sorted(open_posts.items())) for each in shown]


@pytest.mark.parametrize("how", ["restored", "copied back"])
def test_what_ended_after_the_backup_is_over_in_the_older_database_too(
    manager: Manager, tandems: WriteTandems, database_url: str, how: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Nobody has to withdraw twice: the place remembers, and names nobody."""
    if how == "copied back" and not database_url.startswith("sqlite"):
        return  # only a file can be copied back
    monkeypatch.setenv("TUEROEFFNER_DATABASE__URL", database_url)
    ready(manager, tandems(5))
    manager.wait(3 * DAY)
    manager.ask("run", "--once", "--yes")
    made = manager.ask("backup", "create")
    old = Path(database_url.removeprefix("sqlite:///"))
    if how == "copied back":
        shutil.copy(old, manager.folder / "old.db")
    manager.wait(timedelta(hours=1))
    leave_and_narrow(manager)
    ended = standings(manager)
    ring = (manager.folder / "backups" / "keyring.json").read_text()
    assert "tandem-0" not in ring

    lose(manager, database_url)
    manager.wait(timedelta(hours=1))
    if how == "restored":
        answer = manager.ask("backup", "restore", made["id"], "--yes")
        assert answer["ended_again"] == 4
    else:
        shutil.copy(manager.folder / "old.db", old)
    for _try in range(3):
        released = manager.type("run", "--release", "--yes", "--json")
        manager.wait(QUIET)
    assert released.document["released"], released.err
    manager.ask("run", "--once", "--yes")
    assert standings(manager) == ended


def leave_who_came_later(manager: Manager, tandems: WriteTandems) -> None:
    """Four whom the backup does not know: erased, withdrawn, closed, and to be shown less."""
    manager.ask("tandem", "import", str(tandems(6)))
    for slug in ("tandem-02", "tandem-03"):
        manager.ask("tandem", "withdraw", slug, "--yes")
    manager.ask("tandem", "erase", "tandem-02", "--yes")
    manager.ask("tandem", "close", "tandem-04", "--reason", "hired", "--posts", "down", "--yes")
    narrower = tandem_row(5, show="region")
    manager.ask("tandem", "import", str(write_xlsx(manager.folder / "less.xlsx", [narrower])))


@pytest.mark.parametrize(
    ("database_url", "how"),
    [("sqlite", "before the release"), ("postgresql", "after it")],
    indirect=["database_url"],
)
def test_an_old_file_brings_back_nobody_whom_the_backup_did_not_know(
    manager: Manager, tandems: WriteTandems, database_url: str, how: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Whoever left stays away, in whatever order the rows come; the others are imported."""
    monkeypatch.setenv("TUEROEFFNER_DATABASE__URL", database_url)
    ready(manager, tandems(2))
    made = manager.ask("backup", "create")
    manager.wait(timedelta(hours=1))
    leave_who_came_later(manager, tandems)
    lose(manager, database_url)
    manager.wait(timedelta(hours=1))
    manager.ask("backup", "restore", made["id"], "--yes")
    if how == "after it":
        assert manager.ask("run", "--release", "--yes")["released"]
    rows = [tandem_row(number) for number in (5, 4, 6, 3, 2, 1, 0)]
    file = str(write_xlsx(manager.folder / "old.xlsx", rows))
    dry = manager.type("tandem", "import", file, "--dry-run", "--json").document
    answer = manager.type("tandem", "import", file, "--json")
    assert (answer.exit, answer.document) == (3, dry)
    assert (dry["imported"], dry["unchanged"], dry["ended_again"]) == (3, 2, 2)
    assert {(each["row"], each["reason"]) for each in dry["rejected"]} == {
        (6, "This tandem was erased."), (5, "Consent for this tandem was withdrawn."),
    }  # fmt: skip
    again = manager.type("tandem", "import", str(tandems(6)), "--json").document
    assert (again["imported"], "ended_again" in again, len(again["rejected"])) == (0, False, 4)
    assert manager.ask("run", "--release", "--yes")["ended_again"] == 0
    shown = {each["slug"]: each for each in manager.ask("tandem", "list")["tandems"]}
    assert {slug: (each["state"], each["show"]) for slug, each in shown.items()} == {
        "tandem-00": ("active", "full"), "tandem-01": ("active", "no-face"),
        "tandem-04": ("closed", "region"), "tandem-05": ("active", None),
        "tandem-06": ("active", "no-face"),
    }  # fmt: skip
    manager.ask("plan")
    planned = {each["tandem"] for each in manager.posts() if each["state"] == "planned"}
    assert planned == {"tandem-00", "tandem-01", "tandem-06"}


def test_a_place_that_cannot_be_told_of_a_withdrawal_is_named(
    manager: Manager, approved: Approved, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Away or damaged, in one sentence; the withdrawal holds, and a place that is new is quiet."""
    stick, away = tmp_path / "stick", tmp_path / "away"
    approved(3)
    manager.ask("backup", "create")
    monkeypatch.setenv("TUEROEFFNER_BACKUP__PLACES", f"backups,{stick}")

    def withdraw(number: int) -> str:
        answer = manager.type("tandem", "withdraw", f"tandem-0{number}", "--yes", "--quiet")
        assert answer.exit == 0
        return answer.err

    assert withdraw(0) == ""
    manager.ask("backup", "create")
    stick.rename(away)
    assert f"{stick}: there is no backup" in withdraw(1)
    away.rename(stick)
    ring = stick / "keyring.json"
    ring.write_text(ring.read_text().replace('"number": 1', '"number": 7'))
    said = withdraw(2)
    assert (str(ring) in said, "backups:" in said, len(said.splitlines())) == (True, False, 1)
    ring.unlink()
    manager.ask("backup", "create")
    [told] = json.loads(ring.read_text())["content"]["rings"]
    assert sum(bool(each["withdrawn"]) for each in told["endings"].values()) == 3


def test_a_place_that_holds_very_much_is_a_warning(
    manager: Manager, approved: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By their number, or by their size."""
    approved(1)
    manager.ask("backup", "create")
    warned = lambda: [  # noqa: E731
        each["what"]
        for each in manager.ask("doctor")["checks"]
        if (each["name"], each["level"]) == ("backup", "warn")
    ]
    assert warned() == []
    folder = manager.folder / "backups"
    for number in range(500):
        (folder / f"20260101-000000-{number:06}-abcd").mkdir()
    assert "501 backups" in " ".join(warned())
    for number in range(500):
        (folder / f"20260101-000000-{number:06}-abcd").rmdir()
    monkeypatch.setattr(checks, "LARGE_BYTES", 1000)
    assert "1 backups" in " ".join(warned())


def test_a_lost_database_is_said_by_everything_that_looks(
    manager: Manager, tandems: WriteTandems
) -> None:
    """The daily job goes on in an empty database only with an alarm, and keeps none of it."""
    manager.ask("run", "--once", "--yes")  # before the first import: nothing to keep, no alarm
    assert backups(manager) == []
    ready(manager, tandems(2))
    manager.ask("run", "--once", "--yes")
    [kept] = backups(manager)
    lose(manager, f"sqlite:///{manager.folder}/campaign.db")
    answer = manager.type("run", "--once", "--yes", "--quiet")
    assert answer.exit == 4
    assert kept["id"] in answer.err
    assert [each["id"] for each in backups(manager)] == [kept["id"]]
    assert any(kept["id"] in each["remedy"] for each in manager.ask("today")["trouble"])
    assert manager.type("doctor").exit == 4
