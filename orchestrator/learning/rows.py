"""Corrections in the database: kept, recalled, and the replies of which they tell something."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Engine
from sqlmodel import Session, col, delete, func, select

from orchestrator.keys import CampaignKey
from orchestrator.learning.lessons import NEARLY, Learnt, Taught
from orchestrator.learning.shapes import FEWEST, Shaper, plain, unpacked
from orchestrator.model import Correction, Reply
from orchestrator.vocabulary import WAITING, Label

# The last recollection of each database: replies are written in lots, which need the same one.
_RECALLED: WeakKeyDictionary[Engine, tuple[object, Learnt]] = WeakKeyDictionary()
# Of as many replies at a time the words are looked at.
_LOT = 5000
# A stored text may be longer than its plain spelling by punctuation, names called and stretched
# letters, and shorter where its umlauts count twice.
_LONGER, _SHORTER = 4, 0.5
# Of its longest words a copy has some as they stand; only such a text is looked at closely.
_PROBES, _OF = 8, 4


def remember(
    session: Session, key: CampaignKey, reply: Reply, label: Label, now: datetime, actor: str
) -> None:
    """Keep that ``actor`` says a reply is ``label``; a newer word of theirs replaces it.

    To be called before the reply's own label is changed. What has no words teaches nothing, and is
    kept all the same.
    """
    shape = Shaper(key).shape(reply.text)
    known = session.exec(select(Correction).where(Correction.reply_id == reply.id)).one_or_none()
    packed = shape.packed() if shape else b""
    if known is None:
        session.add(
            Correction(
                campaign_id=reply.campaign_id, reply_id=reply.id, shape=packed,
                was=reply.label, label=label, by=actor, at=now,
            )
        )  # fmt: skip
    else:
        known.was, known.label, known.by, known.at = reply.label, label, actor, now
        # Words that are gone by now were those that were corrected before.
        known.shape = packed or known.shape
    session.flush()


def recall(session: Session, key: CampaignKey, campaign_id: int) -> Learnt:
    """Everything that people corrected; read again only when there is anything new."""
    told = _told(session, campaign_id)
    if not told:
        return Learnt(Shaper(key))
    engine = session.connection().engine
    mark = (campaign_id, key.fingerprint, tuple(told))
    held = _RECALLED.get(engine)
    if held is None or held[0] != mark:
        held = mark, Learnt(Shaper(key), _taught(session, campaign_id))
        _RECALLED[engine] = held
    return held[1]


def _told(session: Session, campaign_id: int) -> Sequence[tuple[Any, ...]]:
    rows = session.exec(
        select(Correction.id, Correction.label, Correction.at)
        .where(Correction.campaign_id == campaign_id)
        .order_by(col(Correction.id))
    ).all()
    return [tuple(each) for each in rows]


def _taught(session: Session, campaign_id: int) -> Iterator[Taught]:
    rows = session.exec(select(Correction).where(Correction.campaign_id == campaign_id)).all()
    for row in rows:
        if shape := unpacked(row.shape):
            yield Taught(shape, row.label, row.at, row.id)


def forget_of(session: Session, reply: Reply) -> None:
    """Let go of what was learnt from a reply whose sender is erased."""
    session.exec(delete(Correction).where(col(Correction.reply_id) == reply.id))


def to_sort_again(session: Session, reply: Reply) -> Sequence[Reply]:
    """The replies with nearly the same words that wait for somebody, and that no person labelled.

    Compared in the open: the words are here. A hundred thousand replies take about a second.
    """
    said, probes = plain(reply.text), _probes(reply.text)
    if not said.whole:
        return []
    near = [
        number
        for number, text in _in_question(session, reply, len(said.running))
        if _may_be_near(probes, text) and _is_near(said.words, said.grams, text)
    ]
    rows = (
        session.exec(select(Reply).where(col(Reply.id).in_(near[at : at + _LOT]))).all()
        for at in range(0, len(near), _LOT)
    )
    return sorted((each for lot in rows for each in lot), key=lambda each: each.id)


def _in_question(session: Session, reply: Reply, length: int) -> Iterator[tuple[int, str]]:
    columns: Any = (Reply.id, Reply.text)
    statement: Any = select(*columns).where(
        Reply.campaign_id == reply.campaign_id,
        Reply.id != reply.id,
        col(Reply.labelled_by).is_(None),
        col(Reply.taken_by).is_(None),
        col(Reply.status).in_(WAITING),
        col(Reply.deleted_at).is_(None),
        col(Reply.forgotten_at).is_(None),
        func.length(col(Reply.text)).between(int(length * _SHORTER), (length + 40) * _LONGER),
    )
    options = {"yield_per": _LOT}
    for row in session.connection().execute(statement, execution_options=options):
        yield int(row[0]), str(row[1])


def _probes(text: str) -> list[str]:
    words = {*re.findall(r"\w+", text.lower())}
    return sorted(words, key=lambda word: (-len(word), word))[:_PROBES]


def _may_be_near(probes: Sequence[str], text: str) -> bool:
    lowered = text.lower()
    return _OF * sum(probe in lowered for probe in probes) >= len(probes)


def _is_near(words: frozenset[str], grams: frozenset[str], text: str) -> bool:
    other = plain(text)
    if other.words == words:
        return True
    if min(len(grams), len(other.grams)) < FEWEST:
        return False
    return len(grams & other.grams) >= NEARLY * len(grams | other.grams)
