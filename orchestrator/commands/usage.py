"""Endings outside of a command: mistakes in the command line itself, and Ctrl-C."""

import json
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import Any

from orchestrator import i18n
from orchestrator.i18n import _
from orchestrator.redact import hung, redact, tame

# What the command line's library says, and how we say it; the groups fill the places.
_SENTENCES: list[tuple[str, Callable[[], str]]] = [
    (r"No such command '(.*?)'", lambda: _("There is no command “{0}”.")),
    (r"No such option:? '?([^\s'(]+)", lambda: _("There is no option {0}.")),
    (r"Missing argument '(.*?)'", lambda: _("The argument {0} is missing.")),
    (r"Missing option '(.*?)'", lambda: _("The option {0} is missing.")),
    (r"Missing command", lambda: _("The command is missing.")),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", lambda: _("There is too much: {0}")),
    (r"Option '(.*?)' requires (?:an|\d+) argument", lambda: _("The option {0} needs a value.")),
    (r"Option '(.*?)' does not take a value", lambda: _("The option {0} takes no value.")),
    (
        r"Invalid value for '?(.*?)'?: Input should be a valid integer",
        lambda: _("{0} must be a whole number."),
    ),
    (
        r"Invalid value for '?(.*?)'?: Input should be a valid number",
        lambda: _("{0} must be a number."),
    ),
    (
        r"Invalid value for '?(.*?)'?: Input should be less than or equal to (.*)",
        lambda: _("{0} must be at most {1}."),
    ),
    (
        r"Invalid value for '?(.*?)'?: Input should be greater than or equal to (.*)",
        lambda: _("{0} must be at least {1}."),
    ),
    (
        r"Invalid value for '?(.*?)'?: Value error, '(.*)' is not one of (.*?)\.?$",
        lambda: _("“{1}” does not fit for {0}; it can be: {2}"),
    ),
]
_NEAR = re.compile(r"(?:Did you mean(?: one of)?:?|Possible options:) ([^?)]+)")


def ended(run: Callable[[], object]) -> int:
    """Run the command line; its exit code, whatever happens on the way."""
    import typer

    from orchestrator.commands.streams import mute

    try:
        code = run()
        sys.stdout.flush()
    except typer.TyperException as error:
        said = error.format_message() if hasattr(error, "format_message") else str(error)
        return _wrong(said, _help_for(getattr(error, "ctx", None)))
    except BrokenPipeError:
        mute()
        return 0
    except OSError as error:
        mute()
        _speak()
        print(_cannot_be_used(error), file=sys.stderr)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        stream, text = interruption()
        print(text, file=sys.stdout if stream == 1 else sys.stderr)
        return 130
    return int(str(code or 0))


def _cannot_be_used(error: OSError) -> str:
    return _("A file cannot be used: {name}: {reason}").format(
        name=error.filename or "", reason=error.strerror or error
    )


def _help_for(context: Any) -> str:
    """The help of the very command that was mistyped."""
    names: list[str] = []
    while context is not None and context.parent is not None:
        names.insert(0, context.info_name or "")
        context = context.parent
    return " ".join(["tueroeffner", *names, "--help"])


def _wrong(said: str, remedy: str) -> int:
    _speak()
    what = redact(tame(in_our_words(said)))  # a secret in a wrong place is still one
    with suppress(BrokenPipeError):
        if wants_json():
            print(_failure(what, remedy, 2), flush=True)
        else:
            print(f"{hung(what)}\n→ {remedy}", file=sys.stderr)
    return 2


def in_our_words(said: str) -> str:
    """The sentence for what the command line's library said; its own where we have none."""
    for pattern, sentence in _SENTENCES:
        if found := re.match(pattern, said):
            return sentence().format(*found.groups()) + _nearest(said)
    return said


def _nearest(said: str) -> str:
    found = _NEAR.search(said)
    if not found:
        return ""
    return " " + _("Did you mean {nearest}?").format(nearest=found[1].strip(" '"))


def interruption() -> tuple[int, str]:
    """Where to say that Ctrl-C was pressed (1 stdout, 2 stderr), and in which words."""
    _speak()
    what, remedy = _("Interrupted."), _("Nothing is lost; run the same command again to go on.")
    if wants_json():
        return 1, _failure(what, remedy, 130)
    return 2, f"{what}\n→ {remedy}"


def wants_json() -> bool:
    """Whether the answer must be a document, even if the command line could not be understood."""
    return "--json" in sys.argv[1:]


def _failure(what: str, remedy: str, code: int) -> str:
    return json.dumps({"error": {"what": what, "subject": "", "remedy": remedy, "exit": code}})


def _speak() -> None:
    """The language of ``--lang`` or of the system: no configuration has been read."""
    pairs = pairwise(sys.argv[1:])
    flag = next((after for word, after in pairs if word == "--lang"), None)
    i18n.speak(i18n.preferred(flag, None, os.environ))
