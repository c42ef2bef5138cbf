"""A preloaded process that types commands: each in a fork of its own, as if freshly started.

Nothing of a campaign has been read here, so no child knows a secret before it has read it itself:
what one command learned to mask does not help the next one. Reads a JSON list of jobs from
standard input, line by line, and answers each line with the list of exit codes.
"""

import gc
import importlib
import json
import os
import pkgutil
import sys
from contextlib import suppress
from functools import partial
from typing import Any

import cli
import orchestrator

TOGETHER = 2
# What commands import only when they need it.
LATE = (
    "alembic.context", "babel.dates", "cryptography.hazmat.primitives.ciphers.aead",
    "email_validator", "facebook_business.api", "geopy.distance", "icalendar", "openpyxl",
    "phonenumbers", "psycopg", "pygal", "rich.progress", "rich.table", "tweepy",
)  # fmt: skip


def main() -> None:
    """Type whatever is asked for."""
    _load()
    for line in sys.stdin:
        print(json.dumps(_all(json.loads(line))), flush=True)


def _load() -> None:
    from sqlalchemy.orm import configure_mappers

    from orchestrator import store
    from orchestrator.config import kinds

    ours = pkgutil.walk_packages(orchestrator.__path__, "orchestrator.")
    for name in (*LATE, *(module.name for module in ours)):
        with suppress(Exception):  # the command that needs it says so itself
            importlib.import_module(name)
    configure_mappers()
    kinds()
    # Each command asks two or three times, and reads every migration for the answer.
    store.newest = partial(str, store.newest())
    gc.freeze()


def _all(jobs: list[dict[str, Any]]) -> list[int]:
    codes: dict[int, int] = {}
    running: dict[int, int] = {}
    for number, job in enumerate(jobs):
        if len(running) == TOGETHER:
            _ended(running, codes)
        process = os.fork()
        if not process:
            _become(job)
        running[process] = number
    while running:
        _ended(running, codes)
    return [codes[number] for number in range(len(jobs))]


def _ended(running: dict[int, int], codes: dict[int, int]) -> None:
    process, status = os.wait()
    codes[running.pop(process)] = os.waitstatus_to_exitcode(status)


def _become(job: dict[str, Any]) -> None:
    """Be the command; never return."""
    os.environ.clear()
    os.environ.update(job["environ"])
    os.chdir(job["folder"])
    new = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    os.dup2(os.open(job["stdin"], os.O_RDONLY), 0)
    os.dup2(os.open(job["out"], new, 0o600), 1)
    os.dup2(os.open(job["err"], new, 0o600), 2)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - until the process ends
    sys.argv = ["tueroeffner", *job["arguments"]]
    try:
        _prepare(job)
        cli.main()
    except SystemExit as ended:
        sys.stdout.flush()
        os._exit(int(ended.code or 0))
    except BaseException:  # noqa: BLE001 - as the interpreter would
        sys.excepthook(*sys.exc_info())
        os._exit(1)


def _prepare(job: dict[str, Any]) -> None:
    if job["breaks"]:
        _break(job["breaks"], job["message"])
    if job["naked"]:
        from orchestrator.redact import redact, tame

        for gate in (redact, tame):
            gate.__code__ = (lambda text, **_how: text).__code__


def _break(target: str, message: str) -> None:
    """Let a function fail as nobody expected, with all that it was given in its words."""
    module, _colon, path = target.partition(":")
    *owners, name = path.split(".")
    owner: Any = importlib.import_module(module)
    for each in owners:
        owner = getattr(owner, each)

    def broken(*given: object, **_named: object) -> None:
        told = [getattr(each, "__dict__", each) for each in given]
        raise RuntimeError(f"{message} {told}")

    setattr(owner, name, broken)


if __name__ == "__main__":
    main()
