"""``publish`` and ``run``: send what is due, once or all the time."""

import signal
import sys
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.backup import Rhythm, keep
from orchestrator.commands.command import command, explained
from orchestrator.commands.desk import NOW_VARIABLE, Desk
from orchestrator.commands.release import end_freeze, name_freeze
from orchestrator.commands.schedule import say_posts
from orchestrator.commands.streams import mute
from orchestrator.commands.tally import say_all, say_sent, say_waiting
from orchestrator.commands.wiring import open_shift
from orchestrator.errors import Exit, UsageProblem
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.shift import Shift

SECONDS_BETWEEN_PASSES = 30.0
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show it, send nothing.")]


@command
def publish(desk: Desk, dry_run: DryRun = False) -> Exit:
    """Send what is due now."""
    from orchestrator.run import publish_pass

    shift = open_shift(desk)
    if dry_run:
        return _preview_of_pass(desk, shift)
    desk.confirm(_("Send the posts that are due now?"))
    tally = publish_pass(shift)
    name_freeze(shift, tally)
    return say_sent(desk, tally)


@command
def run(
    desk: Desk,
    once: Annotated[
        bool, typer.Option("--once", help="One pass, then stop: the daily job.")
    ] = False,
    release: Annotated[
        bool,
        typer.Option("--release", help="End the freeze after a restore; send nothing yet."),
    ] = False,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept",
            help="With --release: you have looked at the live posts that the backup does not know.",
        ),
    ] = False,
    dry_run: DryRun = False,
) -> Exit:
    """Settle, send and check what is due: once, or again and again until Ctrl-C."""
    import os

    from orchestrator.run import run_pass

    if release:
        return end_freeze(desk, open_shift(desk), accept=accept, dry_run=dry_run)
    if accept:
        raise UsageProblem(
            _("--accept is an answer to what `run --release` has shown."),
            remedy=_("Write: tueroeffner run --release --accept"),
        )
    if os.environ.get(NOW_VARIABLE) and not once:
        raise UsageProblem(
            _("{variable} is set: time stands still, so only single passes make sense.").format(
                variable=NOW_VARIABLE
            ),
            remedy=_("Add --once, or unset {variable}.").format(variable=NOW_VARIABLE),
        )
    if desk.json and not once:
        raise UsageProblem(
            _("`run` goes on and on, so it cannot answer as one JSON document."),
            remedy=_("Add --once, or leave --json out."),
        )
    stop = threading.Event()
    shift = open_shift(desk, stop.is_set)
    if dry_run:
        return _preview_of_pass(desk, shift)
    desk.confirm(_("Send posts as they come due?"))
    if once:
        tally = run_pass(shift)
        name_freeze(shift, tally)
        kept = keep(desk, shift, tally)
        return say_all(desk, tally) or (Exit.DONE if kept else Exit.PARTLY)
    return _keep_going(desk, shift, stop)


def _preview_of_pass(desk: Desk, shift: "Shift") -> Exit:
    """Say what a pass would send now; reads only."""
    from orchestrator.due import would_send
    from orchestrator.posts import post_rows
    from orchestrator.shift import Tally

    tally = Tally()
    wanted = would_send(shift, tally)
    with desk.looking() as (session, campaign_id):
        rows = [row for row in post_rows(session, campaign_id) if row["id"] in wanted]
    desk.emit({"posts": rows, "waiting_because": tally.waiting_because})
    if rows:
        say_posts(desk, rows)
    say_waiting(desk, tally)
    desk.say(
        ngettext(
            "{count} post would be sent now. This was a dry run: nothing was sent.",
            "{count} posts would be sent now. This was a dry run: nothing was sent.",
            len(rows),
        ).format(count=len(rows))
    )
    return Exit.DONE


def _keep_going(desk: Desk, shift: "Shift", stop: threading.Event) -> Exit:
    """Pass after pass, until a signal; only passes in which something happened are told."""
    from orchestrator.run import run_pass
    from schedules.runner import tick

    told: list[int] = []
    rhythm = Rhythm(shift)

    def hear(number: int, _frame: object) -> None:
        told.append(number)
        stop.set()

    def one_pass() -> None:
        tally = run_pass(shift)
        if rhythm.beats():
            keep(desk, shift, tally)
        if tally.eventful:
            say_all(desk, tally)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, hear)
    desk.say(_("Running. Stop with Ctrl-C; what is being sent is finished first."))
    sys.stdout.flush()
    ended = tick(
        SECONDS_BETWEEN_PASSES, one_pass, stop, on_error=lambda error: _say_why(desk, error)
    )
    desk.say(_("Stopped.") if ended else _("Stopped while a post was being sent."))
    if signal.SIGINT in told:
        return Exit.INTERRUPTED
    return Exit.DONE if ended else Exit.PARTLY


def _say_why(desk: Desk, error: BaseException) -> None:
    """One failed pass does not end the scheduler: the next one may go well."""
    if isinstance(error, BrokenPipeError):
        mute()  # nobody reads any more; posting goes on
        return
    desk.fail(explained(error, desk.verbose))
