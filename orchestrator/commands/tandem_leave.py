"""``tandem withdraw|close``: a tandem leaves, and its posts come down and are seen to be gone."""

from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands import brought_down
from orchestrator.commands.advert_off import say_off, switch_off
from orchestrator.commands.backing_up import remember_endings
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import tandem_ids
from orchestrator.errors import Exit, UsageProblem
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.leaving.look import Outlook

Slug = Annotated[str, typer.Argument(help="The tandem.", metavar="SLUG")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show it, change nothing.")]
_POSTS = ("keep", "down")


@command
def withdraw(desk: Desk, slug: Slug, dry_run: DryRun = False) -> Exit:
    """Both people withdraw: nothing more goes out, all posts come down, with proof."""
    from orchestrator.leaving import decision

    view = _look(desk, slug)
    if view.state != "withdrawn":
        _say_what_comes(desk, view, down=True)
        if desk.dry_run:
            return _only_shown(desk, view)
        desk.confirm(_("Withdraw this tandem for good?"))
        with desk.store.session(patient=True) as session:
            cancelled = decision.withdraw(session, view.tandem_id, desk.now, desk.actor)
        remember_endings(desk)
        desk.say(_("Withdrawn: from now on nothing of {slug} goes out.").format(slug=slug))
    elif desk.dry_run:
        return _only_shown(desk, view)
    else:
        cancelled = 0
    code = _bring_away(desk, view, cancelled)
    _say_what_stays(desk, view)
    return code


@command
def close(
    desk: Desk,
    slug: Slug,
    reason: Annotated[str | None, typer.Option(help="Why: hired or other.")] = None,
    posts: Annotated[
        str | None, typer.Option(help="What becomes of published posts: keep or down.")
    ] = None,
    dry_run: DryRun = False,
) -> Exit:
    """End a tandem's part, since somebody was hired or for another reason."""
    from orchestrator.leaving import decision

    view = _look(desk, slug)
    _refuse_withdrawn(view)
    because = _reason(view, reason)
    down = _posts_down(desk, view, posts)
    if (view.state, view.closed_because, view.posts_down) != ("closed", because, down):
        _say_what_comes(desk, view, down=down)
        if desk.dry_run:
            return _only_shown(desk, view)
        desk.confirm(_("Close this tandem?"))
        with desk.store.session(patient=True) as session:
            cancelled = decision.close(
                session, view.tandem_id, desk.now, desk.actor, because, posts_down=down
            )
        remember_endings(desk)
        desk.say(_("Closed: from now on nothing of {slug} goes out.").format(slug=slug))
        desk.say(_("An offer that still comes is shown as one for another tandem."))
    elif desk.dry_run:
        return _only_shown(desk, view)
    else:
        cancelled = 0
        desk.say(_("{slug} is closed already.").format(slug=slug))
    return _bring_away(desk, view, cancelled)


def _look(desk: Desk, slug: str) -> "Outlook":
    from orchestrator.leaving.look import outlook

    desk.stop_in_any_case()
    tandem_id = tandem_ids(desk, [slug])[slug]
    with desk.looking() as (session, _campaign_id):
        return outlook(session, tandem_id)


def _refuse_withdrawn(view: "Outlook") -> None:
    if view.state == "withdrawn":
        raise UsageProblem(
            _("{slug} has withdrawn: there is nothing left to close.").format(slug=view.slug),
            remedy=_("`tueroeffner tandem withdraw {slug}` goes on with its posts.").format(
                slug=view.slug
            ),
        )


def _reason(view: "Outlook", given: str | None) -> str:
    from orchestrator.leaving.decision import REASONS

    reason = given or view.closed_because
    if reason in REASONS:
        return reason
    raise UsageProblem(
        _("“{reason}” is no reason to close a tandem.").format(reason=given)
        if given
        else _("A tandem is closed for a reason."),
        remedy=_("Add --reason hired, or --reason other."),
    )


def _posts_down(desk: Desk, view: "Outlook", given: str | None) -> bool:
    """Whether its published posts come down: as given, as it is, as somebody says, or none are."""
    if given is not None and given not in _POSTS:
        raise UsageProblem(
            _("“{word}” is nothing that can become of posts.").format(word=given),
            remedy=_("Use --posts keep, or --posts down."),
        )
    if view.posts_down:
        _refuse_to_keep(view, given)
        return True
    if given is not None or view.state == "closed" or not view.published:
        return given == "down"
    return _asked(desk, view)


def _refuse_to_keep(view: "Outlook", given: str | None) -> None:
    if given == "keep":
        raise UsageProblem(
            _("The posts of {slug} are coming down already.").format(slug=view.slug),
            remedy=_("What came down is planned anew only for a tandem that is not closed."),
        )


def _asked(desk: Desk, view: "Outlook") -> bool:
    question = ngettext(
        "Does its {count} published post come down, too?",
        "Do its {count} published posts come down, too?",
        view.published,
    ).format(count=view.published)
    if not desk.may_ask or desk.yes:
        raise UsageProblem(
            _("This must be decided: {question}").format(question=question),
            remedy=_("Add --posts keep or --posts down, and --yes."),
        )
    return desk.agrees(question)


def _say_what_comes(desk: Desk, view: "Outlook", *, down: bool) -> None:
    from orchestrator.leaving.words import cannot_be_undone, standing

    if not view.networks:
        desk.say(_("Nothing of {slug} is planned or published.").format(slug=view.slug))
    for each in view.networks:
        desk.say(f"  {standing(each)}")
    if not down:
        desk.say(_("What is planned is called off; what is published stays."))
        return
    desk.say(_("What is planned is called off; what networks have is deleted there."))
    for line in cannot_be_undone():
        desk.say(line)


def _only_shown(desk: Desk, view: "Outlook") -> Exit:
    networks = [vars(each) for each in view.networks]
    desk.emit({"tandem": view.slug, "state": view.state, "networks": networks, "dry_run": True})
    desk.say(_("This was a dry run: nothing was done."))
    return Exit.DONE


def _say_what_stays(desk: Desk, view: "Outlook") -> None:
    from orchestrator.media import media_of

    with desk.looking() as (session, _campaign_id):
        kept = media_of(session, view.tandem_id)
    if kept:
        desk.say(
            _(
                "Its pictures and films stay on this machine until"
                " `tueroeffner tandem erase {slug}`."
            ).format(slug=view.slug)
        )


def _bring_away(desk: Desk, view: "Outlook", cancelled: int) -> Exit:
    off, away = switch_off(desk, [view.slug]), brought_down.bring(desk, view.tandem_id)
    told = {"tandem": view.slug, "cancelled": cancelled, **brought_down.document(away)}
    desk.emit(told | off.document())
    if cancelled:
        said = ngettext("{count} post was called off.", "{count} posts were called off.", cancelled)
        desk.say(said.format(count=cancelled))
    code = max(brought_down.say(desk, away), say_off(desk, off))
    if not code and not away.unseen:
        desk.say(_("No network has anything left of {slug} that must go.").format(slug=view.slug))
    return code
