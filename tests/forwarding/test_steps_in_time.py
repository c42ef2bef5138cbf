"""Receipts and reminders: whoever does not confirm is reminded, then the next one is told."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import select

from orchestrator.config import Settings
from orchestrator.errors import UsageProblem
from orchestrator.forwarding import attending, handing, receipts
from orchestrator.forwarding.attending import attend, go_on
from orchestrator.messengers.port import Incoming, Kind
from orchestrator.model import Campaign, Pause, Reply, Tandem
from orchestrator.ports import NotAuthorised, OutcomeUnknown, Rejected, Unreadable
from orchestrator.shift import Shift, Tally, World
from orchestrator.today.offers import calls
from orchestrator.vocabulary import Delivery, Scope, Step, TandemState, Way
from tests.campaign_rows import NOON
from tests.conftest import on_both
from tests.forwarding.conftest import MAIL, VOLUNTEER, House

EVERYBODY = VOLUNTEER | {"backup_contact": "Frau Weber, weber@example.org"}
PARTNERS = [{"name": "Caritas Flensburg", "mail": "office@example.org"}]


@pytest.fixture
def full(house: House, settings: Callable[..., Settings]) -> House:
    """A campaign in which everybody has an address."""
    house.settings = settings(mail={**MAIL, "partners": PARTNERS})
    return house


def days(house: House, number: int) -> None:
    """So many days with a pass at the end of each."""
    for _day in range(number):
        house.wait(days=1)
        go_on(house.office, Tally())


@on_both
def test_one_after_the_other_is_told_and_each_once(full: House) -> None:
    reply = full.offer(full.tandem(contacts=EVERYBODY, partner="Caritas Flensburg"))
    full.hand(reply)
    days(full, 6)
    assert [each.to for each in full.mails.letters] == [
        "jonas@example.org",
        "jonas@example.org",
        "weber@example.org",
        "office@example.org",
    ]
    assert [each.step for each in full.steps(reply)] == list(Step)
    assert len({each.code for each in full.steps(reply)}) == 4
    assert "Erinnerung" in full.mails.letters[1].subject
    assert "24. November 2026, 12:00" in full.mails.letters[1].text


@on_both
@pytest.mark.parametrize("told_by", range(1, 4))
def test_a_receipt_of_any_of_them_ends_it(full: House, told_by: int) -> None:
    """By the code of the first letter or of a later one, typed as people type it."""
    reply = full.offer(full.tandem(contacts=EVERYBODY, partner="Caritas Flensburg"))
    full.hand(reply)
    days(full, told_by - 1)
    code = full.steps(reply)[-1].code
    _row, found, is_new = receipts.type_in(full.office, f" {code.lower().replace('-', ' ')} ")
    assert (found.id, is_new) == (reply, True)
    assert receipts.type_in(full.office, code)[2] is False
    days(full, 4)
    assert full.mails.calls == told_by
    assert full.rows.read(reply).status == "received"
    assert full.states(reply) == ["forwarded", "received"]


def test_a_code_that_is_none(house: House) -> None:
    for code in ("K7RM-2FQ4", "", "hallo", "K7RM-2FQ3"):
        with pytest.raises(UsageProblem):
            receipts.type_in(house.office, code)


def test_whoever_is_left_out_is_left_out(full: House) -> None:
    """No backup contact and no partner: a reminder, and then it is for a person."""
    reply = full.offer(full.tandem())
    full.hand(reply)
    days(full, 4)
    assert [each.step for each in full.steps(reply)] == [Step.FORWARD, Step.REMINDER]
    with full.rows.store.reading() as session:
        [todo] = calls(session, full.rows.id, full.clock.now())
    assert (todo["kind"], todo["id"]) == ("unconfirmed", reply)


def test_whom_nobody_can_mail_somebody_calls(full: House) -> None:
    """The step is a call to make; making its page is the step, and the next one follows anyhow."""
    contacts = VOLUNTEER | {"backup_contact": "Herr Yilmaz 0761 5550133"}
    reply = full.offer(full.tandem(contacts=contacts, partner="Unbekannter Verein"))
    full.hand(reply)
    days(full, 2)
    last = full.steps(reply)[-1]
    assert (last.step, last.way, last.state) == (Step.BACKUP, Way.CALL, Delivery.SENDING)
    with full.rows.store.reading() as session:
        [todo] = calls(session, full.rows.id, full.clock.now())
    assert (todo["kind"], todo["step"]) == ("call", "backup")
    done = full.hand(reply)
    assert (done.row.way, done.paper.to.phone) == (Way.CALL, "+497615550133")
    assert full.steps(reply)[-1].state is Delivery.SENT
    days(full, 1)
    assert full.steps(reply)[-1].step is Step.PARTNER
    assert full.mails.calls == 2


def test_a_refused_address_is_not_reminded(full: House) -> None:
    reply = full.offer(full.tandem(contacts=EVERYBODY))
    full.mails.script = [Rejected("no such mailbox")]
    full.hand(reply)
    go_on(full.office, Tally())
    assert [each.step for each in full.steps(reply)] == [Step.FORWARD, Step.BACKUP]
    assert full.rows.read(reply).status == "forwarded"


def test_an_unclear_mail_is_followed_by_none_to_the_same_person(full: House) -> None:
    """A day later somebody else is told; the volunteer hears of it twice from nobody."""
    reply = full.offer(full.tandem(contacts=EVERYBODY, partner="Caritas Flensburg"))
    full.mails.script = [OutcomeUnknown("no answer", reason="no answer")]
    full.hand(reply)
    days(full, 1)
    assert [each.to for each in full.mails.letters] == ["weber@example.org"]
    row = handing.settle(full.office, reply, sent=False)
    assert (row.step, row.state, row.not_before) == (Step.FORWARD, Delivery.FAILED, None)
    days(full, 3)
    assert [each.to for each in full.mails.letters] == ["weber@example.org", "office@example.org"]


def test_what_was_found_to_have_gone_out_is_reminded_of(full: House) -> None:
    reply = full.offer(full.tandem(contacts=EVERYBODY))
    full.mails.script = [OutcomeUnknown("no answer", reason="no answer")]
    full.hand(reply)
    handing.settle(full.office, reply, sent=True)
    days(full, 1)
    assert [each.to for each in full.mails.letters] == ["jonas@example.org"]
    assert "24. November 2026, 12:00" in full.mails.letters[0].text


@pytest.mark.parametrize("backup", ["Jonas@example.org", "Jonas Weber, jonas@example.org"])
def test_whoever_is_named_twice_is_told_once(full: House, backup: str) -> None:
    """As volunteer and as their own backup contact: a reminder, and then the partner."""
    contacts = VOLUNTEER | {"backup_contact": backup}
    reply = full.offer(full.tandem(contacts=contacts, partner="Caritas Flensburg"))
    full.hand(reply)
    days(full, 4)
    assert [each.step for each in full.steps(reply)] == [
        Step.FORWARD, Step.REMINDER, Step.PARTNER,
    ]  # fmt: skip


def test_a_volunteer_who_went_away_is_not_reminded(full: House) -> None:
    tandem = full.tandem(contacts=EVERYBODY)
    reply = full.offer(tandem)
    full.hand(reply)
    full.change(Tandem, tandem, away_from=date(2026, 11, 25), away_until=date(2026, 12, 1))
    days(full, 1)
    assert [each.step for each in full.steps(reply)] == [Step.FORWARD, Step.BACKUP]


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (Tandem, {"state": TandemState.WITHDRAWN}),
        (Tandem, {"erased_at": NOON}),
        (Reply, {"deleted_at": NOON}),
        (Reply, {"forgotten_at": NOON}),
        (Reply, {"status": "declined"}),
        (Reply, {"label": "abuse"}),
        (Reply, {"label": "other"}),
    ],
)
def test_nobody_is_reminded_of_what_has_ended(
    full: House, kind: type, changes: dict[str, object]
) -> None:
    tandem = full.tandem(contacts=EVERYBODY)
    reply = full.offer(tandem)
    full.hand(reply)
    full.change(kind, tandem if kind is Tandem else reply, **changes)
    days(full, 3)
    assert full.mails.calls == 1


def test_what_tells_again_another_offer_is_not_reminded_of(full: House) -> None:
    tandem = full.tandem(contacts=EVERYBODY)
    first, reply = full.offer(tandem), full.offer(tandem)
    full.hand(reply)
    full.change(Reply, reply, duplicate_of=first)
    days(full, 3)
    assert full.mails.calls == 1


def test_nobody_is_called_about_a_tandem_that_left(full: House) -> None:
    tandem = full.tandem(contacts=VOLUNTEER | {"backup_contact": "Herr Yilmaz 0761 5550133"})
    reply = full.offer(tandem)
    full.hand(reply)
    days(full, 2)
    assert full.steps(reply)[-1].state is Delivery.SENDING
    full.change(Tandem, tandem, state=TandemState.WITHDRAWN)
    with full.rows.store.reading() as session:
        assert calls(session, full.rows.id, full.clock.now()) == []


def test_what_was_edited_waits_for_a_new_check(full: House) -> None:
    """The reminder would tell other words than those that were checked."""
    reply = full.offer(full.tandem(contacts=EVERYBODY))
    full.hand(reply)
    full.change(Reply, reply, edited_at=NOON + timedelta(hours=1))
    full.wait(days=1)
    tally = Tally()
    go_on(full.office, tally)
    assert full.mails.calls == 1
    assert "edited" in tally.findings[0]


def test_a_server_that_is_away_keeps_its_letters_and_one_refusal_of_us_ends_the_pass(
    full: House,
) -> None:
    replies = [full.offer(full.tandem(f"tandem-{number}")) for number in range(3)]
    for each in replies:
        full.hand(each)
    full.wait(days=1)
    full.mails.script = [NotAuthorised("the login is refused")]
    tally = Tally()
    go_on(full.office, tally)
    assert (full.mails.calls, tally.needs_person) == (4, True)
    full.wait(minutes=6)
    tally = Tally()
    go_on(full.office, tally)
    assert (tally.forwarded, tally.needs_person) == (3, False)


def message(code: str, kind: Kind = Kind.ANSWER, uid: int = 1, **changes: object) -> Incoming:
    return Incoming(uid, kind, (code,), (), **changes)  # type: ignore[arg-type]


@on_both
def test_an_answer_by_mail_is_a_receipt_and_a_machine_s_is_none(house: House) -> None:
    reply = house.offer(house.tandem())
    code = house.hand(reply).row.code
    house.mailbox.messages = [message(code, Kind.AUTOMATIC), message("K7RM-2FQ3", uid=2)]
    count, mark = receipts.read(house.office, house.mailbox, None, NOON)
    assert (count, house.rows.read(reply).status) == (0, "forwarded")
    answered = NOON + timedelta(hours=2)
    house.mailbox.messages.append(message(code, uid=3, received_at=answered))
    count, mark = receipts.read(house.office, house.mailbox, mark, NOON)
    [row] = house.steps(reply)
    assert (count, row.received_at, row.received_by) == (1, answered, "mail")
    assert house.rows.read(reply).status == "received"
    # Read again from the beginning, as after a restart: nothing changes.
    assert receipts.read(house.office, house.mailbox, None, NOON)[0] == 0


def test_an_answer_to_an_unclear_mail_proves_it(house: House) -> None:
    reply = house.offer(house.tandem())
    code = house.hand(reply).row.code
    house.change(type(house.steps(reply)[0]), house.steps(reply)[0].id, state=Delivery.UNKNOWN)
    house.mailbox.messages = [message(code)]
    receipts.read(house.office, house.mailbox, None, NOON)
    assert house.steps(reply)[0].state is Delivery.SENT
    assert house.rows.read(reply).status == "received"


def test_a_letter_that_comes_back_reached_nobody(full: House) -> None:
    """The offer waits again, and whoever is next is told at once."""
    reply = full.offer(full.tandem(contacts=EVERYBODY))
    code = full.hand(reply).row.code
    full.mailbox.messages = [message(code, Kind.BOUNCE, why="550 user unknown")]
    receipts.read(full.office, full.mailbox, None, NOON)
    [row] = full.steps(reply)
    assert (row.state, row.error) == (Delivery.FAILED, "550 user unknown")
    assert full.states(reply) == ["forwarded", "checked"]
    go_on(full.office, Tally())
    assert [each.to for each in full.mails.letters][-1] == "weber@example.org"
    assert full.rows.read(reply).status == "forwarded"


def test_a_letter_that_came_back_once_does_not_take_back_the_next(full: House) -> None:
    """The daily job reads the mailbox from its beginning: what bounced is an older letter."""
    reply = full.offer(full.tandem())
    first = full.hand(reply).row.code
    full.mailbox.messages = [message(first, Kind.BOUNCE, why="550 user unknown")]
    receipts.read(full.office, full.mailbox, None, NOON)
    again = full.hand(reply)
    assert again.row.code != first
    receipts.read(full.office, full.mailbox, None, NOON)
    [row] = full.steps(reply)
    assert (row.state, full.mails.calls) == (Delivery.SENT, 2)
    assert full.mails.letters[-1].code == row.code
    assert row.code in full.mails.letters[-1].message_id


def test_a_long_mailbox_is_read_in_lots(house: House) -> None:
    reply = house.offer(house.tandem())
    code = house.hand(reply).row.code
    house.mailbox.lot = 2
    house.mailbox.messages = [message("K7RM-2FQ3", uid=uid) for uid in range(1, 8)]
    house.mailbox.messages.append(message(code, uid=9))
    assert receipts.read(house.office, house.mailbox, None, NOON)[0] == 1


@pytest.fixture
def shift(full: House, monkeypatch: pytest.MonkeyPatch) -> Shift:
    """A worker whose mail goes to the house's messenger."""
    monkeypatch.setattr(attending, "messenger_of", lambda *_options: full.mails)
    monkeypatch.setattr(attending, "open_mailbox", lambda _options: full.mailbox)
    return Shift(
        full.rows.store, full.settings, full.rows.key, full.rows.id, {}, full.clock, full.clock,
        "worker", "heike",
    )  # fmt: skip


