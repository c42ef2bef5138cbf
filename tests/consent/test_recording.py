"""Consents as they are written down, on both databases: replaced, taken back, proven."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from orchestrator import people
from orchestrator.consent import evidence, recording
from orchestrator.consent.evidence import Proof
from orchestrator.consent.purposes import Who
from orchestrator.consent.recording import Given, Recorder
from orchestrator.consent.texts import text_in
from orchestrator.eligible import Reason, consent_missing
from orchestrator.errors import UsageProblem
from orchestrator.keys import CampaignKey
from orchestrator.model import Account, Campaign, Consent, Event, Evidence, Person, Post, Tandem
from orchestrator.store import Store
from orchestrator.vocabulary import PostState, TandemState
from tests.campaign_rows import NOON, add_tandem

TODAY = NOON.date()
POSTS_UNTIL = TODAY + timedelta(days=60)
GIVEN = Given(("facebook", "story"), TODAY, None, POSTS_UNTIL, text_in("ar"), "paper")
FORM = Proof("Amira Formular.pdf", b"%PDF-1.4 signed by hand")
At = Callable[..., Any]


@pytest.fixture
def at(store: Store, key: CampaignKey) -> At:
    """A desk for one person of a tandem."""
    with store.session() as session:
        campaign = Campaign(
            slug="woche", name="Woche", key_fingerprint=key.fingerprint, created_at=NOON
        )
        session.add(campaign)
        session.flush()
        tandem = add_tandem(session, campaign.id, "t-01")
        refugee = people.add(session, key, campaign.id, {"name": "Amira"})
        tandem.refugee_id, tandem_id = refugee.id, tandem.id

    @contextmanager
    def desk(who: Who = Who.REFUGEE, days: int = 0) -> Iterator[Recorder]:
        with store.session() as session:
            row = session.get_one(Tandem, tandem_id)
            now = NOON + timedelta(days=days)
            yield Recorder(session, key, row, who, now, ZoneInfo("Europe/Berlin"), "tester")

    return desk


def why_not(desk: Recorder, purpose: str, on: date = TODAY) -> Reason | None:
    return consent_missing(list(desk.consents().values()), purpose, on, {"ar": "1", "de": "2"})


def test_what_is_given_holds_for_that_person_and_purpose_alone(at: At) -> None:
    """The volunteer's word is not the refugee's; another text than the one in use holds not."""
    with at() as desk:
        recording.give(desk, GIVEN)
    with at(Who.VOLUNTEER) as desk:
        recording.give(desk, replace(GIVEN, purposes=("contact",), text=text_in("de")))
    with at() as desk:
        assert (why_not(desk, "facebook"), why_not(desk, "story")) == (None, None)
        assert why_not(desk, "contact") is why_not(desk, "x") is Reason.NO_CONSENT
    with at(Who.VOLUNTEER) as desk:
        assert why_not(desk, "contact") is Reason.CONSENT_OTHER_TEXT
        assert why_not(desk, "story") is Reason.NO_CONSENT


def test_giving_again_replaces_everything_and_an_older_word_does_not_count(at: At) -> None:
    """Extending is a new consent; what was taken back comes back only by a later one."""
    with at() as desk:
        recording.give(desk, replace(GIVEN, proof=FORM, until=TODAY + timedelta(days=9)))
    with at(days=3) as desk:
        recording.give(desk, replace(GIVEN, on=TODAY + timedelta(days=3), method="voice"))
        row = desk.consents()["facebook"]
        assert (row.ends_on, row.method, row.evidence_id) == (POSTS_UNTIL, "voice", None)
    with at(days=5) as desk:
        with pytest.raises(UsageProblem, match="something newer is on file"):
            recording.give(desk, GIVEN)
        assert recording.withdraw(desk, ("story",)) == ["story"]
    with at(days=6) as desk:
        assert recording.withdraw(desk, ("story",)) == []
        assert why_not(desk, "facebook", TODAY + timedelta(days=6)) is None
        with pytest.raises(UsageProblem, match="something newer"):
            recording.give(desk, replace(GIVEN, on=TODAY + timedelta(days=4)))
        recording.give(desk, replace(GIVEN, on=TODAY + timedelta(days=6)))
        assert why_not(desk, "story", TODAY + timedelta(days=6)) is None


@pytest.mark.parametrize("days", [9, 60, 61])
def test_posts_end_at_the_latest_on_the_day_that_the_form_names(at: At, days: int) -> None:
    """Whatever the configuration says later; what is no post keeps the person's own end."""
    until = TODAY + timedelta(days=days)
    with at() as desk:
        recording.give(desk, replace(GIVEN, until=until))
        stored = desk.consents()
        assert stored["facebook"].ends_on == min(until, POSTS_UNTIL)
        assert stored["story"].ends_on == until
        recording.give(desk, GIVEN)
        assert (stored["facebook"].ends_on, stored["story"].ends_on) == (POSTS_UNTIL, None)


