"""What a row may say in public: which links, which ages, and in which languages nobody looks."""

from pathlib import Path
from typing import Any

import pytest

from orchestrator.intake.rows import Cells
from tests.intake.test_intake_cells import check

HIDDEN: dict[str, Any] = {"name": "Samira", "public_name": "Kranich", "slug": "tandem-07"}


@pytest.mark.parametrize("show", ["alias", "region"])
@pytest.mark.parametrize(
    "link",
    [
        "https://www.facebook.com/profile.php?id=100",
        "https://de-de.facebook.com/kranich",
        "https://instagram.com/kranich",
        "https://x.com/kranich",
        "https://mobile.twitter.com/kranich",
        "https://www.tiktok.com/@kranich",
        "https://de.linkedin.com/in/kranich",
        "https://www.youtube.com/channel/UC1",
        "https://t.me/kranich",
        "https://mastodon.example/@kranich",
        "https://mastodon.example/%40kranich",
    ],
)
def test_a_hidden_person_links_no_account(link: str, show: str) -> None:
    """Whatever its name: there the face, the friends and the town are to be seen."""
    (reason,) = check(**HIDDEN, show=show, link=link).rejected
    assert reason.column == "link"
    assert "account" in reason.reason
    assert "kranich" not in reason.reason + reason.hint


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"show": "alias", "link": "https://x.example/garmisch-samiraklein"}, "link"),
        ({"show": "alias", "appeal_de": "Folgt mir: samira1990 auf Insta."}, "appeal_de"),
        ({"show": "region", "appeal_de": "Ich wohne in Garmisch."}, "appeal_de"),
        ({"show": "region", "link": "https://x.example/garmischkranich"}, "link"),
        ({"show": "region", "trade": "Koch in Partenkirchen"}, "trade"),
    ],
)
def test_half_a_town_or_a_handle_tells_enough(changes: dict[str, str], column: str) -> None:
    row = HIDDEN | {"place": "Garmisch-Partenkirchen", "link": ""} | changes
    assert [each.column for each in check(**row).rejected] == [column]


@pytest.mark.parametrize(
    ("show", "link"),
    [
        ("full", "https://www.facebook.com/samiraklein"),
        ("no-face", "https://www.beispiel.example/samira"),
        ("alias", "https://www.caritas.example/garmisch/aktion"),
        ("region", "https://www.caritas.example/seminare/hilfe?nr=12345678"),
    ],
)
def test_other_links_stay(show: str, link: str) -> None:
    """Whoever is shown in full may have an account; an organisation's page is nobody's."""
    assert check(**HIDDEN | {"show": show, "link": link}).rejected == []


@pytest.mark.parametrize(
    "link",
    [
        "https://wa.me/4915112345678",
        "https://x.example/?mail=samira@example.org",
        "https://maps.example/@47.49209,11.09576,17z",
    ],
)
def test_no_link_is_itself_a_way_to_somebody(link: str) -> None:
    """Not even of a person who is shown in full."""
    (reason,) = check(**HIDDEN | {"show": "full", "link": link}).rejected
    assert reason.column == "link"


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("appeal_de", "Ich bin 16 Jahre alt und suche eine Ausbildung."),
        ("appeal_de", "Ich bin erst siebzehn und lerne schnell."),
        ("appeal_de", "Schülerin, Alter: 17, sucht einen Platz."),
        ("appeal_de", "Ich bin noch nicht volljährig."),
        ("appeal_en", "I'm 17, and I love cooking."),
        ("appeal_ar", "عمري ١٦ سنة وأبحث عن عمل."),
        ("appeal_uk", "Мені 16 років."),
        ("appeal_fr", "J’ai 17 ans."),
        ("appeal_fa", "من ۱۷ سال دارم"),
    ],
)
def test_whoever_says_to_be_a_minor_is_not_published(column: str, text: str) -> None:
    """Though the column says yes; where it says no, nothing of them goes out anyway."""
    (reason,) = check(**{column: text}).rejected
    assert reason.column == column
    assert "under 18" in reason.reason
    assert check(**{column: text, "adult": "no"}).rejected == []


@pytest.mark.parametrize(
    "text",
    [
        "Meine Tochter ist 16 Jahre alt, mein Sohn 7.",
        "Mit 16 Jahren habe ich angefangen zu nähen.",
        "Ich bin 10 Jahre Lkw gefahren und 15 Minuten entfernt.",
        "Ich bin 34 Jahre alt und 1,75 m groß.",
        "Ich bin 16 Stunden in der Woche frei.",
        "Ich habe 10-jährige Erfahrung und betreue Minderjährige.",
        "J'ai 10 ans d'expérience. Tengo 10 años de experiencia.",
    ],
)
def test_other_figures_are_no_age(text: str) -> None:
    assert check(appeal_de=text).rejected == []


@pytest.mark.parametrize(("language", "notices"), [("ti", 1), ("sq", 1), ("uk", 0), ("fa", 0)])
def test_a_language_that_nobody_checks_is_said(language: str, notices: int) -> None:
    cells: Cells = check(Path(), **{f"appeal_{language}": "…"})
    assert cells.rejected == []
    assert len(cells.notices) == notices
    assert all(language in each for each in cells.notices)
