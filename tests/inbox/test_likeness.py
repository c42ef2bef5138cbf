"""When two texts tell of the same offer: the threshold, and what holds for any two texts."""

from itertools import combinations, permutations
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.inbox.likeness import NEARLY, likeness, words_of

# The same offer twice: as it stood online, and as somebody noted it down. All invented.
PAIRS = [
    (
        "Wir suchen ab sofort eine Spülhilfe in der Bäckerei am Markt, einfach melden",
        "Bäckerei am Markt sucht ab sofort Spülhilfe",
    ),
    (
        "Unsere Gärtnerei braucht im März zwei Leute, gern auch ohne Ausbildung. Meldet euch!",
        "Gärtnerei braucht zwei Leute im März, auch ohne Ausbildung",
    ),
    (
        "Praktikum in der Schreinerei Lindner geht immer, zwei Wochen, danach schauen wir weiter",
        "Schreinerei Lindner: Praktikum zwei Wochen, danach weiterschauen",
    ),
    (
        "We could use someone in our kitchen on weekends, come by any time",
        "Restaurant could use someone in the kitchen on weekends",
    ),
    (
        "Hallo, mein Chef sucht einen Fahrer für die Frühschicht, Führerschein B reicht",
        "Chef sucht Fahrer für Frühschicht, Führerschein B reicht",
    ),
    (
        "Bei uns im Pflegeheim St. Anna ist eine Stelle als Hauswirtschaftshilfe frei, 20 Stunden",
        "Pflegeheim St. Anna: Stelle Hauswirtschaftshilfe, 20 Stunden frei",
    ),
    (
        "عندي مغسلة سيارات وأحتاج شخص، خليه يتصل فيني",
        "صاحب مغسلة سيارات يحتاج شخص خليه يتصل",
    ),
    (
        "Für unser Café am Bahnhof suchen wir jemanden für den Service, Dienstag bis Samstag.",
        "Café am Bahnhof sucht jemanden für den Service, Dienstag bis Samstag",
    ),
    (
        "Probearbeiten am Freitag in der Werkstatt möglich, wenn er Reifen wechseln kann",
        "Kann Freitag in der Werkstatt Probearbeiten, soll Reifen wechseln können",
    ),
    (
        "My dad's firm is looking for an electrician, he can start in January",
        "Firm of the father looking for electrician, start in January",
    ),
    (
        "Minijob als Reinigungskraft in unserer Praxis, dreimal die Woche abends",
        "Praxis: Minijob Reinigungskraft, dreimal die Woche abends",
    ),
    (
        "Die Wäscherei Sommer hat Land unter, wann könnte sie anfangen?",
        "Wäscherei Sommer fragt, wann sie anfangen könnte, Land unter",
    ),
    (
        "Ich hab eine Tischlerei in Husum und könnte ihn zwei Tage zur Probe nehmen",
        "Tischlerei Husum, zwei Tage zur Probe",
    ),
    (
        "Wir bilden aus: Ausbildungsplatz zum Koch ab August, Unterkunft kann gestellt werden",
        "Ausbildungsplatz Koch ab August, Unterkunft wird gestellt",
    ),
    (
        "Such noch wen für den Wochenmarkt samstags, 14 Euro die Stunde, früh aufstehen",
        "Wochenmarkt samstags, 14 Euro die Stunde",
    ),
    (
        "Ey bei uns aufm Bau is immer wat frei, sach ihm er soll anrufen",
        "Baufirma hat immer was frei, er soll anrufen",
    ),
    (
        "Unser Kindergarten sucht eine Küchenhilfe für mittags, nette Kolleginnen inklusive",
        "Küchenhilfe für mittags im Kindergarten gesucht",
    ),
    (
        "Hotel zur Post: Zimmermädchen oder Zimmerbursche gesucht, Wohnung vorhanden",
        "Hotel zur Post sucht Zimmermädchen oder Zimmerbursche, Wohnung vorhanden",
    ),
    (
        "He could help out in our bike shop, we are two people short since summer",
        "Bike shop is two people short since summer, he could help out",
    ),
    (
        "Feste Stelle kann ich nicht versprechen, aber Aushilfe im Lager vor Weihnachten geht",
        "Aushilfe im Lager vor Weihnachten, feste Stelle nicht versprochen",
    ),
]
REPLIES = Path(__file__).parent.parent / "triage" / "replies_dev.tsv"
texts = st.text(st.characters(codec="utf-8"), max_size=80)


def strangers() -> list[str]:
    """Replies that different people wrote about different things."""
    rows = [line.split("\t") for line in REPLIES.read_text("utf-8").splitlines()]
    return [text for label, _language, text in rows if label in ("job_offer", "tip", "question")]


def test_the_same_offer_is_recognised_in_shorter_words() -> None:
    """Of twenty offers that were told twice at least nineteen are asked about."""
    assert sum(likeness(*pair) >= NEARLY for pair in PAIRS) >= 19


def test_strangers_are_hardly_ever_asked_about() -> None:
    """Of ten thousand pairs of replies by different people at most two look alike."""
    pairs = list(combinations(strangers(), 2))
    alike = sum(likeness(*pair) >= NEARLY for pair in pairs)
    assert len(pairs) > 10_000
    assert alike / len(pairs) <= 2 / 10_000


def test_a_note_is_not_taken_for_another_offer() -> None:
    """Nor is a short note taken for one of the other nineteen offers."""
    mixed = [(one[1], other[0]) for one, other in permutations(PAIRS, 2)]
    assert not [pair for pair in mixed if likeness(*pair) >= NEARLY]


@given(texts, texts)
def test_likeness_is_a_share_and_knows_no_order(one: str, other: str) -> None:
    """Between 0 and 1, the same both ways round."""
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == likeness(other, one)


@given(texts)
def test_a_text_is_like_itself_however_it_is_written(text: str) -> None:
    """Capitals and marks at the end change nothing; without any word there is nothing to say."""
    assert likeness(text, f" {text} !") == (1.0 if words_of(text) else 0.0)


def test_spellings_are_one() -> None:
    """Umlauts, accents and widths are written in many ways."""
    assert words_of("Bäckerei CAFÉ １２３") == words_of("baeckerei cafe 123")
    assert words_of("Straße") == words_of("STRASSE")


def test_few_words_prove_nothing() -> None:
    """Two short texts are alike only when all of their words are."""
    assert likeness("Bitte melden", "Bitte melden!") == 1
    assert likeness("Bitte melden", "Bitte bald melden") == 0
