"""After an erasure nothing tells who they were, in no byte and no backup; the figures stay."""

import json
import os
import sqlite3
from pathlib import Path

import pytest
from sqlmodel import select

from orchestrator.backup import keyring
from orchestrator.backup.ring import Ring, merged
from orchestrator.model import (
    Campaign,
    Consent,
    Event,
    KnownPlace,
    PersonKey,
    Post,
    Reply,
    Snapshot,
    Tandem,
)
from orchestrator.vocabulary import PostState
from tests.campaign_rows import NOON
from tests.conftest import on_both, on_sqlite
from tests.erasure.conftest import TELLING, World


def all_text(world: World) -> str:
    """Every value of every row, as text."""
    from sqlalchemy import inspect

    engine = world.rows.store.engine
    with engine.connect() as connection:
        return "\n".join(
            str(row)
            for table in inspect(engine).get_table_names()
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()
        )


@on_both
def test_nothing_tells_who_they_were_and_the_figures_stay(world: World) -> None:
    """No name, slug, town or word in any row; the report's totals are those of before."""
    world.withdraw()
    manager = world.manager
    manager.ask("backup", "create")
    before = manager.ask("report", "--format", "json")["totals"]
    assert [word for word in TELLING if word in all_text(world)], "they were there before"
    assert world.files() == {"1" * 64, "2" * 64, "a" * 64}
    answer = manager.ask("tandem", "erase", "samira-und-ole", "--yes")
    assert (answer["tandem"], answer["keys_left"]) == (f"erased-{world.tandem}", [])
    assert world.files() == {"2" * 64}, "the one that stands for the other tandem, too"
    assert len(answer["backups_before"]) == 1
    assert [word for word in TELLING if word in all_text(world)] == []
    assert manager.ask("report", "--format", "json")["totals"] == before
    with world.session() as session:
        assert session.get(PersonKey, world.refugee) is None
        assert session.get(PersonKey, world.volunteer) is None
        kept = session.exec(select(Consent).where(Consent.tandem_id == world.tandem)).one()
        assert (kept.purpose, kept.evidence_id) == ("facebook", None)
        assert session.exec(select(Snapshot)).one().value == 512
        assert session.get_one(Tandem, world.other).public_name == "Amira"
        said = session.exec(select(Reply).where(Reply.tandem_id == world.tandem)).all()
        assert {each.label.value for each in said} == {"job_offer", "encouragement"}


@on_sqlite
def test_no_place_is_left_that_may_have_been_their_home(world: World) -> None:
    """No row says whose place it is: all near their town go, those far away stay."""
    manager = world.manager
    for typed, place in (("Qwxhofen", "79111"), ("Vwqzzkxstedt", "24837")):
        manager.ask("audience", "settle", typed, place)
    world.withdraw()
    manager.ask("tandem", "erase", "samira-und-ole", "--yes")
    assert manager.ask("audience", "resolve", "Vwqzzkxstedt")["settled"] is True
    with world.session() as session:
        assert len(session.exec(select(KnownPlace)).all()) == 1


@on_both
def test_the_keys_leave_every_place_and_old_backups_with_them(world: World) -> None:
    """Before: the ring of each place holds the keys. After: none does, whatever was backed up."""
    world.withdraw()
    world.manager.ask("backup", "create")
    rings = [next(iter(keyring.read(place).values())) for place in world.places]
    assert all(str(world.refugee) in ring.keys for ring in rings)
    world.manager.ask("tandem", "erase", "samira-und-ole", "--yes")
    for place in world.places:
        [ring] = keyring.read(place).values()
        assert not {str(world.refugee), str(world.volunteer)} & ring.keys.keys()
        assert {*ring.tandems.values()} == {world.tandem}


