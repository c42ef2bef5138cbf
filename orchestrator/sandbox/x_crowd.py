"""The people who answer on X: the sandbox's public, and those whom a test or rehearsal places."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from orchestrator.sandbox.graph_cities import atlas, fold
from orchestrator.sandbox.public import Member, Public, Said, Shown, Written
from orchestrator.sandbox.public_reading import reading
from orchestrator.sandbox.x_store import Account, Post, Store, Truth
from orchestrator.sandbox.x_text import taken


@dataclass(frozen=True)
class Utterance:
    """Something that somebody says on X; without a `parent`, of their own accord.

    `names`: it says our account's name, which X puts before an answer unless its author removes it.
    """

    author: Account
    at: datetime
    words: str
    parent: Post | None
    names: bool = True
    picture: bool = False
    label: str = "other"
    language: str = "und"
    edited_at: datetime | None = None
    edited_words: str = ""
    deleted_at: datetime | None = None


@dataclass
class Crowd:
    """Brings what people say to X, each at its time."""

    store: Store
    public: Public | None = None
    _met: int = field(default=0)

    def meet(self, post: Post, receive: Callable[[Account, Written], None] | None = None) -> None:
        """Let the public come across a post of the campaign's account; ``receive`` gets letters."""
        if self.public is None or post.author is not self.store.owner or post.parent:
            return
        self._met += 1
        shown = Shown("x", str(self._met), post.text, post.created_at, people_near(post.text))
        post.response = self.public.response(shown)
        heard: dict[int, Post] = {}
        for said in post.response.said:
            parent = post if said.parent is None else heard[said.parent]
            heard[said.key] = self.say(_uttered(said, self._account(said.author), parent))
        if receive:
            for letter in self.public.letters(shown):
                receive(self._account(letter.author), letter)

    def say(self, what: Utterance) -> Post:
        """Put it where it will be read, in both versions if it is edited later."""
        author = self.store.accounts.setdefault(what.author.id, what.author)
        # X itself puts the names before an answer; whoever speaks to us of their own types ours.
        names = "".join(f"@{name} " for name in self._names(what))
        named, words = (names, what.words) if what.parent else ("", names + what.words)
        post = self.store.add(author, named + taken(words), {}, what.parent, what.at)
        post.named, post.picture = named, what.picture
        post.truth = Truth(what.label, what.language, taken(words))
        if what.edited_at:
            self.edit(post, what.edited_at, what.edited_words)
        post.deleted_at = what.deleted_at
        return post

    def edit(self, post: Post, at: datetime, words: str) -> None:
        """Let a post read otherwise from a time on."""
        later = self.store.add(post.author, post.named + taken(words), {}, post.parent, at)
        later.named, later.picture = post.named, post.picture
        if post.truth:
            later.truth = replace(post.truth, words=taken(words))
        post.edit(later)

    def _names(self, what: Utterance) -> Iterator[str]:
        asked = what.parent.author if what.parent else None
        if asked and asked.id not in (self.store.owner.id, what.author.id):
            yield asked.username
        if what.names:
            yield self.store.owner.username

    def _account(self, member: Member) -> Account:
        known = self.store.accounts.get(member.id)
        if known is None:
            known = Account(member.id, member.handle, member.name, protected=member.private)
            self.store.accounts[member.id] = known
        return known


def people_near(text: str) -> int:
    """How many live in the town that a post names; 0 where it names none that is known."""
    town = reading(text, ()).town
    if not town:
        return 0
    named = (city for city in atlas().cities_from(town) if fold(city.name) == fold(town))
    return max((city.people for city in named), default=0)


def _uttered(said: Said, author: Account, parent: Post) -> Utterance:
    return Utterance(
        author=author,
        at=said.at,
        words=said.text,
        parent=parent,
        names=said.mentions,
        picture=said.picture,
        label=said.label,
        language=said.language,
        edited_at=said.edited_at,
        edited_words=said.edited_text,
        deleted_at=said.deleted_at,
    )
