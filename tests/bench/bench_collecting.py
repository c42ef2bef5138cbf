"""Collecting: HTTP calls, calls as the platforms count them, money, memory, and how fast it writes.

Through the real SDKs over HTTP against the sandbox; the collecting of many posts is the command
itself, in a process of its own. The naive way, one call for each figure of each post, runs beside
it. Run: `python tests/bench/bench_collecting.py`; exits with 1 when a goal is missed.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from orchestrator import snapshots  # noqa: E402
from orchestrator.approve import content_digest  # noqa: E402
from orchestrator.campaign import enrol  # noqa: E402
from orchestrator.collect import collect  # noqa: E402
from orchestrator.commands.wiring import connected  # noqa: E402
from orchestrator.config import Settings, load  # noqa: E402
from orchestrator.keys import create_key_file  # noqa: E402
from orchestrator.model import Account, Person, Post, Tandem  # noqa: E402
from orchestrator.networks import x  # noqa: E402
from orchestrator.networks.wire.graph_metrics import COUNTERS, INSIGHTS  # noqa: E402
from orchestrator.polling import is_due  # noqa: E402
from orchestrator.ports import Draft  # noqa: E402
from orchestrator.sandbox.http import Answer, Request  # noqa: E402
from orchestrator.sandbox.server import Sandbox  # noqa: E402
from orchestrator.shift import Shift, Tally  # noqa: E402
from orchestrator.store import Store, open_store  # noqa: E402
from orchestrator.vocabulary import PostState  # noqa: E402
from schedules.clock import SystemClock  # noqa: E402

EACH, HELD = 150, 165  # 2016 brought 165 tips and offers; here on each network
NEW, PAGE = 12, 5  # where every post has new replies, over several pages
MANY = 5_000  # posts on each network
NAIVE = 250  # posts on each network that are read the naive way
MOST_GRAPH, MOST_X, MOST_MB = 20, 6, 200
LEAST_RATIO = 0.5
ROWS_PER_POST = 2000
START = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CONFIG = """[campaign]
name = "Bench"
slug = "bench"
start = 2026-11-30
end = 2026-12-06
"""
# A small process between the sandbox, which holds all the posts, and the command: the kernel counts
# what the parent held when it started a process as that process's own.
BETWEEN = """
import os, subprocess, sys
command = subprocess.Popen(sys.argv[1:])
_pid, _status, used = os.wait4(command.pid, 0)
print(used.ru_maxrss)
"""
TRADES = ["Bäckerei", "Schneiderei", "Werkstatt", "Küche", "Pflege", "Gärtnerei", "Buchhaltung"]


@dataclass
class Counter:
    """Calls that reach the sandbox: HTTP requests, and what the platform counts of them."""

    http: dict[str, int] = field(default_factory=lambda: {"facebook": 0, "x": 0})
    counted: dict[str, int] = field(default_factory=lambda: {"facebook": 0, "x": 0})

    def note(self, call: Request) -> None:
        network = "x" if call.path.startswith("/2/") else "facebook"
        self.http[network] += 1
        batch = parse_qs(call.body.decode("utf-8", "replace")).get("batch")
        self.counted[network] += len(json.loads(batch[0])) if batch else 1


@contextmanager
def counting(sandbox: Sandbox) -> Iterator[Counter]:
    """Count what is called in this block."""
    counter, serve = Counter(), sandbox.serve

    def noted(request: Request) -> Answer | None:
        counter.note(request)
        return serve(request)

    sandbox.serve = noted  # type: ignore[method-assign]
    try:
        yield counter
    finally:
        sandbox.serve = serve  # type: ignore[method-assign]


@dataclass
class Bench:
    """A campaign whose posts are all out, in a folder of its own, beside its sandbox."""

    sandbox: Sandbox
    settings: Settings
    store: Store
    shift: Shift
    posts: dict[str, list[str]]

    def billed(self) -> float:
        """What X charged for reading so far, by the sandbox's own account."""
        bills = self.sandbox._emulators[-1].purse.charges  # type: ignore[attr-defined]
        return float(sum(bill.usd for bill in bills if "read" in bill.kind))

    def say(self, replies_per_post: int) -> None:
        """Somebody answers each post so often; all of them name us."""
        for name, posts in self.posts.items():
            said = [
                {"post": post, "text": f"Tipp {n} zu {post}: in der {TRADES[n % 7]} fragen."}
                for post in posts
                for n in range(replies_per_post)
            ]
            self.sandbox.configure({name: {"replies": said}})

    def say_some(self, count: int) -> None:
        """So many answers on each network."""
        for name, posts in self.posts.items():
            said = [
                {"post": posts[n % len(posts)], "text": f"Tipp {n}: in der {TRADES[n % 7]} fragen."}
                for n in range(count)
            ]
            self.sandbox.configure({name: {"replies": said}})

    def collect(self) -> tuple[Tally, Counter, float]:
        """One pass, in this process."""
        tally = Tally()
        with counting(self.sandbox) as counter:
            began = time.perf_counter()
            collect(self.shift, tally)
            return tally, counter, time.perf_counter() - began


