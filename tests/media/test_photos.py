"""Pictures: what is found in them, and that nothing but what is seen goes out."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from orchestrator.media.content import Unusable
from orchestrator.media.photos import MOST_BYTES, MOST_SIDE, photo_facts, ready_photo
from tests.media.drawn import BLUE, PLACE, RED, drawing, photo, red_corner


def read(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


def assert_silent(content: bytes) -> None:
    """No place, no camera, no words: neither as such nor as something the library would show."""
    picture = read(content)
    assert not picture.getexif()
    assert {*picture.info} <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
        "dpi",
    }
    for sign in (b"Exif", b"http://ns.adobe.com/xap", b"GPS", b"tEXt", b"iTXt", b"eXIf", b"47.99"):
        assert sign not in content


@pytest.mark.parametrize(
    ("turn", "corner"),
    [
        (1, "upper left"),
        (3, "lower right"),
        (6, "upper right"),
        (8, "lower left"),
        (99, "upper left"),
    ],
)
def test_a_picture_stays_as_it_is_shown_and_forgets_where(
    tmp_path: Path, turn: int, corner: str
) -> None:
    """Turned as the camera says; the turning itself, place and words are gone."""
    path = photo(tmp_path / "a.jpg", turn=turn)
    assert PLACE.encode() in path.read_bytes()
    facts = photo_facts(path)
    content, ready = ready_photo(path)
    assert_silent(content)
    shown = read(content)
    assert red_corner(shown) == corner
    size = (240, 320) if turn in (6, 8) else (320, 240)
    assert shown.size == size == (facts["width"], facts["height"])
    assert (ready["width"], ready["height"], ready["size"]) == (*size, len(content))


def _paletted() -> Image.Image:
    return drawing().quantize(16)


def _deep_grey() -> Image.Image:
    light, dark = struct.pack("<H", 60_000), struct.pack("<H", 12_000)
    rows = [light * 160 + dark * 160] * 120 + [dark * 320] * 120
    return Image.frombytes("I;16", (320, 240), b"".join(rows))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("cmyk.jpg", {"picture": drawing().convert("CMYK")}),
        ("progressive.jpg", {"progressive": True}),
        ("grey.jpg", {"picture": drawing().convert("L")}),
        ("palette.png", {"picture": _paletted()}),
        ("deep.png", {"picture": _deep_grey()}),
        ("some.webp", {}),
        (
            "moving.gif",
            {
                "picture": _paletted(),
                "save_all": True,
                "append_images": [drawing(shade=30).quantize(16)],
            },
        ),
        ("no-ending", {"format": "PNG"}),
    ],
)
def test_every_form_becomes_an_ordinary_jpeg(
    tmp_path: Path, name: str, options: dict[str, object]
) -> None:
    """Whatever a camera or a program made: the same picture, in the form that all networks take."""
    path = photo(tmp_path / name, **options)  # type: ignore[arg-type]
    before = path.read_bytes()
    content, ready = ready_photo(path)
    assert (ready["mime"], read(content).format, read(content).mode) == (
        "image/jpeg",
        "JPEG",
        "RGB",
    )
    assert_silent(content)
    shown = read(content)
    corner, ground = shown.getpixel((40, 40)), shown.getpixel((280, 200))
    assert corner != ground
    if name == "deep.png":
        assert abs(corner[0] - 234) < 6
        assert abs(ground[0] - 47) < 6
    elif name != "grey.jpg":
        assert corner[0] > 150 > ground[0]
    assert path.read_bytes() == before


def test_what_one_can_see_through_stays_so_where_it_is_small(tmp_path: Path) -> None:
    """A drawing with a clear ground stays PNG; a large one is put on white."""
    clear = drawing().convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    content, ready = ready_photo(photo(tmp_path / "clear.png", clear))
    assert ready["mime"] == "image/png"
    assert read(content).mode == "RGBA"
    assert_silent(content)
    large = Image.effect_noise((1500, 1500), 90).convert("RGBA")
    large.paste((0, 0, 0, 0), (600, 600, 800, 800))
    content, ready = ready_photo(photo(tmp_path / "large.png", large))
    assert ready["mime"] == "image/jpeg"
    assert read(content).getpixel((700, 700)) == (255, 255, 255)


def test_what_was_erased_cannot_be_brought_back(tmp_path: Path) -> None:
    """An eraser only makes points see-through; the colours of the face below do not go out."""
    erased = drawing().convert("RGBA")
    erased.paste((*RED, 0), (0, 0, 160, 80))
    erased.paste((*RED, 2), (0, 80, 160, 120))
    erased.save(tmp_path / "erased.png")
    shown = read(ready_photo(tmp_path / "erased.png")[0])
    assert shown.mode == "RGBA"
    assert {shown.getpixel((x, y)) for x in (0, 80, 159) for y in (0, 79)} == {(0, 0, 0, 0)}
    assert shown.getpixel((80, 100)) != (*RED, 2)
    assert shown.getpixel((300, 200)) == (*BLUE, 255)


def test_large_pictures_shrink(tmp_path: Path) -> None:
    noise = Image.merge("RGB", [Image.effect_noise((3000, 2600), 120)] * 3)
    content, ready = ready_photo(photo(tmp_path / "large.jpg", noise, quality=95))
    assert max(ready["width"], ready["height"]) == MOST_SIDE
    assert len(content) <= MOST_BYTES


def test_a_telephones_hundred_million_points_are_shrunk_while_they_are_read(
    tmp_path: Path,
) -> None:
    """The whole of it never lies in memory, and it is upright as any other."""
    picture = Image.new("L", (12_000, 9_000), 90)
    picture.paste(220, (0, 0, 6_000, 4_500))
    path = photo(tmp_path / "large.jpg", picture, turn=6)
    del picture
    facts = photo_facts(path)
    assert (facts["width"], facts["height"]) == (9_000, 12_000)
    content, ready = ready_photo(path)
    assert (ready["width"], ready["height"]) == (1536, 2048)
    assert red_corner(read(content)) == "upper right"


def test_a_cameras_own_colours_become_ordinary_ones(tmp_path: Path) -> None:
    """A profile is read for what it says, and not sent along."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = photo(tmp_path / "own.jpg", icc_profile=profile)
    content, _ready = ready_photo(path)
    assert "icc_profile" not in read(content).info
    path = photo(tmp_path / "wrong.jpg", icc_profile=b"no profile at all")
    assert red_corner(read(ready_photo(path)[0])) == "upper left"


