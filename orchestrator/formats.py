"""Times, dates and figures as people of the language in use write them."""

from datetime import date, datetime

from orchestrator.i18n import language

# Short forms with the day of the week, for tables: “Di. 24.11. 08:16”.
_MOMENT = {"de": "EEE d.M. HH:mm"}
_MOMENT_ELSEWHERE = "EEE d MMM HH:mm"
_DATED = {"de": "d.M.y, HH:mm"}
_DATED_ELSEWHERE = "d MMM y, HH:mm"


def moment(at: datetime) -> str:
    """A day and time in the zone that ``at`` carries, short."""
    from babel.dates import format_datetime

    pattern = _MOMENT.get(language(), _MOMENT_ELSEWHERE)
    return format_datetime(at, pattern, tzinfo=at.tzinfo, locale=language())


def dated(at: datetime) -> str:
    """The same with its year, for what is kept: “24.11.2026, 08:16”."""
    from babel.dates import format_datetime

    pattern = _DATED.get(language(), _DATED_ELSEWHERE)
    return format_datetime(at, pattern, tzinfo=at.tzinfo, locale=language())


def day(on: date) -> str:
    """A date, short."""
    from babel.dates import format_date

    return format_date(on, "medium", locale=language())


def count(number: int) -> str:
    """A whole number with the language's grouping."""
    from babel.numbers import format_decimal

    return format_decimal(number, locale=language())


def about(number: int) -> str:
    """A number of people, rounded to two digits: more would pretend to be counted."""
    digits = max(len(str(number)) - 2, 0)
    return count(round(number, -digits))


def megabytes(size: int) -> str:
    """A file's size (in bytes) as so many MB, without the unit."""
    return tenths(size / 1e6)


def filesize(size: int) -> str:
    """A file's size (in bytes) in MB, or in kB where it is a small part of one."""
    if size >= 100_000:
        return f"{megabytes(size)} MB"
    return f"{count(max(1, round(size / 1000)))} kB"


def tenths(number: float) -> str:
    """A number with one digit behind the point."""
    from babel.numbers import format_decimal

    return format_decimal(number, format="#,##0.0", locale=language())


def dollars(amount: float) -> str:
    """An amount of money, to a tenth of a cent where it is that small, and the currency's name."""
    from babel.numbers import format_decimal

    return f"{format_decimal(amount, format='#,##0.00#', locale=language())} USD"


def full_sentence(words: str) -> str:
    """The same with a full stop, unless it has an end already."""
    return words if words.endswith((".", "!", "?")) else f"{words}."
