"""``db``: the state of the database, and bringing it up to date."""

from typing import Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.i18n import _

app = typer.Typer(help="Look after the database.", no_args_is_help=True)


@app.command("status")
@command
def status(desk: Desk) -> None:
    """Tell whether the database fits this program; nothing is changed."""
    from orchestrator.soundness import refuse_unsound
    from orchestrator.store import Schema, inspect

    found = inspect(desk.settings.database.url)
    if found.schema is Schema.CURRENT:
        refuse_unsound(desk.settings.database.url)
    desk.emit(
        {"schema": found.schema, "at": found.at, "newest": found.newest, "where": found.where}
    )
    desk.say(
        {
            Schema.MISSING: _("There is no database {where} yet; the first import makes it."),
            Schema.EMPTY: _("The database {where} is empty; the first import sets it up."),
            Schema.OLDER: _("The database {where} is older than this program."),
            Schema.CURRENT: _("The database {where} fits this program."),
            Schema.NEWER: _("The database {where} is newer than this program."),
            Schema.FOREIGN: _("The database {where} belongs to another program."),
        }[found.schema].format(where=found.where)
    )
    if found.schema is Schema.OLDER:
        desk.say(_("Next: {command}").format(command="tueroeffner db upgrade"))


@app.command("upgrade")
@command
def upgrade(
    desk: Desk,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell.")] = False,
) -> None:
    """Bring the database to this program's version, after a copy of it was made."""
    from orchestrator.store import Schema, inspect, renew

    url = desk.settings.database.url
    found = inspect(url)
    found.refuse_unfit()
    old = found.schema is not Schema.CURRENT
    if old and not dry_run:
        desk.confirm(_("Bring the database {where} up to date?").format(where=found.where))
    copy = renew(url) if old and not dry_run else None
    document = {"from": found.at, "to": found.newest, "changed": old, "copy": copy}
    desk.emit({**document, "dry_run": dry_run})
    if not old:
        desk.say(_("The database {where} is up to date.").format(where=found.where))
    elif dry_run:
        desk.say(_("The database {where} would be brought up to date.").format(where=found.where))
    else:
        desk.say(_("The database {where} is up to date now.").format(where=found.where))
    if copy:
        desk.say(_("A copy from before is in {copy}.").format(copy=copy))
