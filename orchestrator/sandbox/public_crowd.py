"""The people: invented names and accounts, the same in every world of a seed.

What somebody writes has nothing to do with their name, apart from the script they write in.
"""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random

from orchestrator.sandbox.public_said import Member

CROWD = 1_400  # accounts on each network that ever answer us
PRIVATE = 0.07

PEOPLE = Path(__file__).parent / "data" / "people.tsv"


@dataclass(frozen=True)
class Crowd:
    """Everybody on one network."""

    seed: int
    network: str

    def someone(self, chance: Random, language: str) -> Member:
        """A person who writes this language; some are heard often, most once."""
        return self.member(int(CROWD * chance.random() ** 1.5), language == "ar")

    def member(self, number: int, arabic: bool) -> Member:
        """The account with this number."""
        chance = Random(f"{self.seed} {self.network} member {number} {arabic}")
        name, latin = _name(chance, arabic)
        handle = f"{_handle(latin)[:11]}{chance.randrange(10, 9_999)}"
        return Member(self._id(number, arabic), name, handle, chance.random() < PRIVATE)

    def _id(self, number: int, arabic: bool) -> str:
        # Never the same twice: the number stands in it.
        digest = sha256(f"{self.seed} {self.network} {arabic}".encode()).hexdigest()
        return f"{10**9 + int(digest, 16) % 10**9}{number * 2 + arabic:06}"


@cache
def _names() -> dict[str, list[tuple[str, str]]]:
    """Parts of names, as people write them and in Latin letters."""
    names: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in PEOPLE.read_text("utf-8").splitlines()[1:]:
        part, own, latin = row.split("\t")
        names[part].append((own, latin))
    return names


def _name(chance: Random, arabic: bool) -> tuple[str, str]:
    parts = ("first-ar", "last-ar") if arabic else ("first", "last")
    own, latin = zip(*(chance.choice(_names()[part]) for part in parts), strict=True)
    # Some write their own name in Latin letters.
    return " ".join(own if chance.random() < 0.6 else latin), "_".join(latin)


def _handle(latin: str) -> str:
    folded = unicodedata.normalize("NFKD", latin.lower().replace("ß", "ss").replace("ı", "i"))
    return folded.encode("ascii", "ignore").decode()
