"""``report``: what came of the campaign; ``report explain``: where a figure comes from."""

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from orchestrator import i18n
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import day_of
from orchestrator.errors import UsageProblem
from orchestrator.formats import count, moment
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from sqlmodel import Session
    from typer._click import Context

    from orchestrator.report.explain import Figure
    from orchestrator.report.figures import Report

FORMATS = ("html", "json", "csv")
_PLACES = {"html": Path("report.html"), "csv": Path("report-csv")}
_MOST_ROWS = 200
_document = partial(command, languages=i18n.documents)


class _WriteFirst(TyperGroup):
    """A group whose bare name writes: ``report --open`` is ``report write --open``."""

    def parse_args(self, ctx: "Context", args: list[str]) -> list[str]:
        """Put ``write`` in front of options."""
        if not args or args[0].startswith("-"):
            args = ["write", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(help="What came of the campaign; by itself it writes.", cls=_WriteFirst)

Since = Annotated[str | None, typer.Option(help="First day, YYYY-MM-DD.")]
Until = Annotated[str | None, typer.Option(help="Last day, YYYY-MM-DD.")]
Partner = Annotated[str | None, typer.Option(help="Only the tandems of this partner.")]


@app.command("write")
@_document
def write(
    desk: Desk,
    form: Annotated[
        str | None, typer.Option("--format", help="html (a page), json or csv (tables).")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; for csv a folder.")] = None,
    since: Since = None,
    until: Until = None,
    partner: Partner = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Write the report: a page for people, one document for scripts, or tables for Excel.

    `tueroeffner report` is short for it; `tueroeffner report explain FIGURE` tells a figure's rule.
    """
    wanted = _format(desk, form)
    if open_ and wanted != "html":
        raise UsageProblem(
            _("--open shows the page, and {format} is none.").format(format=wanted),
            remedy=_("Leave out --open, or write --format html."),
        )
    with desk.looking() as (session, campaign_id):
        report = _report(desk, session, campaign_id, since, until, partner)
        with i18n.speaking(document_language(desk)):
            files = _written(desk, wanted, report, session, out)
    _say_written(desk, wanted, files, open_=open_)


@app.command("explain")
@_document
def explain(
    desk: Desk,
    figure: Annotated[str, typer.Argument(help="Such as totals.job_offers.", metavar="FIGURE")],
    since: Since = None,
    until: Until = None,
    partner: Partner = None,
) -> None:
    """Tell a figure's rule and the rows that it counts, without names and without texts."""
    from orchestrator.report.explain import explain as found

    with desk.looking() as (session, campaign_id):
        report = _report(desk, session, campaign_id, since, until, partner)
    with i18n.speaking(document_language(desk)):
        asked = found(report, figure)
        desk.emit(asked.document(report.head.zone))
        _say_figure(desk, asked, asked.rows(report.head.zone))


def _format(desk: Desk, form: str | None) -> str:
    """``--json`` alone asks for the document; beside another format, for what was written."""
    wanted = (form or ("json" if desk.json else "html")).strip().lower()
    if wanted not in FORMATS:
        raise UsageProblem(
            _("There is no format “{name}”.").format(name=form),
            remedy=_("Choose one of: {names}.").format(names=", ".join(FORMATS)),
        )
    if form is None or wanted == "json":
        desk.json = desk.json or wanted == "json"
    return wanted


def document_language(desk: Desk) -> str:
    """A document may speak more languages than the program."""
    return desk.lang if desk.lang in i18n.documents() else i18n.language()


def _report(
    desk: Desk,
    session: "Session",
    campaign_id: int,
    since: str | None,
    until: str | None,
    partner: str | None,
) -> "Report":
    from orchestrator.report.making import make
    from orchestrator.report.scopes import Wish

    first, last = (day_of(each) if each else None for each in (since, until))
    if first and last and last < first:
        raise UsageProblem(
            _("The last day is before the first."), remedy=_("Exchange --since and --until.")
        )
    wish = Wish(first, last, partner)
    return make(session, campaign_id, desk.settings, lambda: desk.key, desk.now, wish)


def _written(
    desk: Desk, wanted: str, report: "Report", session: "Session", out: Path | None
) -> list[Path]:
    """Write what was asked for; the document goes to the terminal unless a file is named."""
    from orchestrator.report.files import write_file, write_folder

    if wanted == "csv":
        from orchestrator.report.tables import tables

        return write_folder(tables(report, session), out or _PLACES["csv"])
    if wanted == "html":
        from orchestrator.report.pages import page

        with desk.waiting(_("Drawing the page …")):
            drawn = page(report)
        return [write_file(drawn, out or _PLACES["html"])]
    if out is None:
        desk.emit(report.document())
        return []
    return [write_file(report.draft(), out)]


def _say_written(desk: Desk, wanted: str, files: list[Path], *, open_: bool) -> None:
    if files:
        desk.emit({"files": [str(path) for path in files]})
    for path in files:
        desk.say(_("Wrote {path}.").format(path=path))
    if open_:
        open_page(desk, files[0])
    elif wanted == "html":
        desk.say(_("Open it in a browser; it can be printed and sent on as one file."))


def open_page(desk: Desk, path: Path) -> None:
    """Show a page in the browser."""
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        desk.warn(_("No browser could be started here; open {path} yourself.").format(path=path))


def _say_figure(desk: Desk, figure: "Figure", rows: list[dict[str, Any]]) -> None:
    value = figure.value
    for name, each in value.items() if isinstance(value, dict) else [(figure.name, value)]:
        said = _("no figure") if each is None else count(each) if isinstance(each, int) else each
        desk.say(f"{name}: {said}")
    for rule in figure.rules:
        desk.say(rule)
    if not rows:
        desk.say(_("It counts no rows."))
        return
    desk.table(
        [_("Row"), _("Network"), _("Time"), _("What it says")],
        [
            [
                f"{row['kind']} {row['id'] or ''}".strip(),
                row["network"] or "",
                moment(row["at"]) if row["at"] else "",
                _rest(row),
            ]
            for row in rows[:_MOST_ROWS]
        ],
    )
    if len(rows) > _MOST_ROWS:
        more = len(rows) - _MOST_ROWS
        desk.say(
            ngettext(
                "{count} more row: --json tells them all.",
                "{count} more rows: --json tells them all.",
                more,
            ).format(count=count(more))
        )


def _rest(row: dict[str, Any]) -> str:
    """Everything else of a row, as scripts name it."""
    more = {name: row[name] for name in row if name not in ("kind", "id", "network", "at")}
    return " · ".join(f"{name} {json.dumps(value, default=str)}" for name, value in more.items())
