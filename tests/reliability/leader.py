"""The leader of a cell: starts the world and the workers, lets them die, and has the end judged.

First the storm: workers die and are replaced while the faults of the cell strike. Then the calm:
nothing goes wrong any more, nobody dies, and it is measured how long it takes until no post is
open. The leader itself never has a connection when it forks.
"""

import os
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
from tests.reliability.workers import (
    AHEAD,
    ANYWHERE,
    REST_CALM,
    SETTLING,
    Destiny,
    clock_of,
    points,
    work,
)
from tests.reliability.world import World, forked

# Memory instead of a disk where there is one: what was written survives the writer's death there
# as well, and dozens of cells do not wait for each other's fsync.
FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None
QUIET = timedelta(minutes=10)
MOST_STORM = 90.0  # seconds
MOST_CALM = 12.0, 120.0  # quiet periods, and seconds: whichever is later
LONGEST = 25.0  # seconds that a worker may live, should he hang
LOOK = 0.2  # seconds between two looks at the database
TICK = 0.02
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
            clock = clock_of(self.cell, number, self.world.clock)
            if clock is not self.world.clock:
                self.log.write("fault", self.cell.fault)
            process = forked(partial(work, self.cell, self.stage, clock, self.log, destiny))
            self.alive[process] = (number, time.monotonic() + (LONGEST if destiny else 3600))

    def _destiny(self) -> Destiny:
        """Each point once before any comes again, in an order that the seed draws."""
        # Calling back and moving are rare on the way of a post that is held: twice as many there.
        if not self.row:
            self.row = [*points(self.cell), *(AHEAD if self.cell.way == "facebook ahead" else ())]
            self.chance.shuffle(self.row)
        point = self.row.pop()
        late = self.chance.uniform(0, 0.03)
        if point in (*SETTLING, *AHEAD):  # for these somebody has to wait
            return Destiny(point, 1, late, self.chance.randint(10, 25), 1000)
        turn, posts = self.chance.choice((1, 1, 2)), self.chance.randint(2, 5)
        return Destiny(point, turn, late, self.chance.randint(3, 10), posts)

    def reap(self) -> None:
        """Take note of who died, and kill whoever lived too long for his destiny."""
        now = time.monotonic()
        for process, (_number, until) in list(self.alive.items()):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                del self.alive[process]
                self.killed += os.WIFSIGNALED(status)
                if os.WIFEXITED(status) and os.WEXITSTATUS(status):
                    self.log.write("error", f"a worker ended with {os.WEXITSTATUS(status)}")
            elif now > until:
                self._kill(process)
                self.killed += 1
                self.log.write("killed", ANYWHERE)

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
    began = time.monotonic()
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
            if "commands" in cell.design:
                result = commands.play(commands.Commands(cell, stage, world, log, chance))
            else:
                result = _played(Crew(cell, stage, world, log, chance))
        finally:
            with suppress(ProcessLookupError):
                world.end()
            workshop.scrap(database)
    result.seconds = round(time.monotonic() - began, 2)
    return result


def rehearse(cell: Cell, workshop: Workshop) -> None:
    """Some passes in this very process, which ends without a connection."""
    with tempfile.TemporaryDirectory(prefix="cell-", dir=FAST) as name:
        folder, log = Path(name), Log(Path(name) / "log.jsonl")
        os.environ["XDG_STATE_HOME"] = name
        database = workshop.database(cell, folder)
        world = World(cell, folder, database, log)
        try:
            stage = build(cell, folder, database, world.env, world.clock)
            work(cell, stage, world.clock, log, None, passes=3)
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
        for process, endless in companions:
            if endless:
                os.kill(process, signal.SIGKILL)
            _process, status = os.waitpid(process, 0)
            if os.WIFEXITED(status) and os.WEXITSTATUS(status):
                crew.log.write("error", "a companion failed; its traceback stands above")
    _clear_up(crew)
    try:
        drained = _calm(crew)
    finally:
        crew.end()
    return _judged(crew, drained)


def _companions(crew: Crew) -> list[tuple[int, bool]]:
    """Whoever else is at work on this database, and whether he would be so for ever."""
    cell, plain, chance = crew.cell, crew.stage.plain, crew.cell.chance("companion")
    if cell.fault == "disk full" and cell.database == "postgresql":
        troubles.fill_server(plain)
    if cell.fault == "locked database":
        return [(forked(lambda: troubles.keep_locked(plain, crew.log, chance)), True)]
    if cell.fault == "pause":
        url, clock, log = crew.stage.database, crew.world.clock, crew.log
        return [(forked(lambda: stops.stop_and_go(url, clock, log, chance)), True)]
    if cell.way == "facebook ahead":
        stage, clock, log = crew.stage, crew.world.clock, crew.log
        return [(forked(lambda: person.change_minds(cell, stage, clock, log, chance)), False)]
    return []


