"""A letter as a mail: any program reads it, in any direction of writing."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from orchestrator.messengers.codes import message_id
from orchestrator.messengers.port import Letter
from orchestrator.messengers.writing import mail_of
from tests.messengers.conftest import CODE, START, letter


def written(one: Letter, name: str = "Woche der Türen") -> EmailMessage:
    raw = mail_of(one, "offers@example.org", name, START)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    return mail


def words(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_what_stands_on_it() -> None:
    mail = written(letter(subject="Ein Angebot für Görlitz (Code)"))
    assert mail["From"] == "Woche der Türen <offers@example.org>"
    assert mail["To"] == "volunteer@example.org"
    assert mail["Subject"] == "Ein Angebot für Görlitz (Code)"
    assert mail["Date"].datetime == START
    assert mail["Message-ID"] == letter().message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Tueroeffner-Code"] == letter().code
    assert mail["Content-Language"] == "de"
    assert mail["MIME-Version"] == "1.0"


def test_plain_words_are_all_there_is_unless_more_is_wanted() -> None:
    mail = written(letter(text="Grüße aus Görlitz\n"))
    assert mail.get_content_type() == "text/plain"
    assert words(mail, "plain").replace("\r\n", "\n") == "Grüße aus Görlitz\n"


@pytest.mark.parametrize("language", ["ar", "fa", "he"])
def test_a_language_from_right_to_left_is_marked_as_such(language: str) -> None:
    mail = written(letter(language=language, text="مرحباً <b>\n\nالسطر الثاني\n"))
    assert words(mail, "plain").startswith("مرحباً <b>")
    page = words(mail, "html")
    assert f'<html lang="{language}" dir="rtl">' in page
    assert "مرحباً &lt;b&gt;" in page
    assert mail["Content-Language"] == language


def test_a_page_of_ones_own_goes_beside_the_words() -> None:
    mail = written(letter(html="<p>Hallo</p>"))
    assert '<html lang="de" dir="ltr">' in words(mail, "html")
    assert "<p>Hallo</p>" in words(mail, "html")
    assert words(mail, "plain").startswith("Guten Tag")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_nothing_in_a_subject_or_name_begins_a_header() -> None:
    mail = written(letter(subject="a\r\nBcc: x@example.org\n\x1b[2Jb"), name='"W\r\nX: y"')
    assert mail["Bcc"] is None
    assert mail["X"] is None
    assert mail["Subject"] == "a Bcc: x@example.org b"


def test_a_long_domain_leaves_the_identifier_whole() -> None:
    sender = "offers@" + ".".join(["abcdefghijklmnopqrstuvwxyz"] * 6) + ".example"
    named = message_id(CODE, sender)
    assert written(letter(message_id=named))["Message-ID"] == named


@pytest.mark.parametrize("text", ["", "x" * 5000, "ü" * 5000, "a\rb\nc\r\n", "\x00", "و" * 3000])
def test_any_words_go_on_their_way(text: str) -> None:
    assert written(letter(text=text))
    assert written(letter(text=text, language="ar"))
