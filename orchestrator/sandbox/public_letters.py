"""What people write to us alone because of a post: few do.

It takes nothing away from what is said in public: a world has the same conversations without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from orchestrator.sandbox.public_crowd import Crowd
from orchestrator.sandbox.public_reach import Course, number_of
from orchestrator.sandbox.public_reading import Reading
from orchestrator.sandbox.public_replies import Line, read
from orchestrator.sandbox.public_said import Member, Shown

LETTERS = Path(__file__).parent / "data" / "messages.tsv"
# Of so many posts one makes somebody write, where so many have seen it.
OFTEN = {"facebook": 0.3, "x": 0.12}
VIEWERS = 150


@dataclass(frozen=True)
class Written:
    """One private message. `label` is what it truly is; `key` tells it from all others."""

    key: str
    author: Member
    at: datetime
    text: str
    label: str
    language: str
    picture: bool = False


def record(number: str, letter: Written) -> dict[str, object]:
    """A message as the sandbox tells what is true, under its number at the network."""
    return {
        "id": number,
        "text": letter.text,
        "label": letter.label,
        "language": letter.language,
        "at": letter.at.isoformat(),
    }


class Postbag:
    """Brings what people write to us, on all networks."""

    def __init__(self, seed: int, lines: Sequence[Line] | None = None) -> None:
        self._seed = seed
        self._lines = sorted(lines or read(LETTERS), key=lambda line: line.id)
        Random(f"{seed} letters").shuffle(self._lines)

    def because_of(
        self, post: Shown, viewers: int, course: Course, reading: Reading
    ) -> tuple[Written, ...]:
        """What is written because of this post; never more than one letter."""
        chance = Random(f"{self._seed} {post.network} {post.key} letters")
        if viewers < VIEWERS or chance.random() >= OFTEN.get(post.network, 0.0):
            return ()
        line = self._line(2 * number_of(post.key) + (post.network == "x"), reading)
        if line is None:
            return ()
        author = Crowd(self._seed, post.network).someone(chance, line.language)
        at = course.when(chance.random() * 0.9) + timedelta(seconds=chance.uniform(60, 600))
        return (
            Written(
                f"{post.network} {post.key}",
                author,
                at.replace(microsecond=0),
                reading.fill(line.text),
                line.label,
                line.language,
                line.kind == "picture",
            ),
        )

    def _line(self, position: int, reading: Reading) -> Line | None:
        """The line whose turn it is, or the next one that fits."""
        turns = (self._lines[(position + step) % len(self._lines)] for step in range(40))
        return next((line for line in turns if reading.fits(line)), None)
