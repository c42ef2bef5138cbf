"""What people take from a post: its language, the town, the trade."""

import re
from collections.abc import Iterable, Iterator
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
_BEFORE = rf"\b(?:[Ii]n|[Uu]m|{_NAME}\u2069? aus|Aus|[Nn]ear|[Aa]round|[Ff]rom|من|في|محيط) \u2068?"
_TOWN = re.compile(
    rf"{_BEFORE}((?:(?:Bad|Sankt|St\.) )?{_JOINED}"
    rf"(?: (?:an der|am|im|in der|vor der|ob der|auf) {_NAME}| \({_NAME}\))?)"
)
# What also stands after "in" and is no town.
_NO_TOWN = frozenset(
    """
    Arabic Arabisch Arbeit Ausbildung Betrieb Deutsch Deutschland Englisch English Europa Europe
    German Germany Ihrem Ihrer Praktikum Syria Syrien Teilzeit Ukraine Vollzeit
    Januar Februar März April Mai Juni Juli August September Oktober November Dezember
    January February March May June July October December
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
        return not line.trades or any(named(line.trades, self.text))

    def fill(self, text: str) -> str:
        """Say it of this town and this trade."""
        return text.replace("{town}", self.town).replace("{trade}", self.trade)


def reading(text: str, stems: Iterable[str]) -> Reading:
    """Read a post; `stems` are those of all trades that anybody knows."""
    language = _language(text)
    return Reading(text, language, _town(text), _trade(text, language, tuple(stems)))


def named(stems: tuple[str, ...], text: str) -> Iterator[str]:
    """The words of the text that contain one of the stems."""
    clear = FALSE_FRIENDS.sub(lambda word: "·" * len(word[0]), text)
    return (found[0] for found in _pattern(stems).finditer(clear))


@lru_cache(maxsize=1024)
def _pattern(stems: tuple[str, ...]) -> re.Pattern[str]:
    # Arabic writes its article and some small words together with the noun.
    starts = [rf"\b(?:[وبلف]?ال)?{re.escape(s)}\w*" for s in stems if len(s) < LOOSE]
    inside = [rf"\b\w*{re.escape(s)}\w*" for s in stems if len(s) >= LOOSE and " " not in s]
    phrases = [rf"\b{re.escape(s)}\b" for s in stems if " " in s]
    return re.compile("|".join([*starts, *inside, *phrases]) or "(?!)", re.I)


def _language(text: str) -> str:
    if len(ARABIC.findall(text)) * 3 > len(LETTER.findall(text)):
        return "ar"
    return "en" if len(ENGLISH.findall(text)) > len(GERMAN.findall(text)) else "de"


def _town(text: str) -> str:
    hits = (found[1] for found in _TOWN.finditer(text))
    # A person is also named without a preposition, a town is not.
    return next((hit for hit in hits if hit not in _NO_TOWN and not _stands_alone(hit, text)), "")


def _stands_alone(name: str, text: str) -> bool:
    as_town = [found for found in _TOWN.finditer(text) if found[1] == name]
    return len(re.findall(rf"\b{re.escape(name)}(?!\w)", text)) > len(as_town)


def _trade(text: str, language: str, stems: tuple[str, ...]) -> str:
    """The trade as one word; in German a noun."""
    for word in named(stems, text):
        if word.isascii() if language == "en" else word[0].isupper():
            return word if " " not in word else ""
    return ""
