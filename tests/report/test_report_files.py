"""What is written: whole or not at all, never over somebody else's file, harmless in Excel."""

import csv
import errno
import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from report_rows import Size
from sqlmodel import func, select

from orchestrator.model import Partner, Reply, Snapshot, Tandem
from orchestrator.report import files
from orchestrator.vocabulary import Label, Show
from tests.conftest import on_sqlite

if TYPE_CHECKING:
    from tests.report.conftest import Desk, MakeDesk

TINY = Size(tandems=6, posts=12, readings=2, replies=40)


def rows_of(path: Path) -> list[dict[str, str]]:
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in raw
    text = raw.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def left_over(folder: Path) -> list[Path]:
    return [each for each in folder.rglob(".*") if each.is_file()]


@on_sqlite
def test_the_page_is_written_and_replaced(desk: "MakeDesk") -> None:
    """By itself to ./report.html, and again in place of the last one."""
    made = desk(TINY)
    for _ in (1, 2):
        result = made.run()
        assert result.exit_code == 0, result.output
        assert "report.html" in result.stdout
    assert (made.folder / "report.html").read_text("utf-8").startswith("<!doctype html>")
    assert left_over(made.folder) == []


@on_sqlite
def test_another_s_file_is_not_replaced(desk: "MakeDesk") -> None:
    """A file that no report made stays as it is, whatever the format."""
    made = desk(TINY)
    for form, name in (("html", "board.html"), ("json", "figures.json")):
        path = made.folder / name
        mine = '{"as_of": "2020", "mine": 1}'
        path.write_text(mine, "utf-8")
        result = made.run("--format", form, "--out", str(path))
        assert result.exit_code == 2
        assert "is no such file of ours" in result.output
        assert path.read_text("utf-8") == mine
    os.mkfifo(made.folder / "pipe.html")
    assert made.run("--out", str(made.folder / "pipe.html")).exit_code == 2
    folder = made.folder / "tables"
    folder.mkdir()
    (folder / "figures.csv").write_text("mine;too", "utf-8")
    assert made.run("--format", "csv", "--out", str(folder)).exit_code == 2
    assert [each.name for each in folder.iterdir()] == ["figures.csv"]


