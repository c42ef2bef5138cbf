"""``post shield``: whether clear abuse below one post is hidden by itself."""

from enum import StrEnum
from typing import Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.one_post import PostId, case_on
from orchestrator.i18n import _


class Switch(StrEnum):
    """How it shall be."""

    ON = "on"
    OFF = "off"


@command
def shield(
    desk: Desk,
    post_id: PostId,
    switch: Annotated[Switch, typer.Argument(metavar="on|off")],
) -> None:
    """Let clear abuse below this post be hidden by each pass, or leave it to [inbox]."""
    from orchestrator.moderation.choice import choose

    case = case_on(desk, post_id)
    on = switch is Switch.ON
    with desk.store.session() as session:
        campaign = desk.campaign(session)
        changed = choose(session, campaign.id, post_id, on, desk.now, desk.actor)
    campaign_wide = desk.settings.inbox.hide_abuse
    desk.emit({"post": post_id, "hide_abuse": on, "changed": changed, "campaign": campaign_wide})
    if on:
        desk.say(
            _("Clear abuse below {post} is hidden by each pass of `tueroeffner run`.").format(
                post=case.title
            )
        )
        desk.say(_("Nothing is deleted; `tueroeffner today` lists it in the morning."))
        return
    desk.say(
        _("For {post} the campaign's own choice counts: [inbox] hide_abuse = “{choice}”.").format(
            post=case.title, choice=campaign_wide
        )
    )
    desk.say(_("What is hidden stays so; `tueroeffner inbox unhide ID` shows one again."))
