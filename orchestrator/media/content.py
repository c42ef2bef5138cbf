"""What kind of file it is, by its first bytes: a name promises more than it knows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestrator.i18n import _
from orchestrator.vocabulary import MediaKind

MOST_BYTES = 4_000_000_000
_START = 64


class Unusable(Exception):
    """A file that cannot go with a post: why, and what to do."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


@contextmanager
def blamed_on_the_file() -> Iterator[None]:
    """What a library does not expect in a file becomes a word on that file: others go on.

    Damaged files lead into corners of the libraries that nobody has listed. A disk that is full or
    cannot be read is no fault of the file.
    """
    try:
        yield
    except (Unusable, OSError):
        raise
    except Exception as error:
        raise Unusable(
            _("The file is damaged, or too unusual to be read ({reason}).").format(
                reason=type(error).__name__
            ),
            _("Save it anew in another program, as JPEG or MP4."),
        ) from error


@dataclass(frozen=True)
class Form:
    """A form of file. ``opens``: the library's name of it, so that nothing else is tried."""

    name: str
    kind: MediaKind
    opens: str
    endings: frozenset[str]


def _photo(name: str, *endings: str) -> Form:
    return Form(name, MediaKind.PHOTO, name, frozenset(endings))


def _film(name: str, opens: str, *endings: str) -> Form:
    return Form(name, MediaKind.VIDEO, opens, frozenset(endings))


_JPEG = _photo("JPEG", "jpg", "jpeg", "jpe", "jfif")
_PNG = _photo("PNG", "png", "apng")
_GIF = _photo("GIF", "gif")
_WEBP = _photo("WEBP", "webp")
_MP4 = _film("MP4", "mov", "mp4", "mov", "m4v", "3gp", "qt")
_MATROSKA = _film("Matroska", "matroska", "mkv", "webm")
_AVI = _film("AVI", "avi", "avi", "divx")
FORMS = (_JPEG, _PNG, _GIF, _WEBP, _MP4, _MATROSKA, _AVI)
# Pictures of telephones that share the film's envelope.
_LIKE_FILMS = {
    "HEIC": (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"),
    "AVIF": (b"avif", b"avis"),
}
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def form_of(path: Path) -> Form:
    """The form of a file's content; raises :class:`Unusable` for what goes with no post."""
    size = path.stat().st_size
    if size == 0:
        raise Unusable(_("The file is empty."), _("Copy it once more from the camera."))
    if size > MOST_BYTES:
        raise Unusable(
            _("The file is larger than {most} GB.").format(most=MOST_BYTES // 10**9),
            _("Cut the film to two minutes."),
        )
    with path.open("rb") as file:
        form = _recognised(file.read(_START))
    if form is None:
        raise Unusable(
            _("This is neither a picture nor a film."),
            _("Use JPEG, PNG, GIF or WEBP for a picture, MP4 or MOV for a film."),
        )
    _refuse_mislabelled(path, form)
    return form


def _recognised(start: bytes) -> Form | None:
    if other := _other_picture(start):
        raise Unusable(
            _("This is a {kind} picture, which the networks do not take.").format(kind=other),
            _("Save it as JPEG and name that file."),
        )
    if start[:4] == b"RIFF":
        return {b"WEBP": _WEBP, b"AVI ": _AVI}.get(start[8:12])
    if start[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return _MP4
    starts = {
        b"\xff\xd8\xff": _JPEG,
        b"\x89PNG\r\n\x1a\n": _PNG,
        b"GIF8": _GIF,
        b"\x1aE\xdf\xa3": _MATROSKA,
    }
    return next((form for sign, form in starts.items() if start.startswith(sign)), None)


def _other_picture(start: bytes) -> str:
    """The name of a form of pictures that no network takes; empty for anything else."""
    if start[4:8] == b"ftyp":
        return next((name for name, known in _LIKE_FILMS.items() if start[8:12] in known), "")
    if start.startswith(_TIFF):
        return "TIFF"
    return "BMP" if start.startswith(b"BM") and start[6:10] == bytes(4) else ""


def _refuse_mislabelled(path: Path, form: Form) -> None:
    """A picture that says to be a film, or the other way round, is not the file that was meant."""
    ending = path.suffix.lstrip(".").casefold()
    meant = next((each for each in FORMS if ending in each.endings), None)
    if meant is not None and meant.kind is not form.kind:
        raise Unusable(
            _("The name says {meant}, but the content is {found}.").format(
                meant=meant.name, found=form.name
            ),
            _("Check that it is the right file, and give it the ending .{ending}.").format(
                ending=_ENDINGS[form.name]
            ),
        )


_ENDINGS = {
    "JPEG": "jpg",
    "PNG": "png",
    "GIF": "gif",
    "WEBP": "webp",
    "MP4": "mp4",
    "Matroska": "mkv",
    "AVI": "avi",
}
