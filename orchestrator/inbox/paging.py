"""Replies as the database finds, sorts and counts them: 100,000 of them need not be loaded.

Offers first, then tips and questions; within each label what came first (see ``RANK``).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import sqlalchemy
from sqlalchemy import ColumnElement, String, and_, case, cast, false, not_, or_, true, type_coerce
from sqlmodel import Session, col, func, select

from orchestrator.model import Reply
from orchestrator.vocabulary import RANK, WAITING, Label

Counts = Mapping[Label, int]
_NONE: Counts = MappingProxyType({})
# So many say the very same before the others fold under the first; so many texts at the most, the
# most frequent ones.
_WAVE, _WAVES = 5, 50


@dataclass(frozen=True)
class Wave:
    """The same words about the same person from many people; ``first``: the one that is shown.

    ``contacts``: as they are stored, since two employers with one sentence are two offers.
    """

    label: Label
    tandem_id: int | None
    text: str
    contacts: str
    first: int
    count: int


@dataclass(frozen=True)
class Wish:
    """Which replies somebody wants to see; ``everything`` also those that are folded away.

    ``waves``: see :func:`with_waves`.
    """

    label: Label | None = None
    network: str | None = None
    tandem_id: int | None = None
    waiting: bool = False
    everything: bool = False
    waves: tuple[Wave, ...] = ()

    @property
    def others(self) -> dict[int, int]:
        """How many more say the same, by the reply that stands for them."""
        return {each.first: each.count - 1 for each in self.waves}


def is_original() -> ColumnElement[bool]:
    """Nobody has finished it, its words are still there, and it is no repetition."""
    return and_(
        col(Reply.status).in_(WAITING),
        col(Reply.deleted_at).is_(None),
        col(Reply.forgotten_at).is_(None),
        col(Reply.duplicate_of).is_(None),
    )


def with_waves(session: Session, campaign_id: int, wish: Wish) -> Wish:
    """The same wish, with what many people say word for word folded under the first of them.

    They stay replies of their own, each to be taken and answered: only lists are shorter.
    """
    if wish.everything:
        return wish
    same = (col(Reply.label), col(Reply.tandem_id), col(Reply.text), _contacts())
    rows = (
        sqlalchemy.select(*same, func.min(col(Reply.id)), func.count())
        .where(_asked(campaign_id, wish, walk=True), _taken(wish), *_may_fold())
        .group_by(*same)
        .having(func.count() >= _WAVE)
        .order_by(func.count().desc(), func.min(Reply.id))
        .limit(_WAVES)
    )
    found = session.connection().execute(rows).all()
    return replace(wish, waves=tuple(Wave(Label(row[0]), *row[1:]) for row in found))


def _contacts() -> ColumnElement[str]:
    return cast(col(Reply.contact_digests), String)


def _may_fold() -> tuple[ColumnElement[bool], ...]:
    """It has words, and is in nobody's hands."""
    return col(Reply.text) != "", col(Reply.taken_by).is_(None)


def _is_echo(wave: Wave) -> ColumnElement[bool]:
    return and_(
        *_may_fold(),
        col(Reply.label) == wave.label,
        col(Reply.tandem_id).is_not_distinct_from(wave.tandem_id),
        col(Reply.text) == wave.text,
        _contacts() == wave.contacts,
        col(Reply.id) != wave.first,
    )


def replies(
    session: Session,
    campaign_id: int,
    wish: Wish,
    first: int = 0,
    number: int | None = None,
    counts: Counts = _NONE,
) -> list[Reply]:
    """The replies of a wish from place ``first`` on, at most ``number``.

    ``counts``: see :func:`count`; only needed to begin elsewhere than at the top.
    """
    found: list[Reply] = []
    wanted = [_asked(campaign_id, wish), _taken(wish)]
    for label in [wish.label] if wish.label else RANK:
        if first and first >= counts.get(label, 0):
            first -= counts.get(label, 0)
            continue
        # By label and time: so the index has them in their order already.
        rows = select(Reply).where(*wanted, Reply.label == label)
        rows = rows.order_by(col(Reply.received_at), col(Reply.id)).offset(first)
        if number is not None:
            rows = rows.limit(number - len(found))
        found += session.exec(rows).all()
        first = 0
        if len(found) == number:
            break
    return found


