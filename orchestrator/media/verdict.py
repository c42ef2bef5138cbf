"""Whether a network takes a picture or a film: its facts beside the network's limits."""

from collections.abc import Iterator, Mapping
from typing import Any

from orchestrator.formats import count, megabytes, tenths
from orchestrator.i18n import _
from orchestrator.ports import MediaLimits
from orchestrator.vocabulary import MediaKind


def verdict(facts: Mapping[str, Any], kind: MediaKind | str, limits: MediaLimits) -> str | None:
    """Why a network does not take a file of these facts, in one sentence; None: it does."""
    found = _of_photo if MediaKind(kind) is MediaKind.PHOTO else _of_film
    return next(found(facts, limits), None)


def remark(facts: Mapping[str, Any]) -> str:
    """What somebody should know of a file that is taken all the same; empty: nothing."""
    if facts.get("frames", 1) > 1:
        return _("It moves; only its first picture is sent. For movement, name a film (MP4).")
    return ""


def _of_photo(facts: Mapping[str, Any], limits: MediaLimits) -> Iterator[str]:
    if limits.photos < 1:
        yield _("This network takes no pictures.")
    if facts["mime"] not in limits.photo_types:
        yield _("This network does not take pictures of the kind {kind}.").format(
            kind=facts["mime"]
        )
    # No network names a shape or a least size for pictures; the largest ours keep to already.
    yield from _too_large(facts, limits.photo_bytes)


def _of_film(facts: Mapping[str, Any], limits: MediaLimits) -> Iterator[str]:
    seconds = float(facts["seconds"])
    if seconds < limits.shortest:
        yield _("The film lasts {seconds} s; this network takes films from {least} s on.").format(
            seconds=tenths(seconds), least=_plain(limits.shortest)
        )
    if seconds > limits.longest:
        yield _("The film lasts {seconds} s; this network takes at most {most} s.").format(
            seconds=tenths(seconds), most=_plain(limits.longest)
        )
    yield from _too_large(facts, limits.video_bytes)
    yield from _too_many_points(facts, limits)
    yield from _misshapen(facts, limits)


def _too_large(facts: Mapping[str, Any], most: int) -> Iterator[str]:
    if int(facts["size"]) > most:
        yield _("The file has {size} MB; this network takes at most {most} MB.").format(
            size=megabytes(facts["size"]), most=_plain(most / 1e6)
        )


def _plain(limit: float) -> str:
    return tenths(limit) if limit % 1 else count(int(limit))


def _too_many_points(facts: Mapping[str, Any], limits: MediaLimits) -> Iterator[str]:
    """Of films only: pictures the networks shrink by themselves, and ours are small already."""
    if max(int(facts["width"]), int(facts["height"])) > limits.largest_side:
        yield _("{size} pixels are too many; this network takes {most} on a side.").format(
            size=f"{facts['width']} × {facts['height']}", most=limits.largest_side
        )


def _misshapen(facts: Mapping[str, Any], limits: MediaLimits) -> Iterator[str]:
    width, height = int(facts["width"]), int(facts["height"])
    size = f"{width} × {height}"
    if min(width, height) < limits.least_side:
        yield _("{size} pixels are too few; this network asks for {least} on each side.").format(
            size=size, least=limits.least_side
        )
    narrowest, widest = limits.shapes
    if not narrowest <= width / height <= widest:
        yield _("{size} is too narrow or too wide for this network; cut the edges.").format(
            size=size
        )
