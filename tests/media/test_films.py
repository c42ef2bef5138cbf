"""Films: what is found in them, and that what goes out plays everywhere and tells no place."""

import struct
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from orchestrator.media.content import Unusable
from orchestrator.media.filming import is_ready, ready_film, still
from orchestrator.media.films import film_facts
from orchestrator.media.looking import facts_of
from orchestrator.vocabulary import MediaKind
from tests.media.drawn import (
    APPLE,
    MATRICES,
    PLACE,
    film,
    first_picture,
    joined,
    noted,
    photo,
    red_corner,
    shown_by,
    trimmed,
    turned,
)


def ready(path: Path) -> tuple[Path, dict[str, Any], list[float]]:
    """The film as it is sent, its facts, and what was told on the way."""
    target, shares = path.with_name(f"ready-{path.name}.mp4"), list[float]()
    ready_film(path, target, film_facts(path), shares.append)
    return target, film_facts(target), shares


def assert_silent(path: Path) -> None:
    """No place in any of the boxes that telephones use, nor anywhere else in the bytes."""
    content = path.read_bytes()
    for sign in (
        PLACE[:8].encode(),
        APPLE.encode(),
        b"\xa9xyz",
        b"loci",
        b"mdta",
        b"Lavf",
        b"XMP_",
    ):
        assert sign not in content, sign
    with av.open(str(path)) as made:
        assert {*made.metadata} <= {"major_brand", "minor_version", "compatible_brands"}
        assert {key for each in made.streams for key in each.metadata} <= {
            "language",
            "handler_name",
            "vendor_id",
        }
        assert {each.type for each in made.streams} <= {"video", "audio"}
    assert content.index(b"moov") < content.index(b"mdat"), "it plays while it loads"


COPIED = [
    {},
    {"sound": None},
    {"form": "mov"},
    {"size": (240, 320), "seconds": 0.3},
    {"size": (480, 360), "uneven": True},
]


@pytest.mark.parametrize("made", COPIED)
def test_what_plays_everywhere_keeps_picture_and_sound_in_a_new_envelope(
    tmp_path: Path, made: dict[str, Any]
) -> None:
    """Not one picture is encoded again, nothing of the old envelope comes along."""
    path = film(tmp_path / "a.mp4", **made)
    before, facts = path.read_bytes(), film_facts(path)
    assert PLACE[:8].encode() in before
    assert is_ready(facts)
    target, found, shares = ready(path)
    assert_silent(target)
    same = ("codec", "width", "height", "audio", "rotation", "pixels")
    assert [facts[each] for each in same] == [found[each] for each in same]
    assert found["seconds"] == pytest.approx(facts["seconds"], abs=0.06)
    assert packets(path) == packets(target)
    assert shares[-1] == 1.0
    assert path.read_bytes() == before


def packets(path: Path) -> list[list[bytes]]:
    """What is shown of each packet: the notes of the program between the pictures are left out."""
    with av.open(str(path)) as shown:
        return [
            [unit for unit in units(bytes(each)) if unit[0] & 31 != 6]
            for each in shown.demux(video=0)
            if each.size
        ]


def units(packet: bytes) -> Iterator[bytes]:
    while packet:
        size = int.from_bytes(packet[:4], "big")
        yield packet[4 : 4 + size]
        packet = packet[4 + size :]


def _without_a_type(path: Path) -> Path:
    """As old cameras write it: there is room where others say what it is."""
    path.write_bytes(film(path).read_bytes().replace(b"ftyp", b"free", 1))
    return path


def _behind_a_cover(path: Path) -> Path:
    """The library lists the cover before the film where it stands first in the head."""
    content = film(path, private=False).read_bytes()
    start = content.index(b"moov") - 4
    first = start + 8 + int.from_bytes(content[start + 8 : start + 12], "big")
    cover = photo(path.with_name("cover.jpg")).read_bytes()
    held = _box(b"ilst", _box(b"covr", _box(b"data", b"\0\0\0\x0d\0\0\0\0" + cover)))
    kind = _box(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))
    extra = _box(b"udta", _box(b"meta", bytes(4) + kind + held))
    size = int.from_bytes(content[start : start + 4], "big") + len(extra)
    head = content[:start] + struct.pack(">I", size) + content[start + 4 : first]
    path.write_bytes(head + extra + content[first:])
    return path


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + name + body


