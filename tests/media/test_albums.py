"""Pictures come in with their tandems, are made ready once, and go when nobody refers to them."""

import os
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from orchestrator.media import attached, keeping, path_of
from orchestrator.model import Consent, Medium, Post, Tandem
from orchestrator.ports import MediaLimits
from orchestrator.vocabulary import MediaKind, PostState, Show
from tests.conftest import on_both, on_sqlite
from tests.media.conftest import Album, named
from tests.media.drawn import PLACE, drawing, film, photo

LIMITS = MediaLimits(
    photos=2,
    photo_bytes=5_000_000,
    photo_types=frozenset({"image/jpeg", "image/png"}),
    video_bytes=512_000_000,
    shortest=0.5,
    longest=140.0,
    least_side=32,
    largest_side=1280,
    shapes=(0.3, 3.0),
)
DAY = date(2026, 11, 25)
FACE = {"consent": "facebook x face"}


@pytest.fixture
def pictures(album: Album) -> Album:
    """Three photographs, a film, and a folder with one more."""
    (album.beside / "more").mkdir()
    photo(album.beside / "one.jpg")
    photo(album.beside / "two.jpg", drawing(shade=9), turn=6)
    photo(album.beside / "more" / "Drei.PNG", drawing(shade=20))
    film(album.beside / "film.mp4")
    return album


@on_both
def test_pictures_come_in_and_are_made_ready_once(pictures: Album) -> None:
    """Two tandems with the same picture have one file; what knows the place goes when it is ready.

    The manager's own file stays as it is.
    """
    before = (pictures.beside / "one.jpg").read_bytes()
    report = pictures.bring(
        named("tandem-01", "one.jpg | two.jpg", "Sie näht. | Sie lacht."),
        named("tandem-02", r"more\Drei.PNG|one.jpg", "Ein Kleid. |"),
        named("tandem-03", "film.mp4"),
    )
    assert (report.imported, report.rejected) == (3, ())
    first, second, third = (pictures.media(f"tandem-0{each}") for each in (1, 2, 3))
    assert [(each.name, each.alt) for each in first] == [
        ("one.jpg", "Sie näht."),
        ("two.jpg", "Sie lacht."),
    ]
    assert [each.name for each in second] == ["more/Drei.PNG", "one.jpg"]
    assert [each.kind for each in third] == [MediaKind.VIDEO]
    assert first[0].digest == second[1].digest
    originals = {each.digest for each in (*first, *second, *third)}
    assert pictures.files() == originals
    assert (pictures.kept / first[0].digest).read_bytes() == before
    assert {each.stat().st_mode & 0o077 for each in pictures.kept.iterdir()} == {0}
    assert pictures.prepare() == []
    ready = [each for slug in (1, 2, 3) for each in pictures.media(f"tandem-0{slug}")]
    made = keeping.files_of(ready) - originals
    assert pictures.files() == made
    assert not any(PLACE[:8].encode() in (pictures.kept / each).read_bytes() for each in made)
    assert ready[0].ready == ready[3].ready
    assert ready[4].poster
    assert pictures.told == sorted(pictures.told)
    assert pictures.told[-1] == 4
    pictures.told.clear()
    assert pictures.prepare() == []
    assert pictures.told == []
    assert (pictures.beside / "one.jpg").read_bytes() == before


@on_both
def test_a_repeated_import_changes_only_what_changed(pictures: Album) -> None:
    """Another text keeps what is ready; another picture lets go of the one before.

    The original of what is ready never comes back: it knows the place.
    """
    row = named("tandem-01", "one.jpg | two.jpg", "Sie näht. | Sie lacht.")
    pictures.bring(row)
    pictures.prepare()
    one, two = pictures.media("tandem-01")
    assert pictures.bring(row).unchanged == 1
    assert pictures.files() == {one.ready, two.ready}
    assert pictures.bring(row, named("tandem-02", "two.jpg")).imported == 1
    assert pictures.bring(row, named("tandem-02", "")).updated == 1
    assert pictures.bring(row | {"media_alt": "Sie näht. | Sie winkt."}).updated == 1
    assert [each.alt for each in pictures.media("tandem-01")] == ["Sie näht.", "Sie winkt."]
    assert [each.ready for each in pictures.media("tandem-01")] == [one.ready, two.ready]
    assert pictures.bring(row | {"media": "two.jpg", "media_alt": "Sie winkt."}).updated == 1
    assert pictures.files() == {two.ready}
    assert pictures.tandem("tandem-01").media == "two.jpg"
    assert pictures.bring(row | {"media": "", "media_alt": ""}).updated == 1
    assert pictures.files() == set()
    assert pictures.media("tandem-01") == []


@on_sqlite
def test_a_dry_run_and_a_refused_row_leave_no_file(pictures: Album) -> None:
    pictures.bring(named("tandem-01", "one.jpg"), dry_run=True)
    pictures.bring(named("tandem-01", "one.jpg", adult="perhaps"))
    assert pictures.files() == set()


