"""The leader of a cell: starts the world and the workers, lets them die, and has the end judged.

First the storm: workers die and are replaced while the faults of the cell strike. Then the calm:
nothing goes wrong any more, nobody dies, and it is measured how long it takes until no post is
open. The leader itself never has a connection when it forks.
"""

import os
import re
import resource
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from tests.reliability import checker, commands, faults, person, rows, stops, troubles
from tests.reliability.cell import Cell, Outcome
from tests.reliability.log import Line, Log
from tests.reliability.stage import LAST_DUE, Stage, Workshop, build, done
from tests.reliability.workers import ANYWHERE, Destiny, clock_of, points, waited_for, work
from tests.reliability.world import World, forked

# Memory instead of a disk where there is one: what was written survives the writer's death there
# as well, and dozens of cells do not wait for each other's fsync.
FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None
QUIET, ONE_HOUR = timedelta(minutes=10), timedelta(hours=1)
# Campaign's time that passes with each pass of a crew of one, and of the calm's only worker.
STEP, STEP_CALM = timedelta(seconds=120), timedelta(seconds=180)
MOST_CALM = 12 * QUIET
# Three looks; each, the taking over before them and our own look may come one pass late.
MOST_DRAINED = (3 * QUIET + 5 * STEP_CALM) / QUIET
# Where posts are held, deaths take that share of the time until the last is due.
SHARE_OF_DEATHS = 0.6
# After that, whatever shows late has shown and was looked for again; until then time runs faster.
LAG_OVER, STEP_LAG = faults.LATE_BY + timedelta(hours=7), timedelta(minutes=10)
LONGEST = 60.0  # seconds that a worker may live, should he hang
LOOK, LOOK_CALM = 0.2, 0.05  # seconds between two looks at the database
TICK = 0.02
# By this a row asks for a person.
ASKS = "look yourself, then: tueroeffner post settle"
# How a full disk and a busy database are told; whatever else ends a pass is a fault of ours.
AS_EXPECTED = ("in use by another program", "is full")


@dataclass
class Crew:
    """The workers that are alive, and until when each may live at most."""

    cell: Cell
    stage: Stage
    world: World
    log: Log
    chance: Random
    alive: dict[int, tuple[int, float]] = field(default_factory=dict)
    killed: int = 0
    row: list[str] = field(default_factory=list)
    began: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.world.clock.now()

    def fill(self, count: int, *, calm: bool = False) -> None:
        """Start workers until so many are at work."""
        free = sorted(set(range(count)) - {number for number, _until in self.alive.values()})
        for number in free:
            destiny = None if calm else self._destiny()
            right = self.world.clock
            clock = right if calm else clock_of(self.cell, number, right)
            if clock is not right:
                self.log.write("fault", self.cell.fault)
            passed = partial(self.let_pass, self._step(calm=calm))
            process = forked(partial(work, self.cell, self.stage, clock, self.log, destiny, passed))
            self.alive[process] = (number, time.monotonic() + (LONGEST if destiny else 3600))

    def _destiny(self) -> Destiny:
        """Each point once before any comes again, in an order that the seed draws."""
        waited = waited_for(self.cell)
        if not self.row:
            self.row = [each for each in points(self.cell) if each not in waited]
            self.chance.shuffle(self.row)
        passes, posts = self.chance.randint(2, 4), self.chance.randint(1, 2)
        turn, late = self.chance.choice((1, 1, 2)), self.chance.uniform(0, 0.03)
        return Destiny(self.row.pop(), turn, late, passes, posts, self.rare())

    def rare(self) -> frozenset[str]:
        """The points that have to be waited for, and at which nobody died yet."""
        return frozenset(waited_for(self.cell)) - set(_said(self.log.lines, "killed"))

    def _step(self, *, calm: bool) -> timedelta:
        if calm:
            return STEP_LAG if self.cell.fault == faults.LATE else STEP_CALM
        return STEP / self.cell.workers**0.5

    def let_pass(self, time: timedelta) -> None:
        """Let this time pass in the campaign."""
        self.world.advance(time.total_seconds())

    def reap(self) -> None:
        """Take note of who died, and kill whoever lived too long for his destiny."""
        now = time.monotonic()
        for process, (_number, until) in list(self.alive.items()):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                del self.alive[process]
                self._count(os.WIFSIGNALED(status))
                if os.WIFEXITED(status) and os.WEXITSTATUS(status):
                    self.log.write("error", f"a worker ended with {os.WEXITSTATUS(status)}")
            elif now > until:
                self._kill(process)
                self._count(True)
                self.log.write("killed", ANYWHERE)

    def _count(self, killed: bool) -> None:
        self.killed += killed
        if killed and self.cell.is_ahead:
            # So that the deaths are spread over the time for which posts are held.
            self.let_pass(SHARE_OF_DEATHS * LAST_DUE / self.cell.kills)

    def _kill(self, process: int) -> None:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        del self.alive[process]

    def end(self) -> None:
        """Nobody works any more; these deaths count for nothing, nor spare anything."""
        for process in list(self.alive):
            self._kill(process)