@on_sqlite
def test_no_byte_of_the_keys_is_left_in_any_file(world: World, tmp_path: Path) -> None:
    """Neither in the database's free pages or its journal, nor in any file of any place."""
    import base64

    world.withdraw()
    world.manager.ask("backup", "create")
    wanted = [*world.wrapped, *(base64.b64encode(each) for each in world.wrapped)]

    def found() -> list[str]:
        return sorted(
            path.name
            for path in tmp_path.rglob("*")
            if path.is_file() and any(each in path.read_bytes() for each in wanted)
        )

    assert {"campaign.db", "keyring.json"} & set(found())
    world.rows.store.close()
    world.manager.ask("tandem", "erase", "samira-und-ole", "--yes")
    assert found() == []


@on_both
def test_a_backup_from_before_does_not_bring_them_back(world: World, tmp_path: Path) -> None:
    """Restored from before the withdrawal: erased again, their post never goes out; others open."""
    manager = world.manager
    with world.session() as session:
        tandem = session.get_one(Tandem, world.other)
        from orchestrator import people
        from orchestrator.model import Person

        key = world.rows.key
        session.add(PersonKey(person_id=tandem.refugee_id, wrapped=key.new_person_key()))
        session.flush()
        person = session.get_one(Person, tandem.refugee_id)
        people.put(session, key, person, {"name": "Amira"})
    made = manager.ask("backup", "create")["id"]
    world.withdraw()
    manager.ask("tandem", "erase", "samira-und-ole", "--yes")
    answer = manager.ask("backup", "restore", made, "--to", str(tmp_path / "new"), "--yes")
    assert (answer["erased_again"], answer["without_key"]) == (1, 0)
    from orchestrator.store import open_store

    restored = open_store(f"sqlite:///{tmp_path / 'new' / 'campaign.db'}")
    with restored.reading() as session:
        tandem = session.get_one(Tandem, world.tandem)
        assert (tandem.slug, tandem.state.value) == (f"erased-{world.tandem}", "withdrawn")
        posts = session.exec(select(Post).where(Post.tandem_id == world.tandem)).all()
        assert {each.state for each in posts} == {PostState.WITHDRAWN, PostState.CANCELLED}
        assert all(each.text == "" for each in posts)
        person = session.get_one(Person, session.get_one(Tandem, world.other).refugee_id)
        assert people.fields(session, world.rows.key, person) == {"name": "Amira"}
    restored.close()
    file = sqlite3.connect(tmp_path / "new" / "campaign.db")
    dump = "\n".join(file.iterdump())
    file.close()
    assert [word for word in TELLING if word in dump] == []


@on_sqlite
def test_a_restore_brings_no_picture_back(world: World) -> None:
    """A file that lay there again is deleted with the rows that are erased anew."""
    manager, database = world.manager, world.rows.settings.folder / "campaign.db"
    made = manager.ask("backup", "create")["id"]
    world.withdraw()
    manager.ask("tandem", "erase", "samira-und-ole", "--yes")
    folder = world.rows.settings.folder / "media"
    for name in ("1", "a"):
        (folder / (name * 64)).write_bytes(b"put back by hand")
        os.utime(folder / (name * 64), (0, 0))
    world.rows.store.close()
    for each in database.parent.glob("campaign.db*"):
        each.unlink()
    assert manager.ask("backup", "restore", made, "--yes")["erased_again"] == 1
    assert world.files() == {"2" * 64}


def test_a_restore_without_any_keyring_says_so(world: World, tmp_path: Path) -> None:
    """Everything is there but the contacts: exit 4, in plain words."""
    made = world.manager.ask("backup", "create")["id"]
    for place in world.places:
        (place.path / keyring.NAME).unlink()
    verified = world.manager.type("backup", "verify", made)
    assert verified.exit == 4
    answer = world.manager.type("backup", "restore", made, "--to", str(tmp_path / "new"), "--yes")
    assert answer.exit == 4
    assert "cannot be opened" in answer.err


