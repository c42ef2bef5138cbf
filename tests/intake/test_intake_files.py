"""Files as office programs write them: each is read, or refused with one sentence."""

import contextlib
import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from orchestrator.errors import UsageProblem
from orchestrator.intake import table, workbook
from orchestrator.intake.headings import columns_of
from orchestrator.intake.table import Gap, Table, read_table, table_of

HEADING = "Kürzel;Vorname;Ort/PLZ;Aufruf"
ROW = "jörg-köln;Jörg;Köln;„Ich schweiße.“"


def save(path: Path, *rows: list[Any], title: str = "Tandems") -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "cp1252"), ("utf-16", "UTF-16")],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_encoding_is_recognised_and_said(
    tmp_path: Path, encoding: str, said: str, end: str
) -> None:
    path = tmp_path / "Tandems.CSV"
    path.write_bytes(f"{HEADING}{end}{ROW}{end}".encode(encoding))
    read = read_table(path)
    assert read.headings == ("Kürzel", "Vorname", "Ort/PLZ", "Aufruf")
    assert read.rows[0].cells == ("jörg-köln", "Jörg", "Köln", "„Ich schweiße.“")
    assert said in read.notices[0]


@pytest.mark.parametrize(("separator", "said"), [(",", "commas"), (";", "semi"), ("\t", "tabs")])
def test_every_separator_is_recognised(tmp_path: Path, separator: str, said: str) -> None:
    """Also when the texts hold more of the other separators than the heading has of its own."""
    path = tmp_path / "t.csv"
    lines = [separator.join(["slug", "name", "place", "appeal_de"])]
    lines.append(separator.join(["a", "B", "Köln", '"Eins, zwei; drei,\tvier, fünf; sechs"']))
    path.write_text("\n".join(lines))
    read = read_table(path)
    assert read.rows[0].cells[3] == "Eins, zwei; drei,\tvier, fünf; sechs"
    assert said in read.notices[0]


