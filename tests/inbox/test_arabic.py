"""Arabic on a terminal: whole, in lines that fit, for terminals that turn it round and others."""

import unicodedata
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from orchestrator.inbox.arabic import SAMPLE, Way, has_rtl, is_rtl, line, lines, turned, wrap
from orchestrator.inbox.words import shown

MIXED = "عندي مغسلة سيارات في Freiburg وأحتاج شخص (جدّي) من 8 إلى 17، الراتب 14,50 €"
SIGNS = (
    "ابتثعملشغسهةىئؤأإآلافقكيو"
    "ًٌٍَُِّْ"
    "پچژگک"
    "אבגד"
    "abcÄöß XYZ"
    "0123456789٠١٢٣"
    " \n.,;!?()[]<>-–:/\"'«»€"
    "😀👍🏽❤\ufe0f\u200c\u200d\u0301漢字"
)
TEXTS = st.one_of(st.text(alphabet=SIGNS, max_size=200), st.text(max_size=100))
WIDTHS = st.integers(4, 90)
WAYS: tuple[Way, ...] = ("logical", "visual")


def signs(text: str, *, all_forms: bool = True) -> Counter[str]:
    """Every sign that says something, in its plain form; ``all_forms`` also brackets."""
    plain = unicodedata.normalize("NFKD", text)
    return Counter(
        each
        for each in plain
        if not each.isspace()
        and unicodedata.bidirectional(each) != "BN"
        and not "\ufe00" <= each <= "\ufe0f"
        and (all_forms or not unicodedata.mirrored(each))
    )


@given(TEXTS, WIDTHS, st.sampled_from(WAYS))
@example("0\ufe0f" * 9 + "א\ufe0f0", 10, "visual")
@example("א👍🏽" * 20, 10, "visual")
def test_no_line_is_wider_than_it_may_be(text: str, width: int, way: Way) -> None:
    """Whatever strangers write, in whichever script."""
    text = shown(text)
    assert all(cell_len(each) <= width for each in lines(text, width, cell_len, way))
    assert cell_len(line(text, width, cell_len, way)) <= width


@given(TEXTS, WIDTHS)
def test_in_logical_order_nothing_is_lost(text: str, width: int) -> None:
    """Breaking drops no sign but blanks at the ends of lines."""
    text = shown(text)
    drawn = lines(text, width, cell_len, "logical")
    assert "".join("".join(drawn).split()) == "".join(text.split())


@given(TEXTS, WIDTHS)
@example("(عمل) «شغل» [أ]", 20)
def test_turned_round_nothing_is_lost(text: str, width: int) -> None:
    """Letters change their form and their place, brackets their side; each is still there."""
    text = shown(text)
    drawn = "".join(lines(text, width, cell_len, "visual"))
    assert signs(drawn, all_forms=False) == signs(text, all_forms=False)
    assert signs(drawn).total() == signs(text).total()


@given(st.text(alphabet="abc äöß 123.,!()\n", max_size=100), WIDTHS)
def test_other_scripts_are_only_broken(text: str, width: int) -> None:
    """A German text looks the same on every terminal."""
    assert lines(text, width, cell_len, "visual") == lines(text, width, cell_len, "logical")


def test_the_first_words_stay_in_the_first_line() -> None:
    """Broken first, turned round then: the other way round the text would be read backwards."""
    first, *_rest = lines(MIXED, 30, cell_len, "visual")
    begins = MIXED.split()[0]
    assert signs(begins) <= signs(first)
    assert not signs(MIXED.split()[-1]) <= signs(first)
    assert first == first.rjust(30)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        (SAMPLE, "\ufede\ufee4\ufecb"),
        # Lam and alef are one sign; the vowel stays behind its own letter.
        ("سَلا", "\ufefc\ufeb3\u064e"),
        # Digits and Latin words keep their direction.
        ("من 8 إلى 17", "17 \ufef0\ufedf\ufe87 8 \ufee6\ufee3"),
        ("عمل Kassel", "Kassel \ufede\ufee4\ufecb"),
        ("Kassel عمل", "Kassel \ufede\ufee4\ufecb"),
        # Brackets and quotation marks still hold what they held.
        ("(عمل) ok", "ok (\ufede\ufee4\ufecb)"),
        ("«عمل»", "«\ufede\ufee4\ufecb»"),
        ("عمل (a) [b]", "[b] (a) \ufede\ufee4\ufecb"),
        ("5 < 6 عمل", "\ufede\ufee4\ufecb 6 > 5"),
        # A thumb keeps its colour.
        ("عمل 👍🏽", "👍🏽 \ufede\ufee4\ufecb"),
        # Persian's non-joiner keeps letters apart, and takes no room.
        ("می\u200cخ", "\ufea5\u200c\ufbfd\ufee3"),
    ],
)
def test_what_a_plain_terminal_gets(text: str, drawn: str) -> None:
    """From left to right, as it has to stand there."""
    assert turned(text) == drawn


def test_which_way_a_paragraph_runs() -> None:
    """Its first letter decides, also behind digits and signs."""
    assert is_rtl("14,50 € عمل Job")
    assert not is_rtl("Job عمل")
    assert not is_rtl("14,50 €")
    assert has_rtl("Job עבודה")
    assert not has_rtl("Job ١٢")


def test_ten_thousand_signs_without_a_blank_are_broken() -> None:
    """Each line full, and quickly."""
    broken = wrap("ش" * 10_000, 80, cell_len)
    assert {len(each) for each in broken} == {80}
    assert len(broken) == 125
