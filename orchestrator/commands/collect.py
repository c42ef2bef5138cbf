"""``collect``: read reach and replies now."""

from typing import Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.tally import say_collected
from orchestrator.commands.wiring import open_shift
from orchestrator.errors import Exit
from orchestrator.i18n import _


@command
def collect(
    desk: Desk,
    everything: Annotated[
        bool, typer.Option("--all", help="Every live post, also those that were read just now.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be read, read nothing.")
    ] = False,
) -> Exit:
    """Read reach and replies of the posts that are due for it; young posts are read often."""
    from orchestrator.collect import would_read
    from orchestrator.run import collect_pass

    shift = open_shift(desk)
    if not dry_run:
        with desk.waiting(_("Asking the networks …")):
            tally = collect_pass(shift, everything=everything, by_hand=True)
        return say_collected(desk, tally)
    due = would_read(shift, everything=everything)
    desk.emit({"due": due})
    for name, count in due.items():
        desk.say(_("{network}: {count} posts would be read.").format(network=name, count=count))
    desk.say(_("This was a dry run: nothing was read."))
    return Exit.DONE