LOUD: dict[str, Any] = {"form": "avi", "sound": "libmp3lame", "rate": 48000, "layout": "stereo"}


@pytest.mark.parametrize(
    "made",
    [
        _without_a_type,
        _behind_a_cover,
        lambda path: film(path, form="matroska"),
        lambda path: film(path, codec="mpeg4", **LOUD),
        lambda path: film(path, **LOUD),
    ],
    ids=["typeless", "cover", "mkv", "mpeg4-avi", "h264-avi"],
)
def test_unusual_envelopes_lose_no_picture(tmp_path: Path, made: Callable[[Path], Path]) -> None:
    """A recorder's MKV does not say when its first packets are due, AVI counts sound in packets."""
    path = made(tmp_path / "film")
    target, found, _shares = ready(path)
    assert found["seconds"] == pytest.approx(film_facts(path)["seconds"], abs=0.15)
    assert red_corner(first_picture(target)) == "upper left"
    with av.open(str(target)) as shown:
        assert sum(1 for _frame in shown.decode(video=0)) >= 20


def test_sound_before_the_picture_is_kept(tmp_path: Path) -> None:
    """The picture comes a second late: what is said before is heard, at its time."""
    path = film(tmp_path / "late.mkv", codec="libx265", form="matroska", late=1.0, seconds=1.5)
    target, _found, _shares = ready(path)
    with av.open(str(target)) as made:
        heard = sum(frame.samples for frame in made.decode(audio=0)) / 48000
    assert heard == pytest.approx(1.5, abs=0.1)


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv444p"])
def test_what_a_camera_notes_between_the_pictures_stays_at_home(
    tmp_path: Path, pixels: str
) -> None:
    """Place and name, in a film that is copied and in one that is converted; no picture is lost."""
    path = noted(film(tmp_path / "a.mp4", pixels=pixels, private=False, sound=None), f"Sam {PLACE}")
    assert PLACE.encode() in path.read_bytes()
    assert is_ready(film_facts(path)) == (pixels == "yuv420p")
    target, _found, _shares = ready(path)
    assert b"Sam " not in target.read_bytes()
    assert_silent(target)
    assert len(packets(target)) == len(packets(path)) == 20


@pytest.mark.parametrize("sound", ["aac", None])
def test_what_was_trimmed_away_does_not_go_out(tmp_path: Path, sound: str | None) -> None:
    """A telephone only hides the beginning; nobody finds it in what is sent."""
    path = trimmed(film(tmp_path / "a.mp4", seconds=3, sound=sound), 2)
    facts = film_facts(path)
    assert facts["seconds"] == pytest.approx(1.0, abs=0.05)
    assert not is_ready(facts)
    target, found, _shares = ready(path)
    assert found["seconds"] == pytest.approx(1.0, abs=0.05)
    with av.open(str(target), options={"ignore_editlist": "1"}) as made:
        times = [frame.time or 0.0 for frame in made.decode()]
    assert max(times) < 1.2
    assert len(packets(target)) == 10
    assert is_ready(found)


CONVERTED = [
    ({"codec": "libx265"}, (320, 240)),
    ({"codec": "libx265", "pixels": "yuv420p10le", "sound": None}, (320, 240)),
    ({"codec": "mpeg4", "form": "avi", "sound": "mp3"}, (320, 240)),
    (
        {"codec": "prores_ks", "form": "mov", "pixels": "yuv422p10le", "sound": "pcm_s16le"},
        (320, 240),
    ),
    ({"codec": "libx265", "size": (1280, 960), "fps": 5, "seconds": 0.6}, (960, 720)),
    ({"codec": "libx265", "size": (1080, 1920), "fps": 5, "seconds": 0.6}, (720, 1280)),
    ({"codec": "ffv1", "form": "matroska", "size": (321, 243), "sound": None}, (320, 242)),
    ({"codec": "libx264", "pixels": "yuv444p"}, (320, 240)),
    ({"codec": "libx265", "uneven": True}, (320, 240)),
    ({"size": (2048, 1152), "fps": 5, "seconds": 0.6}, (1280, 720)),
]


