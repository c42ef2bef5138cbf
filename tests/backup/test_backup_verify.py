"""Any damage to a backup is found, and said as a check that failed."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.backup import manifest
from orchestrator.backup.create import Made, create
from orchestrator.backup.digest import Figures
from orchestrator.backup.places import Place
from orchestrator.backup.verify import Proof, note_proof, prove, proven_at, sha256_of
from orchestrator.errors import UsageProblem
from schedules.clock import FixedClock, SystemClock
from tests.publishing.conftest import NOON, Campaign

BackUp = Callable[..., Made]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """A backup is the same file whatever it was made of: SQLite is enough here."""
    return sqlite_url


@pytest.fixture
def folder(place: Place, back_up: BackUp) -> Path:
    return place.folder(back_up().id)


def failed(proof: Proof) -> set[str]:
    assert all(each.detail for each in proof.findings)
    return {each.name for each in proof.findings if not each.ok}


def test_a_whole_backup_is_proven(folder: Path) -> None:
    """Every check by name, in the order of the work."""
    proof = prove(folder, folder.name)
    names = ["manifest", "file", "schema", "integrity", "foreign_keys", "content"]
    assert [each.name for each in proof.findings] == names
    assert proof.ok
    assert 0 < proof.seconds < 60


@pytest.mark.parametrize(("name", "flips"), [("campaign.db", 60), ("manifest.json", 300)])
def test_any_flipped_byte_is_found(folder: Path, name: str, flips: int) -> None:
    """Seeded places in each file, also in bytes that hold no content."""
    path, some = folder / name, random.Random(2016)
    whole = path.read_bytes()
    for place in some.sample(range(len(whole)), min(flips, len(whole))):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << some.randrange(8)
        path.write_bytes(damaged)
        assert failed(prove(folder, folder.name)) & {"file", "manifest"}, place
    path.write_bytes(whole)
    assert prove(folder, folder.name).ok


@pytest.mark.parametrize("keep", [0, 100, 5000])
@pytest.mark.parametrize("name", ["campaign.db", "manifest.json"])
def test_a_file_that_lost_its_end_is_found(folder: Path, name: str, keep: int) -> None:
    """No traceback either, whatever remains."""
    path = folder / name
    path.write_bytes(path.read_bytes()[: min(keep, path.stat().st_size - 1)])
    assert failed(prove(folder, folder.name))


@pytest.mark.parametrize("name", ["campaign.db", "manifest.json"])
def test_a_missing_file_is_found(folder: Path, name: str) -> None:
    """Named by its check."""
    (folder / name).unlink()
    assert failed(prove(folder, folder.name)) & {"file", "manifest"}


def forge(folder: Path, statement: str, **changes: object) -> None:
    """Change the database and let the manifest agree with the file's bytes."""
    described = manifest.read(folder)
    file = folder / "campaign.db"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(statement)
    connection.close()
    agreeing = replace(described, size=file.stat().st_size, sha256=sha256_of(file), **changes)  # type: ignore[arg-type]
    (folder / "manifest.json").write_bytes(manifest.written(agreeing))


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("DELETE FROM snapshot WHERE value % 2", "content"),
        ("UPDATE reply SET confidence = confidence + 1e-9 WHERE id = 1", "content"),
        ("UPDATE person SET sealed = x'00' WHERE sealed IS NOT NULL", "content"),
        ("UPDATE post SET tandem_id = 999 WHERE id = 1", "foreign_keys"),
        ("UPDATE alembic_version SET version_num = '0000'", "schema"),
        ("DROP TABLE pause", "content"),
    ],
)
def test_other_contents_are_found_even_if_the_file_agrees(
    folder: Path, statement: str, check: str
) -> None:
    """Counts and digests speak for the rows, not for the bytes."""
    forge(folder, statement)
    assert check in failed(prove(folder, folder.name))
    assert "file" not in failed(prove(folder, folder.name))


def test_a_newer_programs_backup_is_named(folder: Path) -> None:
    """This program cannot restore it, and says why."""
    forge(folder, "UPDATE alembic_version SET version_num = '9999'", schema="9999")
    [wrong] = [each for each in prove(folder, folder.name).findings if not each.ok]
    assert (wrong.name, "newer" in wrong.detail) == ("schema", True)


def test_another_format_is_named(folder: Path) -> None:
    """A manifest of a later program is not taken for a damaged one."""
    described = replace(manifest.read(folder), format=2)
    (folder / "manifest.json").write_bytes(manifest.written(described))
    assert "another version" in prove(folder, folder.name).wrong


def test_a_renamed_backup_is_found(folder: Path) -> None:
    """A folder with another backup's name would be restored as of another time."""
    other = folder.with_name("20200101-000000-000000-abcd")
    shutil.move(folder, other)
    assert failed(prove(other, other.name)) == {"manifest"}


def test_the_proof_is_noted_and_taken_back(folder: Path) -> None:
    """The list says when a backup was proven; damage found later takes that back."""
    note_proof(folder, prove(folder, folder.name), NOON)
    assert proven_at(folder) == NOON
    note_proof(folder, Proof([], 0.1), NOON)
    assert proven_at(folder) == NOON
    (folder / "campaign.db").write_bytes(b"")
    note_proof(folder, prove(folder, folder.name), NOON)
    assert proven_at(folder) is None


def test_a_manifest_of_odd_things_is_no_manifest(folder: Path) -> None:
    """Valid JSON of another shape is damage, never a traceback."""
    for text in ("[]", "null", "{}", '{"content": []}', '{"content": {"format": 1}}', '"x"', "1"):
        (folder / "manifest.json").write_text(text)
        assert failed(prove(folder, folder.name)) == {"manifest"}
    assert manifest.FORMAT == 1
    assert Figures(1, "a") != Figures(2, "a")


def test_a_damaged_database_is_said_and_not_saved(
    campaign: Campaign, place: Place, tmp_path: Path
) -> None:
    """Nobody should believe in a backup of rubbish."""
    campaign.store.close()
    file = tmp_path / "campaign.db"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'snapshot'"
        ).fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    with file.open("r+b") as raw:
        raw.seek((page - 1) * size)
        raw.write(b"\xff" * size)
    with pytest.raises(UsageProblem, match="damaged"):
        create(campaign.store, "woche", [place], FixedClock(NOON), SystemClock())
    assert place.ids() == []
    assert list(place.path.iterdir()) == []
