"""Words of strangers, platforms and files do no harm wherever the program puts them.

The same campaign as in ``test_canaries``: names, trades, partners, replies, their authors, what the
networks answer, cells, file names and arguments hold :mod:`tests.safety.hostile`. The program sends
no mail and writes no report as a workbook yet; what it writes as a workbook is looked at.
"""

import csv
import io
import re
import shlex
import sqlite3
from contextlib import closing
from html.parser import HTMLParser

import icalendar
import openpyxl

from tests.safety import hostile
from tests.safety.canaries import Artefact
from tests.safety.stage import Stage

# What steers: a terminal, the direction of reading, the end of a line.
STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
PLAIN = re.compile(r"[A-Za-z0-9_./-]+")
PARTS = {"VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT"}
FORMULA = re.compile(r"\s*[=+@\t\r-](?![0-9.,]+$)")


def files(artefacts: list[Artefact], ending: str) -> list[Artefact]:
    """What was written into files of one kind; the place is told by the name."""
    found = [
        each for each in artefacts
        if each.name.endswith(ending) and not each.name.startswith(("name of", "std"))
    ]  # fmt: skip
    assert found
    return found


def test_nothing_steers_a_terminal(played: Stage) -> None:
    """Neither in answers nor in complaints, whatever the command; words in brackets stay words."""
    for said in played.typed:
        ends = b"\r\n" if said.line.startswith("schedule ics") else b"\n"  # as calendars want it
        found = STEERS.search((said.out.replace(ends, b"\n") + said.err).decode())
        assert found is None, (said.line, found)
    assert sum(b"[red]" in said.out for said in played.typed) > 10


def test_nobody_forges_an_event_in_the_log(played: Stage) -> None:
    """An event begins a line; what looks like one within a word begins none."""
    lines = [line for said in played.typed for line in said.err.decode().splitlines()]
    assert [line for line in lines if line.startswith(hostile.EVENT)] == []
    assert any(f" {hostile.EVENT}" in line for line in lines)
    daily = [said for said in played.typed if said.line.startswith(("run ", "collect", "publish"))]
    assert b"\n" + hostile.EVENT.encode() not in b"".join(b"\n" + said.out for said in daily)


def test_a_document_stays_one_document(played: Stage) -> None:
    """And the words in it stay as they are."""
    answers = [said for said in played.typed if "--json" in said.line]
    documents = {
        said.line: said.document for said in answers
        if said.out and not said.line.startswith("inbox classify")
    }  # fmt: skip
    assert len(documents) > 60
    told = {row["text"] for row in documents["inbox list --all --json"]["replies"]}
    assert {hostile.WORDS[name] for name in ("script", "formula", "query", "markup")} <= told


def test_a_program_that_tames_nothing_is_convicted(played: Stage) -> None:
    """The same commands without the gate: the tests above would have told."""
    naked = played.type(
        f"tandem import {shlex.quote(hostile.FILE)}",
        *(f"inbox show {number}" for number in range(4, 8)), naked=True,
    )  # fmt: skip
    del played.typed[-len(naked) :]
    assert STEERS.search(naked[0].err.decode())
    assert any(STEERS.search(said.out.decode()) for said in naked[1:])


class Page(HTMLParser):
    """What a browser would act on."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.acts: list[str] = []
        self.within = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within = tag
        for name, value in attrs:
            link = name in ("href", "src", "action", "style", "srcset")
            if name.startswith("on") or (link and hostile.SIGN in (value or "")):
                self.acts.append(f"<{tag} {name}={value}>")

    def handle_endtag(self, tag: str) -> None:
        self.within = ""

    def handle_data(self, data: str) -> None:
        if self.within in ("script", "style") and hostile.SIGN in data:
            self.acts.append(f"{self.within}: {data[:60]}")


def test_no_page_acts(artefacts: list[Artefact]) -> None:
    """Tags, attributes and templates in words are words."""
    pages = files(artefacts, ".html")
    for each in pages:
        text = each.content.decode()
        assert Page(text).acts == [], each.name
        steers = set(STEERS.findall(text)) - {"\u2068", "\u2069"}  # our own, around names
        assert steers == set(), each.name
    assert any("&lt;script&gt;hostile" in each.content.decode() for each in pages)
    assert any("{{ hostile }}" in each.content.decode() for each in pages)


def test_no_cell_calculates(artefacts: list[Artefact]) -> None:
    """In no table and in no workbook, whatever a reply begins with."""
    tables = files(artefacts, ".csv")
    for each in tables:
        for row in csv.reader(io.StringIO(each.content.decode("utf-8-sig")), delimiter=";"):
            assert [cell for cell in row if FORMULA.match(cell)] == [], each.name
            assert STEERS.search("".join(row)) is None, each.name
    assert any(b"HYPERLINK" in each.content for each in tables)
    for each in files(artefacts, ".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(each.content))
        cells = [cell for sheet in book for row in sheet for cell in row]
        assert [cell.value for cell in cells if cell.data_type == "f"] == []


def test_no_calendar_gains_a_line(artefacts: list[Artefact]) -> None:
    """An entry holds what an entry holds, and nothing rings."""
    for each in files(artefacts, ".ics"):
        assert hostile.SIGN.encode() in each.content
        calendar = icalendar.Calendar.from_ical(each.content)
        assert {part.name for part in calendar.walk()} <= PARTS


def test_no_name_leads_anywhere(played: Stage, artefacts: list[Artefact]) -> None:
    """What is written has a name that every disk takes, within the folder that it was meant for."""
    names = [each.name.removeprefix("name of ") for each in artefacts
             if each.name.startswith("name of ")]  # fmt: skip
    assert len(names) > 80
    assert [name for name in names if not PLAIN.fullmatch(name) or hostile.SIGN in name] == []
    # Beside it lie folders that pytest named after other tests.
    outside = [path for path in played.folder.parent.iterdir() if path.is_file()]
    made = {path for path in [*played.folder.rglob("*"), *outside] if hostile.SIGN in path.name}
    assert {path.parent for path in made} == {played.folder}  # what we gave


def test_nothing_was_done_to_the_rows(played: Stage) -> None:
    """Quotes and commands are in the rows, as words."""
    with closing(sqlite3.connect(played.campaign / "campaign.db")) as rows:
        told = {text for (text,) in rows.execute("SELECT text FROM reply")}
        assert {hostile.WORDS[name] for name in ("query", "path", "option")} <= told
        assert rows.execute("PRAGMA integrity_check").fetchone() == ("ok",)
