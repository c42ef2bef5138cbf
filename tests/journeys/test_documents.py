"""The page that names the documents for scripts tells what the commands print."""

import re
from datetime import timedelta
from pathlib import Path

from tests.journeys.conftest import Approved, Manager

PAGE = (Path(__file__).parents[2] / "docs" / "json.md").read_text("utf-8")


def named(command: str) -> set[str]:
    """The keys that the page names for this command."""
    section = PAGE.split(f"## {command}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


def test_every_key_is_on_the_page(manager: Manager, approved: Approved) -> None:
    """Neither more nor fewer, for whatever a script may wait for."""
    approved(4)
    manager.wait(timedelta(days=5))
    manager.ask("run", "--once", "--yes")
    [live, *_] = [post for post in manager.posts() if post["state"] == "published"]
    [later, *_] = [post for post in manager.posts() if post["state"] == "planned"]
    for command, *words in (
        ["schedule move", str(later["id"]), "+1m"],
        ["run --status"],
        ["pause", "--all"],
        ["run --release"],
        ["post takedown", str(live["id"]), "--yes"],
    ):
        assert manager.ask(*command.split(), *words).keys() == named(command), command
    row = PAGE.split("has one: ")[1].split(". A dry")[0]
    assert live.keys() == set(re.findall(r"`(\w+)`", row))
