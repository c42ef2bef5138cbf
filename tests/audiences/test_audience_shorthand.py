"""Short forms of a name: shortened first words, halves, number plates, nicknames."""

import pytest

from audiences.resolve import resolve


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("Hess. Lichtenau", "Hessisch Lichtenau"),
        ("Hess. Oldendorf", "Hessisch Oldendorf"),
        ("Schwäb. Hall", "Schwäbisch Hall"),
        ("Schwaeb Gmuend", "Schwäbisch Gmünd"),
        ("Bayer. Eisenstein", "Bayerisch Eisenstein"),
        ("Pr. Oldendorf", "Preußisch Oldendorf"),
        ("Gr. Gerau", "Groß-Gerau"),
        ("Kl. Machnow", "Kleinmachnow"),
        ("Ob. Ramstadt", "Ober-Ramstadt"),
        ("Unt. Schleißheim", "Unterschleißheim"),
        ("Ndr. Olm", "Nieder-Olm"),
        ("Bad Neuenahr", "Bad Neuenahr-Ahrweiler"),
        ("HH-Altona", "Hamburg-Altona"),
        ("B-Neukölln", "Berlin-Neukölln"),
        ("M-Pasing", "München-Pasing"),
        ("Prenzlberg", "Berlin-Prenzlauer Berg"),
    ],
)
def test_a_short_form_of_one_place_is_this_place(query: str, meant: str) -> None:
    place = resolve(query).place
    assert place is not None
    assert place.name == meant


@pytest.mark.parametrize("query", ["M-Neukölln", "HH-Pasing", "Hess. Gmünd", "B-Nirgendwo"])
def test_a_plate_or_a_word_that_does_not_fit_is_not_ignored(query: str) -> None:
    assert resolve(query).place is None
