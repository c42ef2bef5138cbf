"""How many appeals people meet: the days on which their circles' appeals go out, crowd by crowd.

An appeal counts once a day, on however many networks it goes out: a place sees them all. Whoever
reads one network only meets fewer of them; so this is what people may meet at most, not a
measurement.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audiences.overlap import Crowd

_WEEK = 7


@dataclass(frozen=True, slots=True)
class Meetings:
    """People by the number of appeals on their fullest day, and in their fullest week.

    Everybody who meets one stands once in each; ``beyond`` are those who meet too many in either.
    """

    per_day: Mapping[int, int]
    per_week: Mapping[int, int]
    beyond: int


NOBODY = Meetings({}, {}, 0)


def meetings(
    crowds: Iterable[Crowd],
    appeals: Iterable[tuple[str, date]],
    start: date,
    most_a_day: int,
    most_a_week: int,
) -> Meetings:
    """Return how many people meet how many of the appeals, given as (key, day) in any order.

    Weeks are the campaign's: seven days each from its ``start``.
    """
    days: defaultdict[str, set[int]] = defaultdict(set)
    for key, day in appeals:
        days[key].add((day - start).days)
    per_day: defaultdict[int, float] = defaultdict(float)
    per_week: defaultdict[int, float] = defaultdict(float)
    beyond = 0.0
    for crowd in crowds:
        met = [day for key in crowd.keys for day in days.get(key, ())]
        if met:
            a_day, a_week = _most(met), _most([day // _WEEK for day in met])
            per_day[a_day] += crowd.people
            per_week[a_week] += crowd.people
            beyond += crowd.people * (a_day > most_a_day or a_week > most_a_week)
    return Meetings(_whole(per_day), _whole(per_week), round(beyond))


def _most(met: Sequence[int]) -> int:
    """Return how many appeals fall on the day, or in the week, that has most of them."""
    return max(Counter(met).values())


def _whole(people: Mapping[int, float]) -> dict[int, int]:
    return {appeals: round(count) for appeals, count in sorted(people.items()) if round(count)}
