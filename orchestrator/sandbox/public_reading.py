"""What people take from a post: its language, the town, the trade."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from orchestrator.sandbox.public_replies import Line

ARABIC = re.compile("[\u0600-\u06ff]")
LETTER = re.compile(r"[^\W\d_]")
ENGLISH = re.compile(r"\b(?:the|and|is|for|with|who|work|job|would|you|we|are|to)\b", re.I)
GERMAN = re.compile(
    r"\b(?:der|die|das|und|ist|für|mit|wer|arbeit|ich|sie|wir|sucht|ein\w*)\b", re.I
)
# Words in which a stem stands by accident: "näh" in "Nähe", "fahr" in "Erfahrung".
FALSE_FRIENDS = re.compile(
    r"\b(?:nähe\w*|erfahr\w*|business\w*|labou?r[^a]\w*|career\w*|careful\w*|hause?\b)", re.I
)
LOOSE = 5  # letters; a shorter stem counts at the beginning of a word only

_NAME = r"[A-ZÄÖÜ][a-zäöüß]+"
_JOINED = rf"{_NAME}(?:-{_NAME})*"
_TOWN = re.compile(
    r"\b(?:[Ii]n|[Uu]m|[Bb]ei|[Aa]us|[Nn]ear|[Aa]round|[Ff]rom) \u2068?"
    rf"((?:(?:Bad|Sankt|St\.) )?{_JOINED}"
    rf"(?: (?:an der|am|im|in der|vor der|ob der|auf) {_NAME}| \({_NAME}\))?)"
)
# What also stands after "in" or "bei" and is no town.
_NO_TOWN = frozenset(
    """
    Arbeit Ausbildung Beruf Betrieb Deutsch Deutschland England Englisch Europa Fragen Germany
    German English Europe Haus Ihnen Ihrem Ihrer Interesse Kontakt Mai Praktikum Syrien Syria Team
    Teilzeit Umgebung Vollzeit Jahren
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Reading:
    """A post as its readers take it in; what is not in it is empty."""

    text: str
    language: str
    town: str
    trade: str

    def fits(self, line: Line) -> bool:
        """Whether somebody could say this here."""
        known = {"town": self.town, "trade": self.trade}
        if not all(known[name] for name in line.asks_for):
            return False
        return not line.trades or bool(named(line.trades, self.text))

    def fill(self, text: str) -> str:
        """Say it of this town and this trade."""
        return text.replace("{town}", self.town).replace("{trade}", self.trade)


def reading(text: str, stems: Iterable[str]) -> Reading:
    """Read a post; `stems` are those of all trades that anybody knows."""
    trade = named(tuple(stems), text)
    return Reading(text, _language(text), _town(text, trade), trade)


def named(stems: tuple[str, ...], text: str) -> str:
    """The first word of the text that contains one of the stems; empty when none does."""
    found = _pattern(stems).search(FALSE_FRIENDS.sub(lambda word: "·" * len(word[0]), text))
    return found[0] if found else ""


@lru_cache(maxsize=1024)
def _pattern(stems: tuple[str, ...]) -> re.Pattern[str]:
    # Arabic writes its article and some small words together with the noun.
    starts = [rf"\b(?:[وبلف]?ال)?{re.escape(s)}\w*" for s in stems if len(s) < LOOSE]
    inside = [rf"\b\w*{re.escape(s)}\w*" for s in stems if len(s) >= LOOSE]
    return re.compile("|".join([*starts, *inside]) or "(?!)", re.I)


def _language(text: str) -> str:
    if len(ARABIC.findall(text)) * 3 > len(LETTER.findall(text)):
        return "ar"
    return "en" if len(ENGLISH.findall(text)) > len(GERMAN.findall(text)) else "de"


def _town(text: str, trade: str) -> str:
    hits = (found[1] for found in _TOWN.finditer(text))
    return next((hit for hit in hits if hit not in _NO_TOWN and hit != trade), "")
