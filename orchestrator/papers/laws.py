"""The data protection laws: which paragraph says what, and whether its number is certain.

Each is a file ``laws/<name>.toml``. Where ``checked`` is false, every number is marked in the
papers as one to be looked up: the churches' laws were revised lately.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "laws"


@dataclass(frozen=True)
class Law:
    """A law in the words of one language; ``rules``: topic → article or paragraph.

    ``officer``: what the data protection officer is called, as a sentence needs it.
    """

    code: str
    name: str
    short: str
    checked: bool
    officer: Mapping[str, str]
    authority: str
    remarks: Sequence[str]
    rules: Mapping[str, str]


def codes() -> list[str]:
    """The laws that the papers know."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def law(code: str, language: str) -> Law:
    """The law of that name."""
    data = tomllib.loads((FOLDER / f"{code}.toml").read_text("utf-8"))
    said = data[language]
    said["rules"] = {topic: _whole(rule) for topic, rule in said["rules"].items()}
    return Law(code=code, checked=data["checked"], **said)


def _whole(rule: str) -> str:
    """A sign and its number stay on one line."""
    return re.sub(r"(§§?|Art\.|Abs\.|lit\.) ", "\\1\u00a0", rule)
