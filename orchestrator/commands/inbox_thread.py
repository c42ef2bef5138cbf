"""``inbox thread``: a whole conversation as one page, for whoever wants to read it in a browser."""

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.i18n import _


@command
def thread(
    desk: Desk,
    reply_id: Annotated[int, typer.Argument(metavar="ID", help="The reply's number.")],
    out: Annotated[Path | None, typer.Option(help="File to write.", metavar="FILE")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Write the thread around a reply as one page; without --out into a temporary file."""
    from orchestrator.commands.report import open_page

    path = draw(desk, reply_id, out)
    desk.emit({"file": str(path)})
    desk.say(_("Wrote {path}.").format(path=path) if out else where(path))
    if open_:
        open_page(desk, path)


def draw(desk: Desk, reply_id: int, out: Path | None = None) -> Path:
    """Write the page; a temporary file is its owner's alone."""
    from orchestrator.inbox.hand import reply_of
    from orchestrator.inbox.thread import thread_of
    from orchestrator.inbox.thread_page import MARK, page
    from orchestrator.report.files import Draft, write_file

    with desk.looking() as (session, campaign_id):
        found = thread_of(session, reply_of(session, campaign_id, reply_id))
    drawn = page(found, desk.now, desk.settings.campaign.zone)
    if out is not None:
        name = f"thread-{reply_id}.html"
        return write_file(Draft(name, drawn.encode(), MARK.encode()), out)
    number, name = tempfile.mkstemp(prefix=f"tueroeffner-thread-{reply_id}-", suffix=".html")
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(drawn)
    return Path(name)


def where(path: Path) -> str:
    """Where the temporary page is, for whoever has to open it themselves."""
    return _("The thread is in {path}; open it in a browser, and delete it after that.").format(
        path=path
    )
