"""The campaign's times as the timetable wants them; the one place that reads them."""

from datetime import timedelta

from orchestrator.settings import Campaign
from schedules.calendar import Window, parse_wall
from schedules.terms import Frame


def frame_of(campaign: Campaign) -> Frame:
    """Days, zone, windows, quiet hours and passes; raises ``ScheduleError`` for a bad one."""
    quiet = Window.parse_quiet(campaign.quiet_hours) if campaign.quiet_hours else None
    return Frame(
        start=campaign.start,
        end=campaign.end,
        zone=campaign.timezone,
        windows=tuple(Window.parse(text) for text in campaign.windows),
        quiet=quiet,
        passes=tuple(parse_wall(text) for text in campaign.passes),
        max_per_day=campaign.max_posts_per_day,
        gap=timedelta(minutes=5),
    )


def posts_each(campaign: Campaign) -> int:
    """How many posts a tandem gets on one network: so many for every week begun."""
    weeks = ((campaign.end - campaign.start).days + 7) // 7
    return campaign.posts_per_tandem * weeks
