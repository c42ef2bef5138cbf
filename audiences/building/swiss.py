"""Swiss municipalities whose villages GeoNames lists one by one, or which a city seems to swallow.

Written down from general knowledge: mostly what was joined since 2000, and canton Zürich, whose
statistics number the parts of villages. A row is canton, municipality and its places as GeoNames
has them: first the one that stands for the whole. "Affoltern /" means all that begin so.
"""

from collections import defaultdict

from audiences.building.borders import Municipality
from audiences.building.membership import Commune
from audiences.building.near import rough_km
from audiences.building.places import Draft
from audiences.building.shapes import Shape

# Villages of one municipality are never farther apart, namesakes in one canton are.
_APART_KM = 25
MUNICIPALITIES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Aargau", "Baden", ("Baden", "Dättwil", "Rütihof", "Turgi")),
    ("Aargau", "Böztal", ("Hornussen", "Bözen", "Effingen")),
    ("Aargau", "Brugg", ("Brugg", "Lauffohr (Brugg)", "Schinznach Bad")),
    ("Aargau", "Laufenburg", ("Laufenburg", "Sulz")),
    ("Aargau", "Zurzach", ("Bad Zurzach", "Rekingen")),
    ("Basel-Landschaft", "Allschwil", ("Allschwil",)),
    ("Basel-Landschaft", "Binningen", ("Binningen",)),
    ("Basel-Landschaft", "Pratteln", ("Pratteln",)),
    ("Bern", "Evilard", ("Evilard", "Magglingen")),
    # Gstaad's figure is of all of Saanen and more.
    ("Bern", "Gstaad", ("Gstaad", "Saanen")),
    ("Bern", "Herzogenbuchsee", ("Herzogenbuchsee", "Oberönz")),
    ("Bern", "Köniz", ("Köniz", "Liebefeld", "Niederscherli", "Wabern")),
    ("Bern", "Madiswil", ("Madiswil", "Kleindietwil")),
    ("Bern", "Ostermundigen", ("Ostermundigen",)),
    ("Bern", "Valbirse", ("Malleray", "Bévilard")),
    ("Freiburg", "Belmont-Broye", ("Domdidier", "Dompierre", "Léchelles")),
    ("Freiburg", "Bois-d'Amont", ("Ependes", "Arconciel")),
    ("Freiburg", "Bulle", ("Bulle", "La Tour-de-Trême")),
    ("Freiburg", "Grolley-Ponthaux", ("Grolley", "Ponthaux")),
    ("Freiburg", "Gurmels", ("Cordast", "Liebistorf")),
    ("Freiburg", "Murten", ("Murten/Morat", "Galmiz", "Jeuss")),
    ("Freiburg", "Plaffeien", ("Plaffeien", "Oberschrot")),
    ("Freiburg", "Tafers", ("Tafers", "Alterswil", "Sankt Antoni")),
    ("Genf", "Carouge", ("Carouge",)),
    ("Genf", "Chêne-Bougeries", ("Chêne-Bougeries",)),
    ("Genf", "Lancy", ("Lancy",)),
    ("Genf", "Vernier", ("Vernier", "Les Avanchets")),
    ("Glarus", "Glarus", ("Glarus", "Ennenda", "Netstal")),
    (
        "Glarus",
        "Glarus Nord",
        ("Näfels", "Bilten", "Filzbach", "Mollis", "Niederurnen", "Oberurnen"),
    ),
    ("Glarus", "Glarus Süd", ("Schwanden", "Elm", "Engi", "Linthal", "Luchsingen")),
    ("Graubünden", "Bergün Filisur", ("Bergün", "Filisur")),
    ("Graubünden", "Calanca", ("Arvigo", "Cauco")),
    ("Graubünden", "Chur", ("Chur", "Haldenstein")),
    ("Graubünden", "Churwalden", ("Churwalden", "Malix")),
    ("Graubünden", "Ilanz/Glion", ("Ilanz", "Rueun")),
    ("Graubünden", "Klosters", ("Klosters Serneus", "Saas im Prättigau")),
    ("Graubünden", "Landquart", ("Landquart", "Igis", "Mastrils")),
    ("Graubünden", "Scuol", ("Scuol", "Sent")),
    ("Jura", "Haute-Sorne", ("Bassecourt", "Courfaivre", "Glovelier")),
    ("Luzern", "Beromünster", ("Beromünster", "Gunzwil", "Neudorf")),
    ("Luzern", "Dagmersellen", ("Dagmersellen", "Uffikon")),
    ("Luzern", "Hitzkirch", ("Hitzkirch", "Gelfingen")),
    ("Luzern", "Luzern", ("Luzern", "Littau")),
    ("Luzern", "Reiden", ("Reiden", "Richenthal")),
    ("Luzern", "Triengen", ("Triengen", "Winikon")),
    ("Luzern", "Willisau", ("Willisau", "Gettnau")),
    ("Neuenburg", "La Grande Béroche", ("Bevaix", "Gorgier", "Saint-Aubin-Sauges")),
    ("Neuenburg", "Laténa", ("Marin-Epagnier", "Saint-Blaise")),
    ("Neuenburg", "Le Locle", ("Le Locle", "Les Brenets")),
    ("Neuenburg", "Neuchâtel", ("Neuchâtel", "Peseux")),
    (
        "Neuenburg",
        "Val-de-Ruz",
        (
            "Cernier",
            "Boudevilliers",
            "Chézard-Saint-Martin",
            "Dombresson",
            "Fontainemelon",
            "Grand-Savagnier",
            "Les Geneveys-sur-Coffrane",
        ),
    ),
    (
        "Neuenburg",
        "Val-de-Travers",
        ("Fleurier", "Buttes", "Couvet", "Môtiers", "Noiraigue", "Saint-Sulpice", "Travers"),
    ),
    ("Schaffhausen", "Schaffhausen", ("Schaffhausen", "Hemmental")),
    ("Schwyz", "Arth", ("Arth", "Goldau")),
    ("Schwyz", "Feusisberg", ("Feusisberg", "Schindellegi")),
    ("Schwyz", "Freienbach", ("Freienbach", "Bäch", "Pfäffikon")),
    ("Schwyz", "Küssnacht", ("Küssnacht", "Merlischachen")),
    ("Schwyz", "Schwyz", ("Schwyz", "Ibach")),
    ("St. Gallen", "Bütschwil-Ganterschwil", ("Bütschwil", "Ganterschwil")),
    ("St. Gallen", "Eschenbach", ("Eschenbach", "Goldingen", "Sankt Gallenkappel")),
    (
        "St. Gallen",
        "Neckertal",
        ("Mogelsberg", "Brunnadern", "Hemberg", "Oberhelfenschwil", "Sankt Peterzell"),
    ),
    ("St. Gallen", "Rapperswil-Jona", ("Rapperswil", "Jona")),
    ("St. Gallen", "Sennwald", ("Sennwald", "Haag (Rheintal)")),
    ("St. Gallen", "Wil", ("Wil", "Bronschhofen")),
    ("St. Gallen", "Wildhaus-Alt St. Johann", ("Wildhaus", "Unterwasser")),
    ("Tessin", "Avegno Gordevio", ("Gordevio", "Avegno")),
    (
        "Tessin",
        "Bellinzona",
        (
            "Bellinzona",
            "Camorino",
            "Claro",
            "Giubiasco",
            "Gnosca",
            "Gorduno",
            "Monte Carasso",
            "Pianezzo",
            "Sementina",
        ),
    ),
    ("Tessin", "Capriasca", ("Tesserete", "Cagiallo")),
    ("Tessin", "Gambarogno", ("Magadino", "Contone", "San Nazzaro", "Vira")),
    ("Tessin", "Lugano", ("Lugano", "Cadro", "Colla", "Pregassona", "Viganello")),
    ("Tessin", "Mendrisio", ("Mendrisio", "Arzo", "Capolago", "Genestrerio", "Ligornetto")),
    ("Tessin", "Riviera", ("Riviera", "Cresciano", "Iragna", "Lodrino", "Osogna")),
    ("Tessin", "Val Mara", ("Melano", "Rovio")),
    ("Uri", "Seedorf", ("Seedorf", "Bauen")),
    ("Waadt", "Hautemorges", ("Apples", "Pampigny")),
    ("Waadt", "Montreux", ("Montreux", "Caux")),
    ("Waadt", "Ollon", ("Ollon", "Villars-sur-Ollon")),
    ("Waadt", "Oron", ("Palézieux", "Oron-la-Ville")),
    ("Waadt", "Pully", ("Pully",)),
    (
        "Wallis",
        "Crans-Montana",
        ("Crans-Montana", "Chermignon-d'en Haut", "Montana", "Randogne"),
    ),
    ("Wallis", "Martigny", ("Martigny", "Charrat")),
    ("Wallis", "Naters", ("Naters", "Mund")),
    ("Wallis", "Saint-Maurice", ("Saint-Maurice", "Mex")),
    ("Wallis", "Troistorrents", ("Troistorrents", "Morgins")),
    ("Wallis", "Val de Bagnes", ("Bagnes", "Verbier")),
    ("Wallis", "Vouvry", ("Vouvry", "Tanay")),
    ("Zürich", "Affoltern am Albis", ("Affoltern am Albis", "Affoltern /", "Zwillikon")),
    ("Zürich", "Bauma", ("Bauma", "Altlandenberg", "Saland")),
    ("Zürich", "Bonstetten", ("Bonstetten", "Schachen")),
    ("Zürich", "Bubikon", ("Bubikon", "Wolfhausen")),
    ("Zürich", "Buchs", ("Buchs / Zürcherstrasse", "Buchs /")),
    ("Zürich", "Bäretswil", ("Bäretswil", "Adetswil", "Weid (bei Adetswil)")),
    ("Zürich", "Dietlikon", ("Dietlikon / Dietlikon (Dorf)", "Dietlikon /")),
    ("Zürich", "Dällikon", ("Dällikon / Dällikon (Dorf)", "Dällikon /")),
    ("Zürich", "Dübendorf", ("Dübendorf", "Gockhausen")),
    ("Zürich", "Dürnten", ("Dürnten", "Breitenmatt", "Oberdürnten", "Tann", "Tann /")),
    ("Zürich", "Egg", ("Egg", "Esslingen", "Hinteregg")),
    ("Zürich", "Eglisau", ("Eglisau", "Seglingen")),
    ("Zürich", "Elsau", ("Elsau-Räterschen", "Rümikon", "Schottikon")),
    ("Zürich", "Erlenbach", ("Erlenbach", "Erlenbach /")),
    ("Zürich", "Feuerthalen", ("Feuerthalen", "Langwiesen")),
    ("Zürich", "Fällanden", ("Fällanden", "Benglen", "Pfaffhausen")),
    ("Zürich", "Geroldswil", ("Geroldswil", "Fahrweid (nördl. Teil)")),
    ("Zürich", "Gossau", ("Gossau", "Bertschikon", "Grüt")),
    ("Zürich", "Hausen am Albis", ("Hausen am Albis / Hausen (Dorf)", "Hausen /")),
    ("Zürich", "Hinwil", ("Hinwil", "Hadlikon", "Wernetshausen")),
    ("Zürich", "Hittnau", ("Hittnau / Hittnau (Dorf)", "Oberhittnau")),
    ("Zürich", "Höri", ("Höri", "Bückler-Dörnler", "Ober-Höri")),
    ("Zürich", "Illnau-Effretikon", ("Effretikon", "Illnau")),
    ("Zürich", "Kilchberg", ("Kilchberg",)),
    ("Zürich", "Langnau am Albis", ("Langnau am Albis", "Langnau /", "Mühlehalde")),
    ("Zürich", "Lindau", ("Tagelswangen", "Grafstal", "Lindau", "Winterberg")),
    ("Zürich", "Maur", ("Ebmatingen", "Aesch", "Binz", "Scheuren")),
    ("Zürich", "Meilen", ("Meilen", "Feldmeilen", "Obermeilen")),
    ("Zürich", "Neerach", ("Neerach", "Riedt")),
    ("Zürich", "Niederhasli", ("Niederhasli", "Birch", "Oberhasli")),
    ("Zürich", "Nürensdorf", ("Nürensdorf", "Birchwil")),
    ("Zürich", "Oberglatt", ("Oberglatt", "Hofstetten")),
    ("Zürich", "Opfikon", ("Opfikon", "Glattbrugg", "Grossacker/Opfikon")),
    ("Zürich", "Regensdorf", ("Regensdorf", "Adlikon", "Laubisser", "Sand", "Sonnhalde")),
    ("Zürich", "Richterswil", ("Richterswil", "Samstagern")),
    ("Zürich", "Rickenbach", ("Rickenbach", "Sulz")),
    ("Zürich", "Rüti", ("Rüti", "Pilgerhof")),
    ("Zürich", "Seuzach", ("Seuzach / Seuzach (Dorf)", "Seuzach Dorf", "Ober-Ohringen")),
    ("Zürich", "Stammheim", ("Oberstammheim", "Unterstammheim")),
    ("Zürich", "Steinmaur", ("Steinmaur", "Schibler")),
    ("Zürich", "Stäfa", ("Stäfa", "Dorf", "Uerikon")),
    ("Zürich", "Thalwil", ("Thalwil", "Gattikon")),
    ("Zürich", "Uster", ("Uster", "Nänikon", "Riedikon", "Wermatswil")),
    (
        "Zürich",
        "Volketswil",
        (
            "Volketswil / Volketswil (Dorf)",
            "Gutenswil",
            "Hegnau",
            "Kindhausen / Kindhausen (Dorf)",
            "Zimikon / Rütiwies",
        ),
    ),
    ("Zürich", "Wald", ("Wald", "Laupen")),
    ("Zürich", "Wallisellen", ("Wallisellen", "Rietgrabenhang")),
    ("Zürich", "Wangen-Brüttisellen", ("Brüttisellen", "Wangen")),
    ("Zürich", "Weiningen", ("Weiningen", "Fahrweid (südl. Teil)")),
    ("Zürich", "Wettswil am Albis", ("Wettswil", "Wettswil (Dorf)")),
    ("Zürich", "Wetzikon", ("Wetzikon", "Oberkempten", "Widum")),
    ("Zürich", "Wiesendangen", ("Wiesendangen / Wiesendangen (Dorf)", "Wiesendangen /")),
    ("Zürich", "Wädenswil", ("Wädenswil", "Au", "Au /")),
    ("Zürich", "Zell", ("Kollbrunn", "Rikon / Rikon (Dorfkern)", "Rämismühle")),
    ("Zürich", "Zollikon", ("Zollikon", "Rebwies", "Zollikerberg")),
)


