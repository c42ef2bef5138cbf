"""Rivers, mountains and landscapes that towns bear behind their names, and where they lie."""

from itertools import dropwhile

from audiences.fold import fold

CONNECTORS = frozenset(
    ("am", "an", "auf", "aus", "bei", "das", "dem", "den", "der", "des", "die", "im", "in", "ob")
) | {"unter", "vor", "von", "zu", "a", "b", "d", "i", "o", "v", "u"}
_SHORTEST_STEM = 4
_LANDSCAPES = {
    "Baden-Württemberg": "baden breisgau schwarzwald schw-alb schwaebische-alb allgaeu bodensee"
    " neckar kraichgau ortenau hohenlohe oberschwaben markgraeflerland kaiserstuhl hochrhein rhein"
    " donau main tauber odenwald wuertt wuerttemberg jagst kocher enz fils rems teck"
    " hohenzollern baar remstal",
    "Bayern": "oberbayern obb niederbayern ndb nb oberpfalz opf oberfranken ofr mittelfranken mfr"
    " unterfranken ufr franken schwaben schwab allgaeu bayerischer-wald bayer-wald bayr-wald"
    " chiemgau bodensee donau main isar inn lech tauber altmuehl regnitz pegnitz rezat vils ilm"
    " naab saale rhoen spessart odenwald fraenkische-schweiz fichtelgebirge ammersee chiemsee"
    " starnberger-see bay bayer aisch iller mindel paar regen salzach",
    "Brandenburg": "havel spree oder elbe neisse uckermark prignitz mark spreewald lausitz"
    " niederlausitz flaeming maerkische-schweiz dosse havelland barnim dahme ucker elster",
    "Bremen": "weser",
    "Hamburg": "elbe",
    "Hessen": "main rhein lahn taunus ts odenwald wetterau vogelsberg rhoen rheingau bergstrasse"
    " dill eder efze fulda werra kinzig spessart westerwald weser neckar schwalm",
    "Mecklenburg-Vorpommern": "mecklenburg meckl vorpommern ruegen usedom mueritz fischland darss"
    " ostsee peene elde elbe recknitz warnow poel",
    "Niedersachsen": "weser elbe leine aller ems hase ostfriesland ostfr oldb heide"
    " lueneburger-heide nordheide harz solling emsland luhe han hann altes-land"
    " wendland teutoburger-wald nordsee oste hunte oker werra",
    "Nordrhein-Westfalen": "westfalen westf rheinland rhld rhein ruhr lippe sieg ems sauerland"
    " siegerland muensterland eifel ruhrgebiet niederrhein bergisches-land weser erft ahr rur"
    " wupper lenne agger teutoburger-wald",
    "Rheinland-Pfalz": "pfalz rhein mosel lahn nahe ahr eifel westerwald ww hunsrueck weinstrasse"
    " weinstr rheinhessen glan saar sieg our taunus",
    "Saarland": "saar saarl blies",
    "Sachsen": "sachs sa erzgebirge erzgeb vogtland vogtl lausitz oberlausitz o-l ol elbe"
    " elbsandsteingebirge saechsische-schweiz saechs-schweiz mulde spree neisse pleisse zschopau",
    "Sachsen-Anhalt": "anhalt anh altmark saale elbe harz unstrut bode havel mulde fuhne elster",
    "Schleswig-Holstein": "holstein holst schleswig dithmarschen dithm fehmarn foehr sylt nordsee"
    " amrum ostsee elbe eider nordfriesland angeln stoer",
    "Thüringen": "thuer thueringen thueringer-wald saale werra unstrut ilm eichsfeld rhoen harz"
    " vogtland orla elster rennsteig gera",
    "Burgenland": "bgld neusiedler-see raab pinka",
    "Kärnten": "woerthersee drau lavanttal gail ktn ossiacher-see millstaetter-see",
    "Niederösterreich": "noe donau ybbs traisen march thaya leitha enns wienerwald weinviertel"
    " waldviertel kamp krems",
    "Oberösterreich": "ooe donau inn enns traun steyr krems attersee innkreis innviertel muehlkreis"
    " hausruck rodl",
    "Salzburg": "pinzgau pongau lungau flachgau tennengau salzach",
    "Steiermark": "stmk mur muerz enns raab ennstal murtal",
    "Tirol": "inn zillertal oetztal pitztal arlberg thale brixental lech stubai",
    "Vorarlberg": "arlberg bodensee vbg rhein montafon bregenzerwald kleinwalsertal",
    "Wien": "donau",
    "Aargau": "aare rhein reuss limmat fricktal",
    "Bern": "aare emmental oberland jura",
    "Graubünden": "engadin rhein praettigau",
    "Luzern": "reuss entlebuch",
    "Solothurn": "aare",
    "St. Gallen": "rhein rheintal toggenburg",
    "Schaffhausen": "rhein rheinfall",
    "Thurgau": "bodensee untersee rhein",
    "Wallis": "goms oberwallis rhone",
    "Zürich": "zuerichsee limmat albis rhein",
    "Schwyz": "zuerichsee",
}
# Where people live who write no town; a village of the name is hardly meant.
REGIONS = frozenset(
    ("attersee", "bodensee", "chiemsee", "ammersee", "untersee", "kaiserstuhl", "spessart", "jura")
) | {"vogelsberg", "usedom", "harz", "eifel", "eichsfeld", "taunus", "westerwald", "rhoen"}
_ELSEWHERE = frozenset(
    ("elsass", "lothringen", "suedtirol", "ruegen", "hiddensee", "mallorca", "boehmen")
) | {"maehren", "schlesien", "pommern", "ostpreussen", "kurdistan", "balkan"}
_WHERE: dict[str, set[str]] = {}
for _state, _words in _LANDSCAPES.items():
    for _word in _words.split():
        _WHERE.setdefault(fold(_word), set()).add(_state)


def split_landscape(key: str) -> tuple[str, frozenset[str]]:
    """Return a folded name without the landscape behind it, and the states in which that lies.

    "hattingen an der ruhr" is Hattingen in Nordrhein-Westfalen. Without a landscape: ("", none).
    """
    words = key.split()
    for count in range(1, len(words)):
        tail = words[count:]
        if states := _where(" ".join(tail)) or _where(" ".join(without_connectors(tail))):
            return " ".join(words[:count]), states
    return "", frozenset()


def without_connectors(words: list[str]) -> list[str]:
    """Return the words without "an der" and the like before them."""
    return list(dropwhile(CONNECTORS.__contains__, words))


def _where(landscape: str) -> frozenset[str]:
    if known := _WHERE.get(landscape):
        return frozenset(known)
    if len(landscape) < _SHORTEST_STEM:
        return frozenset()
    longer = (states for name, states in _WHERE.items() if name.startswith(landscape))
    return frozenset().union(*longer)


def is_region(key: str) -> bool:
    """Tell whether a folded name is a landscape's, a river's or an island's, and not misspelt."""
    return key in _WHERE or key in REGIONS or key in _ELSEWHERE
