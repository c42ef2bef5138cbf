"""A manager brings the figures of a statistical office, and takes them back."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook
from sqlalchemy import event
from sqlmodel import select
from typer.testing import CliRunner

import cli
from audiences.fold import fold
from audiences.gazetteer import Gazetteer
from orchestrator import official
from orchestrator.keys import CampaignKey, create_key_file
from orchestrator.model import Event, Municipality
from orchestrator.official.importing import Office, import_table
from orchestrator.store import Store, open_store
from tests.conftest import on_both

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

SAMPLE = Path(__file__).with_name("official_sample.csv")
HEADING = "AGS;name;population;lat;lon"
TRIER = "07211000;Trier;112737;49.75565;6.63935"
ULM = "08421000;Ulm;129942;48.39841;9.99155"


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh, migrated database; of SQLite, where a test is not ``on_both``."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


@pytest.fixture
def folder(
    tmp_path: Path, settings: "SettingsFactory", database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A campaign's folder, and the terminal in it."""
    places = [str(tmp_path / "backups")]
    settings(database={"url": database_url}, backup={"places": places})
    create_key_file(tmp_path / "keys" / "campaign.key")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def say(*arguments: str, group: str = "audience") -> Any:
    return CliRunner().invoke(cli.build(), [group, *arguments])


def answer(*arguments: str) -> Any:
    return json.loads(say("import", *arguments, "--json").stdout)


def people_of(store: Store, town: str) -> int:
    with store.reading() as session:
        return population(official.gazetteer(session), town)


def population(atlas: Gazetteer, town: str) -> int:
    return max(place.population for _rank, place in atlas.named(fold(town)))


def rows_of(store: Store) -> list[Municipality]:
    with store.reading() as session:
        return list(session.exec(select(Municipality).order_by(Municipality.ags)).all())


def write(folder: Path, *rows: str, heading: str = HEADING) -> str:
    (folder / "table.csv").write_text("\n".join([heading, *rows]), "utf-8")
    return "table.csv"


@on_both
def test_official_people_count_until_they_are_forgotten(folder: Path, store: Store) -> None:
    """Checked, imported, replaced as a whole, forgotten; each step says what it changed."""
    built_in = people_of(store, "Oldenburg")
    tried = say("import", str(SAMPLE), "--dry-run")
    assert tried.exit_code == 0
    assert "nothing was written" in tried.stdout
    assert rows_of(store) == []

    told = answer(str(SAMPLE))
    assert (told["rows"], told["matched"], told["rejected"]) == (64, 63, [])
    assert told["unmatched"] == [
        {"ags": "09471452", "name": "Ebracher Forst, gemfr. Gebiet", "population": 0},
    ]
    assert (told["left_out"], told["repaired"]) == (4, 0)
    assert told["people_after"] > told["people_before"]
    assert people_of(store, "Oldenburg") == 176_336 != built_in
    assert len(rows_of(store)) == 64

    again = answer(write(folder, TRIER, ULM))
    assert again["people_before"] == told["people_after"]
    assert [row.ags for row in rows_of(store)] == ["07211000", "08421000"]
    assert people_of(store, "Oldenburg") == built_in
    assert people_of(store, "Trier") == 112_737

    assert say("import", "--forget", "--dry-run").exit_code == 0
    gone = answer("--forget")
    assert gone["forgotten"] == 2
    assert gone["people_after"] == told["people_before"]
    assert rows_of(store) == []
    assert people_of(store, "Trier") == population(Gazetteer.open(), "Trier")
    assert answer("--forget")["forgotten"] == 0
    with store.reading() as session:
        events = session.exec(select(Event).order_by(Event.id)).all()  # type: ignore[arg-type]
    assert [(each.what, each.detail) for each in events] == [
        ("official_imported", {"matched": 63, "unmatched": 1, "rejected": 0}),
        ("official_imported", {"matched": 2, "unmatched": 0, "rejected": 0}),
        ("official_forgotten", {"rows": 2}),
    ]


