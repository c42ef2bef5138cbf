"""Where a name or a town is found that must not be said, and what is left in peace."""

from itertools import product
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.unsaid import halves, says_name, says_town

_FIRST = """
Ali Jan Nur Can Bo An Li Ida Eva Sam Amin Mina Adem Emin Sami Amal Rosa Omar Hans Lara Iman Rana
Tina Yusuf Samira Olena Selam Farhad Mirjana Tesfay Parwana Bohdan Khadija Ибрагим أمل سميرة
"""
_WHOLE = ["Omar bin Said", "Anna van der Berg", "Samira Klein", "Bo Hassan"]
NAMES = [*_FIRST.split(), *_WHOLE]
HONEST = """
Qualität ist mir wichtig, im Januar kann ich anfangen.
Ich bin nur vormittags frei und kann sofort beginnen.
An der Kasse und im Lager habe ich schon gearbeitet.
Die Familie ist mir wichtig; wir wohnen seit Jahren hier.
Ich backe Kuchen mit rosa Glasur und koche vegan.
Vitamine, Kamine, Examen: in der Apotheke lernt man viel.
Im Seminar der Akademie habe ich Alimente berechnet.
Gemeinsam im Team zu arbeiten macht mir Freude.
Ich suche Arbeit in einer Kantine oder im Hotel.
I may work and I can start in January.
I am an electrician, and I love my trade.
Ich habe den Führerschein der Klassen A, B, C und E.
Ich spreche Deutsch (B2), Englisch (C1) und etwas Farsi.
Mit Excel2019, SAP R3 und WordPress kenne ich mich aus.
KollegInnen und SeminarleiterInnen loben meine Geduld.
Die VitaminberaterInnen und KaminbauerInnen kennen mich.
Mehr dazu auf www.handwerk.de und bei der IHK.
Von 8.00 bis 16.30 Uhr bin ich da, z.B. als Fahrer.
Der Umzug ist geschafft, ich bin gut angekommen.
Meine Hand heilt, ich kann wieder schwer heben.
Ich nähe seit zehn Jahren Jacken, Kleider und Vorhänge.
Wer kennt eine Werkstatt, in der jemand gebraucht wird?
In der Küche bin ich schnell, sauber und pünktlich.
Als Landschaftsgärtner lege ich Teiche und Wege an.
Ich pflege alte Menschen gern und mit Respekt.
Seit dem Sprachkurs helfe ich in der Nachbarschaft.
Malerarbeiten, Trockenbau, Fliesen: alles gelernt.
Ich will klein anfangen und dann wachsen.
In Teilzeit oder Vollzeit, auch samstags und im Schichtdienst.
#Arbeit #Handwerk #Januar #Quali #Ausbildung2027
Freundlichkeit, Humor und Geduld bringe ich mit.
أبحث عن عمل في الخياطة، ويمكنني العمل فوراً.
Шукаю роботу кухарем, маю десять років досвіду.
Я работаю быстро и аккуратно.
""".strip().splitlines()
_SHORT = """
Köln Garmisch-Partenkirchen Neu-Ulm Rheda-Wiedenbrück Wald-Michelbach Weil Singen Leer Husum
Ribnitz-Damgarten Idar-Oberstein Höhr-Grenzhausen Groß-Gerau
"""
_LONG = ["Bad Homburg vor der Höhe", "Halle (Saale)", "Bad Königshofen im Grabfeld"]
TOWNS = [*_SHORT.split(), *_LONG]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Samira", "https://www.facebook.com/samiraklein"),
        ("Samira", "www.beispiel.example/team/garmisch-samiraklein"),
        ("Samira", "Mehr auf samiraklein.example."),
        ("Samira", "Folgt mir: samira1990"),
        ("Samira", "Insta: @die.samira.naeht"),
        ("Samira", "Ich bin samira_k auf Insta"),
        ("Samira", "samiranaeht.90 heißt mein Kanal"),
        ("Samira", "#helfensamirajetzt"),
        ("Samira", "HelfenSamirasucht"),
        ("Samira", "Ich bin S a m i r a."),
        ("Samira", "S.a.m.i.r.a sucht Arbeit"),
        ("Samira", "Sa-mi-ra sucht Arbeit"),
        ("Samira", "Sami\u00adra, S\u200bamira"),
        ("Samira", "S\u0430mir\u0430 mit kyrillischem a"),
        ("Samira", "S\u03b1mira mit griechischem Alpha"),
        ("Samira", "ⓢⓐⓜⓘⓡⓐ, Ｓａｍｉｒａ"),
        ("Samira", "https://beispiel.example/%53amira"),
        ("Samira (سميرة)", "أنا سميرة وأبحث عن عمل"),
        ("Farhad (فرهاد کریمی)", "من فرهاد هستم"),
        ("Bo Hassan", "Ich bin Bo und tischlere."),
        ("Nur", "Ich heiße Nur."),
        ("Rosa", "https://beispiel.example/team/rosa"),
        ("Ибрагим", "Меня зовут ИБРАГИМ"),
        ("Işıl", "ISIL sucht Arbeit"),
    ],
)
def test_a_name_is_found_however_it_is_written(name: str, text: str) -> None:
    """In links, accounts, gaps, look-alike letters; another script only where the file has it."""
    assert says_name(text, name)


