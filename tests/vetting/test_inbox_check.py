"""``inbox check``: one screen, a second person for a warned offer, and the person's own word."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from orchestrator.campaign import enrol
from orchestrator.errors import PersonNeeded
from orchestrator.heard import Ledger
from orchestrator.inbox.hand import take
from orchestrator.model import Check, Milestone, Person, Reply
from orchestrator.ports import Heard
from orchestrator.replies import Sender
from orchestrator.vetting import Standing, advice, may_forward, state_of, vetted_offers
from orchestrator.vetting.answers import Answers
from orchestrator.vetting.checking import keep
from orchestrator.vetting.judging import judge
from orchestrator.vocabulary import Label, OfferState
from tests.at_once import together
from tests.conftest import on_sqlite
from tests.inbox.conftest import NOON, Manager, Rows
from tests.journeys.test_documents import named

GOOD = "Wir suchen für die Näherei eine Hilfe, 15 € die Stunde, 20 Stunden die Woche"
BAD = "Umzugshelfer, bar auf die Hand, 10 € die Stunde. Treffen bei mir zuhause"
FINE = (
    "--employer", "Näherei Beispiel", "--reachable", "yes", "--pay", "15/h", "--hours", "20",
    "--trial-days", "0", "--cash", "no", "--housing", "no", "--live-in", "no",
    "--documents", "no", "--money", "no", "--meeting", "workplace",
)  # fmt: skip
NAMED = ("--employer", "Herr Alt", "--reachable", "yes")


def said_of(rows: Rows, reply_id: int) -> Check:
    with rows.store.reading() as session:
        return session.exec(select(Check).where(Check.reply_id == reply_id)).one()


def forward(rows: Rows, reply_id: int) -> None:
    with rows.store.reading() as session:
        may_forward(session, session.get_one(Reply, reply_id))


def warned(rows: Rows, manager: Manager, **changes: Any) -> int:
    reply = rows.reply(BAD, **changes)
    manager.ask("inbox", "check", str(reply), *NAMED)
    return reply


def test_an_offer_without_a_warning_is_ready(rows: Rows, manager: Manager) -> None:
    """Checked, in hand, on record; it may be handed over, and the next command is named."""
    reply = rows.reply(GOOD)
    with pytest.raises(PersonNeeded, match="has not been checked yet") as refused:
        forward(rows, reply)
    assert f"inbox check {reply}" in refused.value.remedy
    said = manager.type("inbox", "check", str(reply), *FINE)
    assert said.exit == 0
    assert f"inbox forward {reply}" in said.out
    assert "⚠" not in said.out
    kept = rows.read(reply)
    assert (kept.status, kept.taken_by) == (OfferState.CHECKED, "heike")
    assert [(each.actor, each.what) for each in rows.events(reply)] == [
        ("heike", "take"), ("heike", "check"),
    ]  # fmt: skip
    forward(rows, reply)


@on_sqlite
def test_a_tip_needs_no_check(rows: Rows, manager: Manager) -> None:
    """Anybody may ask there; and only offers can be checked."""
    tip = rows.reply("Frag mal bei der Post", Label.TIP)
    forward(rows, tip)
    refused = manager.type("inbox", "check", str(tip), *FINE)
    assert refused.exit == 2
    assert f"inbox label {tip} job_offer" in refused.err
    assert rows.read(tip).taken_by is None


@on_sqlite
def test_every_warning_is_on_the_screen_with_its_reason(rows: Rows, manager: Manager) -> None:
    """And what nobody has asked, and the advice that goes along; the document has the same."""
    reply = rows.reply(BAD)
    screen = manager.type("inbox", "check", str(reply), *NAMED).out
    for part in (
        "pay in cash, or without registration – said: “bar auf die hand”",
        "10 € an hour; the law asks for 13.90 € since Jan 1, 2026",
        "a meeting at a private home – said: “bei mir zuhause”",
        "Not asked yet: hours, days of trial without pay",
        "Faire Integration",
        f"by somebody else: `tueroeffner inbox check {reply} --second`",
    ):
        assert part in screen, part
    document = manager.ask("inbox", "check", str(reply))
    assert document["warnings"] == ["cash", "low_pay", "private_home"]
    assert (document["state"], document["open"][0]) == ("second", "hours")
    assert document.keys() == named("inbox check")


def test_a_warned_offer_needs_a_second_person(rows: Rows, manager: Manager) -> None:
    """Not the one who checked it; who agrees sees the warnings first, and says yes."""
    reply = warned(rows, manager)
    with pytest.raises(PersonNeeded, match="a second person has to agree"):
        forward(rows, reply)
    alone = manager.type("inbox", "check", str(reply), "--second", "--yes")
    assert (alone.exit, "somebody else has to agree" in alone.err) == (4, True)
    manager.name = "yusuf"
    unasked = manager.type("inbox", "check", str(reply), "--second")
    assert (unasked.exit, "--yes" in unasked.err) == (2, True)
    assert manager.type("inbox", "check", str(reply), "--second", keys="n\n").exit == 2
    assert said_of(rows, reply).second_by is None
    agreed = manager.type("inbox", "check", str(reply), "--second", keys="y\n")
    assert agreed.exit == 0
    assert agreed.out.count("⚠") == 3
    assert "Next, by heike, who has it in hand" in agreed.out
    assert "checked by heike, Tue 24 Nov 12:00; yusuf agreed" in agreed.out
    assert said_of(rows, reply).second_by == "yusuf"
    forward(rows, reply)
    assert [each.what for each in rows.events(reply)] == ["take", "check", "second look"]
    again = manager.type("inbox", "check", str(reply), "--second", "--yes")
    assert again.exit == 0
    assert len(rows.events(reply)) == 3


def test_whatever_changes_a_check_needs_a_new_yes(rows: Rows, manager: Manager) -> None:
    """Another answer takes the second person's word back; the same answers change nothing."""
    reply = warned(rows, manager)
    manager.name = "yusuf"
    manager.ask("inbox", "check", str(reply), "--second", "--yes")
    manager.name = "heike"
    manager.ask("inbox", "check", str(reply), *NAMED)
    assert said_of(rows, reply).second_by == "yusuf"
    manager.ask("inbox", "check", str(reply), "--money", "yes")
    kept = said_of(rows, reply)
    assert kept.second_by is None
    assert "money" in kept.warnings
    assert kept.answers["reachable"] is True, "what was not asked again stays"