def test_a_pass_reads_before_it_reminds(
    full: House, shift: Shift, settings: Callable[..., Settings]
) -> None:
    """Whoever answered in time is not reminded; and the mailbox is not asked at every pass."""
    imap = {"imap_host": "127.0.0.1", "imap_port": 1143, "imap_security": "none"}
    shift.__dict__["settings"] = settings(mail={**MAIL, **imap, "partners": PARTNERS})
    reply = full.offer(full.tandem(contacts=EVERYBODY))
    full.mailbox.messages = [message(full.hand(reply).row.code)]
    full.wait(days=1)
    tally = Tally()
    attend(shift, tally)
    assert (tally.receipts, tally.forwarded, full.mails.calls) == (1, 0, 1)
    other = full.offer(full.tandem("zweites"))
    full.hand(other)
    full.mailbox.dark = Unreadable("there is no such mailbox")
    tally = Tally()
    attend(shift, tally)
    assert tally.findings == []
    full.wait(minutes=3)
    attend(shift, tally)
    assert tally.findings == ["there is no such mailbox"]


@pytest.mark.parametrize("stop", ["pause", "freeze", "rehearsal"])
def test_nothing_goes_out_by_itself_while_all_is_stopped(
    full: House, shift: Shift, stop: str
) -> None:
    full.hand(full.offer(full.tandem(contacts=EVERYBODY)))
    full.wait(days=1)
    if stop == "pause":
        full.rows.add(Pause(campaign_id=full.rows.id, scope=Scope.ALL, since=NOON, actor="heike"))
    elif stop == "freeze":
        full.change(Campaign, full.rows.id, frozen_since=NOON)
    else:
        shift.__dict__["world"] = World(played=True)
    attend(shift, Tally())
    assert full.mails.calls == 1


def test_a_pass_without_mail_makes_calls_of_what_is_due(house: House) -> None:
    reply = house.offer(house.tandem(contacts=EVERYBODY))
    house.mails = None  # type: ignore[assignment]
    house.hand(reply, Way.SHEET)
    days(house, 1)
    assert [(each.step, each.way) for each in house.steps(reply)] == [
        (Step.FORWARD, Way.SHEET),
        (Step.REMINDER, Way.CALL),
    ]
    with house.rows.store.reading() as session:
        assert session.exec(select(Reply.status).where(Reply.id == reply)).one() == "forwarded"