def test_honest_sentences_are_left_in_peace() -> None:
    """Each of these sentences, with each of these names: nobody has to write it anew."""
    found = [(name, text) for name, text in product(NAMES, HONEST) if says_name(text, name)]
    # "An" opens a sentence just as it is a name: a person has to say which.
    assert found == [("An", HONEST[2])]


@pytest.mark.parametrize(
    ("town", "text"),
    [
        ("Garmisch", "https://x.example/garmischsamira"),
        ("Köln", "@koelnerin90"),
        ("Köln", "Die kölnische Art"),
        ("Leer (Ostfriesland)", "Ich wohne in Leer."),
        ("Weil am Rhein", "#weil"),
    ],
)
def test_a_town_is_found_inside_what_is_run_together(town: str, text: str) -> None:
    assert says_town(text, town)


def test_honest_sentences_name_no_town() -> None:
    """Nor a half of one: "Wald", "neu" and "weil" are words, too."""
    said = [
        *HONEST,
        "Ich bin neu hier, weil ich im Wald leere Tonnen singend hole, klein und groß.",
    ]
    told = {each: {each, *halves(each)} for each in TOWNS}
    assert not [
        (town, text)
        for (town, names), text in product(told.items(), said)
        if any(says_town(text, name) for name in names)
    ]


@pytest.mark.parametrize(
    ("town", "parts"),
    [
        ("Garmisch-Partenkirchen", {"Garmisch", "Partenkirchen"}),
        ("Bad Homburg vor der Höhe", {"Homburg"}),
        ("Bad Neuenahr-Ahrweiler", {"Bad Neuenahr", "Ahrweiler", "Neuenahr", "Neuenahr-Ahrweiler"}),
        ("Bergisch Gladbach", {"Gladbach"}),
        ("Neu-Ulm", {"Ulm"}),
        ("Wald-Michelbach", {"Michelbach"}),
        ("Freiburg im Breisgau", set()),
    ],
)
def test_a_double_name_has_two_halves(town: str, parts: set[str]) -> None:
    assert halves(town) == parts


LETTERS = st.sampled_from("bcdfghjklmnpqrtvwxzaeiou")


@given(
    name=st.text(LETTERS, min_size=5, max_size=9),
    before=st.sampled_from(["https://x.example/", "@", "#", "www.", "k_", "t.me/"]),
    behind=st.text("abcdefghij0123456789", max_size=6),
)
def test_whatever_the_name_an_account_does_not_hide_it(name: str, before: str, behind: str) -> None:
    assert says_name(f"Schaut auf {before}ich{name}{behind} vorbei", name)


@given(name=st.text(LETTERS, min_size=4, max_size=9), gap=st.sampled_from([" ", ".", "-", " · "]))
def test_whatever_the_gaps_letters_make_a_name(name: str, gap: str) -> None:
    assert says_name(f"Ich heiße {gap.join(name)}!", name.title())


def test_looking_for_names_takes_linear_time() -> None:
    """A text of 30,000 characters, built against each pattern, is read in seconds."""
    started = perf_counter()
    for piece in ("a.", "a_", "#a", "@a.", "www.", "a-", "a1", "aB", "s ", "http://", "über ", "/"):
        says_name(piece * (30_000 // len(piece)), "Samira")
        says_town(piece * (30_000 // len(piece)), "Garmisch-Partenkirchen")
    assert perf_counter() - started < 30
