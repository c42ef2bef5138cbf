"""The import's core on both databases: what goes in, what stays out, what a repetition changes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from orchestrator.errors import UsageProblem
from orchestrator.intake.importing import Intake, Report, import_file
from orchestrator.keys import CampaignKey
from orchestrator.model import (
    Account,
    Appeal,
    Campaign,
    Consent,
    Event,
    Partner,
    Person,
    PersonKey,
    Post,
    Tandem,
)
from orchestrator.vocabulary import PostState, TandemState
from tests.conftest import on_sqlite
from tests.intake.conftest import NOW, tandem, write_csv, write_xlsx

Bring = Callable[..., Report]


def stored(intake: Intake, kind: type[Any]) -> list[Any]:
    with intake.store.reading() as session:
        return list(session.exec(select(kind)).all())


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.imported, report.updated, report.unchanged, len(report.rejected)


def approved_post(intake: Intake, slug: str) -> None:
    """Put an approved post of a tandem into the timetable."""
    with intake.store.session() as session:
        campaign = session.exec(select(Campaign)).one()
        row = session.exec(select(Tandem).where(Tandem.slug == slug)).one()
        account = Account(campaign_id=campaign.id, network="facebook", remote_id=slug)
        session.add(account)
        session.flush()
        session.add(
            Post(
                campaign_id=campaign.id,
                tandem_id=row.id,
                account_id=account.id,
                network="facebook",
                number=1,
                language="de",
                text="…",
                digest="d",
                approved_digest="d",
                approved_at=NOW,
                due_at=NOW,
                due_wall="10:00",
                zone="Europe/Berlin",
            )
        )


def test_a_good_row_becomes_a_tandem(bring: Bring, intake: Intake) -> None:
    """Town instead of postcode, sealed persons, one consent per purpose, an entry in the log."""
    assert counts(bring(tandem())) == (1, 0, 0, 0)
    (row,) = stored(intake, Tandem)
    assert (row.town, row.region, row.country) == (
        "Freiburg im Breisgau",
        "Baden-Württemberg",
        "DE",
    )
    assert (row.public_name, row.show, row.adult, row.radius_km) == ("", "full", True, 15)
    assert row.floor_km == 0
    assert [each.name for each in stored(intake, Partner)] == ["Haus am Fluss"]
    assert {each.language for each in stored(intake, Appeal)} == {"de", "ar"}
    consents = {each.purpose: each for each in stored(intake, Consent)}
    assert set(consents) == {"facebook", "x"}
    assert all(each.person_id == row.refugee_id for each in consents.values())
    assert consents["x"].ends_on.isoformat() == "2026-12-31"
    (event,) = stored(intake, Event)
    assert (event.what, event.subject, event.actor) == (
        "tandem.imported",
        f"tandem {row.id}",
        "tester",
    )


def test_names_and_contacts_are_readable_only_with_the_key(bring: Bring, intake: Intake) -> None:
    bring(tandem(show="alias", public_name="Sahar"))
    (row,) = stored(intake, Tandem)
    persons = {each.id: each for each in stored(intake, Person)}
    keys = {each.person_id: each.wrapped for each in stored(intake, PersonKey)}
    volunteer = persons[row.volunteer_id]
    assert volunteer.sealed
    assert intake.key.open(keys[volunteer.id], volunteer.sealed) == {
        "name": "Birgit Sommer",
        "email": "birgit@example.org",
        "phone": "+49761200475",
        "backup_contact": "Gemeindebüro",
    }
    refugee = persons[row.refugee_id]
    assert refugee.sealed
    assert intake.key.open(keys[refugee.id], refugee.sealed) == {"name": "Amal"}


@pytest.mark.parametrize("show", ["", "full", "no-face", "alias", "region"])
def test_nothing_secret_stands_in_the_database_in_the_open(
    bring: Bring, intake: Intake, show: str
) -> None:
    """Every column of every table is searched for what must not be there, however shown."""
    alias = "Sahar" if show in ("alias", "region") else ""
    assert bring(tandem(show=show, public_name=alias, slug="t1", link="")).imported == 1
    with intake.store.reading() as session:
        dump = "".join(
            str(session.connection().execute(text(f'SELECT * FROM "{table}"')).all())
            for table in ("tandem", "person", "appeal", "consent", "partner", "event", "campaign")
        )
    for secret in ("Amal", "Birgit", "birgit@", "200475", "Gemeindebüro", "79098"):
        assert secret not in dump
    assert alias in dump


def test_a_purpose_taken_out_is_withdrawn_and_comes_back_with_a_later_consent(
    bring: Bring, intake: Intake
) -> None:
    """Consent stays provable; an old date does not revive it, a date after the withdrawal does."""
    bring(tandem())
    bring(tandem(consent="facebook"))
    by_purpose = {each.purpose: each for each in stored(intake, Consent)}
    assert by_purpose["facebook"].withdrawn_at is None
    assert by_purpose["x"].withdrawn_at == NOW
    assert any("withdrawn" in notice for notice in bring(tandem()).notices)
    assert counts(bring(tandem(consent_on="2026-11-21"))) == (0, 1, 0, 0)
    (again,) = [each for each in stored(intake, Consent) if each.purpose == "x"]
    assert (again.withdrawn_at, again.given_on.isoformat()) == (None, "2026-11-21")


def test_a_repetition_changes_nothing(bring: Bring, intake: Intake) -> None:
    rows = [tandem(), tandem(slug="sami-berlin", name="Sami", place="Berlin", consent_on="1.11.26")]
    assert counts(bring(*rows)) == (2, 0, 0, 0)
    before = stored(intake, Tandem), stored(intake, Person), stored(intake, Event)
    later = replace(intake, now=NOW.replace(day=25))
    path = write_csv(Path(intake.settings.folder) / "again.csv", rows)
    assert counts(import_file(later, path)) == (0, 0, 2, 0)
    assert (stored(intake, Tandem), stored(intake, Person), stored(intake, Event)) == before


CHANGES: list[tuple[dict[str, str], bool]] = [
    ({"name": "Amira"}, True),
    ({"public_name": "Lina"}, True),
    ({"show": "no-face"}, True),
    ({"trade": "Änderungsschneiderin"}, True),
    ({"appeal_de": "Ich suche Arbeit in einer Werkstatt."}, True),
    ({"appeal_ar": ""}, True),
    ({"place": "Köln"}, True),
    ({"radius_km": "20"}, True),
    ({"link": ""}, True),
    ({"volunteer_phone": "+49 761 200476"}, False),
    ({"backup_contact": ""}, False),
    ({"partner": "Verein Brücke"}, False),
    ({"consent": "facebook"}, False),
    ({"consent_until": "2026-12-15"}, False),
    ({"consent_text": "ar 2"}, False),
    ({"adult": "no"}, False),
    # The same town, typed otherwise.
    ({"place": "79100"}, False),
]


def test_a_change_is_stored_and_costs_the_approval_if_the_public_sees_it(
    bring: Bring, intake: Intake
) -> None:
    slugs = [f"amal-{number}" for number in range(len(CHANGES))]
    bring(*(tandem(slug=slug) for slug in slugs))
    for slug in slugs:
        approved_post(intake, slug)
    changed = [
        tandem(slug=slug, **change) for slug, (change, _) in zip(slugs, CHANGES, strict=True)
    ]
    assert counts(bring(*changed)) == (0, len(CHANGES), 0, 0)
    posts = sorted(stored(intake, Post), key=lambda post: post.tandem_id)
    for post, (change, shown) in zip(posts, CHANGES, strict=True):
        assert post.state is (PostState.CANCELLED if shown else PostState.PLANNED), change
        assert (post.approved_digest is None) is shown, change
    assert counts(bring(*changed)) == (0, 0, len(CHANGES), 0)


def test_a_change_is_logged_without_what_it_says(bring: Bring, intake: Intake) -> None:
    bring(tandem())
    bring(tandem(volunteer_phone="0761 999123", name="Amira"))
    event = stored(intake, Event)[-1]
    assert event.what == "tandem.updated"
    assert event.detail["changed"] == ["name", "volunteer_phone"]
    assert "Amira" not in str(event.detail)
    assert "999123" not in str(event.detail)


def test_a_column_that_the_file_lacks_says_nothing(bring: Bring, intake: Intake) -> None:
    """A short list of corrections does not wipe what it is silent about."""
    bring(tandem(show="alias", public_name="Sahar"))
    short = {name: tandem()[name] for name in ("slug", "name", "place", "appeal_de", "radius_km")}
    assert counts(bring({**short, "radius_km": "30"})) == (0, 1, 0, 0)
    (row,) = stored(intake, Tandem)
    assert (row.radius_km, row.public_name, row.show, row.adult) == (30, "Sahar", "alias", True)
    assert len(stored(intake, Consent)) == 2
    assert len(stored(intake, Appeal)) == 2


@pytest.mark.parametrize(
    ("show", "change", "column"),
    [
        ("alias", {"appeal_de": "Ich heiße Amal."}, "appeal_de"),
        ("alias", {"appeal_en": "Amal is looking for work."}, "appeal_en"),
        ("alias", {"trade": "Amals Schneiderei"}, "trade"),
        ("alias", {"link": "https://beispiel.example/helft-amal"}, "link"),
        ("alias", {"name": "Samira", "appeal_de": "Ich heiße Amal."}, "appeal_de"),
        ("alias", {"name": "Nähfee"}, "appeal_de"),
        ("alias", {"name": "Schneiderin"}, "trade"),
        ("alias", {"name": "Lina"}, "name"),
        ("region", {"appeal_de": "Wer hilft in Freiburg?"}, "appeal_de"),
        ("region", {"place": "Köln", "appeal_de": "Wer hilft in Freiburg?"}, "appeal_de"),
        ("region", {"trade": "Schneiderin in Freiburg"}, "trade"),
    ],
)
@on_sqlite
def test_a_correction_without_columns_does_not_tell_what_is_hidden(
    bring: Bring, intake: Intake, show: str, change: dict[str, str], column: str
) -> None:
    """What the file is silent about counts as stored: how somebody is shown, name and town."""
    whole = tandem(show=show, public_name="Lina", appeal_de="Nähfee sucht Arbeit.", link="")
    assert bring(whole).imported == 1
    before = stored(intake, Tandem), stored(intake, Appeal), stored(intake, Person)
    short = {name: whole[name] for name in ("slug", "name", "place", "appeal_ar")}
    report = bring({**short, **change})
    assert [(each.row, each.column) for each in report.rejected] == [(2, column)]
    assert "Amal" not in str(report)
    assert (stored(intake, Tandem), stored(intake, Appeal), stored(intake, Person)) == before


def test_a_name_in_the_wrong_column_can_be_corrected(bring: Bring) -> None:
    """Whoever says anew how the person is shown is not held to the name that was wrong."""
    bring(tandem(name="Lina", appeal_de="Ich bin Lina."))
    fixed = tandem(name="Amal", show="alias", public_name="Lina", appeal_de="Ich bin Lina.")
    assert counts(bring(fixed)) == (0, 1, 0, 0)
    assert counts(bring(fixed)) == (0, 0, 1, 0)


def test_withdrawn_consent_stays_withdrawn(bring: Bring, intake: Intake) -> None:
    bring(tandem())
    with intake.store.session() as session:
        session.exec(select(Consent).where(Consent.purpose == "x")).one().withdrawn_at = NOW
    report = bring(tandem(consent="facebook x site"))
    assert counts(report) == (0, 1, 0, 0)
    assert any("withdrawn" in notice for notice in report.notices)
    consents = {each.purpose: each.withdrawn_at for each in stored(intake, Consent)}
    assert consents == {"facebook": None, "x": NOW, "site": None}


@pytest.mark.parametrize("state", [TandemState.WITHDRAWN, TandemState.CLOSED])
def test_an_import_does_not_bring_a_tandem_back(
    bring: Bring, intake: Intake, state: TandemState
) -> None:
    bring(tandem())
    with intake.store.session() as session:
        session.exec(select(Tandem)).one().state = state
    report = bring(tandem(trade="Näherin"), tandem(slug="neu"))
    assert counts(report) == (1, 0, 0, 1)
    assert (report.rejected[0].row, report.rejected[0].column) == (2, "slug")
    assert stored(intake, Tandem)[0].trade == "Schneiderin"


def test_a_dry_run_says_the_same_and_writes_nothing(bring: Bring, intake: Intake) -> None:
    rows = [tandem(), tandem(slug="neu", place="Neustadt")]
    tried = bring(*rows, dry_run=True)
    for kind in (Campaign, Tandem, Person, Partner, Event):
        assert stored(intake, kind) == []
    assert bring(*rows) == tried


def test_good_rows_go_in_beside_bad_ones(bring: Bring, intake: Intake) -> None:
    report = bring(
        tandem(),
        tandem(slug="Groß geschrieben"),
        tandem(slug="dritte", consent_on=""),
        tandem(slug="amal-freiburg", place="Köln"),
        tandem(slug="fünfte", name="", appeal_de="", appeal_ar=""),
    )
    assert counts(report)[0] == 1
    assert [(each.row, each.column) for each in report.rejected] == [
        (3, "slug"),
        (4, "consent_on"),
        (5, "slug"),
        (6, "slug"),
        (6, "name"),
        (6, "appeal_de"),
    ]
    assert all(each.reason and each.hint for each in report.rejected)
    assert stored(intake, Tandem)[0].town == "Freiburg im Breisgau"


def test_small_places_are_hidden_behind_a_town(bring: Bring, intake: Intake) -> None:
    """The stored point is the larger town's, and the floor holds the home again."""
    bring(tandem(place="Staufen im Breisgau"))
    (row,) = stored(intake, Tandem)
    assert row.town_people >= 5_000
    assert row.town != "Staufen im Breisgau"
    assert 5 < row.floor_km < 30


