"""Austria's quarters, and the cities that they are parts of.

GeoNames does not say which of its Austrian places are towns. What lies beside a city is told from
what lies in it by this list, written down from general knowledge; whatever it does not name is a
town of its own: Schwechat and Vösendorf beside Wien, Seiersberg beside Graz, Rum beside Innsbruck.
"""

from audiences.building.near import rough_km
from audiences.building.places import Draft

# No quarter lies farther from the middle of one of these cities.
_FARTHEST_KM = 9.0
QUARTERS = {
    "Ansfelden": "Audorf|Freindorf|Haid|Kremsdorf|Rapperswinkel",
    "Dornbirn": "Haselstauden",
    "Finkenstein am Faaker See": "Faak am See|Finkenstein|Fürnitz|Latschach ober dem Faakersee",
    "Graz": "Andritz|Eggenberg|Geidorf|Gries|Gösting|Innere Stadt|Jakomini|Lend|Liebenau|Mariatrost"
    "|Puntigam|Ries|Sankt Leonhard|Sankt Peter|Straßgang|Waltendorf|Wetzelsdorf",
    "Guntramsdorf": "Neu-Guntramsdorf",
    "Hallein": "Bad Dürrnberg|Burgfried|Neualm",
    "Innsbruck": "Amras|Arzl|Hötting|Igls|Mühlau|Pradl|Reichenau|Vill|Wilten",
    "Kapfenberg": "Deuchendorf|Diemlach|Hafendorf|Parschlug|Sankt Martin",
    "Klagenfurt am Wörthersee": "2.Bezirk|3.Bezirk|4.Bezirk|Annabichl|Hörtendorf|Innere Stadt"
    "|Sankt Martin|Sankt Peter|Sankt Ruprecht|St. Veiter Vorstadt|Viktring|Viktringer Vorstadt"
    "|Villacher Vorstadt|Völkermarkter Vorstadt|Wölfnitz",
    "Klosterneuburg": "Kierling|Kritzendorf|Maria Gugging|Weidling",
    "Krems an der Donau": "Egelsee|Gneixendorf|Landersdorf|Lerchenfeld|Rehberg|Stein an der Donau",
    "Kufstein": "Eichelwang|Endach|Mitterndorf|Weissach|Zell",
    "Leoben": "Donawitz|Göss|Hinterberg|Judendorf|Leitendorf",
    "Leonding": "Berg|Bergham|Doppl|Gaumberg|Haag|Hart|Kinderdorf Sankt Isidor|Reith|Rufling"
    "|Zaubertal",
    "Saalfelden am Steinernen Meer": "Bsuch|Dorfheim|Haid|Lenzing|Ramseiden|Thor",
    "Sankt Pölten": "Harland|Hart|Oberwagram|Pottenbrunn|Ragelsdorf|Ratzersdorf an der Traisen"
    "|Spratzern|Stattersdorf|Teufelhof|Unterradlberg|Unterwagram|Viehofen",
    "Schwechat": "Kledering|Mannswörth|Rannersdorf",
    "Traiskirchen": "Möllersdorf|Oeynhausen|Tribuswinkel|Wienersdorf",
    "Traun": "Oedt|Sankt Dionysen|Sankt Martin",
    "Villach": "Auen|Goritschach|Großvassach|Kleinvassach|Landskron|Lind|Maria Gail"
    "|Neufellach|Obere Fellach|Sankt Andrä|Sankt Georgen|Sankt Leonhard|Sankt Magdalen"
    "|Sankt Martin|Sankt Ulrich|Seebach|St. Agathen und Perau|Untere Fellach"
    "|Villach-Innere Stadt|Völkendorf|Warmbad-Judendorf",
    "Wels": "Bernardin|Brandln|Dickerldorf|Haidl|Hochpoint|Laahen|Lichtenegg|Niederthan|Oberhaid"
    "|Oberhart|Pernau|Schafwiesen|Unterhart|Untereisenfeld|Wimpassing|Wispl|WÖS",
    "Wolfsberg": "Auen|Gries|Kleinedling|Priel|Reding|Ritzing|Sankt Jakob|Sankt Johann"
    "|Sankt Margarethen im Lavanttal|Sankt Michael|Sankt Stefan|Schleifen|Zellach",
}
# The figure is that of the old town, and the quarters' come on top of it.
_WITHOUT_QUARTERS = (
    "Hallein",
    "Kapfenberg",
    "Klosterneuburg",
    "Krems an der Donau",
    "Kufstein",
    "Leoben",
    "Leonding",
    "Sankt Pölten",
    "Schwechat",
    "Traiskirchen",
    "Wels",
)
# Somebody calls it "Wien-Sulz".
_OWN_TOWNS = ("Sulz im Wienerwald",)
# GeoNames counts a whole district, Oberwart, in a village of it.
_MISCOUNTED = ("Eisenzicken",)


def join_quarters(drafts: list[Draft]) -> None:
    """Make the quarters parts of their cities, and count everybody once."""
    austrian = [d for d in drafts if d.country == "AT"]
    largest = {d.name: d for d in sorted(austrian, key=lambda d: d.population)}
    for name, quarters in QUARTERS.items():
        city = largest[name]
        inside = [q for q in (_quarter(n, city, austrian) for n in quarters.split("|")) if q]
        for quarter in inside:
            quarter.part_of = city
        if name in _WITHOUT_QUARTERS:
            city.population += sum(quarter.population for quarter in inside)
    for name in _OWN_TOWNS:
        largest[name].part_of = None
    for name in _MISCOUNTED:
        largest[name].population = 0


def _quarter(name: str, city: Draft, austrian: list[Draft]) -> Draft | None:
    """Return the nearest place of the name, None where only the postal rows knew of it."""
    near = [(rough_km(d, city), d.id, d) for d in austrian if d.name == name and d is not city]
    km, _, quarter = min(near, default=(_FARTHEST_KM, 0, None))
    return quarter if km < _FARTHEST_KM else None