@pytest.mark.parametrize(("made", "size"), CONVERTED)
def test_everything_else_is_converted(
    tmp_path: Path, made: dict[str, Any], size: tuple[int, int]
) -> None:
    """H.264 and AAC, 4:2:0, even sides, at most 720 on the short one; silent films stay silent."""
    ending = {"matroska": "mkv"}.get(made.get("form", ""), made.get("form", "mp4"))
    path = film(tmp_path / f"a.{ending}", **made)
    facts = film_facts(path)
    assert not is_ready(facts)
    target, found, shares = ready(path)
    assert_silent(target)
    assert (found["codec"], found["pixels"]) == ("h264", "yuv420p")
    assert (found["width"], found["height"]) == size
    assert found["audio"] == (None if facts["audio"] is None else "aac")
    assert found["seconds"] == pytest.approx(facts["seconds"], abs=0.35)
    assert is_ready(found)
    assert red_corner(first_picture(target)) == "upper left"
    assert all(one <= other for one, other in pairwise(shares))
    assert (shares[0] < 0.5, shares[-1]) == (True, 1.0)


@pytest.mark.parametrize(
    ("codec", "degrees", "corner", "size"),
    [
        ("libx264", 90, "upper right", (240, 320)),
        ("libx264", 180, "lower right", (320, 240)),
        ("libx265", 90, "upper right", (240, 320)),
        ("libx265", 180, "lower right", (320, 240)),
    ],
)
def test_upright_films_stay_upright(
    tmp_path: Path, codec: str, degrees: int, corner: str, size: tuple[int, int]
) -> None:
    """What a player shows before and after is the same; the sides found are those shown."""
    path = turned(film(tmp_path / "a.mp4", codec=codec), degrees)
    assert red_corner(first_picture(path)) == corner
    facts = film_facts(path)
    assert (facts["width"], facts["height"], facts["rotation"]) == (*size, degrees)
    target, found, _shares = ready(path)
    assert red_corner(first_picture(target)) == corner
    assert (found["width"], found["height"]) == size
    assert found["rotation"] == (degrees if codec == "libx264" else 0)


@pytest.mark.parametrize(
    ("mirrored", "corner", "size"),
    [
        ("left to right", "upper right", (320, 240)),
        ("upside down", "lower left", (320, 240)),
        ("along the diagonal", "upper left", (240, 320)),
        ("along the other", "lower right", (240, 320)),
    ],
)
@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_mirrored_films_are_sent_as_they_are_shown(
    tmp_path: Path, codec: str, mirrored: str, corner: str, size: tuple[int, int]
) -> None:
    """Cameras that look at who films mirror by the same matrix by which others turn."""
    path = shown_by(film(tmp_path / "a.mp4", codec=codec), MATRICES[mirrored])
    facts = film_facts(path)
    assert (facts["width"], facts["height"], facts["mirrored"]) == (*size, True)
    assert not is_ready(facts)
    (tmp_path / "still.jpg").write_bytes(still(path))
    with Image.open(tmp_path / "still.jpg") as picture:
        assert (red_corner(picture), picture.size) == (corner, size)
    target, found, _shares = ready(path)
    assert (red_corner(first_picture(target)), found["mirrored"]) == (corner, False)
    assert (found["width"], found["height"], found["rotation"]) == (*size, 0)