def test_a_known_place_is_not_looked_up_again(
    bring: Bring, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new gazetteer moves nobody; another anonymity asks anew."""
    bring(tandem())

    def unexpected(*_: object, **__: object) -> None:
        raise AssertionError("the place was looked up again")

    monkeypatch.setattr("orchestrator.placing.finding.resolve", unexpected)
    assert counts(bring(tandem())) == (0, 0, 1, 0)
    with pytest.raises(AssertionError):
        bring(tandem(place="Emmendingen"))


def test_the_key_of_another_campaign_is_refused(bring: Bring, intake: Intake) -> None:
    bring(tandem())
    foreign = replace(intake, key=CampaignKey(bytes(32)))
    path = write_csv(Path(intake.settings.folder) / "again.csv", [tandem()])
    with pytest.raises(UsageProblem, match="key file"):
        import_file(foreign, path)


def test_excel_and_csv_of_the_same_content_are_equal(lite: Intake, tmp_path: Path) -> None:
    """A second import by the other format finds nothing to change, nor other reasons."""
    rows = [
        tandem(),
        tandem(slug="zwei", place="Neustadt", volunteer_email="kein@", appeal_de="a\nb"),
        tandem(slug="drei", place="04103", appeal_de="Zwei\n\nAbsätze; mit „Zeichen“, und mehr."),
    ]
    first = import_file(lite, write_xlsx(tmp_path / "t.xlsx", rows))
    second = import_file(lite, write_csv(tmp_path / "t.csv", rows, separator=";"))
    assert first.imported == second.unchanged == 2
    assert second.updated == 0
    assert first.rejected == second.rejected


def test_a_tandem_hidden_by_alias_is_not_named_in_the_appeal(bring: Bring) -> None:
    report = bring(
        tandem(slug="a", show="alias", public_name="Lina", appeal_de="Ich heiße Amal.", link=""),
        tandem(slug="b", show="region", public_name="amal", link=""),
        tandem(
            slug="c", show="alias", public_name="Lina", appeal_de="Amalgam? Nein: Stoff.", link=""
        ),
        tandem(
            slug="d", show="region", public_name="", appeal_de="Amals Ruf: 0170 1234567", link=""
        ),
    )
    assert report.imported == 1
    assert [(each.row, each.column) for each in report.rejected] == [
        (2, "appeal_de"),
        (3, "public_name"),
        (5, "public_name"),
        (5, "appeal_de"),
        (5, "appeal_de"),
    ]


@pytest.mark.parametrize(
    ("place", "show", "said"),
    [
        ("Köln", "region", "Wer hilft in KÖLN?"),
        ("Staufen im Breisgau", "full", "Ich wohne in Staufen."),
        ("Staufen im Breisgau", "region", "Wer kennt #StaufenImBreisgau?"),
        ("79098", "full", "Ich wohne in 79098."),
    ],
)
def test_an_appeal_does_not_name_the_place_that_is_hidden(
    bring: Bring, place: str, show: str, said: str
) -> None:
    row = tandem(show=show, public_name="Lina", place=place, appeal_de=said, link="")
    assert [(each.row, each.column) for each in bring(row).rejected] == [(2, "appeal_de")]


def test_two_imports_at_once_wait_for_each_other(bring: Bring, intake: Intake) -> None:
    """Whoever comes second finds the tandems there, on either database."""
    bring(tandem(slug="first"))
    rows = [tandem(slug=f"t{number}") for number in range(20)]
    path = write_csv(Path(intake.settings.folder) / "many.csv", rows)
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: import_file(intake, path), range(2)))
    assert sorted(map(counts, reports)) == [(0, 0, 20, 0), (20, 0, 0, 0)]
    assert len(stored(intake, Tandem)) == 21
