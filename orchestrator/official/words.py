"""Sentences about a table of municipalities: why it, or a row of it, cannot be taken."""

from audiences.municipalities import MOST_ROWS, Rejected, Trouble
from audiences.municipality import LONGEST_NAME, Fault
from orchestrator.i18n import _

HEADING = "AGS;name;population;lat;lon"


def refusal(trouble: Trouble, detail: str) -> tuple[str, str]:
    """Why a file as a whole is refused, and what to do."""
    csv = _("Save it as CSV (UTF-8) with the heading {heading}.").format(heading=HEADING)
    return {
        Trouble.EMPTY: (_("It is empty."), csv),
        Trouble.WORKBOOK: (
            _("It is a workbook of a spreadsheet program, not a CSV file."),
            _("Open it there and save the sheet as CSV (UTF-8)."),
        ),
        Trouble.NO_TEXT: (_("It is not CSV text."), csv),
        Trouble.NO_COLUMNS: (
            _("Its heading lacks: {columns}.").format(columns=detail),
            _("The heading is {heading}; German names such as Einwohner do as well.").format(
                heading=HEADING
            ),
        ),
        Trouble.TWO_COLUMNS: (
            _("More than one column may be meant by “{column}”.").format(column=detail),
            _("Leave one of them, or give the others another heading."),
        ),
        Trouble.QUOTES: (
            _("In row {row} a quotation mark is missing or too many, or a cell is huge.").format(
                row=detail
            ),
            _("Correct that row."),
        ),
        Trouble.NO_ROWS: (
            _("No row below the heading is a municipality."),
            _("Its key has 8 digits (AGS) or 12 (ARS); shorter ones are districts and states."),
        ),
        Trouble.TOO_LONG: (
            _("It has more than {most} rows.").format(most=MOST_ROWS),
            _("Germany has about 11,000 municipalities: leave out what is none."),
        ),
    }[trouble]


def reason(rejected: Rejected) -> tuple[str, str]:
    """Why a row stays out, and what to do about it."""
    degrees = _("Write degrees, north and east (WGS 84), such as 48.1374 and 11.5755.")
    return {
        Fault.MISSING: (_("The cell is empty."), _("Fill it in, or take the row out.")),
        Fault.NO_KEY: (
            _("This is not the key of a municipality."),
            _("Write its 8 digits (AGS) or 12 (ARS), as text, so that no digit is lost."),
        ),
        Fault.NO_STATE: (
            _("No federal state has the number {number}.").format(number=rejected.detail),
            _("A key begins with 01 to 16."),
        ),
        Fault.LONG_NAME: (
            _("The name is longer than {most} characters.").format(most=LONGEST_NAME),
            _("Write the name of the municipality only."),
        ),
        Fault.NOT_WHOLE: (
            _("This is not a whole number of people."),
            _("Write for example 12345 or 12 345; 0 where nobody lives."),
        ),
        Fault.TOO_MANY: (
            _("No municipality has so many people."),
            _("Check whether it is a sum, or another column."),
        ),
        Fault.NOT_DEGREES: (_("This is not a number of degrees."), degrees),
        Fault.SWAPPED: (
            _("Latitude and longitude are swapped."),
            _("Swap the two cells, or the headings of the two columns."),
        ),
        Fault.OUTSIDE: (_("The point is not in Germany."), degrees),
        Fault.STAND_IN: (
            _("This is the centre of Germany: lists write it where they do not know the place."),
            _("Look the place up, or take the row out."),
        ),
        Fault.OTHER_STATE: _elsewhere(rejected.detail),
        Fault.TWICE: (
            _("This key stands already in row {row}.").format(row=rejected.detail),
            _("Leave one of the two rows."),
        ),
        Fault.TOO_WIDE: (
            _("The row has more cells than there are columns."),
            _("Put names with a separator in quotation marks."),
        ),
    }[rejected.fault]


def _elsewhere(region: str) -> tuple[str, str]:
    what = _("The point is not in the federal state of the key.")
    if region:
        what = _("The point is in {region}, not in the federal state of the key.").format(
            region=region
        )
    return what, _("Correct the key or the point.")