@on_sqlite
def test_a_file_that_is_silent_about_pictures_leaves_them(pictures: Album) -> None:
    row = named("tandem-01", "one.jpg", "Sie näht.")
    pictures.bring(row)
    silent = {key: value for key, value in row.items() if not key.startswith("media")}
    from orchestrator.intake.importing import import_file
    from tests.intake.conftest import write_csv

    report = import_file(pictures.intake, write_csv(pictures.beside / "silent.csv", [silent]))
    assert report.unchanged == 1
    assert [each.alt for each in pictures.media("tandem-01")] == ["Sie näht."]


REFUSED = [
    ({"media": "one.jpg | film.mp4"}, "media", "do not go together"),
    ({"media": "film.mp4 | again.mp4"}, "media", "Two films"),
    ({"media": "one.jpg | one.jpg"}, "media", "named twice"),
    ({"media": "one.jpg | same.jpg"}, "media", "Two files hold the same"),
    ({"media": " | ".join(["one.jpg"] * 5)}, "media", "More than 4"),
    ({"media": "liar.jpg"}, "media", "content is MP4"),
    ({"media": "empty.jpg"}, "media", "empty"),
    ({"media": "more"}, "media", "File 1: this is a folder"),
    ({"media": "gone.jpg"}, "media", "no such picture"),
    ({"media": "away.jpg"}, "media", "leaves the folder"),
    ({"media": "one.jpg", "media_alt": "Eins | Zwei"}, "media_alt", "more alternative texts"),
    ({"media_alt": "Ein Bild"}, "media_alt", "more alternative texts"),
    ({"media": "one.jpg", "media_alt": "Ruf an: 0761 200475"}, "media_alt", "phone number"),
    ({"media": "one.jpg", "media_alt": "amal@example.org"}, "media_alt", "mail address"),
    ({"media": "one.jpg", "media_alt": "Ihre Duldung liegt vor ihr"}, "media_alt", "status"),
    (
        {"media": "one.jpg", "media_alt": "Ein Mädchen, ich bin 16 Jahre alt"},
        "media_alt",
        "under 18",
    ),
    ({"media": "one.jpg", "media_alt": "x" * 1001}, "media_alt", "longer than 1000"),
    ({"made_with_ai": "vielleicht"}, "made_with_ai", "neither yes nor no"),
    ({"targeting": "very"}, "targeting", "not a known way"),
]


@pytest.mark.parametrize(("changes", "column", "said"), REFUSED)
@on_sqlite
def test_what_cannot_go_with_a_post_is_told_with_its_row(
    pictures: Album, changes: dict[str, str], column: str, said: str
) -> None:
    """The good row goes in, the other one says which column, why, and what to do."""
    film(pictures.beside / "again.mp4", sound=None)
    film(pictures.beside / "liar.jpg")
    photo(pictures.beside / "same.jpg")
    (pictures.beside / "empty.jpg").touch()
    photo(pictures.beside.parent / "outside.jpg")
    (pictures.beside / "away.jpg").symlink_to(pictures.beside.parent / "outside.jpg")
    report = pictures.bring(named("good", "one.jpg"), named("bad", "") | changes)
    assert report.imported == 1
    (told,) = report.rejected
    assert (told.row, told.column) == (3, column)
    assert said in told.reason
    assert told.hint


@on_sqlite
def test_wishes_for_the_posts_come_in(pictures: Album) -> None:
    """German words too; the machine's part and the aim are the tandem's own."""
    row = {"made_with_ai": "ja", "targeting": "streng"}
    pictures.bring(named("tandem-01", "one.jpg") | row)
    found = pictures.tandem("tandem-01")
    assert (found.made_with_ai, found.reach_mode) == (True, "hard")
    pictures.bring(named("tandem-01", "one.jpg") | {"made_with_ai": "", "targeting": ""})
    found = pictures.tandem("tandem-01")
    assert (found.made_with_ai, found.reach_mode) == (False, "")


@on_both
def test_only_with_leave_for_the_face_a_picture_goes_along(pictures: Album) -> None:
    """Shown in full, a consent for the face that holds on that day, prepared, taken there."""
    pictures.bring(
        named("open", "one.jpg | two.jpg | more/Drei.PNG", "Eins | Zwei | Drei", **FACE),
        named("no-word", "one.jpg"),
        named("film", "film.mp4", "Sie näht", **FACE),
    )

    def of(slug: str, on: date = DAY, **other: Any) -> list[dict[str, Any]]:
        from dataclasses import replace

        from sqlmodel import select

        tandem = pictures.tandem(slug)
        with pictures.intake.store.reading() as session:
            given = session.exec(select(Consent).where(Consent.tandem_id == tandem.id)).all()
            versions = {each.language: each.version for each in given}
            return attached(session, tandem, replace(LIMITS, **other), given, on, versions)

    assert of("open") == [], "nothing is prepared yet"
    pictures.prepare()
    files = of("open")
    assert [(each["kind"], each["mime"], each["alt"]) for each in files] == [
        ("photo", "image/jpeg", "Eins"),
        ("photo", "image/jpeg", "Zwei"),
    ]
    folder = pictures.intake.settings.folder
    assert all(path_of(folder, each["digest"]).is_file() for each in files)
    assert [each["mime"] for each in of("film")] == ["video/mp4"]
    assert of("film", longest=1.0) == []
    assert of("no-word") == []
    assert of("open", date(2027, 1, 1)) == [], "the consent ended with the year"
    with pictures.intake.store.session() as session:
        session.exec(update(Tandem).values(show=Show.NO_FACE))
    assert of("open") == []


