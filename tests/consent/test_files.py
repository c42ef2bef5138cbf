"""What a tandem file says of consents, beside what was written down with the person."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select, update

from orchestrator.consent.texts import FOLDER
from orchestrator.intake.importing import Intake, import_file
from orchestrator.model import Consent
from tests.conftest import on_both
from tests.intake.conftest import Bring, bring, intake, tandem, write_csv

__all__ = ["bring", "intake"]
RECORDED = date(2026, 11, 10)


def consents(intake: Intake) -> dict[str, Consent]:
    with intake.store.reading() as session:
        return {each.purpose: each for each in session.exec(select(Consent)).all()}


def recorded(intake: Intake) -> None:
    """Both consents were written down by somebody since."""
    with intake.store.session() as session:
        session.exec(update(Consent).values(method="paper", given_on=RECORDED, ends_on=None))


@on_both
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"consent": "x"}, "facebook, x"),
        ({"consent": ""}, "facebook, x"),
        ({"consent_on": "2026-11-10", "consent_until": ""}, ""),
    ],
)
def test_a_file_neither_undoes_nor_ages_what_was_recorded(
    bring: Bring, intake: Intake, change: dict[str, Any], said: str
) -> None:
    """Silent or older, it changes nothing and a notice says so."""
    bring(tandem())
    recorded(intake)
    report = bring(tandem(**change))
    assert report.unchanged == 1
    for each in consents(intake).values():
        assert (each.method, each.given_on, each.ends_on) == ("paper", RECORDED, None)
        assert each.withdrawn_at is None
    notices = [each for each in report.notices if "recorded by `tandem consent`" in each]
    assert len(notices) == bool(said)
    assert said in "".join(notices)


@on_both
def test_a_day_that_lies_ahead_does_not_bring_back_what_was_taken_back(
    bring: Bring, intake: Intake
) -> None:
    """The same file, however late its day is, holds the very consent that ended."""
    ahead = tandem(consent_on="2026-12-31", consent_until="2027-01-10")
    bring(ahead)
    with intake.store.session() as session:
        session.exec(update(Consent).values(withdrawn_at=datetime(2026, 11, 20, tzinfo=UTC)))
    bring(ahead)
    assert all(each.withdrawn_at for each in consents(intake).values())


@on_both
def test_a_later_consent_in_a_file_replaces_what_was_recorded(bring: Bring, intake: Intake) -> None:
    """Date, end, text and method are the file's then."""
    bring(tandem())
    recorded(intake)
    assert bring(tandem(consent_on="2026-11-12", consent_text="ar 1")).updated == 1
    found = consents(intake)["x"]
    assert (found.method, found.given_on) == ("file", date(2026, 11, 12))
    assert (found.language, found.version) == ("ar", "1")


@on_both
@pytest.mark.parametrize("until", ["", "2027-03-31"])
def test_a_longer_consent_needs_a_day_of_its_own(bring: Bring, intake: Intake, until: str) -> None:
    """The same day with a later end extends nothing; a later day does."""
    bring(tandem())
    report = bring(tandem(consent_until=until))
    assert report.unchanged == 1
    assert any("a longer one is a new consent" in each for each in report.notices)
    assert consents(intake)["x"].ends_on == date(2026, 12, 31)
    assert bring(tandem(consent_on="2026-11-19", consent_until=until)).updated == 1
    assert consents(intake)["x"].ends_on == intake.settings.campaign.last_day


def moved(intake: Intake, last_day: date) -> Intake:
    """The same after somebody wrote another day into the configuration."""
    campaign = intake.settings.campaign.model_copy(update={"posts_until": last_day})
    settings = replace(intake.settings, campaign=campaign)
    return replace(intake, settings=settings)


