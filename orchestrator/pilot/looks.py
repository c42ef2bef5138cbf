"""One look at a pilot: when it is time for it, whether the pilot ends now, and what is kept of it.

A scheduler passes twice a minute, and a figure comes hours late: a pilot is looked at now and then
only, whoever passes. A stop is seen to at once, and after that as seldom.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.model import Pilot
from orchestrator.pilot.posts import Trial, change, look_at, trials
from orchestrator.ports import Network
from orchestrator.shift import Shift, Tally

# Longer than a platform takes to show what it accepted.
_PAUSE = timedelta(minutes=15)
# A figure may come a day late; after that the posts go without.
_PATIENCE = timedelta(hours=24)
# Whoever began it, and was interrupted, may go on for so long.
_MAY_GO_ON = timedelta(hours=1)


@dataclass
class Look:
    """``end``: how the pilot ends now, None while it goes on; ``stopped``: since when it is."""

    shift: Shift
    tally: Tally
    network: Network
    pilot_id: int
    stopped: datetime | None
    due: bool
    late: bool
    end: str | None
    posts: dict[str, Trial]

    @property
    def is_time(self) -> bool:
        """Whether there is something to ask, and not asked a short time ago."""
        there = [each for each in self.posts.values() if each.is_there]
        if not there:
            return self.due or self.end is not None
        asks = self.due or self.end or any(each.live is None for each in there)
        return bool(asks) and not all(map(self._rests, there))

    def _rests(self, post: Trial) -> bool:
        at, now = post.looked_at, self.shift.now
        if at is None or (self.stopped and at <= self.stopped):
            return False
        # A look that is yet to come was noted by a clock that was wrong.
        return timedelta() <= now - at < _PAUSE

    def begin(self) -> bool:
        """Write down that it is looked at now; False where another program was quicker."""
        posts = look_at(self.shift, self.pilot_id, self.posts)
        self.posts = posts or self.posts
        return posts is not None

    def change(self, kind: str, **values: object) -> Trial:
        """Write down what became of a post, unless somebody was quicker."""
        seen = self.posts[kind]
        self.posts[kind] = change(self.shift, self.pilot_id, kind, seen=seen, **values)
        return self.posts[kind]


def look_of(
    shift: Shift, tally: Tally, network: Network, pilot: Pilot, stopped: datetime | None
) -> Look:
    """How a pilot stands now."""
    posts = {each.kind: each for each in trials(pilot)}
    unsent = any(each.sent_at is None and not each.deleted for each in posts.values())
    refused = any(each.refused for each in posts.values())
    broken = refused or (unsent and shift.now - pilot.started_at >= _MAY_GO_ON)
    end = "stopped" if stopped else "broken_off" if broken else None
    due = shift.now >= pilot.due_at and not unsent
    late = shift.now >= pilot.due_at + _PATIENCE
    return Look(shift, tally, network, pilot.id, stopped, due, late, end, posts)
