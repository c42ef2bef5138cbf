"""Troubles as a person reads them: what happened, to whom, what to do next.

Every error that can reach a user is one of these; the class decides the exit code of the command.
"""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes that scripts may rely on."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    PARTLY = 3
    PERSON_NEEDED = 4
    INTERRUPTED = 130


class TueroeffnerError(Exception):
    """A trouble in three parts: ``what`` happened, to which ``subject``, and the ``remedy``."""

    exit: Exit = Exit.UNEXPECTED

    def __init__(self, what: str, *, subject: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.subject = subject
        self.remedy = remedy


class UsageProblem(TueroeffnerError):
    """The command, the configuration or the machine is not as it must be (exit 2)."""

    exit = Exit.USAGE


class Unfit(UsageProblem):
    """The database is not, or no longer, one with which this program may go on."""


class PartlyDone(TueroeffnerError):
    """Some of it is done; repeating the command is safe (exit 3)."""

    exit = Exit.PARTLY


class PersonNeeded(TueroeffnerError):
    """Only a person can go on from here (exit 4)."""

    exit = Exit.PERSON_NEEDED
