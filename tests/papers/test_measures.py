"""Every measure that the impact assessment claims is one that the program takes."""

import dataclasses
import re
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, update

from orchestrator import journal, people, triage
from orchestrator.approve import content_digest
from orchestrator.backup.snapshot import NAME, state_of, take
from orchestrator.compose import voice_of
from orchestrator.due import due_posts
from orchestrator.eligible import Reason, why_not
from orchestrator.ending import Ending, why_down
from orchestrator.errors import UsageProblem
from orchestrator.intake.appeals import refuse_contact
from orchestrator.intake.fields import Unfit
from orchestrator.keys import CampaignKey, read_owner_only
from orchestrator.model import Account, Campaign, Consent, Event, Pause, Person, Post, Reply, Tandem
from orchestrator.pause import stops
from orchestrator.ports import Draft
from orchestrator.redact import redact
from orchestrator.replies import forget_words, put_words
from orchestrator.store import Store
from orchestrator.vocabulary import MayWork, PostState, Scope, Show, TandemState
from tests.campaign_rows import NOON, add_tandem
from tests.conftest import SettingsFactory
from tests.papers.conftest import BOTH, MakeOffice

DAY = date(2026, 11, 24)
VERSIONS = {"de": "1"}


@dataclasses.dataclass
class Bench:
    """What a proof may need."""

    store: Store
    key: CampaignKey
    folder: Path
    settings: SettingsFactory


def tandem(**changes: Any) -> Tandem:
    """An adult who may be shown and lives in Fulda."""
    values = {
        "id": 1,
        "slug": "samira",
        "show": Show.FULL,
        "adult": True,
        "public_name": "Kim",
        "town": "Fulda",
        "region": "Hessen",
        "trade": "Schneiderin",
        "state": TandemState.ACTIVE,
        "may_work": MayWork.YES,
    }
    return Tandem(**(values | changes))


def consent(**changes: Any) -> Consent:
    values = {"purpose": "facebook", "given_on": date(2026, 11, 1), "language": "de"}
    return Consent(**(values | {"version": "1"} | changes))


def reason(who: Tandem, *given: Consent, gated: bool = False) -> Reason | None:
    return why_not(who, given, "facebook", DAY, gated=gated, versions=VERSIONS)


def proves_consent(_bench: Bench) -> None:
    assert reason(tandem(), consent()) is None
    assert reason(tandem()) is Reason.NO_CONSENT
    assert reason(tandem(), consent(purpose="x")) is Reason.NO_CONSENT
    assert reason(tandem(), consent(ends_on=date(2026, 11, 23))) is Reason.CONSENT_ENDED
    assert reason(tandem(), consent(given_on=date(2026, 11, 25))) is Reason.CONSENT_NOT_YET


def proves_screening(_bench: Bench) -> None:
    assert reason(tandem(show=None), consent()) is Reason.NOT_SCREENED
    assert reason(tandem(show=None, screened_at=NOON), consent()) is Reason.NOT_PUBLIC


def proves_text_version(_bench: Bench) -> None:
    assert reason(tandem(), consent(version="0")) is Reason.CONSENT_OTHER_TEXT


def proves_adults(_bench: Bench) -> None:
    assert reason(tandem(adult=False), consent()) is Reason.NOT_ADULT


def proves_place(bench: Bench) -> None:
    columns = set(Tandem.model_fields)
    assert not [each for each in columns if re.search("street|address|postcode|typed", each)]
    assert "36037" not in bench.key.digest("36037")
    assert bench.key.digest("36037") != CampaignKey(bytes(32)).digest("36037")
    for text in ("Ich wohne in der Hauptstraße 12.", "Bei 50.5528, 9.6775 zu finden."):
        with pytest.raises(Unfit):
            refuse_contact(text)


def proves_hidden(_bench: Bench) -> None:
    assert voice_of(tandem(show=Show.ALIAS), "Shirin", []).name == "Kim"
    regional = voice_of(tandem(show=Show.REGION), "Shirin", [])
    assert (regional.name, regional.place) == ("Kim", "Hessen")
    only_there = tandem(show=Show.REGION)
    assert reason(only_there, consent()) is Reason.REGION_ONLY
    assert reason(only_there, consent(), gated=True) is None


