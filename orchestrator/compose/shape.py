"""Shapes: what a text leaves out where a network is short, and how its parts become one text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from orchestrator.compose.asked import Rules
from orchestrator.compose.turn import Frame, Turn
from orchestrator.sentences import tidy

# What a sum of parts may be wrong by, in the units of the network.
SLACK = 4


@dataclass(frozen=True)
class Shape:
    """Which parts a text has; ``keep`` counts the appeal's sentences from its beginning."""

    keep: int
    call: bool
    contact: bool
    may_work: bool
    hashtag: bool
    link: bool


def shapes(turn: Turn, rules: Rules) -> Iterator[list[Shape]]:
    """What a text may leave out, richest first; inside a group the wording matters more.

    Beside the text (Facebook) the contact always stays. Where space is short, the appeal comes
    before the extras, but one call to action comes before the appeal's last sentence. That
    somebody may work is said beside a closing, never in a paragraph of its own.
    """
    contacts = [turn.contact]
    if turn.contact and rules.link_in_text:
        contacts.append(False)
    tags = [True, False] if turn.hashtag else [False]
    links = [True, False] if turn.link else [False]
    for link, tag in product(links, tags):
        for keep, contact in product(range(len(turn.said), 0, -1), contacts):
            yield [
                Shape(keep, call, contact, may_work, tag, link)
                for call, may_work in product((True, False), (True, False))
                if (call or contact) and (not may_work or (turn.may_work and call))
            ]
        if not contacts[-1]:
            yield [Shape(1, False, False, False, tag, link)]


def within(said: Iterable[str], rules: Rules) -> list[str]:
    """The first sentences of ``said``, as many as can fit; each is counted once, the rest never.

    Empty when even the first is too long.
    """
    kept: list[str] = []
    total = 0
    for each in said:
        total += _at_least(each.strip(), rules) + (1 if kept else 0)
        if total > rules.limit + SLACK:
            break
        kept.append(each)
    return kept


def _at_least(sentence: str, rules: Rules) -> int:
    """The length of a sentence, or of its beginning where that alone is too long.

    A cut between words splits no address, so a beginning is never longer than the whole.
    """
    head = sentence[: 2 * rules.limit].rpartition(" ")[0] if len(sentence) > 2 * rules.limit else ""
    least = rules.length(head) if head else 0
    return least if least > rules.limit + SLACK else rules.length(sentence)


@dataclass
class Estimate:
    """Rules texts out without asking a network's slow count for every one of them.

    The parts' lengths are counted once each; only joints of white space come between them, so
    the sum differs from the whole by little.
    """

    rules: Rules
    counted: dict[str, int] = field(default_factory=dict)

    def fits(self, turn: Turn, shape: Shape, frame: Frame) -> bool:
        """Whether the text may fit; False only where it is surely too long."""
        total = -len(turn.gap)
        for paragraph in _paragraphs(turn, shape, frame):
            total += len(turn.gap) + len(paragraph) - 1
            for part in paragraph:
                total += self._count(part)
                if total > self.rules.limit + SLACK:
                    return False
        return True

    def within(self, said: Iterable[str]) -> list[str]:
        """The first sentences of ``said``, as many as can fit; the others are never counted.

        Empty when even the first is too long.
        """
        kept: list[str] = []
        total = 0
        for each in said:
            total += self._at_least(each.strip())
            if total > self.rules.limit + SLACK:
                break
            kept.append(each)
            self.counted["".join(kept).strip()] = total
            total += len(each) - len(each.rstrip())
        return kept

    def _at_least(self, sentence: str) -> int:
        """The length of a sentence, or of its beginning where that alone is too long.

        A cut between words splits no address, so a beginning is never longer than the whole.
        """
        head = sentence[: 2 * self.rules.limit].rpartition(" ")[0]
        if head and len(sentence) > 2 * self.rules.limit:
            least = self.rules.length(head)
            if least > self.rules.limit + SLACK:
                return least
        return self._count(sentence)

    def _count(self, part: str) -> int:
        if part not in self.counted:
            self.counted[part] = self.rules.length(part)
        return self.counted[part]


def text_of(turn: Turn, shape: Shape, frame: Frame) -> str:
    """The whole text, within no limit yet."""
    paragraphs = (" ".join(each) for each in _paragraphs(turn, shape, frame))
    return tidy(turn.gap.join(paragraphs))


def _paragraphs(turn: Turn, shape: Shape, frame: Frame) -> list[list[str]]:
    appeal = "".join(turn.said[: shape.keep]).strip()
    parts = _parts(turn, shape, frame) | {"appeal": appeal}
    tag = turn.hashtag if shape.hashtag and not _says(appeal, turn.hashtag) else ""
    wanted = [
        *([parts[name] for name in each] for each in turn.order),
        [turn.link if shape.link else ""],
        [tag],
    ]
    return [
        kept for each in wanted for kept in _apart([part for part in each if part], appeal) if kept
    ]


def _parts(turn: Turn, shape: Shape, frame: Frame) -> dict[str, str]:
    called = any("call" in each for each in turn.order) and shape.call and shape.contact
    return {
        "beginning": frame.beginning,
        "may_work": turn.may_work if shape.may_work else "",
        "closing": frame.closing if shape.call and not called else "",
        "contact": frame.contact if shape.contact and not called else "",
        "call": frame.call if called else "",
    }


def _apart(parts: list[str], appeal: str) -> list[list[str]]:
    """A name below an appeal keeps a line of its own, like a signature.

    And only a beginning with a colon leads on to the appeal in the same line.
    """
    signed = parts[:1] != [appeal] and "".join(parts[:1]).startswith("–")
    broken = parts[1:2] == [appeal] and not parts[0].endswith(":")
    return [parts[:1], parts[1:]] if signed or broken else [parts]


def _says(text: str, hashtag: str) -> bool:
    return hashtag.casefold() in {each.strip(".,;:!?()،؟").casefold() for each in text.split()}