def swiss_communes(drafts: list[Draft]) -> list[Commune]:
    """Return the municipalities above with their places and the quarters of these."""
    cantons: dict[str, list[Draft]] = defaultdict(list)
    quarters: dict[int, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.country == "CH":
            cantons[draft.state].append(draft)
            if draft.part_of is not None:
                quarters[draft.part_of.id].append(draft)
    found = []
    for canton, name, (first, *others) in MUNICIPALITIES:
        seat = max(_called(first, cantons[canton]), key=lambda d: (d.population, -d.id))
        places = [seat, *(p for o in others for p in _near(seat, _called(o, cantons[canton])))]
        for place in places:
            place.part_of = None
        places += [quarter for place in places for quarter in quarters[place.id]]
        area = Municipality("CH", "", name, Shape(()))
        found.append(Commune(area, list({p.id: p for p in places}.values()), seat))
    return found


def _called(name: str, drafts: list[Draft]) -> list[Draft]:
    """Return the places of that name; a name that the sources lost is an error."""
    if name.endswith(" /"):
        fitting = [d for d in drafts if d.name.startswith(f"{name} ")]
    else:
        fitting = [d for d in drafts if d.name == name]
    if not fitting:
        raise ValueError(f"no Swiss place is called {name}; change building/swiss.py")
    return fitting


def _near(seat: Draft, places: list[Draft]) -> list[Draft]:
    """Return those near the seat; of two villages of one name the nearest."""
    close = [p for p in places if p is not seat and rough_km(p, seat) < _APART_KM]
    if len({p.name for p in close}) < len(close):
        close = [min(close, key=lambda p: (p.population == 0, rough_km(p, seat)))]
    return close
