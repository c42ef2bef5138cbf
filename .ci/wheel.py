"""Build the wheel, install it into an empty environment, and use it outside the checkout."""

import json
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What no Python import would miss, but a user would.
_TRAVELS = (
    "orchestrator/config.example.toml",
    "orchestrator/locale/de/LC_MESSAGES/tueroeffner.mo",
    "orchestrator/migrations/versions/0001_first_tables.py",
    "orchestrator/py.typed",
)


def run(*command: str | Path, folder: Path) -> str:
    """Run a command in ``folder``; a failure ends everything with its output."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "TUEROEFFNER_"))}
    done = subprocess.run(
        list(map(str, command)), cwd=folder, env=clean, text=True, capture_output=True
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def built(folder: Path) -> Path:
    """Build the wheel and check that it holds everything that must travel."""
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, folder=ROOT)
    [wheel] = folder.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    versioned = run("git", "ls-files", "orchestrator", "audiences", "schedules", folder=ROOT)
    missing = [name for name in (*_TRAVELS, *versioned.split()) if name not in names]
    if missing:
        sys.exit("The wheel lacks " + ", ".join(missing))
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    if tops != {"cli.py", "orchestrator", "audiences", "schedules"}:
        sys.exit(f"The wheel holds {sorted(tops)} instead of the four names.")
    return wheel


def use(program: Path, folder: Path) -> None:
    """What a newcomer does first."""
    print(run(program, "--version", folder=folder).strip())
    run(program, "--help", folder=folder)
    run(program, "init", "campaign", "--contact", "030 555 0100", "--no-input", folder=folder)
    campaign = folder / "campaign"
    shown = json.loads(run(program, "config", "show", "--json", folder=campaign))
    if not any(row["key"] == "campaign.start" for row in shown["settings"]):
        sys.exit(f"config show says {shown}")
    german = run(program, "config", "show", "--lang", "de", folder=campaign)
    if "Einstellung" not in german:
        sys.exit(f"The wheel does not speak German:\n{german}")
    status = json.loads(run(program, "db", "status", "--json", folder=campaign))
    if "schema" not in status:
        sys.exit(f"db status says {status}")


def main() -> None:
    """Do it all in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = built(folder)
        venv.create(folder / "venv", with_pip=True)
        pip = [folder / "venv/bin/python", "-m", "pip", "install", "--quiet"]
        run(*pip, "--require-hashes", "-r", ROOT / "requirements.txt", folder=folder)
        run(*pip, "--no-deps", wheel, folder=folder)
        use(folder / "venv/bin/tueroeffner", folder)
    print("The wheel works in an empty environment.")


if __name__ == "__main__":
    main()