@pytest.mark.parametrize("form", ["html", "json", "csv"])
@on_sqlite
def test_a_full_disk_leaves_the_old_files(
    desk: "MakeDesk", monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """One sentence, the earlier report unharmed, and no half-written file beside it."""
    made = desk(TINY)
    out = made.folder / ("tables" if form == "csv" else f"report.{form}")
    assert made.run("--format", form, "--out", str(out)).exit_code == 0
    everything = [out] if out.is_file() else sorted(out.iterdir())
    before = {path: path.read_bytes() for path in everything}

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", full)
    result = made.run("--format", form, "--out", str(out), "--since", "2026-11-25")
    assert result.exit_code == 2
    assert "No space left on device" in result.output
    assert {path: path.read_bytes() for path in everything} == before
    assert left_over(made.folder) == []


@on_sqlite
def test_a_disk_that_fails_at_the_second_table_leaves_the_first(
    desk: "MakeDesk", monkeypatch: pytest.MonkeyPatch
) -> None:
    """All tables are on the disk before the first takes its place."""
    made = desk(TINY)
    out = made.folder / "tables"
    assert made.run("--format", "csv", "--out", str(out)).exit_code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    calls = iter([None, None, OSError(errno.EIO, os.strerror(errno.EIO))])

    def failing(_descriptor: int) -> None:
        if error := next(calls):
            raise error

    monkeypatch.setattr(files.os, "fsync", failing)
    assert made.run("--format", "csv", "--out", str(out), "--since", "2026-11-25").exit_code == 2
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


@on_sqlite
def test_a_place_without_the_right_to_write(
    desk: "MakeDesk", monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk's refusal is one sentence with a remedy, also for whoever is root here."""
    made = desk(TINY)

    def refused(path: Path, _content: bytes) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(files, "_write", refused)
    result = made.run("--out", str(made.folder / "new.html"))
    assert result.exit_code == 2
    assert "Permission denied" in result.stderr
    assert "--out" in result.stderr
    assert not (made.folder / "new.html").exists()


@pytest.mark.parametrize(
    ("form", "out", "sentence"),
    [
        ("html", "folder", "is a folder"),
        ("json", "folder", "is a folder"),
        ("html", "nowhere/report.html", "There is no folder"),
        ("csv", "file", "is a file"),
    ],
)
@on_sqlite
def test_a_wrong_place_is_refused(desk: "MakeDesk", form: str, out: str, sentence: str) -> None:
    """A folder for a file, a file for a folder, a folder that is not there."""
    made = desk(TINY)
    (made.folder / "folder").mkdir()
    (made.folder / "file").write_text("mine", "utf-8")
    result = made.run("--format", form, "--out", str(made.folder / out))
    assert result.exit_code == 2
    assert sentence in result.output
    assert "--out" in result.output
    assert (made.folder / "file").read_text("utf-8") == "mine"


def tables(made: "Desk", *asked: str) -> dict[str, list[dict[str, str]]]:
    result = made.run("--format", "csv", *asked)
    assert result.exit_code == 0, result.output
    folder = made.folder / "report-csv"
    names = ("posts", "replies", "snapshots", "figures")
    return {name: rows_of(folder / f"{name}.csv") for name in names}


def test_the_tables_hold_the_rows_behind_the_figures(desk: "MakeDesk") -> None:
    """Every post, reply and snapshot, and each figure with its rule and its rows."""
    made = desk()
    found, totals = tables(made), made.json()["totals"]
    counted = [
        row
        for row in found["replies"]
        if not row["duplicate_of"]
        and (row["deleted"] == "0" or row["status"] not in ("new", "checked"))
    ]
    assert len(found["replies"]) > len(counted) == totals["replies"]
    with made.store.reading() as session:
        assert len(found["snapshots"]) == session.exec(select(func.count(Snapshot.value))).one()
    figures = {row["figure"]: row for row in found["figures"]}
    offers = figures["totals.job_offers"]
    assert offers["value"] == str(totals["job_offers"])
    assert "internship" in offers["rule"]
    listed = {each.removeprefix("reply:") for each in offers["rows"].split()}
    assert listed == {
        row["reply"]
        for row in found["replies"]
        if row["label"] == "job_offer" and not row["duplicate_of"]
    }
    reach = sum(
        int(row["reach"]) for row in found["posts"] if row["network"] == "x" and row["reach"]
    )
    assert figures["totals.reach.x"]["value"] == str(reach)
    assert all("," in row["cost_usd"] for row in found["posts"] if row["cost_usd"] not in ("", "0"))
    assert all(row["due_at"][4] == "-" and len(row["due_at"]) == 19 for row in found["posts"])


SIGNS = ("=", "+", "-", "@", "＝")
STARTS = ["=", "+", "-", "@", "\t=", " =", "\r=", '="', "\u200b=", "\u00a0=", "＝"]


@on_sqlite
def test_no_cell_is_a_formula(desk: "MakeDesk") -> None:
    """What somebody answers or calls a partner never computes in a spreadsheet."""
    made = desk(Size(tandems=len(STARTS), posts=22, readings=2, replies=44))
    formulas = [f'{start}HYPERLINK("http://evil.example";1)' for start in STARTS]
    with made.store.session() as session:
        for number, reply in enumerate(session.exec(select(Reply)).all()):
            reply.text = formulas[number % len(STARTS)]
            reply.label, reply.deleted_at = Label.TIP, None
            reply.channel = reply.text[:20]
            session.add(reply)
        for formula, tandem in zip(formulas, session.exec(select(Tandem)).all(), strict=True):
            partner = Partner(campaign_id=made.campaign_id, name=formula)
            session.add(partner)
            session.flush()
            tandem.partner_id, tandem.show = partner.id, Show.FULL
            session.add(tandem)
    found = tables(made)
    for rows in found.values():
        for row in rows:
            for value in row.values():
                assert value.lstrip(" \t\r\u200b\u00a0")[:1] not in SIGNS, value
    assert len({row["channel"] for row in found["replies"]}) == len(STARTS)
    partners = [row for row in found["figures"] if row["figure"].startswith("by_partner.")]
    assert sum("HYPERLINK" in row["figure"] for row in partners) >= len(STARTS)
    assert all("HYPERLINK" in row["text"] or "@•••" in row["text"] for row in found["replies"])


@on_sqlite
def test_the_tables_tell_nothing_of_anybody(desk: "MakeDesk") -> None:
    """No author, no contact, no account; no words of abuse, of spam, of what was deleted, and of
    what was said to somebody who is known by an alias only: it might name them.
    """
    made = desk(TINY)
    with made.store.session() as session:
        hidden = select(Tandem.slug).where(Tandem.show != Show.FULL)
        silenced = {*session.exec(hidden)}
        replies = session.exec(select(Reply).order_by(Reply.id)).all()  # type: ignore[arg-type]
        for number, reply in enumerate(replies):
            reply.author = "Sabine Beispiel"
            reply.text = (
                "Rufen Sie an: 0170 5551234, info@beispiel.example oder @sabine_b! Bäckerei"
            )
            reply.label = (Label.ABUSE, Label.SPAM, Label.TIP, Label.TIP)[number % 4]
            reply.deleted_at = reply.received_at if number % 4 == 3 else None
            session.add(reply)
    found = tables(made)["replies"]
    said = {row["reply"]: row["text"] for row in found}
    for row in found:
        silent = row["label"] != "tip" or row["deleted"] == "1" or row["tandem"] in silenced
        assert (said[row["reply"]] == "") is silent
    spoken = [text for text in said.values() if text]
    assert spoken
    raw = (made.folder / "report-csv" / "replies.csv").read_text("utf-8")
    for word in ("Sabine", "5551234", "info@", "sabine_b"):
        assert word not in raw
    assert "Bäckerei" in raw


@on_sqlite
def test_no_cell_is_too_long_for_excel(desk: "MakeDesk", monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of rows that no cell can hold ends with a mark, between two rows."""
    from orchestrator.report import tables as written

    monkeypatch.setattr(written, "_CELL", 100)
    cells = [row["rows"] for row in tables(desk(TINY))["figures"]]
    long = [cell for cell in cells if cell.endswith(" …")]
    assert long
    assert all(len(cell) <= 102 for cell in cells)
    assert all(cell.removesuffix(" …").split(":")[-1].isdigit() for cell in long if "reply" in cell)


@on_sqlite
def test_other_files_in_the_folder_stay(desk: "MakeDesk") -> None:
    """The tables replace their own files and nothing else."""
    made = desk(TINY)
    folder = made.folder / "report-csv"
    folder.mkdir()
    (folder / "notes.csv").write_text("mine", "utf-8")
    first, second = tables(made).keys(), tables(made).keys()
    assert first == second
    assert (folder / "notes.csv").read_text("utf-8") == "mine"
    assert len(list(folder.iterdir())) == 5


@on_sqlite
def test_the_document_goes_to_a_file_or_to_the_terminal(desk: "MakeDesk") -> None:
    """The same document either way; a file is said, and with --json told."""
    made = desk(TINY)
    printed = json.loads(made.run("--format", "json").stdout)
    told = made.json("--out", "figures.json")
    assert told == {"files": ["figures.json"]}
    written = json.loads((made.folder / "figures.json").read_text("utf-8"))
    assert written == {"generator": "Türöffner report", **printed}
    assert made.json("--format", "csv") == {
        "files": [f"report-csv/{name}.csv" for name in ("posts", "replies", "snapshots", "figures")]
    }
