"""The folder with the dossier: for its owner only, there as a whole or not at all."""

import json
import os
import secrets
import shutil
from datetime import datetime
from pathlib import Path

from orchestrator.dossier.gathering import Dossier
from orchestrator.dossier.pages import page
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.keys import write_owner_only
from orchestrator.newfile import persist


def refuse_taken(folder: Path) -> None:
    """Refuse to write over anything."""
    if os.path.lexists(folder):
        raise UsageProblem(
            _("There already is {folder}.").format(folder=folder),
            remedy=_("Name another folder with --out DIR."),
        )
    if not folder.absolute().parent.is_dir():
        raise UsageProblem(
            _("There is no folder {folder}.").format(folder=folder.absolute().parent),
            remedy=_("Make it, or name another folder with --out DIR."),
        )


def write(folder: Path, dossier: Dossier, campaign: str, made_at: datetime) -> list[str]:
    """Write data.json, data.html and the proofs; the names of what was written."""
    document = {"campaign": campaign, "made_at": made_at, **dossier.document}
    files = {
        "data.json": json.dumps(document, ensure_ascii=False, indent=1, default=_plain).encode(),
        "data.html": page(dossier, campaign, made_at).encode(),
        **{each.name: each.content for each in dossier.files},
    }
    draft = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    draft.mkdir(mode=0o700)
    try:
        for name, content in files.items():
            write_owner_only(draft / name, content)
            persist(draft / name)
        refuse_taken(folder)
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return sorted(files)


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
