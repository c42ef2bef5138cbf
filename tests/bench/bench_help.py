"""How long `--help` takes, beside a minimal Typer application with as many commands.

Both run in processes of their own, in turns; the median of each counts. At most 1.5 times.
Run: `python tests/bench/bench_help.py`. Exits with 1 when it takes longer.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from typer import Typer

import cli
from orchestrator.commands.front_door import COMMANDS, load

MOST = 1.5
ROUNDS = 9


def number_of_commands() -> int:
    found = (load(name) for name in COMMANDS)
    return sum(len(each.registered_commands) if isinstance(each, Typer) else 1 for each in found)


def minimal(count: int) -> str:
    lines = ["import typer", "app = typer.Typer(rich_markup_mode=None)"]
    for number in range(count):
        lines += [f"@app.command('command-{number}')", f"def command_{number}():", "    'Do it.'"]
    return "\n".join([*lines, "app()"])


def seconds(program: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, program, "--help"], check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> int:
    count = number_of_commands()
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "minimal.py"
        small.write_text(minimal(count))
        pairs = [(seconds(cli.__file__), seconds(str(small))) for _round in range(ROUNDS)]
    ours = statistics.median(mine for mine, _other in pairs)
    theirs = statistics.median(other for _mine, other in pairs)
    print(f"--help with {count} commands: {ours:.2f} s; minimal Typer application {theirs:.2f} s")
    print(f"ratio {ours / theirs:.2f} (at most {MOST})")
    return 0 if ours / theirs <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
