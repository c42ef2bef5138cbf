"""The texts that people agree to: one file for each language, with a version.

Whoever agreed to another version than the one in use agreed to something else. A campaign's own
folder ``consent`` beside its configuration goes before the files that come with the program, and
may hold further languages.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"
OWN = "consent"


def versions(own: Path | None = None) -> Mapping[str, str]:
    """Language → the version of its text that is in use."""
    return {language: str(_read(file)["version"]) for language, file in files(own).items()}


def files(own: Path | None = None) -> Mapping[str, Path]:
    """Language → the file of its text; ``own``: the campaign's folder."""
    folders = [FOLDER, *([own] if own and own.is_dir() else [])]
    return {file.stem: file for folder in folders for file in sorted(folder.glob("*.toml"))}


def _read(file: Path) -> dict[str, object]:
    return tomllib.loads(file.read_text("utf-8"))
