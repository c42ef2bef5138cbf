"""Quarters that people name and GeoNames' cities500 lacks, with points
written down from general knowledge, good to about a kilometre and not surveyed.

They have no population here, so a person in one is shown at the next quarter or town that has one.
"""

from audiences.building.near import rough_km
from audiences.building.places import Draft, own_id
from audiences.fold import fold

QUARTERS: tuple[tuple[str, str, float, float], ...] = (
    ("Augsburg", "Göggingen", 48.341, 10.870),
    ("Bonn", "Bad Godesberg", 50.685, 7.155),
    ("Bonn", "Beuel", 50.738, 7.118),
    ("Bremen", "Gröpelingen", 53.121, 8.762),
    ("Dresden", "Neustadt", 51.064, 13.745),
    ("Duisburg", "Hamborn", 51.489, 6.769),
    ("Duisburg", "Marxloh", 51.500, 6.766),
    ("Duisburg", "Ruhrort", 51.455, 6.735),
    ("Düsseldorf", "Benrath", 51.163, 6.873),
    ("Düsseldorf", "Bilk", 51.205, 6.784),
    ("Düsseldorf", "Oberbilk", 51.213, 6.806),
    ("Essen", "Altenessen", 51.484, 7.011),
    ("Frankfurt am Main", "Bockenheim", 50.121, 8.643),
    ("Frankfurt am Main", "Bornheim", 50.127, 8.711),
    ("Frankfurt am Main", "Höchst", 50.100, 8.545),
    ("Frankfurt am Main", "Sachsenhausen", 50.100, 8.683),
    ("Freiburg im Breisgau", "Rieselfeld", 47.999, 7.790),
    ("Hamburg", "Blankenese", 53.561, 9.809),
    ("Hamburg", "Wilhelmsburg", 53.494, 10.007),
    ("Hannover", "List", 52.391, 9.752),
    ("Karlsruhe", "Durlach", 48.999, 8.471),
    ("Kassel", "Bad Wilhelmshöhe", 51.310, 9.430),
    ("Köln", "Chorweiler", 51.021, 6.896),
    ("Köln", "Deutz", 50.937, 6.975),
    ("Köln", "Ehrenfeld", 50.949, 6.918),
    ("Köln", "Lindenthal", 50.930, 6.910),
    ("Leipzig", "Connewitz", 51.308, 12.373),
    ("Leipzig", "Grünau", 51.315, 12.285),
    ("Leipzig", "Plagwitz", 51.326, 12.335),
    ("Mannheim", "Neckarau", 49.454, 8.494),
    ("München", "Giesing", 48.111, 11.593),
    ("München", "Haidhausen", 48.130, 11.600),
    ("München", "Neuperlach", 48.101, 11.633),
    ("München", "Schwabing", 48.163, 11.585),
    ("München", "Sendling", 48.116, 11.544),
    ("Nürnberg", "Gostenhof", 49.449, 11.062),
    ("Nürnberg", "Langwasser", 49.405, 11.133),
    ("Saarbrücken", "Burbach", 49.244, 6.954),
    ("Stuttgart", "Bad Cannstatt", 48.806, 9.215),
    ("Stuttgart", "Degerloch", 48.749, 9.170),
    ("Stuttgart", "Feuerbach", 48.813, 9.158),
    ("Stuttgart", "Vaihingen", 48.730, 9.105),
    ("Stuttgart", "Zuffenhausen", 48.832, 9.171),
    ("Wiesbaden", "Biebrich", 50.045, 8.241),
)


def missing_quarters(drafts: list[Draft]) -> list[Draft]:
    """Return the quarters above that no place within 5 km has the name of."""
    cities = {d.name: d for d in drafts if d.part_of is None and d.population > 100_000}
    found = []
    for town, name, lat, lon in QUARTERS:
        city = cities[town]
        number = own_id(city.country, f"{town} {name}")
        quarter = Draft(number, name, city.state, city.country, lat, lon, 0, part_of=city)
        keys = {fold(name), fold(f"{town} {name}")}
        known = (d for d in drafts if rough_km(d, quarter) < 5)
        if not any(keys & {fold(n) for n in (d.name, *d.alternates)} for d in known):
            found.append(quarter)
    return found
