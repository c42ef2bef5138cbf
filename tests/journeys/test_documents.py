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


def listed(start: str, end: str) -> set[str]:
    """The keys that the page lists between these words, of what stands within a document."""
    return set(re.findall(r"`(\w+)`", PAGE.split(start)[1].split(end)[0]))


def test_every_key_is_on_the_page(manager: Manager, approved: Approved) -> None:
    """Neither more nor fewer, for whatever a script may wait for."""
    approved(4)
    manager.wait(timedelta(days=5))
    manager.ask("run", "--once", "--yes")
    [live, *_] = [post for post in manager.posts() if post["state"] == "published"]
    [later, *_] = [post for post in manager.posts() if post["state"] == "planned"]
    for command, *words in (
        ["schedule move", str(later["id"]), "+1m"],
        ["preview"],
        ["costs"],
        ["doctor --pilot", "--live-mode", "yes", "--dry-run"],
        ["run --status"],
        ["pause", "--all"],
        ["run --release"],
        ["post takedown", str(live["id"]), "--yes"],
    ):
        assert manager.ask(*command.split(), *words).keys() == named(command), command
    [line, *_] = manager.ask("costs")["networks"]["x"]["charged"]
    assert line.keys() == listed("each line has: ", ")")
    [shown, *_] = manager.ask("preview")["posts"]
    assert shown.keys() == listed("each has: ", " |")
    assert live.keys() == listed("has one: ", ". A dry")
