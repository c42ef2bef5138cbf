"""The frame of every command: the common options, and every ending as a sentence and a code."""

import functools
import inspect
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from orchestrator import i18n
from orchestrator.commands.desk import Desk
from orchestrator.commands.streams import mute
from orchestrator.errors import Exit, PartlyDone, PersonNeeded, TueroeffnerError, UsageProblem
from orchestrator.i18n import _
from orchestrator.ports import NotAuthorised, Trouble, Unreadable

_COMMON: dict[str, Any] = {
    "config": (Annotated[Path | None, typer.Option(help="Configuration file.")], None),
    "json": (Annotated[bool, typer.Option("--json", help="Answer as one JSON document.")], False),
    "yes": (Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")], False),
    "no_input": (Annotated[bool, typer.Option("--no-input", help="Never ask; refuse.")], False),
    "quiet": (Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")], False),
    "verbose": (Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")], False),
    "lang": (Annotated[str | None, typer.Option(help="Language: de, en.")], None),
}


def command(
    function: Callable[..., Exit | None],
    languages: Callable[[], list[str]] = i18n.available,
) -> Callable[..., None]:
    """Make a function of a :class:`Desk` into a command with the common options.

    Whatever goes wrong inside ends as one sentence and the contract's exit code. ``languages``
    are those that ``--lang`` may name.
    """

    @functools.wraps(function)
    def run(**given: Any) -> None:
        common = {name: given.pop(name) for name in _COMMON}
        desk = Desk(**common, dry_run=given.get("dry_run", False))
        raise typer.Exit(_guarded(desk, languages, lambda: function(desk, **given)))

    signature = inspect.signature(function)
    own = list(signature.parameters.values())[1:]
    common = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in _COMMON.items()
    ]
    keyword = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
    run.__signature__ = signature.replace(parameters=[*keyword, *common], return_annotation=None)  # type: ignore[attr-defined]
    return run


def _guarded(
    desk: Desk, languages: Callable[[], list[str]], work: Callable[[], Exit | None]
) -> int:
    with _taking_ctrl_c():
        try:
            desk.check_language(languages())
            code = int(work() or Exit.DONE)
            sys.stdout.flush()  # a reader that went away shows itself here, not after the last line
        except BrokenPipeError:
            mute()  # the reader (head, less) has seen enough
            return int(Exit.DONE)
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 — the last line of defence
            return int(_told(desk, explained(error, desk.verbose)))
        finally:
            desk.close()
        return code


def _told(desk: Desk, error: TueroeffnerError) -> Exit:
    """Say what went wrong; where standard output itself is the trouble, without it."""
    try:
        sys.stdout.flush()
        code = desk.fail(error)
        sys.stdout.flush()
    except OSError as trouble:
        mute()
        gone = isinstance(trouble, BrokenPipeError)
        return error.exit if gone else desk.fail(error, plainly=True)
    return code


@contextmanager
def _taking_ctrl_c() -> Iterator[None]:
    """Let Ctrl-C interrupt the work instead of ending the program on the spot.

    Whoever started the program deaf to it (nohup) keeps it so.
    """
    before = signal.getsignal(signal.SIGINT)
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def explained(error: BaseException, verbose: bool) -> TueroeffnerError:
    """Any error as one that a person can act on; with ``verbose`` the log gets the details."""
    if isinstance(error, TueroeffnerError):
        return error
    if isinstance(error, Trouble):
        return _at_a_network(error)
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return _interrupted()
    return _unexpected(error, verbose)


def _at_a_network(trouble: Trouble) -> TueroeffnerError:
    """A network's refusal that no command took care of."""
    if isinstance(trouble, NotAuthorised):
        return PersonNeeded(
            trouble.why, remedy=_("Run `tueroeffner doctor`: it tells which token, and what to do.")
        )
    if isinstance(trouble, Unreadable):
        return PersonNeeded(trouble.why, remedy=_("Do what it says; then run this again."))
    return PartlyDone(trouble.why, remedy=_("Run the same command again later; nothing is lost."))


def _interrupted() -> TueroeffnerError:
    error = TueroeffnerError(
        _("Interrupted."), remedy=_("Nothing is lost; run the same command again to go on.")
    )
    error.exit = Exit.INTERRUPTED
    return error


def _unexpected(error: BaseException, verbose: bool) -> TueroeffnerError:
    if isinstance(error, OSError) and error.strerror:
        return UsageProblem(
            _("A file cannot be used: {name}: {reason}").format(
                name=error.filename or "", reason=error.strerror
            ),
            remedy=_("Check the path, your rights and the space on the disk."),
        )
    if verbose:
        logging.getLogger("tueroeffner").error("unexpected", exc_info=error)
    return TueroeffnerError(
        _("Something unexpected happened: {kind}: {text}").format(
            kind=type(error).__name__, text=" ".join(str(error).split())
        ),
        remedy=_("Run it again with --verbose and send the text to the developers."),
    )
