"""``post settle``: is an unclear post live? Looked up, or told by a person."""

from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.one_post import DryRun, PostId, case_on, look_at, only_shown, rows_of
from orchestrator.commands.wiring import open_shift
from orchestrator.errors import Exit, UsageProblem
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.decide.case import Case
    from orchestrator.shift import Shift, Tally


@command
def settle(
    desk: Desk,
    post_id: PostId,
    live: Annotated[
        str | None,
        typer.Option("--live", metavar="LINK", help="It is live: its address or its number."),
    ] = None,
    gone: Annotated[
        bool, typer.Option("--not-live", help="You have looked: it is nowhere. Plan it again.")
    ] = False,
    dry_run: DryRun = False,
) -> Exit:
    """Find out whether an unclear post is live: look now, or say what you saw; sends nothing."""
    if live is not None and gone:
        raise UsageProblem(
            _("--live and --not-live contradict each other."), remedy=_("Choose one of them.")
        )
    case = case_on(desk, post_id)
    if case.post.state != "unknown":
        desk.say(_("{post} is not unclear: nothing to settle.").format(post=case.heading))
        desk.say(_("What fits: {command}").format(command=_fitting(case)))
        desk.emit({"posts": rows_of(desk, post_id)})
        return Exit.DONE
    _say_unclear(desk, case, live, gone)
    if only_shown(desk, case):
        return Exit.DONE
    desk.confirm(_("Settle it so?") if gone or live is not None else _("Look for it now?"))
    shift = open_shift(desk)
    with desk.waiting(_("Looking for posts …")):
        case, tally = _settled(shift, case, live, gone)
    return _say_settled(desk, case, tally)


def _fitting(case: "Case") -> str:
    words = {"rejected": "retry", "expired": "retry", "published": "takedown"}
    return f"tueroeffner post {words.get(case.post.state, 'show')} {case.post.id}"


def _settled(shift: "Shift", case: "Case", live: str | None, gone: bool) -> "tuple[Case, Tally]":
    from orchestrator.decide.unclear import is_live, look, not_live
    from orchestrator.shift import Tally

    tally = Tally()
    if live is not None:
        return is_live(shift, tally, case, live), tally
    return (not_live if gone else look)(shift, tally, case), tally


def _say_unclear(desk: Desk, case: "Case", live: str | None, gone: bool) -> None:
    """What is known, what will be done, and why that can be done."""
    assert case.last is not None, "what is unclear was tried"
    desk.say(
        _(
            "Nobody knows yet whether {post} is live. It was sent {time}; what came back: {why}"
        ).format(
            post=case.title,
            time=case.at(case.last.sent_at),
            why=case.last.detail or case.post.error or _("nothing"),
        )
    )
    desk.say(_would_be(live, gone) if desk.dry_run else _will_be(live, gone))


def _will_be(live: str | None, gone: bool) -> str:
    if live is not None:
        return _(
            "The post that you name is looked at; if it is ours and says these words, it is it."
        )
    if gone:
        return _(
            "It is looked for once more. If it is nowhere, the next pass sends the same words."
        )
    return _("It is looked for among our own posts there. Nothing is sent.")


def _would_be(live: str | None, gone: bool) -> str:
    if live is not None:
        return _("The post that you name would be looked at, whether it is ours with these words.")
    if gone:
        return _(
            "It would be looked for once more; if it is nowhere, the next pass would send the"
            " same words."
        )
    return _("It would be looked for among our own posts there.")


def _say_settled(desk: Desk, case: "Case", tally: "Tally") -> Exit:
    from orchestrator.decide.outlook import outlook

    desk.emit(
        {
            "posts": rows_of(desk, case.post.id),
            "looks": case.last.reads if case.last else 0,
            "next_look": look_at(case),
            "outlook": outlook(case, desk.settings),
            "findings": tally.findings,
        }
    )
    for finding in tally.findings:
        desk.warn(finding)
    if case.post.state == "unknown":
        return _say_open(desk, case)
    desk.say(_ended(case))
    return Exit.PERSON_NEEDED if tally.needs_person else Exit.DONE


def _say_open(desk: Desk, case: "Case") -> Exit:
    """It was not found: what that says, what happens next, and what a person can do."""
    from orchestrator.decide.outlook import outlook
    from orchestrator.decide.unclear import next_look, quiet_until

    if desk.now < quiet_until(case):
        desk.say(
            _("Not found, which says nothing before {time}: the platform may be slow.").format(
                time=case.at(quiet_until(case))
            )
        )
    desk.say(outlook(case, desk.settings) or "")
    if next_look(case) is None:
        return Exit.PERSON_NEEDED
    desk.say(
        _("Or look yourself: tueroeffner post settle {number} --live LINK, or --not-live.").format(
            number=case.post.id
        )
    )
    return Exit.PARTLY


def _ended(case: "Case") -> str:
    """What an unclear post turned out to be."""
    post = case.post
    words = {"post": case.heading, "link": post.permalink, "why": post.error}
    if post.state == "published":
        return _("{post} is live: {link}").format(**words)
    if post.state == "scheduled":
        return _("{post} is there: the network publishes it by itself {time}.").format(
            **words, time=case.at(post.handed_for or post.due_at)
        )
    if post.state == "planned" and post.handed_digest is not None:
        return _("{post} is there as a draft that nobody sees; the next pass publishes it.").format(
            **words
        )
    if post.state == "planned":
        return _("{post} is nowhere: the next pass sends the same words.").format(**words)
    return _("{post} does not go out: {why}").format(**words)