@on_sqlite
def test_there_must_be_something_to_agree_to(rows: Rows, manager: Manager) -> None:
    """No check, no warning, or answers at the same time: refused with the way out."""
    reply = rows.reply(GOOD)
    second = ("inbox", "check", str(reply), "--second", "--yes")
    assert manager.type(*second).exit == 4
    manager.ask("inbox", "check", str(reply), *FINE)
    manager.name = "yusuf"
    assert "nobody has to agree" in manager.type(*second).err
    assert manager.type(*second, "--cash", "no").exit == 2


def test_the_person_decides_first(rows: Rows, manager: Manager) -> None:
    """A no ends the offer as declined; a yes afterwards brings it back."""
    reply = rows.reply(GOOD)
    wanted = ("inbox", "check", str(reply), "--wanted")
    assert manager.type(*wanted, "no").exit == 4, "nobody has checked it"
    manager.ask("inbox", "check", str(reply), *FINE)
    assert manager.ask("inbox", "check", str(reply))["wanted"] is None
    said_no = manager.ask(*wanted, "no")
    assert (said_no["state"], said_no["status"], said_no["wanted"]) == (
        "declined",
        "declined",
        False,
    )
    with pytest.raises(PersonNeeded, match="does not want") as refused:
        forward(rows, reply)
    assert f"inbox check {reply} --wanted yes" in refused.value.remedy
    said_yes = manager.ask(*wanted, "yes")
    assert (said_yes["state"], said_yes["status"], said_yes["wanted"]) == (
        "checked",
        "checked",
        True,
    )
    with rows.store.reading() as session:
        milestones = session.exec(select(Milestone).order_by(Milestone.id)).all()  # type: ignore[arg-type]
        assert [(each.state, str(each.day), each.by) for each in milestones] == [
            ("checked", "2026-11-24", "heike"),
            ("declined", "2026-11-24", "heike"), ("checked", "2026-11-24", "heike"),
        ]  # fmt: skip
    assert manager.type(*wanted, "perhaps").exit == 2


def test_a_no_after_the_hand_over_counts_as_well(rows: Rows, manager: Manager) -> None:
    """The volunteer asked the person; a change of mind leads back to where it was."""
    reply = rows.reply(GOOD)
    manager.ask("inbox", "check", str(reply), *FINE)
    with rows.store.session() as session:
        session.get_one(Reply, reply).status = "contacted"
        session.add(
            Milestone(
                campaign_id=rows.id, reply_id=reply, state=OfferState.CONTACTED,
                day=NOON.date(), at=NOON, by="heike",
            )
        )  # fmt: skip
    assert manager.ask("inbox", "check", str(reply), "--wanted", "no")["status"] == "declined"
    assert manager.ask("inbox", "check", str(reply), "--wanted", "yes")["status"] == "contacted"


