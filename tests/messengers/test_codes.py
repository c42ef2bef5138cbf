"""The code of a receipt: found in whatever people and their programs make of it."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.messengers.codes import (
    SIGNS,
    code_of,
    codes_in,
    letters_named,
    message_id,
    new_code,
    typed_code,
)

CODE = new_code(Random(7).choice)
codes = st.randoms(use_true_random=False).map(lambda random: new_code(random.choice))


@given(codes)
def test_a_code_is_read_as_it_was_made(code: str) -> None:
    assert codes_in(f"Code {code}.") == (code,)
    assert typed_code(code) == code
    assert code_of(message_id(code, "hilfe@example.org")) == code


@given(codes, st.data())
def test_one_wrong_sign_is_no_code(code: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([0, 1, 2, 3, 5, 6, 7, 8]))
    other = data.draw(st.sampled_from([sign for sign in SIGNS if sign != code[at]]))
    wrong = code[:at] + other + code[at + 1 :]
    assert codes_in(wrong) == ()
    assert typed_code(wrong) is None


@given(codes, st.data())
def test_two_swapped_signs_are_no_code(code: str, data: st.DataObject) -> None:
    signs = list(code.replace("-", ""))
    one, two = data.draw(st.lists(st.integers(0, 7), min_size=2, max_size=2, unique=True))
    if signs[one] != signs[two]:
        signs[one], signs[two] = signs[two], signs[one]
        assert typed_code("".join(signs)) is None


@pytest.mark.parametrize(
    "written",
    [
        "{code}", "[{code}]", "AW: Ein Angebot ({code})", "code:{lower}", "„{code}“",
        "{first}‑{second}", "{first} – {second}", "{first}-\r\n{second}", "{first}\u00ad-{second}",
        "الرمز \u2066{code}\u2069 وصل", "{first}-\u200b{second}",
        "> > {code}", "*{code}*", "{first}_{second}",
    ],
)  # fmt: skip
def test_what_programs_do_to_a_code(written: str) -> None:
    first, second = CODE.split("-")
    text = written.format(code=CODE, lower=CODE.lower(), first=first, second=second)
    assert codes_in(text) == (CODE,)


@pytest.mark.parametrize(
    "text", ["", "0761-5550", "2026-1124", "A{code}", "{code}7", "BCDF-GHJK-2345-6789", "HTTP-8080"]
)
def test_what_is_no_code(text: str) -> None:
    assert codes_in(text.format(code=CODE)) == ()


def test_each_code_counts_once_and_in_order() -> None:
    other = new_code(Random(8).choice)
    assert codes_in(f"{other} {CODE} {other.lower()}") == (other, CODE)


@pytest.mark.parametrize("typed", [" {code} ", "{bare}", "{spaced}", "{lower}.", "[{code}]"])
def test_a_code_that_somebody_typed(typed: str) -> None:
    bare = CODE.replace("-", "")
    text = typed.format(code=CODE, bare=bare, spaced=" ".join(bare), lower=bare.lower())
    assert typed_code(text) == CODE


@pytest.mark.parametrize("typed", ["", "K", "ÄÖÜ", "0000-0000", "2345", "١٢٣٤-٥٦٧٨"])
def test_what_somebody_typed_that_is_none(typed: str) -> None:
    assert typed_code(typed) is None


def test_our_letters_in_a_header() -> None:
    mine = message_id(CODE, "büro@tür.example")
    assert mine.isascii()
    assert letters_named(f"<abc@mail.example>\r\n {mine} {mine}") == (mine,)
    assert code_of("<abc@mail.example>") is None
    assert code_of("<tueroeffner.2345-6789@x>") is None


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    assert isinstance(codes_in(text), tuple)
    typed_code(text)
