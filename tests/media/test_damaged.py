"""Whatever a file is like, it is told of that file, and the others are made ready."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from orchestrator.media import path_of
from orchestrator.media.content import Unusable, blamed_on_the_file
from tests.conftest import on_sqlite
from tests.media.conftest import Album, named
from tests.media.drawn import drawing, film, photo

SEED = 47
EACH = 4
SMALL: dict[str, Any] = {"size": (64, 48), "seconds": 0.5}
KINDS: dict[str, Callable[[Path], Path]] = {
    "mp4": lambda path: film(path, **SMALL),
    "mov": lambda path: film(path, **SMALL, codec="libx265", form="mov"),
    "mkv": lambda path: film(path, **SMALL, form="matroska"),
    "webm": lambda path: film(
        path, **SMALL, form="webm", codec="libvpx", sound="libopus", rate=48000
    ),
    "avi": lambda path: film(path, **SMALL, form="avi", codec="mpeg4", sound="mp3"),
    "jpg": lambda path: photo(path, drawing(64, 48)),
    "png": lambda path: photo(path, drawing(64, 48)),
    "webp": lambda path: photo(path, drawing(64, 48)),
    "gif": lambda path: photo(
        path,
        drawing(64, 48).quantize(16),
        save_all=True,
        append_images=[drawing(64, 48, 30).quantize(16)],
    ),
}


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Cut, overwritten or with something in between, as broken sticks and bad lines leave it."""
    bad, at = bytearray(content), chance.randrange(len(content))
    match chance.randrange(4):
        case 0:
            del bad[at:]
        case 1:
            bad[at : at + 40] = bytes(40)
        case 2:
            bad[at:at] = chance.randbytes(30)
        case _:
            for _number in range(chance.choice((1, 3, 20))):
                bad[chance.randrange(min(len(bad), 900))] = chance.randrange(256)
    return bytes(bad)


@dataclass(frozen=True)
class Sample:
    """A good file and the same file gone bad, under the slug of who gives it."""

    name: str
    good: bytes
    bad: bytes

    @property
    def row(self) -> dict[str, Any]:
        return named(f"a-{self.name.replace('.', '-')}", self.name)


def samples(folder: Path) -> Iterator[Sample]:
    """Some of every kind; a byte behind the good ones makes each another file."""
    chance = random.Random(SEED)
    for kind, made in KINDS.items():
        content = made(folder / f"first.{kind}").read_bytes()
        for number in range(EACH):
            bad = damaged(content, chance)
            yield Sample(f"{number}.{kind}", content + bytes([number + 1]), bad)


@on_sqlite
def test_damaged_files_keep_no_other_waiting(album: Album) -> None:
    """Those that cannot be read are refused with their row; those that break later, told later."""
    broken = list(samples(album.beside))
    for each in broken:
        (album.beside / each.name).write_bytes(each.bad)
    good = named("z-good", photo(album.beside / "good.jpg").name)
    report = album.bring(*(each.row for each in broken), good)
    assert report.imported + len(report.rejected) == len(broken) + 1
    assert len(report.rejected) > len(broken) / 3
    assert all(each.reason and each.hint for each in report.rejected)
    refused = {broken[each.row - 2].row["slug"] for each in report.rejected}
    assert_told(album, [each.row["slug"] for each in broken if each.row["slug"] not in refused])


@on_sqlite
def test_what_goes_bad_in_our_own_folder_keeps_no_other_waiting(album: Album) -> None:
    """A disk that fails between import and preparing: each has its finding, the last is ready."""
    broken = list(samples(album.beside))
    for each in broken:
        (album.beside / each.name).write_bytes(each.good)
    good = named("z-good", photo(album.beside / "good.jpg").name)
    assert album.bring(*(each.row for each in broken), good).rejected == ()
    for each in broken:
        (medium,) = album.media(each.row["slug"])
        path_of(album.intake.settings.folder, medium.digest).write_bytes(each.bad)
    assert len(assert_told(album, [each.row["slug"] for each in broken])) > len(broken) / 3


def assert_told(album: Album, slugs: list[str]) -> set[str]:
    """Prepare: each is ready or has its problem, the good one is ready; whose have a problem."""
    told = {each.tandem for each in album.prepare()}
    for slug in slugs:
        (medium,) = album.media(slug)
        assert (bool(medium.ready), bool(medium.problem)) == (slug not in told, slug in told), slug
    assert album.media("z-good")[0].ready
    assert album.told == sorted(album.told)
    return told


def test_a_trouble_of_the_machine_is_blamed_on_no_file() -> None:
    with pytest.raises(OSError, match="No space"), blamed_on_the_file():
        raise OSError(28, "No space left on device")
    with pytest.raises(Unusable, match="IndexError") as told, blamed_on_the_file():
        raise IndexError
    assert told.value.hint
