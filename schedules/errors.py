"""What can be wrong with the times somebody asks for."""


class ScheduleError(ValueError):
    """A wish that no timetable can fulfil.

    ``reason`` is a plain English sentence; ``subject`` is the value it is about, so that a caller
    can say the same in another language: the class tells which of the sentences it is.
    """

    def __init__(self, subject: str, reason: str) -> None:
        super().__init__(reason)
        self.subject = subject
        self.reason = reason


class UnreadableTimeError(ScheduleError):
    """A time or window that cannot be read, or an instant without an offset."""


class UnknownZoneError(ScheduleError):
    """A time zone that the IANA database does not have."""


class EndBeforeStartError(ScheduleError):
    """A campaign that ends before it starts."""


class NothingSendableError(ScheduleError):
    """Quiet hours that cover every window."""


class QuietPassError(ScheduleError):
    """A pass of the daily job that lies in quiet hours."""


class BadDemandError(ScheduleError):
    """A demand given twice, a negative count or a limit below one."""
