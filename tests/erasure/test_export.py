"""An export hands out all that is held about two people, and nothing that is other people's."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from orchestrator.model import Appeal, Event, Tandem
from tests.conftest import on_sqlite
from tests.erasure.conftest import World


def exported(world: World, *options: str) -> tuple[Path, Any, str]:
    answer = world.manager.ask("tandem", "export", "samira-und-ole", *options)
    folder = world.manager.folder / answer["folder"]
    return folder, json.loads((folder / "data.json").read_text("utf-8")), (
        folder / "data.html"
    ).read_text("utf-8")  # fmt: skip


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_on_the_server_as_well(world: World) -> None:
    """The same document comes from the other database."""
    _folder, document, _html = exported(world)
    assert document["persons"]["refugee"] == {"name": "Samira"}


@on_sqlite
def test_all_that_is_held_is_there_opened(world: World) -> None:
    """Names, contacts, appeals, consents, proofs, circles, posts, figures, replies, stops, log."""
    made = world.manager.ask("backup", "create")["id"]
    folder, document, html = exported(world)
    assert document["persons"] == {
        "refugee": {"name": "Samira"},
        "volunteer": {
            "name": "Ole Hinrichs", "email": "ole.hinrichs@example.org", "phone": "0431555 01",
        },
    }  # fmt: skip
    assert document["appeals"] == [{"language": "de", "text": "Ich, Samira, bin Goldschmiedin."}]
    [consent] = document["consents"]
    assert (consent["purpose"], consent["version"]) == ("facebook", "1")
    assert (folder / consent["evidence"]).read_bytes() == b"%PDF-1.7x"
    live = document["posts"][0]
    assert [each["value"] for each in live["figures"]] == [512]
    assert (live["remote_id"], live["targeting"]) == ("fb_4711", {"cities": ["Husumer Bucht"]})
    assert [(each["outcome"], each["detail"]) for each in live["attempts"]] == [("done", "Samira")]
    [circle] = document["circles"]
    assert (circle["radius_km"], circle["people"]) == (20, 9000)
    assert circle["cities"] == [{"name": "Husumer Bucht", "key": "1"}]
    [stop] = document["stops"]
    assert (stop["since"], stop["hide"]) == ("2026-11-24T12:00:00+01:00", False)
    assert document["recipients"] == ["facebook"]
    assert [each["label"] for each in document["replies"]] == ["job_offer", "encouragement"]
    assert {(each["id"], each["place"]) for each in document["backups"]} == {
        (made, "backups"), (made, "stick"),
    }  # fmt: skip
    assert document["events"]
    for word in (
        "ole.hinrichs@example.org", "Samira", "Goldschmiedin", consent["evidence"], "fb_4711",
    ):  # fmt: skip
        assert word in html


@on_sqlite
def test_what_became_of_an_offer_is_told(world: World) -> None:
    """What was answered about them, what was found, who was told, and how far it came."""
    _folder, document, html = exported(world, "--person", "refugee")
    offer, cheer = document["replies"]
    [answer] = offer["answers"]
    assert (answer["kind"], answer["text"]) == (
        "acknowledgement", "•••, danke! Samira meldet sich.",
    )  # fmt: skip
    assert [(each["warnings"], each["wanted"]) for each in offer["checks"]] == [(["cash"], True)]
    assert [(each["step"], each["way"]) for each in offer["handed_over"]] == [("forward", "mail")]
    assert offer["outcomes"] == [{"status": "trial", "on": "2026-11-24"}]
    assert (cheer["answers"], cheer["checks"], cheer["outcomes"]) == ([], [], [])
    for words in ("pay in cash", "trial day", "the volunteer", "by e-mail"):
        assert words in html


@on_sqlite
def test_other_peoples_contacts_are_left_out_and_that_is_said(world: World) -> None:
    """The offerer's name, number and mail are theirs."""
    _folder, document, html = exported(world)
    for text in (json.dumps(document), html):
        assert "petersen@example.org" not in text
        assert '0431555"' not in text
        assert "heike" not in text
    assert any("theirs" in each for each in document["missing"])


@on_sqlite
def test_one_person_gets_only_their_own(world: World) -> None:
    """The volunteer learns nothing of the refugee, and the other way round."""
    _folder, document, html = exported(world, "--person", "volunteer", "--out", "ole")
    told = json.dumps(document, ensure_ascii=False) + html
    assert "ole.hinrichs@example.org" in told
    assert [word for word in ("Kranich", "Goldschmiedin", "Husumer", "%PDF") if word in told] == []
    assert document["consents"] == document["evidence"] == []
    _folder, document, html = exported(world, "--person", "refugee", "--out", "samira")
    assert "ole.hinrichs" not in json.dumps(document) + html
    assert world.manager.type("tandem", "export", "samira-und-ole", "--person", "x").exit == 2


@on_sqlite
def test_files_are_for_the_owner_and_nothing_is_overwritten(world: World) -> None:
    """A second export into the same folder is refused and leaves it as it was."""
    folder, _document, _html = exported(world)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {each.stat().st_mode & 0o777 for each in folder.iterdir()} == {0o600}
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    again = world.manager.type("tandem", "export", "samira-und-ole")
    assert (again.exit, "--out" in again.err) == (2, True)
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
    with world.session() as session:
        asked = session.exec(select(Event).where(Event.what == "exported")).all()
    assert [each.detail for each in asked] == [{"person": "both"}]


