"""A campaign full of canaries, and somebody who types commands in it and keeps all that comes out.

The credentials stand in secret files, the people in a tandem file, strangers' contacts in replies,
and all of it in what the networks answer when something goes wrong.
"""

import csv
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from orchestrator.sandbox.faults import describe
from orchestrator.sandbox.server import Sandbox
from tests.safety import canaries, hostile
from tests.safety.canaries import Artefact

ROOT = Path(__file__).parents[2]
FRIDAY = datetime.fromisoformat("2026-11-27T07:30:00+01:00")
BY_ENVIRONMENT = (
    "API_BASE", "API_VERSION", "PAGE_ID", "USER_ID", "AD_ACCOUNT_ID",
    "_HOST", "_PORT", "_SECURITY", "_USER", "_SENDER", "_MAILBOX",
)  # fmt: skip
# For scripts, and with all details for people.
WAYS = ("--json", "--verbose")


@dataclass
class Said:
    """What one command answered."""

    line: str
    exit: int
    out: bytes
    err: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@dataclass
class Stage:
    """See the module; ``cmdlines`` is what the process list showed."""

    folder: Path
    sandbox: Sandbox
    typed: list[Said] = field(default_factory=list)
    cmdlines: set[bytes] = field(default_factory=set)
    turn: int = 0

    def __post_init__(self) -> None:
        self.campaign, self.out = self.folder / "campaign", self.folder / "said"
        self.temporary = self.folder / "tmp"
        for each in (self.campaign, self.out, self.temporary, self.folder / "secrets"):
            each.mkdir()
        self.environ = self._environ()
        self.typist = subprocess.Popen(
            [sys.executable, "-m", "tests.safety.typist"],
            cwd=ROOT, env=self.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def _environ(self) -> dict[str, str]:
        """Credentials stand in secret files; only what is no secret in the environment."""
        given = {**os.environ, **self.sandbox.env()}
        own = {
            name: value for name, value in given.items()
            if not name.startswith("TUEROEFFNER_") or name.endswith(BY_ENVIRONMENT)
        }  # fmt: skip
        return own | {
            "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", "NO_COLOR": "1", "COLUMNS": "200",
            "TMPDIR": str(self.temporary), "XDG_STATE_HOME": str(self.folder / "state"),
        }  # fmt: skip

    def close(self) -> None:
        """Let the typist go."""
        self.typist.communicate(timeout=30)

    def secret(self, name: str) -> str:
        """One of the networks' credentials, such as ``X__ACCESS_TOKEN``."""
        return self.sandbox.env()[f"TUEROEFFNER_{name}"]

    def give_credentials(self) -> None:
        """Put every credential into a file of its own, and name it in the configuration."""
        config = self.campaign / "config.toml"
        text = config.read_text("utf-8")
        for name, value in self.sandbox.env().items():
            if name.endswith(BY_ENVIRONMENT):
                continue
            section, _sep, key = name.removeprefix("TUEROEFFNER_").lower().partition("__")
            path = self.give_file(f"secrets/{section}-{key}", value)
            text = text.replace(f"[{section}]\n", f'[{section}]\n{key}_file = "{path}"\n', 1)
        config.write_text(text, "utf-8")

    def give_file(self, name: str, content: str) -> str:
        """A file that a person made: it may hold what it likes."""
        path = self.folder / name
        path.write_text(content, "utf-8")
        path.chmod(0o600)
        return str(path)

    def give_tandems(self, name: str, rows: Sequence[dict[str, str]]) -> str:
        """A tandem file."""
        path = self.folder / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)))
            writer.writeheader()
            writer.writerows(rows)
        return str(path)

    def type(self, *lines: str, **how: Any) -> list[Said]:
        """Type commands that do not mind each other, two at a time."""
        assert self.typist.stdin is not None
        assert self.typist.stdout is not None
        jobs = [self._job(line, number, **how) for number, line in enumerate(lines)]
        print(json.dumps(jobs), file=self.typist.stdin, flush=True)
        codes = json.loads(self.typist.stdout.readline())
        said = [
            Said(line, code, Path(job["out"]).read_bytes(), Path(job["err"]).read_bytes())
            for line, job, code in zip(lines, jobs, codes, strict=True)
        ]
        self.typed += said
        return said

    def both(self, *lines: str, **how: Any) -> list[Said]:
        """Type each command for scripts, and with all details."""
        return self.type(*(f"{line} {way}" for line in lines for way in WAYS), **how)

    def _job(
        self, line: str, number: int, environ: dict[str, str] | None = None,
        stdin: str = os.devnull, breaks: str = "", naked: bool = False,
    ) -> dict[str, Any]:  # fmt: skip
        return {
            "arguments": shlex.split(line), "folder": str(self.campaign), "stdin": stdin,
            "environ": self._at_work() | (environ or {}), "out": str(self.out / f"{number}.out"),
            "err": str(self.out / f"{number}.err"), "breaks": breaks, "message": self.echo(),
            "naked": naked,
        }  # fmt: skip

    def _at_work(self) -> dict[str, str]:
        return self.environ | {"TUEROEFFNER_NOW": self.sandbox.clock.now().isoformat()}

    def really(self, line: str) -> None:
        """Type one command in an interpreter of its own, watched in the process list."""
        with subprocess.Popen(
            [sys.executable, "-m", "cli", *shlex.split(line)],
            cwd=self.campaign, env=self._at_work(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        ) as process:  # fmt: skip
            while process.poll() is None:
                self.cmdlines |= set(_cmdlines(process.pid))
                try:
                    out, err = process.communicate(timeout=0.1)
                except subprocess.TimeoutExpired:
                    continue
                self.typed.append(Said(line, process.returncode, out, err))

    def wait(self, **span: float) -> None:
        """Let the campaign's time pass."""
        self.sandbox.clock.advance(timedelta(**span))

    def fault(self, *kinds: str, times: int = 1) -> None:
        """Let the next calls go wrong, each time with another canary first; without, no more."""
        self.sandbox.faults.clear()
        self.turn += 1
        for kind in kinds:
            self.sandbox.faults.add(describe({**self._faults()[kind], "times": times}))

    def echo(self) -> str:
        """What a careless platform repeats: tokens, as they are and in an address, and contacts.

        Long words of a platform are cut, so that each turn puts another line first.
        """
        told = [value for name, value in self.sandbox.env().items()
                if not name.endswith(BY_ENVIRONMENT)]  # fmt: skip
        token = self.secret("FACEBOOK__PAGE_TOKEN")
        lines = [
            f"Cannot parse access token {' '.join(told)}",
            f"at https://graph.example/v26.0/me/feed?fields=id&access_token={token}&x=1",
            f"for {canaries.VOLUNTEER_MAIL}, {canaries.VOLUNTEER_PHONE}, {canaries.X_MAIL}",
            f"{canaries.FACEBOOK_PHONE}, {canaries.FACEBOOK_MAIL}, {canaries.X_PHONE}",
            f"{canaries.CALLER_PHONE.replace(' ', chr(10))}, {canaries.BACKUP_PHONE}",
            f"postgresql://anna:{canaries.DATABASE_PASSWORD}@db.example/t",
        ]
        first = self.turn % len(lines)
        return "\n".join([hostile.SHORT, *lines[first:], *lines[:first]])

    def _faults(self) -> dict[str, dict[str, Any]]:
        """Faults by name."""
        echo = self.echo()
        words = {"message": echo, "error_user_title": echo, "error_user_msg": echo}
        graph = {"error": words | {"type": "OAuthException", "code": 190, "fbtrace_id": "A"}}
        refused = {"error": graph["error"] | {"code": 368}}
        x_api = {"title": "Unauthorized", "detail": echo, "errors": [{"message": echo}]}
        facebook, x = ({"kind": "status", "network": name} for name in ("facebook", "x"))
        return {
            "facebook 400": facebook | {"status": 400, "body": refused},
            "facebook 401": facebook | {"status": 401, "body": graph},
            "facebook 500": facebook | {"status": 500, "body": graph},
            "x 401": x | {"status": 401, "body": x_api},
            "x 403": x | {"status": 403, "body": x_api},
            "page": {"kind": "html", "status": 502, "body": f"<html>{echo}</html>"},
            "broken": {"kind": "html", "status": 200, "body": f'{{"id": "{echo}'},
        }

    def artefacts(self) -> Iterator[Artefact]:
        """All that came out: answers, files, the process list, and what the networks show."""
        for said in self.typed:
            yield Artefact(f"stdout of {said.line}", said.out)
            yield Artefact(f"stderr of {said.line}", said.err)
        for place in (self.campaign, self.temporary, self.folder / "state"):
            for path in sorted(place.rglob("*")):
                name = str(path.relative_to(self.folder))
                yield Artefact(f"name of {name}", name.encode())
                if path.is_file():
                    yield Artefact(name, path.read_bytes())
        for line in self.cmdlines:
            yield Artefact("the process list", line)
        for row in self.sandbox.ledger():
            if "replies" not in row:
                continue  # a stranger's own words
            shown = {key: value for key, value in row.items() if key != "replies"}
            yield Artefact("a network", json.dumps(shown, default=str).encode())


def _cmdlines(session: int) -> Iterator[bytes]:
    """Of a program and of all that it started."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(entry.name)) == session:
                yield (entry / "cmdline").read_bytes()
        except OSError:
            continue  # it has just ended
