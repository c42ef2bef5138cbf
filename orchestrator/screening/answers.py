"""From five answers to how much of a person may be public; no answer is kept anywhere."""

from dataclasses import dataclass, field
from enum import StrEnum

from orchestrator.ending import shows_more
from orchestrator.vocabulary import Show


class Answer(StrEnum):
    """What somebody says to a question; not being sure counts as the careful one."""

    YES = "yes"
    NO = "no"
    NOT_SURE = "not sure"


class Seekers(StrEnum):
    """Who must not find the person; not being sure counts as the last."""

    NOBODY = "nobody"
    BY_NAME = "by name"
    NEARBY = "nearby"
    NOT_SURE = "not sure"


@dataclass(frozen=True)
class Answers:
    """The five answers. They never show in a log or an error: their form has no contents."""

    danger: Answer = field(repr=False)
    shelter: Answer = field(repr=False)
    blocked_address: Answer = field(repr=False)
    face: Answer = field(repr=False)
    seekers: Seekers = field(repr=False)


def result(answers: Answers) -> Show | None:
    """How much may be public; None: nothing. The narrowest line that applies counts.

    ============================================================  ========
    two or three of: danger, shelter, blocked address             nothing
    shelter, or blocked address                                   region
    somebody who looks near the town must not find the person     region
    danger from a state, a family or a partner                    alias
    somebody who knows the name must not find the person          alias
    the face may not be seen                                      no-face
    none of these                                                 full
    ============================================================  ========

    Each narrower result keeps what the wider ones ask for: from ``no-face`` on there is no photo.
    """
    danger = answers.danger is not Answer.NO
    hidden_home = [answers.shelter is not Answer.NO, answers.blocked_address is not Answer.NO]
    if danger + sum(hidden_home) >= 2:
        return None
    if any(hidden_home) or answers.seekers in (Seekers.NEARBY, Seekers.NOT_SURE):
        return Show.REGION
    if danger or answers.seekers is Seekers.BY_NAME:
        return Show.ALIAS
    return Show.FULL if answers.face is Answer.YES else Show.NO_FACE


def not_wider(wish: Show | None, suggested: Show | None) -> bool:
    """Whether somebody may choose ``wish`` where the answers gave ``suggested``."""
    return not shows_more(wish, suggested)