@pytest.mark.parametrize("form", ["mp4", "matroska"])
def test_oblong_points_become_square_ones(tmp_path: Path, form: str) -> None:
    """A wide picture in narrow points stays wide: in what is found, sent, and in the still."""
    path = film(tmp_path / "a", form=form, size=(320, 240), points=Fraction(3, 2), sound=None)
    facts = film_facts(path)
    assert (facts["width"], facts["height"], facts["square"]) == (480, 240, False)
    (tmp_path / "still.jpg").write_bytes(still(path))
    with Image.open(tmp_path / "still.jpg") as picture:
        assert picture.size == (480, 240)
    target, found, _shares = ready(path)
    assert first_picture(target).size == (found["width"], found["height"]) == (480, 240)
    assert found["square"]


def test_sound_that_changes_on_the_way_is_heard_to_the_end(tmp_path: Path) -> None:
    """From mono to stereo at another rate and back, as a recorder does whose headset falls off."""
    made: dict[str, Any] = {"sound": "libmp3lame", "seconds": 1.0}
    mono = film(tmp_path / "mono.mp4", **made, rate=44100, layout="mono")
    stereo = film(tmp_path / "stereo.mp4", **made, rate=48000, layout="stereo")
    target, found, _shares = ready(joined(tmp_path / "a.mkv", mono, stereo, mono))
    with av.open(str(target)) as heard:
        assert sum(each.samples for each in heard.decode(audio=0)) / 48000 == pytest.approx(3, 0.1)
    assert found["seconds"] == pytest.approx(3.2, abs=0.2)


def test_a_film_that_changes_its_size_on_the_way_keeps_its_first(tmp_path: Path) -> None:
    """It is turned as well: what turns it must not be handed another size."""
    made: dict[str, Any] = {"codec": "mjpeg", "pixels": "yuvj420p", "seconds": 1, "sound": None}
    large = turned(film(tmp_path / "large.mp4", **made), 90)
    small = film(tmp_path / "small.mp4", **made, size=(160, 120))
    target, found, _shares = ready(joined(tmp_path / "a.mp4", large, small))
    assert (found["width"], found["height"]) == (240, 320)
    with av.open(str(target)) as shown:
        *_before, last = shown.decode(video=0)
        assert red_corner(last.to_image()) == "upper right"


@pytest.mark.parametrize("sound", ["aac", "libmp3lame"])
def test_what_is_told_of_the_way_never_goes_back(tmp_path: Path, sound: str) -> None:
    """Copied or converted: picture and sound come in turns, the sound may run a second ahead."""
    path = film(tmp_path / "a.mkv", form="matroska", sound=sound, late=1.0, seconds=3)
    shares = ready(path)[2]
    assert len(shares) > 5
    assert all(one < other for one, other in pairwise(shares))


LIVE = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
ENVELOPES: list[tuple[str, dict[str, Any]]] = [
    ("a.mp4", {}),
    ("a.webm", {"form": "webm", "codec": "libvpx", "sound": "libopus", "rate": 48000}),
    ("a.mkv", {"form": "matroska"}),
    ("a.avi", LOUD),
    ("a.mp4", {"options": LIVE}),
    ("a.webm", {"form": "matroska", "options": {"live": "1"}}),
]


@pytest.mark.parametrize(("name", "made"), ENVELOPES)
def test_a_film_that_was_cut_off_is_no_shorter_film(
    tmp_path: Path, name: str, made: dict[str, Any]
) -> None:
    """Also where nothing says how long it is, as in a browser's recording: that is no fault."""
    path = film(tmp_path / name, **made, seconds=3)
    assert film_facts(path)["seconds"] == pytest.approx(3.0, abs=0.1)
    content = path.read_bytes()
    for part in (0.4, 0.5, 0.6):
        path.write_bytes(content[: int(len(content) * part)])
        with pytest.raises(Unusable, match=r"end of the film is missing") as told:
            film_facts(path)
        assert "camera" in told.value.hint


def test_a_recording_that_nobody_ended_is_no_film_that_was_cut_off(tmp_path: Path) -> None:
    """A recorder fills the lengths in when it stops; where the battery died, none is said."""
    path = film(tmp_path / "a.avi", **LOUD, seconds=3)
    content = bytearray(path.read_bytes())
    listed = content.index(b"movi") - 4
    del content[content.index(b"idx1") :]
    for at in (4, listed, content.index(b"strh") + 8 + 32):
        content[at : at + 4] = struct.pack("<I", 1 << 30 if at not in (4, listed) else 0)
    path.write_bytes(content)
    assert film_facts(path)["seconds"] == pytest.approx(3.0, abs=0.1)


