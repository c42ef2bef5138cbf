"""Pictures for some of the demo's tandems: drawn tools of the trade, and nobody's face."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_SIZE = (960, 720)
_GROUND, _LINE = (247, 241, 228), (74, 59, 48)
_FRAMES, _RATE = 20, 10


class Drawn(NamedTuple):
    """A picture or film of a tandem: its file, and what is to be seen."""

    name: str
    alt: str


# Slug → what it brings; the rows of the shipped file name none.
DRAWINGS = {
    "amsel": Drawn(
        "torte.jpg", "Gezeichnet: eine Torte mit drei Etagen und einer Kirsche obenauf."
    ),
    "birke": Drawn("rad.jpg", "Gezeichnet: ein grünes Fahrrad, frisch geputzt."),
    "fichte": Drawn("hobel.mp4", "Gezeichneter Film: Ein Hobel gleitet über ein Brett."),
}


def draw(folder: Path) -> None:
    """Make the files in ``folder``."""
    folder.mkdir(exist_ok=True)
    _cake().save(folder / DRAWINGS["amsel"].name, quality=88)
    _bicycle().save(folder / DRAWINGS["birke"].name, quality=88)
    _film(folder / DRAWINGS["fichte"].name)


def _sheet() -> "Picture":
    from PIL import Image

    return Image.new("RGB", _SIZE, _GROUND)


def _cake() -> "Picture":
    from PIL import ImageDraw

    sheet = _sheet()
    pen = ImageDraw.Draw(sheet)
    for number, colour in enumerate(((214, 137, 148), (240, 205, 170), (186, 214, 196))):
        left, top = 230 + 80 * number, 470 - 120 * number
        box = (left, top, _SIZE[0] - left, top + 120)
        pen.rounded_rectangle(box, 18, fill=colour, outline=_LINE, width=6)
    pen.line((200, 595, 760, 595), fill=_LINE, width=10)
    pen.ellipse((450, 165, 510, 225), fill=(190, 40, 60), outline=_LINE, width=6)
    return sheet


def _bicycle() -> "Picture":
    from PIL import ImageDraw

    sheet = _sheet()
    pen = ImageDraw.Draw(sheet)
    for middle in (290, 670):
        pen.ellipse((middle - 140, 340, middle + 140, 620), outline=_LINE, width=10)
    frame = [(290, 480), (400, 280), (610, 280), (460, 480), (290, 480)]
    pen.line(frame, fill=(46, 125, 80), width=16, joint="curve")
    pen.line([(460, 480), (400, 280), (385, 240)], fill=(46, 125, 80), width=16, joint="curve")
    pen.line([(670, 480), (600, 230), (660, 215)], fill=(46, 125, 80), width=16, joint="curve")
    pen.line([(345, 240), (430, 240)], fill=_LINE, width=20)
    return sheet


def _plane(at: float) -> "Picture":
    """A plane on a board, so far along it, 0 to 1."""
    from PIL import ImageDraw

    sheet, left = _sheet(), 120 + round(460 * at)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((80, 470, 880, 560), fill=(205, 160, 105), outline=_LINE, width=6)
    pen.rounded_rectangle(
        (left, 390, left + 260, 466), 14, fill=(150, 98, 60), outline=_LINE, width=6
    )
    pen.polygon(
        [(left + 120, 390), (left + 170, 390), (left + 200, 320), (left + 150, 320)], fill=_LINE
    )
    pen.arc((left + 90, 300, left + 150, 390), 90, 330, fill=(205, 160, 105), width=8)
    return sheet


def _film(path: Path) -> None:
    import av

    with av.open(str(path), "w", format="mp4") as film:
        picture = film.add_stream("libx264", rate=_RATE)
        picture.width, picture.height, picture.pix_fmt = *_SIZE, "yuv420p"
        for number, sheet in enumerate(_moving()):
            frame = av.VideoFrame.from_image(sheet)  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = number, Fraction(1, _RATE)
            film.mux(picture.encode(frame))
        film.mux(picture.encode())


def _moving() -> "Iterator[Picture]":
    for number in range(_FRAMES):
        yield _plane(number / (_FRAMES - 1))
