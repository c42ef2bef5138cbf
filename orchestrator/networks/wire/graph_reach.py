"""The figures of a page's posts: insights, and the counters that anybody sees.

A film stands in a post as well, whose number we keep; it is read like any other. Unverified live:
that a film's post has these metrics, which its own edge ``video_insights`` counts otherwise.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from orchestrator.networks.wire.answer import as_object, whole
from orchestrator.networks.wire.graph import BATCH_SIZE
from orchestrator.networks.wire.graph_asking import Asking, Outcome, Refused
from orchestrator.networks.wire.graph_metrics import COUNTERS, INSIGHTS, METRICS
from orchestrator.ports import Unavailable


class Counting:
    """One reading of the figures of some posts. `dead` grows by the metrics that vanished."""

    def __init__(self, asking: Asking, page_id: str, dead: set[str]) -> None:
        self._asking, self._page_id, self._dead = asking, page_id, dead
        self.figures: dict[str, dict[str, int]] = {}
        self.outcomes: dict[str, Outcome] = {}
        self._told: list[Outcome] = []

    @property
    def gone(self) -> list[str]:
        """The posts of which the platform says that there are none."""
        found = self.outcomes.items()
        return [post for post, each in found if isinstance(each, Refused) and each.gone]

    def read(self, posts: Sequence[str]) -> None:
        """Read the counters of these posts, and the insights of those that are there."""
        self._read_counters(posts, ",".join(COUNTERS.values()))
        lacking = [post for post in posts if _unpermitted(self.outcomes[post])]
        if lacking:  # the number of shares needs less of a permission
            self._read_counters(lacking, COUNTERS["shares"])
        gone = set(self.gone)
        there = [post for post in posts if post not in gone]
        for start in range(0, len(there), BATCH_SIZE):
            self._read_insights(there[start : start + BATCH_SIZE])

    def _read_counters(self, posts: Sequence[str], fields: str) -> None:
        reads = [(post, {"fields": f"id,{fields}"}) for post in posts]
        for post, outcome in zip(posts, self._asking.all(reads), strict=True):
            self.outcomes[post] = outcome
            if not isinstance(outcome, Refused):
                self._keep(post, _counted(outcome, post))

    def _read_insights(self, posts: Sequence[str]) -> None:
        """All metrics at once; where one that is dead refuses them all, again without it."""
        metrics = self._living()
        if not metrics:
            return
        outcomes = dict(zip(posts, self._ask(posts, metrics), strict=True))
        stuck = [post for post, each in outcomes.items() if _no_metric(each)]
        if stuck and self._bury(stuck[0], metrics):
            again = self._living()
            outcomes |= dict(zip(stuck, self._ask(stuck, again), strict=True)) if again else {}
        self._told += outcomes.values()
        for post, outcome in outcomes.items():
            if not isinstance(outcome, Refused):
                self._keep(post, _values(outcome))

    def _living(self) -> list[str]:
        return [metric for metric in INSIGHTS if metric not in self._dead]

    def _ask(self, posts: Sequence[str], metrics: Sequence[str]) -> list[Outcome]:
        params = {"metric": list(metrics), "period": "lifetime"}
        return self._asking.all([(f"{post}/insights", params) for post in posts])

    def _bury(self, post: str, metrics: Sequence[str]) -> bool:
        """Find out which of the metrics are dead; whether any is."""
        reads = [(f"{post}/insights", {"metric": [m], "period": "lifetime"}) for m in metrics]
        outcomes = zip(metrics, self._asking.all(reads), strict=True)
        dead = {metric for metric, outcome in outcomes if _no_metric(outcome)}
        self._dead |= dead
        return bool(dead)

    def _keep(self, post: str, figures: Mapping[str, int]) -> None:
        if figures:
            self.figures.setdefault(post, {}).update(figures)

    def unavailable(self) -> dict[str, Unavailable]:
        """The metrics that no post has, and why; those left out could not be read at all."""
        given = {metric for figures in self.figures.values() for metric in figures}
        missing = dict.fromkeys(self._dead, Unavailable.VANISHED)
        if absent := [metric for metric in self._living() if metric not in given]:
            why = self._why_no_insights()
            missing |= {metric: why for metric in absent if why}
        if any(not isinstance(outcome, Refused) for outcome in self.outcomes.values()):
            # The platform leaves out what a token may not see.
            unseen = [metric for metric in COUNTERS if metric not in given]
            missing |= dict.fromkeys(unseen, Unavailable.NOT_PERMITTED)
        return missing

    def _why_no_insights(self) -> Unavailable | None:
        if any(not isinstance(outcome, Refused) for outcome in self._told):
            return Unavailable.FEW_LIKES if self._has_few_likes() else Unavailable.NOT_YET
        unpermitted = any(_unpermitted(outcome) for outcome in self._told)
        return Unavailable.NOT_PERMITTED if unpermitted else None

    def _has_few_likes(self) -> bool:
        [page] = self._asking.all([(self._page_id, {"fields": "fan_count"})])
        fans = None if isinstance(page, Refused) else page.get("fan_count")
        return (likes := whole(fans)) is not None and likes < METRICS.least_likes


def _unpermitted(outcome: Outcome) -> bool:
    return isinstance(outcome, Refused) and outcome.unpermitted


def _no_metric(outcome: Outcome) -> bool:
    return isinstance(outcome, Refused) and outcome.no_metric


def _counted(answer: Mapping[str, Any], post: str) -> dict[str, int]:
    if answer.get("id") != post:
        return {}
    totals = {name: as_object(answer.get(name)).get("summary") for name in COUNTERS}
    counts = {name: as_object(summary).get("total_count") for name, summary in totals.items()}
    # A post that nobody shared has no such field.
    shared = answer.get("shares", {"count": 0})
    return _whole(counts | {"shares": as_object(shared).get("count")})


def _values(answer: Mapping[str, Any]) -> dict[str, int]:
    listed = answer.get("data")
    entries = [as_object(each) for each in listed] if isinstance(listed, list) else []
    return _whole({str(entry.get("name")): _last(entry) for entry in entries})


def _last(entry: Mapping[str, Any]) -> object:
    values = entry.get("values")
    return as_object(values[-1]).get("value") if isinstance(values, list) and values else None


def _whole(counts: Mapping[str, object]) -> dict[str, int]:
    """The figures among these; whatever is no number is not told."""
    figures = {name: whole(count) for name, count in counts.items()}
    return {name: count for name, count in figures.items() if count is not None}
