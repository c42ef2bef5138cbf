"""Pictures and films made for a test: a red corner tells which way is up."""

import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.bitstream import BitStreamFilterContext
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

# The cathedral of Freiburg: nobody lives there.
PLACE = "+47.9955+007.8529/"
RED, BLUE = (220, 20, 20), (30, 60, 140)
# What an iPhone writes, and what an Android telephone writes.
APPLE = "com.apple.quicktime.location.ISO6709"
_CLOCKWISE = (0, 0x10000, 0, 0xFFFF0000, 0, 0, 0, 0, 0x40000000)
MATRICES = {
    "left to right": (0xFFFF0000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000),
    "upside down": (0x10000, 0, 0, 0, 0xFFFF0000, 0, 0, 0, 0x40000000),
    "along the diagonal": (0, 0x10000, 0, 0x10000, 0, 0, 0, 0, 0x40000000),
    "along the other": (0, 0xFFFF0000, 0, 0xFFFF0000, 0, 0, 0, 0, 0x40000000),
}
_HALF = (0xFFFF0000, 0, 0, 0, 0xFFFF0000, 0, 0, 0, 0x40000000)


def drawing(width: int = 320, height: int = 240, shade: int = 0) -> Image.Image:
    """Blue, with a red upper left quarter."""
    picture = Image.new("RGB", (width, height), (BLUE[0] + shade, *BLUE[1:]))
    picture.paste(RED, (0, 0, width // 2, height // 2))
    return picture


def photo(path: Path, picture: Image.Image | None = None, *, turn: int = 1, **options: Any) -> Path:
    """A photograph with the place where it was taken, turned as cameras do it."""
    picture = picture or drawing()
    exif = Image.Exif()
    exif[0x0112] = turn
    exif[0x010E] = f"at home {PLACE}"
    exif[0x8825] = {1: "N", 2: tuple(IFDRational(each) for each in (47, 59, 43))}
    if picture.mode in ("RGB", "CMYK", "L"):
        options |= {"exif": exif.tobytes()}
    picture.save(path, **options)
    return path


def film(
    path: Path,
    *,
    codec: str = "libx264",
    size: tuple[int, int] = (320, 240),
    seconds: float = 2.0,
    fps: int = 10,
    sound: str | None = "aac",
    pixels: str = "yuv420p",
    form: str = "mp4",
    uneven: bool = False,
    private: bool = True,
    late: float = 0.0,
    rate: int = 44100,
    layout: str = "mono",
    points: Fraction | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """A film with the place where it was taken; ``uneven``: frames come when they like.

    ``late``: by how many seconds the picture begins after the sound; ``points``: how wide a point
    is beside its height.
    """
    options = options or ({"movflags": "use_metadata_tags"} if form in ("mp4", "mov") else {})
    with av.open(str(path), "w", format=form, options=options) as made:
        if private:
            made.metadata.update({"location": PLACE, APPLE: PLACE})
        picture = made.add_stream(codec, rate=fps)
        picture.width, picture.height, picture.pix_fmt = *size, pixels
        picture.time_base = Fraction(1, 1000)
        if points:
            picture.codec_context.sample_aspect_ratio = points
        if codec == "libx265":
            picture.options = {"x265-params": "log-level=none"}
        voice = made.add_stream(sound, rate=rate, layout=layout) if sound else None
        for number in range(round(seconds * fps)):
            frame = av.VideoFrame.from_image(drawing(*size, shade=number % 40))
            shift = (number * 37) % 50 if uneven else round(late * 1000)
            frame.pts, frame.time_base = number * 1000 // fps + shift, Fraction(1, 1000)
            made.mux(picture.encode(frame))
        made.mux(picture.encode())
        for start in range(0, round(seconds * rate), 1024) if voice else ():
            silence = av.AudioFrame(format="fltp", layout=layout, samples=1024)
            silence.sample_rate, silence.pts = rate, start
            for plane in silence.planes:
                plane.update(bytes(plane.buffer_size))
            made.mux(voice.encode(silence))
        if voice:
            made.mux(voice.encode())
    return path


def turned(path: Path, degrees: int) -> Path:
    """Say in the film's head that it is shown turned clockwise, as upright telephones do."""
    return shown_by(path, {90: _CLOCKWISE, 180: _HALF}[degrees])


def shown_by(path: Path, matrix: tuple[int, ...]) -> Path:
    """Say in the film's head by which matrix it is shown."""
    content = bytearray(path.read_bytes())
    # Flags, times, number, length, and what stands before the matrix.
    start = content.index(b"tkhd") + 4 + 4 + 20 + 16
    content[start : start + 36] = struct.pack(">9I", *matrix)
    path.write_bytes(content)
    return path


def joined(path: Path, *parts: Path) -> Path:
    """Films of other forms one after the other in one stream, as recorders write them."""
    with av.open(str(parts[0])) as model, av.open(str(path), "w") as made:
        kept = [made.add_stream_from_template(each) for each in model.streams]
        start = Fraction(0)
        for part in parts:
            with av.open(str(part)) as source:
                ends = [start]
                for packet in source.demux():
                    if packet.dts is not None:
                        shift = round(start / packet.time_base)
                        packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                        ends.append((packet.pts + packet.duration) * packet.time_base)
                        packet.stream = kept[packet.stream.index]
                        made.mux(packet)
                start = max(ends) + Fraction(1, 10)
    return path


def noted(path: Path, note: str) -> Path:
    """With a note of the camera between the pictures, as drones and dashboards write it."""
    said = f"h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+{note}"
    target = path.with_name(f"noted-{path.name}")
    with av.open(str(path)) as plain, av.open(str(target), "w") as made:
        picture = plain.streams.video[0]
        kept = made.add_stream_from_template(picture)
        writer = BitStreamFilterContext(said, picture, kept)
        for packet in plain.demux(picture):
            for each in writer.filter(packet if packet.size else None):
                each.stream = kept
                made.mux(each)
    return target


def trimmed(path: Path, seconds: float) -> Path:
    """With its beginning hidden, as telephones trim: all of it is still in the file."""
    target = path.with_name(f"trimmed-{path.name}")
    with av.open(str(path)) as whole, av.open(str(target), "w") as made:
        kept = {each.index: made.add_stream_from_template(each) for each in whole.streams}
        for packet in whole.demux():
            if packet.dts is not None:
                earlier = round(seconds / packet.time_base)
                packet.pts, packet.dts = packet.pts - earlier, packet.dts - earlier
                packet.stream = kept[packet.stream.index]
                made.mux(packet)
    return target


def first_picture(path: Path) -> Image.Image:
    """What a player shows first."""
    with av.open(str(path)) as shown:
        frame = next(shown.decode(video=0))
        return frame.to_image().rotate(frame.rotation, expand=True)


def red_corner(picture: Image.Image) -> str:
    """Where the red quarter is seen."""
    width, height = picture.size
    spots = {
        "upper left": (width // 4, height // 4),
        "upper right": (3 * width // 4, height // 4),
        "lower right": (3 * width // 4, 3 * height // 4),
        "lower left": (width // 4, 3 * height // 4),
    }
    shown = picture.convert("RGB")
    return next(name for name, spot in spots.items() if shown.getpixel(spot)[0] > 150)
