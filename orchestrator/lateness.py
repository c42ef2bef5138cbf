"""When a late post is still worth sending, and how many of them go out at once. Pure rules.

Lateness counts sendable time only. Posts that came due since the last pass are on time for that
rhythm, be it every minute or once a day; what is older is late and goes out a few at a time, and
so does what we made to wait ourselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from schedules.calendar import sendable_time
from schedules.terms import Frame

NEVER = datetime.min.replace(tzinfo=UTC)
# The longest rhythm that counts as one: a daily job that starts a little later than yesterday.
_RHYTHM = timedelta(hours=26)


@dataclass(frozen=True)
class Waiting:
    """A post whose time has come. ``held_at``: when something of ours first made it wait, such as
    the burst limit or a stop. ``lacks``: its pictures are not at the network yet; it may have to
    wait however long, and takes no other post's turn. ``tried_at``: when they were last worked on.
    """

    post_id: int
    due_at: datetime
    held_at: datetime | None
    lacks: bool = False
    tried_at: datetime = NEVER

    @property
    def place(self) -> tuple[bool, datetime, datetime, int]:
        """Oldest first, what lacks something last; of that, what was tried longest ago.

        So pictures that never arrive do not keep the others back with each pass.
        """
        return self.lacks, self.tried_at, self.due_at, self.post_id


@dataclass(frozen=True)
class Verdict:
    """What to do with the due posts now, each list in its order."""

    send: list[int]
    hold: list[int]
    expire: list[int]


def judge(
    due: Sequence[Waiting],
    now: datetime,
    last_pass: datetime | None,
    frame: Frame,
    max_late: timedelta,
    burst: int,
) -> Verdict:
    """Sort due posts into those to send now, to hold for the next pass, and to give up.

    A post that only we held back never expires for it.
    """
    rhythm = max(last_pass, now - _RHYTHM) if last_pass else now - _RHYTHM
    verdict, late = Verdict([], [], []), 0
    for each in sorted(due, key=lambda post: post.place):
        if each.held_at is None and each.due_at > rhythm:
            verdict.send.append(each.post_id)
        elif each.held_at is None and is_too_late(each.due_at, now, frame, max_late):
            verdict.expire.append(each.post_id)
        elif late < burst:
            late += 1
            verdict.send.append(each.post_id)
        else:
            verdict.hold.append(each.post_id)
    return verdict


def is_too_late(due_at: datetime, now: datetime, frame: Frame, max_late: timedelta) -> bool:
    """Whether so much sendable time has gone by since then that nobody wants the post any more."""
    return sendable_time(due_at, now, frame.windows, frame.quiet, frame.zone) > max_late