def _bomb(path: Path) -> Path:
    """A few bytes that promise two billion points."""

    def part(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", 50_000, 40_000, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + part(b"IHDR", head)
        + part(b"IDAT", zlib.compress(b""))
        + part(b"IEND", b"")
    )
    return path


def _huge(path: Path, kind: int) -> None:
    """A JPEG whose head says 20 000 by 20 000; ``kind``: C0 is read in lines, C2 as a whole."""
    drawing().save(path, progressive=kind == 0xC2)
    content = bytearray(path.read_bytes())
    start = content.index(bytes((0xFF, kind))) + 5
    content[start : start + 4] = struct.pack(">HH", 20_000, 20_000)
    path.write_bytes(content)


def _cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-600])
    return path


@pytest.mark.parametrize(
    ("name", "made", "said"),
    [
        ("cut.jpg", lambda path: _cut(photo(path, quality=95)), "damaged or cut off"),
        (
            "cut.png",
            lambda path: _cut(photo(path, Image.effect_noise((99, 99), 99))),
            "damaged or cut off",
        ),
        ("bomb.png", _bomb, "million pixels"),
        ("empty.jpg", lambda path: path.touch(), "empty"),
        ("text.jpg", lambda path: path.write_text("Herzliche Grüße aus dem Verein"), "neither"),
        ("head.jpg", lambda path: path.write_bytes(b"\xff\xd8\xff\xe0 and no more"), "damaged"),
        ("phone.heic", lambda path: path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(99)), "HEIC"),
        ("scan.tiff", lambda path: drawing().save(path), "a TIFF picture"),
        ("old.bmp", lambda path: drawing().save(path), "a BMP picture"),
        ("names.jpg", lambda path: path.write_text("BMW und Opel"), "neither"),
        ("unfolds.jpg", lambda path: _huge(path, 0xC2), "89 million pixels"),
        ("absurd.jpg", lambda path: _huge(path, 0xC0), "300 million pixels"),
    ],
)
def test_what_is_no_good_picture_is_told(tmp_path: Path, name: str, made, said: str) -> None:
    path = tmp_path / name
    made(path)
    with pytest.raises(Unusable, match=said) as told:
        photo_facts(path)
    assert told.value.hint
