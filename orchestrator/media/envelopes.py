"""Whether a film's file is all there: its envelope says how long each of its parts is.

A player shows the rest of a film that was cut off as if it were all. Where an envelope says
nothing, as those of recorders that write while they record, nothing is missed.
"""

import struct
from pathlib import Path
from typing import BinaryIO

from orchestrator.media.content import Form

_HEAD = 16
_SEGMENT, _CLUSTER = 0x18538067, 0x1F43B675
# Some programs count the head of a part as well.
_AVI_SLACK = 8
_UNSAID = (0, 0xFFFFFFFF)


def is_cut_off(path: Path, form: Form) -> bool:
    """Whether the file ends within a part of the film."""
    walks = {"MP4": _in_mp4, "Matroska": _in_matroska, "AVI": _in_avi}
    with path.open("rb") as file:
        return walks[form.name](file, path.stat().st_size)


def _in_mp4(file: BinaryIO, end: int) -> bool:
    """Boxes one after the other; after a head of a fragment comes what it tells of."""
    at, name = 0, b""
    while at + 8 <= end:
        length, name = struct.unpack(">I4s", _read(file, at, 8))
        if length == 1:
            (length,) = struct.unpack(">Q", _read(file, at + 8, 8))
        if length < 8:
            return False  # as long as the file is, or no box at all
        at += length
        if at > end:
            return name in (b"moov", b"moof", b"mdat")
    return name == b"moof"


def _in_avi(file: BinaryIO, end: int) -> bool:
    at = 0
    while at + 12 <= end:
        name, length, kind = struct.unpack("<4sI4s", _read(file, at, 12))
        after = at + 8 + length + length % 2
        if name == b"LIST" and kind == b"movi" and (length in _UNSAID or after > end):
            return length not in _UNSAID and after > end + _AVI_SLACK
        at = at + 12 if name == b"RIFF" else after
    return False


def _in_matroska(file: BinaryIO, end: int) -> bool:
    """A segment says how long it is, or its clusters do, or their blocks."""
    at = 0
    while at < end:
        head = _read(file, at, _HEAD)
        width = _width(head)
        size_width = _width(head[width:])
        if not (0 < width <= 4 and size_width):
            return False  # something else behind the film
        name = int.from_bytes(head[:width])
        open_end = (1 << 7 * size_width) - 1
        length = int.from_bytes(head[width : width + size_width]) & open_end
        at += width + size_width
        if length != open_end:
            if at + length > end or name == _SEGMENT:
                return at + length > end
            at += length
        elif name not in (_SEGMENT, _CLUSTER):
            return False
    return False


def _width(head: bytes) -> int:
    """How many bytes a number of Matroska has, by its first; 0 for none."""
    return 9 - head[0].bit_length() if head and head[0] else 0


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size).ljust(size, b"\0")
