"""What may not be typed as a place: addresses, coordinates, people, contact data, nothing."""

import re

from audiences.place import PlaceRefused, Refusal
from audiences.streets import names_a_shelter, names_somebody

LONGEST = 200
_DECIMAL_PAIR = re.compile(r"[-+]?\d{1,3}[.,]\d+\s*[°NSEWO]?\s*[,;/|\s]\s*[-+]?\d{1,3}[.,]\d+")
_NUMBERS_ONLY = re.compile(r"[\d\s.,;:/°'\"′″NSEWOnsewo+-]*")
_DEGREES = re.compile(
    r"\d\s*[°º]|\b\d+\s*['′]\s*\d*|\bgeo:|maps?[./=#]|goo\.gl|\bosm\.|openstreetmap|[?&@=/]-?\d+\.\d+"
    r"|\b(?:lat|lon|lng|latitude|longitude|breite|länge)\b\W{0,3}\d",
    re.IGNORECASE,
)
# Plus codes (8FVC9G8F+6X), UTM and MGRS (32U MU 123 456), what3words (///eins.zwei.drei).
_GRID = re.compile(
    r"\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b"
    r"|\b3[0-4]\s?[C-X]\s?(?:[A-Z]{2}\s?\d{1,5}\s?\d{1,5}|\d{5,7}\D{1,4}\d{6,8})\b"
    r"|//+[^\W\d_]+\.[^\W\d_]+\.[^\W\d_]+$|^[^\W\d_]{3,}\.[^\W\d_]{3,}\.[^\W\d_]{4,}$",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"\S@\S|^@\w|[a-z]{2,}://|\bwww\.|\w\.(?:de|at|ch|eu|com|org|net|info)(?:/|\s|$)"
    r"|(?:\+|\b00)\s?\d{2}[\s\d()/.-]{5,}|\b(?:tel|telefon|fon|mobil|handy|fax)\b[\s.:]*\d"
    r"|(?<!\d)\(?0[1-9]\d{1,4}\)?\s?[/ -]\s?\d{4,}|(?<!\d)0\d{6,}",
    re.IGNORECASE,
)
_MAILBOX = re.compile(
    r"\bpost-?fach|\bp\.?\s?o\.?\s?box\b|\bpf\.?\s?\d|\b(?:case|casella) postale\b|\bpackstation\b"
    r"|\bpostlagernd\b|\bschlie(?:ß|ss)fach",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\bc\s?/\s?o\b|\bz\.?\s?h(?:d|dn|änden)\b|\b(?:familie|fam\.|frau|herrn?)\s+\w", re.IGNORECASE
)
_ROAD = (
    r"(?:stra(?:ß|ss)e|str|gasse|gässchen|gaessli|gässli|allee|chaussee|damm|ufer|ring|weg|steig"
    r"|stieg|platz|promenade|twiete|pfad|zeile|kai|rue|avenue|boulevard|via|street|road|square)"
)
_HOUSE = r"\d{1,4}\s?[a-z]?(?:\s?[-–/+]\s?\d{1,4}\s?[a-z]?)?"
# "Hauptstr. 5", "Am Markt 3 b", but also "Straße des 17. Juni 135".
_ROAD_AND_HOUSE = re.compile(rf"\b\w*{_ROAD}\b\.?[^,;\n]*?\s*{_HOUSE}\b", re.IGNORECASE)
_WORDS_AND_HOUSE = re.compile(rf"^\D*[^\W\d][\s.]+{_HOUSE}$", re.IGNORECASE)
_ROAD_ALONE = re.compile(
    rf"(?:\w{{2,}}(?:stra(?:ß|ss)e|str)|\w+(?:[\s-]+\w+)*[\s-]+{_ROAD}|\w{{3,}}{_ROAD})\.?"
    r"|(?:.*\s)?[\w-]{3,}(?:stra(?:ß|ss)e|str|gasse|allee|chaussee|promenade)\.?(?:\s.*)?"
    r"|(?:.*\s)?[\w-]{5,}(?:platz|weg|ufer|damm|ring)(?:\s.*)?"
    r"|(?:rue|avenue|boulevard|chemin|via|viale|piazza|quai|impasse)\s.+",
    re.IGNORECASE,
)


def refuse_unreadable(text: str, typed: int) -> None:
    """Raise PlaceRefused for what no town can be. `text` is tidied, `typed` its length before."""
    if typed > LONGEST:
        raise PlaceRefused(Refusal.TOO_LONG)
    if not any(c.isalnum() for c in text):
        raise PlaceRefused(Refusal.EMPTY)
    if _is_coordinates(text):
        raise PlaceRefused(Refusal.COORDINATES)
    for reason, pattern in ((Refusal.CONTACT, _CONTACT), (Refusal.MAILBOX, _MAILBOX)):
        if pattern.search(text):
            raise PlaceRefused(reason)
    refuse_people(text)


def refuse_people(text: str) -> None:
    """Raise PlaceRefused where somebody, a shelter or a mailbox is named beside a town."""
    if _PERSON.search(text) or names_somebody(text):
        raise PlaceRefused(Refusal.PERSON)
    if names_a_shelter(text):
        raise PlaceRefused(Refusal.SHELTER)
    if _MAILBOX.search(text):
        raise PlaceRefused(Refusal.MAILBOX)


def has_house_number(text: str, *, postcode: str | None) -> bool:
    """Tell whether a part between commas is a road or words with a house number."""
    without_code = text.replace(postcode, ",", 1) if postcode else text
    if not _has_digit(without_code):
        return False
    parts = [part.strip() for part in re.split(r"[,;\n]", without_code)]
    return any(_ROAD_AND_HOUSE.search(p) or _WORDS_AND_HOUSE.match(p) for p in parts)


def has_road_with_number(text: str) -> bool:
    """Tell whether the text names a road and a house: an address whatever else it may be."""
    without_codes = re.sub(r"\b\d{5}\b", ",", text)
    return _has_digit(without_codes) and bool(_ROAD_AND_HOUSE.search(without_codes))


def roads_in(text: str) -> list[str]:
    """Return the parts between commas that look like a road without a number."""
    parts = (part.strip() for part in re.split(r"[,;\n]", text))
    return [part for part in parts if _ROAD_ALONE.fullmatch(part)]


def _has_digit(text: str) -> bool:
    return any(c.isdigit() for c in text)


def _is_coordinates(text: str) -> bool:
    if not _has_digit(text):
        return bool(_GRID.search(text)) and not _CONTACT.search(text)
    if _DECIMAL_PAIR.search(text) or _DEGREES.search(text) or _GRID.search(text):
        return True
    numbers = re.findall(r"\d+", text)
    if len(numbers) < 2 or not _NUMBERS_ONLY.fullmatch(text):
        return False
    # Phone numbers begin with a zero or a plus; blocks of digits alone may be postcodes.
    return not text.startswith(("0", "+", "(")) and not re.fullmatch(r"\d{4,5}(?:\s\d{4,5})*", text)
