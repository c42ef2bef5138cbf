"""Questions on a terminal: a bad answer is explained and asked again, never the end."""

import sys
from collections.abc import Callable
from typing import TypeVar

import typer

from orchestrator.commands.desk import Desk
from orchestrator.commands.streams import forget_typed
from orchestrator.errors import UsageProblem
from orchestrator.redact import tame

T = TypeVar("T")
Read = Callable[[str], T]


def prompt(question: str, suffix: str = ": ") -> str:
    """One line as it is typed; only where the desk may ask."""
    return str(
        typer.prompt(tame(question), default="", show_default=False, err=True, prompt_suffix=suffix)
    )


def lines(question: str) -> str:
    """Several lines as they are typed or pasted; a full stop on its own ends them, or Ctrl-D."""
    typer.echo(tame(question), err=True)
    said: list[str] = []
    while (line := sys.stdin.readline()) and line.strip() != ".":
        said.append(line.rstrip("\r\n"))
    forget_typed()  # whatever was pasted behind the end answers no other question
    if not line and not said:
        raise typer.Abort
    return "\n".join(said)


def answer(
    desk: Desk,
    question: str,
    read: Read[T],
    given: str | None = None,
    *,
    check: Callable[[str], None] | None = None,
    ask: Callable[[str], str] = prompt,
) -> T:
    """What ``given`` or the person at the terminal says, as ``read`` understands it.

    ``check`` looks at what was given on the command line. Without a terminal there is one try:
    what was not given is read as an empty text.
    """
    try:
        if given is not None or not desk.may_ask:
            if check and given is not None:
                check(given)
            return read(given or "")
    except UsageProblem as problem:
        if not desk.may_ask:
            raise
        _explain(desk, problem)
    while True:
        try:
            return read(ask(question))
        except UsageProblem as problem:
            _explain(desk, problem)


def _explain(desk: Desk, problem: UsageProblem) -> None:
    desk.warn(f"{problem.what} {problem.remedy}".strip())
