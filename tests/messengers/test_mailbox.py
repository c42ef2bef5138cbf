"""The mailbox over the wire: read by its numbers, once each, whatever lies in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from orchestrator.messengers import mailbox
from orchestrator.messengers.port import Kind, Mark
from orchestrator.ports import NotAuthorised, NotSent, Trouble, Unreadable
from tests.messengers.conftest import CODE, DAY, QUICK, START, Post, letter
from tests.messengers.shapes import AUTOMATIC, BOUNCES, OTHER, RECEIPTS
from tests.messengers.test_mail_contract import SECRETS, babbles, server_that


@contextmanager
def expected(kind: type[Trouble]) -> Iterator[Any]:
    with pytest.raises(Trouble) as caught:
        yield caught
    trouble = caught.value
    assert type(trouble) is kind, trouble.why
    assert not [secret for secret in SECRETS if secret in trouble.why]


RECEIPT = next(iter(RECEIPTS.values()))


def put(post: Post, *messages: bytes) -> list[int]:
    return [post.sandbox.mail.office.put(each) for each in messages]


def test_a_receipt_is_read_once(post: Post) -> None:
    [uid] = put(post, RECEIPT)
    first = post.read()
    assert [(each.uid, each.kind, each.codes) for each in first.messages] == [
        (uid, Kind.ANSWER, (CODE,))
    ]
    assert first.messages[0].received_at == START
    again = post.read(first.mark)
    assert (list(again.messages), again.mark) == ([], first.mark)


def test_the_answer_of_a_volunteer_goes_all_the_way(post: Post) -> None:
    post.turn(volunteers="all")
    post.mail().send(letter(5))
    assert not post.read().messages
    post.later(hours=2)
    [found] = post.read().messages
    assert (found.kind, found.codes) == (Kind.ANSWER, (letter(5).code,))


def test_a_letter_that_is_given_back_names_its_code(post: Post) -> None:
    post.turn(bounce=["volunteer@example.org"])
    post.mail().send(letter(6))
    post.later(minutes=5)
    [found] = post.read().messages
    assert (found.kind, found.codes) == (Kind.BOUNCE, (letter(6).code,))
    assert "User unknown" in found.why
    assert "volunteer" not in found.why


def test_what_is_none_of_ours_is_passed_over_and_left_unread(post: Post) -> None:
    uids = put(post, *OTHER.values(), RECEIPT, *OTHER.values())
    found = post.read()
    assert len(found.messages) == 1
    assert found.mark.uid == uids[-1]
    assert not any(each.flags for each in post.sandbox.mail.office.messages())


def test_reading_alone_marks_nothing(post: Post) -> None:
    put(post, RECEIPT)
    post.read()
    assert not post.sandbox.mail.office.messages()[0].flags


def test_what_people_read_already_counts_all_the_same(post: Post) -> None:
    put(post, RECEIPT)
    post.sandbox.mail.office.messages()[0].flags.add("\\Seen")
    assert len(post.read().messages) == 1


def test_much_mail_is_read_in_lots(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "LOT", 3)
    put(post, *[RECEIPT] * 7)
    uids: list[int] = []
    delivery = post.read()
    uids += [each.uid for each in delivery.messages]
    while delivery.more:
        delivery = post.read(delivery.mark)
        uids += [each.uid for each in delivery.messages]
    assert uids == list(range(1, 8))


def test_a_mailbox_that_counts_anew_is_read_anew(post: Post) -> None:
    put(post, *OTHER.values(), RECEIPT)
    mark = post.read().mark
    post.turn(validity=9)
    again = post.read(mark)
    assert len(again.messages) == 1
    assert again.mark.validity == 9


def test_what_came_before_the_campaign_is_not_read(post: Post) -> None:
    put(post, RECEIPT)
    post.later(days=3)
    [late] = put(post, RECEIPT)
    found = post.box().read(None, DAY.replace(month=12, day=3))
    assert [each.uid for each in found.messages] == [late]


def test_an_empty_mailbox_does_not_begin_at_its_first_message_later(post: Post) -> None:
    put(post, RECEIPT)
    post.later(days=30)
    day = post.sandbox.clock.now().date()
    mark = post.box().read(None, day).mark
    assert post.box().read(mark, day).messages == []


def test_hostile_messages_stop_nobody(post: Post) -> None:
    huge = b"From: a@example.org\r\nSubject: x\r\n\r\n" + b"\x00\xff<" * 1_000_000
    deep = "".join(
        f'Content-Type: multipart/mixed; boundary="b{at}"\r\n\r\n--b{at}\r\n' for at in range(3000)
    )
    uids = put(post, huge, deep.encode(), b"", b"\r\n" * 1000, b"(\\Seen) {5}\r\n)", RECEIPT)
    found = post.read()
    assert [each.uid for each in found.messages] == [uids[-1]]


def test_the_words_of_a_huge_message_are_read_and_its_pictures_are_not(post: Post) -> None:
    head, _, _ = RECEIPT.partition(b"\r\n\r\n")
    body = f"angekommen {CODE}\r\n".encode() + b"x" * 5_000_000
    put(post, head + b"\r\n\r\n" + body)
    box = mailbox.open_mailbox(post.options(), most_bytes=2000)
    [found] = box.read(None, DAY).messages
    assert found.codes == (CODE,)


def test_every_shape_survives_the_wire(post: Post) -> None:
    put(post, *RECEIPTS.values(), *AUTOMATIC.values(), *BOUNCES.values())
    kinds = [each.kind for each in post.read().messages]
    wanted = [Kind.ANSWER] * len(RECEIPTS) + [Kind.AUTOMATIC] * len(AUTOMATIC)
    assert kinds == wanted + [Kind.BOUNCE] * len(BOUNCES)


FAULTS: list[tuple[str, str, type[Trouble]]] = [
    ("drop_before", "CONNECT", NotSent), ("status", "CONNECT", NotSent),
    ("html", "CONNECT", NotSent), ("drop_before", "LOGIN", NotSent),
    ("drop_after", "LOGIN", NotSent), ("status", "LOGIN", NotAuthorised),
    ("status", "EXAMINE", Unreadable), ("drop_before", "EXAMINE", NotSent),
    ("status", "SEARCH", Unreadable), ("reset_before", "SEARCH", NotSent),
    ("html", "SEARCH", NotSent), ("status", "FETCH", Unreadable),
    ("drop_before", "FETCH", NotSent), ("reset_after", "FETCH", NotSent),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "method", "trouble"), FAULTS)
def test_a_part_is_never_given_for_the_whole(
    post: Post, kind: str, method: str, trouble: type[Trouble]
) -> None:
    put(post, RECEIPT)
    post.fault(kind, method, network="mailbox")
    with expected(trouble):
        post.read()
    assert len(post.read().messages) == 1


@pytest.mark.parametrize("method", ["CONNECT", "LOGIN", "EXAMINE", "SEARCH", "FETCH"])
def test_a_server_that_hangs_is_left(post: Post, method: str) -> None:
    put(post, RECEIPT)
    post.fault("hang", method, network="mailbox", seconds=30)
    with expected(NotSent):
        post.box(QUICK).read(None, DAY)


def test_a_server_that_never_comes_to_an_end_is_left(post: Post) -> None:
    with server_that(babbles) as port, pytest.raises(Trouble):
        post.box(QUICK, imap_port=port).read(None, DAY)


def test_a_server_that_drips_is_left(post: Post) -> None:
    def drips(line: Any, done: Any) -> None:
        line.sendall(b"* OK hello\r\n")
        while not done.wait(0.05):
            line.sendall(b"* OK still here\r\n")

    with server_that(drips) as port, expected(NotSent):
        post.box(QUICK, imap_port=port).read(None, DAY)


def test_an_answer_that_claims_to_be_endless_is_not_taken(post: Post) -> None:
    def boasts(line: Any, done: Any) -> None:
        line.sendall(b"* OK hello\r\n* CAPABILITY IMAP4rev1 {99999999999}\r\n")
        done.wait(5)

    with server_that(boasts) as port, expected(NotSent):
        post.box(imap_port=port).read(None, DAY)


def test_a_wrong_password(post: Post) -> None:
    for change in ({"imap_password": "another"}, {"imap_user": 'a" b'}, {"imap_user": "ümläut"}):
        with expected(NotAuthorised):
            post.box(**change).read(None, DAY)
    post.turn(login="refused")
    with expected(NotAuthorised):
        post.box().check()


@pytest.mark.parametrize("name", ["Angebote", 'a "b" \\c', "Türöffner/Post", "a & b"])
def test_a_mailbox_that_is_not_there(post: Post, name: str) -> None:
    with expected(Unreadable) as caught:
        post.box(mailbox=name).check()
    assert name in caught.value.why


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("INBOX", "INBOX"), ("a&b", "a&-b"), ("Türöffner", "T&APw-r&APY-ffner"),
        ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"), ("&ü", "&-&APw-"),
    ],
)  # fmt: skip
def test_the_name_of_a_mailbox_as_the_standard_writes_it(name: str, written: str) -> None:
    """RFC 3501, 5.1.3, whose own example is the long one."""
    assert mailbox._utf7(name) == written


def test_a_check_reads_nothing(post: Post) -> None:
    put(post, RECEIPT)
    assert "INBOX" in post.box().check()
    commands = [call["method"] for call in post.sandbox.calls.entries()]
    assert commands == ["CONNECT", "CAPABILITY", "LOGIN", "EXAMINE", "LOGOUT"]


@pytest.mark.parametrize(
    "text", ["", "1", "1/", "/2", "a/b", "1/2/3", "-1/2", "9" * 11 + "/1", "١/٢"]
)
def test_a_mark_that_makes_no_sense_begins_anew(text: str) -> None:
    assert Mark.of(text) is None


def test_a_mark_is_read_as_it_was_written() -> None:
    assert Mark.of(str(Mark(17, 4711))) == Mark(17, 4711)
