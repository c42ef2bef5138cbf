"""Pictures beside the file: they exist, and they stay in the file's folder."""

import re
from pathlib import Path

from orchestrator.i18n import _
from orchestrator.intake.fields import Unfit


def media(text: str, folder: Path) -> str:
    """The picture's path, with slashes, relative to ``folder``, in which it must lie."""
    if not text:
        return ""
    relative = Path(text.replace("\\", "/"))
    if relative.is_absolute() or re.match(r"[A-Za-z]:", text) or ".." in relative.parts:
        raise _outside()
    try:
        real = (folder / relative).resolve()
        inside = real.is_relative_to(folder.resolve())
        exists = real.is_file()
    except (OSError, ValueError, RuntimeError) as error:
        raise _missing() from error
    if not inside:
        raise _outside()
    if not exists:
        raise _missing()
    return relative.as_posix()


def _outside() -> Unfit:
    return Unfit(
        _("The path leaves the folder of the file."),
        _("Put the picture beside the file, and write its path from there."),
    )


def _missing() -> Unfit:
    return Unfit(
        _("There is no such picture beside the file."),
        _("Check name and folder; large and small letters count."),
    )
