"""A database that is older than the world sends nothing, however it came to be; others go on.

By hand means here: the file of an SQLite database, the template of a PostgreSQL one.
"""

import json
import os
import shutil
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlmodel import select

from orchestrator import journal, rounds, witness
from orchestrator.doctor import Level
from orchestrator.elsewhere import may_send, remember_log
from orchestrator.leaving import decision
from orchestrator.model import Campaign as CampaignRow
from orchestrator.model import Event
from orchestrator.moving import move
from orchestrator.ports import Draft, OutcomeUnknown
from orchestrator.release import Freeze, freeze_of, release
from orchestrator.run import publish_pass, run_pass
from orchestrator.settle import QUIET
from orchestrator.shift import Tally, World
from orchestrator.store import open_store
from orchestrator.vocabulary import PostState
from schedules.clock import SystemClock
from tests.conftest import on_both
from tests.fakes import HoldingNetwork
from tests.publishing.conftest import NOON, Campaign

HOUR = timedelta(hours=1)
_copies = count(1)


class Hands:
    """What people do to a database without our knowing."""

    def __init__(self, campaign: Campaign, url: str, folder: Path) -> None:
        self.campaign, self.url, self.folder = campaign, url, folder
        self.made: list[str] = []
        self.renamed = ""

    def keep(self) -> str:
        """Copy it as it stands; the copy's name."""
        name = f"copy_{os.getpid()}_{next(_copies)}"
        self._close()
        if self.lite:
            with closed_file(self.url) as file:
                shutil.copyfile(file, self.folder / name)
        else:
            self._server(f'CREATE DATABASE {name} TEMPLATE "{self._name}"')
        self.made.append(name)
        return name

    def put_back(self, name: str) -> None:
        """The old copy takes the place of the new one."""
        self._close()
        if self.lite:
            with closed_file(self.url) as file:
                shutil.copyfile(self.folder / name, file)
        else:
            self._server(f'DROP DATABASE "{self._name}"')
            self._server(f'CREATE DATABASE "{self._name}" TEMPLATE {name}')
        self.campaign.store = open_store(self.url)

    def work_in(self, name: str) -> None:
        """The copy is opened where it is, as on another computer."""
        self.campaign.store.close()
        url = f"sqlite:///{self.folder / name}" if self.lite else self._named(name)
        self.campaign.store = open_store(url)

    def rename(self) -> None:
        """The same database gets another name, and is opened by it."""
        self._close()
        name = f"renamed_{os.getpid()}_{next(_copies)}"
        if self.lite:
            with closed_file(self.url) as file:
                file.rename(self.folder / name)
        else:
            self._server(f'ALTER DATABASE "{self._name}" RENAME TO {name}')
            self.renamed = name
        self.work_in(name)

    def tidy(self) -> None:
        self._close()
        if self.renamed:
            self._server(f'ALTER DATABASE {self.renamed} RENAME TO "{self._name}"')
        for name in [] if self.lite else self.made:
            self._server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _close(self) -> None:
        self.campaign.store.close()
        if not self.lite:
            self._server(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname SIMILAR TO '(test|copy|renamed)%'"
            )

    @property
    def lite(self) -> bool:
        return self.url.startswith("sqlite")

    @property
    def _name(self) -> str:
        return self.url.partition("?")[0].rpartition("/")[2]

    def _named(self, name: str) -> str:
        return self.url.replace(f"/{self._name}?", f"/{name}?")

    def _server(self, statement: str) -> None:
        with psycopg.connect(self._named("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def closed_file(url: str) -> Iterator[Path]:
    """The file of a closed SQLite database, whole: nothing is left beside it."""
    file = Path(url.removeprefix("sqlite:///"))
    for end in ("-wal", "-shm"):
        assert not file.with_name(file.name + end).exists()
    yield file


@pytest.fixture
def hands(campaign: Campaign, database_url: str, tmp_path: Path) -> Iterator[Hands]:
    """Somebody with access to the database."""
    made = Hands(campaign, database_url, tmp_path)
    yield made
    made.tidy()


@pytest.fixture
def other_computer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    """From now on nothing is remembered of what this one sent."""
    return lambda: monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / f"another_{next(_copies)}"))