def play(cell: Cell, workshop: Workshop) -> Outcome:
    """Play one cell from its first row to the verdict."""
    began = _processor()
    troubles.shorten(cell)
    with tempfile.TemporaryDirectory(prefix="cell-", dir=FAST, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        os.environ["XDG_STATE_HOME"] = name  # what this machine remembers of a campaign
        database = workshop.database(cell, folder)
        log = Log(folder / "log.jsonl")
        plain = database.replace("postgresql+psycopg://", "postgresql://")
        world = World(cell, folder, plain, log)
        try:
            stage = build(cell, folder, database, world.env, world.clock)
            chance = cell.chance("destinies")
            if cell.is_typed:
                result = commands.play(commands.Commands(cell, stage, world, log, chance))
            else:
                result = _played(Crew(cell, stage, world, log, chance))
        finally:
            with suppress(ProcessLookupError):
                world.end()
            workshop.scrap(database)
    result.cpu = round(_processor() - began, 2)
    return result


def _processor() -> float:
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def rehearse(cell: Cell, workshop: Workshop) -> None:
    """Some passes in this very process, which ends without a connection."""
    with tempfile.TemporaryDirectory(prefix="cell-", dir=FAST) as name:
        folder, log = Path(name), Log(Path(name) / "log.jsonl")
        os.environ["XDG_STATE_HOME"] = name
        database = workshop.database(cell, folder)
        world = World(cell, folder, database, log)
        try:
            stage = build(cell, folder, database, world.env, world.clock)
            work(cell, stage, world.clock, log, None, lambda: world.advance(60), passes=3)
        finally:
            world.end()
            workshop.scrap(database)
        if failed := [detail for what, detail, _process in log.lines if what == "error"]:
            raise RuntimeError(f"the rehearsal failed: {failed}")


def _played(crew: Crew) -> Outcome:
    companions = _companions(crew)
    try:
        _storm(crew)
    finally:
        crew.end()
        for process, signal_to_end in companions:
            with suppress(ProcessLookupError):
                os.kill(process, signal_to_end)
            _process, status = os.waitpid(process, 0)
            if os.WIFEXITED(status) and os.WEXITSTATUS(status):
                crew.log.write("error", "a companion failed; its traceback stands above")
    _clear_up(crew)
    try:
        drained = _calm(crew)
    finally:
        crew.end()
    return _judged(crew, drained)


def _companions(crew: Crew) -> list[tuple[int, signal.Signals]]:
    """Whoever else is at work on this database, and how he is told to end."""
    cell, plain, chance = crew.cell, crew.stage.plain, crew.cell.chance("companion")
    if cell.fault == "disk full" and cell.database == "postgresql":
        troubles.fill_server(plain)
    if cell.fault == "locked database":
        locking = forked(lambda: troubles.keep_locked(plain, crew.log, chance))
        return [(locking, signal.SIGKILL)]
    if cell.fault == "pause":
        url, clock, log = crew.stage.database, crew.world.clock, crew.log
        stopping = forked(lambda: stops.stop_and_go(url, clock, log, chance))
        return [(stopping, signal.SIGKILL)]
    if cell.is_ahead:
        stage, clock, log = crew.stage, crew.world.clock, crew.log
        changing = forked(lambda: person.change_minds(cell, stage, clock, log, chance))
        return [(changing, signal.SIGTERM)]
    return []


def _clear_up(crew: Crew) -> None:
    """The storm is over: the network is well, the disk has room, nothing is paused."""
    crew.world.ask("POST", "calm")
    if crew.cell.fault == "disk full" and crew.cell.database == "postgresql":
        troubles.empty_server(crew.stage.plain)
    if crew.cell.fault == "pause":
        done(forked(lambda: stops.lift(crew.stage.database, crew.world.clock)))


def _storm(crew: Crew) -> None:
    next_look, left = 0.0, 1
    while left and crew.killed < _owed(crew):
        crew.fill(crew.cell.workers)
        crew.reap()
        if time.monotonic() > next_look:
            next_look = time.monotonic() + LOOK
            left = _open_posts(crew)
        time.sleep(TICK)


def _owed(crew: Crew) -> float:
    """How many are to die: some more while a point of what is held and moved was met by nobody."""
    missed = crew.cell.is_ahead and crew.rare()
    return crew.cell.kills * (1.5 if missed else 1)


def _calm(crew: Crew) -> float:
    """Let one worker end it; quiet periods until all that was in doubt was settled."""
    began, doubtful = crew.world.clock.now(), _doubtful(crew)
    longer = LAG_OVER if crew.cell.fault == faults.LATE else timedelta()
    limit = began + MOST_CALM + _last_due(crew) + longer
    # The last moment at which something was still in doubt: passes go on between two looks.
    drained = 0.0
    while (looked := crew.world.clock.now()) < limit:
        crew.fill(1, calm=True)
        crew.reap()
        if doubtful := doubtful & _doubtful(crew):
            drained = (looked - began) / QUIET
        if looked >= began + longer and not _open_posts(crew):
            break
        time.sleep(LOOK_CALM)
    return drained


def _doubtful(crew: Crew) -> set[tuple[int, int]]:
    """The posts of which nobody knows whether they went out, each with its newest try.

    Settled is also what a person was called for.
    """
    posts = rows.posts(crew.stage.plain)
    told_of = _told_of(crew.log.lines, posts)
    return {
        (row.number, row.tries)
        for row in posts
        if row.tries and row.state in rows.DOUBTFUL and row.id not in told_of
    }


def _last_due(crew: Crew) -> timedelta:
    return max(crew.began + LAST_DUE - crew.world.clock.now(), timedelta())


def _open_posts(crew: Crew) -> int:
    return sum(rows.is_open(row) for row in rows.posts(crew.stage.plain))


def _judged(crew: Crew, drained: float) -> Outcome:
    lines = crew.log.lines
    told = checker.history(crew.world.noted(), crew.world.clock.now())
    off = {int(detail) for detail in _said(lines, person.CALLED_OFF)}
    posts, ledger = rows.posts(crew.stage.plain), crew.world.ledger()
    verdict = checker.judge(told, posts, ledger, off, _told_of(lines, posts))
    errors, struck = Counter(_said(lines, "error")), Counter(_said(lines, "fault"))
    if crew.cell.fault == "disk full":
        struck["disk full"] = sum(n for e, n in errors.items() if "full" in e)
    broken = [*verdict.sentences(), *_said(lines, "paused")]
    broken += [f"a pass failed: {e}" for e in errors if not any(w in e for w in AS_EXPECTED)]
    # What a clock that was ahead wrote down is waited for.
    most = MOST_DRAINED + (ONE_HOUR / QUIET if "clock" in crew.cell.fault else 0)
    if drained > most:
        broken.append(f"not settled within {most} quiet periods: {drained:.2f}")
    counts = {
        "posts": crew.cell.posts,
        "called off": len(off),
        "live": verdict.live,
        "asked": verdict.asked,
        "failed passes": errors.total(),
        "alarms": len(set(_said(lines, "alarm"))),
        **verdict.counts(),
    }
    return Outcome(
        crew.cell, broken, dict(Counter(_said(lines, "killed"))), dict(struck), counts,
        round(drained, 2), told=_odd(lines),
    )  # fmt: skip


def _said(lines: Sequence[Line], about: str) -> list[str]:
    return [detail for what, detail, _process in lines if what == about]


def _told_of(lines: Sequence[Line], posts: Sequence[rows.Row]) -> set[int]:
    """The numbers of the rows about which a person was called for, by an alarm or in the row.

    An alarm dies with a worker that is killed before it could tell it; what stands in the row is
    shown every morning.
    """
    found = (re.match(r"post (\d+):", alarm) for alarm in _said(lines, "alarm"))
    asking = {row.id for row in posts if row.error and ASKS in row.error}
    return {int(each[1]) for each in found if each} | asking


def _odd(lines: Sequence[Line]) -> list[str]:
    odd = {f"{what}: {detail}" for what, detail, _p in lines if what in ("alarm", "error")}
    return sorted(odd)[:20]
