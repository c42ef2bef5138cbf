"""``post list|show``: every post with its state."""

from typing import Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.schedule import say_posts
from orchestrator.errors import UsageProblem
from orchestrator.formats import moment
from orchestrator.i18n import _

app = typer.Typer(help="Single posts.", no_args_is_help=True)


@app.command("list")
@command
def list_posts(desk: Desk) -> None:
    """List all posts with their states."""
    from orchestrator.posts import post_rows

    with desk.looking() as (session, campaign_id):
        rows = post_rows(session, campaign_id)
    desk.emit({"posts": rows})
    say_posts(desk, rows)


@app.command("show")
@command
def show(desk: Desk, post_id: Annotated[int, typer.Argument(metavar="ID")]) -> None:
    """Show one post: text, audience, time and what was tried."""
    from orchestrator.posts import post_rows, tries

    with desk.looking() as (session, campaign_id):
        found = [row for row in post_rows(session, campaign_id) if row["id"] == post_id]
        tried = tries(session, post_id, desk.settings.campaign.timezone)
    if not found:
        raise UsageProblem(
            _("There is no post {number}.").format(number=post_id),
            remedy=_("`tueroeffner post list` shows them all."),
        )
    desk.emit({"posts": found, "tries": tried})
    say_posts(desk, found)
    desk.say(str(found[0]["text"]))
    if tried:
        desk.table(
            [_("Try"), _("Sent"), _("Outcome"), _("What the network said")],
            [
                [str(each["number"]), moment(each["sent_at"]), str(each["outcome"]), each["detail"]]
                for each in tried
            ],
        )