@pytest.mark.parametrize("who", list(Who))
def test_without_leave_for_the_face_what_waits_with_a_picture_is_called_off(
    at: At, store: Store, who: Who
) -> None:
    """The words alone go on; the volunteer's own consent is about another face."""
    given = Given(("face",), TODAY, None, POSTS_UNTIL, text_in("ar"), "paper")
    with at(who) as desk:
        recording.give(desk, given)
        tandem = desk.tandem
        account = Account(campaign_id=tandem.campaign_id, network="x", remote_id="1")
        desk.session.add(account)
        desk.session.flush()
        for number, media in enumerate(([{"digest": "0" * 64, "kind": "photo"}], [])):
            desk.session.add(
                Post(
                    campaign_id=tandem.campaign_id, tandem_id=tandem.id, account_id=account.id,
                    network="x", number=number, language="de", text="Wer kennt eine Werkstatt?",
                    digest="a", approved_digest="a", due_at=NOON, due_wall="", zone="Europe/Berlin",
                    media=media,
                )
            )  # fmt: skip
    with at(who) as desk:
        assert recording.withdraw(desk, ("face",)) == ["face"]
    with store.reading() as session:
        shown, plain = session.exec(select(Post).order_by(Post.number)).all()
    called_off = who is Who.REFUGEE
    assert (shown.state is PostState.CANCELLED, shown.approved_digest is None) == (called_off,) * 2
    assert (plain.state, plain.approved_digest) == (PostState.PLANNED, "a")


def test_a_no_is_an_event_and_costs_nothing_else(at: At, store: Store) -> None:
    """Nothing is stored of who said no; and a yes is taken back, not refused."""
    with at() as desk:
        recording.give(desk, GIVEN)
        recording.refuse(desk, ("x", "face"))
        with pytest.raises(UsageProblem, match="taken back, not refused"):
            recording.refuse(desk, ("press", "facebook"))
    with store.reading() as session:
        assert {each.purpose for each in session.exec(select(Consent))} == {"facebook", "story"}
        events = session.exec(select(Event).order_by(Event.id)).all()
    assert [each.what for each in events] == ["consent.given", "consent.refused"]
    assert events[1].detail == {"person": "refugee", "purposes": ["x", "face"]}
    assert not [each for each in events if "Amira" in str(each) or "t-01" in str(each)]


def test_a_proof_is_sealed_and_goes_with_the_person(at: At, store: Store, key: CampaignKey) -> None:
    """Neither content nor name can be read, and nothing opens it once the key is destroyed."""
    with at() as desk:
        recording.give(desk, replace(GIVEN, proof=FORM))
    with store.session() as session:
        row = session.exec(select(Evidence)).one()
        rows = session.exec(select(Consent)).all()
        assert {each.evidence_id for each in rows} == {row.id}
        assert row.size == len(FORM.content)
        assert b"Formular" not in row.sealed
        assert b"signed" not in row.sealed
        assert evidence.take_out(session, key, row.id) == FORM
        with pytest.raises(UsageProblem, match="cannot be opened with this key"):
            evidence.take_out(session, CampaignKey(bytes(32)), row.id)
        people.shred(session, session.get_one(Person, row.person_id))
    with store.session() as session, pytest.raises(UsageProblem, match="has been erased"):
        evidence.take_out(session, key, row.id)
    with at() as desk, pytest.raises(UsageProblem, match="has been erased"):
        recording.give(desk, replace(GIVEN, proof=FORM))


@pytest.mark.parametrize("change", [{"state": TandemState.WITHDRAWN}, {"erased_at": NOON}])
def test_a_consent_revives_nobody(at: At, change: dict[str, Any]) -> None:
    """Whoever withdrew or was erased starts anew, under a new slug."""
    with at() as desk:
        for name, value in change.items():
            setattr(desk.tandem, name, value)
    with at() as desk:
        with pytest.raises(UsageProblem, match=r"withdrawn|erased"):
            recording.give(desk, GIVEN)
        assert desk.consents() == {}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"on": TODAY + timedelta(days=1)}, "has not come yet"),
        ({"until": TODAY - timedelta(days=1)}, "ends before it begins"),
        ({"posts_until": TODAY - timedelta(days=1)}, "stay until"),
        (
            {"text": replace(text_in("ar"), since=TODAY + timedelta(days=1))},
            "the text in use did not exist",
        ),
    ],
)
def test_dates_that_cannot_be_are_refused(change: dict[str, Any], why: str) -> None:
    """Tomorrow's yes, an end before the beginning, a text that came later."""
    GIVEN.refuse_unsound(TODAY)
    with pytest.raises(UsageProblem, match=why):
        replace(GIVEN, **change).refuse_unsound(TODAY)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("form.pdf", b"not a pdf"),
        ("form.exe", b"MZ"),
        ("form.png", b""),
        ("voice.m4a", b"ftypM4A "),
        ("mail.txt", b"a\0b"),
    ],
)
def test_what_is_not_what_its_name_says_is_no_proof(
    tmp_path: Path, name: str, content: bytes
) -> None:
    """Of an unknown kind, empty, or another content than the name promises."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageProblem, match="not a file of the kinds"):
        evidence.read(tmp_path / name)


def test_proofs_of_every_kind_are_taken_up_to_ten_megabytes(tmp_path: Path) -> None:
    """A scan, a photo, a voice message, a mail; a folder or nothing is no file."""
    for name, start in {
        "a.PDF": b"%PDF-1.7", "b.jpeg": b"\xff\xd8\xff\xe0", "c.opus": b"OggS",
        "d.m4a": b"\0\0\0 ftypM4A ", "e.mp3": b"ID3", "f.eml": b"Ja, gern",
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(start)
        assert evidence.read(tmp_path / name).content == start
    (tmp_path / "big.pdf").write_bytes(b"%PDF-" + bytes(evidence.MOST_BYTES))
    with pytest.raises(UsageProblem, match="larger than 10 MB"):
        evidence.read(tmp_path / "big.pdf")
    for path in (tmp_path, tmp_path / "nothing.pdf"):
        with pytest.raises(UsageProblem, match="There is no file"):
            evidence.read(path)
