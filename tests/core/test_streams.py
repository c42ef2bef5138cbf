"""The real program with troubled streams, signals and command lines: a sentence, never a trace."""

import io
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

import cli

ROOT = Path(__file__).parents[2]


def environ(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def shell(folder: Path, line: str, **more: str) -> "subprocess.CompletedProcess[bytes]":
    """Run a line of bash in which ``tueroeffner`` is this program."""
    script = f'set -o pipefail; tueroeffner() {{ "{sys.executable}" -m cli "$@"; }}; {line}'
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environ(**more), capture_output=True, timeout=60
    )


@pytest.fixture
def folder(settings: object, tmp_path: Path) -> Path:
    """A campaign's folder."""
    assert callable(settings)
    settings()
    return tmp_path


@dataclass(frozen=True)
class Answer:
    """What a command wrote, and its exit code."""

    exit: int
    out: bytes
    err: str


def typed(*words: str, out: Path | None, encoding: str = "utf-8") -> Answer:
    """Run a command here, with files as its standard streams; out=None: closed."""
    before = os.dup(1), os.dup(2)
    with tempfile.TemporaryFile() as err, pytest.MonkeyPatch.context() as patch:
        for name in ("stdout", "stderr"):
            stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
            patch.setattr(sys, name, stream)
            patch.setattr(sys, f"__{name}__", stream)
        patch.setattr(sys, "argv", ["tueroeffner", *words])
        os.dup2(err.fileno(), 2)
        _stand_in(out)
        try:
            with pytest.raises(SystemExit) as ended:
                cli.main()
            sys.stdout.flush()
        finally:
            for number, kept in enumerate(before, start=1):
                os.dup2(kept, number)
                os.close(kept)
        err.seek(0)
        said = err.read().decode(encoding)
    written = out.read_bytes() if out and out.is_file() else b""
    return Answer(int(ended.value.code or 0), written, said)


def _stand_in(out: Path | None) -> None:
    if out is None:
        os.close(1)
        return
    opened = os.open(out, os.O_WRONLY | os.O_CREAT)
    os.dup2(opened, 1)
    os.close(opened)


def test_a_reader_that_goes_away_is_no_trouble(folder: Path) -> None:
    """``head`` has seen enough: exit 0, and not a word."""
    ended = shell(folder, "tueroeffner config show --json | head -c 1")
    assert (ended.returncode, ended.stderr) == (0, b"")


def could_not_be_written(exit_code: int, said: str) -> None:
    assert exit_code == 2
    assert said.count("standard output") == 1
    assert "Exception" not in said
    assert "Traceback" not in said


@pytest.mark.parametrize("place", [Path("/dev/full"), None])
@pytest.mark.parametrize("line", ["config show", "config show --json", "--help", "--version"])
def test_an_answer_that_cannot_be_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, line: str, place: Path | None
) -> None:
    """Standard output is named, once, and the exit code says that nobody got the answer."""
    monkeypatch.chdir(folder)
    ended = typed(*line.split(), out=place)
    could_not_be_written(ended.exit, ended.err)


