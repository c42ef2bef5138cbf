"""The same words from the same person again: each is kept, and counted once.

Two tandems are two offers. What says anything new, or holds another contact, stands for itself.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy
from sqlmodel import Session, col, select

from orchestrator.model import Reply
from orchestrator.replies import Fresh
from orchestrator.vocabulary import RANK, WAITING, Label

NEARLY = 0.8
# What is pasted under every post is one thing, also with a number at its end.
_PASTED = frozenset({Label.SPAM, Label.ABUSE})
# Whoever says a thousand different things is compared with the last of them only.
_LAST = 20
_MOST_READ = 2000
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\ufeff]")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said, as far as it tells whether they say it again."""

    id: int
    plain: str
    label: Label
    tandem_id: int | None
    contacts: frozenset[str]


def said(reply: Reply | Fresh) -> Said:
    """A stored reply as it is compared."""
    return _said(reply.id, reply.text, reply.label, reply.tandem_id, reply.contact_digests)


def _said(
    number: int, text: str, label: Label, tandem_id: int | None, contacts: Collection[str]
) -> Said:
    return Said(number, plain(text), label, tandem_id, frozenset(contacts))


def plain(text: str) -> str:
    """A text without what makes no other text of it: case, white space, what nobody sees."""
    return " ".join(unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold().split())


def again(new: Said, earlier: Said) -> bool:
    """Whether one person, who said ``earlier``, says nothing else with ``new``."""
    if not new.plain or not new.contacts <= earlier.contacts:
        return False
    pasted = new.label in _PASTED and earlier.label in _PASTED
    if not pasted and new.tandem_id not in (None, earlier.tandem_id):
        return False
    if RANK.index(earlier.label) > RANK.index(new.label) and not pasted:
        return False  # an offer is never folded under what was none
    return new.plain == earlier.plain or _nearly(new.plain, earlier.plain, pasted)


def _nearly(new: str, earlier: str, pasted: bool) -> bool:
    mine, theirs = set(re.findall(r"\w+", new)), set(re.findall(r"\w+", earlier))
    if not mine:
        return False
    if pasted:
        return len(mine & theirs) >= NEARLY * len(mine | theirs)
    return mine <= theirs and len(mine) >= NEARLY * len(theirs)


class Echoes:
    """What the authors of some new replies said before, and say among them."""

    def __init__(self, session: Session, campaign_id: int, replies: Sequence[Fresh]) -> None:
        self._newest: dict[str, list[Said]] = defaultdict(list)
        self._same: dict[tuple[str, str], list[Said]] = defaultdict(list)
        authors = {each.author_digest for each in replies if each.author_digest}
        new = {each.id for each in replies}
        for number, author, *rest in _before(session, campaign_id, authors):
            if number not in new:
                self._note(author, _said(number, *rest))

    def first_of(self, reply: Fresh) -> int | None:
        """Which reply this one says again; else it is remembered as the first itself."""
        author = reply.author_digest
        if not author:
            return None
        new = said(reply)
        same = self._same[author, new.plain][-_LAST:]
        for earlier in (*same, *reversed(self._newest[author][-_LAST:])):
            if again(new, earlier):
                return earlier.id
        self._note(author, new)
        return None

    def _note(self, author: str, earlier: Said) -> None:
        self._newest[author].append(earlier)
        self._same[author, earlier.plain].append(earlier)


def _before(session: Session, campaign_id: int, authors: Collection[str]) -> Sequence[Any]:
    """The originals of these authors, oldest first; of very many, the newest."""
    if not authors:
        return []
    columns = (Reply.id, Reply.author_digest, Reply.text, Reply.label, Reply.tandem_id)
    rows = (
        session.connection()
        .execute(
            sqlalchemy.select(*map(col, columns), col(Reply.contact_digests))
            .where(
                col(Reply.campaign_id) == campaign_id,
                col(Reply.author_digest).in_(authors),
                col(Reply.duplicate_of).is_(None),
                col(Reply.deleted_at).is_(None),
                col(Reply.forgotten_at).is_(None),
                col(Reply.status).in_(WAITING),
            )
            .order_by((col(Reply.id) + 0).desc())  # for the bare one SQLite walks through all
            .limit(_MOST_READ)
        )
        .all()
    )
    return rows[::-1]


def part(session: Session, edited: Reply) -> None:
    """After an edit: whoever says something else now stands for themselves, and so do the others.

    Only what one author said twice comes apart: that somebody's call was about the same offer, a
    person found out.
    """
    session.flush()
    if edited.duplicate_of is not None:
        root = session.get_one(Reply, edited.duplicate_of)
        if _of_one(edited, root) and not again(said(edited), said(root)):
            edited.duplicate_of = None
        return
    echoes = session.exec(select(Reply).where(Reply.duplicate_of == edited.id)).all()
    left = [e for e in echoes if _of_one(e, edited) and not again(said(e), said(edited))]
    if left:
        first = min(left, key=lambda each: (each.received_at, each.id))
        for each in left:
            each.duplicate_of = None if each is first else first.id


def _of_one(one: Reply, other: Reply) -> bool:
    return one.author_digest is not None and one.author_digest == other.author_digest
