"""``approve``: only what a person has seen and approved is ever sent."""

from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import day_of, tandem_ids
from orchestrator.errors import Exit, UsageProblem
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from sqlmodel import Session

    from orchestrator.model import Post


@command
def approve(
    desk: Desk,
    slugs: Annotated[list[str] | None, typer.Argument(help="Tandems.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All tandems.")] = False,
    seen_by_tandem: Annotated[
        str | None, typer.Option(help="Date on which the tandem saw its posts, YYYY-MM-DD.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, write nothing.")] = False,
) -> Exit:
    """Approve the planned posts of some tandems or of all, in exactly their present form."""
    from orchestrator.approve import approve as approve_posts
    from orchestrator.approve import awaiting
    from orchestrator.unkept import is_doubtful

    if bool(slugs) == everything:
        raise UsageProblem(
            _("Say whose posts to approve."), remedy=_("Name tandems, or add --all.")
        )
    if not desk.settings.campaign.contact:
        raise UsageProblem(
            _("[campaign] contact is empty: readers would not know where to turn."),
            remedy=_("Write the action centre's phone, mail or short link into the configuration."),
        )
    seen = day_of(seen_by_tandem).isoformat() if seen_by_tandem else None
    ids = None if everything else list(tandem_ids(desk, slugs or []).values())
    with desk.looking() as (session, campaign_id):
        waiting = awaiting(session, campaign_id, ids)
        doubtful = [each for each in waiting if everything and is_doubtful(each)]
        slugs_left = _slugs(session, doubtful)
    waiting = [each for each in waiting if each not in doubtful]
    stale = [post for post in waiting if not _says_contact(desk, post)]
    posts = [(post.id, post.digest) for post in waiting if post not in stale]
    approved = 0
    if posts and not dry_run:
        desk.confirm(_question(len(posts)))
    if posts:
        with desk.store.session(dry_run=dry_run) as session:
            desk.campaign(session)
            approved = approve_posts(session, posts, desk.now, desk.actor, seen)
    left = len(waiting) - approved
    left_out = [each.id for each in doubtful]
    desk.emit({"approved": approved, "left": left, "left_out": left_out, "dry_run": dry_run})
    _say_left_out(desk, len(doubtful), slugs_left)
    if approved or left or not doubtful:
        _say(desk, approved, left, dry_run)
    if doubtful:
        return Exit.PERSON_NEEDED
    return Exit.PARTLY if left else Exit.DONE


def _slugs(session: "Session", posts: "list[Post]") -> list[str]:
    from orchestrator.model import Tandem

    return sorted({session.get_one(Tandem, each.tandem_id).slug for each in posts})


def _say_left_out(desk: Desk, count: int, slugs: list[str]) -> None:
    """What others saw than were meant to is not taken along with the rest."""
    if not count:
        return
    words = ngettext(
        "{count} post was left out, since its audience was not kept the last time: {slugs}.",
        "{count} posts were left out, since their audience was not kept the last time: {slugs}.",
        count,
    )
    desk.warn(words.format(count=count, slugs=", ".join(slugs)))
    desk.warn(
        _("→ If that cannot happen again: `tueroeffner approve {slugs}`.").format(
            slugs=" ".join(slugs)
        )
    )


def _question(count: int) -> str:
    return ngettext(
        "Approve {count} post as `tueroeffner preview` shows it?",
        "Approve {count} posts as `tueroeffner preview` shows them?",
        count,
    ).format(count=count)


def _says_contact(desk: Desk, post: "Post") -> bool:
    """Whether the campaign's present contact stands in a post that must carry it."""
    from orchestrator import networks

    if networks.adapter(post.network).LIMITS.link_in_text:
        return True  # a network where every character counts
    return " ".join(desk.settings.campaign.contact.split()) in " ".join(post.text.split())


def _say(desk: Desk, approved: int, left: int, dry_run: bool) -> None:
    if left:
        desk.warn(
            ngettext(
                "{count} post was changed in the meantime, or does not name today's contact.",
                "{count} posts were changed in the meantime, or do not name today's contact.",
                left,
            ).format(count=left)
        )
        desk.warn(_("→ Run `tueroeffner plan`, look at the preview, and approve again."))
    if not approved:
        desk.say(_("No post was approved. `tueroeffner plan` makes posts."))
        return
    desk.say(
        ngettext("{count} post approved.", "{count} posts approved.", approved).format(
            count=approved
        )
    )
    desk.say(
        _("This was a dry run: nothing was written.")
        if dry_run
        else _(
            "Next: `tueroeffner run` keeps going, or `tueroeffner run --once` every day at the"
            " times that stand in [campaign] passes."
        )
    )
