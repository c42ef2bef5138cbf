"""Names of states and cantons, in the words people use for them."""

from audiences.municipality import STATES

GERMAN = {
    "01": "Baden-Württemberg",
    "02": "Bayern",
    "03": "Bremen",
    "04": "Hamburg",
    "05": "Hessen",
    "06": "Niedersachsen",
    "07": "Nordrhein-Westfalen",
    "08": "Rheinland-Pfalz",
    "09": "Saarland",
    "10": "Schleswig-Holstein",
    "11": "Brandenburg",
    "12": "Mecklenburg-Vorpommern",
    "13": "Sachsen",
    "14": "Sachsen-Anhalt",
    "15": "Thüringen",
    "16": "Berlin",
}
AUSTRIAN = {
    "01": "Burgenland",
    "02": "Kärnten",
    "03": "Niederösterreich",
    "04": "Oberösterreich",
    "05": "Salzburg",
    "06": "Steiermark",
    "07": "Tirol",
    "08": "Vorarlberg",
    "09": "Wien",
}
SWISS = {
    "AG": "Aargau",
    "AI": "Appenzell Innerrhoden",
    "AR": "Appenzell Ausserrhoden",
    "BE": "Bern",
    "BL": "Basel-Landschaft",
    "BS": "Basel-Stadt",
    "FR": "Freiburg",
    "GE": "Genf",
    "GL": "Glarus",
    "GR": "Graubünden",
    "JU": "Jura",
    "LU": "Luzern",
    "NE": "Neuenburg",
    "NW": "Nidwalden",
    "OW": "Obwalden",
    "SG": "St. Gallen",
    "SH": "Schaffhausen",
    "SO": "Solothurn",
    "SZ": "Schwyz",
    "TG": "Thurgau",
    "TI": "Tessin",
    "UR": "Uri",
    "VD": "Waadt",
    "VS": "Wallis",
    "ZG": "Zug",
    "ZH": "Zürich",
}
GERMAN_BY_KEY = STATES
# GeoNames' states there are municipalities, too small to be named in place of a town.
_LIECHTENSTEIN = dict.fromkeys((f"{number:02}" for number in range(1, 12)), "Liechtenstein")
BY_ADMIN1 = {"DE": GERMAN, "AT": AUSTRIAN, "CH": SWISS, "LI": _LIECHTENSTEIN}

# The postal rows mix English, French and German names of one state.
_POSTAL = {
    "Bavaria": "Bayern",
    "Land Berlin": "Berlin",
    "Lower Saxony": "Niedersachsen",
    "Saxony": "Sachsen",
    "Saxony-Anhalt": "Sachsen-Anhalt",
    "Thuringia": "Thüringen",
    "Mecklenburg-Western Pomerania": "Mecklenburg-Vorpommern",
    "Canton de Berne": "Bern",
    "Canton de Vaud": "Waadt",
    "Canton de Fribourg": "Freiburg",
    "Canton du Valais": "Wallis",
    "Ticino": "Tessin",
    "Genève": "Genf",
    "Neuchâtel": "Neuenburg",
}


def from_postal(state: str) -> str:
    """Return the one name we use for a state named in a postal row."""
    return _POSTAL.get(state, state.removeprefix("Kanton "))
