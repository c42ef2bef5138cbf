"""The doctor finds what is wrong, says what to do, and changes nothing."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from orchestrator import doctor, rounds
from orchestrator.commands import doctor as doctor_command
from orchestrator.doctor import Check, Level
from orchestrator.elsewhere.dates import server_time
from orchestrator.keys import create_key_file
from orchestrator.model import Campaign
from orchestrator.ports import (
    AdvertAccount,
    NotAuthorised,
    OutcomeUnknown,
    Remark,
    Standing,
    Trouble,
    Unreadable,
)
from orchestrator.store import connect, open_store
from orchestrator.vocabulary import Condition
from orchestrator.writer import Ground, disk_of

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FACEBOOK = {"page_id": "1", "page_token": "EAAprivate-token"}


def levels(checks: Iterator[Check]) -> list[Level]:
    found = list(checks)
    for check in found:
        assert check.what
        assert check.remedy or check.level in (Level.OK, Level.OFF), check
    return [check.level for check in found]


def test_the_key_file_fits(settings: Any) -> None:
    """Before the first import there is nothing to compare it with."""
    made = settings()
    create_key_file(made.keys.file)
    assert levels(doctor.key_file(made)) == [Level.OK]


def test_another_campaigns_key_file_fails(settings: Any, database_url: str) -> None:
    """Before a contact is sealed with the wrong key."""
    made = settings(database={"url": database_url})
    create_key_file(made.keys.file)
    store = open_store(database_url)
    with store.session() as session:
        session.add(Campaign(slug="woche", name="W", key_fingerprint="f" * 16, created_at=NOW))
    store.close()
    assert levels(doctor.key_file(made)) == [Level.FAIL]


def test_a_missing_or_open_key_file_fails(settings: Any) -> None:
    """Each with its remedy."""
    made = settings()
    look = lambda: list(doctor.guarded("key", lambda: doctor.key_file(made)))  # noqa: E731
    assert [check.level for check in look()] == [Level.FAIL]
    create_key_file(made.keys.file)
    made.keys.file.chmod(0o644)
    [check] = look()
    assert "chmod 600" in check.remedy


def databases(settings: Any, url: str) -> list[Check]:
    made = settings(database={"url": url})
    found = doctor.guarded("database", lambda: doctor.database(made))
    return [check for check in found if not check.what.startswith("SQLite")]


def test_the_database_answers(settings: Any, database_url: str) -> None:
    """Fitting and writable, on either database."""
    assert [check.level for check in databases(settings, database_url)] == [Level.OK]


def test_a_database_yet_to_be_made(settings: Any, tmp_path: Path) -> None:
    """Nothing is made by looking."""
    [check] = databases(settings, "sqlite:///new.db")
    assert check.level is Level.OFF
    assert not (tmp_path / "new.db").exists()


def test_a_database_that_does_not_fit(settings: Any, database_url: str) -> None:
    """A newer one is refused."""
    engine = connect(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    [check] = databases(settings, database_url)
    assert (check.level, "newer" in check.what) == (Level.FAIL, True)


@pytest.mark.parametrize(
    ("version", "across", "expected"),
    [
        ((3, 40, 1), True, [Level.WARN]),
        ((3, 51, 2), False, [Level.WARN]),
        ((3, 51, 3), False, []),
        ((3, 52, 0), True, [Level.WARN]),
        ((3, 53, 0), True, []),
    ],
)
def test_the_faulty_sqlite_is_named(
    version: tuple[int, ...], across: bool, expected: list[Level]
) -> None:
    """The write-ahead log's race was repaired in 3.51.3; 3.52.0 was withdrawn.

    Where writers can take turns one works at a time; where they cannot, a person must see to it.
    """
    found = list(doctor.grounds(Path("a.db"), Ground(version, "ext4"), across=across))
    assert [check.level for check in found] == expected
    for check in found:
        assert ".".join(map(str, version)) in check.what
        assert "SQLite 3.51.3 or newer" in check.what + check.remedy
        assert "PostgreSQL" in check.what + check.remedy
        assert ("only one writer works at a time" in check.what) is across


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
C:\\134 /mnt/c 9p rw 0 0
/dev/sdb1 /home/local ext4 rw 0 0
//nas/a /media/my\\040disk cifs rw 0 0
broken line
"""


@pytest.mark.parametrize(
    ("file", "warned"),
    [
        ("/var/lib/campaign.db", False),
        ("/home/anna/campaign.db", True),
        ("/home/local/campaign.db", False),
        ("/homely/campaign.db", False),
        ("/mnt/c/Users/campaign.db", True),
        ("/media/my disk/campaign.db", True),
    ],
)
def test_a_network_disk_is_named(file: str, warned: bool) -> None:
    """The innermost mount counts."""
    ground = Ground((3, 53, 0), disk_of(Path(file), MOUNTS))
    assert [check.level for check in doctor.grounds(Path(file), ground)] == [Level.WARN] * warned


