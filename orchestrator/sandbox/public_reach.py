"""How far a post goes: much in the first hours, little at night, hardly anything after days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from math import exp
from random import Random
from statistics import NormalDist
from zoneinfo import ZoneInfo

from orchestrator.sandbox.public_said import Shown

HOME = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
SPAN = 10 * 24  # hours; then nothing more happens
AWAKE = [  # by hour of the day at home
    *(25, 12, 6, 4, 5, 12, 35, 65, 80, 85, 85, 90),
    *(100, 95, 85, 85, 90, 100, 115, 130, 140, 130, 90, 50),
]
STRATA = 20  # every so many posts, one is the luckiest, one the least
POSTS = 10_000  # more than a network here ever has


@dataclass(frozen=True)
class Course:
    """Which share of what comes of a post has come by a time."""

    start: datetime
    shares: Sequence[float]  # after each hour, from 0 to 1

    def at(self, now: datetime) -> float:
        """Between 0 and 1, never falling."""
        hours = min(max((now - self.start) / HOUR, 0.0), float(SPAN))
        whole = min(int(hours), SPAN - 1)
        before, after = self.shares[whole : whole + 2]
        return min(before + (after - before) * (hours - whole), 1.0)

    def when(self, share: float) -> datetime:
        """The time by which this share (0 to 1) has come."""
        for hour, (before, after) in enumerate(pairwise(self.shares)):
            if share < after:
                return self.start + HOUR * (hour + (share - before) / (after - before))
        return self.start + HOUR * SPAN


@dataclass(frozen=True)
class Reach:
    """What a post comes to in the end, and the way there.

    Networks count again later: `late` of every figure only appears at `counted`.
    """

    course: Course
    totals: Mapping[str, int]
    late: float
    counted: datetime

    def count(self, figure: str, now: datetime) -> int:
        """The figure as a network tells it."""
        share = self.course.at(now) * (1 - self.late)
        return int(self.totals[figure] * (share + self.late if now >= self.counted else share))


def reach_of(seed: int, post: Shown) -> Reach:
    """The reach of this post, with some luck."""
    chance = Random(f"{seed} {post.network} {post.key} reach")
    viewers = _viewers(post, luck(seed, post.network, number_of(post.key)), chance)
    rates = {
        "again": chance.uniform(0.15, 0.6),
        "likes": chance.uniform(0.006, 0.035),
        "shares": chance.uniform(0.001, 0.008),
        "quotes": chance.uniform(0.0, 0.001),
        "bookmarks": chance.uniform(0.0005, 0.003),
        "clicks": chance.uniform(0.008, 0.04),
    }
    totals = {"viewers": viewers} | {name: round(viewers * rate) for name, rate in rates.items()}
    counted = post.at + HOUR * chance.uniform(30, 60)
    return Reach(course_of(post.at), totals, chance.uniform(0.01, 0.04), counted)


def course_of(start: datetime) -> Course:
    """News wear off, in two ways: among those who were there, and among those passed on to."""
    hours = range(SPAN)
    awake = [AWAKE[(start + HOUR * (hour + 0.5)).astimezone(HOME).hour] for hour in hours]
    fresh = [0.75 * exp(-hour / 4) / 4 + 0.25 * exp(-hour / 30) / 30 for hour in hours]
    sums = list(accumulate((a * f for a, f in zip(awake, fresh, strict=True)), initial=0.0))
    return Course(start, [each / sums[-1] for each in sums])


def number_of(key: str) -> int:
    """Which post of its network this is; a key that is no number gets some number."""
    return (int(key) if key.isdecimal() else Random(key).randrange(POSTS)) % POSTS


def luck(seed: int, network: str, number: int) -> float:
    """1 for the post in the middle; a few fly, many sink, the same share of both in any week."""
    order = Random(f"{seed} {network} luck {number // STRATA}").sample(range(STRATA), STRATA)
    within = Random(f"{seed} {network} luck of {number}").uniform(0.02, 0.98)
    return exp(1.1 * NormalDist().inv_cdf((order[number % STRATA] + within) / STRATA))


def _viewers(post: Shown, luck: float, chance: Random) -> int:
    network = 0.4 if post.network == "x" else 1.0  # fewer neighbours are there
    if not post.people:
        return int(chance.uniform(2_000, 4_000) * luck)
    # In a small town, a larger part of the people come across it.
    share = 0.017 * network * luck * (50_000 / post.people) ** 0.3
    return int(post.people * min(max(share, 0.005), 0.25))