def live(campaign: Campaign) -> list[str]:
    return [text for network in (campaign.facebook, campaign.x) for _id, text, _t in network.live]


def frozen_since(campaign: Campaign) -> datetime | None:
    with campaign.store.reading() as session:
        return session.get_one(CampaignRow, campaign.id).frozen_since


def events(campaign: Campaign, what: str) -> list[Event]:
    with campaign.store.reading() as session:
        return list(session.exec(select(Event).where(Event.what == what)).all())


def release_all(campaign: Campaign) -> Freeze:
    for _try in range(4):
        done = release(campaign.shift(), Tally())
        if done.since is None:
            break
        campaign.clock.advance(QUIET)
    return done


@on_both
def test_an_old_copy_that_is_put_back_is_found_out(campaign: Campaign, hands: Hands) -> None:
    """Frozen before anything is sent; released it goes on, and is not frozen again by that."""
    tandem = campaign.tandem()
    run_pass(campaign.shift())
    first = campaign.post(tandem)
    copy = hands.keep()
    run_pass(campaign.shift())
    number = campaign.read(first).remote_id
    assert number

    campaign.clock.advance(HOUR)
    hands.put_back(copy)
    tally = run_pass(campaign.shift())
    assert (tally.needs_person, len(live(campaign))) == (True, 1)
    assert "older copy" in " ".join(tally.findings)
    assert frozen_since(campaign) == NOON
    assert release_all(campaign).since is None
    assert campaign.read(first).remote_id == number
    later = campaign.post(tandem, due_at=campaign.clock.now())
    tally = run_pass(campaign.shift())
    assert (campaign.read(later).state, tally.needs_person) == (PostState.PUBLISHED, False)
    assert len(live(campaign)) == 2
    assert len(events(campaign, "doubted")) == 1


def withdraw(campaign: Campaign, tandem: int) -> None:
    """Typed between two passes, and remembered by the command."""
    with campaign.session() as session:
        decision.withdraw(session, tandem, campaign.clock.now(), "tester")
    remember_log(campaign.shift(), Tally())


@on_both
def test_a_withdrawal_that_an_old_copy_undoes_is_missed(campaign: Campaign, hands: Hands) -> None:
    """No try is missing, only what was noted: nothing is sent, nor is the memory written over.

    Released it goes on, and commands typed in the copy do not hide what it lacks.
    """
    tandem = campaign.tandem()
    campaign.post(tandem)
    run_pass(campaign.shift())
    later = campaign.post(tandem, due_at=NOON + HOUR)
    copy = hands.keep()
    withdraw(campaign, tandem)
    campaign.clock.advance(HOUR)
    hands.put_back(copy)
    with campaign.session() as session:
        for _typed in range(9):
            journal.record(session, campaign.id, NOON + HOUR, "tester", "approve")
    remember_log(campaign.shift(), Tally())

    for _pass in range(2):
        tally = publish_pass(campaign.shift())
        assert (tally.published, frozen_since(campaign)) == (0, NOON)
        run_pass(campaign.shift())
    assert len(live(campaign)) == 1
    assert release_all(campaign).since is None
    tally = run_pass(campaign.shift())
    assert (campaign.read(later).state, tally.needs_person) == (PostState.PUBLISHED, False)
    assert len(events(campaign, "older copy")) == 1
    copy = hands.keep()
    withdraw(campaign, tandem)
    hands.put_back(copy)
    assert run_pass(campaign.shift()).needs_person
    assert len(events(campaign, "older copy")) == 2