def _clear_up(crew: Crew) -> None:
    """The storm is over: the network is well, the disk has room, nothing is paused."""
    crew.world.ask("POST", "calm")
    if crew.cell.fault == "disk full" and crew.cell.database == "postgresql":
        troubles.empty_server(crew.stage.plain)
    if crew.cell.fault == "pause":
        done(forked(lambda: stops.lift(crew.stage.database, crew.world.clock)))


def _storm(crew: Crew) -> None:
    ends, next_look, left = time.monotonic() + MOST_STORM, 0.0, 1
    while time.monotonic() < ends and left:
        crew.reap()
        if crew.killed >= crew.cell.kills:
            return
        if crew.killed <= _by_now(crew):
            crew.fill(crew.cell.workers)
        if time.monotonic() > next_look:
            next_look = time.monotonic() + LOOK
            left = _open_posts(crew)
        time.sleep(TICK)


def _by_now(crew: Crew) -> float:
    """How many kills may have been by now: where posts are held, some are kept for their times."""
    if crew.cell.way != "facebook ahead":
        return crew.cell.kills
    passed = 1 - _last_due(crew) / LAST_DUE
    return crew.cell.kills * (0.3 + passed)


def _calm(crew: Crew) -> float:
    """Let one worker end it; quiet periods until all that was in doubt was settled."""
    began, doubtful = crew.world.clock.now(), _doubtful(crew)
    longer = began + (faults.LATE_BY + 3 * QUIET if crew.cell.fault == faults.LATE else timedelta())
    limit = max(longer, began + QUIET * MOST_CALM[0] + _last_due(crew))
    patience = time.monotonic() + MOST_CALM[1]
    drained = 0.0
    while crew.world.clock.now() < limit or time.monotonic() < patience:
        crew.fill(1, calm=True)
        crew.reap()
        looked = crew.world.clock.now()
        if doubtful and not (doubtful := doubtful & _doubtful(crew)):
            drained = (looked - began) / QUIET
        if looked >= longer and not _open_posts(crew):
            return drained
        time.sleep(LOOK)
    return drained if not doubtful else (crew.world.clock.now() - began) / QUIET


def _doubtful(crew: Crew) -> set[tuple[int, int]]:
    """The posts of which nobody knows whether they went out, each with its newest try."""
    return {
        (row.number, row.tries)
        for row in rows.posts(crew.stage.plain)
        if row.tries and row.state in rows.DOUBTFUL
    }


def _last_due(crew: Crew) -> timedelta:
    return max(crew.began + LAST_DUE - crew.world.clock.now(), timedelta())


def _open_posts(crew: Crew) -> int:
    return sum(rows.is_open(row) for row in rows.posts(crew.stage.plain))


def _judged(crew: Crew, drained: float) -> Outcome:
    lines = crew.log.lines
    told = checker.history(crew.world.noted(), crew.world.clock.now())
    off = {int(detail) for detail in _said(lines, person.CALLED_OFF)}
    verdict = checker.judge(told, rows.posts(crew.stage.plain), crew.world.ledger(), off)
    errors, struck = Counter(_said(lines, "error")), Counter(_said(lines, "fault"))
    if crew.cell.fault == "disk full":
        struck["disk full"] = sum(n for e, n in errors.items() if "full" in e)
    broken = [*verdict.sentences(), *_said(lines, "paused")]
    broken += [f"a pass failed: {e}" for e in errors if not any(w in e for w in AS_EXPECTED)]
    slowest = max(map(float, _said(lines, "pass")), default=0.0)
    # Each of the three looks, and the taking over before them, may come one pass late.
    late = 4 * timedelta(seconds=(slowest + REST_CALM) * crew.cell.speed) / QUIET
    if drained > 3 + late:
        broken.append(f"not settled within 3 quiet periods: {drained:.2f} (passes: {late:.2f})")
    counts = {
        "posts": crew.cell.posts,
        "called off": len(off),
        "live": verdict.live,
        "failed passes": errors.total(),
        "alarms": len(set(_said(lines, "alarm"))),
        **verdict.counts(),
    }
    return Outcome(
        crew.cell, broken, dict(Counter(_said(lines, "killed"))), dict(struck), counts,
        round(drained, 2), round(late, 2), told=_odd(lines),
    )  # fmt: skip


def _said(lines: Sequence[Line], about: str) -> list[str]:
    return [detail for what, detail, _process in lines if what == about]


def _odd(lines: Sequence[Line]) -> list[str]:
    odd = {f"{what}: {detail}" for what, detail, _p in lines if what in ("alarm", "error")}
    return sorted(odd)[:20]
