r"""What people say, one line each, as the data file has it.

Columns: id, label, language, trades (stems, with commas: only under a post that names one), kind,
text. In a text: `{town}` and `{trade}`, from the post; `before ⇒ after` in the kind `edit`; `\n`,
`\t`, `\\`, `\x1b`, `\u202e` for what must not stand in a file as it is.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

COLUMNS = ["id", "label", "language", "trades", "kind", "text"]
LABELS = {"job_offer", "tip", "question", "encouragement", "abuse", "spam", "other"}
LANGUAGES = {"de", "en", "ar"}
KINDS = {"", "thread", "picture", "empty", "long", "hostile", "edit"}
WORDLESS = {"picture", "empty"}
EDITED = " ⇒ "
SHIPPED = Path(__file__).parent / "data" / "replies.tsv"

_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.?))", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "\\": "\\"}
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True)
class Line:
    """One text; `later` is what an edit makes of it."""

    id: str
    label: str
    language: str
    trades: tuple[str, ...]
    kind: str
    text: str
    later: str = ""

    @property
    def asks_for(self) -> set[str]:
        """What of the post it repeats: town, trade."""
        return set(_PLACEHOLDER.findall(self.text + self.later))


@cache
def read(path: Path = SHIPPED) -> tuple[Line, ...]:
    """All lines of a file; raises ValueError, naming the line that is wrong."""
    # Not splitlines(): it also cuts at characters that a text may contain.
    rows = path.read_text("utf-8").removesuffix("\n").split("\n")
    return tuple(_lines(path.name, rows))


def _lines(name: str, rows: Iterable[str]) -> Iterator[Line]:
    known: set[str] = set()
    for number, row in enumerate(rows, 1):
        cells = row.split("\t")
        try:
            if number == 1:
                _check(cells == COLUMNS, f"the columns must be {' '.join(COLUMNS)}")
                continue
            line = _line(cells)
            _check(line.id not in known, f"the id {line.id} is there twice")
        except ValueError as error:
            raise ValueError(f"{name}, line {number}: {error}") from error
        known.add(line.id)
        yield line


def _line(cells: list[str]) -> Line:
    _check(len(cells) == len(COLUMNS), f"{len(cells)} columns instead of {len(COLUMNS)}")
    name, label, language, trades, kind, text = cells
    _check(bool(name), "no id")
    _check(label in LABELS, f"no such label: {label}")
    _check(language in LANGUAGES, f"no such language: {language}")
    _check(kind in KINDS, f"no such kind: {kind}")
    _check(bool(text) or kind in WORDLESS, "no text")
    _check((kind == "edit") == (EDITED in text), f"an edit has one{EDITED}and nothing else has")
    stems = tuple(stem for stem in trades.casefold().split(",") if stem)
    before, _, after = (decoded(part) for part in text.partition(EDITED))
    line = Line(name, label, language, stems, kind, before, after)
    _check(line.asks_for <= {"town", "trade"}, "only {town} and {trade} can be filled in")
    return line


def decoded(text: str) -> str:
    """Put the escaped characters in."""
    return _ESCAPE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    byte, unit, letter = found.groups()
    if code := byte or unit:
        return chr(int(code, 16))
    _check(letter in _PLAIN, f"no such escape: {found[0]}")
    return _PLAIN[letter]


def _check(right: bool, wrong: str) -> None:
    if not right:
        raise ValueError(wrong)
