"""What a network says of a file: nothing where it keeps to every limit, a sentence where not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.media import verdict
from orchestrator.media.filming import even_sides, is_ready
from orchestrator.ports import MediaLimits
from orchestrator.vocabulary import MediaKind

LIMITS = MediaLimits(
    photos=4,
    photo_bytes=5_000_000,
    photo_types=frozenset({"image/jpeg", "image/png"}),
    video_bytes=512_000_000,
    shortest=0.5,
    longest=140.0,
    least_side=32,
    largest_side=1280,
    shapes=(0.5, 2.0),
)
PHOTO: dict[str, Any] = {"mime": "image/jpeg", "width": 2048, "height": 1365, "size": 900_000}
FILM: dict[str, Any] = {
    "mime": "video/mp4", "width": 720, "height": 1280, "size": 9_000_000, "seconds": 20.0,
    "codec": "h264", "audio": None, "pixels": "yuv420p", "fps": 30.0, "whole": True,
    "square": True, "mirrored": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("photo", {}, None),
        ("photo", {"mime": "image/webp"}, "image/webp"),
        ("photo", {"size": 5_000_001}, "at most 5 MB"),
        ("photo", {"width": 31, "height": 31}, None),
        ("photo", {"width": 2048, "height": 300}, None),
        ("video", {}, None),
        ("video", {"seconds": 0.5}, None),
        ("video", {"seconds": 0.3}, "from 0.5 s on"),
        ("video", {"seconds": 140.0}, None),
        ("video", {"seconds": 141.0}, "at most 140 s"),
        ("video", {"size": 600_000_000}, "600.0 MB"),
        ("video", {"width": 1080, "height": 1920}, "too many"),
        ("video", {"width": 400, "height": 1280}, "too narrow or too wide"),
        ("video", {"width": 30, "height": 30}, "too few"),
    ],
)
def test_each_limit_has_its_sentence(kind: str, changes: dict[str, Any], said: str | None) -> None:
    """On the limit itself a file is taken; beyond it the sentence names both figures."""
    found = verdict((PHOTO if kind == "photo" else FILM) | changes, kind, LIMITS)
    assert (said in found) if said and found else found is said


def test_who_takes_no_pictures_says_so() -> None:
    from dataclasses import replace

    assert verdict(PHOTO, MediaKind.PHOTO, replace(LIMITS, photos=0))


@given(st.integers(2, 9000), st.integers(2, 9000))
def test_what_is_converted_fits_every_network(width: int, height: int) -> None:
    """Even sides within 720 by 1280, upright or not; never larger than before, hardly misshapen."""
    short, long = sorted(sides := even_sides((width, height)))
    assert short <= 720
    assert long <= 1280
    assert all(side % 2 == 0 and side >= 2 for side in sides)
    assert sides[0] <= width
    assert sides[1] <= height
    if short > 100:
        assert sides[0] / sides[1] == pytest.approx(width / height, rel=0.03)


@given(
    st.sampled_from(["h264", "hevc", "prores", "mpeg4"]),
    st.sampled_from([None, "aac", "mp3", "opus"]),
    st.integers(16, 4000),
    st.integers(16, 4000),
    st.floats(0, 240),
)
def test_only_what_plays_everywhere_is_left_as_it_is(
    codec: str, audio: str | None, width: int, height: int, fps: float
) -> None:
    """Whatever is not converted is taken by X as well, as far as sides and rhythm go."""
    made = {"codec": codec, "audio": audio, "width": width, "height": height, "fps": fps}
    if is_ready(FILM | made):
        assert (codec, audio in (None, "aac"), fps <= 60) == ("h264", True, True)
        assert even_sides((width, height)) == (width, height)
