"""``tandem withdraw|close``: a tandem leaves, and its posts come down and are seen to be gone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.backup import remember_endings
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.held import quiet_shift, reaching
from orchestrator.commands.wiring import tandem_ids
from orchestrator.errors import Exit, UsageProblem
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.leaving.away import Away, Left
    from orchestrator.leaving.look import Outlook
    from orchestrator.shift import Shift

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
    return _bring_away(desk, view, cancelled)


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

    desk.stop_also_without_key()
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


def _bring_away(desk: Desk, view: "Outlook", cancelled: int) -> Exit:
    from orchestrator.leaving.away import bring, standing
    from orchestrator.shift import Tally

    shift, tally, findings = quiet_shift(desk, {}), Tally(), list[str]()
    total = len(standing(shift, view.tandem_id))
    shift = reaching(desk, shift, findings) if total else shift
    with _shown(desk, shift, total) as watched:
        away = bring(watched, tally, view.tandem_id)
    for finding in [*findings, *tally.findings] if desk.verbose else findings:
        desk.warn(finding)
    desk.emit(_document(view, cancelled, away))
    _say_away(desk, view, cancelled, away)
    return Exit.PERSON_NEEDED if away.left else Exit.DONE


@contextmanager
def _shown(desk: Desk, shift: "Shift", total: int) -> "Iterator[Shift]":
    """The same shift, which advances a bar with every post that is gone."""
    with desk.progress(_("Taking posts down"), total) as advance:

        def reached(point: str) -> None:
            shift.reached(point)
            if point in ("removed", "recalled"):
                advance()

        yield replace(shift, reached=reached)


def _document(view: "Outlook", cancelled: int, away: "Away") -> dict[str, Any]:
    return {
        "tandem": view.slug,
        "cancelled": cancelled,
        "called_back": away.called_back,
        "removed": away.removed,
        "left": [
            {
                "post": each.post.id,
                "network": each.post.network,
                "state": each.post.state,
                "permalink": each.post.permalink,
                "why": each.why,
            }
            for each in away.left
        ],
    }


def _say_away(desk: Desk, view: "Outlook", cancelled: int, away: "Away") -> None:
    for sentence, count in (
        (ngettext("{count} post was called off.", "{count} posts were called off.", cancelled),
         cancelled),
        (ngettext("{count} post that a network held was called back.",
                  "{count} posts that a network held were called back.", len(away.called_back)),
         len(away.called_back)),
        (ngettext("{count} post was taken down and is seen to be gone.",
                  "{count} posts were taken down and are seen to be gone.", len(away.removed)),
         len(away.removed)),
    ):  # fmt: skip
        if count:
            desk.say(sentence.format(count=count))
    if not away.left:
        desk.say(_("No network has anything left of {slug} that must go.").format(slug=view.slug))
        return
    for each in away.left:
        desk.warn(_still_up(each))
    desk.warn(
        _("Every pass of `tueroeffner run` tries it again; you can also run the same command.")
    )


def _still_up(each: "Left") -> str:
    """One sentence for a post that is not confirmed to be gone, with what a person can do."""
    from orchestrator.inbox.words import source_word
    from orchestrator.removal import ended

    sentence = _("Post {number} on {network} is not confirmed to be gone: {why}")
    said = ended(
        sentence.format(
            number=each.post.id, network=source_word(each.post.network, ""), why=each.why
        )
    )
    if each.post.state == "published" and each.post.permalink:
        return f"{said} " + _("Or delete it there: {link}").format(link=each.post.permalink)
    return said
