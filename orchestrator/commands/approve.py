"""``approve``: only what a person has seen and approved is ever sent."""

from typing import Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import tandem_ids
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _, ngettext


@command
def approve(
    desk: Desk,
    slugs: Annotated[list[str] | None, typer.Argument(help="Tandems.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All tandems.")] = False,
    seen_by_tandem: Annotated[
        str | None, typer.Option(help="Date on which the tandem saw its posts, YYYY-MM-DD.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, write nothing.")] = False,
) -> None:
    """Approve the planned posts of some tandems or of all, in exactly their present form."""
    from orchestrator.approve import approve as approve_posts
    from orchestrator.approve import awaiting

    if bool(slugs) == everything:
        raise UsageProblem(
            _("Say whose posts to approve."), remedy=_("Name tandems, or add --all.")
        )
    if not desk.settings.campaign.contact:
        raise UsageProblem(
            _("[campaign] contact is empty: readers would not know where to turn."),
            remedy=_("Write the action centre's phone, mail or short link into the configuration."),
        )
    seen = _date(seen_by_tandem)
    ids = None if everything else list(tandem_ids(desk, slugs or []).values())
    with desk.store.session() as session:
        campaign_id = desk.campaign(session).id
        posts = [(post.id, post.digest) for post in awaiting(session, campaign_id, ids)]
    approved = 0
    if posts:
        question = ngettext(
            "Approve {count} post as `tueroeffner preview` shows it?",
            "Approve {count} posts as `tueroeffner preview` shows them?",
            len(posts),
        ).format(count=len(posts))
        if not dry_run:
            desk.confirm(question)
        with desk.store.session(dry_run=dry_run) as session:
            approved = approve_posts(session, posts, desk.now, desk.actor, seen)
    desk.emit({"approved": approved, "dry_run": dry_run})
    if not posts:
        desk.say(_("No post waits for an approval. `tueroeffner plan` makes them."))
        return
    desk.say(
        ngettext("{count} post approved.", "{count} posts approved.", approved).format(
            count=approved
        )
    )
    desk.say(
        _("This was a dry run: nothing was written.")
        if dry_run
        else _("Next: `tueroeffner run --once` every day, or `tueroeffner run` to keep going.")
    )


def _date(text: str | None) -> str | None:
    from datetime import date

    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageProblem(
            _("“{text}” is not a date.").format(text=text),
            remedy=_("Write it like 2026-11-23."),
        ) from error
