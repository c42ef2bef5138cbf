"""The manifest of a backup: what it holds and how to prove it. Its bytes are exact.

Written in one form only and ended by a digest of itself, so that any changed byte shows.
``created_at`` is the campaign's time, from which a restored campaign is frozen; ``made_at`` is
real time, by which the age of a backup counts also while somebody practises with another clock.
"""

import hashlib
import json
import sqlite3
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestrator import __version__
from orchestrator.backup.digest import Figures
from orchestrator.i18n import _

NAME = "manifest.json"
FORMAT = 1


class Damaged(Exception):
    """A manifest that cannot be trusted; the text is a sentence for a person."""


@dataclass(frozen=True)
class Manifest:
    """See the module; ``campaign`` and ``key`` are its slug and its key's fingerprint."""

    id: str
    created_at: datetime
    made_at: datetime
    campaign: str
    key: str
    schema: str
    size: int
    sha256: str
    tables: dict[str, Figures]
    format: int = FORMAT
    program: str = __version__
    sqlite: str = field(default=sqlite3.sqlite_version)

    @property
    def rows(self) -> int:
        """How many rows it holds altogether."""
        return sum(each.rows for each in self.tables.values())


def written(manifest: Manifest) -> bytes:
    """The manifest's file, byte for byte."""
    content = asdict(manifest)
    for name in ("created_at", "made_at"):
        content[name] = content[name].isoformat()
    return _sealed(content)


def _sealed(content: dict[str, Any]) -> bytes:
    text = json.dumps(content, indent=1, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return (json.dumps({"content": content, "digest": digest}, indent=1, sort_keys=True)).encode()


def read(folder: Path) -> Manifest:
    """Read the manifest in ``folder``; raises :class:`Damaged` when a single byte is wrong."""
    try:
        raw = (folder / NAME).read_bytes()
        content = json.loads(raw)["content"]
        if content["format"] != FORMAT:
            raise Damaged(_("it was made by another version of Türöffner"))
        if _sealed(content) != raw:
            raise Damaged(_("the manifest was changed"))
        return _manifest(content)
    except OSError as error:
        raise Damaged(
            _("the manifest cannot be read: {reason}").format(reason=error.strerror)
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(_("the manifest was changed")) from error


def _manifest(content: dict[str, Any]) -> Manifest:
    tables = {name: Figures(**figures) for name, figures in content["tables"].items()}
    times = {name: datetime.fromisoformat(content[name]) for name in ("created_at", "made_at")}
    return Manifest(**{**content, **times, "tables": tables})
