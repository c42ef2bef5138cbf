"""Small stills of pictures and films, to stand in a page that asks nothing from elsewhere."""

import base64
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestrator import media
from orchestrator.preview.cards import Card

# An address with the still in it is no longer than this, and all of a page together no longer.
_LONGEST = 60_000
_ALL = 2_800_000
# The longest side in pixels, and the quality; the first that fits is taken.
_SIZES = ((720, 80), (640, 70), (520, 65), (420, 60), (320, 55), (240, 50), (160, 40), (80, 40))


@dataclass(frozen=True)
class Still:
    """A still as a page holds it, once: ``name`` is its anchor, the sides are in pixels."""

    name: str
    uri: str
    width: int
    height: int


def stills(folder: Path, cards: Iterable[Card]) -> Mapping[str, Still]:
    """Stills of everything that the cards show, by digest; what cannot be read has none."""
    wanted = list(dict.fromkeys(shot.still for card in cards for shot in card.media if shot.still))
    longest = min(_LONGEST, _ALL // max(len(wanted), 1))
    made = {digest: _still(media.path_of(folder, digest), digest, longest) for digest in wanted}
    return {digest: still for digest, still in made.items() if still}


def _still(path: Path, digest: str, longest: int) -> Still | None:
    """Draw it anew, so that nothing but its pixels stands in the page."""
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as opened:
            opened.draft("RGB", (1440, 1440))
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    for side, quality in _SIZES:
        picture.thumbnail((side, side))
        written = io.BytesIO()
        picture.save(written, "JPEG", quality=quality, optimize=True)
        uri = "data:image/jpeg;base64," + base64.b64encode(written.getvalue()).decode()
        if len(uri) <= longest:
            return Still(f"still-{digest[:12]}", uri, picture.width, picture.height)
    return None