@on_sqlite
def test_a_place_that_was_away_still_holds_the_key_until_it_is_back(
    world: World, tmp_path: Path
) -> None:
    """Exit 4 names the place; with it connected the same erasure is finished, and certified."""
    world.withdraw()
    world.manager.ask("backup", "create")
    away, stick = tmp_path / "away", world.places[1].path
    stick.rename(away)
    answer = world.manager.type("tandem", "erase", "samira-und-ole", "--yes")
    name = f"erased-{world.tandem}"
    assert answer.exit == 4
    assert str(stick) in answer.err.replace("\n", "")
    assert f"tandem erase {name}" in answer.err.replace("\n", " ")
    assert not (tmp_path / f"{name}.html").exists()
    away.rename(stick)
    [ring] = keyring.read(world.places[1]).values()
    assert str(world.refugee) in ring.keys
    assert world.manager.type("tandem", "erase", name).exit == 0
    [ring] = keyring.read(world.places[1]).values()
    assert str(world.refugee) not in ring.keys
    assert (tmp_path / f"{name}.html").exists()
    again = world.manager.type("tandem", "erase", name)
    assert (again.exit, "Nothing is left" in again.out) == (0, True)


@on_sqlite
def test_where_no_backup_was_ever_made_there_is_nothing_to_fear(world: World) -> None:
    """The campaign's own folders are no disks that could be away."""
    world.withdraw()
    with world.session() as session:
        session.exec(select(Campaign)).one().last_pass_at = NOON
    answer = world.manager.ask("tandem", "erase", "samira-und-ole", "--yes")
    assert (answer["keys_left"], answer["backups_before"]) == ([], [])


@on_sqlite
def test_what_a_killed_backup_left_may_hold_a_key(world: World) -> None:
    """It is named while somebody may be writing it, and goes with the next try."""
    world.withdraw()
    world.manager.ask("backup", "create")
    left = world.places[0].path / ".20261124-120000-000000-abcd.part"
    left.mkdir(mode=0o700)
    (left / "campaign.db.part").write_bytes(b"a person's key")
    answer = world.manager.type("tandem", "erase", "samira-und-ole", "--yes", "--json")
    assert (answer.exit, len(answer.document["keys_left"])) == (4, 1)
    os.utime(left, (0, 0))
    answer = world.manager.ask("tandem", "erase", f"erased-{world.tandem}", "--yes")
    assert (answer["keys_left"], left.exists()) == ([], False)


def test_a_key_that_a_new_keyring_never_held_is_known_by_the_old_one() -> None:
    """A damaged keyring was moved away; the stick that was not there has an older one."""
    stick = Ring("woche", "f", "t", number=7, keys={"1": "a2V5", "2": "b3RoZXI="})
    anew = Ring("woche", "f", "t", number=2, keys={"2": "b3RoZXI="}, gone={"1": ""})
    for ring in (merged(stick, anew), merged(anew, stick)):
        assert ring.keys == {"2": "b3RoZXI="}
        assert ring.gone["1"]


@on_sqlite
def test_a_stale_place_never_brings_a_key_back(world: World, tmp_path: Path) -> None:
    """A copy of the old ring is put back by hand: the next backup takes the key out again."""
    world.withdraw()
    world.manager.ask("backup", "create")
    old = (world.places[0].path / keyring.NAME).read_bytes()
    world.manager.ask("tandem", "erase", "samira-und-ole", "--yes")
    (world.places[0].path / keyring.NAME).write_bytes(old)
    rings = keyring.found(world.places)
    assert str(world.refugee) not in next(iter(rings.values())).keys
    world.manager.ask("backup", "create")
    assert str(world.refugee) not in next(iter(keyring.read(world.places[0]).values())).keys


@on_sqlite
def test_a_damaged_keyring_shows_and_is_not_written_over(world: World) -> None:
    """One changed byte: verify fails, and the next backup says which file to move away."""
    world.manager.ask("backup", "create")
    file = world.places[0].path / keyring.NAME
    file.write_bytes(file.read_bytes().replace(b'"number": 1', b'"number": 2'))
    damaged = file.read_bytes()
    assert world.manager.type("backup", "verify").exit == 4
    answer = world.manager.type("backup", "create")
    assert (answer.exit, str(file) in answer.err.replace("\n", "")) == (3, True)
    assert file.read_bytes() == damaged