def test_names_and_contacts_are_sealed(rows: Rows, manager: Manager) -> None:
    """In no column and no event; the name is shown, the contact only to who asks."""
    reply = rows.reply(GOOD)
    done = manager.type(
        "inbox", "check", str(reply), *FINE, "--contact-file", "-", pipe="Frau Adler, 0761 555 0199"
    )
    assert done.exit == 0
    assert "0199" not in done.out + done.err
    with rows.store.reading() as session:
        kept = session.get_one(Reply, reply)
        plain = str([kept.model_dump(), said_of(rows, reply).model_dump()])
        plain += str([each.detail for each in rows.events(reply)])
        assert session.get_one(Person, kept.person_id).sealed
    for secret in ("Adler", "0199", "Näherei Beispiel GmbH"):
        assert secret not in plain
    shown = manager.type("inbox", "show", str(reply))
    assert "Employer: Näherei Beispiel" in shown.out
    assert "Check: checked by heike" in shown.out
    assert "Adler" not in shown.out
    assert "Frau Adler, 0761 555 0199" in manager.type("inbox", "show", str(reply), "--contact").out
    document = manager.ask("inbox", "show", str(reply))["reply"]
    assert (document["employer"], document["check"]["state"]) == ("Näherei Beispiel", "checked")
    assert "employer_contact" not in document


def test_another_employer_needs_a_second_person_anew(rows: Rows, manager: Manager) -> None:
    """What was agreed to was somebody else's offer; the same name once more changes nothing."""
    reply = warned(rows, manager)
    manager.name = "yusuf"
    manager.ask("inbox", "check", str(reply), "--second", "--yes")
    manager.name = "heike"
    assert manager.ask("inbox", "check", str(reply), *NAMED)["state"] == "checked"
    assert manager.ask("inbox", "check", str(reply), "--employer", "Jung")["state"] == "second"


@on_sqlite
def test_no_number_on_the_command_line(rows: Rows, manager: Manager) -> None:
    """Others on this machine could read it there."""
    reply = rows.reply(GOOD)
    refused = manager.type("inbox", "check", str(reply), "--employer", "Alt 0761 555 0199")
    assert refused.exit == 2
    assert "--contact-file" in refused.err
    assert "0199" not in refused.err


def test_what_was_sealed_before_stays(rows: Rows, manager: Manager) -> None:
    """The caller's own name and number are kept beside the employer's."""
    reply = rows.reply(GOOD, sender=Sender("Frau Berg", "0761 555 0111"))
    manager.type("inbox", "check", str(reply), *NAMED, "--contact-file", "-", pipe="0761 555 0122")
    opened = manager.type("inbox", "show", str(reply), "--contact").out
    for part in ("Frau Berg", "0761 555 0111", "Herr Alt", "0761 555 0122"):
        assert part in opened
    other = rows.reply("Noch was", sender=Sender(contact="+49 761 5550122"))
    manager.name = "yusuf"
    assert manager.type("inbox", "take", str(other)).exit == 4, "nobody rings one employer twice"


@on_sqlite
def test_the_questions_on_a_terminal(rows: Rows, manager: Manager) -> None:
    """One after the other; a slip is explained and asked again; Enter is: not known."""
    reply = rows.reply("Bar auf die Hand, 10 € die Stunde")
    keys = "Herr Alt\n\nyes\nviel\n14,50/h\n\n2\nno\n\n\n\n\nhome\nyes\n"
    said = manager.type("inbox", "check", str(reply), keys=keys)
    assert said.exit == 0
    assert "“viel” is no pay that can be read" in said.err
    assert "⚠ pay in cash" in said.err, "what the words say comes before the questions"
    kept = said_of(rows, reply)
    assert kept.warnings == ["cash", "private_home"]
    assert (kept.answers["trial_days"], kept.answers["housing"], kept.wanted) == (2, None, True)
    again = manager.type("inbox", "check", str(reply), keys="\n" * 13)
    assert "[14.50 an hour]" in again.err
    assert said_of(rows, reply).answers == kept.answers


@on_sqlite
def test_nothing_is_kept_of_what_was_interrupted(rows: Rows, manager: Manager) -> None:
    """Ctrl-C between two questions: no check, nobody has it in hand."""
    reply = rows.reply(GOOD)
    ended = manager.type("inbox", "check", str(reply), keys="Herr Alt\n\nyes\n\x03\n")
    assert ended.exit == 130
    assert (rows.read(reply).status, rows.read(reply).taken_by) == ("new", None)
    assert rows.events(reply) == []