@on_both
def test_good_rows_go_in_and_bad_ones_are_told(folder: Path, store: Store) -> None:
    """Exit 3 with row, column, reason and what to do, from the cells and from the map."""
    bad = ["08;Ulm;1;48;10", "8421001;Ulm;1;10;48", "09211000;Trier;1;49.75565;6.63935", ULM]
    done = say("import", write(folder, TRIER, *bad), "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 3
    assert (told["rows"], told["matched"], told["left_out"]) == (4, 2, 1)
    assert told["rejected"] == [
        {
            "row": 4,
            "column": "lat",
            "reason": "Latitude and longitude are swapped.",
            "hint": "Swap the two cells, or the headings of the two columns.",
        },
        {
            "row": 5,
            "column": "AGS",
            "reason": "The point is in Rheinland-Pfalz, not in the federal state of the key.",
            "hint": "Correct the key or the point.",
        },
    ]
    assert [row.name for row in rows_of(store)] == ["Trier", "Ulm"]


@pytest.mark.parametrize(
    "row", ["08421000;Ulm;viele;48.4;10.0", "09471452;Ebracher Forst;4248;49.8247;10.5166"]
)
def test_a_table_without_one_town_changes_nothing(folder: Path, store: Store, row: str) -> None:
    """Whether its rows are wrong or unknown: what was imported before stays."""
    assert say("import", write(folder, TRIER)).exit_code == 0
    done = say("import", write(folder, row))
    assert done.exit_code == 3
    assert "stay as they were" in done.stdout
    assert [row.ags for row in rows_of(store)] == ["07211000"]


def test_what_is_said_on_the_terminal(folder: Path) -> None:
    """How it was read, what was repaired, whom the map does not know, and what comes next."""
    rows = [
        "7211000;Trier;112.737;49,75565;6,63935",
        "09471452;Ebracher Forst;4 248;49,8247;10,5166",
    ]
    done = say("import", write(folder, *rows))
    assert done.exit_code == 0
    assert "read as UTF-8, with columns separated by semicolons" in done.stderr
    assert "zero at the front of 1 key" in done.stderr
    assert "Rows: 2; found on the map: 1, not found: 1, rejected: 0." in done.stdout
    assert "Ebracher Forst (4,248)." in done.stdout
    assert " million people." in done.stdout
    assert "tueroeffner plan" in done.stdout


@on_both
def test_two_imports_at_once_leave_one_whole_table(
    folder: Path, store: Store, settings: "SettingsFactory", key: CampaignKey
) -> None:
    """One waits for the other; what is left is one of the two files, not a mixture."""
    made = Office(store, settings().campaign, key, datetime(2026, 11, 20, tzinfo=UTC), "tester")
    files = [folder / "small.csv", SAMPLE]
    files[0].write_text("\n".join([HEADING, TRIER, "08421000;Ulm;1;48.39841;9.99155"]), "utf-8")

    def bring(file: Path) -> int:
        return import_table(made, file, lambda _total: nullcontext(lambda: None)).rows

    bring(files[0])
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(bring, files)) == [2, 64]
    assert len(rows_of(store)) in (2, 64)


def test_many_bad_rows_are_counted(folder: Path) -> None:
    """A screen of them is enough; scripts get all."""
    rows = [f"0842{number:04};Ulm;x;48.4;10.0" for number in range(100)]
    name = write(folder, *rows)
    said = say("import", name)
    assert "and 80 more" in said.stdout
    assert len(answer(name)["rejected"]) == 100


def workbook(path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(HEADING.split(";"))
    book.save(path)


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200_000_000)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: None, "There is no file"),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.touch(), "It is empty."),
        (lambda path: path.write_bytes(os.urandom(20) + bytes(100)), "It is not CSV text."),
        (workbook, "a workbook of a spreadsheet program"),
        (lambda path: path.write_text("slug,name,place\n", "utf-8"), "Its heading lacks: AGS,"),
        (lambda path: path.write_text(f"{HEADING}\n", "utf-8"), "No row below the heading"),
        (huge, "is larger than 20 MB"),
    ],
)
def test_a_file_that_is_no_table(folder: Path, make: Any, sentence: str) -> None:
    """One sentence and what to do, exit 2, quickly whatever the size."""
    make(folder / "table.xlsx")
    done = say("import", "table.xlsx")
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert "→" in done.stderr


@pytest.mark.parametrize("arguments", [(), ("table.csv", "--forget")])
def test_either_a_file_or_forget(folder: Path, arguments: tuple[str, ...]) -> None:
    done = say("import", *arguments)
    assert done.exit_code == 2
    assert "--forget" in done.stderr


@on_both
def test_it_costs_one_question(folder: Path, store: Store) -> None:
    """Also with figures: the gazetteer that counts is one look at one table."""
    say("import", str(SAMPLE))
    asked: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    with store.reading() as session:
        first, again = official.gazetteer(session), official.gazetteer(session)
    assert first is again is not Gazetteer.open()
    assert sum("municipality" in each for each in asked) == 2


def test_without_official_figures_it_is_the_built_in_gazetteer(store: Store) -> None:
    with store.reading() as session:
        assert official.gazetteer(session) is Gazetteer.open()


def municipality(place_id: int | None) -> Municipality:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    return Municipality(
        ags=f"{place_id or 0:08}"[:8], name="Vogtei", population=4248, lat=51.16, lon=10.45,
        place_id=place_id, imported_at=at,
    )  # fmt: skip


def test_figures_without_a_place_change_nothing(store: Store) -> None:
    """What the map does not know is kept, and counts nowhere."""
    with store.session() as session:
        session.add(municipality(None))
    with store.reading() as session:
        assert official.gazetteer(session) is Gazetteer.open()


def test_a_town_that_is_gone_from_the_map_is_passed_over(folder: Path, store: Store) -> None:
    """An import of an earlier version of the program: what is still there counts."""
    say("import", write(folder, TRIER))
    with store.session() as session:
        session.add(municipality(99_999_999_999))
    assert people_of(store, "Trier") == 112_737


@on_both
def test_official_figures_travel_with_a_backup(folder: Path, store: Store, tmp_path: Path) -> None:
    """Restored into another database, the same towns have the same people."""
    say("import", str(SAMPLE))
    made = json.loads(say("create", "--json", group="backup").stdout)
    done = say("restore", made["id"], "--to", str(tmp_path / "back"), "--yes", group="backup")
    assert done.exit_code in (0, 4), done.output
    [file] = (tmp_path / "back").glob("*.db")
    restored = open_store(f"sqlite:///{file}")
    try:
        before, after = ([row.model_dump() for row in rows_of(each)] for each in (store, restored))
        assert after == before
        assert people_of(restored, "Oldenburg") == 176_336
    finally:
        restored.close()
