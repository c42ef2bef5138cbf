"""What comes back: receipts of people, automatic answers and bounces, as programs really write."""

from base64 import b64encode
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.messengers.codes import message_id, new_code
from orchestrator.messengers.port import Kind
from orchestrator.messengers.reading import incoming
from tests.messengers.shapes import AUTOMATIC, BOUNCES, CODE, NO_BOUNCE, OTHER, RECEIPTS

OURS = message_id(CODE, "offers@sandbox.example")


@pytest.mark.parametrize("name", RECEIPTS)
def test_a_persons_answer_is_a_receipt(name: str) -> None:
    found = incoming(7, RECEIPTS[name])
    assert found is not None
    assert (found.uid, found.kind, found.codes) == (7, Kind.ANSWER, (CODE,))


@pytest.mark.parametrize("name", AUTOMATIC)
def test_what_a_machine_wrote_is_no_receipt(name: str) -> None:
    found = incoming(7, AUTOMATIC[name])
    assert found is not None
    assert (found.kind, found.codes) == (Kind.AUTOMATIC, (CODE,))


@pytest.mark.parametrize("name", BOUNCES)
def test_a_letter_that_was_given_back_is_known_by_its_code(name: str) -> None:
    found = incoming(7, BOUNCES[name])
    assert found is not None
    assert (found.kind, found.codes) == (Kind.BOUNCE, (CODE,))
    assert "5.1" in found.why or "550" in found.why
    assert "@" not in found.why


@pytest.mark.parametrize("name", NO_BOUNCE)
def test_a_report_of_a_delay_or_a_success_gives_nothing_back(name: str) -> None:
    found = incoming(7, NO_BOUNCE[name])
    assert found is not None
    assert found.kind is Kind.AUTOMATIC


@pytest.mark.parametrize("name", OTHER)
def test_what_is_none_of_ours_is_left_alone(name: str) -> None:
    assert incoming(7, OTHER[name]) is None


def test_an_answer_names_the_letter_that_it_answers() -> None:
    raw = f"From: a@example.org\r\nSubject: Re: Danke\r\nIn-Reply-To: {OURS}\r\n\r\nist da".encode()
    found = incoming(1, raw)
    assert found is not None
    assert (found.kind, found.codes, found.about) == (Kind.ANSWER, (CODE,), (OURS,))


def test_one_answer_may_name_two_letters() -> None:
    other = new_code(Random(12).choice)
    raw = f"From: a@example.org\r\nSubject: beide da\r\n\r\n{CODE} und {other}".encode()
    found = incoming(1, raw)
    assert found is not None
    assert set(found.codes) == {CODE, other}


HEAD = "From: a@example.org\r\nSubject: Re: {subject}\r\nMIME-Version: 1.0\r\n"
CODED = HEAD.format(subject=CODE)


@pytest.mark.parametrize(
    "raw",
    [
        CODED + "Content-Type: text/plain; charset=klingon\r\n\r\n\x80\xff",
        CODED + "Content-Type: text/plain; charset=\"utf-8\r\n\r\nhallo",
        CODED + "Content-Type: text/plain; charset*=utf-8''%\r\n\r\nhallo",
        CODED + "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
        CODED + "Content-Type: multipart/mixed\r\n\r\nno boundary",
        CODED + 'Content-Type: multipart/mixed; boundary="a"\r\n\r\n--a\r\n--a\r\n--a',
        CODED + "Content-Type: ;;;;==\r\nContent-Type: a/b/c\r\n\r\nx",
        CODED + "Subject: =?utf-8?B?////?=\r\n\r\nx",
        "Subject: =?utf-8?B?!?= =?klingon?Q?=FF?= " + CODE + "\r\n\r\nx",
        CODED + "Auto-Submitted:\r\n\r\nx",
        "From: \xff\xfe <>\r\nSubject: " + CODE + "\r\n\r\n",
        "Subject: " + CODE,
        CODED + "In-Reply-To: <>\r\nReferences: <<<>>> @\r\n\r\n\x00\x00",
        CODED + "X: " + "y" * 100_000 + "\r\n\r\nx",
        CODED + "\r\n" + "<" * 100_000,
    ],
)  # fmt: skip
def test_broken_messages_are_read_as_far_as_they_go(raw: str) -> None:
    found = incoming(1, raw.encode("latin-1"))
    assert found is not None
    assert found.codes == (CODE,)


def nested(depth: int) -> bytes:
    """Parts within parts, deeper than any parser goes."""
    parts = "".join(
        f'Content-Type: multipart/mixed; boundary="b{at}"\r\n\r\n--b{at}\r\n' for at in range(depth)
    )
    return (CODED + parts + f"\r\n{CODE}").encode()


@pytest.mark.parametrize("depth", [5, 200, 5000])
def test_parts_within_parts_do_no_harm(depth: int) -> None:
    found = incoming(1, nested(depth))
    assert found is not None
    assert found.codes == (CODE,)


def test_a_report_that_cannot_be_taken_apart_is_still_no_receipt() -> None:
    head = "From: MAILER-DAEMON@example.org\r\nSubject: Undeliverable: Ein Angebot\r\n"
    found = incoming(1, head.encode() + nested(5000))
    assert found is not None
    assert found.kind is not Kind.ANSWER


def test_many_attachments_do_not_hide_the_words() -> None:
    part = "--a\r\nContent-Type: application/pdf\r\n\r\nx\r\n"
    words = f"--a\r\nContent-Type: text/plain\r\n\r\nDanke {CODE}\r\n"
    head = 'From: a@example.org\r\nSubject: da\r\nContent-Type: multipart/mixed; boundary="a"\r\n'
    found = incoming(1, f"{head}\r\n{words}{part * 3000}--a--".encode())
    assert found is not None
    assert found.codes == (CODE,)


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-6", "windows-1256", "cp1252", "utf-7"])
def test_any_charset(charset: str) -> None:
    text = f"وصل {CODE}" if charset in ("utf-16", "iso-8859-6", "windows-1256") else f"da: {CODE}"
    coded = b64encode(text.encode(charset)).decode()
    raw = (
        "From: a@example.org\r\nSubject: Re: ...\r\nContent-Type: text/plain;"
        f" charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n{coded}\r\n"
    )
    found = incoming(1, raw.encode())
    assert found is not None
    assert found.codes == (CODE,)


@given(st.binary(max_size=2000))
def test_any_bytes_can_be_read(raw: bytes) -> None:
    incoming(1, raw)


@given(st.sampled_from(sorted({**RECEIPTS, **BOUNCES, **AUTOMATIC}.items())), st.data())
def test_a_message_that_was_cut_is_read_and_a_machine_stays_one(
    message: tuple[str, bytes], data: st.DataObject
) -> None:
    name, raw = message
    cut = data.draw(st.integers(0, len(raw)))
    found = incoming(1, raw[:cut])
    if found and name not in RECEIPTS and cut >= raw.index(b"\r\n\r\n"):
        assert found.kind is not Kind.ANSWER