@contextmanager
def campaign(each: int, every: timedelta) -> Iterator[Bench]:
    """So many posts on each network, one after the other."""
    with (
        tempfile.TemporaryDirectory() as name,
        Sandbox(start=START, speed=0) as sandbox,
    ):
        folder = Path(name)
        (folder / "config.toml").write_text(CONFIG, "utf-8")
        sandbox.configure({"x": {"limits": {"createPosts": {"user": 10**6, "app": 10**6}}}})
        settings = load(folder / "config.toml", sandbox.env())
        store, key = open_store(settings.database.url), create_key_file(settings.keys.file)
        shift = Shift(
            store=store, settings=settings, key=key, campaign_id=1,
            networks=connected(settings, sandbox.clock), clock=sandbox.clock,
            machine=SystemClock(), worker="bench", actor="bench",
        )  # fmt: skip
        posts = publish(shift, sandbox, each, every)
        yield Bench(sandbox, settings, store, shift, posts)
        store.close()


def publish(shift: Shift, sandbox: Sandbox, each: int, every: timedelta) -> dict[str, list[str]]:
    """Publish through the adapters, and write down what the campaign would know of it."""
    made: dict[str, list[str]] = {name: [] for name in shift.networks}
    with shift.store.session() as session:
        owner = enrol(session, shift.settings.campaign, shift.key, START)
        person = Person(campaign_id=owner.id)
        session.add(person)
        session.flush()
        tandem = Tandem(
            campaign_id=owner.id, slug="bench", refugee_id=person.id, volunteer_id=person.id,
            public_name="Robin", place_id=1, town="Kassel", region="Hessen", country="DE",
            lat=51.3, lon=9.5, town_people=200_000, place_digest="0", imported_at=START,
            changed_at=START,
        )  # fmt: skip
        accounts = {
            name: Account(
                campaign_id=owner.id,
                network=name,
                remote_id=shift.settings.networks[name].account,
            )
            for name in shift.networks
        }
        session.add_all([tandem, *accounts.values()])
        session.flush()
        for number in range(each):
            sandbox.clock.advance(every)
            for name, network in shift.networks.items():
                text = f"Wer kennt bei Kassel eine {TRADES[number % 7]}, die Leute sucht? {number}"
                made[name].append(network.publish(Draft(text)).remote_id)
                post = Post(
                    campaign_id=owner.id, tandem_id=tandem.id, account_id=accounts[name].id,
                    network=name, number=number, language="de", text=text, digest="",
                    due_at=sandbox.clock.now(), due_wall="", zone="Europe/Berlin",
                    state=PostState.PUBLISHED, remote_id=made[name][-1],
                    published_at=sandbox.clock.now(),
                )  # fmt: skip
                post.digest = content_digest(post)
                session.add(post)
    return made


def shown(goal: str, value: float, most: float) -> bool:
    """Print a figure beside what it must not exceed."""
    print(f"  {goal}: {value:,.0f} (must be at most {most:,.0f})")
    return value <= most


def daily() -> bool:
    """The daily job on a day on which nobody answered, and its worst day."""
    with campaign(EACH, timedelta(minutes=2)) as bench:
        bench.say_some(HELD)
        bench.sandbox.clock.advance(DAY)
        first, _calls, _seconds = bench.collect()
        bench.sandbox.clock.advance(DAY)
        before = bench.billed()
        tally, calls, seconds = bench.collect()
        print(f"daily collecting of {EACH} posts on each network, {HELD} replies held on each:")
        good = shown("HTTP calls to Facebook", calls.http["facebook"], MOST_GRAPH)
        print(f"    which count as {calls.counted['facebook']} calls there (a batch, each by each)")
        good &= shown("HTTP calls to X", calls.http["x"], MOST_X)
        print(f"    at {bench.billed() - before:.3f} US dollars; {seconds:.2f} s in all")
        print(f"  {tally.snapshots} figures, {first.replies} replies before, {tally.replies} new")
        good &= first.replies == 2 * HELD and not (tally.replies or tally.closed or first.closed)
        bench.say(NEW)
        bench.sandbox.clock.advance(DAY)
        bench.sandbox.configure({"facebook": {"most_comments": PAGE}})
        before = bench.billed()
        tally, calls, seconds = bench.collect()
        print(f"  worst case, {NEW} new replies under every post, {PAGE} a page: {calls.http}")
        print(
            f"    which count as {calls.counted}; {bench.billed() - before:.2f} US dollars,"
            f" {tally.replies} replies in {seconds:.1f} s"
        )
        return good and tally.replies == 2 * EACH * NEW and not tally.closed


