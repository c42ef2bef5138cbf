"""An offer goes to whoever looks after its tandem, once; every refusal names the way out."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from orchestrator import people
from orchestrator.config import Settings
from orchestrator.errors import PersonNeeded, TueroeffnerError, UsageProblem
from orchestrator.forwarding import handing
from orchestrator.forwarding.attending import go_on
from orchestrator.model import Tandem
from orchestrator.ports import NotAuthorised, NotSent, OutcomeUnknown, RateLimited, Rejected
from orchestrator.replies import Sender
from orchestrator.shift import Tally
from orchestrator.vetting.amounts import Unit
from orchestrator.vetting.answers import Answers
from orchestrator.vetting.pay import Hours
from orchestrator.vocabulary import Delivery, Label, Show, Step, TandemState, Way
from tests.at_once import together
from tests.campaign_rows import NOON
from tests.conftest import on_both
from tests.forwarding.conftest import MAIL, OFFERER, VOLUNTEER, House, checked

PHONE = "0761 5550100"


@on_both
def test_a_mail_goes_out_once_and_the_offer_is_on_its_way(house: House) -> None:
    """To the volunteer, in their language, with a code; and a second command sends nothing."""
    reply = house.offer(house.tandem())
    done = house.hand(reply)
    [letter] = house.mails.letters
    assert (letter.to, letter.language, letter.code) == ("jonas@example.org", "de", done.row.code)
    assert done.row.code in letter.subject
    assert (done.row.state, done.row.sent_at, done.status) == (Delivery.SENT, NOON, "forwarded")
    assert house.states(reply) == ["forwarded"]
    assert [each.what for each in house.rows.events(reply)] == ["forwarded", "outcome"]
    with house.rows.store.reading() as session:
        again = handing.look(session, house.office, handing.Wish(reply))
    assert again.again
    assert not again.is_letter
    assert house.mails.calls == 1


def test_a_mail_holds_no_contact_of_the_offerer(house: House) -> None:
    """Neither in its words, which named a number, nor as a way to reach them; nor does a subject
    name anybody."""
    house.hand(house.offer(house.tandem()))
    [letter] = house.mails.letters
    for part in (letter.text, letter.html):
        assert PHONE not in part
        assert "Frau Krause" in part
        assert "Aktionsbüro" in part
    assert "Amira" not in letter.subject
    assert "Jonas" not in letter.subject


def test_a_campaign_may_allow_it(house: House, settings: Callable[..., Settings]) -> None:
    house.settings = settings(mail={**MAIL, "phone_in_mail": True})
    house.hand(house.offer(house.tandem()))
    assert PHONE in house.mails.letters[0].text


@pytest.mark.parametrize(("language", "word"), [("en", "Hello"), ("ar", "مرحبًا")])
def test_in_the_volunteers_language(house: House, language: str, word: str) -> None:
    house.hand(house.offer(house.tandem(volunteer_lang=language)))
    assert house.mails.letters[0].language == language
    assert house.mails.letters[0].text.startswith(word)


@pytest.mark.parametrize(
    ("show", "alias", "told"),
    [
        (Show.FULL, "", "Samira"),
        (Show.NO_FACE, "", "Samira"),
        (Show.ALIAS, "Kim", "Kim"),
        (Show.REGION, "Kim", "Kim"),
        (None, "", "amira-und-jonas"),
    ],
)
def test_the_person_has_the_name_that_the_public_knows(
    house: House, show: Show | None, alias: str, told: str
) -> None:
    """Never none: whoever reads it has to know for whom the offer is."""
    with house.rows.store.session() as session:
        person = people.add(session, house.rows.key, house.rows.id, {"name": "Samira"})
        changes = {"refugee_id": person.id, "show": show, "public_name": alias}
    house.hand(house.offer(house.tandem(**changes)))
    text = house.mails.letters[0].text
    assert f"{told} entscheidet" in text
    assert told == "Samira" or "Samira" not in text


@pytest.mark.parametrize(
    ("way", "text", "sender", "told"),
    [
        (Way.MAIL, "Hilfe gesucht, 0761 5550100", None, "schreiben wir nicht in Mails"),
        (Way.SHEET, "Hilfe gesucht, 0761 5550100", None, "im Wortlaut"),
        (Way.SHEET, "Hilfe gesucht", None, "Bitte fragen Sie uns"),
        (Way.SHEET, "Hilfe gesucht", OFFERER, OFFERER.contact),
    ],
)
def test_how_they_are_reached_is_said_as_it_is(
    house: House, way: Way, text: str, sender: Sender | None, told: str
) -> None:
    """A page is no mail, and holds what the words hold."""
    done = house.hand(house.offer(house.tandem(), text=text, sender=sender), way)
    [reach] = [value for name, value in done.paper.facts() if name == "So erreichen Sie sie"]
    assert told in reach
    assert (way is Way.MAIL) is ("Mails" in reach)


@pytest.mark.parametrize(("hours", "said"), [("38.5", "38,5"), ("20", "20")])
def test_hours_are_told_as_people_write_them(house: House, hours: str, said: str) -> None:
    reply = house.offer(house.tandem())
    known = Answers(hours=Hours(Decimal(hours), Unit.WEEK)).document()
    checked(house, reply, [], answers={**known, "edited_at": None})
    house.hand(reply)
    assert f"Stunden: {said} in" in house.mails.letters[0].text


def test_an_unknown_language_reads_german_and_the_manager_is_told(house: House) -> None:
    reply = house.offer(house.tandem(volunteer_lang="ti"))
    with house.rows.store.reading() as session:
        seen = handing.look(session, house.office, handing.Wish(reply))
    assert seen.paper.words.language == "de"
    assert any("“ti”" in each for each in seen.notes)


def test_a_sheet_and_a_call_tell_the_contact_and_that_is_logged(house: House) -> None:
    """The look is noted as for `inbox show --contact`; the offer counts as handed over."""
    for way in (Way.SHEET, Way.CALL):
        reply = house.offer(house.tandem(f"tandem-{way}"))
        done = house.hand(reply, way)
        assert done.paper.offer.reach == OFFERER.contact
        assert PHONE in done.paper.offer.text
        assert (done.row.way, done.status) == (way, "forwarded")
        assert "contact" in [each.what for each in house.rows.events(reply)]
    assert house.mails.calls == 0


def test_a_lost_sheet_is_made_again_with_the_same_code(house: House) -> None:
    reply = house.offer(house.tandem())
    first, second = house.hand(reply, Way.SHEET), house.hand(reply, Way.SHEET)
    assert first.row.code == second.paper.code
    assert len(house.steps(reply)) == 1
    with pytest.raises(UsageProblem, match="handed over"):
        house.hand(reply, Way.MAIL)


def test_whoever_is_away_is_not_waited_for(house: House) -> None:
    """The backup contact gets it first, by whatever way their note names."""
    contacts = VOLUNTEER | {"backup_contact": "Frau Weber, weber@example.org"}
    away = {"away_from": date(2026, 11, 20), "away_until": date(2026, 11, 24)}
    reply = house.offer(house.tandem(contacts=contacts, **away))
    done = house.hand(reply)
    assert (done.row.step, house.mails.letters[0].to) == (Step.BACKUP, "weber@example.org")
    house.wait(days=1)
    other = house.offer(house.tandem("zweites", contacts=contacts, **away))
    assert house.hand(other).row.step is Step.FORWARD


def test_a_volunteer_without_a_way_to_them(house: House) -> None:
    """A phone only: paper or a call is proposed; nothing at all: the backup contact gets it."""
    phone = house.offer(house.tandem("nur-telefon", contacts={"phone": "+4915205550111"}))
    with pytest.raises(UsageProblem) as refused:
        house.hand(phone)
    assert "--by sheet" in refused.value.remedy
    assert "--by call" in refused.value.remedy
    assert house.hand(phone, Way.CALL).paper.to.phone == "+4915205550111"
    contacts = {"name": "Jonas", "backup_contact": "weber@example.org"}
    nothing = house.offer(house.tandem("ohne-alles", contacts=contacts))
    assert house.hand(nothing).row.step is Step.BACKUP


def test_a_call_that_nobody_can_make_is_no_hand_over(house: House) -> None:
    reply = house.offer(house.tandem(contacts={"email": "jonas@example.org"}))
    with pytest.raises(UsageProblem, match="No phone number is noted of the volunteer"):
        house.hand(reply, Way.CALL)
    assert (house.steps(reply), house.rows.read(reply).status) == ([], "checked")


def test_an_absence_is_named_where_nobody_else_can_be_mailed(house: House) -> None:
    away = {"away_from": date(2026, 11, 20), "away_until": date(2026, 11, 30)}
    reply = house.offer(house.tandem(partner="Verein ohne Adresse", **away))
    with pytest.raises(UsageProblem, match=r"is away until Nov 30, 2026.*the partner"):
        house.hand(reply)


def test_a_partner_is_written_to_in_the_campaigns_language(
    house: House, settings: Callable[..., Settings]
) -> None:
    """And is told that nobody has confirmed it only where somebody was asked."""
    partners = [{"name": "Caritas Flensburg", "mail": "office@example.org"}]
    house.settings = settings(mail={**MAIL, "partners": partners}, campaign={"language": "de"})
    tandem = house.tandem(contacts={}, partner="Caritas Flensburg", volunteer_lang="ar")
    house.hand(house.offer(tandem))
    [letter] = house.mails.letters
    assert (letter.to, letter.language) == ("office@example.org", "de")
    assert "gehört zu Ihrer Organisation. Bitte" in letter.text


def test_without_a_mail_server_paper_is_proposed(house: House) -> None:
    house.mails = None  # type: ignore[assignment]
    reply = house.offer(house.tandem())
    with pytest.raises(UsageProblem) as refused:
        house.hand(reply)
    assert "--by sheet" in refused.value.remedy
    assert house.hand(reply, Way.SHEET).status == "forwarded"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"state": TandemState.WITHDRAWN}, "withdrawn"),
        ({"state": TandemState.CLOSED}, "closed"),
        ({"erased_at": NOON}, "erased"),
    ],
)
def test_an_offer_for_whoever_left_needs_another_tandem(
    house: House, changes: dict[str, object], word: str
) -> None:
    left, other = house.tandem(**changes), house.tandem("anderes")
    reply = house.offer(left)
    with pytest.raises(UsageProblem, match=word) as refused:
        house.hand(reply)
    assert "--tandem" in refused.value.remedy
    done = house.hand(reply, tandem_id=other)
    assert done.row.tandem_id == other
    # What follows is about that tandem, without naming it again.
    with house.rows.store.reading() as session:
        assert handing.look(session, house.office, handing.Wish(reply)).slug == "anderes"


def test_an_offer_for_nobody_in_particular_is_given_to_one(house: House) -> None:
    mine, other = house.tandem(), house.tandem("anderes")
    reply = house.offer(None)
    with pytest.raises(UsageProblem, match="no tandem"):
        house.hand(reply)
    house.hand(reply, tandem_id=mine)
    assert house.rows.read(reply).tandem_id == mine
    third = house.offer(mine)
    with pytest.raises(UsageProblem, match="amira"):
        house.hand(third, tandem_id=other)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"label": Label.QUESTION}, "no offer"),
        ({"deleted_at": NOON}, "deleted"),
        ({"forgotten_at": NOON}, "let go of"),
        ({"status": "declined"}, "declined"),
        ({"taken_by": "paul", "taken_at": NOON}, "paul"),
    ],
)
def test_what_nobody_hands_over(house: House, changes: dict[str, object], words: str) -> None:
    reply = house.offer(house.tandem(), **changes)
    with pytest.raises(TueroeffnerError, match=words) as refused:
        house.hand(reply)
    assert refused.value.remedy
    assert house.steps(reply) == []
    assert not house.mails.letters


def test_only_the_first_of_a_told_again_offer(house: House) -> None:
    tandem = house.tandem()
    first = house.offer(tandem)
    again = house.offer(tandem, duplicate_of=first)
    with pytest.raises(UsageProblem, match=f"reply {first}"):
        house.hand(again)


def test_an_unchecked_offer_waits_and_a_tip_does_not(house: House) -> None:
    """The check's own rules decide; a tip names a place where anybody may ask."""
    tandem = house.tandem()
    unchecked = house.offer(tandem, is_checked=False)
    with pytest.raises(PersonNeeded, match="checked"):
        house.hand(unchecked)
    assert house.hand(house.offer(tandem, is_checked=False, label=Label.TIP)).status == "forwarded"


