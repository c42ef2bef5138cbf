"""Official tables of municipalities: read as offices write them, each row matched to its town."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiences.gazetteer import Gazetteer
from audiences.municipalities import NoTable, Reading, Trouble, read
from audiences.municipality import STATES, Column, Fault, Municipality, point, population
from audiences.official import match

SAMPLE = Path(__file__).with_name("official_sample.csv").read_bytes()
HEADING = "AGS;name;population;lat;lon"
ULM = "08421000;Ulm, Universitätsstadt;129 942;48,39841;9,99155"
TRIER = "07211000;Trier;112737;49.75565;6.63935"


def table(*rows: str, heading: str = HEADING) -> Reading:
    return read("\n".join([heading, *rows]).encode())


def test_a_table_as_offices_publish_it() -> None:
    """Title, sums and footnotes are passed over; every municipality is read, blanks and all."""
    found = read(SAMPLE)
    assert (len(found.rows), found.rejected, found.sums, found.zeros) == (64, (), 4, 0)
    by_key = {row.ags: row for row in found.rows}
    assert by_key["05315000"] == Municipality(
        21, "05315000", "Köln, Stadt", 1_087_353, 50.93333, 6.95
    )
    assert by_key["09471452"].population == 0
    assert {row.state for row in found.rows} == set(STATES.values())


def test_every_town_of_the_sample_is_found() -> None:
    """Titles, shortened names, two languages; a forest is no town."""
    found = match(read(SAMPLE).rows)
    towns = {row.name: place.name for row, place in found.places.items()}
    assert [row.name for row in found.unmatched] == ["Ebracher Forst, gemfr. Gebiet"]
    assert found.rejected == ()
    assert towns["Oldenburg (Oldb), Stadt"] == "Oldenburg"
    assert towns["Eisleben, Lutherstadt"] == "Lutherstadt Eisleben"
    assert towns["Neustadt a.d.Aisch, St"] == "Neustadt an der Aisch"
    assert towns["Neustadt an der Weinstraße, Stadt"] == "Neustadt an der Weinstraße"
    assert towns["Bad Homburg v.d. Höhe, Stadt"] == "Bad Homburg vor der Höhe"
    assert towns["Cottbus/Chóśebuz, Stadt"] == "Cottbus"
    assert towns["Weiden i.d.OPf."].startswith("Weiden")


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize(
    "heading",
    [
        ("AGS", "name", "population", "lat", "lon"),
        ("Amtlicher Gemeindeschlüssel", "Gemeindename", "Einwohner", "Breite", "Länge"),
        ("ARS", "NAME", "Bevölkerung insgesamt", "Geografische Breite", "Geografische Länge"),
    ],
)
def test_a_table_reads_the_same_however_it_was_saved(
    separator: str, encoding: str, heading: tuple[str, ...]
) -> None:
    """Three separators, four encodings, German and English headings, line ends of Windows."""
    key = "084210000000" if heading[0] == "ARS" else "08421000"
    rows = [heading, (key, '"Ulm, Universitätsstadt"', '"129.942"', '"48,39841"', '"9,99155"')]
    data = "\r\n".join(separator.join(cells) for cells in rows).encode(encoding)
    found = read(data)
    assert found.rejected == ()
    assert found.rows == (
        Municipality(2, "08421000", "Ulm, Universitätsstadt", 129_942, 48.39841, 9.99155),
    )
    assert found.separator == separator


def test_the_short_key_counts_where_both_are_given() -> None:
    """The order of the columns does not matter either."""
    found = table("091790113;8;10;x;09179113;Alling;11,30;48,14", heading="ARS;Fläche;population;"
                  "Kreis;AGS;Gemeinde;Längengrad;Breitengrad")  # fmt: skip
    assert [(row.ags, row.lat, row.lon) for row in found.rows] == [("09179113", 48.14, 11.3)]


@pytest.mark.parametrize(
    ("key", "ags"),
    [
        ("8421000", "08421000"),
        ("84210000000", "08421000"),
        ("01 0 01 000", "01001000"),
        ("010515163044", "01051044"),
    ],
)
def test_a_key_in_all_its_forms(key: str, ags: str) -> None:
    """With twelve digits or eight, in groups, and with the zero that a spreadsheet took."""
    found = table(f"{key};Ulm;1;48.4;10.0")
    assert [row.ags for row in found.rows] == [ags]
    assert found.zeros == (len(key) in (7, 11) and " " not in key)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        *(("12345", 12345), ("12 345", 12345), ("12\u202f345", 12345), ("12.345", 12345)),
        *(("12,345", 12345), ("12'345", 12345), ("12’345", 12345), ("3 685 265", 3_685_265)),
        *(("1.087.353", 1_087_353), ("12345.0", 12345), ("0", 0), ("-", 0), ("–", 0)),
        *(("  7 ", 7), ("999", 999), ("0012", 12)),
    ],
)
def test_people_in_all_their_forms(text: str, people: int) -> None:
    assert population(text) == people


@given(
    st.integers(1, 5_000_000), st.sampled_from([" ", ".", ",", "'", "\u00a0", "\u2009", "\u202f"])
)
def test_groups_of_three_are_never_a_decimal(people: int, mark: str) -> None:
    assert population(f"{people:,}".replace(",", mark)) == people


@given(st.integers(4_720_000, 5_510_000), st.integers(580_000, 1_510_000), st.sampled_from(".,"))
def test_degrees_are_never_groups_of_three(north: int, east: int, mark: str) -> None:
    """However many decimals are left: "51.165" is no fifty thousand."""
    lat, lon = (f"{value / 100_000:.3f}" for value in (north, east))
    found = point(lat.replace(".", mark), lon.replace(".", mark))
    assert found == (float(lat), float(lon))


@pytest.mark.parametrize(
    ("row", "column", "fault"),
    [
        (";Ulm;1;48.4;10.0", Column.AGS, Fault.MISSING),
        ("ulm;Ulm;1;48.4;10.0", Column.AGS, Fault.NO_KEY),
        ("084210;Ulm;1;48.4;10.0", Column.AGS, Fault.NO_KEY),
        ("8,42E+06;Ulm;1;48.4;10.0", Column.AGS, Fault.NO_KEY),
        ("٠٨٤٢١٠٠٠;Ulm;1;48.4;10.0", Column.AGS, Fault.NO_KEY),
        ("17421000;Ulm;1;48.4;10.0", Column.AGS, Fault.NO_STATE),
        ("00421000;Ulm;1;48.4;10.0", Column.AGS, Fault.NO_STATE),
        ("08421000; ;1;48.4;10.0", Column.NAME, Fault.MISSING),
        (f"08421000;{'Ulm' * 50};1;48.4;10.0", Column.NAME, Fault.LONG_NAME),
        ("08421000;Ulm;;48.4;10.0", Column.POPULATION, Fault.MISSING),
        ("08421000;Ulm;-5;48.4;10.0", Column.POPULATION, Fault.NOT_WHOLE),
        ("08421000;Ulm;12,5;48.4;10.0", Column.POPULATION, Fault.NOT_WHOLE),
        ("08421000;Ulm;129.94;48.4;10.0", Column.POPULATION, Fault.NOT_WHOLE),
        ("08421000;Ulm;1.234,567;48.4;10.0", Column.POPULATION, Fault.NOT_WHOLE),
        ("08421000;Ulm;viele;48.4;10.0", Column.POPULATION, Fault.NOT_WHOLE),
        ("08421000;Ulm;.;48.4;10.0", Column.POPULATION, Fault.NOT_WHOLE),
        ("08421000;Ulm;83 500 000;48.4;10.0", Column.POPULATION, Fault.TOO_MANY),
        (f"08421000;Ulm;{'9' * 9000};48.4;10.0", Column.POPULATION, Fault.NOT_WHOLE),
        ("08421000;Ulm;1;;10.0", Column.LAT, Fault.MISSING),
        ("08421000;Ulm;1;48.4", Column.LON, Fault.MISSING),
        ("08421000;Ulm;1;48°23';10.0", Column.LAT, Fault.NOT_DEGREES),
        ("08421000;Ulm;1;48.4;9.991.553", Column.LON, Fault.NOT_DEGREES),
        ("08421000;Ulm;1;nan;10.0", Column.LAT, Fault.NOT_DEGREES),
        ("08421000;Ulm;1;10.0;48.4", Column.LAT, Fault.SWAPPED),
        ("08421000;Ulm;1;0;0", Column.LAT, Fault.OUTSIDE),
        ("08421000;Ulm;1;48.4;-10.0", Column.LON, Fault.OUTSIDE),
        ("08421000;Ulm;1;45.46;9.19", Column.LAT, Fault.OUTSIDE),
        ("08421000;Ulm;1;51.1657;10.4515", Column.LAT, Fault.STAND_IN),
        ("08421000;Ulm;1;51,165691;10,451526", Column.LAT, Fault.STAND_IN),
        ("08421000;Ulm;Universitätsstadt;1;48.4;10.0", None, Fault.TOO_WIDE),
    ],
)
def test_a_bad_row_is_told_and_the_others_stay(
    row: str, column: Column | None, fault: Fault
) -> None:
    """Row as a spreadsheet counts, the column, and why; neighbours are not touched."""
    found = table(TRIER, row, ULM)
    told = [(each.row, each.column, each.fault) for each in found.rejected]
    assert told == [(3, column, fault)]
    assert [each.name for each in found.rows] == ["Trier", "Ulm, Universitätsstadt"]


def test_the_second_of_two_equal_keys_stays_out() -> None:
    """The first counts, and is named by its row; a zero more or less does not hide it."""
    found = table(TRIER, "", "7211000;Trier am Rhein;3;49.75;6.63")
    assert [row.name for row in found.rows] == ["Trier"]
    assert [(e.row, e.fault, e.detail) for e in found.rejected] == [(4, Fault.TWICE, "2")]
    assert found.zeros == 0


@pytest.mark.parametrize(
    ("data", "trouble", "detail"),
    [
        (b"", Trouble.EMPTY, ""),
        (b"\xef\xbb\xbf \r\n", Trouble.NO_COLUMNS, "AGS, name, population, lat, lon"),
        (b"PK\x03\x04rest", Trouble.WORKBOOK, ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Trouble.WORKBOOK, ""),
        (bytes(range(256)) * 9, Trouble.NO_TEXT, ""),
        (b"%PDF-1.7 what", Trouble.NO_TEXT, ""),
        (b"AGS;Name;Einwohner\n08421000;Ulm;1", Trouble.NO_COLUMNS, "lat, lon"),
        (b"AGS;Name;lat;lon;Einwohner;population\n", Trouble.TWO_COLUMNS, "population"),
        (f"{HEADING}\n".encode(), Trouble.NO_ROWS, ""),
        (f"{HEADING}\n08;BW;11000000;;\n08421;Ulm;5;;".encode(), Trouble.NO_ROWS, ""),
        (f'{HEADING}\n08421000;"Ulm" x;1;48;10\n'.encode(), Trouble.QUOTES, "2"),
        (f"{HEADING}\n".encode() + b"x;y;z;1;2\n" * 20_001, Trouble.TOO_LONG, ""),
    ],
)
def test_a_file_that_is_no_such_table(data: bytes, trouble: Trouble, detail: str) -> None:
    with pytest.raises(NoTable) as refused:
        read(data)
    assert (refused.value.trouble, refused.value.detail) == (trouble, detail)


@given(st.binary(max_size=300))
def test_no_bytes_are_worse_than_refused(data: bytes) -> None:
    with pytest.raises(NoTable):
        read(data)


LINE = st.text(st.characters(codec="utf-8", exclude_characters='"\r\n\0'), max_size=60)


@given(st.lists(LINE, max_size=8))
@settings(max_examples=300)
def test_every_row_is_accounted_for(lines: list[str]) -> None:
    """Whatever stands below the heading: each row goes in, is left out, or is rejected."""
    found = table(TRIER, *lines)
    written = [number for number, line in enumerate(lines, 3) if line.replace(";", "").strip()]
    assert len(found.rows) - 1 + len(found.rejected) + found.sums == len(written)
    assert {each.row for each in found.rejected} <= set(written)


# -- matching ----------------------------------------------------------------------------------


def towns() -> Iterator[Municipality]:
    """Every eighth German town as a row of its own."""
    numbers = {state: number for number, state in STATES.items()}
    for each, place in enumerate(Gazetteer.open().places()):
        if place.country == "DE" and place.is_town and place.population and each % 8 == 0:
            ags = f"{numbers[place.state]}{each:06}"
            yield Municipality(each, ags, place.name, place.population, place.lat, place.lon)


def test_a_town_is_matched_to_itself() -> None:
    """Whatever namesakes there are around it: its own point decides."""
    rows = tuple(towns())
    found = match(rows)
    assert len(rows) > 1000
    assert (found.unmatched, found.rejected) == ((), ())
    for row, place in found.places.items():
        assert (place.name, place.lat, place.lon) == (row.name, row.lat, row.lon)


def test_a_point_in_the_middle_of_the_area_does_as_well() -> None:
    """Tables give the centroid: a few kilometres off, among other towns."""
    moved = [replace(row, lat=row.lat + 0.02, lon=row.lon - 0.02) for row in towns()]
    found = match(moved)
    right = sum(place.name == row.name for row, place in found.places.items())
    assert right >= 0.999 * len(moved)


def rows_of(*texts: str) -> tuple[Municipality, ...]:
    return table(*texts).rows


def test_no_town_stands_for_two_rows() -> None:
    """The nearer one gets it; the other is left without, not given the next best."""
    here, there = rows_of("08421000;Ulm;1;48.40;9.99", "08421999;Ulm;9;48.45;10.03")
    found = match([there, here])
    assert [row.ags for row in found.places] == ["08421000"]
    assert found.unmatched == (there,)


def test_a_similar_name_counts_only_at_the_very_place() -> None:
    """A misspelt name; another name at the same point is nobody's."""
    similar, other = rows_of(
        "08335015;Buesingn a. Hochrhein;1;47.69659;8.68893",
        "08335999;Waldheim;1;47.69700;8.68900",
    )
    assert [place.name for place in match([similar]).places.values()] == ["Büsingen am Hochrhein"]
    assert match([other]).unmatched == (other,)


@pytest.mark.parametrize(
    ("row", "region"),
    [
        ("09211000;Trier;1;49.75565;6.63935", "Rheinland-Pfalz"),
        ("08211000;Straßburg;1;48.58;7.45", "Grand Est"),
        ("01211000;Salzburg;1;47.80;13.04", "Salzburg"),
        ("03211000;Seestück;1;55.05;6.00", ""),
    ],
)
def test_a_key_of_another_state_is_refused(row: str, region: str) -> None:
    """A point far from every town of the key's state: one of the two is wrong."""
    found = match(rows_of(row))
    assert (found.places, found.unmatched) == ({}, ())
    [told] = found.rejected
    assert (told.row, told.fault, told.detail) == (2, Fault.OTHER_STATE, region)
