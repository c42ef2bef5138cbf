"""Collecting: HTTP calls for a whole campaign's posts, and how fast figures are written.

Calls: 150 published posts, half on each network, with the sandbox's public answering; at most 20.
Baseline of the calls, computed from the same posts: one call for each figure and each list of
replies of each post. Baseline of the writing, in the same run: the bare driver's executemany into
the same table. Run: `python tests/bench/bench_collect.py`. Exits with 1 when a goal is missed.
"""

import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestrator import snapshots
from orchestrator.approve import content_digest
from orchestrator.campaign import enrol
from orchestrator.collect import collect
from orchestrator.commands.wiring import connected
from orchestrator.config import Settings, load
from orchestrator.keys import CampaignKey
from orchestrator.model import Account, Person, Post, Tandem
from orchestrator.ports import Draft
from orchestrator.sandbox.server import Sandbox
from orchestrator.shift import Shift, Tally
from orchestrator.store import Store, open_store
from orchestrator.vocabulary import PostState
from schedules.clock import SystemClock

MOST_CALLS = 20
LEAST_RATIO = 0.5
EACH = 75
ROWS_PER_POST = 2000
START = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
KEY = CampaignKey(bytes(range(32)))
CONFIG = """[campaign]
name = "Bench"
slug = "bench"
start = 2026-11-30
end = 2026-12-06
"""
TRADES = ["Bäckerei", "Schneiderei", "Werkstatt", "Küche", "Pflege", "Gärtnerei", "Buchhaltung"]


def posted(store: Store, settings: Settings, sandbox: Sandbox) -> Shift:
    """A campaign whose posts are all out, one every two minutes."""
    opened = connected(settings, sandbox.clock)
    with store.session() as session:
        campaign = enrol(session, settings.campaign, KEY, START)
        person = Person(campaign_id=campaign.id)
        session.add(person)
        session.flush()
        tandem = Tandem(
            campaign_id=campaign.id, slug="bench", refugee_id=person.id, volunteer_id=person.id,
            public_name="Robin", place_id=1, town="Kassel", region="Hessen", country="DE",
            lat=51.3, lon=9.5, town_people=200_000, place_digest="0", imported_at=START,
            changed_at=START,
        )  # fmt: skip
        session.add(tandem)
        session.flush()
        for name, network in opened.items():
            account = Account(
                campaign_id=campaign.id,
                network=name,
                remote_id=settings.networks[name].account,
            )
            session.add(account)
            session.flush()
            for number in range(EACH):
                sandbox.clock.advance(timedelta(minutes=2))
                text = f"Wer kennt bei Kassel eine {TRADES[number % 7]}, die Leute sucht? {number}"
                receipt = network.publish(Draft(text))
                post = Post(
                    campaign_id=campaign.id, tandem_id=tandem.id, account_id=account.id,
                    network=name, number=number, language="de", text=text, digest="",
                    due_at=sandbox.clock.now(), due_wall="", zone="Europe/Berlin",
                    state=PostState.PUBLISHED, remote_id=receipt.remote_id,
                    published_at=sandbox.clock.now(),
                )  # fmt: skip
                post.digest = content_digest(post)
                session.add(post)
        number = campaign.id
    return Shift(
        store=store, settings=settings, key=KEY, campaign_id=number, networks=opened,
        clock=sandbox.clock, machine=SystemClock(), worker="bench", actor="bench",
    )  # fmt: skip


def calls() -> bool:
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(start=START, speed=0, public=1) as sandbox,
    ):
        config = Path(folder) / "config.toml"
        config.write_text(CONFIG, "utf-8")
        settings = load(config, sandbox.env())
        store = open_store(settings.database.url)
        shift = posted(store, settings, sandbox)
        sandbox.clock.advance(timedelta(days=2))
        before = {name: network.calls for name, network in shift.networks.items()}
        tally = Tally()
        began = time.perf_counter()
        collect(shift, tally)
        seconds = time.perf_counter() - began
        made = {name: each.calls - before[name] for name, each in shift.networks.items()}
        store.close()
    total, naive = sum(made.values()), 2 * EACH * 4
    print(f"HTTP calls for {2 * EACH} posts: {total} {made}; one by one it would be {naive}")
    print(f"  {tally.snapshots} figures and {tally.replies} replies in {seconds:.2f} s")
    return total <= MOST_CALLS and not tally.closed and tally.snapshots > 0


def writing() -> bool:
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
    print(f"figures written: {per_second}; ratio {bare / ours:.2f}")
    return bare / ours >= LEAST_RATIO


if __name__ == "__main__":
    sys.exit(0 if all([calls(), writing()]) else 1)
