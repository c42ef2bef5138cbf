"""Films: what they are, as they are shown."""

import errno
import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from orchestrator.i18n import _
from orchestrator.media.content import Unusable, form_of
from orchestrator.media.envelopes import is_cut_off

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# The end of a film that was cut off lies this far, or a tenth, before what its head says.
_SPARE = 0.5
# Sound begins with a run-in of a few packets that nobody hears, in every film.
_RUN_IN = 0.2
# No camera has points more oblong than this: the file is wrong.
_OBLONG = 8.0
# A full disk, too many open files.
_NOT_ITS_FAULT = (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE)
_MATRIX = struct.Struct("=9i")


def film_facts(path: Path) -> dict[str, Any]:
    """What a film is, sides as shown; raises :class:`Unusable` where it cannot be played."""
    with opened(path) as film:
        stream = picture_stream(film)
        frame = first_frame(film)
        sound = sound_stream(film)
        turn = turn_of(frame)
        width, height = as_shown(stream, frame, turn)
        facts = {
            "mime": "video/mp4",
            "container": film.format.name.split(",")[0],
            "width": width,
            "height": height,
            "rotation": -turn.degrees % 360,
            "mirrored": turn.mirrored,
            "square": square_sides(stream, frame) == (frame.width, frame.height),
            "codec": stream.codec_context.name,
            "pixels": frame.format.name,
            "fps": round(float(stream.average_rate or stream.guessed_rate or 0), 3),
            "audio": sound.codec_context.name if sound else None,
            "size": path.stat().st_size,
        }
    return facts | {"seconds": round(_length(path), 3), "whole": _is_whole(path)}


@contextmanager
def opened(path: Path) -> "Iterator[InputContainer]":
    """A film; whatever the library has against it becomes a sentence.

    The form is named and only files are read: a film must not lead to other files or addresses.
    """
    import av

    form = form_of(path)
    if is_cut_off(path, form):
        raise Unusable(
            _("The end of the film is missing: the file was not copied to its end."),
            _("Copy it once more from the camera, or save it anew in another program."),
        )
    try:
        with av.open(
            str(path),
            format=form.opens,
            options={"protocol_whitelist": "file", "enable_drefs": "0"},
            metadata_errors="ignore",
        ) as film:
            yield film
    except (av.error.FFmpegError, EOFError) as error:
        if getattr(error, "errno", None) in _NOT_ITS_FAULT:
            raise
        raise damaged() from error


def damaged() -> Unusable:
    """A film that does not play to its end."""
    return Unusable(
        _("The film is damaged or cut off."),
        _("Copy it once more from the camera, or save it anew in another program."),
    )


def picture_stream(film: "InputContainer") -> "VideoStream":
    """The moving picture of a film; a sound file has none, or only a cover that stands still."""
    from av.stream import Disposition

    for stream in film.streams.video:
        if _is_known(stream) and not stream.disposition & Disposition.attached_pic:
            return stream
    raise Unusable(
        _("There is no moving picture in the file, only sound."), _("Use a film or a picture.")
    )


def sound_stream(film: "InputContainer") -> "AudioStream | None":
    """What is heard; None where a film is silent, or speaks in a way that nobody here knows."""
    return next((each for each in film.streams.audio if _is_known(each)), None)


def _is_known(stream: "Stream") -> bool:
    return stream.codec_context is not None


@dataclass(frozen=True)
class Turn:
    """How a frame is shown: mirrored first, left for right, then turned against the clock."""

    degrees: int
    mirrored: bool = False

    @property
    def lies(self) -> bool:
        """Whether its sides change places."""
        return self.degrees in (90, 270)


def turn_of(frame: "VideoFrame") -> Turn:
    """How a frame is shown, by the matrix that comes with it."""
    matrix = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return Turn(0)
    right, down, _u, right_below, down_below = _MATRIX.unpack(bytes(cast("bytes", matrix)))[:5]
    mirrored = right * down_below < down * right_below
    across = (-right, -down) if mirrored else (right, down)
    return Turn(round(-math.degrees(math.atan2(across[1], across[0])) / 90) * 90 % 360, mirrored)


def first_frame(film: "InputContainer") -> "VideoFrame":
    """What is shown first."""
    for frame in film.decode(picture_stream(film)):
        return frame
    raise damaged()


def as_shown(stream: "VideoStream", frame: "VideoFrame", turn: Turn) -> tuple[int, int]:
    """Sides in square points, upright."""
    width, height = square_sides(stream, frame)
    return (height, width) if turn.lies else (width, height)


def square_sides(stream: "VideoStream", frame: "VideoFrame") -> tuple[int, int]:
    """Sides in square points: old cameras keep wide pictures in narrow points."""
    shape = float(stream.sample_aspect_ratio or 1)
    if not 1 / _OBLONG <= shape <= _OBLONG:
        shape = 1.0
    return max(1, round(frame.width * shape)), frame.height


def _length(path: Path) -> float:
    """How long it plays, in seconds, by its packets to the last: a head may promise more."""
    with opened(path) as film:
        stream = picture_stream(film)
        first, last = math.inf, 0.0
        for packet in film.demux(stream):
            if packet.pts is not None and not _is_hidden(packet):
                start = float(packet.pts * packet.time_base)
                first = min(first, start)
                last = max(last, start + float((packet.duration or 0) * packet.time_base))
        said = _said(film, stream)
    played = max(last - min(first, last), 0.0)
    if said > played + max(_SPARE, played / 9) or played == 0:
        raise damaged()
    return played


def _said(film: "InputContainer", stream: "VideoStream") -> float:
    """How long the head says it plays; of other forms than MP4 the library only guesses."""
    if "mp4" not in film.format.name or not stream.time_base:
        return 0.0
    return float((stream.duration or 0) * stream.time_base)


def _is_whole(path: Path) -> bool:
    """Whether all that the file keeps is shown, says when, and has one form from first to last.

    A telephone that trims a film only marks the rest as hidden: somebody's door may be in it.
    """
    unheard = 0.0
    with opened(path) as film:
        picture, sound = picture_stream(film), sound_stream(film)
        for packet in film.demux([picture, *([sound] if sound else [])]):
            if not packet.size:
                continue
            if packet.dts is None or packet.pts is None or packet.has_sidedata("new_extradata"):
                return False
            if _is_hidden(packet):
                if packet.stream is picture:
                    return False
                unheard += float((packet.duration or 0) * packet.time_base)
    return unheard <= _RUN_IN


def _is_hidden(packet: "Packet[Any]") -> bool:
    return packet.is_discard or (packet.pts or 0) < 0
