"""``tandem screen``: the safety check before a person's first post, and what follows from it."""

from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands import brought_down
from orchestrator.commands.backing_up import remember_endings
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.screen_questions import alias_of, ask, result_of
from orchestrator.commands.wiring import tandem_ids
from orchestrator.errors import Exit, TueroeffnerError
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.screening.keeping import Kept
    from orchestrator.screening.wish import Subject
    from orchestrator.vocabulary import Show


@command
def screen(
    desk: Desk,
    slug: Annotated[str, typer.Argument(help="The tandem.", metavar="SLUG")],
    show: Annotated[
        str | None,
        typer.Option(help="Result of a check on paper: full, no-face, alias, region or none."),
    ] = None,
    alias: Annotated[str, typer.Option(help="Public name, for alias and region.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, change nothing.")] = False,
) -> Exit:
    """Ask five questions, keep nothing but how much of the person may be public."""
    subject = _subject(desk, slug)
    try:
        wanted = result_of(show) if show is not None else ask(desk)
        name = alias_of(desk, subject, wanted, alias)
        _say_what_follows(desk, subject, wanted)
        if desk.dry_run:
            return _only_shown(desk, subject, wanted)
        desk.confirm(_("Keep this result?"))
    except (KeyboardInterrupt, typer.Abort) as error:
        raise _nothing_kept() from error
    return _follow(desk, subject, wanted, _keep(desk, subject, wanted, name))


def _nothing_kept() -> TueroeffnerError:
    error = TueroeffnerError(
        _("Interrupted; no answer was kept."),
        remedy=_("The same command asks all five questions again."),
    )
    error.exit = Exit.INTERRUPTED
    return error


def _subject(desk: Desk, slug: str) -> "Subject":
    from orchestrator.screening.wish import subject_of

    tandem_id = tandem_ids(desk, [slug])[slug]
    with desk.looking() as (session, _campaign_id):
        return subject_of(session, desk.key, tandem_id)


def _say_what_follows(desk: Desk, subject: "Subject", show: "Show | None") -> None:
    from orchestrator.screening import wish, words

    desk.say(f"{subject.tandem.slug} → {words.result_words(show)}")
    if once := words.no_way_back(show):
        desk.say(once)
    for remark in wish.remarks(subject, show):
        desk.note(remark)
    count = _shows_too_much(desk, subject, show)
    if count:
        desk.say(
            ngettext(
                "{count} published post shows more than that: it is deleted now.",
                "{count} published posts show more than that: they are deleted now.",
                count,
            ).format(count=count)
        )
        desk.say(_("What people have shared, copied or photographed stays."))


def _shows_too_much(desk: Desk, subject: "Subject", show: "Show | None") -> int:
    from orchestrator.screening.keeping import showing_more

    with desk.looking() as (session, _campaign_id):
        return showing_more(session, subject.tandem.id, show)


def _only_shown(desk: Desk, subject: "Subject", show: "Show | None") -> Exit:
    desk.emit({"tandem": subject.tandem.slug, "show": show, "dry_run": True})
    _say_telling(desk, subject, show)
    desk.say(_("This was a dry run: nothing was done."))
    return Exit.DONE


def _keep(desk: Desk, subject: "Subject", show: "Show | None", alias: str) -> "Kept":
    from orchestrator.media.keeping import let_go
    from orchestrator.screening.keeping import keep

    with desk.store.session(patient=True) as session:
        desk.campaign(session)
        kept = keep(session, subject.tandem.id, show, alias, desk.now, desk.actor)
    remember_endings(desk)
    with desk.looking() as (session, _campaign_id):
        let_go(session, desk.settings.folder, kept.files)
    desk.say(_("Kept: the result, and nothing that was answered."))
    return kept


def _follow(desk: Desk, subject: "Subject", show: "Show | None", kept: "Kept") -> Exit:
    """Bring in line at once what networks have, and say what a person still has to do."""
    away = brought_down.bring(desk, subject.tandem.id)
    told = _say_telling(desk, subject, show)
    desk.emit(
        {
            "tandem": subject.tandem.slug,
            "show": show,
            "changed": kept.changed,
            "narrower": kept.narrower,
            "approvals_taken_back": kept.approvals_lost,
            **brought_down.document(away),
            "telling": told,
        }
    )
    code = brought_down.say(desk, away)
    if show and not code and subject.is_posted:
        desk.say(
            _("Next: `tueroeffner plan`, then `tueroeffner preview` and `tueroeffner approve`.")
        )
    return Exit.PERSON_NEEDED if told else code


def _say_telling(desk: Desk, subject: "Subject", show: "Show | None") -> list[dict[str, str]]:
    """Name the columns that say what is hidden now; nothing is planned with them."""
    from orchestrator.screening.wish import telling

    told = telling(subject, show)
    for each in told:
        desk.warn(
            _("Nothing of it is planned yet, column {column}: {reason} {hint}").format(
                column=each.column, reason=each.reason, hint=each.hint
            )
        )
    return [vars(each) for each in told]
