"""Which tandem somebody means who writes to us of their own accord; none where that is not sure.

What counts: the conversation in which they wrote before, and what only one tandem has: its name in
public, its short name, its link, an address of a post of it.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlmodel import Session, col, select

from orchestrator import people
from orchestrator.keys import CampaignKey
from orchestrator.model import Person, Post, Reply, Tandem
from orchestrator.ports import Heard
from orchestrator.unsaid.ordinary import ORDINARY
from orchestrator.unsaid.spelling import PLAIN, spoken, words
from orchestrator.vocabulary import Show

_SHORTEST = 3
# Each begins where a word does, so that no long text takes long.
_ADDRESS = re.compile(r"(?<![\w.-])([\w.-]{1,253}\.[a-z]{2,24}/[^\s<>\"')\]]+)", re.IGNORECASE)
_TAG = re.compile(r"#(\w+)")
_SLUG = re.compile(r"(?<![\w-])[a-z0-9]++(?:-[a-z0-9]++)+(?![\w-])")


@dataclass(frozen=True)
class Place:
    """Where a reply belongs."""

    post_id: int | None = None
    tandem_id: int | None = None


NOWHERE = Place()


class Whose:
    """The tandems of a campaign, as strangers tell them apart; read once, when first asked."""

    def __init__(self, session: Session, key: CampaignKey, campaign_id: int, network: str) -> None:
        self._session, self._key = session, key
        self._campaign_id, self._network = campaign_id, network

    def earlier(self, heard: Iterable[Heard]) -> defaultdict[str, set[Place]]:
        """Where these messages' conversations led so far; see :func:`shared`."""
        found: defaultdict[str, set[Place]] = defaultdict(set)
        wanted = {each.conversation for each in heard if each.conversation}
        if not wanted:
            return found
        rows = self._session.exec(
            select(Reply.conversation, Reply.post_id, Reply.tandem_id).where(
                Reply.campaign_id == self._campaign_id,
                Reply.network == self._network,
                col(Reply.conversation).in_(wanted),
                col(Reply.tandem_id).is_not(None),
            )
        ).all()
        for conversation, post_id, tandem_id in rows:
            found[str(conversation)].add(Place(post_id, tandem_id))
        return found

    def of(self, heard: Heard) -> Place:
        """By its words alone."""
        posts = {place for path in _paths(heard.text) if (place := self._posts.get(path))}
        if len(posts) == 1:
            return next(iter(posts))
        tandems = {place.tandem_id for place in posts} | set(self._named(heard))
        return Place(tandem_id=next(iter(tandems))) if len(tandems) == 1 else NOWHERE

    def _named(self, heard: Heard) -> Iterator[int]:
        said, author = f" {spoken(heard.text)} ", f" {spoken(heard.author)} "
        for name, tandem_id in self._names.items():
            # Whoever has the same name may have signed with it.
            if f" {name} " in said and f" {name} " not in author:
                yield tandem_id
        text = heard.text.lower()
        marks = {f"#{tag}" for tag in _TAG.findall(text)} | {*_SLUG.findall(text), *_paths(text)}
        yield from (self._marks[mark] for mark in marks & self._marks.keys())

    @cached_property
    def _tandems(self) -> Sequence[Tandem]:
        return self._session.exec(
            select(Tandem).where(
                Tandem.campaign_id == self._campaign_id, col(Tandem.erased_at).is_(None)
            )
        ).all()

    @cached_property
    def _names(self) -> dict[str, int]:
        """Names in public that one tandem has, and no other one as a part of its own."""
        names = [(_bare(self._public_name(each)), each.id) for each in self._tandems]
        parts: dict[str, set[int]] = defaultdict(set)
        for name, tandem_id in names:
            for part in name.split():
                parts[part].add(tandem_id)
        return {
            name: tandem_id
            for name, tandem_id in names
            if len(name) >= _SHORTEST
            and name not in ORDINARY
            and set.intersection(*(parts[part] for part in name.split())) == {tandem_id}
        }

    def _public_name(self, tandem: Tandem) -> str:
        if tandem.show is None:
            return ""
        if tandem.show in (Show.ALIAS, Show.REGION):
            return tandem.public_name
        person = self._session.get(Person, tandem.refugee_id)
        return people.fields(self._session, self._key, person).get("name") or tandem.public_name

    @cached_property
    def _marks(self) -> dict[str, int]:
        """Short names, the same as hashtags, and links, that one tandem has."""
        owners: dict[str, set[int]] = defaultdict(set)
        for each in self._tandems:
            for mark in _marks_of(each):
                owners[mark].add(each.id)
        return {mark: next(iter(ids)) for mark, ids in owners.items() if len(ids) == 1}

    @cached_property
    def _posts(self) -> dict[str, Place]:
        rows = self._session.exec(
            select(Post.permalink, Post.id, Post.tandem_id).where(
                Post.campaign_id == self._campaign_id,
                Post.network == self._network,
                col(Post.permalink).is_not(None),
            )
        ).all()
        return {
            path: Place(post_id, tandem_id)
            for address, post_id, tandem_id in rows
            for path in _paths(str(address))
        }


def _bare(name: str) -> str:
    return " ".join(words(name, PLAIN))


def shared(places: Collection[Place]) -> Place:
    """The one place to which all of these lead; where they differ, none."""
    posts, tandems = {each.post_id for each in places}, {each.tandem_id for each in places}
    if len(tandems) != 1:
        return NOWHERE
    return Place(posts.pop() if len(posts) == 1 else None, tandems.pop())


def _marks_of(tandem: Tandem) -> Iterator[str]:
    yield f"#{tandem.slug.replace('-', '')}"
    if "-" in tandem.slug:
        yield tandem.slug
    yield from _paths(tandem.link)


def _paths(text: str) -> Iterator[str]:
    """The addresses in a text that lead further than to somebody's front page."""
    for found in _ADDRESS.finditer(text):
        yield found[1].lower().removeprefix("www.").rstrip("/.,;:!?")
