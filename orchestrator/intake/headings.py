"""Which column each heading of a file means, and what has to be said about the others."""

import difflib

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.intake.columns import APPEAL, COLUMNS, NEEDED_TO_POST, REQUIRED, column_of
from orchestrator.intake.table import Table
from orchestrator.redact import tame


def columns_of(table: Table, name: str) -> tuple[dict[int, str], list[str]]:
    """Position → column, and remarks on headings; a missing or doubled column is an error (exit 2).

    ``name`` is the file's, for the sentences.
    """
    found: dict[int, str] = {}
    unknown = []
    for position, heading in enumerate(table.headings):
        column = column_of(heading)
        if column is None:
            unknown += [_unknown(heading)] if heading else []
        elif column in found.values():
            raise UsageProblem(
                _("The file {name} has two columns for “{column}”.").format(
                    name=name, column=column
                ),
                remedy=_("Delete or rename one of them."),
            )
        else:
            found[position] = column
    _require(set(found.values()), name)
    absent = [column for column in NEEDED_TO_POST if column not in found.values()]
    if absent:
        unknown.append(
            _("Without the columns {columns} nothing can be posted.").format(
                columns=", ".join(absent)
            )
        )
    return found, unknown


def _require(found: set[str], name: str) -> None:
    missing = [column for column in REQUIRED if column not in found]
    if not any(column.startswith(APPEAL) for column in found):
        missing.append(f"{APPEAL}de")
    if missing:
        raise UsageProblem(
            _("The file {name} lacks the columns: {columns}").format(
                name=name, columns=", ".join(missing)
            ),
            remedy=_("Add them to the first row; the template of `tueroeffner init` has them all."),
        )


def _unknown(heading: str) -> str:
    shown = tame(" ".join(heading.split()))[:60]
    near = difflib.get_close_matches(shown.casefold(), COLUMNS, n=1)
    sentence = _("The column “{heading}” is not known and was ignored.").format(heading=shown)
    return sentence + (" " + _("Did you mean {nearest}?").format(nearest=near[0]) if near else "")
