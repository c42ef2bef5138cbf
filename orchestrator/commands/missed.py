"""What came due while it was stopped: how it goes out after ``resume``, in words."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from orchestrator.commands.desk import Desk
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from orchestrator.model import Pause
    from orchestrator.pause import Missed


def came_due(
    desk: Desk, session: "Session", campaign_id: int, lifted: "Sequence[Pause]"
) -> "Missed":
    """What came due while these stops were in force; from now on it waits for its turn."""
    from orchestrator.frame import frame_of
    from orchestrator.pause import missed

    campaign = desk.settings.campaign
    return missed(session, campaign_id, lifted, desk.now, frame_of(campaign), campaign.max_late)


def document(desk: Desk, missed: "Missed") -> dict[str, Any]:
    """What scripts are told."""
    return {"late": missed.late, "too_late": missed.too_late, "passes": _passes(desk, missed)}


def _passes(desk: Desk, missed: "Missed") -> int:
    """How many passes it takes until all that was missed is out."""
    return -(-len(missed.late) // desk.settings.campaign.burst)


def say_missed(desk: Desk, missed: "Missed") -> None:
    """How many are late and when they go out; how many do not go out any more."""
    if late := len(missed.late):
        desk.say(
            ngettext(
                "{count} post came due meanwhile and goes out with the next pass.",
                "{count} posts came due meanwhile: they go out a few at a time, oldest first.",
                late,
            ).format(count=late)
        )
        desk.say(_when(desk, missed))
    if missed.too_late:
        desk.say(
            ngettext(
                "{count} post was too late already when it was stopped, and is given up: {posts}."
                " `tueroeffner post retry ID` plans it again.",
                "{count} posts were too late already when they were stopped, and are given up:"
                " {posts}. `tueroeffner post retry ID` plans one again.",
                len(missed.too_late),
            ).format(count=len(missed.too_late), posts=", ".join(map(str, missed.too_late)))
        )


def _when(desk: Desk, missed: "Missed") -> str:
    """How they are spread: by the scheduler, or over the passes of the daily job."""
    from orchestrator.daemon import PACE
    from orchestrator.overdue import service_of
    from schedules.clock import SystemClock

    with desk.looking() as (session, campaign_id):
        service = service_of(session, campaign_id, desk.now, SystemClock().now())
    burst, number = desk.settings.campaign.burst, _passes(desk, missed)
    if service.scheduler_since and not service.lost:
        return _(
            "`tueroeffner run` sends at most {burst} of them in {minutes} minutes, outside of quiet"
            " hours."
        ).format(burst=burst, minutes=PACE // timedelta(minutes=1))
    spread = ngettext(
        "With the daily job that takes {count} pass.",
        "With the daily job that takes {count} passes of at most {burst}.",
        number,
    ).format(count=number, burst=burst)
    if passes := desk.settings.campaign.passes:
        return f"{spread} " + _(
            "There is one at {times}; `tueroeffner run --once` makes one now."
        ).format(times=", ".join(passes))
    return f"{spread} " + _("`tueroeffner run --once` makes one now.")