@on_both
def test_a_day_that_moves_in_the_configuration_moves_no_consent(
    bring: Bring, intake: Intake, tmp_path: Path
) -> None:
    """Posts end on the day that was named; later needs a new consent, and a notice says so."""
    row = tandem(consent="facebook x story", consent_until="")
    bring(row)
    signed = intake.settings.campaign.last_day
    path = write_csv(tmp_path / "again.csv", [row])
    for days, told in ((0, False), (-7, False), (30, True)):
        report = import_file(moved(intake, signed + timedelta(days=days)), path)
        assert report.unchanged == 1
        assert any("facebook, x was not extended" in each for each in report.notices) is told
        found = consents(intake)
        assert (found["x"].ends_on, found["story"].ends_on) == (signed, None)
    renewed = write_csv(tmp_path / "renewed.csv", [row | {"consent_on": "2026-11-19"}])
    later = moved(intake, signed + timedelta(days=30))
    assert import_file(later, renewed).updated == 1
    assert consents(intake)["facebook"].ends_on == signed + timedelta(days=30)


@on_both
def test_a_row_that_was_stored_without_an_end_stays_so(bring: Bring, intake: Intake) -> None:
    """Its posts end with the configuration's day, as before; only a nearer day is taken over."""
    row = tandem(consent_until="")
    bring(row)
    with intake.store.session() as session:
        session.exec(update(Consent).values(ends_on=None))
    assert bring(row).unchanged == 1
    assert consents(intake)["x"].ends_on is None
    assert bring(row | {"consent_until": "2026-12-24"}).updated == 1
    assert consents(intake)["x"].ends_on == date(2026, 12, 24)


@on_both
def test_the_day_of_a_withdrawal_is_the_campaign_s(bring: Bring, intake: Intake) -> None:
    """Half past midnight in the campaign's zone is its new day, whatever day UTC has."""
    bring(tandem())
    with intake.store.session() as session:
        taken_back = datetime(2026, 11, 17, 23, 30, tzinfo=UTC)
        session.exec(update(Consent).values(withdrawn_at=taken_back))
    assert bring(tandem(consent_on="2026-11-18")).unchanged == 1
    assert consents(intake)["x"].withdrawn_at is not None
    assert bring(tandem(consent_on="2026-11-19")).updated == 1
    assert consents(intake)["x"].withdrawn_at is None


@on_both
def test_a_consent_from_before_the_text_was_given_to_an_earlier_one(
    bring: Bring, intake: Intake
) -> None:
    """Only from the day on which it came into use does a file's consent count for it."""
    own = intake.settings.folder / "consent"
    own.mkdir()
    text = (FOLDER / "de.toml").read_text("utf-8").replace('version = "1"', 'version = "3"', 1)
    (own / "de.toml").write_text(f"since = 2026-11-05\n{text}", "utf-8")
    report = import_file(
        intake,
        write_csv(
            intake.settings.folder / "several.csv",
            [
                tandem(slug="before", consent="x", consent_on="2026-11-04"),
                tandem(slug="since", consent="facebook", consent_on="2026-11-05"),
                tandem(slug="named", consent="site", consent_on="2026-11-04", consent_text="3"),
            ],
        ),
    )
    assert report.imported == 3
    found = {each.purpose: (each.language, each.version) for each in consents(intake).values()}
    assert found == {"x": ("de", "earlier"), "facebook": ("de", "3"), "site": ("de", "3")}


@on_both
def test_a_repeated_file_keeps_the_text_that_was_agreed_to(bring: Bring, intake: Intake) -> None:
    """A new text in use makes no old consent new."""
    bring(tandem())
    own = intake.settings.folder / "consent"
    own.mkdir()
    text = (FOLDER / "de.toml").read_text("utf-8").replace('version = "1"', 'version = "2"', 1)
    (own / "de.toml").write_text(f"since = 2026-10-01\n{text}", "utf-8")
    assert bring(tandem()).unchanged == 1
    assert {each.version for each in consents(intake).values()} == {"1"}


@on_both
def test_a_text_that_is_no_version_is_refused(bring: Bring) -> None:
    """Row, column, reason and hint as for every cell."""
    (rejected,) = bring(tandem(consent_text="die neue")).rejected
    assert (rejected.column, "such as ar 1" in rejected.hint) == ("consent_text", True)
