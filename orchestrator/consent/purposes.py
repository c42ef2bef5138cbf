"""What a person may agree to, one by one, and which of it concerns whom."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from orchestrator.vocabulary import FACE

NETWORKS = ("facebook", "x", "site", "bluesky", "mastodon")
OTHERS = (FACE, "press", "story", "contact", "followup")
PURPOSES = (*NETWORKS, *OTHERS)


class Who(StrEnum):
    """One of the two of a tandem."""

    REFUGEE = "refugee"
    VOLUNTEER = "volunteer"


def purposes_of(who: Who) -> tuple[str, ...]:
    """What this person can agree to: no post says anything of the volunteer."""
    return PURPOSES if who is Who.REFUGEE else OTHERS


def asked(who: Who, on: Collection[str]) -> tuple[str, ...]:
    """What they are asked for while these networks are on."""
    return tuple(each for each in purposes_of(who) if each not in NETWORKS or each in on)


def last_day_of(purpose: str, until: date | None, posts_until: date) -> date | None:
    """The last day of a consent; for posts never later than the day that its form names.

    So whoever moves the campaign's ``posts_until`` extends no consent.
    """
    if purpose not in NETWORKS:
        return until
    return min(until, posts_until) if until else posts_until
