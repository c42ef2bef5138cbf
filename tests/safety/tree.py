"""The program's own command tree, so that a new command cannot be forgotten."""

from collections.abc import Iterator
from typing import Any

import typer
from typer.main import get_command

import cli


def commands() -> list[str]:
    """Every command by its full name, such as ``tandem import``."""
    return [" ".join(path) for path in _below(get_command(cli.build()), ())]


def _below(group: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    context = typer.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if hasattr(found, "list_commands"):
            yield from _below(found, (*path, name))
        else:
            yield (*path, name)
