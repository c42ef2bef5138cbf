"""The preloaded parent: a fresh process that has imported everything, and forks what is needed.

`python -m tests.reliability.nursery [--server ADDRESS]` reads cells from standard input, one JSON
line each, plays several at a time, and writes one line with the outcome of each. Before that it
makes a pass itself, on databases that nobody needs, so that everything is loaded and compiled.
When it forks, no engine, no connection and no thread of it is left.
"""

import argparse
import gc
import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import facebook_business.api
import psycopg
import sqlalchemy
import tweepy

from orchestrator import settle, visits
from orchestrator.networks.wire import graph, x_api
from tests.reliability import leader
from tests.reliability.cell import DATABASES, Cell, Outcome, read
from tests.reliability.stage import Workshop
from tests.reliability.world import forked

BENCH = timedelta(seconds=0.2)
LOADED = (facebook_business.api, psycopg, sqlalchemy, tweepy, graph, x_api)


def prepare(workshop: Workshop) -> None:
    """Do once what a worker does, which loads everything; and lift what a matrix would run into.

    The program gives a post to a person after three lost tries, which a matrix of kills reaches
    often; that it does so is proven elsewhere. And it leaves a network that refused it alone for
    minutes of real time: here for a few passes.
    """
    kinds = DATABASES if workshop.server else DATABASES[:1]
    for kind in kinds:
        for way in ("facebook two-phase", "facebook media", "facebook ahead", "x"):
            leader.rehearse(Cell(0, database=kind, way=way, posts=2), workshop)
    settle.TRIES = 1000
    # So that collecting rubbish in a fork touches, and copies, nothing of what is loaded here.
    gc.collect()
    gc.freeze()
    visits.REFUSED = visits.UNREACHED = BENCH


def main() -> None:
    """Play the cells of standard input."""
    options = argparse.ArgumentParser()
    options.add_argument("--server", default="", help="a PostgreSQL to make databases on")
    options.add_argument("--together", type=int, default=3, help="cells at the same time")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="matrix-", dir=leader.FAST) as folder:
        workshop = Workshop(Path(folder), given.server)
        prepare(workshop)
        running: dict[int, str] = {}
        for line in sys.stdin:
            if len(running) == given.together:
                _wait(running)
            running[forked(lambda text=line: _play(text, workshop))] = line
        while running:
            _wait(running)


def _play(text: str, workshop: Workshop) -> None:
    try:
        said = leader.play(read(text), workshop).text()
    except Exception as error:  # noqa: BLE001 - told as this cell's outcome
        import traceback

        traceback.print_exc()
        said = Outcome(read(text), [f"the harness failed: {error!r}"]).text()
    os.write(1, f"{said}\n".encode())


def _wait(running: dict[int, str]) -> None:
    process, _status = os.wait()
    running.pop(process, None)


if __name__ == "__main__":
    main()