@on_sqlite
def test_what_stands_against_it_is_one_sentence(world: World, tmp_path: Path) -> None:
    """Unknown, not withdrawn, still live, unasked, a taken file, a lost key: nothing changes."""
    before = all_text(world)
    cases = [
        (("nobody", "--yes"), 2, "no tandem"),
        (("samira-und-ole", "--yes"), 2, "not withdrawn"),
    ]
    for arguments, code, words in cases:
        answer = world.manager.type("tandem", "erase", *arguments)
        assert (answer.exit, words in answer.err) == (code, True)
    assert all_text(world) == before
    with world.session() as session:
        tandem = session.get_one(Tandem, world.tandem)
        tandem.state = type(tandem.state).WITHDRAWN
    answer = world.manager.type("tandem", "erase", "samira-und-ole", "--yes")
    assert (answer.exit, "tandem withdraw samira-und-ole" in answer.err) == (4, True)
    world.withdraw()
    before = all_text(world)
    (tmp_path / "taken.html").write_text("mine")
    taken = world.manager.type("tandem", "erase", "samira-und-ole", "--yes", "--out", "taken.html")
    assert taken.exit == 2
    assert world.manager.type("tandem", "erase", "samira-und-ole").exit == 2
    assert world.manager.ask("tandem", "erase", "samira-und-ole", "--dry-run")["posts"] == 2
    (tmp_path / "keys" / "campaign.key").unlink()
    lost = world.manager.type("tandem", "erase", "samira-und-ole", "--yes")
    assert (lost.exit, "key file" in lost.err) == (2, True)
    assert all_text(world) == before
    assert (tmp_path / "taken.html").read_text() == "mine"


@on_sqlite
def test_every_command_lives_with_an_erased_tandem(world: World) -> None:
    """Lists, papers and jobs work, and none of them says a word of the two."""
    world.withdraw()
    world.manager.ask("backup", "create")
    world.manager.ask("tandem", "erase", "samira-und-ole", "--yes")
    name = f"erased-{world.tandem}"
    for line in (
        "tandem list", f"tandem show {name}", "report --format json", "today", "plan --dry-run",
        "post list", "inbox list", "backup create", "backup verify", f"audience show {name}",
        "schedule show", "approve --all --dry-run",
    ):  # fmt: skip
        answer = world.manager.type(*line.split(), "--json")
        assert answer.exit in (0, 4), (line, answer)
        assert [word for word in TELLING if word in answer.out] == [], line


@on_sqlite
def test_the_certificate_names_nobody(world: World, tmp_path: Path) -> None:
    """Owner-only, with numbers, the places and the log's head; a home folder is somebody's name."""
    home, config = tmp_path.with_name(f"{tmp_path.name}-anna"), tmp_path / "config.toml"
    (home / "stick").mkdir(parents=True, mode=0o700)
    config.write_text(
        config.read_text("utf-8").replace(world.places[1].url, str(home / "stick")), "utf-8"
    )
    world.manager.monkeypatch.setenv("HOME", str(home))
    world.withdraw()
    world.manager.ask("backup", "create")
    answer = world.manager.ask("tandem", "erase", "samira-und-ole", "--yes", "--out", "c.html")
    html = (tmp_path / "c.html").read_text("utf-8")
    [before] = answer["backups_before"]
    assert before in html
    assert answer["certificate"] == "c.html"
    assert "24 Nov 2026, 12:00" in html
    assert (tmp_path / "c.html").stat().st_mode & 0o777 == 0o600
    assert [word for word in TELLING if word in html] == []
    with world.session() as session:
        newest = session.exec(select(Event).order_by(Event.id.desc())).first()  # type: ignore[attr-defined]
        assert newest is not None
        assert newest.what == "erased"
        assert str(newest.chain) in html
        assert newest.detail["posts"] == 2
        assert "samira" not in json.dumps(newest.detail)
    assert [place in html for place in ("<td>backups</td>", "<td>~/stick</td>")] == [True, True]
    assert str(tmp_path) not in html


