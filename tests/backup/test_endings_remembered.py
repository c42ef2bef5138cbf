"""What ended is known beside the backups, and over in every older database, but only what ended."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from orchestrator import journal
from orchestrator.backup import keyring
from orchestrator.backup.create import Made
from orchestrator.backup.ended import end_again
from orchestrator.backup.endings import Closed, Ending, Shown, name_of, union, without
from orchestrator.backup.keyring_file import read_file, replace_file
from orchestrator.backup.places import Place
from orchestrator.backup.ring import Rings, merged
from orchestrator.consent import recording
from orchestrator.consent.purposes import Who
from orchestrator.erasure.erasing import erase
from orchestrator.leaving import decision
from orchestrator.model import Campaign as CampaignRow
from orchestrator.model import Consent, PersonKey, Post, Tandem
from orchestrator.store import open_store
from orchestrator.vocabulary import PostState, Show, TandemState
from tests.conftest import on_sqlite
from tests.publishing.conftest import NOON, Campaign

HOUR = timedelta(hours=1)
Decide = Callable[[Session], object]


def after(campaign: Campaign, decide: Decide) -> Rings:
    """What a keyring knows after a decision that the database then lost."""
    with campaign.store.session(dry_run=True) as session:
        decide(session)
        session.flush()
        row = session.get_one(CampaignRow, campaign.id)
        ring = keyring.brought_up_to_date(session, row, keyring.of(row))
    return {ring.name: ring}


def ended(campaign: Campaign, rings: Rings, now: datetime = NOON + 3 * HOUR) -> int:
    with campaign.store.session() as session:
        return end_again(session, session.get_one(CampaignRow, campaign.id), rings, now, "tester")


@pytest.fixture
def tandem(campaign: Campaign) -> int:
    """The number of the campaign's only tandem."""
    with campaign.store.reading() as session:
        return session.exec(select(Tandem.id)).one()


def recorder(session: Session, campaign: Campaign, tandem: int, at: datetime) -> recording.Recorder:
    row, zone = session.get_one(Tandem, tandem), campaign.settings.campaign.zone
    return recording.Recorder(session, campaign.key, row, Who.REFUGEE, at, zone, "tester")


def take_back(campaign: Campaign, tandem: int, session: Session) -> None:
    recording.withdraw(recorder(session, campaign, tandem, NOON + HOUR), ["x"])


@pytest.mark.parametrize(
    ("again", "holds"), [(None, False), (timedelta(), True), (timedelta(seconds=1), True)], ids=str
)
def test_a_consent_that_was_given_anew_is_not_taken_back_again(
    campaign: Campaign, tandem: int, again: timedelta | None, holds: bool
) -> None:
    """Later, or at the same moment but after it; without that, the withdrawal comes back."""
    rings = after(campaign, lambda session: take_back(campaign, tandem, session))
    if again is not None:
        with campaign.store.session() as session:
            take_back(campaign, tandem, session)
            anew = recorder(session, campaign, tandem, NOON + HOUR + again)
            anew.consents()["x"].withdrawn_at = None
            anew.note("consent.given", ["x"])
    for changed in (0 if holds else 1, 0):
        assert ended(campaign, rings) == changed
    with campaign.store.reading() as session:
        given = session.exec(select(Consent).order_by(Consent.purpose)).all()
        assert [each.withdrawn_at for each in given if each.purpose == "facebook"] == [None]
        [on_x] = [each.withdrawn_at for each in given if each.purpose == "x"]
        assert on_x == (None if holds else NOON + HOUR)


def test_only_what_is_newer_and_shows_less_is_kept_again(campaign: Campaign, tandem: int) -> None:
    """A file's narrowing counts as a check's does; what was widened here since stays."""

    def narrow(session: Session) -> None:
        row = session.get_one(Tandem, tandem)
        row.show = Show.NO_FACE
        event = ("tandem.updated", journal.tandem_subject(row))
        journal.record(session, campaign.id, NOON + HOUR, "tester", *event, changed=["show"])

    rings = after(campaign, narrow)
    assert [ended(campaign, rings), ended(campaign, rings)] == [1, 0]
    with campaign.store.session() as session:
        row = session.get_one(Tandem, tandem)
        assert (row.show, row.screened_at) == (Show.NO_FACE, NOON + HOUR)
        row.show, row.screened_at = Show.FULL, NOON + 2 * HOUR
    assert ended(campaign, rings) == 0


def test_what_may_have_gone_out_of_whoever_left_is_looked_for(
    campaign: Campaign, tandem: int
) -> None:
    """In a database of which nobody said that it is old: no post is just called off."""
    rings = after(campaign, lambda session: decision.withdraw(session, tandem, NOON, "tester"))
    assert ended(campaign, rings) == 1
    with campaign.store.reading() as session:
        states = [each.state for each in session.exec(select(Post).order_by(Post.id)).all()]
        assert states == [*[PostState.UNKNOWN] * 3, PostState.PUBLISHED]
        assert session.get_one(Tandem, tandem).state is TandemState.WITHDRAWN


def test_a_ring_of_another_campaign_does_not_matter(campaign: Campaign, tandem: int) -> None:
    """Begun anew under the same name and key: nobody there has withdrawn from this one."""
    rings = after(campaign, lambda session: decision.withdraw(session, tandem, NOON, "tester"))
    [ring] = rings.values()
    other = replace(ring, began="2025-11-01T08:00:00+00:00")
    assert ended(campaign, {other.name: other}) == 0