def test_a_warned_offer_goes_with_advice_and_a_second_name(house: House) -> None:
    reply = house.offer(house.tandem(), is_checked=False)
    checked(house, reply, ["cash"])
    with pytest.raises(PersonNeeded, match="second"):
        house.hand(reply)
    checked(house, reply, ["cash"], second_by="paul")
    house.hand(reply)
    [letter] = house.mails.letters
    assert "Bitte lesen Sie das zuerst" in letter.text
    assert letter.text.count("\n- ") >= 2


TEMPORARY = [
    (NotSent("not sent"), timedelta(minutes=5)),
    (RateLimited("try later", seconds=1800), timedelta(minutes=30)),
    (NotAuthorised("the login is refused"), timedelta(minutes=5)),
]


@pytest.mark.parametrize(("trouble", "pause"), TEMPORARY)
def test_what_provably_was_not_sent_is_sent_later_once(
    house: House, trouble: Exception, pause: timedelta
) -> None:
    reply = house.offer(house.tandem())
    house.mails.script = [trouble]
    done = house.hand(reply)
    assert (done.row.state, done.row.not_before) == (Delivery.FAILED, NOON + pause)
    assert (done.status, house.mails.letters) == ("checked", [])
    house.clock.advance(pause - timedelta(seconds=1))
    go_on(house.office, Tally())
    assert house.mails.letters == []
    house.wait(seconds=1)
    tally = Tally()
    go_on(house.office, tally)
    go_on(house.office, tally)
    [letter] = house.mails.letters
    assert letter.code == done.row.code
    assert (tally.forwarded, house.rows.read(reply).status) == (1, "forwarded")
    assert house.steps(reply)[0].attempts == 2


