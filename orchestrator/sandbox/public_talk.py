"""The conversation under a post: who says what, when, to whom, and who thinks better of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from orchestrator.sandbox.public_crowd import Crowd
from orchestrator.sandbox.public_deck import Dealt, Deck, Place
from orchestrator.sandbox.public_reach import Course, number_of
from orchestrator.sandbox.public_reading import Reading, reading
from orchestrator.sandbox.public_replies import Line
from orchestrator.sandbox.public_said import Member, Said, Shown
from orchestrator.sandbox.public_turns import Turn, Turns

# Which language the public writes, by the language of the post.
WRITES = {
    "de": {"de": 90, "en": 6, "ar": 4},
    "en": {"de": 40, "en": 52, "ar": 8},
    "ar": {"de": 30, "en": 12, "ar": 58},
}
DELETED = {"abuse": 0.16, "spam": 0.14}
ELSE_DELETED = 0.03
DEEPEST = 2
# What gets so many times the answers of anything else: abuse, and what is an answer itself.
PROVOKES = 3
LIVELY = 4
VIEWERS_EACH = 25  # so many people at least have seen a post for each one who speaks


class Talk:
    """All conversations of one network."""

    def __init__(self, seed: int, network: str, deck: Deck) -> None:
        self._seed = seed
        self._crowd = Crowd(seed, network)
        self._turns = Turns(seed, network)
        self._deck = deck

    def under(self, post: Shown, viewers: int, course: Course) -> tuple[Said, ...]:
        """All that is said under this post, by time."""
        turns = self._turns.under(number_of(post.key))[: viewers // VIEWERS_EACH]
        read = reading(post.text, self._deck.stems)
        thread = _Thread(self._seed, post, course, self._crowd, self._deck, read)
        # Nobody can answer before somebody has spoken.
        for turn in sorted(turns, key=lambda turn: turn.nested):
            thread.take(turn)
        return tuple(_in_order(thread.said))


class _Thread:
    """A conversation as it grows; `key` is the place in `said` until it is put in order."""

    def __init__(
        self, seed: int, post: Shown, course: Course, crowd: Crowd, deck: Deck, read: Reading
    ) -> None:
        self._seed, self._post, self._course = seed, post, course
        self._crowd, self._deck, self._read = crowd, deck, read
        self.said: list[Said] = []
        self._depths: list[int] = []
        self._lines: set[str] = set()

    def take(self, turn: Turn) -> None:
        """Let one more person speak."""
        post = self._post
        chance = Random(f"{self._seed} {post.network} {post.key} says {turn.number}")
        language = _drawn(WRITES[self._read.language], chance)
        parent = self._answered(chance) if turn.nested else None
        place = Place(turn, post.network, language, parent is not None, self._read, self._lines)
        dealt = self._deck.deal(place, chance)
        if dealt is None:
            return
        author = self._author(dealt.line, parent, chance)
        said = _say(len(self.said), author, self._time(parent, chance), dealt, parent, chance)
        self._depths.append(0 if parent is None else self._depths[parent.key] + 1)
        self._lines.add(dealt.line.id)
        self.said.append(said)

    def _answered(self, chance: Random) -> Said | None:
        open_ones = [said for said in self.said if self._depths[said.key] < DEEPEST]
        if not open_ones:
            return None
        weights = [
            (PROVOKES if said.label == "abuse" else 1) * (1 if said.parent is None else LIVELY)
            for said in open_ones
        ]
        return chance.choices(open_ones, weights)[0]

    def _author(self, line: Line, parent: Said | None, chance: Random) -> Member:
        """In a conversation, often somebody who has spoken already; nobody answers themselves."""
        anybody = self._crowd.someone(chance, line.language)
        if parent is None:
            return anybody
        known = [
            said.author
            for said in self.said
            if said.language == line.language and said.author != parent.author
        ]
        return chance.choice(known) if known and chance.random() < 0.4 else anybody

    def _time(self, parent: Said | None, chance: Random) -> datetime:
        moment = timedelta(seconds=chance.uniform(20, 240))
        if parent is None:
            return self._course.when(chance.random() * 0.985) + moment
        since = self._course.at(parent.at)
        # An answer comes soon after, while people are awake.
        later = self._course.when(since + (1 - since) * 0.6 * chance.random() ** 2)
        return max(parent.at, later) + moment


def _say(
    key: int, author: Member, at: datetime, dealt: Dealt, parent: Said | None, chance: Random
) -> Said:
    line = dealt.line
    edited = at + timedelta(minutes=chance.lognormvariate(3.5, 1.2) + 1)
    gone = (edited if dealt.later else at) + timedelta(minutes=chance.lognormvariate(5.5, 1.8) + 2)
    return Said(
        key=key,
        author=author,
        at=at.replace(microsecond=0),
        text=dealt.text,
        label=line.label,
        language=line.language,
        parent=None if parent is None else parent.key,
        picture=line.kind == "picture" or not dealt.text,
        mentions=chance.random() < (0.93 if parent is None else 0.5),
        edited_at=edited.replace(microsecond=0) if dealt.later else None,
        edited_text=dealt.later,
        deleted_at=gone.replace(microsecond=0)
        if chance.random() < DELETED.get(line.label, ELSE_DELETED)
        else None,
    )


def _in_order(said: Sequence[Said]) -> Iterator[Said]:
    by_time = sorted(said, key=lambda each: (each.at, each.key))
    keys = {each.key: number for number, each in enumerate(by_time, 1)}
    for each in by_time:
        parent = None if each.parent is None else keys[each.parent]
        yield replace(each, key=keys[each.key], parent=parent)


def _drawn(weights: dict[str, int], chance: Random) -> str:
    return chance.choices([*weights], [*weights.values()])[0]
