"""What the posts of a cell with media show: a photo, two, or a film, each post its own files."""

import hashlib
from pathlib import Path
from typing import Any

PHOTO, FILM = b"\xff\xd8\xff\xe0", b"\x00\x00\x00\x18ftypisom"
# By the post's number: so many photos, or a film.
KINDS = (("photo",), ("photo", "photo"), ("video",))
MIMES = {"photo": "image/jpeg", "video": "video/mp4"}


def files(folder: Path, number: int) -> list[dict[str, Any]]:
    """Write the files of the post of this number where the program keeps them; as a post names
    them."""
    kept = folder / "media"
    kept.mkdir(exist_ok=True)
    return [_file(kept, kind, f"{number} {place}") for place, kind in enumerate(_kinds(number))]


def _kinds(number: int) -> tuple[str, ...]:
    return KINDS[number % len(KINDS)]


def _file(kept: Path, kind: str, name: str) -> dict[str, Any]:
    content = (FILM if kind == "video" else PHOTO) + name.encode() * 50
    digest = hashlib.sha256(content).hexdigest()
    (kept / digest).write_bytes(content)
    alt = "An der Werkbank" if kind == "photo" else ""
    return {"digest": digest, "kind": kind, "mime": MIMES[kind], "alt": alt}