def _post(pictures: Album, slug: str, state: PostState, media: list[dict[str, Any]]) -> None:
    from orchestrator.model import Account
    from tests.campaign_rows import NOON

    tandem = pictures.tandem(slug)
    with pictures.intake.store.session() as session:
        account = Account(campaign_id=tandem.campaign_id, network="x", remote_id="1")
        session.add(account)
        session.flush()
        session.add(
            Post(
                campaign_id=tandem.campaign_id,
                tandem_id=tandem.id,
                account_id=account.id,
                network="x",
                number=1,
                language="de",
                text="Wer kennt eine Werkstatt?",
                digest="",
                due_at=NOON,
                due_wall="",
                zone="Europe/Berlin",
                state=state,
                media=media,
            )
        )


@pytest.mark.parametrize(
    ("state", "stays"), [(PostState.UNKNOWN, True), (PostState.PUBLISHED, False)]
)
@on_sqlite
def test_what_a_post_may_still_need_is_kept(pictures: Album, state: PostState, stays: bool) -> None:
    """A try without an answer may be repeated with the same picture; what is out is out."""
    pictures.bring(named("tandem-01", "one.jpg"))
    pictures.prepare()
    (one,) = pictures.media("tandem-01")
    _post(pictures, "tandem-01", state, [{"digest": one.ready, "kind": "photo"}])
    pictures.bring(named("tandem-01", "two.jpg"))
    assert (one.ready in pictures.files()) is stays
    assert one.digest not in pictures.files()


@on_sqlite
def test_what_was_left_behind_is_tidied_up(pictures: Album) -> None:
    """Drafts of a killed run and files without a row, once they have lain for an hour."""
    pictures.bring(named("tandem-01", "one.jpg"))
    (one,) = pictures.media("tandem-01")
    old, new = pictures.kept / ".draft-killed", pictures.kept / ".draft-at-work"
    orphan, foreign = pictures.kept / ("0" * 64), pictures.kept / "notes.txt"
    for each in (old, new, orphan, foreign):
        each.write_bytes(b"half")
    for each in (old, orphan, foreign):
        os.utime(each, (0, 0))
    pictures.prepare()
    (one,) = pictures.media("tandem-01")
    assert pictures.files() == {one.ready, new.name, foreign.name}


@on_sqlite
def test_a_file_that_is_gone_is_told_and_comes_back(pictures: Album) -> None:
    """Restored elsewhere, say: the next import brings it, and then it is made ready."""
    pictures.bring(named("tandem-01", "one.jpg"))
    for each in pictures.kept.iterdir():
        each.unlink()
    (told,) = pictures.prepare()
    assert (told.tandem, told.position) == ("tandem-01", 0)
    assert "import the tandem again" in told.problem
    pictures.bring(named("tandem-01", "one.jpg"))
    assert pictures.prepare() == []
    assert pictures.media("tandem-01")[0].ready


@on_sqlite
def test_what_was_made_ready_for_another_is_taken_over_later_as_well(pictures: Album) -> None:
    """Two imports beside a preparing: the second has no original here, and needs none."""
    pictures.bring(named("tandem-01", "one.jpg"))
    pictures.prepare()
    pictures.bring(named("tandem-02", "one.jpg"))
    (second,) = pictures.media("tandem-02")
    with pictures.intake.store.session() as session:
        session.get_one(Medium, second.id).ready = None
    pictures.bring(named("tandem-02", "one.jpg"))
    assert (pictures.prepare(), pictures.files()) == ([], {second.ready})
    assert pictures.media("tandem-02")[0].ready == second.ready


@on_sqlite
def test_a_kill_while_preparing_leaves_nothing_half(
    pictures: Album, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No row says ready, no file has its final name; the next run does it."""
    pictures.bring(named("tandem-01", "film.mp4"))

    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("orchestrator.media.preparing.keeping.keep", killed)
        with pytest.raises(KeyboardInterrupt):
            pictures.prepare()
    (one,) = pictures.media("tandem-01")
    assert one.ready is None
    assert pictures.files() == {one.digest}
    assert pictures.prepare() == []
