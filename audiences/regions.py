"""States, cantons and countries as people write them beside a town's name."""

from audiences.fold import fold

_STATES = {
    "Baden-Württemberg": "bw bawue badenwuerttemberg wuerttemberg",
    "Bayern": "by bay bavaria",
    "Berlin": "be",
    "Brandenburg": "bb brb",
    "Bremen": "hb",
    "Hamburg": "hh",
    "Hessen": "he hesse",
    "Mecklenburg-Vorpommern": "mv meckpomm mecklenburg",
    "Niedersachsen": "ni nds lower-saxony",
    "Nordrhein-Westfalen": "nw nrw north-rhine-westphalia",
    "Rheinland-Pfalz": "rp rlp rhineland-palatinate",
    "Saarland": "sl saar",
    "Sachsen": "sn saxony",
    "Sachsen-Anhalt": "lsa sa saxony-anhalt",
    "Schleswig-Holstein": "sh",
    "Thüringen": "th thuer thuringia",
    "Burgenland": "bgld",
    "Kärnten": "ktn carinthia",
    "Niederösterreich": "noe lower-austria",
    "Oberösterreich": "ooe upper-austria",
    "Salzburg": "sbg",
    "Steiermark": "stmk styria",
    "Tirol": "tyrol",
    "Vorarlberg": "vbg",
    "Wien": "vienna",
    "Aargau": "ag argovie",
    "Appenzell Innerrhoden": "ai",
    "Appenzell Ausserrhoden": "ar",
    "Bern": "be berne",
    "Basel-Landschaft": "bl baselland",
    "Basel-Stadt": "bs",
    "Freiburg": "fr fribourg",
    "Genf": "ge geneve geneva",
    "Glarus": "gl",
    "Graubünden": "gr grisons",
    "Jura": "ju",
    "Luzern": "lu lucerne",
    "Neuenburg": "ne neuchatel",
    "Nidwalden": "nw",
    "Obwalden": "ow",
    "St. Gallen": "sg",
    "Schaffhausen": "sh",
    "Solothurn": "so soleure",
    "Schwyz": "sz",
    "Thurgau": "tg thurgovie",
    "Tessin": "ti ticino",
    "Uri": "ur",
    "Waadt": "vd vaud",
    "Wallis": "vs valais",
    "Zug": "zg",
    "Zürich": "zh zurich",
}
_LARGE = frozenset(list(_STATES)[: list(_STATES).index("Aargau")])
_COUNTRIES = {
    "DE": "d de deutschland germany allemagne brd",
    "AT": "a at oesterreich austria autriche",
    "CH": "ch schweiz switzerland suisse svizzera svizra",
    "LI": "fl li liechtenstein",
    "FR": "fr f frankreich france francia",
    "PL": "pl p polen poland polska",
    "CZ": "cz tschechien czechia cesko tschechische-republik czech-republic",
    "NL": "nl niederlande netherlands nederland holland",
    "BE": "be b belgien belgium belgique belgie",
    "LU": "lu l luxemburg luxembourg",
    "DK": "dk daenemark denmark danmark",
    "IT": "it i italien italy italia italie",
    "SK": "sk slowakei slovakia slovensko slowakische-republik",
    "HU": "hu h ungarn hungary magyarorszag",
    "SI": "si slo slowenien slovenia slovenija",
    "HR": "hr kroatien croatia hrvatska",
    "SE": "se s schweden sweden sverige",
}


def _by_word(table: dict[str, str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, words in table.items():
        for word in (name, *words.split()):
            found.setdefault(fold(word), set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}


_STATE_WORDS = _by_word(_STATES)
_COUNTRY_WORDS = {
    word: codes
    for word, codes in _by_word(_COUNTRIES).items()
    # "be" beside a town is Berlin or Bern, "fr" Freiburg, before it is a foreign country.
    if word not in _STATE_WORDS
}


def states_named(text: str) -> frozenset[str]:
    """Return the states that a word can mean ("NRW", "Hesse", "Kanton Zürich"); maybe none."""
    key = fold(text)
    for lead in ("kanton ", "land ", "bundesland ", "freistaat ", "canton de ", "canton "):
        key = key.removeprefix(lead)
    return _STATE_WORDS.get(key, frozenset())


def leads_a_town(text: str) -> bool:
    """Tell whether a word before a town is its region: "HH Altona", but not "Salzburg Lehen"."""
    states = states_named(text) & _LARGE
    if states:
        return fold(text) not in map(fold, states)
    return bool(countries_named(text))


def lands_named(text: str) -> frozenset[str]:
    """Return the large regions a bare word means: German and Austrian states, and countries.

    Cantons are left out: those with a town's name are meant as the town.
    """
    return (states_named(text) & _LARGE) | countries_named(text)


def countries_named(text: str) -> frozenset[str]:
    """Return the country code that a word means ("Österreich", "CH"); maybe none."""
    return _COUNTRY_WORDS.get(fold(text), frozenset())


def country_of_mark(mark: str) -> str | None:
    """Return the country of a postcode's mark, as in "A-1010"."""
    return {"D": "DE", "DE": "DE", "A": "AT", "AT": "AT", "CH": "CH", "FL": "LI", "LI": "LI"}.get(
        mark.upper()
    )
