"""``publish`` and ``run``: send what is due, once or all the time."""

import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.command import command, explained
from orchestrator.commands.desk import NOW_VARIABLE, Desk
from orchestrator.commands.schedule import say_posts
from orchestrator.commands.wiring import open_shift
from orchestrator.errors import Exit, UsageProblem
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.shift import Shift, Tally

SECONDS_BETWEEN_PASSES = 30.0
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show it, send nothing.")]


@command
def publish(desk: Desk, dry_run: DryRun = False) -> Exit:
    """Send what is due now."""
    from orchestrator.publish import publish as publish_due
    from orchestrator.shift import Tally
    from orchestrator.verify import verify

    shift = open_shift(desk)
    if dry_run:
        return _preview_of_pass(desk, shift)
    desk.confirm(_("Send the posts that are due now?"))
    tally = Tally()
    publish_due(shift, tally)
    verify(shift, tally)
    tally.calls = {name: network.calls for name, network in shift.networks.items()}
    return _report(desk, tally)


@command
def run(
    desk: Desk,
    once: Annotated[
        bool, typer.Option("--once", help="One pass, then stop: the daily job.")
    ] = False,
    dry_run: DryRun = False,
) -> Exit:
    """Settle, send and check what is due: once, or again and again until Ctrl-C."""
    import os

    from orchestrator.run import run_pass

    if os.environ.get(NOW_VARIABLE) and not once:
        raise UsageProblem(
            _("{variable} is set: time stands still, so only single passes make sense.").format(
                variable=NOW_VARIABLE
            ),
            remedy=_("Add --once, or unset {variable}.").format(variable=NOW_VARIABLE),
        )
    stop = threading.Event()
    shift = open_shift(desk, stop.is_set)
    if dry_run:
        return _preview_of_pass(desk, shift)
    desk.confirm(_("Send posts as they come due?"))
    if once:
        return _report(desk, run_pass(shift))
    return _keep_going(desk, stop, lambda: _report(desk, run_pass(shift)))


def _preview_of_pass(desk: Desk, shift: "Shift") -> Exit:
    """Say what a pass would send now; reads only."""
    from orchestrator.posts import post_rows
    from orchestrator.publish import would_send
    from orchestrator.shift import Tally

    tally = Tally()
    wanted = would_send(shift, tally)
    with desk.store.reading() as session:
        rows = [row for row in post_rows(session, shift.campaign_id) if row["id"] in wanted]
    desk.emit({"posts": rows, "waiting_because": tally.waiting_because})
    if rows:
        say_posts(desk, rows)
    _say_waiting(desk, tally)
    desk.say(
        ngettext(
            "{count} post would be sent now. This was a dry run: nothing was sent.",
            "{count} posts would be sent now. This was a dry run: nothing was sent.",
            len(rows),
        ).format(count=len(rows))
    )
    return Exit.DONE


def _say_waiting(desk: Desk, tally: "Tally") -> None:
    for reason, count in tally.waiting_because.items():
        desk.say(_("  waiting: {count} ({reason})").format(count=count, reason=reason))


def _keep_going(desk: Desk, stop: threading.Event, work: Callable[[], object]) -> Exit:
    from schedules.runner import tick

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_args: stop.set())
    desk.note(_("Running. Stop with Ctrl-C; what is being sent is finished first."))
    ended = tick(
        SECONDS_BETWEEN_PASSES,
        work,
        stop,
        on_error=lambda error: desk.fail(explained(error, desk.verbose)),
    )
    desk.note(_("Stopped.") if ended else _("Stopped while a post was being sent."))
    return Exit.DONE if ended else Exit.PARTLY


def _say_why(desk: Desk, error: Exception) -> None:
    """One failed pass does not end the scheduler: the next one may go well."""
    desk.fail(explained(error, desk.verbose))


def _report(desk: Desk, tally: "Tally") -> Exit:
    desk.emit(tally.document())
    desk.say(
        _(
            "{published} published, {rejected} refused, {unknown} unclear, {expired} too late,"
            " {waiting} waiting."
        ).format(**vars(tally))
    )
    _say_waiting(desk, tally)
    for name, why in tally.closed.items():
        desk.note(
            _("{network} is left alone until the next pass: {why}").format(network=name, why=why)
        )
    for finding in tally.findings:
        desk.note(finding)
    if tally.not_authorised or tally.rejected or tally.cancelled:
        return Exit.PERSON_NEEDED
    return Exit.PARTLY if tally.unknown or tally.closed else Exit.DONE