def test_a_program_that_cannot_write_its_answer_ends_in_peace(folder: Path) -> None:
    """The interpreter has nothing to add when it closes its streams."""
    ended = shell(folder, "tueroeffner config show >/dev/full")
    could_not_be_written(ended.returncode, ended.stderr.decode())


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_every_encoding_of_the_terminal_is_survived(
    folder: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    """Letters that it lacks are replaced; a JSON document keeps them all."""
    monkeypatch.chdir(folder)
    shown = typed("config", "show", out=folder / "plain", encoding=encoding)
    assert shown.exit == 0
    assert "Woche der offenen T" in shown.out.decode(encoding)
    document = typed("config", "show", "--json", out=folder / "json", encoding=encoding)
    assert "Woche der offenen Türen" in str(json.loads(document.out.decode("utf-8")))


def test_the_interpreter_s_own_encoding_is_survived(folder: Path) -> None:
    """As it stands in the environment of a bare server."""
    ended = shell(folder, "tueroeffner config show", PYTHONIOENCODING="ascii")
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"Woche der offenen T?ren" in ended.stdout


def test_a_flag_taken_for_a_value_still_asks_for_a_document(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script that forgot the language gets what it can read."""
    monkeypatch.chdir(folder)
    ended = typed("config", "show", "--lang", "--json", out=folder / "json")
    assert ended.exit == 2
    assert json.loads(ended.out)["error"]["exit"] == 2


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("nix", "keinen Befehl „nix“"),
        ("config lost", "keinen Befehl „lost“"),
        ("config show --bogus", "keine Option --bogus"),
        ("config show a b", "Zu viel: a b"),
        ("tandem show", "SLUG fehlt"),
        ("sandbox serve --port 70000", "höchstens 65535"),
        ("sandbox serve --port=-1", "mindestens 0"),
        ("sandbox serve --port x", "ganze Zahl"),
    ],
)
def test_a_wrong_command_line_is_told_in_our_language(
    folder: Path, monkeypatch: pytest.MonkeyPatch, line: str, says: str
) -> None:
    """Exit 2, as text and as a document."""
    monkeypatch.chdir(folder)
    plain = typed(*line.split(), "--lang", "de", out=folder / "plain")
    assert (plain.exit, plain.out) == (2, b"")
    assert says in plain.err
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    ended = typed(*line.split(), "--json", out=folder / "json")
    assert says in json.loads(ended.out)["error"]["what"]


SLOW_START = """
import os, signal, sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "orchestrator.commands.config":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
import cli
sys.argv = ["tueroeffner", *sys.argv[1:]]
cli.main()
"""


@pytest.mark.parametrize("json_too", [False, True])
def test_ctrl_c_while_the_program_starts(folder: Path, json_too: bool) -> None:
    """The same sentence and code as later on, though nothing is loaded yet."""
    arguments = ["config", "show", *(["--json"] if json_too else [])]
    ended = subprocess.run(
        [sys.executable, "-c", SLOW_START, *arguments],
        cwd=folder, env=environ(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 130
    assert "Traceback" not in ended.stderr
    if json_too:
        assert json.loads(ended.stdout)["error"]["exit"] == 130
    else:
        assert "Interrupted." in ended.stderr


def test_the_shell_completes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Completion is asked through the environment, by the name of the program."""
    monkeypatch.setenv("_TUEROEFFNER_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "tueroeffner tan")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert typed(out=folder / "words").out.split() == [b"tandem"]


def test_the_port_is_the_configured_one(settings: object, tmp_path: Path) -> None:
    """``[sandbox] port`` counts where no flag says otherwise."""
    assert callable(settings)
    settings(sandbox={"port": 0})
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "sandbox", "serve"],
        cwd=tmp_path, env=environ(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert not ready["base_url"].endswith(":8780")
    assert process.returncode == 130


LOOP = """
import sys
from threading import Event
from orchestrator.commands.desk import Desk
from orchestrator.commands.publish import _say_why
from orchestrator.commands.streams import prepare_streams
from schedules.runner import Job, tick
prepare_streams()
desk, stop, passes = Desk(), Event(), []
sys.stdin.readline()
def one_pass():
    passes.append(1)
    desk.say("a pass")
    if len(passes) == 3:
        stop.set()
tick([Job(0.01, one_pass)], stop, on_error=lambda error: _say_why(desk, error))
sys.stderr.write(f"{len(passes)} passes")
"""


def test_the_scheduler_goes_on_without_a_reader(tmp_path: Path) -> None:
    """Its output was read by a terminal that is closed now: posting goes on, nothing is logged."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOOP], cwd=tmp_path, env=environ(), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stderr is not None
    process.stdout.close()
    process.stdin.write("go\n")
    process.stdin.flush()
    said = process.stderr.read()
    assert (process.wait(timeout=30), said) == (0, "3 passes")
    process.stdin.close()
    process.stderr.close()