def test_the_separator_that_excel_announces_counts(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("sep=;\nslug;name\na;B\n")
    assert read_table(path).rows[0].cells == ("a", "B")


def test_rows_are_counted_as_a_person_sees_them(tmp_path: Path) -> None:
    """The heading is row 1; empty rows are left out but counted."""
    path = tmp_path / "t.csv"
    path.write_text("slug,name\n\na,A\n,,\n , \nb,B\n")
    assert [row.number for row in read_table(path).rows] == [3, 6]
    book = save(tmp_path / "t.xlsx", ["slug", "name"], [], ["a", "A"], [" ", None], ["b", "B"])
    assert [row.number for row in read_table(book).rows] == [3, 5]


def test_the_sheet_named_tandems_wins_over_the_first(tmp_path: Path) -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.append(["Notizen"])
    book.create_sheet("TANDEMS").append(["slug"])
    book.save(tmp_path / "t.xlsx")
    assert read_table(tmp_path / "t.xlsx").headings == ("slug",)
    assert read_table(save(tmp_path / "u.xlsx", ["slug"], title="Blatt 1")).headings == ("slug",)


def test_cells_keep_their_kind(tmp_path: Path) -> None:
    cells = ["a", 79098, 79098.0, True, date(2026, 11, 1), 1.5, None]
    read = read_table(save(tmp_path / "t.xlsx", list("abcdefg"), cells))
    assert read.rows[0].cells[:4] == ("a", 79098, 79098.0, True)
    assert read.rows[0].cells[4] == datetime.fromisoformat("2026-11-01")
    assert read.rows[0].cells[5:] == (1.5,)


def test_a_formula_without_result_is_not_an_empty_cell(tmp_path: Path) -> None:
    path = save(tmp_path / "t.xlsx", ["slug", "name"], ["=LOWER(B2)", "A"])
    assert read_table(path).rows[0].cells == (Gap.NOT_CALCULATED, "A")


def test_a_wrong_size_in_the_sheet_loses_no_rows(tmp_path: Path) -> None:
    path = save(tmp_path / "t.xlsx", ["slug", "name"], ["a", "A"], ["b", "B"])
    repacked = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(repacked, "w") as new:
        for member in old.namelist():
            data = old.read(member)
            if member.endswith("sheet1.xml"):
                assert b'ref="A1:B3"' in data
                data = data.replace(b'ref="A1:B3"', b'ref="A1"')
            new.writestr(member, data)
    path.write_bytes(repacked.getvalue())
    assert len(read_table(path).rows) == 2


def other_zip(name: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, "<xml/>")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n , \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (other_zip("word/document.xml"), "not an Excel workbook"),
        (other_zip("xl/workbook.xml"), "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        (b"%PDF-1.7 text", "neither"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "neither"),
        (b'slug,name\na,"B\nc,D\n', "quotation mark"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(content)
    with pytest.raises(UsageProblem, match=said) as problem:
        read_table(path)
    assert "t.xlsx" in problem.value.what
    assert problem.value.remedy


def test_a_workbook_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    """Copied half from a stick, say."""
    whole = save(tmp_path / "t.xlsx", ["slug", "name"], ["a", "A"]).read_bytes()
    for length in range(4, len(whole) - 1, 487):
        (tmp_path / "cut.xlsx").write_bytes(whole[:length])
        with pytest.raises(UsageProblem):
            read_table(tmp_path / "cut.xlsx")


def test_a_huge_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.csv"
    path.write_text("slug,name\n" + "a,A\n" * 50)
    monkeypatch.setattr(table, "MOST_ROWS", 49)
    with pytest.raises(UsageProblem, match="more than 49 rows"):
        read_table(path)
    monkeypatch.setattr(table, "MOST_BYTES", 100)
    with pytest.raises(UsageProblem, match="larger"):
        read_table(path)
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 100)
    monkeypatch.setattr(table, "MOST_BYTES", 1_000_000)
    with pytest.raises(UsageProblem, match="too large"):
        read_table(save(tmp_path / "t.xlsx", ["slug"]))


def test_a_missing_file_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "Tandems.xlsx").touch()
    with pytest.raises(UsageProblem) as problem:
        read_table(tmp_path / "tandems.XLSX")
    assert "Tandems.xlsx" in problem.value.remedy
    with pytest.raises(UsageProblem):
        read_table(tmp_path / "nowhere" / "t.csv")
    with pytest.raises(UsageProblem):
        read_table(tmp_path)


def headed(*headings: str) -> Table:
    return Table(headings, ())


def test_german_and_english_headings_mean_the_same() -> None:
    german = headed(
        *("Kürzel", "VORNAME", "Öffentlicher Name", "Anzeige", "Volljährig?", "Arbeitserlaubnis"),
        *("Ehrenamtliche", "E-Mail", "Telefon", "Sprache", "Ersatzkontakt", "Träger", "Ort / PLZ"),
        *("Land", "Beruf", "Umkreis (km)", "Aufruf", "Aufruf (Englisch)", "Anzeige Arabisch"),
        *(
            "Webseite",
            "Bild",
            "Bildbeschreibung",
            "mit KI erstellt",
            "Ausspielung",
            "Einwilligung",
            "Einwilligung am",
            "gültig bis",
            "appeal_uk",
        ),
    )
    found, notices = columns_of(german, "t.csv")
    assert list(found.values()) == [
        *("slug", "name", "public_name", "show", "adult", "may_work"),
        *("volunteer", "volunteer_email", "volunteer_phone", "volunteer_lang", "backup_contact"),
        *("partner", "place", "country", "trade", "radius_km", "appeal_de", "appeal_en"),
        *(
            "appeal_ar",
            "link",
            "media",
            "media_alt",
            "made_with_ai",
            "targeting",
            "consent",
            "consent_on",
            "consent_until",
            "appeal_uk",
        ),
    ]
    assert notices == []


def test_unknown_headings_are_named_and_ignored() -> None:
    found, notices = columns_of(
        headed("slug", "name", "place", "appeal_de", "shoe", "\x1b[31mNotiz", "", "appeal_qqq"), "t"
    )
    assert set(found) == {0, 1, 2, 3}
    assert any("“shoe”" in each and "show" in each for each in notices)
    assert any("Notiz" in each and "\x1b" not in each for each in notices)
    assert any("appeal_qqq" in each for each in notices)


@pytest.mark.parametrize("missing", ["slug", "name", "place", "appeal_de"])
def test_a_missing_column_is_named(missing: str) -> None:
    names = [each for each in ("slug", "name", "place", "appeal_de") if each != missing]
    with pytest.raises(UsageProblem, match=missing):
        columns_of(headed(*names), "t.csv")


def test_two_headings_for_one_column_are_refused() -> None:
    with pytest.raises(UsageProblem, match="place"):
        columns_of(headed("slug", "name", "Ort", "PLZ", "appeal_de"), "t.csv")


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Whatever the file holds: a table, or a sentence."""
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(data)
    with contextlib.suppress(UsageProblem):
        assert read_table(path).headings


@given(st.lists(st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=4), max_size=6))
def test_row_numbers_point_to_the_rows(rows: list[list[str | None]]) -> None:
    """Counted from the heading, each number leads back to the row's own cells."""
    cells = [tuple(row) for row in rows]
    filled = [i for i, row in enumerate(cells) if any(each and each.strip() for each in row)]
    if not filled:
        with pytest.raises(UsageProblem):
            table_of("t", cells)
        return
    read = table_of("t", cells)
    assert len(read.rows) == len(filled) - 1
    for row in read.rows:
        assert cells[filled[0] + row.number - 1] == row.cells