@on_sqlite
def test_without_a_terminal_something_must_be_said(rows: Rows, manager: Manager) -> None:
    """An empty check would look like one; a checked offer is shown again."""
    reply = rows.reply(GOOD)
    empty = manager.type("inbox", "check", str(reply))
    assert (empty.exit, "--employer" in empty.err) == (2, True)
    for wrong in (["--cash", "perhaps"], ["--pay", "viel"], ["--hours", "0"],
                  ["--trial-days", "many"], ["--meeting", "moon"]):  # fmt: skip
        assert manager.type("inbox", "check", str(reply), *wrong).exit == 2
    assert rows.read(reply).status == "new"


@on_sqlite
def test_an_unknown_or_silent_employer_is_a_warning(rows: Rows, manager: Manager) -> None:
    """Nobody is sent to somebody without a name, whom nobody reached."""
    reply = rows.reply(GOOD)
    document = manager.ask("inbox", "check", str(reply), "--reachable", "no")
    assert document["warnings"] == ["unknown_employer", "unreachable"]


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"deleted_at": NOON}, 2), ({"forgotten_at": NOON}, 2), ({"status": "filled"}, 2),
        ({"taken_by": "yusuf", "taken_at": NOON}, 4),
    ],
)  # fmt: skip
def test_what_cannot_be_checked_is_refused(
    changes: dict[str, Any], code: int, rows: Rows, manager: Manager
) -> None:
    """Gone, ended, or in somebody else's hands: with a sentence, and nothing is written."""
    reply = rows.reply(GOOD, **changes)
    assert manager.type("inbox", "check", str(reply), *FINE).exit == code
    assert rows.events(reply) == []


@on_sqlite
def test_a_repetition_is_checked_where_it_came_first(rows: Rows, manager: Manager) -> None:
    """One check for one offer."""
    first = rows.reply(GOOD)
    again = rows.reply("Nochmal am Telefon", duplicate_of=first)
    refused = manager.type("inbox", "check", str(again), *FINE)
    assert refused.exit == 2
    assert f"inbox check {first}" in refused.err


def edited(rows: Rows, reply_id: int, text: str, *, minutes: int = 5) -> None:
    """The author changes the words, and they are collected."""
    now = NOON + timedelta(minutes=minutes)
    with rows.store.session() as session:
        heard = Heard(f"r{reply_id}", None, "comment", "", "Näherei", text, NOON)
        Ledger(session, rows.key, rows.id, "facebook", now).keep([heard])


def test_an_edit_takes_the_check_back(rows: Rows, manager: Manager) -> None:
    """On record, with the yes of both people; the employer's name stays for the next check."""
    reply = warned(rows, manager)
    manager.name = "yusuf"
    manager.ask("inbox", "check", str(reply), "--second", "--yes")
    manager.ask("inbox", "check", str(reply), "--wanted", "yes")
    edited(rows, reply, "Umzugshelfer, 15 € die Stunde, mit Vertrag")
    assert rows.read(reply).status == "new"
    with pytest.raises(PersonNeeded, match="was edited after it was checked"):
        forward(rows, reply)
    assert (rows.events(reply)[-1].actor, rows.events(reply)[-1].what) == (
        "collect", "check taken back",
    )  # fmt: skip
    assert "edited by its author since" in manager.type("inbox", "show", str(reply)).out
    edited(rows, reply, "Umzugshelfer, 16 € die Stunde, mit Vertrag", minutes=9)
    assert [each.what for each in rows.events(reply)].count("check taken back") == 1
    with rows.store.reading() as session:
        newest = select(Milestone).order_by(Milestone.id.desc())  # type: ignore[attr-defined]
        assert [each.state for each in session.exec(newest)] == ["new", "checked"]
    manager.name = "heike"
    anew = manager.ask("inbox", "check", str(reply), "--meeting", "workplace")
    assert (anew["state"], anew["warnings"], anew["wanted"]) == ("checked", [], None)
    assert "Employer: Herr Alt" in manager.type("inbox", "show", str(reply)).out
    forward(rows, reply)


def test_what_the_person_declined_stays_declined_after_an_edit(
    rows: Rows, manager: Manager
) -> None:
    """They said no to the employer; should they say yes later, the new words are checked."""
    reply = rows.reply(GOOD)
    manager.ask("inbox", "check", str(reply), *FINE, "--wanted", "no")
    edited(rows, reply, GOOD + " und Sonntagszuschlag")
    assert rows.read(reply).status == "declined"
    assert manager.ask("inbox", "check", str(reply), "--wanted", "yes")["status"] == "new"
    with pytest.raises(PersonNeeded, match="was edited"):
        forward(rows, reply)


