"""The sound of a film as it is sent: stereo of one rate, whatever it changes to on the way."""

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import OutputContainer

_RATE = 48000
_FORM = ("fltp", "stereo", _RATE)
# So many samples make a packet of AAC.
_PACKET = 1024


class Voice:
    """Sound on its way into a film that is being made.

    A recorder may go from mono to stereo in the middle; what makes it even knows one form only, so
    each form has its own, and what they give is cut into packets together.
    """

    def __init__(self, ready: "OutputContainer") -> None:
        from av.audio.resampler import AudioResampler

        self._ready = ready
        self._sound: AudioStream = ready.add_stream("aac", rate=_RATE, layout="stereo")
        self._sound.bit_rate = 128_000
        self._cut = AudioResampler(*_FORM, frame_size=_PACKET)
        self._form: tuple[object, ...] = ()
        self._even = AudioResampler(*_FORM)

    def hear(self, frame: "AudioFrame") -> None:
        """Write what was heard."""
        from av.audio.resampler import AudioResampler

        form = (frame.format.name, frame.layout, frame.sample_rate)
        if form != self._form:
            self._drain()
            self._form, self._even = form, AudioResampler(*_FORM)
        self._write(self._even.resample(_timed(frame)))

    def end(self) -> None:
        """Write what is still on the way."""
        self._drain()
        self._encode(self._cut.resample(None))
        self._ready.mux(self._sound.encode())

    def _drain(self) -> None:
        self._write(each for each in self._even.resample(None) if each)

    def _write(self, frames: "Iterable[AudioFrame]") -> None:
        for frame in frames:
            self._encode(self._cut.resample(_timed(frame)))

    def _encode(self, parts: "Iterable[AudioFrame]") -> None:
        self._ready.mux([each for part in parts for each in self._sound.encode(part)])


def _timed(frame: "AudioFrame") -> "AudioFrame":
    """The same sound, its time told to the sample: AVI only counts packets, which are cut anew."""
    if frame.time is not None:
        frame.pts = round(frame.time * frame.sample_rate)
        frame.time_base = Fraction(1, frame.sample_rate)
    return frame