def test_an_old_copy_that_lost_a_pass_and_a_withdrawal_says_so_once(
    campaign: Campaign, hands: Hands
) -> None:
    """A finding that names the time, and the way out."""
    tandem = campaign.tandem()
    campaign.post(tandem, due_at=NOON + HOUR)
    copy = hands.keep()
    withdraw(campaign, tandem)
    hands.put_back(copy)
    reason = may_send(campaign.shift(), tally := Tally())
    assert (reason("x"), tally.needs_person) == (tally.findings[0], True)
    assert "what was noted at Tue 24 Nov 12:00 is not in it" in tally.findings[0]
    assert "run --release" in tally.findings[0]


@on_both
def test_who_remembers_less_or_another_campaign_stops_nothing(
    campaign: Campaign, hands: Hands, other_computer: Callable[[], None]
) -> None:
    """A second computer of the team; a campaign that was begun anew with the same key."""
    tandem = campaign.tandem()
    withdraw(campaign, tandem)
    here = os.environ["XDG_STATE_HOME"]
    other_computer()
    withdraw(campaign, campaign.tandem("zweites"))
    os.environ["XDG_STATE_HOME"] = here
    other = campaign.post(campaign.tandem("drittes"))
    assert not run_pass(campaign.shift()).needs_person
    assert campaign.read(other).state is PostState.PUBLISHED

    [file] = witness.folder().glob("*.log.json")
    [(place, noted)] = json.loads(file.read_text()).items()
    begun_before = noted | {"seq": 900, "born": "2026-11-01T09:00:00+00:00"}
    practised = noted | {"seq": 900, "practised": True}
    for elsewhere in ({place: begun_before}, {"sqlite:1": practised}):
        file.write_text(json.dumps(elsewhere))
        assert not run_pass(campaign.shift()).needs_person


def test_the_same_old_copy_put_back_twice_is_found_out_twice(
    campaign: Campaign, hands: Hands
) -> None:
    """What was noted in the copy that went is not in the one that came."""
    campaign.post(campaign.tandem())
    copy = hands.keep()
    run_pass(campaign.shift())
    for _time in range(2):
        campaign.clock.advance(HOUR)
        hands.put_back(copy)
        run_pass(campaign.shift())
        assert frozen_since(campaign) is not None
    assert len(live(campaign)) == 1


@on_both
def test_an_old_copy_on_another_computer_is_known_by_our_pages(
    campaign: Campaign, hands: Hands, other_computer: Callable[[], None]
) -> None:
    """No witness there, only another place: a live post whose row says planned is proof enough."""
    post = campaign.post(campaign.tandem())
    run_pass(campaign.shift())
    twin = campaign.post(campaign.tandem("zweites"), "x", due_at=NOON + HOUR)
    copy = hands.keep()
    campaign.clock.advance(HOUR)
    run_pass(campaign.shift())
    assert len(live(campaign)) == 2
    other_computer()
    hands.work_in(copy)
    tally = run_pass(campaign.shift())
    assert (tally.needs_person, frozen_since(campaign)) == (True, NOON)
    assert "https://social.example/x-1" in " ".join(tally.findings)
    assert release_all(campaign).since is None
    assert campaign.read(twin).remote_id == "x-1"
    assert campaign.read(post).state is PostState.PUBLISHED
    tally = run_pass(campaign.shift())
    assert (len(live(campaign)), tally.needs_person, frozen_since(campaign)) == (2, False, None)


def test_words_that_no_row_explains_speak_only_when_they_are_young(
    campaign: Campaign, hands: Hands, other_computer: Callable[[], None]
) -> None:
    """Made by hand long ago: no news. Since the copy was made: this database cannot tell."""
    run_pass(campaign.shift())
    copy = hands.keep()
    other_computer()
    campaign.facebook.live = [("facebook-90", "Sommerfest", None)]
    campaign.facebook.shown_at = {"facebook-90": NOON - timedelta(minutes=30)}
    hands.work_in(copy)
    assert not run_pass(campaign.shift()).needs_person
    copy = hands.keep()
    other_computer()
    campaign.facebook.live.append(("facebook-91", "Nähstube gesucht", None))
    campaign.facebook.shown_at["facebook-91"] = NOON + timedelta(minutes=5)
    campaign.clock.advance(HOUR)
    hands.work_in(copy)
    tally = run_pass(campaign.shift())
    assert ("facebook-91" in " ".join(tally.findings), tally.needs_person) == (True, True)
    assert "facebook-90" not in " ".join(tally.findings)