def test_warned_offers_are_counted_apart(rows: Rows, manager: Manager) -> None:
    """In the report and in the morning; what an edit took back is not."""
    good, declined = rows.reply(GOOD), rows.reply(GOOD, author="Anna")
    manager.ask("inbox", "check", str(good), *FINE)
    manager.ask("inbox", "check", str(declined), *FINE, "--wanted", "no")
    waits = warned(rows, manager)
    agreed = warned(rows, manager, author="Otto")
    gone = warned(rows, manager, author="Emil")
    manager.name = "yusuf"
    manager.ask("inbox", "check", str(agreed), "--second", "--yes")
    edited(rows, gone, "Doch nicht")
    with rows.store.reading() as session:
        found = vetted_offers(session, rows.id)
        assert {number for number, each in found.items() if each.warnings} == {waits, agreed}
        assert vetted_offers(session, rows.id + 1) == {}
    totals = manager.ask("report", "--format", "json")["totals"]
    assert (totals["warned"], totals["warned_handed_over"]) == (2, 0)
    told = {each["id"]: each for each in manager.ask("today")["offers_waiting"]}
    assert (told[waits]["check"], told[waits]["warned"]) == ("second", True)
    assert (told[agreed]["check"], told[agreed]["warned"]) == ("checked", True)
    assert gone not in told, "its new words offer nothing"
    assert "a second person has to agree" in manager.type("today").out
    with rows.store.session() as session:
        session.get_one(Reply, agreed).status = "forwarded"
    totals = manager.ask("report", "--format", "json")["totals"]
    assert (totals["warned"], totals["warned_handed_over"]) == (2, 1)


@on_sqlite
def test_advice_speaks_the_volunteers_language(rows: Rows, manager: Manager) -> None:
    """German, English, Arabic; nothing goes with an offer that drew no warning."""
    bad, good = warned(rows, manager), rows.reply(GOOD)
    unchecked = rows.reply(BAD)
    manager.ask("inbox", "check", str(good), *FINE)
    with rows.store.reading() as session:
        reply = session.get_one(Reply, bad)
        assert "13,90" in advice(session, reply, "de")[1]
        assert "نقدًا" in advice(session, reply, "ar")[0]
        assert len(advice(session, reply, "en")) == 4
        assert advice(session, session.get_one(Reply, good), "de") == []
        assert advice(session, session.get_one(Reply, unchecked), "de") == []


@on_sqlite
def test_the_law_of_the_tandems_country_counts(rows: Rows, manager: Manager) -> None:
    """In Austria no German minimum wage is held against an employer."""
    tandem = rows.tandem(country="AT", town="Graz")
    reply = rows.reply("Hilfe für 10 € die Stunde", tandem_id=tandem)
    document = manager.ask("inbox", "check", str(reply), *NAMED)
    assert document["warnings"] == []
    assert "AT has no general minimum wage" in document["remarks"][0]


@pytest.mark.parametrize("workers", [2, 4])
def test_of_several_at_the_same_moment_one_checks_it(workers: int, rows: Rows) -> None:
    """The campaign's row is held: one check, one event, the others are told who has it."""
    reply_id = rows.reply(BAD)

    def check(number: int) -> None:
        with rows.store.session() as session:
            enrol(session, rows.settings.campaign, rows.key, NOON)
            reply = session.get_one(Reply, reply_id)
            take(session, reply, NOON, f"worker-{number}", "Europe/Berlin")
            answers = Answers(employer=True)
            judged = judge(reply.text, answers, "DE", NOON.date())
            keep(session, reply, answers, judged, NOON, NOON.date(), f"worker-{number}")

    raised = together(workers, check)
    assert len(raised) == workers - 1
    assert all(isinstance(error, PersonNeeded) for error in raised)
    assert said_of(rows, reply_id).by == rows.read(reply_id).taken_by


@on_sqlite
def test_words_that_change_while_somebody_answers(
    rows: Rows, manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was answered was about other words: nothing is kept, and the person is told."""
    reply = rows.reply(GOOD)
    own = Answers.over

    def edit_meanwhile(self: Answers, before: Answers) -> Answers:
        edited(rows, reply, BAD)
        return own(self, before)

    monkeypatch.setattr(Answers, "over", edit_meanwhile)
    refused = manager.type("inbox", "check", str(reply), *FINE)
    assert (refused.exit, "just been edited" in refused.err) == (4, True)
    with rows.store.reading() as session:
        assert standing(session, reply) is Standing.NONE


def standing(session: Session, reply_id: int) -> Standing:
    return state_of(session, session.get_one(Reply, reply_id)).state
