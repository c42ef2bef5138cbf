"""The morning of a campaign's day: from when on it looks back, and which day it is."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from orchestrator.settings import Campaign
from schedules.calendar import Window, localise

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Morning:
    """A moment of the campaign. ``since``: when the evening before began; ``end``: of today."""

    now: datetime
    on: date
    since: datetime
    start: datetime
    end: datetime
    number: int
    days: int


def morning_of(campaign: Campaign, now: datetime) -> Morning:
    """Today in the campaign's zone; ``number`` is 1 on its first day, less before it."""
    on = now.astimezone(campaign.zone).date()
    return Morning(
        now=now,
        on=on,
        since=_evening(campaign, on, now),
        start=localise(on, time(), campaign.zone),
        end=localise(on + _DAY, time(), campaign.zone),
        number=(on - campaign.start).days + 1,
        days=(campaign.end - campaign.start).days + 1,
    )


def _evening(campaign: Campaign, on: date, now: datetime) -> datetime:
    """When the last evening's quiet hours began; without any, a day ago.

    Quiet hours that begin after midnight belong to the night before, so they began today.
    """
    if not campaign.quiet_hours:
        return now - _DAY
    begins = Window.parse_quiet(campaign.quiet_hours).start
    day = on - _DAY if begins.hour >= 12 else on
    since = localise(day, begins, campaign.zone)
    return since if since <= now else localise(day - _DAY, begins, campaign.zone)
