"""``audience map``: the campaign's circles on one page."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator import i18n
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.report import document_language, open_page
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.mapping.gathering import Chart
    from orchestrator.report.files import Draft

_TO_TERMINAL = Path("-")
# Two names, so that the one for everybody is never taken for the other.
_INTERNAL, _PUBLIC = Path("audience-map.html"), Path("audience-map-public.html")


@partial(command, languages=i18n.documents)
def map_(
    desk: Desk,
    out: Annotated[
        Path | None, typer.Option(help="File to write; - is the terminal.", metavar="FILE")
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="For everybody: without what singles a person out.")
    ] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Draw the tandems' circles as one page: towns, people and numbers, never a name.

    Who may only be seen in a region has no point on it.
    """
    from orchestrator.mapping.gathering import gather
    from orchestrator.mapping.pages import page

    if out == _TO_TERMINAL and (open_ or desk.json):
        raise UsageProblem(
            _("With --out - the page itself goes to the terminal."),
            remedy=_("Name a file with --out."),
        )
    campaign = desk.settings.campaign
    with desk.looking() as (session, campaign_id), desk.waiting(_("Drawing the page …")):
        chart = gather(session, campaign_id, desk.settings.audience, public=public)
    with i18n.speaking(document_language(desk)):
        drawn = page(chart, campaign.name, desk.now, campaign.zone)
    if out == _TO_TERMINAL:
        sys.stdout.write(drawn.content.decode())
        return
    _write(desk, chart, drawn, out or (_PUBLIC if public else _INTERNAL), open_=open_)


def _write(desk: Desk, chart: "Chart", drawn: "Draft", out: Path, *, open_: bool) -> None:
    """Also without a tandem: an older file may show one who has withdrawn since."""
    from orchestrator.report.files import write_file

    path = write_file(drawn, out)
    desk.emit({"file": str(path), **chart.document()})
    desk.say(_("Wrote {path}.").format(path=path))
    if not chart.shown.tandems:
        desk.say(_("No tandem is on it yet: `tueroeffner tandem import FILE` brings them in."))
    elif not chart.public:
        desk.say(_("It is for your own planning; with --public it may be shown to everybody."))
    if open_:
        open_page(desk, path)
