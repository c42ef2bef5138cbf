"""The printed page for emergencies: its first command is the stop, and all of it can be typed."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import build
from orchestrator.commands.front_door import load

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = ["runbook.md", "runbook.de.md"]


def typed(page: str) -> list[str]:
    """The commands of a page, in their order."""
    return re.findall(r"`tueroeffner ([^`]+)`", (DOCS / page).read_text("utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_the_first_thing_to_read_is_the_stop(page: str) -> None:
    """Whoever is in a hurry finds it without reading on."""
    assert typed(page)[0] == "pause --all"
    headings = [
        line for line in (DOCS / page).read_text("utf-8").splitlines() if line.startswith("#")
    ]
    assert "`tueroeffner pause --all`" in headings[1]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_option_exists(page: str) -> None:
    """In an emergency nobody can look up what a command is called by now."""
    for line in typed(page):
        first, *rest = line.split()
        grouped = hasattr(load(first), "registered_commands")
        called = [first, *(rest[:1] if grouped else [])]
        result = CliRunner().invoke(build(), [*called, "--help"])
        assert result.exit_code == 0, line
        for option in [each for each in rest if each.startswith("--")]:
            assert re.search(rf"{option}\b", result.output), line


def test_both_languages_say_the_same() -> None:
    """The same commands in the same order; only what stands for a name differs."""
    words = {"KURZNAME": "SLUG", "NUMMER": "NUMBER"}

    def plain(page: str) -> list[str]:
        return [
            " ".join(words.get(each, each) for each in line.split()).replace(
                "restore NUMBER", "restore ID"
            )
            for line in typed(page)
        ]

    assert plain("runbook.de.md") == plain("runbook.md")
