"""What the doctor asks about retention: whether something is kept for longer than it may be."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from orchestrator.config import Settings
from orchestrator.doctor import Check, Level, ok
from orchestrator.formats import day
from orchestrator.i18n import _, ngettext
from orchestrator.retention.holding import holding, next_day


def overdue(session: Session, campaign_id: int, settings: Settings, now: datetime) -> int:
    """How many rows are due by now."""
    today = now.astimezone(settings.campaign.zone).date()
    return sum(each.due for each in holding(session, campaign_id, settings, today))


def overdue_word(count: int) -> str:
    """So much is due, in words."""
    return ngettext(
        "{count} entry is kept for longer than the rules allow",
        "{count} entries are kept for longer than the rules allow",
        count,
    ).format(count=count)


def retention(
    session: Session, campaign_id: int, settings: Settings, now: datetime
) -> Iterator[Check]:
    """Nothing is due; else which command lets go of it."""
    if count := overdue(session, campaign_id, settings, now):
        yield Check(
            "retention",
            Level.WARN,
            f"{overdue_word(count)}.",
            _("Run `{command}`.").format(command="tueroeffner retention apply"),
        )
        return
    today = now.astimezone(settings.campaign.zone).date()
    then = next_day(holding(session, campaign_id, settings, today))
    yield ok(
        "retention",
        _("Nothing is kept too long; the next time ends on {day}.").format(day=day(then))
        if then
        else _("Nothing is kept too long."),
    )
