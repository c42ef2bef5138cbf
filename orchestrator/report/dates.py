"""Days and times as the report writes them: longer than in tables, shorter on an axis."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from orchestrator import i18n

# European readers of English do not put the month first.
_LOCALES = {"en": "en_GB"}
_AXIS = {"de": "d.M.", "ar": "d/M"}
_ROW = {"de": "EEE, d. MMM", "ar": "EEEE d MMMM"}
_DAY, _DAY_AND_MONTH = {"de": "d."}, {"de": "d. MMMM"}
_COMMA = {"ar": "،"}


def _locale() -> str:
    return _LOCALES.get(i18n.language(), i18n.language())


def stamp(at: datetime, zone: ZoneInfo) -> str:
    """A day and a time, for a sentence."""
    from babel.dates import format_date, format_time

    local = at.astimezone(zone)
    written = format_date(local, "long", locale=_locale())
    comma = _COMMA.get(i18n.language(), ",")
    return f"{written}{comma} {format_time(local.timetz(), 'HH:mm', locale=_locale())}"


def period(first: date, last: date) -> str:
    """From a day to a day, what they share said once."""
    from babel.dates import format_date

    end, language = format_date(last, "long", locale=_locale()), i18n.language()
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{format_date(first, _DAY.get(language, 'd'), locale=_locale())}–{end}"
    same_year = first.year == last.year
    pattern = _DAY_AND_MONTH.get(language, "d MMMM") if same_year else "long"
    return f"{format_date(first, pattern, locale=_locale())} – {end}"


def axis_day(day: date) -> str:
    """A day as short as an axis needs it."""
    from babel.dates import format_date

    return format_date(day, _AXIS.get(i18n.language(), "d MMM"), locale=_locale())


def row_day(day: date) -> str:
    """A day with its weekday, for a table."""
    from babel.dates import format_date

    return format_date(day, _ROW.get(i18n.language(), "EEE d MMM"), locale=_locale())


def age(length: timedelta) -> str:
    """A length of time in whole days, or in hours while it is less than two days."""
    from babel.dates import format_timedelta

    whole = max(length, timedelta(hours=1))
    if whole >= timedelta(days=2):
        # A threshold above every age keeps ten days from becoming a week.
        return format_timedelta(
            timedelta(days=whole.days), granularity="day", threshold=1e9, locale=_locale()
        )
    return format_timedelta(whole, granularity="hour", threshold=1e9, locale=_locale())
