"""Films: what they are, as they are shown."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestrator.i18n import _
from orchestrator.media.content import Unusable, form_of

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# The end of a film that was cut off lies this far, or a tenth, before what its head says.
_SPARE = 0.5
# Sound begins with a run-in of a few packets that nobody hears, in every film.
_RUN_IN = 0.2


def film_facts(path: Path) -> dict[str, Any]:
    """What a film is, sides as shown; raises :class:`Unusable` where it cannot be played."""
    with opened(path) as film:
        stream = picture_stream(film)
        frame = first_frame(film)
        sound = film.streams.audio[0] if film.streams.audio else None
        turned = turned_by(frame)
        width, height = as_shown(stream, frame, turned)
        facts = {
            "mime": "video/mp4",
            "container": film.format.name.split(",")[0],
            "width": width,
            "height": height,
            "rotation": -turned % 360,
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
    try:
        with av.open(
            str(path),
            format=form.opens,
            options={"protocol_whitelist": "file", "enable_drefs": "0"},
            metadata_errors="ignore",
        ) as film:
            yield film
    except (av.error.FFmpegError, EOFError) as error:
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
        if not stream.disposition & Disposition.attached_pic:
            return stream
    raise Unusable(
        _("There is no moving picture in the file, only sound."), _("Use a film or a picture.")
    )


def turned_by(frame: "VideoFrame") -> int:
    """By how many degrees a frame is turned, against the clock, when it is shown."""
    return round(frame.rotation / 90) * 90 % 360


def first_frame(film: "InputContainer") -> "VideoFrame":
    """What is shown first."""
    for frame in film.decode(picture_stream(film)):
        return frame
    raise damaged()


def as_shown(stream: "VideoStream", frame: "VideoFrame", turned: int) -> tuple[int, int]:
    """Sides in square points, upright: old cameras keep wide pictures in narrow points."""
    shape = stream.codec_context.sample_aspect_ratio
    width = round(frame.width * float(shape)) if shape else frame.width
    return (frame.height, width) if turned in (90, 270) else (width, frame.height)


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
        said = float((stream.duration or 0) * stream.time_base) if stream.time_base else 0.0
    played = max(last - min(first, last), 0.0)
    if said > played + max(_SPARE, played / 9) or played == 0:
        raise damaged()
    return played


def _is_whole(path: Path) -> bool:
    """Whether all that the file keeps is shown, and says when.

    A telephone that trims a film only marks the rest as hidden: somebody's door may be in it.
    """
    unheard = 0.0
    with opened(path) as film:
        picture = picture_stream(film)
        for packet in film.demux([picture, *film.streams.audio[:1]]):
            if not packet.size:
                continue
            if packet.dts is None or packet.pts is None:
                return False
            if _is_hidden(packet):
                if packet.stream is picture:
                    return False
                unheard += float((packet.duration or 0) * packet.time_base)
    return unheard <= _RUN_IN


def _is_hidden(packet: "Packet[Any]") -> bool:
    return packet.is_discard or (packet.pts or 0) < 0