def test_a_network_that_cannot_be_read_leaves_the_question_open_there(
    campaign: Campaign, hands: Hands, other_computer: Callable[[], None]
) -> None:
    """Nothing is sent on it, the other goes on; and what is found in the end freezes all the same.

    By then the other network's passes have moved the newest time on: the question keeps its own,
    whatever a person does meanwhile.
    """
    tandem = campaign.tandem()
    campaign.post(tandem, "x")
    run_pass(campaign.shift())
    first = campaign.post(tandem, due_at=NOON + HOUR)
    copy = hands.keep()
    campaign.clock.advance(HOUR)
    run_pass(campaign.shift())
    campaign.facebook.shown_at = {"facebook-1": NOON + HOUR}
    other_computer()
    hands.work_in(copy)
    campaign.facebook.reading = OutcomeUnknown("no answer")
    for hour in range(3):
        on_x = campaign.post(tandem, "x", due_at=campaign.clock.now())
        tally = run_pass(campaign.shift())
        assert campaign.read(on_x).state is PostState.PUBLISHED, hour
        assert "no answer" in " ".join(tally.findings)
        campaign.clock.advance(HOUR)
    assert (len(campaign.facebook.live), frozen_since(campaign)) == (1, None)
    later, now = campaign.post(tandem, "x", due_at=NOON + 9 * HOUR), campaign.clock.now()
    at = NOON + 8 * HOUR
    move(campaign.store, campaign.settings, campaign.id, later, at, now, "tester", dry_run=False)
    campaign.facebook.reading = None
    run_pass(campaign.shift())
    assert frozen_since(campaign) == NOON
    assert release_all(campaign).since is None
    assert campaign.read(first).remote_id == "facebook-1"
    assert len(campaign.facebook.live) == 1


@on_both
def test_a_renamed_database_just_goes_on(campaign: Campaign, hands: Hands) -> None:
    """The same file, the same database: nobody is asked anything."""
    tandem = campaign.tandem()
    campaign.post(tandem)
    run_pass(campaign.shift())
    hands.rename()
    asked = [len(network.looked_since) for network in (campaign.facebook, campaign.x)]
    later = campaign.post(tandem)
    assert not run_pass(campaign.shift()).needs_person
    assert campaign.read(later).state is PostState.PUBLISHED
    assert [len(network.looked_since) for network in (campaign.facebook, campaign.x)] == asked
    assert events(campaign, "settled in") == []


@pytest.mark.parametrize("sent", [False, True])
def test_a_copy_that_lacks_nothing_is_the_campaign(
    campaign: Campaign, hands: Hands, other_computer: Callable[[], None], sent: bool
) -> None:
    """A template that never sent anything, or a move to another computer with all that was sent."""
    tandem = campaign.tandem()
    run_pass(campaign.shift())
    if sent:
        campaign.post(tandem)
        run_pass(campaign.shift())
    copy = hands.keep()
    other_computer()
    campaign.clock.advance(HOUR)
    hands.work_in(copy)
    later = campaign.post(tandem)
    for _pass in range(2):
        tally = run_pass(campaign.shift())
        assert (tally.needs_person, tally.findings) == (False, [])
    assert campaign.read(later).state is PostState.PUBLISHED
    assert (len(live(campaign)), len(events(campaign, "settled in"))) == (1 + sent, 1)