def test_a_refused_address_is_for_a_person(house: House) -> None:
    """Nothing was sent, and nothing is tried again by itself; paper or a better address helps."""
    reply = house.offer(house.tandem())
    house.mails.script = [Rejected("no such mailbox")]
    done = house.hand(reply)
    assert (done.row.state, done.row.not_before) == (Delivery.FAILED, None)
    go_on(house.office, Tally())
    assert house.mails.letters == []
    assert house.hand(reply, Way.SHEET).status == "forwarded"
    assert [each.way for each in house.steps(reply)] == [Way.SHEET]


def test_what_nobody_knows_is_never_sent_again_without_a_person(house: House) -> None:
    reply = house.offer(house.tandem())
    house.mails.script = [(True, OutcomeUnknown("no answer"))]
    assert house.hand(reply).row.state is Delivery.UNKNOWN
    for hours in (1, 5, 17):
        house.wait(hours=hours)
        go_on(house.office, Tally())
    with pytest.raises(PersonNeeded, match="whether") as refused:
        house.hand(reply)
    assert "--sent" in refused.value.remedy
    assert (house.mails.calls, house.rows.read(reply).status) == (1, "checked")


@on_both
def test_a_person_settles_it(house: House) -> None:
    """It went out: then it counts. It did not: then it goes out, once."""
    sent, lost = house.offer(house.tandem()), house.offer(house.tandem("zweites"))
    house.mails.script = [OutcomeUnknown("no answer"), OutcomeUnknown("no answer")]
    house.hand(sent)
    house.hand(lost)
    handing.settle(house.office, sent, sent=True)
    assert (house.rows.read(sent).status, house.states(sent)) == ("forwarded", ["forwarded"])
    handing.settle(house.office, lost, sent=False)
    go_on(house.office, Tally())
    assert [each.code for each in house.mails.letters] == [house.steps(lost)[0].code]
    with pytest.raises(UsageProblem):
        handing.settle(house.office, sent, sent=False)


