"""People who meet several keys, and the days and weeks on which those are too many for them.

The tables follow every move, so that asking what a day costs is one look and no search.
"""

from collections.abc import Iterable, Mapping, Sequence

from schedules.terms import Crowd, Patience

WEEK = 7


class Crowds:
    """What every crowd meets in each span: the days in order, then the weeks.

    ``beyond[key][span]``: people for whom another appearance of the key would be too many;
    ``spared[key][span]``: people who meet too many now, and one less without the key.
    """

    def __init__(
        self,
        crowds: Iterable[Crowd],
        patience: Patience,
        numbers: Mapping[str, int],
        posts: Sequence[int],
        days: int,
        weeks: int,
    ) -> None:
        self._limits = [patience.per_day] * days + [patience.per_week] * weeks
        self._days = days
        self._people: list[int] = []
        self._members: list[list[int]] = []
        self._met: list[list[int]] = []
        self._by_day: list[list[int]] = [[] for _ in posts]
        self._by_week: list[list[int]] = [[] for _ in posts]
        self.beyond = [[0] * len(self._limits) for _ in posts]
        self.spared = [[0] * len(self._limits) for _ in posts]
        for crowd in crowds:
            members = [numbers[key] for key in crowd.keys if key in numbers]
            crowded_days = len(members) > patience.per_day
            crowded_weeks = sum(posts[key] for key in members) > patience.per_week
            if crowd.people > 0 and (crowded_days or crowded_weeks):
                self._add(crowd.people, members, crowded_days, crowded_weeks)

    def _add(self, people: int, members: list[int], days: bool, weeks: bool) -> None:
        number = len(self._people)
        self._people.append(people)
        self._members.append(members)
        self._met.append([0] * len(self._limits))
        for key in members:
            if days:
                self._by_day[key].append(number)
            if weeks:
                self._by_week[key].append(number)

    def count(self, key: int, span: int | None, step: int) -> None:
        """Count one appearance of a key more (1) or less (-1) in a span, if there is any."""
        if span is None:
            return
        limit = self._limits[span]
        for crowd in self._by_day[key] if span < self._days else self._by_week[key]:
            met = self._met[crowd]
            met[span] += step
            reached = max(met[span], met[span] - step)
            if reached == limit:
                self._change(self.beyond, crowd, span, step)
            elif reached == limit + 1:
                self._change(self.spared, crowd, span, step)

    def _change(self, table: list[list[int]], crowd: int, span: int, step: int) -> None:
        people = step * self._people[crowd]
        for key in self._members[crowd]:
            table[key][span] += people
