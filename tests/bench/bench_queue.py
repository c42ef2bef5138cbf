"""The queue: what an idle second costs, and how many posts a second can be claimed, on SQLite.

Idle: `anything_due` among 200,000 planned posts whose time has not come; at most 1 ms (p50).
Baseline in the same run: a bare driver's `SELECT 1 … LIMIT 1` on the same file.
Claims: the program's own claim, each a transaction that reaches the disk; at least 1,000 a second.
Baseline: the bare driver's BEGIN IMMEDIATE, UPDATE, COMMIT with synchronous=FULL on a file of the
same rows on the same disk. Taken twice: where SQLite needs one writer at a time (before 3.51.3),
and where it does not. Run: `python tests/bench/bench_queue.py [FOLDER]`. Exits with 1 when a goal
is missed. FOLDER chooses the disk.
"""

import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from orchestrator.claim import claim
from orchestrator.config import load
from orchestrator.keys import CampaignKey
from orchestrator.model import Account, Campaign, Person, Tandem
from orchestrator.poll import anything_due
from orchestrator.shift import Shift
from orchestrator.store import Store, connect, upgrade
from orchestrator.writer import Ground
from schedules.clock import FixedClock, SystemClock

POSTS = 200_000
POLLS = 2000
CLAIMS = 2000
MOST_MS = 1.0
LEAST_CLAIMS = 1000
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CONFIG = """[campaign]
name = "Bench"
slug = "bench"
start = 2026-11-23
end = 2026-11-29
"""
GROUNDS = {
    "one writer at a time": Ground((3, 51, 2)),
    "SQLite's own locks": Ground((3, 51, 3)),
}
BARE_POLL = (
    "SELECT 1 FROM post WHERE state = 'planned' AND due_at <= ? AND campaign_id + 0 = 1"
    " AND approved_digest = digest LIMIT 1"
)
BARE_CLAIM = (
    "UPDATE post SET state = 'claimed', fence = fence + 1, claimed_by = 'bench', lease_until = ?"
    " WHERE id = ? AND state = 'planned' AND fence = 0 AND approved_digest = digest"
)


def filled(file: Path, ground: Ground) -> Store:
    """Open a store with one campaign whose posts are all still to come."""
    store = Store(connect(f"sqlite:///{file}", ground))
    upgrade(store.engine)
    with store.session() as session:
        campaign = Campaign(slug="bench", name="Bench", key_fingerprint="0", created_at=NOW)
        session.add(campaign)
        session.flush()
        person = Person(campaign_id=campaign.id)
        account = Account(campaign_id=campaign.id, network="facebook", remote_id="1")
        session.add_all([person, account])
        session.flush()
        tandem = Tandem(
            campaign_id=campaign.id, slug="one", refugee_id=person.id, volunteer_id=person.id,
            public_name="Robin", place_id=1, town="Kiel", region="Schleswig-Holstein",
            country="DE", lat=54.3, lon=10.1, town_people=247_000, place_digest="0",
            imported_at=NOW, changed_at=NOW,
        )  # fmt: skip
        session.add(tandem)
        session.flush()
        session.connection().exec_driver_sql(
            "INSERT INTO post (campaign_id, tandem_id, account_id, network, number, language, text,"
            " link, mode, digest, approved_digest, price_usd, due_at, due_wall, zone, state, fence)"
            " VALUES (1, 1, 1, 'facebook', ?, 'de', ?, '', '', 'd', 'd', 0, ?, '', 'UTC',"
            " 'planned', 0)",
            [(n, "Wer kennt jemanden? " * 12, _stored(n + 1)) for n in range(POSTS)],
        )
    return store


def _stored(minutes: int) -> str:
    return f"{NOW + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S.%f}"


def times(run: Callable[[int], object], number: int) -> list[float]:
    """How long each of so many runs took, in seconds."""
    found = []
    for each in range(number):
        start = perf_counter()
        run(each)
        found.append(perf_counter() - start)
    return found


def bare(file: Path) -> sqlite3.Connection:
    """Open the driver's own connection, as careful about the disk as the program's."""
    raw = sqlite3.connect(file, isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    return raw


def idle(store: Store, file: Path) -> bool:
    """Ask again and again whether anything is due; nothing is."""
    raw, now = bare(file), _stored(0)
    assert not anything_due(store, 1, NOW)
    base = times(lambda _: raw.execute(BARE_POLL, (now,)).fetchone(), POLLS)
    ours = times(lambda _: anything_due(store, 1, NOW), POLLS)
    raw.close()
    for name, taken in (("bare sqlite3", base), ("anything_due", ours)):
        print(f"  {name:<14} p50 {_p(taken, 50):7.3f} ms   p99 {_p(taken, 99):7.3f} ms")
    print(f"  ratio of the p50: {_p(ours, 50) / _p(base, 50):.1f}")
    return _p(ours, 50) <= MOST_MS


def _p(taken: list[float], percent: int) -> float:
    return statistics.quantiles(taken, n=100)[percent - 1] * 1000


def claims(shift: Shift, twin: Path) -> bool:
    """Claim posts one by one, and the same with the bare driver on the twin file."""
    raw = bare(twin)

    def plainly(number: int) -> None:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(BARE_CLAIM, (_stored(5), number + 1))
        raw.execute("COMMIT")

    def ours(number: int) -> None:
        assert claim(shift, number + 1) is not None

    base = CLAIMS / sum(times(plainly, CLAIMS))
    made = CLAIMS / sum(times(ours, CLAIMS))
    raw.close()
    print(f"  claims: {made:,.0f}/s; bare driver {base:,.0f}/s; ratio {made / base:.2f}")
    return made >= LEAST_CLAIMS


def shift_of(store: Store, folder: Path) -> Shift:
    """Take a shift that claims and never sends."""
    config = folder / "config.toml"
    config.write_text(CONFIG, "utf-8")
    return Shift(
        store=store, settings=load(config, {}), key=CampaignKey(bytes(32)), campaign_id=1,
        networks={}, clock=FixedClock(NOW), machine=SystemClock(), worker="bench", actor="bench",
    )  # fmt: skip


def main() -> bool:
    """Print every figure; whether all goals are reached."""
    good = []
    for name, ground in GROUNDS.items():
        with tempfile.TemporaryDirectory(dir=sys.argv[1] if sys.argv[1:] else None) as at:
            folder = Path(at)
            store = filled(folder / "ours.db", ground)
            twin = filled(folder / "bare.db", ground)
            twin.close()
            print(f"{name}, {POSTS:,} planned posts")
            good += [idle(store, folder / "ours.db")]
            good += [claims(shift_of(store, folder), folder / "bare.db")]
            store.close()
    return all(good)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