class Death(BaseException):
    """The program ends on the spot."""


@on_both
@pytest.mark.parametrize("point", ["letter intended", "letter answered"])
def test_a_death_in_the_middle_is_unclear_and_sends_nothing_twice(house: House, point: str) -> None:
    """Between the two commits nobody knows; so nothing goes out again, until somebody says."""
    reply = house.offer(house.tandem())

    def die(reached: str) -> None:
        if reached == point:
            raise Death

    house.reached = die
    with pytest.raises(Death):
        house.hand(reply)
    house.reached = lambda _point: None
    [row] = house.steps(reply)
    assert row.state is Delivery.SENDING
    with pytest.raises(PersonNeeded, match="at this moment"):
        house.hand(reply)
    house.wait(minutes=11)
    tally = Tally()
    go_on(house.office, tally)
    assert (house.steps(reply)[0].state, tally.needs_person) == (Delivery.UNKNOWN, True)
    assert len(house.mails.letters) == (1 if point == "letter answered" else 0)
    before = house.mails.calls
    go_on(house.office, Tally())
    assert house.mails.calls == before


def test_a_mistake_of_ours_in_the_middle_is_unclear_too(house: House) -> None:
    reply = house.offer(house.tandem())

    def stumble(_letter: object) -> None:
        raise ZeroDivisionError

    house.mails.script = [stumble]
    with pytest.raises(ZeroDivisionError):
        house.hand(reply)
    assert house.steps(reply)[0].state is Delivery.UNKNOWN


