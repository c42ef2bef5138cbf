"""One post at the desk: found by its number, shown as scripts see it."""

from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.desk import Desk
from orchestrator.i18n import _

if TYPE_CHECKING:
    from datetime import datetime

    from orchestrator.decide.case import Case

PostId = Annotated[int, typer.Argument(metavar="ID")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show it, change nothing.")]


def case_on(desk: Desk, post_id: int) -> "Case":
    """The post as it stands; whatever goes wrong from here on is about it."""
    from orchestrator.decide.case import case_of

    desk.about = f"post {post_id}"
    return case_of(desk.store, desk.campaign_id(), post_id)


def rows_of(desk: Desk, post_id: int) -> list[dict[str, object]]:
    """Its row in the JSON documents."""
    from orchestrator.posts import post_rows

    with desk.looking() as (session, campaign_id):
        return [row for row in post_rows(session, campaign_id) if row["id"] == post_id]


def only_shown(desk: Desk, case: "Case") -> bool:
    """Whether that was all: a dry run ends here."""
    if desk.dry_run:
        desk.emit({"posts": rows_of(desk, case.post.id), "dry_run": True})
        desk.say(_("This was a dry run: nothing was done."))
    return desk.dry_run


def look_at(case: "Case") -> "datetime | None":
    """When it is looked for next: while it is unclear, or a try of it may still show up."""
    from orchestrator.decide.lost import next_late_look
    from orchestrator.decide.unclear import next_look
    from orchestrator.posts import local

    at = next_look(case) if case.post.state == "unknown" else next_late_look(case)
    return local(at, case.post.zone)
