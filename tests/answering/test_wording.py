"""The words of answers: shipped in three languages, a campaign's own before them."""

from pathlib import Path

import pytest

from orchestrator.answering.case import Case
from orchestrator.answering.rules import masked
from orchestrator.answering.texts import FOLDER, OWN, PLACES, REASONS, filled, languages, template
from orchestrator.answering.wording import language_for, language_of, words_for
from orchestrator.errors import UsageProblem
from orchestrator.model import Reply
from orchestrator.networks.wire.x_text import has_url, length
from orchestrator.settings import Campaign
from orchestrator.vocabulary import AnswerKind
from tests.campaign_rows import NOON
from tests.conftest import CAMPAIGN

FIRST, LAST = AnswerKind.ACKNOWLEDGEMENT, AnswerKind.CLOSING
KINDS = [(FIRST, ""), *((LAST, each) for each in REASONS)]


@pytest.fixture
def campaign() -> Campaign:
    return Campaign(**CAMPAIGN)


def case(name: str = "Jana Beispiel", tandem: str = "Amira", text: str = "Hallo") -> Case:
    reply = Reply(id=1, campaign_id=1, channel="comment", text=text, received_at=NOON,
                  collected_at=NOON)  # fmt: skip
    return Case(reply, [], name, tandem, "amira", NOON, True)


@pytest.mark.parametrize(("kind", "reason"), KINDS)
@pytest.mark.parametrize("language", ["de", "en", "ar"])
def test_every_word_is_there_in_three_languages(
    tmp_path: Path, campaign: Campaign, kind: AnswerKind, reason: str, language: str
) -> None:
    """Filled in, short enough for X, without a link that would make it dearer, and complete."""
    assert language in languages(kind, reason, tmp_path)
    text = words_for(case(), kind, reason, language, campaign, tmp_path)
    assert "{" not in text
    assert campaign.contact in text
    assert length(text) <= 280
    assert not has_url(text)


def test_the_first_word_tells_what_is_done_with_what_they_said(
    tmp_path: Path, campaign: Campaign
) -> None:
    words = {"de": "löschen", "en": "delete", "ar": "نحذف"}
    for language, told in words.items():
        assert told in words_for(case(), FIRST, "", language, campaign, tmp_path)


def test_a_name_that_nobody_knows_leaves_nothing_behind(tmp_path: Path, campaign: Campaign) -> None:
    nobody = case(name="", tandem="")
    german = words_for(nobody, FIRST, "", "de", campaign, tmp_path)
    assert german.startswith("Danke! Wir geben das an die Person aus unserer Aktion weiter")
    arabic = words_for(nobody, FIRST, "", "ar", campaign, tmp_path)
    assert arabic.startswith("شكرًا لك!")


def test_a_stranger_moves_no_cursor_with_a_name(tmp_path: Path, campaign: Campaign) -> None:
    odd = case(name="Ja\x1b[2Jna\n0761 555 0199 \u202e")
    text = words_for(odd, FIRST, "", "de", campaign, tmp_path)
    assert not {"\x1b", "\u202e"} & set(text)
    assert "555 0199" not in text
    assert "\n" not in text


def test_a_campaigns_own_words_come_first(tmp_path: Path, campaign: Campaign) -> None:
    """Also in a further language, and one for all reasons of a closing word."""
    own = tmp_path / OWN
    own.mkdir(parents=True)
    (own / "acknowledgement.de.txt").write_text("Moin {name}!\n", "utf-8-sig")
    (own / "closing.uk.txt").write_text("Дякуємо, {name}!", "utf-8")
    assert words_for(case("Jana"), FIRST, "", "de", campaign, tmp_path) == "Moin Jana!"
    assert "uk" in languages(LAST, "hired", tmp_path)
    assert words_for(case("Jana"), LAST, "hired", "uk", campaign, tmp_path) == "Дякуємо, Jana!"
    assert (
        template(FIRST, "", "en", tmp_path)
        == (FOLDER / "acknowledgement.en.txt").read_text("utf-8").strip()
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"Danke {nam}", "knows no {nam}"),
        (b"Danke {name", "brace"),
        (b" \n", "empty"),
        (b"\xff\xfe\x00", "codec"),
        (b"a" * 200_000, "size"),
        (b"{0}", "knows no {0}"),
    ],
)
def test_a_file_that_does_not_fit(tmp_path: Path, content: bytes, why: str) -> None:
    """The sentence names the file and what may stand in it."""
    own = tmp_path / OWN
    own.mkdir(parents=True)
    (own / "acknowledgement.de.txt").write_bytes(content)
    with pytest.raises(UsageProblem) as refused:
        template(FIRST, "", "de", tmp_path)
    assert why in refused.value.what
    assert "acknowledgement.de.txt" in refused.value.what
    assert all(f"{{{each}}}" in refused.value.remedy for each in PLACES)


@pytest.mark.parametrize("language", ["uk", "../de", "", "DE"])
def test_a_language_without_words(tmp_path: Path, language: str) -> None:
    with pytest.raises(UsageProblem, match="no text") as refused:
        template(FIRST, "", language, tmp_path)
    assert "ar, de, en" in refused.value.remedy


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wir suchen ab sofort eine Hilfe in der Näherei, bitte melden", "de"),
        ("We are looking for a tailor, please call us", "en"),
        ("نبحث عن خياطة في محلنا، اتصلوا بنا", "ar"),
        ("Потрібна швачка у нашу майстерню", None),
        ("Szukamy pomocy do pracy w sklepie, proszę dzwonić", None),
        ("👍", None),
        ("", None),
    ],
)
def test_the_language_of_a_reply(
    tmp_path: Path, campaign: Campaign, text: str, language: str | None
) -> None:
    """Where it is none that has words, the campaign's own is taken."""
    assert language_of(text) == language
    assert language_for(text, FIRST, "", campaign, tmp_path) == (language or "de")


def test_own_words_must_be_given(tmp_path: Path, campaign: Campaign) -> None:
    with pytest.raises(UsageProblem, match="missing"):
        words_for(case(), AnswerKind.ANSWER, "", "de", campaign, tmp_path)


def test_what_is_kept_holds_no_strangers_contact() -> None:
    assert masked("Ruf 0761 555 0199 an", "") == "Ruf ••• an"
    assert masked("Wir: 030 555 0100, Sie: a@example.org", "030 555 0100") == (
        "Wir: 030 555 0100, Sie: •••"
    )
    assert filled("Hallo {name}", {"name": "{tandem}"}) == "Hallo {tandem}"
