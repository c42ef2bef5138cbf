"""How long the report of a week takes, beside a page drawn by walking through every snapshot.

Run with ``python tests/bench/bench_report.py``. The baseline reads all snapshots as objects and
finds the newest of each post in Python: the way one would do it in an afternoon.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT), str(ROOT / "tests" / "report")]

from report_rows import START, Size, fill  # noqa: E402
from sqlmodel import func, select  # noqa: E402

from orchestrator import networks  # noqa: E402
from orchestrator.model import Post, Snapshot  # noqa: E402
from orchestrator.report.names import Names  # noqa: E402
from orchestrator.report.reading import read  # noqa: E402
from orchestrator.settings import Audience  # noqa: E402
from orchestrator.store import Store, open_store  # noqa: E402

SIZE = Size(tandems=38, posts=150, readings=47, replies=700)
ZONE = ZoneInfo("Europe/Berlin")
CONFIG = """[campaign]
name = "Woche der offenen Türen"
slug = "woche"
start = 2026-11-23
end = 2026-11-29
"""


def naive(store: Store) -> dict[int, int]:
    """The newest reach of every post, by a loop over all snapshots."""
    newest: dict[int, Snapshot] = {}
    with store.reading() as session:
        of = {post.id: post.network for post in session.exec(select(Post)).all()}
        for each in session.exec(select(Snapshot)).all():
            known = newest.get(each.post_id)
            wanted = networks.adapter(of[each.post_id]).METRICS.reach
            if each.metric == wanted and (known is None or each.taken_at > known.taken_at):
                newest[each.post_id] = each
    return {post: each.value for post, each in newest.items()}


def sought(store: Store, campaign_id: int) -> dict[int, int]:
    """All rows that the report needs; the newest reach by a seek."""
    with store.reading() as session:
        rows = read(session, campaign_id, ZONE, Names(_no_key, START.date(), {}), Audience())
    return {each.id: each.reach for each in rows.posts if each.reach is not None}


def _no_key() -> object:
    raise AssertionError("no name is sealed here")


def best(work: Callable[[], object], times: int = 5) -> float:
    """The quickest of some runs, in seconds."""
    seconds = []
    for _ in range(times):
        start = perf_counter()
        work()
        seconds.append(perf_counter() - start)
    return min(seconds)


def command(folder: Path, *arguments: str) -> None:
    """The whole command, as a process of its own."""
    code = "from orchestrator.commands.report import app; app()"
    subprocess.run(
        [sys.executable, "-c", code, *arguments, "--quiet"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "TUEROEFFNER_NOW": "2026-11-30T09:00:00+01:00"},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def start_alone() -> None:
    """What starting Python and loading the database's library costs anyhow."""
    subprocess.run([sys.executable, "-c", "import sqlmodel, alembic.command"], check=True)


def main() -> None:
    """Print times, and ratios to their baselines."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text(CONFIG, "utf-8")
        store = open_store(f"sqlite:///{folder / 'campaign.db'}")
        campaign_id = fill(store, SIZE)
        with store.reading() as session:
            figures = session.exec(select(func.count(Snapshot.value))).one()
        print(f"{SIZE.tandems} tandems, {SIZE.posts} posts, {figures:,} figures, 700 replies")
        assert naive(store) == sought(store, campaign_id)
        slow, quick = best(lambda: naive(store)), best(lambda: sought(store, campaign_id))
        print(f"every snapshot in Python     {slow * 1000:7.0f} ms")
        print(
            f"all rows, newest by a seek   {quick * 1000:7.0f} ms {slow / quick:6.1f} times as fast"
        )
        store.close()
        alone = best(start_alone)
        print(f"Python and its libraries     {alone * 1000:7.0f} ms")
        for form in ("html", "json", "csv"):
            whole = best(lambda form=form: command(folder, "--format", form))  # type: ignore[misc]
            print(
                f"report --format {form:<12} {whole * 1000:7.0f} ms {whole / alone:6.1f} times that"
            )
        print(
            f"the page                     {(folder / 'report.html').stat().st_size / 1000:7.0f} kB"
        )


if __name__ == "__main__":
    main()
