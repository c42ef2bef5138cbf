"""``publish`` and ``run``: send what is due, once or all the time."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from orchestrator.commands.backing_up import Rhythm, keep
from orchestrator.commands.command import command, explained
from orchestrator.commands.desk import NOW_VARIABLE, Desk
from orchestrator.commands.release import end_freeze, name_freeze
from orchestrator.commands.schedule import say_posts
from orchestrator.commands.streams import mute
from orchestrator.commands.tally import say_all, say_collected, say_sent, say_waiting
from orchestrator.commands.wiring import connected, open_shift, replaced_keys
from orchestrator.errors import Exit, Unfit, UsageProblem
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.shift import Shift, Tally

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show it, send nothing.")]


@command
def publish(desk: Desk, dry_run: DryRun = False) -> Exit:
    """Send what is due now."""
    from orchestrator.run import publish_pass

    stop = threading.Event()
    shift = open_shift(desk, stop.is_set)
    if dry_run:
        return _preview_of_pass(desk, shift, ahead=False)
    desk.confirm(_("Send the posts that are due now?"))
    with _heeding(stop, signal.SIGTERM):
        tally = _signed(desk, shift, publish_pass)
        name_freeze(shift, tally)
        return say_sent(desk, tally) or _unless_stopped(stop, tally)


@command
def run(
    desk: Desk,
    once: Annotated[
        bool, typer.Option("--once", help="One pass, then stop: the daily job.")
    ] = False,
    status: Annotated[
        bool,
        typer.Option("--status", help="Only show who sends, and whether posts go out as planned."),
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
    """Settle, send, check and collect: once, or as posts come due until Ctrl-C."""
    if status:
        return _status(desk, alone=not (once or release or accept or dry_run))
    if release:
        return end_freeze(desk, open_shift(desk), accept=accept, dry_run=dry_run)
    if accept:
        raise UsageProblem(
            _("--accept is an answer to what `run --release` has shown."),
            remedy=_("Write: tueroeffner run --release --accept"),
        )
    if not once:
        _refuse_endless(desk)
    stop = threading.Event()
    # Offers that were handed over are gone on with, whether anything is posted or not.
    shift = open_shift(desk, stop.is_set, offline=True)
    if not shift.networks:
        desk.note(_("No network is on: no post goes out."))
    if dry_run:
        return _preview_of_pass(desk, shift, ahead=True)
    desk.confirm(_("Send posts as they come due?"))
    return _daily_job(desk, shift, stop) if once else _keep_going(desk, shift, stop)


def _status(desk: Desk, *, alone: bool) -> Exit:
    from orchestrator.commands.status import show_status

    if not alone:
        raise UsageProblem(
            _("--status only shows; it cannot be combined with another option of `run`."),
            remedy=_("Write: tueroeffner run --status"),
        )
    return show_status(desk)


def _refuse_endless(desk: Desk) -> None:
    if os.environ.get(NOW_VARIABLE):
        raise UsageProblem(
            _("{variable} is set: time stands still, so only single passes make sense.").format(
                variable=NOW_VARIABLE
            ),
            remedy=_("Add --once, or unset {variable}.").format(variable=NOW_VARIABLE),
        )
    if desk.json:
        raise UsageProblem(
            _("`run` goes on and on, so it cannot answer as one JSON document."),
            remedy=_("Add --once, or leave --json out."),
        )


def _daily_job(desk: Desk, shift: "Shift", stop: threading.Event) -> Exit:
    from orchestrator.run import run_pass

    with _heeding(stop, signal.SIGTERM):
        tally = _signed(desk, shift, run_pass)
        name_freeze(shift, tally)
        kept = stop.is_set() or keep(desk, shift, tally)
        code = say_all(desk, tally) or (Exit.DONE if kept else Exit.PARTLY)
        return code or _unless_stopped(stop, tally)


def _unless_stopped(stop: threading.Event, tally: "Tally") -> Exit:
    """A pass that was told to stop has left the rest to the next one."""
    return Exit.PARTLY if stop.is_set() and tally.waiting else Exit.DONE


@contextmanager
def _heeding(stop: threading.Event, *numbers: signal.Signals) -> Iterator[list[int]]:
    """Let these signals set the stop, so that what is in flight is finished; yields the heard.

    Whoever started the program deaf to one (nohup) keeps it so.
    """
    heard: list[int] = []

    def hear(number: int, _frame: object) -> None:
        heard.append(number)
        stop.set()

    before = {each: signal.getsignal(each) for each in numbers}
    before = {each: handler for each, handler in before.items() if handler is not signal.SIG_IGN}
    for each in before:
        signal.signal(each, hear)
    try:
        yield heard
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _signed(desk: Desk, shift: "Shift", steps: "Callable[[Shift], Tally]") -> "Tally":
    """One pass, and the signs of life around it."""
    from orchestrator import heartbeat
    from orchestrator.today.night import unclear

    _sign(desk, shift, lambda *who: heartbeat.begin(*who[:3], once=True, now=who[3]))
    try:
        tally = steps(shift)
        _sign(desk, shift, heartbeat.passed)
    finally:
        _sign(desk, shift, heartbeat.end)
    with desk.looking() as (session, campaign_id):
        tally.still_unknown = max(len(unclear(session, campaign_id)) - tally.unknown, 0)
    return tally


def _sign(desk: Desk, shift: "Shift", give: Callable[..., None]) -> None:
    """A sign of life that cannot be given costs one sentence, and nothing else."""
    try:
        give(shift.store, shift.campaign_id, shift.worker, shift.machine.now())
    except Exception as error:  # noqa: BLE001 - posts are worth more than the sign
        desk.note(explained(error, desk.verbose).what)


def _preview_of_pass(desk: Desk, shift: "Shift", *, ahead: bool) -> Exit:
    """Say what a pass would send now, and hand over ahead; reads only."""
    from orchestrator.due import to_hand_over, would_send
    from orchestrator.posts import post_rows
    from orchestrator.shift import Tally

    tally = Tally()
    wanted = would_send(shift, tally)
    early = {post_id for post_id, _network in to_hand_over(shift)} if ahead else set()
    with desk.looking() as (session, campaign_id):
        posts = post_rows(session, campaign_id)
    rows = [row for row in posts if row["id"] in wanted]
    handed = [row for row in posts if row["id"] in early]
    desk.emit({"posts": rows, "handed_over": handed, "waiting_because": tally.waiting_because})
    if rows:
        say_posts(desk, rows)
    say_waiting(desk, tally)
    if handed:
        _say_handed(desk, handed)
    desk.say(
        ngettext(
            "{count} post would be sent now. This was a dry run: nothing was sent.",
            "{count} posts would be sent now. This was a dry run: nothing was sent.",
            len(rows),
        ).format(count=len(rows))
    )
    return Exit.DONE


def _say_handed(desk: Desk, rows: list[dict[str, Any]]) -> None:
    desk.say(
        ngettext(
            "{count} post would be handed over, for the platform to publish at its time:",
            "{count} posts would be handed over, for the platform to publish at their time:",
            len(rows),
        ).format(count=len(rows))
    )
    say_posts(desk, rows)


def _keep_going(desk: Desk, shift: "Shift", stop: threading.Event) -> Exit:
    """Send as posts come due, until a signal; only passes in which something happened are told."""
    from orchestrator import heartbeat
    from orchestrator.daemon import Crew, keep_going

    rhythm, unfit = Rhythm(shift), list[BaseException]()

    def back_up(shift: "Shift", tally: "Tally") -> None:
        if rhythm.beats():
            keep(desk, shift, tally)

    def on_error(error: BaseException) -> str:
        _say_why(desk, error)
        if not isinstance(error, Unfit):
            return "go on"
        unfit.append(error)
        return "stop"

    with _heeding(stop, signal.SIGTERM, signal.SIGINT) as heard:
        _sign(desk, shift, lambda *who: heartbeat.begin(*who[:3], once=False, now=who[3]))
        _say_freeze(desk, shift)
        _say_if_heard(desk, _("Running. Stop with Ctrl-C; what is being sent is finished first."))
        ended = keep_going(
            Crew.of(shift, lambda: connected(desk.settings, desk.clock)),
            stop,
            told=_Teller(desk),
            back_up=back_up,
            on_error=on_error,
            keys=replaced_keys(desk),
        )
        if unfit:
            return Exit.USAGE if ended else _leave_at_once(Exit.USAGE)
        _sign(desk, shift, heartbeat.end)
        _say_if_heard(desk, _("Stopped.") if ended else _("Stopped while a post was being sent."))
        code = Exit.DONE if ended else Exit.PARTLY
        code = Exit.INTERRUPTED if signal.SIGINT in heard else code
        if not ended:
            _leave_at_once(code)
    return code


def _say_if_heard(desk: Desk, line: str) -> None:
    try:
        desk.say(line)
        sys.stdout.flush()
    except BrokenPipeError as error:
        _say_why(desk, error)


def _say_freeze(desk: Desk, shift: "Shift") -> None:
    from orchestrator.shift import Tally

    tally = Tally()
    name_freeze(shift, tally)
    for finding in tally.findings:
        desk.warn(finding)


class _Teller:
    """Tells what the passes did, one at a time; a trouble that goes on is told once."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._lock = desk, threading.Lock()
        self._last: dict[str, object] = {}

    def __call__(self, job: str, tally: "Tally") -> None:
        with self._lock:
            troubles = (tally.findings, tally.closed)
            known = troubles == self._last.get(job)
            self._last[job] = troubles
            if replace(tally, findings=[], closed={}).eventful or (tally.eventful and not known):
                (say_collected if job == "collect" else say_sent)(self._desk, tally)
                sys.stdout.flush()


def _leave_at_once(code: Exit) -> NoReturn:
    """Python would wait for the threads; what they hold is taken over as after a crash."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _say_why(desk: Desk, error: BaseException) -> None:
    """One failed pass does not end the scheduler: the next one may go well."""
    if isinstance(error, BrokenPipeError):
        mute()  # nobody reads any more; posting goes on
        return
    desk.fail(explained(error, desk.verbose))