def test_the_places_are_whole() -> None:
    """The gazetteer that travels with the program has every German town."""
    assert levels(doctor.places()) == [Level.OK]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [Level.OK]),
        ({"contact": ""}, [Level.WARN, Level.OK]),
        ({"start": date(2026, 11, 1), "end": date(2026, 11, 19)}, [Level.WARN]),
        ({"start": date(2026, 11, 1), "end": date(2026, 11, 20)}, [Level.OK]),
    ],
)
def test_dates_and_contact(settings: Any, changes: dict[str, Any], expected: list[Level]) -> None:
    """A campaign that is over, or that nobody can answer to, is named."""
    assert levels(doctor.campaign(settings(campaign=changes), NOW)) == expected


def answering(**said: Any) -> rounds.Ask:
    return lambda _name, _options: Standing(remote_id="1", name="Our page", **said)


def refusing(trouble: Trouble) -> rounds.Ask:
    def ask(_name: str, _options: object) -> Standing:
        raise trouble

    return ask


@pytest.mark.parametrize(
    ("ask", "level", "says"),
    [
        (answering(followers=1200), Level.OK, "1,200"),
        (answering(missing=["pages_manage_posts"]), Level.FAIL, "pages_manage_posts"),
        (answering(expires_at=NOW + timedelta(days=13)), Level.WARN, "Dec 3, 2026"),
        (answering(expires_at=NOW - timedelta(days=1)), Level.FAIL, "Nov 19, 2026"),
        (refusing(NotAuthorised("the session has expired")), Level.FAIL, "session has expired"),
        (refusing(Unreadable("may not be read")), Level.FAIL, "may not be read"),
        (refusing(OutcomeUnknown("no answer within 30 s")), Level.WARN, "no answer"),
    ],
)
def test_each_account_is_asked(settings: Any, ask: rounds.Ask, level: Level, says: str) -> None:
    """Refused and under-permitted tokens need a person, a silent network only patience."""
    found = list(rounds.accounts(settings(facebook=FACEBOOK), NOW, ask))
    first = next(check for check in found if check.name == "facebook")
    assert (first.level, says in first.what) == (level, True)
    assert first.remedy or level is Level.OK


@pytest.mark.parametrize(
    ("trouble", "remedy"),
    [
        (NotAuthorised("the session of page_token ended"), "for [facebook] page_token and put it"),
        (NotAuthorised("expired"), "for [facebook] page_token, [facebook] app_secret and put each"),
        (NotAuthorised("no credits", condition=Condition.CREDITS), "Buy credits in Facebook's"),
        (NotAuthorised("Grant it.", condition=Condition.PERMISSION), "Do what it says"),
    ],
)
def test_a_refusal_names_what_to_do(settings: Any, trouble: NotAuthorised, remedy: str) -> None:
    """Which key to replace, where the network names it, and where money is to be paid in."""
    facebook = FACEBOOK | {"app_secret": "0123456789abcdef0123456789abcdef"}
    found = rounds.accounts(settings(facebook=facebook), NOW, refusing(trouble))
    [check] = [check for check in found if check.level is Level.FAIL]
    assert remedy in check.remedy


def test_what_nobody_told_is_not_taken_for_well(settings: Any) -> None:
    """It is shown as such, and not as something that was looked at and is in order."""
    remark = Remark("It does not tell.", "Look there.", known=False)
    found = rounds.accounts(settings(facebook=FACEBOOK), NOW, answering(remarks=[remark]))
    assert Check("facebook", Level.UNKNOWN, "It does not tell.", "Look there.") in list(found)


PAID = FACEBOOK | {
    "ad_account_id": "1234567",
    "ads_token": "EAAsecretadstoken0001",
    "paid": True,
    "ad_budget": 20,
    "ad_total": 50,
    "ad_beneficiary": "Verein Offene Tür",
    "ad_payor": "Verein Offene Tür",
}
HIDDEN = NotAuthorised("Check ad_account_id.", condition=Condition.PERMISSION)
BROKE = AdvertAccount("EUR", "Anzeigen", "The ad account has nothing to pay with.")


