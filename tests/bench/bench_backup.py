"""How fast a backup is made, proven and put back, beside a plain SQLite backup of the same file.

Run with ``python tests/bench/bench_backup.py [ROWS]``. The plain backup copies pages and proves
nothing; ours takes the digest of every row twice.
"""

import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from orchestrator.backup.create import create
from orchestrator.backup.listing import copies_of
from orchestrator.backup.places import Place
from orchestrator.backup.restore import restore, sound_copy
from orchestrator.backup.verify import prove
from orchestrator.model import Account, Campaign, Person, Post, Tandem
from orchestrator.store import Store, open_store
from schedules.clock import SystemClock

ROUNDS = 3
POSTS = 532
START = datetime(2016, 11, 21, tzinfo=UTC)
T = TypeVar("T")


def filled(url: str, rows: int) -> Store:
    """Open a store with the posts of one campaign and so many figures of them."""
    store = open_store(url)
    with store.session() as session:
        campaign = Campaign(slug="bench", name="Bench", key_fingerprint="0", created_at=START)
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
            imported_at=START, changed_at=START,
        )  # fmt: skip
        session.add(tandem)
        session.flush()
        session.add_all(
            Post(
                campaign_id=campaign.id, tandem_id=tandem.id, account_id=account.id,
                network="facebook", number=number, language="de", text="Wer kennt jemanden? " * 9,
                digest="0" * 64, due_at=START + timedelta(days=365 * 99), due_wall="", zone="UTC",
            )
            for number in range(POSTS)
        )  # fmt: skip
        session.flush()
        session.connection().exec_driver_sql(
            "INSERT INTO snapshot (post_id, metric, taken_at, value) VALUES (?, ?, ?, ?)",
            list(figures(rows)),
        )
    return store


def figures(rows: int) -> Iterator[tuple[int, str, str, int]]:
    """Draw up one figure an hour of each post."""
    for number in range(rows):
        at = START + timedelta(hours=number // POSTS)
        yield number % POSTS + 1, "reach", f"{at:%Y-%m-%d %H:%M:%S}.000000", number * 7


def plain(source: Path, target: Path) -> None:
    """Copy pages as SQLite itself does, in one step."""
    target.unlink(missing_ok=True)
    one, other = sqlite3.connect(source), sqlite3.connect(target)
    one.backup(other)
    one.close()
    other.close()


def best(run: Callable[[], T]) -> tuple[float, T]:
    """Return the shortest of a few runs, in seconds, and the last answer."""
    times = []
    for _round in range(ROUNDS):
        start = perf_counter()
        answer = run()
        times.append(perf_counter() - start)
    return min(times), answer


def main() -> None:
    """Print seconds, rows per second, and the ratio to the plain backup."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder, clock = Path(name), SystemClock()
        store = filled(f"sqlite:///{folder / 'campaign.db'}", rows)
        place = Place(folder / "backups")
        base, _none = best(lambda: plain(folder / "campaign.db", folder / "plain.db"))
        making, made = best(lambda: create(store, "bench", [place], clock, clock))
        proving, proof = best(lambda: prove(place.folder(made.id), made.id))
        assert made.ok
        assert proof.ok
        copy, described = sound_copy(copies_of([place], made.id))
        start = perf_counter()
        restore(copy, described, f"sqlite:///{folder / 'restored.db'}", START, "bench")
        restoring = perf_counter() - start
        store.close()
    size = (made.size or 0) / 1e6
    print(f"{made.rows:,} rows, {size:.1f} MB")
    for what, seconds in (
        ("plain backup (pages only)", base), ("create, read back", making),
        ("verify", proving), ("restore, read back", restoring),
    ):  # fmt: skip
        rate = made.rows / seconds
        print(f"{what:<28}{seconds:8.2f} s {rate:12,.0f} rows/s {seconds / base:8.1f} x")


if __name__ == "__main__":
    main()