def test_what_the_platform_holds_is_news_as_well(
    campaign: Campaign, hands: Hands, other_computer: Callable[[], None]
) -> None:
    """Handed over after the copy was made: it would go out beside what the copy sends."""
    campaign.facebook = HoldingNetwork("facebook")
    post = campaign.post(campaign.tandem(), due_at=NOON + 5 * HOUR, state=PostState.CANCELLED)
    run_pass(campaign.shift())
    copy = hands.keep()
    text = campaign.read(post).text
    campaign.facebook.kept = {"facebook-7": Draft(text, at=NOON + 5 * HOUR)}
    other_computer()
    hands.work_in(copy)
    run_pass(campaign.shift())
    assert frozen_since(campaign) == NOON


def test_a_memory_that_cannot_be_kept_stops_nothing(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file where the folder should be: the post goes out; the pass and the doctor say so once."""
    (tmp_path / "state").write_text("a file")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    post = campaign.post(campaign.tandem())
    tally = run_pass(campaign.shift())
    [finding] = tally.findings
    assert (campaign.read(post).state, tally.needs_person) == (PostState.PUBLISHED, False)
    assert finding.startswith(f"This computer cannot remember what it has sent ({tmp_path}")
    [check] = rounds.memory()
    assert (check.level, str(tmp_path / "state") in check.what) == (Level.WARN, True)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "not yet"))
    [check] = rounds.memory()
    assert (check.level, (tmp_path / "not yet").exists()) == (Level.OK, False)


def test_what_is_remembered_is_small_private_and_for_its_owner(campaign: Campaign) -> None:
    """Numbers and times, in files that nobody else reads; damaged they are no memory at all."""
    run_pass(campaign.shift())
    assert not witness.folder().exists()
    campaign.post(campaign.tandem())
    run_pass(campaign.shift())
    name = f"{campaign.key.fingerprint}.woche"
    file, log = witness.folder() / f"{name}.json", witness.folder() / f"{name}.log.json"
    assert set(witness.folder().iterdir()) == {file, log}
    assert file.read_text() == '{"attempt": 1, "at": "2026-11-24T11:00:00+00:00"}'
    [noted] = json.loads(log.read_text()).values()
    assert set(noted) == {"seq", "digest", "at", "born", "practised"}
    for each in (file, log):
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
        each.write_text('{"attempt": "many"')
    assert not run_pass(campaign.shift()).needs_person


def test_a_copy_that_is_played_through_leaves_no_trace(campaign: Campaign) -> None:
    """A rehearsal's tries must not make the real database look old, nor the other way round."""
    witness.saw(f"{campaign.key.fingerprint}.woche", 900, NOON + HOUR)
    campaign.post(campaign.tandem())
    tally = run_pass(replace(campaign.shift(), world=World(played=True)))
    assert (tally.published, tally.needs_person) == (1, False)
    [file] = witness.folder().iterdir()
    assert '"attempt": 900' in file.read_text()


def test_a_clock_that_went_back_stops_sending_until_it_is_right(campaign: Campaign) -> None:
    """Both times are said; nothing is frozen; a quarter of an hour is no matter."""
    tandem = campaign.tandem()
    campaign.post(tandem)
    run_pass(campaign.shift())
    waits = campaign.post(tandem, due_at=NOON - timedelta(hours=3))
    campaign.clock.at = NOON - 2 * HOUR
    tally = run_pass(campaign.shift())
    assert (tally.needs_person, len(live(campaign)), frozen_since(campaign)) == (True, 1, None)
    said = " ".join(tally.findings)
    assert ("Tue 24 Nov 10:00" in said, "Tue 24 Nov 12:00" in said) == (True, True)
    assert "run --release" in said
    campaign.clock.at = NOON - timedelta(minutes=14)
    assert not run_pass(campaign.shift()).needs_person
    assert campaign.read(waits).state is PostState.PUBLISHED


def test_a_campaign_that_only_prepared_is_at_no_later_time(campaign: Campaign) -> None:
    """Imports and approvals of tomorrow, as after a rehearsal's false clock, stop nothing."""
    post = campaign.post(campaign.tandem())
    with campaign.session() as session:
        session.add(
            Event(campaign_id=campaign.id, at=NOON + 9 * HOUR, actor="tester", what="approve")
        )
    assert not run_pass(campaign.shift()).needs_person
    assert campaign.read(post).state is PostState.PUBLISHED


def test_where_the_later_time_was_the_wrong_one_the_release_goes_on(campaign: Campaign) -> None:
    """Settled as after a restore, and then the campaign lives at the earlier time."""
    tandem = campaign.tandem()
    campaign.clock.advance(timedelta(hours=3))
    done = campaign.post(tandem)
    run_pass(campaign.shift())
    campaign.clock.at = NOON
    waits = campaign.post(tandem)
    run_pass(campaign.shift())
    assert len(live(campaign)) == 1
    stands = freeze_of(campaign.shift())
    assert (stands.worked_until, stands.left) == (NOON + 3 * HOUR, 1)
    assert release_all(campaign).since is None
    tally = run_pass(campaign.shift())
    assert campaign.read(waits).state is PostState.PUBLISHED
    assert campaign.read(done).state is PostState.PUBLISHED
    assert (tally.needs_person, len(live(campaign))) == (False, 2)
    assert freeze_of(campaign.shift()) == Freeze(None, {}, [])


@contextmanager
def server_that_says(away: timedelta | str | None) -> Iterator[tuple[str, list[str]]]:
    """A server here whose Date is so far away, or this; its address, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            asked.append(self.path)
            self.send_response_only(400)
            if isinstance(away, timedelta):
                self.send_header("Date", format_datetime(datetime.now(UTC) + away, usegmt=True))
            elif away is not None:
                self.send_header("Date", away)
            self.end_headers()

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def at(campaign: Campaign, facebook: str, x: str) -> None:
    """Let the networks be at these addresses."""
    options = campaign.settings.networks
    moved = {
        "facebook": options["facebook"].model_copy(update={"api_base": facebook}),
        "x": options["x"].model_copy(update={"api_base": x}),
    }
    campaign.settings = replace(campaign.settings, networks=moved)


@pytest.mark.parametrize("date", [None, "Fri, 31 Dec 9999 23:59:59 -0100"])
def test_a_clock_that_a_network_contradicts_sends_nothing_there(
    campaign: Campaign, date: str | None
) -> None:
    """Told once, asked until it is right; the other network, one without a date, goes on."""
    with (
        server_that_says(timedelta(minutes=-6)) as (late, asked),
        server_that_says(date) as (dateless, _asked),
    ):
        at(campaign, late, dateless)
        shift = replace(campaign.shift(), clock=SystemClock(), machine=SystemClock())
        tally = Tally()
        for _pass in range(2):
            reason = may_send(shift, tally)
            assert reason("x") is None
            assert "set its clock" in (reason("facebook") or "")
        assert (len(tally.findings), tally.needs_person, len(asked)) == (1, True, 2)
        borrowed = may_send(campaign.shift(), Tally())
        assert (borrowed("facebook"), len(asked)) == (None, 2)


def test_a_clock_that_agrees_is_compared_once_an_hour(campaign: Campaign) -> None:
    """One request, not one for every pass; and nothing at all while nothing is to be sent."""
    with server_that_says(timedelta(minutes=4)) as (right, asked):
        at(campaign, right, "http://127.0.0.1:9")
        shift = replace(campaign.shift(), clock=SystemClock(), machine=SystemClock())
        may_send(shift, Tally())
        assert asked == []
        for _pass in range(3):
            reason = may_send(shift, Tally())
            assert (reason("facebook"), reason("x")) == (None, None)
        assert len(asked) == 1
        shift.world.dated["facebook"] -= HOUR
        assert may_send(shift, Tally())("facebook") is None
        assert len(asked) == 2


def test_the_doctor_compares_every_network(campaign: Campaign) -> None:
    """By the same rule as the passes, loopback or not."""
    with server_that_says(timedelta(minutes=6)) as (early, _asked):
        at(campaign, early, "http://127.0.0.1:9")
        [check] = rounds.clock(campaign.settings, virtual=False)
    assert (check.level, "facebook" in check.what) == (Level.FAIL, True)
