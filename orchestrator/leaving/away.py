"""What networks have of a tandem that leaves comes away at once, as far as they confirm it.

Whatever they do not confirm now is tried again by every pass, and by the same command.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlmodel import select

from orchestrator.bill import book
from orchestrator.decide.unclear import look_for
from orchestrator.discarding import discard, stays
from orchestrator.due import recover
from orchestrator.ending import until_of, why_down
from orchestrator.handover import attend
from orchestrator.hiding import hide
from orchestrator.i18n import _
from orchestrator.inbox.words import source_word
from orchestrator.leaving.look import kind_of, posts_of
from orchestrator.model import Consent, Post, Tandem
from orchestrator.removal import remove
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import PostState, TandemState

# So long somebody at a terminal waits; posts in flight end within it, or their worker is dead.
PATIENCE = timedelta(seconds=25)
# Seconds before the second try, the third, and so on to the last.
_PAUSES = (0.5, 1.0, 2.0, 4.0, 4.0, 4.0, 4.0)
_NOT_LIVE_YET = ("sending", "unclear", "held")


@dataclass(frozen=True)
class Left:
    """A post that is, or may be, still on its network, and why."""

    post: Post
    why: str


@dataclass(frozen=True)
class Away:
    """What became of a tandem's posts: their numbers, and what a network still has.

    ``unseen``: until when networks have files that were brought for posts which will not come.
    """

    called_back: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    unseen: dict[str, datetime] = field(default_factory=dict)


def bring(
    shift: Shift,
    tally: Tally,
    tandem_id: int,
    wait: Callable[[float], object] = time.sleep,
    networks: Collection[str] | None = None,
) -> Away:
    """Bring everything away that has to be; ``wait`` lets seconds pass between two tries.

    ``networks``: a person only waits for what these have.
    """
    end, stopped = shift.machine.now() + PATIENCE, shift.stopped
    shift = replace(shift, stopped=lambda: stopped() or shift.machine.now() >= end)

    def still() -> list[Post]:
        return standing(shift, tandem_id, networks)

    left = still()
    seen = {post.id for post in left}
    for number, pause in enumerate((0.0, *_PAUSES)):
        if number:
            wait(pause)
        if not left or shift.stopped():
            break
        again = _round(shift, tally, tandem_id, still, first=not number)
        left = still()
        if not again or all(post.state is PostState.UNKNOWN for post in left):
            break
    if left:
        _put_out_of_sight(shift, tally, tandem_id)
    discard(shift, tally, {tandem_id})
    unseen = stays(shift, {tandem_id})
    away = _sorted(shift, tally, seen, still())
    away.unseen.update({n: end for n, end in unseen.items() if networks is None or n in networks})
    return away


def standing(shift: Shift, tandem_id: int, networks: Collection[str] | None = None) -> list[Post]:
    """The posts of the tandem that a network (of these) has or may have, and must not."""
    until = until_of(shift.settings.campaign, shift.now)
    with shift.store.reading() as session:
        tandem = session.get_one(Tandem, tandem_id)
        of_them = select(Consent).where(Consent.person_id == tandem.refugee_id)
        consents = session.exec(of_them).all()

        def must_not(post: Post) -> bool:
            kind = kind_of(post)
            why = why_down(post, tandem, consents, until.today, until.last_day)
            if kind not in _NOT_LIVE_YET:
                return kind == "published" and why is not None
            if why or tandem.state is not TandemState.ACTIVE:
                return True
            # What was sent before its time was handed over: it goes live by itself.
            return not post.approved_digest and (kind == "held" or post.due_at > shift.now)

        posts = [post for post in posts_of(session, tandem_id) if must_not(post)]
    return [post for post in posts if networks is None or post.network in networks]


def _round(
    shift: Shift, tally: Tally, tandem_id: int, still: Callable[[], list[Post]], *, first: bool
) -> bool:
    """Try it once; whether trying again in a moment may help."""
    own, shift = Tally(), replace(shift, benched={})
    try:
        recover(shift)
        posts = still()
        if first:
            look_for(shift, own, posts)
        attend(shift, own, [post.id for post in posts if post.handed_digest is not None])
        remove(shift, own, {tandem_id})
    finally:
        book(shift)
        tally.add(own)
    return not own.needs_person


def _put_out_of_sight(shift: Shift, tally: Tally, tandem_id: int) -> None:
    """What no network deletes is at least hidden, where that can be done."""
    try:
        hide(shift, tally, {tandem_id})
    finally:
        book(shift)


def _sorted(shift: Shift, tally: Tally, seen: set[int], left: list[Post]) -> Away:
    away, still = Away(), {post.id for post in left}
    with shift.store.reading() as session:
        gone = [session.get_one(Post, number) for number in sorted(seen - still)]
    for post in gone:
        down = post.state is PostState.WITHDRAWN
        (away.removed if down else away.called_back).append(post.id)
    away.left.extend(Left(post, _why(shift, post, tally.troubles)) for post in left)
    return away


def _why(shift: Shift, post: Post, troubles: Mapping[str, str]) -> str:
    if post.network not in shift.networks:
        return _("{network} is off; without its credentials nobody can delete it from here").format(
            network=source_word(post.network, "")
        )
    if post.state is PostState.SENDING:
        return _("it is being sent at this moment")
    if post.state is PostState.UNKNOWN:
        return _("nobody knows yet whether it is live; it is looked for")
    trouble = troubles.get(post.network) or _("the network was not reached in time")
    if post.state is not PostState.PUBLISHED:
        return _("it is held there unseen, and was not given back yet: {why}").format(why=trouble)
    return (post.removal_at and post.error) or trouble
