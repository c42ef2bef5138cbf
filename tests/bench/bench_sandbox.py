"""How many Graph calls a second the real SDK makes against the sandbox in its own process.

Baseline, measured in the same run: the same server with head and body in two writes and without
TCP_NODELAY, as http.server does it by default. The best of several rounds counts on both sides,
since other work on the machine only ever slows a round down. Run:
`python tests/bench/bench_sandbox.py`.
Exits with 1 when the sandbox is slower than it must be.
"""

import multiprocessing
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from facebook_business.api import FacebookAdsApi
from facebook_business.session import FacebookSession

from orchestrator.sandbox.listener import Handler
from orchestrator.sandbox.server import Sandbox

AT_LEAST = 300.0
ROUNDS = 5
CALLS = 200
BASELINE_CALLS = 20


class TwoWrites(Handler):
    """The way that meets delayed acknowledgements."""

    disable_nagle_algorithm = False

    def write(self, body: bytes) -> None:
        self.end_headers()
        self.wfile.write(body)


class SlowSandbox(Sandbox):
    handler = TwoWrites


KINDS: dict[str, type[Sandbox]] = {"sandbox": Sandbox, "two writes, no TCP_NODELAY": SlowSandbox}


def serve(kind: str, told: Connection) -> None:
    with KINDS[kind]() as sandbox:
        told.send((sandbox.base_url, sandbox.env()))
        told.recv()


@contextmanager
def running(kind: str) -> Iterator[tuple[FacebookAdsApi, str]]:
    """A server process, an SDK api that talks to it, and the page's id."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(kind, theirs))
    process.start()
    base_url, env = ours.recv()
    session = FacebookSession(
        app_secret=env["TUEROEFFNER_FACEBOOK__APP_SECRET"],
        access_token=env["TUEROEFFNER_FACEBOOK__PAGE_TOKEN"],
        timeout=(5, 30),
    )
    session.GRAPH = base_url
    try:
        yield FacebookAdsApi(session, api_version="v26.0"), env["TUEROEFFNER_FACEBOOK__PAGE_ID"]
    finally:
        session.requests.close()
        ours.send("stop")
        process.join(10)


def calls_a_second(kind: str, calls: int) -> float:
    """The best round of posts and reads in turn, one after the other."""
    with running(kind) as (api, page):
        api.call("GET", (page,)).json()
        return max(one_round(api, page, number, calls) for number in range(ROUNDS))


def one_round(api: FacebookAdsApi, page: str, number: int, calls: int) -> float:
    started = time.perf_counter()
    for index in range(calls // 2):
        wish = {"message": f"Bench post {index} of round {number}"}
        post = api.call("POST", (page, "feed"), wish).json()["id"]
        api.call("GET", (post,), {"fields": "id,message,targeting"}).json()
    return calls / (time.perf_counter() - started)


def main() -> int:
    fast = calls_a_second("sandbox", CALLS)
    slow = calls_a_second("two writes, no TCP_NODELAY", BASELINE_CALLS)
    print(
        f"sandbox, SDK calls a second, best of {ROUNDS} rounds: {fast:.0f}"
        f" (must be at least {AT_LEAST:.0f})"
    )
    print(f"baseline (two writes, no TCP_NODELAY): {slow:.0f}; ratio {fast / slow:.1f}")
    return 0 if fast >= AT_LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