def _what_happened(world: World) -> None:
    """The safety check, what each of the two agreed to, a new row of the file, a claimed reply."""
    (world.manager.folder / "t.csv").write_text(
        "slug,name,volunteer,volunteer_email,volunteer_phone,trade,place,appeal_de,adult,link\n"
        "samira-und-ole,Samira,Ole Hinrichs,ole@example.org,0431 9018650,Schneiderin,24103,"
        "Ich suche,yes,https://example.org/kranich\n"
    )
    for line in (
        "tandem import t.csv", "tandem screen samira-und-ole --show region --alias Kranich --yes",
        "tandem consent samira-und-ole --person volunteer --give press --on 2026-11-20"
        " --method voice --text de --yes",
        "tandem consent samira-und-ole --person refugee --withdraw facebook --yes",
        "inbox take 1 --yes", "inbox release 1 --yes",
    ):  # fmt: skip
        answer = world.manager.type(*line.split())
        assert answer.exit in (0, 4), (line, answer.out + answer.err)


@on_sqlite
def test_each_of_the_two_gets_their_own_part_of_the_log(world: World) -> None:
    """With its details: whoever is asked about learns nothing of what the other one said."""
    _what_happened(world)
    told = {}
    for who in ("volunteer", "refugee", "both"):
        _folder, document, _html = exported(world, "--person", who, "--out", who)
        told[who] = [(each["what"], each["detail"]) for each in document["events"]]
        assert ("screened_at" in document["tandem"]) is (who != "volunteer")
    what = {who: [each for each, _detail in events] for who, events in told.items()}
    assert ("screened" in what["volunteer"], "screened" in what["refugee"]) == (False, True)
    assert [each for each in what["volunteer"] if "consent" in each] == ["consent.given"]
    assert [each for each in what["refugee"] if "consent" in each] == ["consent.withdrawn"]
    assert ("exported", {"person": "volunteer"}) in told["volunteer"]
    assert ("exported", {"person": "volunteer"}) not in told["refugee"]
    changed = {
        who: next(detail["changed"] for each, detail in events if each == "tandem.updated")
        for who, events in told.items()
    }
    assert changed["volunteer"] == ["volunteer_email", "volunteer_phone"]
    assert "appeals" in changed["refugee"]
    assert sorted(changed["both"]) == sorted(changed["volunteer"] + changed["refugee"])
    assert {"take", "release"} <= {*what["refugee"]}
    assert not {"take", "release"} & {*what["volunteer"]}


@on_sqlite
def test_the_page_says_it_in_words(world: World) -> None:
    """Lists in one line, each under a name that people know; no piece of program text."""
    _what_happened(world)
    _folder, _document, html = exported(world)
    for line in (
        '<th scope="row" dir="auto">Towns</th><td dir="auto">Husumer Bucht</td>',
        '<th scope="row" dir="auto">Details · Purposes</th><td dir="auto">press</td>',
        '<th scope="row" dir="auto">Number at the network</th><td dir="auto">fb_4711</td>',
        '<th scope="row" dir="auto">Tries · Outcome</th><td dir="auto">accepted</td>',
        '<th scope="row" dir="auto">Person</th><td dir="auto">volunteer</td>',
        '<th scope="row" dir="auto">How</th><td dir="auto">by voice</td>',
        '<th scope="row" dir="auto">Given on</th><td dir="auto">Nov 20, 2026</td>',
        "region: an alias and the federal state",
        "as of 24 Nov 2026, 12:00",
        "volunteer_email, volunteer_phone",
    ):
        assert line in html, line
    labels = re.findall(r'<th scope="row" dir="auto">([^<]*)</th>', html)
    assert [each for each in labels if "_" in each] == []


class Tags(HTMLParser):
    """Every tag of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)


@on_sqlite
def test_hostile_words_stay_words(world: World) -> None:
    """Tags in a field do nothing, an evil file name leads nowhere, Arabic finds its direction."""
    from orchestrator.model import Evidence

    with world.session() as session:
        session.get_one(Tandem, world.tandem).trade = "<script>alert(1)</script>"
        session.add(Appeal(tandem_id=world.tandem, language="ar", text="أبحث عن عمل"))
        sealed = world.rows.key.seal_file(world.wrapped[0], "../../etc/<img>.pdf", b"x")
        proof = session.exec(select(Evidence)).one()
        proof.sealed = sealed
    folder, _document, html = exported(world)
    seen = Tags()
    seen.feed(html)
    assert not {"script", "img"} & set(seen.found)
    assert 'dir="auto">أبحث عن عمل' in html
    assert {each.parent for each in folder.iterdir()} == {folder}
    assert len(list(folder.iterdir())) == 3


@on_sqlite
def test_after_the_erasure_nothing_is_left(world: World) -> None:
    """It says so, and makes no folder."""
    world.withdraw()
    world.manager.type("tandem", "erase", "samira-und-ole", "--yes")
    answer = world.manager.type("tandem", "export", f"erased-{world.tandem}")
    assert (answer.exit, "nothing is held" in answer.out) == (0, True)
    assert not (world.manager.folder / f"export-erased-{world.tandem}").exists()
