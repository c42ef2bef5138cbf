"""What everybody reads tells nobody's contact, but the action centre's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from orchestrator.policy.text import public_text

CONTACT = "Aktionsbüro 030 555 0100, hilfe@aktion.example"
LINK = "https://www.facebook.com/aktionsbuero"
OWN = (CONTACT, LINK)
TEXT = f"Amira aus Emden näht seit zwölf Jahren. Wer hat einen Tipp? Kontakt: {CONTACT}"


def is_blocked(text: str, link: str = "", own: tuple[str, ...] = OWN) -> bool:
    return public_text(text, link, own).level == "block"


@pytest.mark.parametrize(
    ("text", "link"),
    [
        (TEXT, ""),
        (f"{TEXT} Mehr dazu: {LINK}", ""),
        (TEXT, LINK),
        ("Amira näht. Mehr: https://www.beispiel.de/tandem/12345678", ""),
        ("Von 2014 bis 2020 in der Pflege, 38 Stunden in der Woche, ab 01.02.2027.", ""),
    ],
)
def test_what_may_be_public(text: str, link: str) -> None:
    """The campaign's contact and link, years, numbers of pages."""
    assert not is_blocked(text, link)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        (f"{TEXT} Oder 0171 234 56 78", ""),
        (f"{TEXT}12", ""),  # the centre's number was made longer by hand
        (f"{TEXT} amira.k@post.example", ""),
        (f"{TEXT} Am Delft 12, 26721 Emden", ""),
        (TEXT, "https://wa.me/491712345678"),
        (f"{TEXT} Mehr: https://wa.me/491712345678", ""),
        (TEXT.replace(CONTACT, ""), "https://maps.example/?q=53.36745,7.20621"),
    ],
)
def test_what_must_not_be(text: str, link: str) -> None:
    """Wherever it stands, also beside what may be there."""
    finding = public_text(text, link, OWN)
    assert (finding.level, finding.final) == ("block", True)
    assert finding.remedy
    assert "0171" not in finding.reason + finding.remedy


def test_without_a_contact_its_number_is_anybodys() -> None:
    assert is_blocked(TEXT, own=("", ""))
    assert is_blocked(TEXT, own=("030 555", ""))


@given(
    number=some.from_regex(r"0[1-9][0-9]{2,3}[ /-]?[0-9]{6,7}", fullmatch=True),
    before=some.sampled_from(["", "Amira näht. ", f"Kontakt: {CONTACT}. ", CONTACT]),
    after=some.sampled_from(["", " Danke!", f" {CONTACT}"]),
)
def test_no_other_number_slips_through(number: str, before: str, after: str) -> None:
    """Beside the centre's own contact, or grown together with it."""
    assert is_blocked(f"{before}{number}{after}")
