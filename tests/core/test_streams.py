"""The real program with troubled streams, signals and command lines: a sentence, never a trace."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    "line", ["config show | head -1", "config show --json | head -c 1", "--help | head -1"]
)
def test_a_reader_that_goes_away_is_no_trouble(folder: Path, line: str) -> None:
    """``head`` has seen enough: exit 0, and not a word."""
    ended = shell(folder, f"tueroeffner {line}")
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.parametrize("place", [">/dev/full", ">&-"])
@pytest.mark.parametrize("line", ["config show", "config show --json", "--help", "--version"])
def test_an_answer_that_cannot_be_written(folder: Path, line: str, place: str) -> None:
    """Standard output is named, once, and the exit code says that nobody got the answer."""
    ended = shell(folder, f"tueroeffner {line} {place}")
    said = ended.stderr.decode()
    assert ended.returncode == 2
    assert said.count("standard output") == 1
    assert "Exception" not in said
    assert "Traceback" not in said


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_every_encoding_of_the_terminal_is_survived(folder: Path, encoding: str) -> None:
    """Letters that it lacks are replaced; a JSON document keeps them all."""
    assert shell(folder, "tueroeffner config show", PYTHONIOENCODING=encoding).returncode == 0
    ended = shell(folder, "tueroeffner config show --json", PYTHONIOENCODING=encoding)
    assert "Woche der offenen Türen" in str(json.loads(ended.stdout.decode("utf-8")))


def test_a_flag_taken_for_a_value_still_asks_for_a_document(folder: Path) -> None:
    """A script that forgot the language gets what it can read."""
    ended = shell(folder, "tueroeffner config show --lang --json")
    assert ended.returncode == 2
    assert json.loads(ended.stdout)["error"]["exit"] == 2


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
def test_a_wrong_command_line_is_told_in_our_language(folder: Path, line: str, says: str) -> None:
    """Exit 2, as text and as a document."""
    plain = shell(folder, f"tueroeffner {line} --lang de")
    assert (plain.returncode, plain.stdout) == (2, b"")
    assert says in plain.stderr.decode()
    ended = shell(folder, f"tueroeffner {line} --json", LANG="de_DE.UTF-8")
    assert says in json.loads(ended.stdout)["error"]["what"]


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


def test_help_comes_at_once_and_the_shell_completes(folder: Path) -> None:
    """Completion is asked through the environment, by the name of the program."""
    more = {"COMP_WORDS": "tueroeffner tan", "COMP_CWORD": "1"}
    ended = shell(folder, "tueroeffner", _TUEROEFFNER_COMPLETE="complete_bash", **more)
    assert ended.stdout.split() == [b"tandem"]


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
