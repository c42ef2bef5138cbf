"""No token, number or address leaves by any way out, and nothing harmless is masked."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator import redact as redact_module
from orchestrator.redact import MASK, contacts_in, redact, redact_document, remember, tame


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("GET /me?access_token=EAABsbCS1234ZCpsBAO&fields=id", "EAABsbCS1234ZCpsBAO"),
        ('{"access_token": "tok-123-abc", "x": 1}', "tok-123-abc"),
        ("appsecret_proof=0a1b2c3d4e5f", "0a1b2c3d4e5f"),
        ("Authorization: Bearer AAAAAAAAAAAAAAAAAAAAA%2Fzz", "AAAAAAAAAAAAAAAAAAAAA%2Fzz"),
        ('OAuth oauth_consumer_key="ck-9", oauth_token="ot-77", oauth_signature="s%3D"', "ot-77"),
        ('OAuth oauth_consumer_key="ck-9", oauth_signature="s%3D"', "s%3D"),
        ("a bare EAABsbCS1234ZCpsBAOxyz in a sentence", "EAABsbCS1234ZCpsBAOxyz"),
        ("postgresql://anna:sesame@db.example/t", "sesame"),
        ("password = geheim123", "geheim123"),
        ("call +49 761 555 0101 today", "555 0101"),
        ("0761/5550101", "5550101"),
        ("(0151) 555-01-234", "555-01-234"),
        ("0049 30 555 0100", "555 0100"),
        ("write to samira.k+jobs@mail.example.org!", "samira.k+jobs@mail.example.org"),
        ("Tel:0761 123456", "123456"),
        ("Tel.:0761-123456", "123456"),
        ("tel.0761123456", "0761123456"),
        ("Tel./0761 123456", "123456"),
        ("٠٧٦١ ١٢٣٤٥٦", "١٢٣٤٥٦"),
        ("اتصل: +۴۹ ۷۶۱ ۱۲۳۴۵۶", "۱۲۳۴۵۶"),
        ("0171 2345678 / 0761 123456", "123456"),
        ("0171 2345678/0761 123456", "123456"),
        ("06.12.34.56.78", "34.56.78"),
        ("max.muster (at) web.de", "max.muster"),
        ("max.muster[at]web.de", "max.muster"),
        ("max.muster ät web (punkt) de", "max.muster"),
        ("max.muster at web dot de", "max.muster"),
        ("max.muster＠web.de", "max.muster"),
        ("?q=max.muster%40web.de", "max.muster"),
        ("max.mu\u200bster@web.de", "ster@"),
        ("0761\u2011555\u20110123", "0123"),
        ("0761 · 555 · 0123", "0123"),
        ("0761\u200b5550123", "5550123"),
        ("0761\x075550123", "5550123"),
        ("0\ufe0f\u20e37\ufe0f\u20e36\ufe0f\u20e31\ufe0f\u20e3 5550123", "5550123"),
        ("?text=Ruf%20an%20%2B49%20761%205550123", "5550123"),
        ("https://wa.me/497615550123", "5550123"),
    ],
)
def test_secrets_and_contacts_are_masked(text: str, secret: str) -> None:
    """By their shape, wherever they stand."""
    assert secret not in redact(text)
    assert MASK in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "from 01.11.2026 to 07.11.2026",
        "2026-11-23T09:00:00+01:00",
        "post 100234567890123_122100000000000000",
        "79098 Freiburg im Breisgau",
        "08:00-10:00",
        "0.015 USD",
        "Python 3.11.7",
        "Zimmer 0815",
        "01.11. – 07.11.2026",
        "01. 11. 2026, 01.11.26 08:00, 01/11/2026",
        "08.00-10.00 Uhr, 08.00 Uhr – 10.30 Uhr",
        "0,99 Euro, 1.600.000 Menschen, 2010-2026",
        "01099 Dresden",
        "https://social.example/posts/0761123456?comment=0761123456",
        "www.laden.example/0761-123456",
        "Wir sind ät home",
    ],
)
def test_harmless_text_stays(text: str) -> None:
    """A date, an id, a postcode or a time is no phone number."""
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0171 2345678 / 0761 123456", ["491712345678", "49761123456"]),
        ("0171 2345678/0761 123456", ["491712345678", "49761123456"]),
        ("0171 2345678 0761 123456", ["491712345678", "49761123456"]),
        ("0761 555 0123 +49 171 2345678", ["497615550123", "491712345678"]),
        ("0761 123456\n0171 2345678", ["49761123456", "491712345678"]),
        ("0761 123456\n79098 Freiburg", ["49761123456"]),
        ("(0761) 555 01 03", ["497615550103"]),
        ("030 23125 017", ["493023125017"]),
        ("+49 (0)761 5550123", ["497615550123"]),
        ("+49 0761 5550123", ["497615550123"]),
        ("۰۷۶۱ ۵۵۵۰۱۲۳", ["497615550123"]),
        ("Max.Muster (at) web (punkt) de", ["max.muster@web.de"]),
    ],
)
def test_every_contact_is_found_for_itself(text: str, numbers: list[str]) -> None:
    """Two numbers side by side are two, one in groups is one; whatever its spelling, the same."""
    assert contacts_in(text) == numbers


@given(st.text("0123456 ./-–():+@aT\n٠", max_size=60))
def test_masked_contacts_stay_masked(text: str) -> None:
    """In whatever pieces a number is written: nothing is found in what is left."""
    once = redact(text)
    assert redact(once) == once
    assert contacts_in(once) == []


@pytest.mark.parametrize(
    "part",
    ["0 ", "0-", "0761", "0761 12", "01.11.", "+", "01 (/", "a", "a.b-c+", "a@", "a (at) ", "(at)",
     "x [at] y (punkt) ", "www.", "http://", " ", "٠"],
)  # fmt: skip
def test_a_hostile_text_costs_no_more_than_its_length(part: str) -> None:
    """Ten times the text takes about ten times as long, not a hundred times."""

    def seconds(length: int) -> float:
        text = (part * length)[:length]
        start = time.process_time()
        redact(text)
        return time.process_time() - start

    assert seconds(20_000) < 40 * max(seconds(2_000), 0.0025)


def test_a_remembered_secret_is_masked_everywhere() -> None:
    """A value from the configuration is known by heart, also inside other words."""
    remember("zx-unusual-91")
    assert redact("…zx-unusual-91…") == f"…{MASK}…"


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    """A text may pass several ways out."""
    once = redact(text)
    assert redact(once) == once


@given(st.text())
def test_tamed_text_moves_no_cursor(text: str) -> None:
    """No control character but line breaks and tabs is left, and no change of direction."""
    left = tame(text)
    assert all(sign in "\n\t" or ord(sign) >= 32 for sign in left)
    assert not set(left) & set("\x7f\x9b\u202e\u2066\u200f")


def test_an_escape_sequence_loses_its_power() -> None:
    """A name cannot colour, clear or rename the terminal."""
    assert tame("\x1b[2J\x1b]0;owned\x07Anna\u202e") == "Anna"


def test_documents_are_masked_at_any_depth_except_public_wording() -> None:
    """The text of a post is public and holds the action centre's number on purpose."""
    document = {
        "posts": [{"text": "Ruf an: 030 555 0100", "error": "no answer for 030 555 0100"}],
        "count": 3,
        "none": None,
        "who": ("anna@example.org",),
    }
    assert redact_document(document) == {
        "posts": [{"text": "Ruf an: 030 555 0100", "error": f"no answer for {MASK}"}],
        "count": 3,
        "none": None,
        "who": [MASK],
    }


_PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "ute.brandt",
                "example.org",
                "example",
                "org",
                "@",
                "＠",
                "(at)",
                "[at]",
                " at ",
                " ät ",
            ),
            *(
                "a\u0308t",
                " ",
                "\n",
                "\u200b",
                "(dot)",
                " punkt ",
                ".",
                "%40",
                "%20",
                "Tel. ",
                "+49",
            ),
            *("0761", "030 23125 017", "１２", "٠٣٠", "wa.me/", "api.whatsapp.com/", "49301234567"),
            *("/", "-", "https://x.example/12345678", "Uhr", "12.11.2026", "{", "<", "ü"),
        ]
    ),
    max_size=12,
).map("".join)


@given(_PIECES)
def test_a_quick_look_passes_over_nothing(text: str) -> None:
    """What is looked for only where it may be is found everywhere it is."""
    quick = redact_module.redact(text), redact_module.contacts_in(text)
    anything = re.compile("")
    with pytest.MonkeyPatch.context() as slow:
        slow.setattr(redact_module, "_MAY_HOLD_MAIL", anything)
        slow.setattr(redact_module, "_MAY_HOLD_PHONE", anything)
        assert (redact_module.redact(text), redact_module.contacts_in(text)) == quick
