"""A manager imports tandems at the terminal, corrects what was rejected, and looks at them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from typer.testing import CliRunner

import cli
from orchestrator.keys import create_key_file
from orchestrator.model import Tandem
from orchestrator.store import open_store
from tests.conftest import CAMPAIGN, toml
from tests.intake.conftest import tandem, write_csv, write_xlsx

TOWNS = [
    *("Köln", "Hamburg", "München", "Leipzig", "Dresden", "Freiburg", "Kassel", "Rostock"),
    *("Mainz", "Erfurt", "Bremen", "Kiel", "Ulm", "Trier", "Bonn", "Aachen", "Jena", "Celle"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A campaign's folder without any database yet."""
    (tmp_path / "config.toml").write_text(toml({"campaign": CAMPAIGN}), "utf-8")
    create_key_file(tmp_path / "keys" / "campaign.key")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def say(*arguments: str) -> Any:
    """Run ``tueroeffner tandem …``."""
    return CliRunner().invoke(cli.build(), ["tandem", *arguments])


def answer(*arguments: str) -> Any:
    return json.loads(say(*arguments, "--json").stdout)


def bad_row() -> dict[str, Any]:
    return tandem(slug="bad", place="Neustadt", volunteer_phone="0049 geheim", show="region")


def test_import_correct_and_look(folder: Path) -> None:
    """Bad rows are told, corrected and imported; then nothing is left to do."""
    rows = [tandem(slug=f"t{number}", place=town) for number, town in enumerate(TOWNS)]
    write_xlsx(folder / "tandems.xlsx", [*rows, bad_row()])

    first = say("import", "tandems.xlsx")
    assert first.exit_code == 3
    assert "tueroeffner plan" in first.stdout
    assert "Neustadt an der Weinstraße" in first.stdout
    assert "geheim" not in first.output

    good = tandem(slug="bad", place="Neustadt, Hessen", show="region", public_name="Lina")
    write_xlsx(folder / "tandems.xlsx", [*rows, good])
    second = answer("import", "tandems.xlsx")
    assert (second["imported"], second["updated"], second["unchanged"]) == (1, 0, len(TOWNS))
    assert second["rejected"] == []
    third = say("import", "tandems.xlsx")
    assert third.exit_code == 0

    listed = answer("list")["tandems"]
    assert len(listed) == len(TOWNS) + 1
    by_slug = {each["slug"]: each for each in listed}
    assert by_slug["bad"]["public_name"] == "Lina"
    assert by_slug["bad"]["why_not"] == [
        {
            "network": "x",
            "reason": "region_only",
            "sentence": by_slug["bad"]["why_not"][0]["sentence"],
        }
    ]
    assert by_slug["t0"]["town"] == "Köln"
    assert by_slug["t0"]["why_not"] == []


def test_the_document_keeps_the_contract(folder: Path) -> None:
    write_csv(folder / "t.csv", [tandem(), bad_row()])
    result = say("import", "t.csv", "--json")
    assert result.exit_code == 3
    document = json.loads(result.stdout)
    assert set(document) == {"imported", "updated", "unchanged", "rejected", "notices"}
    assert all(
        set(each) == {"row", "column", "reason", "hint"} and each["row"] == 3
        for each in document["rejected"]
    )
    assert {each["column"] for each in document["rejected"]} == {
        *("public_name", "volunteer_phone", "place")
    }
    assert "geheim" not in result.output


def test_a_dry_run_leaves_the_folder_as_it_is(folder: Path) -> None:
    """Not even a database is made."""
    write_csv(folder / "t.csv", [tandem()])
    before = sorted(folder.rglob("*"))
    result = say("import", "t.csv", "--dry-run")
    assert result.exit_code == 0
    assert "nothing was written" in result.stdout
    assert sorted(folder.rglob("*")) == before
    assert say("import", "t.csv").exit_code == 0
    assert answer("import", "t.csv", "--dry-run")["unchanged"] == 1


def test_an_alias_is_all_that_is_shown(folder: Path) -> None:
    """Neither the list nor the page of a tandem tells the real name or the contacts."""
    write_csv(folder / "t.csv", [tandem(show="alias", public_name="Lina", link="")])
    assert say("import", "t.csv").exit_code == 0
    for arguments in (("list",), ("list", "--json"), ("show", "amal-freiburg")):
        output = say(*arguments).output
        assert "Lina" in output
        for secret in ("Amal", "Birgit", "birgit@", "200475", "Gemeindebüro", "79098"):
            assert secret not in output
    shown = answer("show", "amal-freiburg")
    assert shown["volunteer"]["phone"] is True
    assert shown["consents"][0]["ends_on"] == "2026-12-31"
    assert "phone on file" in say("show", "amal-freiburg").stdout


def test_an_unknown_tandem_names_the_nearest(folder: Path) -> None:
    assert say("show", "amal").exit_code == 2
    write_csv(folder / "t.csv", [tandem()])
    say("import", "t.csv")
    result = say("show", "amal-friburg")
    assert result.exit_code == 2
    assert "amal-freiburg" in result.stderr


def test_an_empty_list_tells_how_to_fill_it(folder: Path) -> None:
    assert "tandem import" in say("list").stdout
    assert answer("list") == {"tandems": []}


def test_nothing_that_was_typed_moves_the_cursor(folder: Path) -> None:
    """Escape sequences and reversed writing die on the way in, also in headings and reasons."""
    evil = "\x1b]0;owned\x07\x1b[2J\u202egpj"
    rows = [
        {**tandem(trade=evil, partner=evil, appeal_de=f"Ich nähe. {evil}"), evil: "x"},
        {**tandem(slug=f"b{evil}", place=f"Nirgendwo{evil}", consent=evil), evil: "x"},
    ]
    write_csv(folder / "t.csv", rows)
    outputs = [say("import", "t.csv").output, say("list").output]
    outputs += [say("show", "amal-freiburg").output, say("import", "t.csv", "--json").output]
    for output in outputs:
        assert not {"\x1b", "\x07", "\u202e"} & set(output)


@pytest.mark.parametrize("name", ["nix.csv", "keys", "config.toml", "leer.csv"])
def test_a_wrong_file_is_one_sentence(folder: Path, name: str) -> None:
    (folder / "leer.csv").touch()
    result = say("import", name)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert "→" in result.stderr
    assert json.loads(say("import", name, "--json").stdout)["error"]["exit"] == 2


def test_two_imports_at_once_do_not_double_anyone(folder: Path) -> None:
    """Real processes on one file: the database decides who is first."""
    open_store(f"sqlite:///{folder}/campaign.db").close()
    rows = [tandem(slug=f"t{number}", place=town) for number, town in enumerate(TOWNS)]
    write_csv(folder / "t.csv", rows)
    command = [sys.executable, "-c", "import cli; cli.main()", "tandem", "import", "t.csv"]
    running = [
        subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    documents = [json.loads(each.communicate(timeout=60)[0]) for each in running]
    assert sorted(each["imported"] for each in documents) == [0, len(TOWNS)]
    assert sorted(each["unchanged"] for each in documents) == [0, len(TOWNS)]
    store = open_store(f"sqlite:///{folder}/campaign.db")
    with store.reading() as session:
        assert len(session.exec(select(Tandem)).all()) == len(TOWNS)
    store.close()