def many() -> bool:
    """Ten thousand posts, by the command itself; the naive way beside it."""
    with campaign(MANY, timedelta(minutes=2)) as bench:
        bench.say_some(HELD)
        bench.sandbox.clock.advance(DAY)
        bench.store.close()
        before = bench.billed()
        with counting(bench.sandbox) as calls:
            megabytes, seconds, told = command(bench)
        ours = bench.billed() - before
        bench.sandbox.clock.advance(DAY)
        before = bench.billed()
        with counting(bench.sandbox) as naive:
            naively(bench)
        theirs = (bench.billed() - before) * MANY / NAIVE
        print(f"{2 * MANY:,} posts in one pass: {told['collected']}, {seconds:.0f} s")
        good = shown("memory of the process (resident, at its highest), MB", megabytes, MOST_MB)
        for name in bench.posts:
            print(
                f"  {name}: {calls.http[name] * 1000 / MANY:.0f} HTTP calls per 1,000 posts"
                f" ({calls.counted[name] * 1000 / MANY:.0f} as it counts them);"
                f" naively {naive.http[name] * 1000 / NAIVE:,.0f}"
            )
        print(f"  X: {ours * 1000 / MANY:.2f} US dollars per 1,000 posts and day;", end=" ")
        print(f"naively {theirs * 1000 / MANY:.2f}")
        life(ours / MANY, theirs / MANY)
        return good and not told["closed"] and told["collected"]["snapshots"] > 2 * MANY


def command(bench: Bench) -> tuple[float, float, dict[str, Any]]:
    """`collect --json` as a process: its memory in MB, its seconds, and what it says."""
    folder = bench.settings.folder
    environment = {"PATH": os.environ["PATH"], **bench.sandbox.env()}
    environment |= {
        "TUEROEFFNER_NOW": bench.sandbox.clock.now().isoformat(),
        "TUEROEFFNER_X__CAP": "100000",
        "PYTHONPATH": str(ROOT),
    }
    argv = [sys.executable, "cli.py", "collect", "--json"]
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", BETWEEN, *argv, "--config", str(folder / "config.toml")],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
    )
    told, most = done.stdout.rsplit(maxsplit=1)
    return int(most) / 1024, time.perf_counter() - began, json.loads(told)


def naively(bench: Bench) -> None:
    """One call for each figure, and for the replies, of each post; by the same libraries."""
    page: Any = bench.shift.networks["facebook"]
    account: Any = bench.shift.networks["x"]
    figures = (x.METRICS.reach, x.METRICS.replies, *x.METRICS.counters)
    for post in bench.posts["facebook"][-NAIVE:]:
        for metric in INSIGHTS:
            page._graph.get(f"{post}/insights", metric=[metric], period="lifetime")
        for counter in COUNTERS.values():
            page._graph.get(post, fields=counter)
        page._graph.get(f"{post}/comments")
    for post in bench.posts["x"][-NAIVE:]:
        for _figure in figures:
            account._reading.look_up([post], tweet_fields=["public_metrics"])


def life(ours: float, theirs: float) -> None:
    """How often a post is read in its life, and what that costs on X."""
    by_day = readings(DAY)
    print("  readings of a post by a daily job: " + weeks(by_day) + f", {len(by_day)} in its life")
    print("  readings of a post by the scheduler: " + weeks(readings(timedelta(minutes=5))))
    days = 90
    print(
        f"  X, {2 * MANY:,} posts over their life: {ours * len(by_day) * 2 * MANY:,.0f} US dollars;"
        f" naively, {days} days: {theirs * days * 2 * MANY:,.0f}"
    )


def readings(step: timedelta) -> list[timedelta]:
    """The ages at which a pass every `step` reads a post."""
    last, age, found = None, step, []
    while age < timedelta(days=100):
        if is_due(START, last, START + age, x.METRICS.private_for):
            last = START + age
            found.append(age)
        age += step
    return found


def weeks(ages: list[timedelta]) -> str:
    """How many of these are in the weeks that the documentation names."""
    counts = {
        week: sum((week - 1) * 7 <= age / DAY < week * 7 for age in ages) for week in (1, 2, 4, 8)
    }
    return ", ".join(f"week {week}: {count}" for week, count in counts.items())


def writing() -> bool:
    """How fast figures are written, beside the bare driver's executemany into the same table."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/bench.db")
        rows = {post: {f"m{n:04}": n for n in range(ROWS_PER_POST)} for post in range(1, 101)}
        count = len(rows) * ROWS_PER_POST
        with store.session() as session:
            session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            began = time.perf_counter()
            snapshots.keep(session, rows, START)
            ours = time.perf_counter() - began
            session.rollback()
        store.close()
        raw = sqlite3.connect(f"{folder}/bench.db")
        moment = START.strftime("%Y-%m-%d %H:%M:%S.%f")
        built = [(p, m, moment, v) for p, values in rows.items() for m, v in values.items()]
        began = time.perf_counter()
        raw.executemany(
            "INSERT INTO snapshot (post_id, metric, taken_at, value) VALUES (?,?,?,?)", built
        )
        bare = time.perf_counter() - began
        raw.rollback()
        raw.close()
    per_second = f"{count / ours:,.0f}/s; bare driver {count / bare:,.0f}/s"
    print(f"figures written: {per_second}; ratio {bare / ours:.2f} (must be {LEAST_RATIO})")
    return bare / ours >= LEAST_RATIO


if __name__ == "__main__":
    sys.exit(0 if all([daily(), many(), writing()]) else 1)
