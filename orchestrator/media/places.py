"""Where pictures and films lie: in the campaign's folder, each under the digest of its bytes."""

from pathlib import Path

FOLDER = "media"


def folder_of(campaign: Path) -> Path:
    """The folder of pictures and films in a campaign's folder."""
    return campaign / FOLDER


def path_of(campaign: Path, digest: str) -> Path:
    """Where the bytes of this SHA-256 lie, in a campaign's folder."""
    return folder_of(campaign) / digest
