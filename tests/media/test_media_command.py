"""``media prepare`` and ``media check``: made ready, told file by file, and what a person does."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from orchestrator.model import Consent, Tandem
from orchestrator.vocabulary import Show, TandemState
from tests.campaign_rows import NOON
from tests.conftest import on_sqlite
from tests.erasure.conftest import rows
from tests.inbox.conftest import Manager, Rows, manager
from tests.intake.conftest import tandem, write_csv
from tests.media.drawn import drawing, film, photo

__all__ = ["manager", "rows"]


@pytest.fixture
def office(manager: Manager, tmp_path: Path) -> Manager:
    """A campaign with a photograph, a long film, and one that is too short for everybody."""
    photo(tmp_path / "one.jpg", turn=6)
    film(tmp_path / "long.mp4", seconds=150, fps=2, sound=None)
    film(tmp_path / "short.mov", seconds=0.2, codec="mpeg4", form="mov")
    brought = [
        tandem(slug="tandem-01", media="one.jpg", media_alt="Sie näht."),
        tandem(slug="tandem-02", media="long.mp4", media_alt=""),
        tandem(slug="tandem-03", media="short.mov", media_alt=""),
    ]
    write_csv(tmp_path / "mine.csv", brought)
    assert manager.type("tandem", "import", str(tmp_path / "mine.csv")).exit == 0
    return manager


@on_sqlite
def test_every_file_is_told_with_what_each_network_says(office: Manager) -> None:
    """Before it is made ready and after: the same verdicts; who takes it nowhere is asked."""
    for ready in (False, True):
        answer = office.type("media", "check", "--json")
        assert answer.exit == 4, answer
        one, long, short = answer.document["media"]
        assert [each["ready"] for each in (one, long, short)] == [ready] * 3
        assert (one["facts"]["width"], one["facts"]["height"], one["alt"]) == (
            240,
            320,
            "Sie näht.",
        )
        taken = [
            {each["network"]: each["taken"] for each in row["networks"]}
            for row in (one, long, short)
        ]
        assert taken == [
            {"facebook": True, "x": True},
            {"facebook": True, "x": False},
            {"facebook": False, "x": False},
        ]
        (why,) = [each["reason"] for each in long["networks"] if not each["taken"]]
        assert "150.0 s" in why
        assert "at most 140 s" in why
        prepared = office.type("media", "prepare", "--json")
        assert (prepared.exit, prepared.document["notes"]) == (4, [])
        (problem,) = prepared.document["problems"]
        assert (problem["tandem"], problem["position"]) == ("tandem-03", 0)
        assert "No network takes it. facebook: The film lasts 0.2 s" in problem["problem"]
    assert office.type("media", "prepare", "tandem-01", "tandem-02").exit == 0
    said = office.type("media", "check", "tandem-01")
    assert said.exit == 0
    assert "turned by 90°" in said.out
    assert "tandem-02" not in said.out
    assert office.type("media", "check", "tandem-09").exit == 2


@on_sqlite
def test_what_cannot_be_made_ready_needs_a_person(office: Manager, tmp_path: Path) -> None:
    """The others are ready all the same; the sentence says whose file, why, and what to do."""
    kept = office.ask("tandem", "show", "tandem-01")["pictures"]
    assert kept == [{"name": "one.jpg", "kind": "photo", "alt": "Sie näht.", "problem": None}]
    import hashlib

    digest = hashlib.sha256((tmp_path / "one.jpg").read_bytes()).hexdigest()
    (tmp_path / "media" / digest).write_bytes(b"\xff\xd8\xff and no more")
    answer = office.type("media", "prepare")
    assert answer.exit == 4, answer
    assert "tandem-01, file 1: The picture is damaged or cut off." in answer.err
    told = office.type("media", "check", "tandem-01", "--json").document["media"][0]
    assert (told["ready"], "damaged" in told["problem"]) == (False, True)
    assert office.type("media", "check", "tandem-02").exit == 0
    assert "damaged" in office.type("tandem", "show", "tandem-01").out


@on_sqlite
def test_who_gives_a_moving_picture_is_told_that_a_still_is_sent(
    manager: Manager, tmp_path: Path
) -> None:
    """By both commands and for scripts; small files are told in kB, not as nothing."""
    frames = [drawing(shade=shade).quantize(16) for shade in (0, 30)]
    photo(tmp_path / "moving.gif", frames[0], save_all=True, append_images=frames[1:])
    photo(tmp_path / "still.png", drawing(900, 700).quantize(16))
    pictured = [("tandem-01", "moving.gif"), ("tandem-02", "still.png")]
    rows = [tandem(slug=slug, media=name, media_alt="Sie näht.") for slug, name in pictured]
    write_csv(tmp_path / "mine.csv", rows)
    manager.type("tandem", "import", str(tmp_path / "mine.csv"))
    (note,) = manager.ask("media", "prepare")["notes"]
    assert (note["tandem"], note["position"]) == ("tandem-01", 0)
    assert "only its first picture is sent" in note["note"]
    assert "tandem-01, file 1: It moves" in manager.type("media", "prepare").err
    moving, still = manager.ask("media", "check")["media"]
    assert (moving["note"], still["note"]) == (note["note"], None)
    said = manager.type("media", "check").out
    assert "It moves" in said
    assert " kB" in said
    assert "0.0 MB" not in said


@on_sqlite
def test_what_nobody_may_see_is_not_taken_by_any_network(office: Manager, rows: Rows) -> None:
    """What the safety check and the person say comes first; then what the networks say."""
    told = office.type("media", "check", "--json").document["media"]
    assert [each["shown"] for each in told] == [False] * 3
    with rows.store.session() as session:
        one, long, short = session.exec(select(Tandem).order_by(Tandem.slug)).all()
        one.show, one.screened_at, long.show, long.screened_at = Show.FULL, NOON, Show.ALIAS, NOON
        short.show = short.screened_at = None
        refugee_id = one.refugee_id
    why = [each["why"] for each in office.type("media", "check", "--json").document["media"]]
    assert "no consent to show the face" in why[0]
    assert "by the safety check" in why[1]
    assert "no safety check yet" in why[2]
    said = office.type("media", "check", "tandem-01")
    assert (said.exit, "takes it" in said.out, "not shown" in said.out) == (0, False, True)
    given = {"purpose": "face", "given_on": date(2026, 10, 1), "person_id": refugee_id}
    rows.add(Consent(tandem_id=one.id, **given))
    (told,) = office.type("media", "check", "tandem-01", "--json").document["media"]
    assert (told["shown"], told["why"]) == (True, None)
    assert "facebook: takes it" in office.type("media", "check", "tandem-01").out


@on_sqlite
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"state": TandemState.WITHDRAWN}, "the tandem has withdrawn"),
        ({"state": TandemState.CLOSED}, "the tandem is closed"),
        ({"state": TandemState.WITHDRAWN, "erased_at": NOON}, "the tandem was erased"),
    ],
)
def test_of_who_left_nothing_is_asked_and_nothing_is_next(
    office: Manager, rows: Rows, change: dict[str, Any], why: str
) -> None:
    """Not even of a film that no network takes; ``preview`` promises no posts either."""
    with rows.store.session() as session:
        for each in session.exec(select(Tandem)).all():
            each.sqlmodel_update(change)
    (told,) = office.ask("media", "check", "tandem-03")["media"]
    assert (told["shown"], told["why"]) == (False, why)
    for command in (("media", "check"), ("media", "prepare"), ("preview",)):
        said = office.type(*command, "tandem-03")
        assert (said.exit, why in " ".join(said.out.split())) == (0, True), said
        assert not [each for each in ("Next", "tueroeffner", "Change") if each in said.out]
    assert office.ask("media", "prepare")["problems"] == []


@on_sqlite
def test_who_withdraws_is_told_where_pictures_stay(office: Manager) -> None:
    """Until the tandem is erased; who has none reads nothing of it."""
    stays = "stay on this machine until `tueroeffner tandem erase"
    write_csv(office.folder / "none.csv", [tandem(slug="tandem-04")])
    assert office.type("tandem", "import", str(office.folder / "none.csv")).exit == 0
    for slug, told in (("tandem-01", True), ("tandem-04", False)):
        assert (stays in office.type("tandem", "withdraw", slug, "--yes").out) is told