@on_sqlite
def test_who_was_erased_is_erased_again_in_a_file_that_was_copied_back(
    campaign: Campaign, tandem: int, place: Place, tmp_path: Path, back_up: Callable[..., Made]
) -> None:
    """It still has their keys: known by their digests, they go, and the words with them."""
    with campaign.store.session() as session:
        row = session.get_one(Tandem, tandem)
        for number in (row.refugee_id, row.volunteer_id):
            session.add(PersonKey(person_id=number, wrapped=campaign.key.new_person_key()))
    back_up()
    campaign.store.close()
    file = Path(str(campaign.store.engine.url.database))
    old = open_store(f"sqlite:///{shutil.copy(file, tmp_path / 'old.db')}")
    with campaign.store.session() as session:
        decision.withdraw(session, tandem, NOON, "tester")
        for post in session.exec(select(Post)).all():
            post.state = PostState.WITHDRAWN
        session.flush()
        row = session.get_one(CampaignRow, campaign.id)
        gone = erase(session, row, campaign.key, "amira-und-jonas", NOON, "tester")
    assert keyring.forget(campaign.store, [place], row, gone.persons) == []
    with old.session() as session:
        here = session.get_one(CampaignRow, campaign.id)
        rings = keyring.found([place])
        assert [end_again(session, here, rings, NOON, "tester") for _time in range(2)] == [1, 0]
        assert session.get_one(Tandem, tandem).erased_at == NOON
        assert session.exec(select(PersonKey)).all() == []
    old.close()


EARLY, LATE = NOON, NOON + HOUR
WIDE, NARROW = Show.FULL, Show.ALIAS


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        (Shown(EARLY, WIDE), Shown(EARLY, NARROW), Shown(EARLY, NARROW)),
        (Shown(EARLY, None), Shown(EARLY, Show.REGION), Shown(EARLY, None)),
        (Shown(EARLY, NARROW), Shown(LATE, WIDE), Shown(LATE, WIDE)),
        (None, Shown(EARLY, WIDE), Shown(EARLY, WIDE)),
    ],
)
def test_of_two_results_the_later_counts_and_of_the_same_time_the_narrower(
    one: Shown | None, other: Shown | None, kept: Shown
) -> None:
    """In whichever order the places are read."""
    sides = [{"a": Ending(1, shown=each)} for each in (one, other)]
    for newer, older in (sides, sides[::-1]):
        assert union(newer, older) == {"a": Ending(1, shown=kept)}


def test_of_two_closings_posts_stay_down(campaign: Campaign) -> None:
    """Closed anew in an older database, with posts to keep: what had to come down still has to."""
    early = {"a": Ending(None, closed=Closed(EARLY, "hired", posts_down=True))}
    late = {"a": Ending(4, closed=Closed(LATE, "other", posts_down=False))}
    assert union(late, early) == {"a": Ending(4, closed=Closed(LATE, "other", posts_down=True))}


def test_an_erasure_lets_go_of_its_own_ending_only() -> None:
    """The number may have been another's before a restore: then neither is forgotten."""
    mine, theirs = Ending(4, withdrawn=EARLY), Ending(4, withdrawn=LATE)
    assert without({"mine": mine, "none": replace(theirs, number=None)}, [4]) == {
        "none": replace(theirs, number=None)
    }
    both = {"mine": mine, "theirs": theirs}
    assert without(both, [4]) == both


@on_sqlite
def test_a_number_that_another_tandem_has_now_is_nobodys(campaign: Campaign, tandem: int) -> None:
    """A tandem that only the ring knows keeps its ending under no number, and it can be read."""
    rings = after(campaign, lambda session: decision.withdraw(session, tandem, NOON, "tester"))
    [ring] = rings.values()
    with campaign.store.reading() as session:
        row = session.get_one(CampaignRow, campaign.id)
        lost = replace(ring, endings={"f00": next(iter(ring.endings.values()))})
        [now] = keyring.brought_up_to_date(session, row, lost).endings.values()
        assert (now.number, now.withdrawn) == (None, NOON)
        assert [*ring.endings] == [name_of(row, "amira-und-jonas")]


def test_a_ring_is_read_as_it_was_written(tmp_path: Path, campaign: Campaign, tandem: int) -> None:
    """Every kind of fact, with its type; a person who reads the file sees words and times."""
    facts = Ending(
        4, NOON, Closed(NOON, "hired", posts_down=True), Shown(LATE, None),
        {"volunteer press": LATE},
    )  # fmt: skip
    ring = replace(keyring.Ring("woche", "f", "b"), endings={"d": facts}, tandems={"m": 7})
    file = tmp_path / keyring.NAME
    replace_file(file, {ring.name: ring})
    assert read_file(file) == {ring.name: ring}
    told = json.loads(file.read_text())["content"]["rings"][0]["endings"]["d"]
    assert told["closed"] == {"at": "2026-11-24T11:00:00Z", "because": "hired", "posts_down": True}
    file.write_text(file.read_text().replace("hired", "other"))
    with pytest.raises(keyring.Unsound):
        read_file(file)


def test_marks_of_two_erased_tandems_with_one_number_are_both_kept() -> None:
    """After an older restore the number was given anew: neither of them is brought back."""
    ring = keyring.Ring("woche", "f", "b", tandems={"mark of the first": 4})
    other = replace(ring, number=2, tandems={"mark of the second": 4})
    assert merged(ring, other).tandems == {"mark of the first": 4, "mark of the second": 4}