@pytest.mark.parametrize(
    ("facebook", "told", "level", "says"),
    [
        ({}, BROKE, None, ""),
        (FACEBOOK, BROKE, Level.OFF, "not configured"),
        (PAID | {"paid": False}, BROKE, Level.OFF, "only counts people"),
        (PAID, AdvertAccount("EUR", "Anzeigen"), Level.OK, "can pay, in EUR"),
        (PAID, BROKE, Level.FAIL, "nothing to pay with"),
        (PAID, NotAuthorised("ads_token has expired"), Level.FAIL, "ads_token"),
        (PAID, HIDDEN, Level.FAIL, "Check ad_account_id. Do what it says"),
        (PAID, OutcomeUnknown("no answer within 30 s"), Level.UNKNOWN, "not known"),
    ],
)
def test_whether_adverts_can_be_paid_for(
    settings: Any, facebook: dict[str, Any], told: Any, level: Level | None, says: str
) -> None:
    """Asked only where something is to be paid; X, which has no adverts here, says nothing."""

    def ask(_name: str, _options: object) -> AdvertAccount:
        if isinstance(told, Trouble):
            raise told
        assert isinstance(told, AdvertAccount)
        return told

    found = list(rounds.payers(settings(facebook=facebook), ask))
    assert levels(iter(found)) == [level] * (level is not None)
    assert says in "".join(f"{check.what} {check.remedy}" for check in found)


def test_networks_without_credentials_are_off_and_never_asked(settings: Any) -> None:
    """Said once each; half of the credentials is a warning with what is missing."""
    found = list(rounds.accounts(settings(), NOW, refusing(NotAuthorised("never asked"))))
    assert [check.level for check in found] == [Level.OFF, Level.OFF, Level.WARN]
    half = list(rounds.accounts(settings(x={"user_id": "7"}), NOW, refusing(NotAuthorised("no"))))
    [check] = [check for check in half if check.name == "x"]
    assert check.level is Level.WARN
    assert "consumer_key" in check.what


def clock(settings: Any, away: timedelta, *, virtual: bool = False) -> list[Level]:
    told: Callable[[str], datetime] = lambda _address: datetime.now(UTC) + away  # noqa: E731
    return levels(rounds.clock(settings(facebook=FACEBOOK), virtual, told))


def test_the_clock_is_compared_with_a_network(settings: Any) -> None:
    """Five minutes are too much for signatures; a borrowed time is only named."""
    assert clock(settings, timedelta(seconds=20)) == [Level.OK]
    assert clock(settings, timedelta(minutes=-6)) == [Level.FAIL]
    assert clock(settings, timedelta(days=9), virtual=True) == [Level.WARN]


def test_a_network_that_does_not_answer_is_no_fault_of_the_clock(settings: Any) -> None:
    """Nothing was compared, and that is said."""

    def told(_address: str) -> datetime:
        raise OSError("unreachable")

    assert levels(rounds.clock(settings(facebook=FACEBOOK), False, told)) == [Level.UNKNOWN]


def test_a_server_that_is_not_there() -> None:
    """Port 9 of this machine answers nobody."""
    with pytest.raises(OSError, match="refused"):
        server_time("http://127.0.0.1:9")


def run(*arguments: str) -> Any:
    app = typer.Typer()
    app.command("doctor")(doctor_command.doctor)
    app.callback()(lambda: None)
    return CliRunner().invoke(app, ["doctor", *arguments])


def test_a_broken_configuration_still_shows_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 2 is about the configuration; the machine was looked at all the same."""
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text("[campain]\n")
    result = run("--json")
    assert result.exit_code == 2
    checks = {check["name"]: check for check in json.loads(result.stdout)["checks"]}
    assert checks["places"]["level"] == "ok"
    assert checks["configuration"]["level"] == "fail"
    assert "[campaign]" in checks["configuration"]["what"]


def test_exit_codes_and_shape(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0 while nobody must act, 4 when somebody must."""
    monkeypatch.chdir(tmp_path)
    made = settings()
    assert run().exit_code == 4  # no key file yet
    create_key_file(made.keys.file)
    result = run("--json")
    assert result.exit_code == 0, result.output
    for check in json.loads(result.stdout)["checks"]:
        assert set(check) == {"name", "level", "what", "remedy"}
    assert not (tmp_path / "campaign.db").exists()


def test_marks_tell_what_is_well_from_what_nobody_knows(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that is off is not in order, and a clock that was not compared may be wrong."""
    monkeypatch.chdir(tmp_path)
    create_key_file(settings().keys.file)
    said = run().stdout
    assert "– facebook is off" in said
    assert "? The clock was not compared" in said
    assert "– The first import sets up" in said


def test_an_answer_about_the_app_is_yes_or_no() -> None:
    """In a plain sentence, before anything is looked at."""
    result = run("--live-mode", "maybe")
    assert result.exit_code == 2
    assert "yes or no, not “maybe”" in result.stderr
    assert "Value error" not in result.stderr