@on_both
def test_two_managers_at_once_send_one_mail(house: House) -> None:
    reply = house.offer(house.tandem())
    errors = together(4, lambda _number: house.hand(reply) and None)
    assert len(house.mails.letters) == house.mails.calls == 1
    assert len(house.steps(reply)) == 1
    assert all(isinstance(each, TueroeffnerError) for each in errors)


@on_both
def test_two_passes_at_once_send_one_reminder(house: House) -> None:
    reply = house.offer(house.tandem())
    house.hand(reply)
    house.wait(hours=25)
    assert together(4, lambda _number: go_on(house.office, Tally())) == []
    assert [each.step for each in house.steps(reply)] == [Step.FORWARD, Step.REMINDER]
    assert house.mails.calls == 2


def test_what_changed_since_somebody_looked_is_not_done(house: House) -> None:
    """They agreed to a mail to the volunteer; by now that volunteer is away."""
    contacts = VOLUNTEER | {"backup_contact": "weber@example.org"}
    tandem = house.tandem(contacts=contacts)
    reply = house.offer(tandem)
    with house.rows.store.reading() as session:
        seen = handing.look(session, house.office, handing.Wish(reply))
    house.change(Tandem, tandem, away_from=date(2026, 11, 24), away_until=date(2026, 11, 30))
    with pytest.raises(PersonNeeded, match="meanwhile"):
        handing.hand_over(house.office, handing.Wish(reply), seen)
    assert house.mails.calls == 0


def test_what_is_forgotten_leaves_no_text_behind(house: House) -> None:
    """The rows of a hand-over hold no words and no contacts, nor does the audit log."""
    reply = house.offer(house.tandem())
    house.hand(reply)
    [row] = house.steps(reply)
    told = f"{row.model_dump()} {[each.detail for each in house.rows.events(reply)]}"
    for word in ("Näherei", "Krause", "5550100", "jonas", "Jonas", "Amira"):
        assert word not in told