@on_sqlite
def test_evidence_for_a_complaint_stays_and_is_counted(world: World, tmp_path: Path) -> None:
    """What is kept for a complaint is the campaign's own proof; the certificate says so."""
    world.withdraw()
    world.manager.ask("backup", "create")
    with world.session() as session:
        reply = session.exec(select(Reply).where(Reply.label == "encouragement")).one()
        reply.evidence_since = reply.received_at
    answer = world.manager.type("tandem", "erase", "samira-und-ole", "--yes")
    assert answer.exit == 0, answer
    assert "kept as evidence: 1 " in answer.err
    certificate = (tmp_path / f"erased-{world.tandem}.html").read_text("utf-8")
    assert "kept as evidence for a complaint: 1<" in certificate
    assert "Words and senders of replies: 1<" in certificate
    with world.session() as session:
        assert session.exec(select(Reply).where(Reply.label == "encouragement")).one().text


@pytest.mark.parametrize("words", ["missing", "foreign"])
@on_sqlite
def test_a_wrong_key_is_found_before_anything_is_done(
    world: World, tmp_path: Path, words: str
) -> None:
    """Every command that opens or seals refuses with one sentence, and writes nothing."""
    import base64

    file = tmp_path / "keys" / "campaign.key"
    if words == "missing":
        file.unlink()
    else:
        file.write_bytes(base64.b64encode(bytes(32)))
    before = all_text(world)
    (tmp_path / "t.csv").write_text("slug,name\nx,Y\n")
    for line in (
        "plan", "inbox add --channel phone --text Hallo --label tip --yes", "run --once --yes",
        "publish --yes", "collect", "tandem import t.csv", "tandem list",
        "tandem erase samira-und-ole --yes",
    ):  # fmt: skip
        answer = world.manager.type(*line.split())
        assert answer.exit == 2, (line, answer)
        assert "key" in answer.err, (line, answer)
    assert all_text(world) == before


@on_sqlite
def test_events_hold_no_names(world: World) -> None:
    """Numbers, states and dates only: an erasure has nothing to change in the log."""
    for line in (
        "resume samira-und-ole", "pause samira-und-ole", "inbox take 1 --yes", "plan",
        "inbox label 1 tip --yes", "inbox add --channel phone --tandem samira-und-ole"
        " --text Samira --name Petersen --label tip --yes",
        "tandem close samira-und-ole --reason hired --posts keep --yes",
    ):  # fmt: skip
        assert world.manager.type(*line.split()).exit in (0, 3, 4), line
    with world.session() as session:
        campaign = session.get_one(Campaign, world.rows.id)
        events = session.exec(select(Event).where(Event.campaign_id == campaign.id)).all()
        told = json.dumps([[each.what, each.subject, each.detail] for each in events])
    assert len(events) >= 6
    assert [word for word in TELLING if word in told] == []


@on_sqlite
def test_the_old_file_does_not_bring_them_back(world: World, tmp_path: Path) -> None:
    """Imported again, their row is rejected; the same erasure by the old name says it is done."""
    world.withdraw()
    world.manager.ask("backup", "create")
    world.manager.ask("tandem", "erase", "samira-und-ole", "--yes")
    again = world.manager.type("tandem", "erase", "samira-und-ole", "--yes")
    assert (again.exit, "Nothing is left" in again.out) == (0, True)
    (tmp_path / "t.csv").write_text(
        "slug,name,volunteer,volunteer_email,place,appeal_de,adult\n"
        "samira-und-ole,Samira,Ole,ole.hinrichs@example.org,24103,Ich suche,yes\n"
        "neu-01,Samira,Ole,ole.hinrichs@example.org,24103,Ich suche,yes\n"
    )
    answer = world.manager.type("tandem", "import", "t.csv", "--json")
    assert (answer.exit, answer.document["imported"]) == (3, 1), answer
    assert "erased" in answer.document["rejected"][0]["reason"]
