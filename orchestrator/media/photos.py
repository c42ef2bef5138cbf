"""Pictures: what they are, and the same without anything but what is seen.

A telephone writes into a picture where it was taken: that is somebody's home.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestrator.i18n import _
from orchestrator.media.content import Unusable, form_of

if TYPE_CHECKING:
    from PIL.Image import Image as Picture
    from PIL.ImageFile import ImageFile

# Facebook shows no more than this on a side, and takes no more bytes in one call with ease.
MOST_SIDE = 2048
MOST_BYTES = 3_500_000
# Drawings and logos stay sharp as PNG; a photograph would be ten times as large.
_SMALL_PNG = 1_000_000
# A JPEG is shrunk while it is read, up to eightfold. Telephones take 200 million points.
MOST_MEGAPIXELS = 300
# Whatever has to be unfolded as a whole: 0.3 GB for a picture, twice that for a progressive JPEG.
_MOST_UNFOLDED = 89
_POSTER_SIDE = 640
_QUALITIES = (88, 80, 70, 55, 40)
_TURNED = {5, 6, 7, 8}
_ROTATION = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
_ORIENTATION = 0x0112


def photo_facts(path: Path) -> dict[str, Any]:
    """What a picture is, sides as shown; raises :class:`Unusable` where it cannot be read."""
    with _opened(path) as picture:
        turn = _orientation(picture)
        width, height = picture.size
        facts = {
            "mime": f"image/{str(picture.format).casefold()}",
            "codec": str(picture.format).casefold(),
            "width": height if turn in _TURNED else width,
            "height": width if turn in _TURNED else height,
            "rotation": _ROTATION.get(turn, 0),
            "mode": picture.mode,
            "frames": int(getattr(picture, "n_frames", 1)),
            "size": path.stat().st_size,
        }
        # Read to the end: a picture that was cut off shows it only there.
        _shrink(picture)
        picture.load()
    return facts


def ready_photo(path: Path) -> tuple[bytes, dict[str, Any]]:
    """A picture as it is sent, and its facts: upright, of good size, with no word about itself."""
    from PIL import ImageOps

    with _opened(path) as opened:
        _shrink(opened)
        shown = _plain(ImageOps.exif_transpose(opened))
        see_through = opened.format == "PNG" and shown.has_transparency_data
        # A copy of the bare points: nothing else of the file comes along.
        bare = _seen(shown) if shown.has_transparency_data else shown.convert("RGB")
    bare.info.clear()
    bare.thumbnail((MOST_SIDE, MOST_SIDE))
    content, mime = _small_png(bare) if see_through else (b"", "")
    if not content:
        content, mime = _jpeg(_flat(bare)), "image/jpeg"
    width, height = bare.size
    return content, {
        "mime": mime,
        "codec": mime.removeprefix("image/"),
        "width": width,
        "height": height,
        "rotation": 0,
        "size": len(content),
    }


def poster_of(picture: "Picture") -> bytes:
    """A small still, as JPEG."""
    still = picture.convert("RGB")
    still.info.clear()
    still.thumbnail((_POSTER_SIDE, _POSTER_SIDE))
    return _encoded(still, "JPEG", quality=80)


@contextmanager
def _opened(path: Path) -> "Iterator[Picture]":
    """A picture; whatever the library has against it becomes a sentence."""
    from PIL import Image, UnidentifiedImageError

    form = form_of(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with _header(path, form.name) as picture:
                _refuse_large(picture)
                yield picture
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise _too_many_points(_MOST_UNFOLDED) from error
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
            raise Unusable(
                _("The picture is damaged or cut off."),
                _("Copy it once more from the camera, or save it anew in another program."),
            ) from error


def _header(path: Path, form: str) -> "ImageFile":
    """A picture of which only the head was read."""
    from PIL import Image
    from PIL.JpegImagePlugin import JpegImageFile

    # Pillow's own bound leaves out of account that a JPEG need not be unfolded as a whole.
    return JpegImageFile(str(path)) if form == "JPEG" else Image.open(path, formats=[form])


def _refuse_large(picture: "Picture") -> None:
    """A picture that unfolds to more than this is no photograph, but a trap."""
    whole = picture.format != "JPEG" or "progressive" in picture.info
    most = _MOST_UNFOLDED if whole else MOST_MEGAPIXELS
    if picture.width * picture.height > most * 10**6:
        raise _too_many_points(most)


def _too_many_points(most: int) -> Unusable:
    return Unusable(
        _("The picture has more than {most} million pixels.").format(most=most),
        _("Save it smaller; {side} pixels on a side are enough.").format(side=MOST_SIDE),
    )


def _shrink(picture: "Picture") -> None:
    """Read a JPEG no larger than needed; other forms do not know how."""
    width, height = (max(1, side * MOST_SIDE // max(picture.size)) for side in picture.size)
    picture.draft("RGB", (width, height))
    if picture.width * picture.height > _MOST_UNFOLDED * 10**6:
        raise _too_many_points(_MOST_UNFOLDED)


def _orientation(picture: "Picture") -> int:
    """How it is to be turned, as the camera says; what is no such number says nothing."""
    said = picture.getexif().get(_ORIENTATION)
    return said if isinstance(said, int) else 1


def _plain(picture: "Picture") -> "Picture":
    """In ordinary colours: what a camera's own colours mean stands beside the points, and goes."""
    from PIL import ImageCms

    if picture.mode.startswith("I"):
        # Sixteen bits of grey: a bare conversion would make nearly all of them white.
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "CMYK"):
        return picture
    with suppress(ImageCms.PyCMSError, OSError, ValueError):
        own, usual = ImageCms.getOpenProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        changed = ImageCms.profileToProfile(picture, own, usual, outputMode="RGB")
        return changed or picture
    return picture


def _seen(picture: "Picture") -> "Picture":
    """Colours only as far as they are seen: a face that was erased is mostly still below."""
    return picture.convert("RGBA").convert("RGBa").convert("RGBA")


def _flat(picture: "Picture") -> "Picture":
    """On white where one could see through it."""
    from PIL import Image

    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _small_png(picture: "Picture") -> tuple[bytes, str]:
    content = _encoded(picture, "PNG", optimize=True)
    return (content, "image/png") if len(content) <= _SMALL_PNG else (b"", "")


def _jpeg(picture: "Picture") -> bytes:
    content = b""
    for quality in _QUALITIES:
        content = _encoded(picture, "JPEG", quality=quality, optimize=True, progressive=True)
        if len(content) <= MOST_BYTES:
            break
    return content


def _encoded(picture: "Picture", form: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()
