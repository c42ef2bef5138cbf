"""Offers in three languages draw the warnings that a careful person would give, and no others."""

import tomllib
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.vetting.hearing import hear
from orchestrator.vetting.pay import found_in
from orchestrator.vetting.risks import Risk, risk_words

OFFERS = tomllib.loads((Path(__file__).parent / "offers.toml").read_text("utf-8"))
MEANT = [(Risk(name), text) for name, kinds in OFFERS.items() for text in kinds["yes"]]
HARMLESS = [(Risk(name), text) for name, kinds in OFFERS.items() for text in kinds["no"]]


@pytest.mark.parametrize(("risk", "text"), MEANT)
def test_what_is_meant_is_heard(risk: Risk, text: str) -> None:
    """Whatever the language, the spelling or the order of the words."""
    assert risk in hear(text).risks


@pytest.mark.parametrize(("risk", "text"), HARMLESS)
def test_what_only_sounds_like_it_is_not(risk: Risk, text: str) -> None:
    """The same letters in another word, a denial, or the decent form of it."""
    assert risk not in hear(text).risks


def test_the_words_that_gave_it_away_are_named() -> None:
    """A person sees at once what the rule has seen."""
    said = "Hallo! Geld gibts BAR auf die Hand, schick mir deinen Reisepass."
    assert hear(said).risks == {
        Risk.CASH: "bar auf die hand",
        Risk.DOCUMENTS: "schick mir deinen reisepass",
    }


@pytest.mark.parametrize(
    "text",
    [
        "Bar auf die H\u200band",
        "B\u00adar auf die Hand",
        "ＢＡＲ　ＡＵＦ　ＤＩＥ　ＨＡＮＤ",
        "baaar auf die Haaand",
        "\u202eBar auf die Hand\u202c",
    ],
)
def test_no_trick_with_letters_hides_it(text: str) -> None:
    """Unseen, wide and stretched letters, and turned reading directions."""
    assert Risk.CASH in hear(text).risks


def test_every_warning_of_the_lists_has_its_examples() -> None:
    """A rule without a counter-example is not understood."""
    by_words = {Risk(name) for name in OFFERS}
    assert by_words == set(Risk) - {Risk.LOW_PAY, Risk.UNKNOWN_EMPLOYER, Risk.UNREACHABLE}
    for name, kinds in OFFERS.items():
        assert min(len(kinds["yes"]), len(kinds["no"])) >= 25, name
    assert len({risk_words(risk) for risk in Risk}) == len(Risk)


@given(st.text(max_size=300))
def test_any_text_can_be_heard(text: str) -> None:
    """Emoji, broken characters, other scripts: never an error."""
    hear(text)
    for pay in found_in(text).pays:
        assert pay.least is None or pay.least >= 0


@pytest.mark.parametrize(
    "piece", ["bar auf die ", "1.000.", "ohne ", "€ 5 ", "12 h ", "a" * 50 + " "]
)
def test_a_long_text_costs_no_long_time(piece: str) -> None:
    """Ten thousand characters of what the patterns begin with."""
    hear("x")
    began = perf_counter()
    text = piece * (10_000 // len(piece))
    hear(text)
    found_in(text)
    assert perf_counter() - began < 5
