"""Taking in a file that somebody names: whatever it is, it must not fill the memory."""

from pathlib import Path

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _

# A table of all municipalities has less than one MB.
MOST_BYTES = 20_000_000


def content(path: Path) -> bytes:
    """All bytes of a file of reasonable size; anything else is a :class:`UsageProblem`."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise UsageProblem(
            _("There is no file {path}.").format(path=path),
            remedy=_("Check the path; the file comes from a statistical office."),
        ) from error
    except IsADirectoryError as error:
        raise UsageProblem(
            _("{path} is a folder.").format(path=path), remedy=_("Name the CSV file in it.")
        ) from error
    except OSError as error:
        raise UsageProblem(
            _("The file {path} cannot be read: {reason}").format(path=path, reason=error.strerror),
            remedy=_("Check the path and your right to read it; close it in other programs."),
        ) from error
    if len(data) > MOST_BYTES:
        raise UsageProblem(
            _("The file {path} is larger than {most} MB.").format(
                path=path, most=MOST_BYTES // 1_000_000
            ),
            remedy=_(
                "A table of all municipalities is smaller: leave out what is no municipality."
            ),
        )
    return data