def test_a_still_is_small_and_upright(tmp_path: Path) -> None:
    path = turned(film(tmp_path / "a.mp4", size=(960, 720)), 90)
    (tmp_path / "still.jpg").write_bytes(still(path))
    with Image.open(tmp_path / "still.jpg") as picture:
        assert (picture.format, picture.size) == ("JPEG", (480, 640))
        assert red_corner(picture) == "upper right"
        assert not picture.getexif()


def test_what_is_found_in_a_film(tmp_path: Path) -> None:
    kind, _digest, facts = facts_of(film(tmp_path / "a.mov", form="mov", fps=25, seconds=1.2))
    assert kind is MediaKind.VIDEO
    expected = {"codec": "h264", "audio": "aac", "pixels": "yuv420p", "fps": 25.0, "rotation": 0}
    assert facts | expected == facts
    assert facts["seconds"] == pytest.approx(1.2, abs=0.05)
    assert facts["size"] == (tmp_path / "a.mov").stat().st_size


def _cut(path: Path) -> Path:
    """The head stands first and promises all of it; the second half never came."""
    whole = film(path.with_name("whole.mp4"), size=(640, 480), seconds=3)
    target, _found, _shares = ready(whole)
    content = target.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    return path


def _headless(path: Path) -> Path:
    content = film(path).read_bytes()
    path.write_bytes(content[: content.index(b"moov")])
    return path


def _only_sound(path: Path) -> Path:
    with av.open(str(path), "w", format="mp4") as made:
        voice = made.add_stream("aac", rate=44100, layout="mono")
        for start in range(0, 8192, 1024):
            quiet = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            quiet.sample_rate, quiet.pts = 44100, start
            quiet.planes[0].update(bytes(quiet.planes[0].buffer_size))
            made.mux(voice.encode(quiet))
        made.mux(voice.encode())
    return path


def _leading_elsewhere(path: Path) -> Path:
    """A list that would make the library open other files."""
    path.write_text(f"#EXTM3U\n#EXTINF:1,\nfile://{film(path.with_name('b.mp4'))}\n")
    return path


FLAWED: list[tuple[str, Callable[[Path], Any], str]] = [
    ("cut.mp4", _cut, "end of the film is missing"),
    ("headless.mp4", _headless, "damaged or cut off"),
    ("sound.mp4", _only_sound, "only sound"),
    ("list.mp4", _leading_elsewhere, "neither"),
    ("empty.mp4", Path.touch, "empty"),
    ("text.mp4", lambda path: path.write_text("Ein Film"), "neither"),
    ("film.jpg", film, "says JPEG, but the content is MP4"),
    ("film.png", lambda path: film(path, form="avi", codec="mpeg4", sound=None), "content is AVI"),
    ("photo.mp4", lambda path: photo(path, format="JPEG"), "says MP4, but the content is JPEG"),
    (
        "noise.mp4",
        lambda path: path.write_bytes(struct.pack(">I", 24) + b"ftypmp42" + b"\x07" * 9000),
        "damaged",
    ),
]


@pytest.mark.parametrize(("name", "made", "said"), FLAWED, ids=[each[0] for each in FLAWED])
def test_what_is_no_good_film_is_told(
    tmp_path: Path, name: str, made: Callable[[Path], Any], said: str
) -> None:
    path = tmp_path / name
    made(path)
    with pytest.raises(Unusable, match=said) as told:
        facts_of(path)
    assert told.value.hint


def test_a_huge_file_is_not_even_read(tmp_path: Path) -> None:
    """Five billion bytes that take no room on the disk."""
    with (tmp_path / "huge.mp4").open("wb") as file:
        file.truncate(5_000_000_000)
    with pytest.raises(Unusable, match="larger than 4 GB"):
        facts_of(tmp_path / "huge.mp4")
