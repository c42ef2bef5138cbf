"""What may not be typed as a place: exact addresses, coordinates, nothing, too much."""

import re

from audiences.place import PlaceRefused, Refusal

LONGEST = 200
_DECIMAL_PAIR = re.compile(r"[-+]?\d{1,3}[.,]\d+\s*[°NSEWO]?\s*[,;/|\s]\s*[-+]?\d{1,3}[.,]\d+")
_NUMBERS_ONLY = re.compile(r"[\d\s.,;:/°'\"′″NSEWOnsewo+-]*")
_DEGREES = re.compile(r"\d\s*[°º]|\b\d+\s*['′]\s*\d*|\bgeo:|maps\.|[?&@]\d+\.\d+", re.IGNORECASE)
_ROAD = (
    r"(?:stra(?:ß|ss)e|str|gasse|gässchen|gaessli|gässli|allee|chaussee|damm|ufer|ring|weg|steig"
    r"|stieg|platz|promenade|twiete|pfad|zeile|kai|rue|avenue|boulevard|via|street|road|square)"
)
_HOUSE = r"\d{1,4}\s?[a-z]?(?:\s?[-–/+]\s?\d{1,4}\s?[a-z]?)?"
# "Hauptstr. 5", "Am Markt 3 b", but also "Straße des 17. Juni 135".
_ROAD_AND_HOUSE = re.compile(rf"\b\w*{_ROAD}\b\.?[^,;\n]*?\s*{_HOUSE}\b", re.IGNORECASE)
_WORDS_AND_HOUSE = re.compile(rf"^\D*[^\W\d][\s.]+{_HOUSE}$", re.IGNORECASE)
_ROAD_ALONE = re.compile(
    rf"(?:\w{{2,}}(?:stra(?:ß|ss)e|str)|\w+[\s-]+{_ROAD}|\w{{3,}}{_ROAD})\.?", re.IGNORECASE
)


def refuse_unreadable(text: str, original_length: int) -> None:
    """Raise PlaceRefused for nothing, too much, or coordinates. `text` is tidied."""
    if original_length > LONGEST:
        raise PlaceRefused(Refusal.TOO_LONG)
    if not any(c.isalnum() for c in text):
        raise PlaceRefused(Refusal.EMPTY)
    if _is_coordinates(text):
        raise PlaceRefused(Refusal.COORDINATES)


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


def names_road(text: str) -> bool:
    """Tell whether a part between commas looks like a road without a number."""
    return any(_ROAD_ALONE.fullmatch(part.strip()) for part in re.split(r"[,;\n]", text))


def _has_digit(text: str) -> bool:
    return any(c.isdigit() for c in text)


def _is_coordinates(text: str) -> bool:
    if _DECIMAL_PAIR.search(text) or _DEGREES.search(text):
        return True
    two_numbers = len(re.findall(r"\d+", text)) > 1 and not re.fullmatch(r"[\d\s]+", text)
    return two_numbers and bool(_NUMBERS_ONLY.fullmatch(text))