def proves_private_details(_bench: Bench) -> None:
    for text in ("Ruf 0661 555 0100 an", "a.b@example.org", "schreibt an @samira_naeht"):
        with pytest.raises(Unfit):
            refuse_contact(text)
    sent = {field.name for field in dataclasses.fields(Draft)}
    assert sent == {
        *("text", "link", "mode", "targeting", "at", "draft_id"),
        *("media", "made_with_ai", "place_id"),
    }


def proves_approval(bench: Bench) -> None:
    seen = post(text="Ich nähe gern.")
    assert content_digest(seen) != content_digest(post(text="Ich nähe gern!"))
    with bench.store.session() as session:
        enrolled(session)
        session.add(Account(id=1, campaign_id=1, network="facebook", remote_id="1"))
        add_tandem(session, 1, "samira", id=1)
        # Nobody approved the first, something else was approved of the second.
        session.add(post(id=1, number=1, digest="a"))
        session.add(post(id=2, number=2, digest="a", approved_digest="b"))
        session.add(post(id=3, number=3, digest="a", approved_digest="a"))
        session.flush()
        shift: Any = SimpleNamespace(campaign_id=1, now=NOON, networks={"facebook": None})
        assert [each.id for each in due_posts(session, shift)] == [3]
        session.rollback()


def proves_stop(_bench: Bench) -> None:
    for scope, name in ((Scope.ALL, ""), (Scope.NETWORK, "facebook"), (Scope.TANDEM, "samira")):
        assert stops([Pause(scope=scope, name=name)], post(), "samira")
    assert not stops([Pause(scope=Scope.NETWORK, name="x")], post(), "samira")


def proves_removal(_bench: Bench) -> None:
    def why(who: Tandem, *given: Consent, last: date = DAY) -> Ending | None:
        return why_down(post(), who, given, DAY, last)

    assert why(tandem(), consent()) is None
    assert why(tandem(state=TandemState.WITHDRAWN), consent()) is Ending.WITHDRAWN
    assert why(tandem(), consent(withdrawn_at=NOON)) is Ending.CONSENT_WITHDRAWN
    assert why(tandem(), consent(ends_on=date(2026, 11, 23))) is Ending.CONSENT_ENDED
    assert why(tandem(), consent(), last=date(2026, 11, 23)) is Ending.CAMPAIGN_OVER
    shown = post(media=[{"digest": "0", "kind": "photo"}])
    assert why_down(shown, tandem(), [consent()], DAY, DAY) is Ending.FACE_WITHDRAWN


def proves_sealed(bench: Bench) -> None:
    with bench.store.session() as session:
        enrolled(session)
        person = people.add(session, bench.key, 1, {"name": "Shirin", "phone": "0661 555"})
        assert b"Shirin" not in (person.sealed or b"Shirin")
        assert people.fields(session, bench.key, person)["name"] == "Shirin"
        people.shred(session, person)
        session.flush()
        assert people.is_erased(session, person)
        assert people.fields(session, bench.key, person) == {}


def proves_backups(bench: Bench) -> None:
    with bench.store.session() as session:
        enrolled(session)
        people.add(session, bench.key, 1, {"name": "Shirin"})
    with state_of(bench.store) as connection:
        into = bench.folder / "backup"
        into.mkdir()
        take(connection, into, lambda *_step: None)
    copy = sqlite3.connect(into / NAME)
    tables = ("person", "person_key")
    rows = [copy.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables]
    copy.close()
    assert rows == [1, 0]


def proves_key_file(bench: Bench) -> None:
    file = bench.folder / "token"
    file.write_text("abcdef")
    file.chmod(0o644)
    with pytest.raises(UsageProblem):
        read_owner_only(file, what="key file")
    bench.settings()
    path = bench.folder / "config.toml"
    path.write_text(path.read_text("utf-8") + '[facebook]\npage_token = "EAAabc"\n', "utf-8")
    from orchestrator.config import load

    with pytest.raises(UsageProblem):
        load(path, {})


def proves_replies(bench: Bench) -> None:
    with bench.store.session() as session:
        enrolled(session)
        reply = Reply(
            campaign_id=1, channel="comment", text="", received_at=NOON, collected_at=NOON
        )
        session.add(reply)
        put_words(session, bench.key, 1, reply, "Arbeit! Tel. 0661 5550100, chef@example.org")
        session.flush()
        assert "5550100" not in reply.text
        assert "example.org" not in reply.text
        sender = session.get_one(Person, reply.person_id)
        assert "5550100" in people.fields(session, bench.key, sender)["text"]
        forget_words(session, reply)
        session.flush()
        assert reply.text == ""
        assert people.is_erased(session, sender)