def count(session: Session, campaign_id: int, wish: Wish) -> dict[Label, int]:
    """How many replies of each label a wish finds."""
    rows = select(Reply.label, func.count()).where(
        _asked(campaign_id, wish, walk=True), _taken(wish)
    )
    return {Label(label): n for label, n in session.exec(rows.group_by(col(Reply.label))).all()}


def any_came(session: Session, campaign_id: int) -> bool:
    """Whether the campaign has any reply."""
    rows = select(Reply.id).where(Reply.campaign_id == campaign_id).limit(1)
    return session.exec(rows).one_or_none() is not None


def place(session: Session, campaign_id: int, wish: Wish, reply: Reply, counts: Counts) -> int:
    """How many replies of a wish stand above this one, whether or not it is among them."""
    before = sum(counts.get(each, 0) for each in RANK[: RANK.index(reply.label)])
    earlier = or_(
        col(Reply.received_at) < reply.received_at,
        and_(col(Reply.received_at) == reply.received_at, col(Reply.id) < reply.id),
    )
    rows = select(func.count()).where(
        _asked(campaign_id, wish), _taken(wish), Reply.label == reply.label, earlier
    )
    return before + session.exec(rows).one()


def folded(session: Session, campaign_id: int, wish: Wish) -> Counter[str]:
    """Why what a wish leaves out is left out: a label, or a word for its end."""
    why = case(
        (col(Reply.duplicate_of).is_not(None), "duplicate"),
        (col(Reply.deleted_at).is_not(None), "deleted"),
        (col(Reply.forgotten_at).is_not(None), "forgotten"),
        (col(Reply.status).not_in(WAITING), "finished"),
        (and_(col(Reply.taken_by).is_not(None), col(Reply.queue)), "taken"),
        (or_(false(), *map(_is_echo, wish.waves)), "same"),
        else_=type_coerce(col(Reply.label), String),
    )
    rows = select(why, func.count()).where(_asked(campaign_id, wish), not_(_taken(wish)))
    return Counter(dict(session.exec(rows.group_by(why)).all()))


def repetitions(
    session: Session, campaign_id: int, original: int | None = None
) -> dict[int, list[int]]:
    """Which replies say again what another one, or this one, said first."""
    rows = select(Reply.duplicate_of, Reply.id).where(Reply.campaign_id == campaign_id)
    said = col(Reply.duplicate_of)
    rows = rows.where(said.is_not(None) if original is None else said == original)
    found: dict[int, list[int]] = {}
    for first, again in session.exec(rows.order_by(col(Reply.id))).all():
        assert first is not None
        found.setdefault(first, []).append(again)
    return found


def _asked(campaign_id: int, wish: Wish, *, walk: bool = False) -> ColumnElement[bool]:
    """Among which replies; ``walk``: past all of them as they lie, since SQLite would jump from
    row to row in the order of an index, which takes four times as long.
    """
    here = col(Reply.campaign_id)
    asked: list[ColumnElement[bool]] = [(here + 0 if walk else here) == campaign_id]
    if wish.network is not None:
        asked.append(col(Reply.network) == wish.network)
    if wish.tandem_id is not None:
        asked.append(col(Reply.tandem_id) == wish.tandem_id)
    return and_(*asked)


def _taken(wish: Wish) -> ColumnElement[bool]:
    """What is shown; the rest of :func:`_asked` is counted."""
    taken: list[ColumnElement[bool]] = []
    if wish.label:
        taken.append(col(Reply.label) == wish.label)
    if wish.waiting:
        taken += [is_original(), col(Reply.queue).is_(True), col(Reply.taken_by).is_(None)]
    elif not wish.everything:
        taken.append(is_original())
        if wish.label is None:
            taken.append(col(Reply.queue).is_(True))
    taken += [not_(_is_echo(each)) for each in wish.waves]
    return and_(true(), *taken)
