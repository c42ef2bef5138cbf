"""The front door: all commands by name and in a line each; only the called one is loaded.

Forty commands with their options take longer to put together than most of them take to work.
"""

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

if TYPE_CHECKING:
    from typer._click import Command, Context
    from typer._click.formatting import HelpFormatter

# In the order of a campaign. A command stands in the module of its name, unless it is said here.
COMMANDS = {
    "init": "Make the folder of a new campaign.",
    "demo": "Live through an invented campaign week in a minute.",
    "rehearse": "Play your own campaign here; see what would go wrong.",
    "sandbox": "Practise: the networks, played on this computer.",
    "doctor": "Check machine, campaign and accounts.",
    "today": "What goes out, who to call, what happened over night.",
    "tandem": "The tandems: import, list, show.",
    "pause": "Stop sending at once.",
    "resume": "Go on after a pause.",
    "audience": "Places, and the people around them.",
    "media": "Pictures and films: prepare, check.",
    "plan": "Plan the posts of every tandem.",
    "schedule": "The timetable: show, ics, move.",
    "preview": "See every post as it will appear.",
    "approve": "Let posts go out as you have seen them.",
    "publish": "Send what is due now.",
    "collect": "Read reach and replies now.",
    "run": "The daily job: settle, send, read, back up.",
    "post": "Single posts: list, show, settle, retry, edit, takedown.",
    "costs": "What the networks charged, and what is planned.",
    "advert": "Paid adverts: list, show, plan, make, approve, stop.",
    "inbox": "What came back: offers, tips, questions.",
    "report": "What came of the campaign: page, tables, document.",
    "privacy": "Papers for the data protection officer.",
    "retention": "For how long things are kept: show, apply.",
    "audit": "Who did what when: list, verify.",
    "backup": "Keep copies of the campaign, and put one back.",
    "config": "Look at the configuration.",
    "db": "Look after the database.",
}
_ELSEWHERE = {"run": "publish", "resume": "pause"}


def load(name: str) -> "typer.Typer | Callable[..., None]":
    """A command's function, or the group of that name."""
    module = importlib.import_module(f"orchestrator.commands.{_ELSEWHERE.get(name, name)}")
    found: typer.Typer | Callable[..., None] = getattr(module, "app", None) or vars(module)[name]
    return found


class FrontDoor(TyperGroup):
    """The outermost group."""

    def list_commands(self, ctx: "Context") -> list[str]:
        """All names."""
        return list(COMMANDS)

    def get_command(self, ctx: "Context", cmd_name: str) -> "Command | None":
        """Load the command that was called."""
        if cmd_name not in COMMANDS:
            self.commands = dict.fromkeys(COMMANDS, self)  # only for the nearest names
            return None
        found = load(cmd_name)
        if isinstance(found, typer.Typer):
            found.rich_markup_mode = None
            command: Command = get_group(found)
        else:
            alone = typer.Typer(add_completion=False, rich_markup_mode=None)
            alone.command(cmd_name)(found)
            command = get_command(alone)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        """One line for each, loading none."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))
