"""Short for a name: "Hess. Lichtenau", a city by its number plate ("HH-Altona"), a nickname."""

import re

from audiences.fold import fold

_LEADS = {
    "hess": "hessisch",
    "schwaeb": "schwäbisch",
    "bayer": "bayerisch",
    "bayr": "bayerisch",
    "saechs": "sächsisch",
    "thuer": "thüringisch",
    "hann": "hannoversch",
    "westf": "westfälisch",
    "pr": "preußisch",
    "preuss": "preußisch",
    "dt": "deutsch",
    "wr": "wiener",
    "hl": "heilig",
    "gr": "groß große großen",
    "kl": "klein kleine kleinen",
    "ob": "ober obere oberer",
    "o": "ober",
    "unt": "unter untere unterer",
    "u": "unter",
    "ndr": "nieder",
    "nied": "nieder",
    "mitt": "mittel",
    "rhein": "rheinisch",
    "alt": "alt alten",
    "neu": "neu neuen",
}
_PLATE = re.compile(r"([A-ZÄÖÜ]{1,3})[- ](\w.+)")
_PLATES = {
    **{"A": "Augsburg", "AC": "Aachen", "B": "Berlin", "BI": "Bielefeld", "BN": "Bonn"},
    **{"BO": "Bochum", "BS": "Braunschweig", "C": "Chemnitz", "D": "Düsseldorf", "DA": "Darmstadt"},
    **{"DD": "Dresden", "DO": "Dortmund", "DU": "Duisburg", "E": "Essen", "EF": "Erfurt"},
    **{"F": "Frankfurt", "FR": "Freiburg", "G": "Graz", "GE": "Gelsenkirchen", "H": "Hannover"},
    **{"HA": "Hagen", "HAL": "Halle", "HB": "Bremen", "HD": "Heidelberg", "HH": "Hamburg"},
    **{"HL": "Lübeck", "HRO": "Rostock", "I": "Innsbruck", "K": "Köln", "KA": "Karlsruhe"},
    **{"KI": "Kiel", "KR": "Krefeld", "KS": "Kassel", "L": "Leipzig", "LU": "Ludwigshafen"},
    **{"M": "München", "MA": "Mannheim", "MD": "Magdeburg", "MG": "Mönchengladbach"},
    **{"MS": "Münster", "MZ": "Mainz", "N": "Nürnberg", "OB": "Oberhausen", "P": "Potsdam"},
    **{"S": "Stuttgart", "SB": "Saarbrücken", "W": "Wuppertal", "WI": "Wiesbaden", "ZH": "Zürich"},
}
_NICKNAMES = {
    **{"prenzlberg": "prenzlauer berg", "prenzelberg": "prenzlauer berg"},
    **{"xberg": "berlin kreuzberg", "x berg": "berlin kreuzberg", "so36": "berlin kreuzberg"},
    **{"so 36": "berlin kreuzberg", "fhain": "berlin friedrichshain"},
}
# "Reichenbach/O.L.": no other landscape is written by the letters of one word.
_INITIALS = " o l"


def spelled_out(text: str) -> list[str]:
    """Return the folded names for which a text may be short: a nickname, or a short first word."""
    key = fold(text)
    if key in _NICKNAMES:
        return [_NICKNAMES[key]]
    if key.endswith(_INITIALS):
        return [key.removesuffix(_INITIALS) + " oberlausitz"]
    short, _, rest = key.partition(" ")
    leads = [fold(lead) for lead in _LEADS.get(short, "").split()] if rest else []
    return [lead + between + rest for lead in leads for between in (" ", "")]


def quarter_by_plate(text: str) -> str | None:
    """Return "hamburg altona" for "HH-Altona"; whether there is such a quarter is not asked."""
    said = _PLATE.fullmatch(text)
    city = _PLATES.get(said[1]) if said else None
    return fold(f"{city} {said[2]}") if said and city else None