def proves_redaction(bench: Bench) -> None:
    said = redact("0661 5550100 chef@example.org access_token=geheim123")
    assert not [each for each in ("5550100", "chef", "geheim123") if each in said]
    with pytest.raises(UsageProblem):
        bench.settings(facebook={"api_base": "http://graph.example.org"})


def proves_no_scoring(_bench: Bench) -> None:
    columns = {*Tandem.model_fields, *Person.model_fields, *Consent.model_fields}
    assert not [each for each in columns if re.search("score|rank|rating|match|suit", each)]
    outside = {"http", "urllib", "socket", "requests", "httpx", "openai", "ssl"}
    assert not outside & imported(Path(triage.__file__).parent)
    said = triage.offline().classify("Wir suchen eine Näherin, bitte melden!")
    assert {field.name for field in dataclasses.fields(said)} == {
        "label", "confidence", "why", "queue"
    }  # fmt: skip


def proves_audit(bench: Bench) -> None:
    with bench.store.session() as session:
        enrolled(session)
        who = journal.tandem_subject(tandem())
        journal.record(session, 1, NOON, "kim", "pause", who)
    assert "samira" not in who
    with bench.store.session() as session:
        event = session.get_one(Event, 1)
        assert event.chain == journal.chained("", event)
    for change in (update(Event).values(actor="x"), "DELETE FROM event"):
        with pytest.raises(DBAPIError), bench.store.session() as session:
            if isinstance(change, str):
                session.connection().exec_driver_sql(change)
            else:
                session.exec(change.where(col(Event.id) == 1))


def imported(folder: Path) -> set[str]:
    """The outermost names that the modules of a folder import."""
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        text = path.read_text("utf-8")
        found |= set(re.findall(r"^\s*(?:from|import) (\w+)", text, re.MULTILINE))
    return found


def post(**changes: Any) -> Post:
    values = {
        "campaign_id": 1,
        "tandem_id": 1,
        "account_id": 1,
        "network": "facebook",
        "number": 1,
        "language": "de",
        "text": "Ich nähe gern.",
        "digest": "a",
        "due_at": datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
        "due_wall": "",
        "zone": "Europe/Berlin",
        "state": PostState.PLANNED,
    }
    return Post(**(values | changes))


def enrolled(session: Session) -> None:
    """The campaign's row."""
    session.add(Campaign(id=1, slug="woche", name="Woche", key_fingerprint="f", created_at=NOON))
    session.flush()


PROOFS: dict[str, Callable[[Bench], None]] = {
    name.removeprefix("proves_").replace("_", "-"): proof
    for name, proof in list(globals().items())
    if name.startswith("proves_")
}


# Those that are kept by the database, too.
STORED = ("approval", "sealed", "backups", "replies", "audit")


@pytest.mark.parametrize(
    ("measure", "database_url"),
    [
        *((name, "sqlite") for name in PROOFS),
        *((name, "postgresql") for name in STORED),
    ],
    indirect=["database_url"],
)
def test_a_measure_is_taken(
    measure: str, store: Store, key: CampaignKey, tmp_path: Path, settings: SettingsFactory
) -> None:
    """What the paper promises to the data protection officer holds in the program."""
    PROOFS[measure](Bench(store, key, tmp_path, settings))


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_measure_is_claimed_without_a_proof(office: MakeOffice, language: str) -> None:
    """A new promise in a paper needs a proof here, and the risks name measures that exist."""
    page = office(**BOTH).pack("--lang", language)["dpia.html"]
    assert set(re.findall(r'data-measure="([a-z-]+)"', page)) == set(PROOFS)
    numbers = [int(each) for each in re.findall(r"<td>M(\d+)</td>", page)]
    assert numbers == list(range(1, len(PROOFS) + 1))
    assert all(int(each) <= len(PROOFS) for each in re.findall(r"\bM(\d+)", page))


def test_nothing_here_asks_a_map_or_a_language_model() -> None:
    """The papers name neither as a recipient; only messengers speak to a mail server."""
    import orchestrator

    folder = Path(orchestrator.__file__).parent
    assert not imported(folder) & {"aiosmtplib", "openai", "googlemaps"}
    mailing = {each for each in folder.iterdir() if each.is_dir() and imported(each) & MAIL}
    assert {each.name for each in mailing} == {"messengers"}


MAIL = {"smtplib", "imaplib"}
