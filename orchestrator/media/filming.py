"""Films as they are sent: without a word about themselves, in the one form that all networks play.

A telephone writes into a film where it was taken, some cameras between the pictures themselves.
What is H.264 and AAC already, and is shown whole, keeps its pictures and sound, bit for bit, in a
new envelope; everything else is converted.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestrator.media.films import (
    as_shown,
    film_facts,
    first_frame,
    opened,
    picture_stream,
    sound_stream,
    square_sides,
    turn_of,
)
from orchestrator.media.photos import poster_of
from orchestrator.media.sounding import Voice

if TYPE_CHECKING:
    from av.bitstream import BitStreamFilterContext
    from av.container import InputContainer, OutputContainer
    from av.filter import Graph
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from PIL.Image import Image as Picture

MOST_BYTES = 512_000_000
_SHORT_SIDE = 720
# X takes no more than this on the long side from an account that pays nothing.
_LONG_SIDE = 1280
_MOST_FPS = 60
_ORDINARY_FPS = 30
# The pictures, and how to read them: notes of the camera are units of another kind.
_PICTURES = "filter_units=pass_types=1-5|7-8"
_PLAIN_PIXELS = ("yuv420p", "yuvj420p")
# The index first, so that a film plays while it loads; no program, no date, no place.
_WRITING = {"movflags": "+faststart", "fflags": "+bitexact"}
Share = Callable[[float], None]


def ready_film(source: Path, target: Path, facts: Mapping[str, Any], share: Share) -> None:
    """Write ``source`` to ``target`` as it is sent; ``share`` is told how far it is, 0 to 1."""
    forward = _forward(share)
    (_copy if is_ready(facts) else _convert)(source, target, float(facts["seconds"]), forward)
    forward(1.0)


def _forward(share: Share) -> Share:
    """Told only what is further than before: sound and picture come in turn, and not in step."""
    furthest = -1.0

    def told(part: float) -> None:
        nonlocal furthest
        if part > furthest:
            furthest = part
            share(part)

    return told


def is_ready(facts: Mapping[str, Any]) -> bool:
    """Whether all networks play its picture and sound as they are, and nothing is hidden in it."""
    short, long = sorted((int(facts["width"]), int(facts["height"])))
    return (
        facts["whole"]
        and facts["square"]
        and not facts["mirrored"]
        and facts["codec"] == "h264"
        and facts["pixels"] in _PLAIN_PIXELS
        and facts["audio"] in (None, "aac")
        and 0 < facts["fps"] <= _MOST_FPS
        and short <= _SHORT_SIDE
        and long <= _LONG_SIDE
        and not (short % 2 or long % 2)
        and facts["size"] <= MOST_BYTES
    )


def still(film: Path) -> bytes:
    """A still from its first second, of the shape and turned as it is shown, as JPEG."""
    from PIL import ImageOps

    wanted = min(1.0, float(film_facts(film)["seconds"]) / 2)
    with opened(film) as source:
        stream = picture_stream(source)
        for frame in source.decode(stream):
            found = frame
            if (frame.time or 0.0) >= wanted:
                break
        width, height = square_sides(stream, found)
        picture: Picture = found.to_image(width=width, height=height)  # type: ignore[no-untyped-call]
        turn = turn_of(found)
        unmirrored = ImageOps.mirror(picture) if turn.mirrored else picture
        return poster_of(unmirrored.rotate(turn.degrees, expand=True))


def _copy(source: Path, target: Path, seconds: float, share: Share) -> None:
    """Picture and sound in a new envelope; how it is turned comes along, nothing else does."""
    with opened(source) as film, _written(target) as ready:
        picture, sound = picture_stream(film), sound_stream(film)
        shown = ready.add_stream_from_template(picture)
        heard = ready.add_stream_from_template(sound) if sound else shown
        bare = _without_notes(picture, shown)
        for packet in film.demux([picture, *([sound] if sound else [])]):
            if packet.dts is not None:
                share(_part(float(packet.dts * packet.time_base), seconds))
                is_sound = packet.stream is not picture
                for each in [packet] if is_sound else bare.filter(packet):
                    each.stream = heard if is_sound else shown
                    ready.mux(each)


def _without_notes(picture: "VideoStream", kept: "VideoStream") -> "BitStreamFilterContext":
    from av.bitstream import BitStreamFilterContext

    bare = BitStreamFilterContext(_PICTURES, picture, kept)
    kept.codec_context.codec_tag = "avc1"  # the old envelope's name for H.264 may be another
    return bare


def _convert(source: Path, target: Path, seconds: float, share: Share) -> None:
    with opened(source) as film:
        first = first_frame(film)
    with opened(source) as film, _written(target) as ready:
        frames = _Frames(film, first)
        picture = _picture(ready, frames)
        voice = Voice(ready) if frames.sound else None
        for frame in frames.upright(lambda at: share(_part(at, seconds)), voice):
            frame.pict_type = 0  # the encoder chooses its own key frames
            ready.mux(picture.encode(frame))
        ready.mux(picture.encode())


def _written(target: Path) -> "OutputContainer":
    import av

    return av.open(str(target), "w", format="mp4", options=_WRITING)


def _part(at: float, seconds: float) -> float:
    return min(max(at / seconds, 0.0), 0.99) if seconds else 0.0


def _picture(ready: "OutputContainer", frames: "_Frames") -> "VideoStream":
    picture = ready.add_stream("libx264", rate=frames.rate)
    picture.width, picture.height = frames.size
    picture.pix_fmt = "yuv420p"
    picture.time_base = 1 / frames.rate
    # About 5 Mbit/s at most: 140 s are 90 MB, far below what the networks take.
    picture.options = {"crf": "23", "preset": "veryfast", "maxrate": "5M", "bufsize": "10M"}
    picture.options["a53cc"] = "0"  # captions stand between the pictures, as notes do
    return picture


class _Frames:
    """The frames of a film, upright, of even sides, in a steady rhythm."""

    def __init__(self, film: "InputContainer", first: "VideoFrame") -> None:
        self.film = film
        self.stream, self.sound = picture_stream(film), sound_stream(film)
        self.turn = turn_of(first)
        said = float(self.stream.average_rate or _ORDINARY_FPS)
        self.rate = Fraction(min(max(said, 1.0), _MOST_FPS)).limit_denominator(1001)
        self.size = even_sides(as_shown(self.stream, first, self.turn))

    def upright(self, at: Share, voice: Voice | None) -> "Iterator[VideoFrame]":
        """Every frame in turn; sound on the way is written beside it."""
        from av.audio.frame import AudioFrame
        from av.video.frame import VideoFrame

        graph = self._graph()
        for packet in self.film.demux([self.stream, *([self.sound] if self.sound else [])]):
            for frame in packet.decode():
                if isinstance(frame, VideoFrame):
                    at(frame.time or 0.0)
                    graph.push(frame)
                    yield from _pulled(graph)
                elif voice and isinstance(frame, AudioFrame):
                    voice.hear(frame)
        graph.push(None)
        yield from _pulled(graph)
        if voice:
            voice.end()

    def _graph(self) -> "Graph":
        from av.filter import Graph

        graph = Graph()
        width, height = self.size[::-1] if self.turn.lies else self.size
        # Scaled first: a film may change its size on the way, and only this step can follow it.
        steps = [
            ("scale", f"{width}:{height}"),
            ("format", "yuv420p"),
            *([("hflip", "")] if self.turn.mirrored else []),
            *_TURNS[self.turn.degrees],
            ("setsar", "1"),
            ("fps", f"{self.rate.numerator}/{self.rate.denominator}"),
            ("buffersink", None),
        ]
        added = [graph.add(name, value) for name, value in steps]
        graph.link_nodes(graph.add_buffer(template=self.stream), *added).configure()
        return graph


_TURNS: dict[int, list[tuple[str, str]]] = {
    0: [],
    90: [("transpose", "cclock")],
    180: [("hflip", ""), ("vflip", "")],
    270: [("transpose", "clock")],
}


def _pulled(graph: "Graph") -> "Iterator[VideoFrame]":
    import av

    while True:
        try:
            yield graph.vpull()
        except (BlockingIOError, av.error.EOFError):
            return


def even_sides(sides: tuple[int, int]) -> tuple[int, int]:
    """At most 720 by 1280, upright or not, both sides even: the form asks for it."""
    shrink = min(1.0, _SHORT_SIDE / min(sides), _LONG_SIDE / max(sides))
    width, height = (max(2, round(side * shrink) // 2 * 2) for side in sides)
    return width, height
