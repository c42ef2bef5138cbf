"""``config show``: every setting with its value and where it came from."""

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.i18n import _

app = typer.Typer(help="Look at the configuration.", no_args_is_help=True)


@app.command("show")
@command
def show(desk: Desk) -> None:
    """Show every setting, its value and its origin; secrets are masked."""
    from orchestrator.config import shown

    rows = shown(desk.settings)
    desk.emit(
        {"settings": [dict(zip(("key", "value", "origin"), row, strict=True)) for row in rows]}
    )
    columns = [_("Setting"), _("Value"), _("From")]
    desk.table(columns, [list(row) for row in rows], public=True)
