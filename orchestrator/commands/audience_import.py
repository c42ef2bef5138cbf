"""``audience import``: official populations from a table of municipalities."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.errors import Exit, UsageProblem
from orchestrator.formats import count
from orchestrator.i18n import _, language, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable

    from audiences.municipalities import Rejected
    from orchestrator.official.importing import Office, Report

# Below this a bar would only flicker.
LONG_TABLE = 1000
_SHOWN = 20
_NAMED = 5


@command
def import_(
    desk: Desk,
    file: Annotated[
        Path | None,
        typer.Argument(help="CSV file: AGS;name;population;lat;lon", metavar="FILE"),
    ] = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Go back to the built-in figures.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only; write nothing.")] = False,
) -> Exit:
    """Count with official populations; the table replaces an earlier one as a whole."""
    if (file is None) is not forget:
        raise UsageProblem(
            _("A file and --forget do not go together.")
            if forget
            else _("Say which file to import."),
            remedy=_("Name the CSV file of a statistical office, or add --forget alone."),
        )
    office = _office(desk)
    return _forget(desk, office) if file is None else _import(desk, office, file.expanduser())


def _office(desk: Desk) -> "Office":
    from orchestrator.official.importing import Office

    return Office(
        desk.store, desk.settings.campaign, desk.key, desk.now, desk.actor, dry_run=desk.dry_run
    )


def _import(desk: Desk, office: "Office", file: Path) -> Exit:
    from orchestrator.official.importing import import_table

    def watch(total: int) -> "AbstractContextManager[Callable[[], None]]":
        if total < LONG_TABLE:
            return nullcontext(lambda: None)
        return desk.progress(_("Municipalities"), total)

    report = import_table(office, file, watch)
    # To the masks for phone numbers half of the official keys look like one.
    desk.emit(_document(report), unmasked={"ags"})
    _tell(desk, report)
    return Exit.DONE if report.matched and not report.rejected else Exit.PARTLY


def _document(report: "Report") -> dict[str, Any]:
    return {
        "rows": report.rows,
        "matched": report.matched,
        "unmatched": [
            {"ags": row.ags, "name": row.name, "population": row.population}
            for row in report.unmatched
        ],
        "rejected": [_rejected(each) for each in report.rejected],
        "left_out": report.reading.sums,
        "repaired": report.reading.zeros,
        "people_before": report.people_before,
        "people_after": report.people_after,
    }


def _rejected(each: "Rejected") -> dict[str, Any]:
    from orchestrator.official.words import reason

    why, hint = reason(each)
    return {"row": each.row, "column": each.column or "", "reason": why, "hint": hint}


def _tell(desk: Desk, report: "Report") -> None:
    _tell_how(desk, report)
    summary = _(
        "Rows: {rows}; found on the map: {matched}, not found: {unmatched}, rejected: {rejected}."
    ).format(
        rows=count(report.rows),
        matched=count(report.matched),
        unmatched=count(len(report.unmatched)),
        rejected=count(len(report.rejected)),
    )
    desk.say((_("Dry run, nothing was written: ") if desk.dry_run else "") + summary)
    _tell_unmatched(desk, report)
    _tell_rejected(desk, report)
    if not report.matched:
        desk.say(_("No row is a town on the map: the figures stay as they were."))
        return
    _tell_people(desk, report.people_before, report.people_after)
    if desk.dry_run:
        desk.say(_("Next: run it again without --dry-run."))
    else:
        desk.say(_("`tueroeffner audience build` and `tueroeffner plan` count with them now."))


def _tell_how(desk: Desk, report: "Report") -> None:
    """How the file was understood, and what was repaired or passed over in it."""
    reading = report.reading
    desk.note(
        _("The file was read as {encoding}, with columns separated by {separator}.").format(
            encoding=reading.encoding.upper(),
            separator={",": _("commas"), ";": _("semicolons"), "\t": _("tabs")}[reading.separator],
        )
    )
    if reading.zeros:
        desk.note(
            ngettext(
                "The lost zero at the front of {count} key was put back.",
                "The lost zero at the front of {count} keys was put back.",
                reading.zeros,
            ).format(count=count(reading.zeros))
        )
    if reading.sums:
        desk.note(
            ngettext(
                "{count} row of a district or state, or a footnote, was left out.",
                "{count} rows of districts, states and footnotes were left out.",
                reading.sums,
            ).format(count=count(reading.sums))
        )


def _tell_unmatched(desk: Desk, report: "Report") -> None:
    inhabited = [row for row in report.unmatched if row.population]
    if not inhabited:
        return
    named = ", ".join(f"{row.name} ({count(row.population)})" for row in inhabited[:_NAMED])
    desk.say(
        _("Not found, so the built-in figures stay there: {names}{more}.").format(
            names=named, more=", …" if len(inhabited) > _NAMED else ""
        )
    )


def _tell_rejected(desk: Desk, report: "Report") -> None:
    if not report.rejected:
        return
    rows = [_rejected(each) for each in report.rejected[:_SHOWN]]
    desk.table(
        [_("Row"), _("Column"), _("Reason"), _("What to do")],
        [[str(each["row"]), each["column"], each["reason"], each["hint"]] for each in rows],
        public=True,
    )
    more = len(report.rejected) - _SHOWN
    if more > 0:
        desk.say(_("… and {count} more; --json lists them all.").format(count=count(more)))
    desk.say(_("Correct these rows and import the file again."))


def _tell_people(desk: Desk, before: int, after: int) -> None:
    desk.say(
        _("Germany: {before} → {after} million people.").format(
            before=_millions(before), after=_millions(after)
        )
    )


def _millions(people: int) -> str:
    from babel.numbers import format_decimal

    return format_decimal(people / 1_000_000, format="#,##0.0", locale=language())


def _forget(desk: Desk, office: "Office") -> Exit:
    from orchestrator.official.importing import forget

    rows, before, after = forget(office)
    desk.emit({"forgotten": rows, "people_before": before, "people_after": after})
    if not rows:
        desk.say(_("There are no official figures; the built-in ones are in use."))
        return Exit.DONE
    said = ngettext(
        "The figure of {count} municipality was forgotten; the built-in ones count again.",
        "The figures of {count} municipalities were forgotten; the built-in ones count again.",
        rows,
    ).format(count=count(rows))
    desk.say((_("Dry run, nothing was written: ") if desk.dry_run else "") + said)
    _tell_people(desk, before, after)
    return Exit.DONE
