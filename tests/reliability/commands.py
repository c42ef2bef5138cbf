"""Kills of the real command line: `run` and `run --once`, as processes of their own.

``fresh`` ones are started by the interpreter like any command. The others are forked from the
preloaded parent and call ``cli.main()`` at once, which saves the second that loading takes.
First schedulers run by real time; then daily jobs, every few minutes of the campaign; at last daily
jobs that nobody kills, forked ones, every half hour.
"""

import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import cli
from tests.reliability import checker, rows
from tests.reliability.cell import Cell, Outcome
from tests.reliability.log import Log
from tests.reliability.stage import KEY, Stage
from tests.reliability.world import World, forked

ROOT = Path(__file__).parents[2]
SCHEDULER, DAILY_JOB = ["run", "--yes"], ["run", "--once", "--yes"]
TOGETHER = 3
STEP = 30 * 60  # seconds of the campaign between two rounds of daily jobs
MOST_ROUNDS = 8  # of daily jobs that nobody kills, until all must be settled
GOOD_ENDS = (0, 3, 4)


@dataclass
class Commands:
    """Starts commands in a campaign's folder and kills them after a while."""

    cell: Cell
    stage: Stage
    world: World
    log: Log
    chance: Random
    seconds: float = 1.0  # how long one daily job takes here
    kills: Counter[str] = field(default_factory=Counter)

    @property
    def fresh(self) -> bool:
        """Whether each command is loaded anew."""
        return self.cell.design == "fresh commands"

    def start(self, arguments: list[str], *, fresh: bool) -> int:
        """Start a command; its process."""
        environ = dict(os.environ, **self.world.env, PYTHONPATH=str(ROOT))
        environ["TUEROEFFNER_DATABASE__URL"] = self.stage.database
        if "--once" in arguments:
            environ["TUEROEFFNER_NOW"] = self.world.clock.now().isoformat()
        if not fresh:
            return forked(lambda: self._become(arguments, environ))
        with Path(os.devnull).open("w") as nowhere, self._said().open("a") as said:
            return subprocess.Popen(
                [sys.executable, "-m", "cli", *arguments],
                cwd=self.stage.folder, env=environ, stdout=nowhere, stderr=said,
            ).pid  # fmt: skip

    def _become(self, arguments: list[str], environ: dict[str, str]) -> None:
        os.environ.clear()
        os.environ.update(environ)
        os.chdir(self.stage.folder)
        said = os.open(self._said(), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(said, 2)
        sys.argv = ["tueroeffner", *arguments]
        try:
            cli.main()
        except SystemExit as ended:
            os._exit(int(ended.code or 0))

    def _said(self) -> Path:
        return self.stage.folder / "said.txt"

    def measure(self) -> None:
        """How long a daily job takes on this machine, so that kills fall all over it."""
        began = time.monotonic()
        self.see_through(self.start(DAILY_JOB, fresh=self.fresh))
        self.seconds = time.monotonic() - began

    def see_through(self, process: int) -> None:
        """Let a command end by itself; it must not end by an unexpected error."""
        _process, status = os.waitpid(process, 0)
        if os.waitstatus_to_exitcode(status) not in GOOD_ENDS:
            self.log.write("error", f"a command ended with {os.waitstatus_to_exitcode(status)}")

    def kill_some(self, arguments: list[str], count: int) -> None:
        """Start several commands at once, and kill each at a moment that the seed draws."""
        until = {
            self.start(arguments, fresh=self.fresh): time.monotonic()
            + self.chance.uniform(0.1, 1) * self.seconds
            for _number in range(count)
        }
        while until:
            for process, end in list(until.items()):
                if os.waitpid(process, os.WNOHANG)[0]:
                    del until[process]  # it was quicker
                elif time.monotonic() >= end:
                    os.kill(process, signal.SIGKILL)
                    os.waitpid(process, 0)
                    del until[process]
                    kind = "fresh" if self.fresh else "forked"
                    self.kills[f"{kind}: {' '.join(arguments[:-1])}"] += 1
            time.sleep(0.005)

    def advance(self, seconds: float) -> None:
        """Let time pass for the networks and for the daily jobs."""
        self.world.advance(seconds)


def play(commands: Commands) -> Outcome:
    """Kill schedulers and daily jobs, then let daily jobs end it, and have it judged."""
    _give_key(commands.stage.folder)
    commands.measure()
    each = commands.cell.kills / 2
    for _try in range(commands.cell.kills):
        if sum(commands.kills.values()) < each:
            commands.kill_some(SCHEDULER, TOGETHER)
        elif sum(commands.kills.values()) < 2 * each:
            commands.advance(STEP / 6)
            commands.kill_some(DAILY_JOB, TOGETHER)
    for _round in range(MOST_ROUNDS):
        commands.advance(STEP)
        commands.see_through(commands.start(DAILY_JOB, fresh=False))
        if not any(rows.is_open(row) for row in rows.posts(commands.stage.plain)):
            break
    return _judged(commands)


def _give_key(folder: Path) -> None:
    (folder / "keys").mkdir(exist_ok=True)
    path = folder / "keys" / "campaign.key"
    with suppress(FileExistsError):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(file, b64encode(KEY.secret))
        os.close(file)


def _judged(commands: Commands) -> Outcome:
    told = checker.history(commands.world.noted(), commands.world.clock.now())
    verdict = checker.judge(told, rows.posts(commands.stage.plain), commands.world.ledger())
    broken = verdict.sentences()
    broken += [detail for what, detail, _process in commands.log.lines if what == "error"]
    said = (commands.stage.folder / "said.txt").read_text("utf-8")
    broken += ["a command showed a traceback"] if "Traceback" in said else []
    counts = {"posts": commands.cell.posts, "live": verdict.live, **verdict.counts()}
    told_of = said.splitlines()[-8:] if broken else []
    return Outcome(commands.cell, broken, dict(commands.kills), {}, counts, told=told_of)
