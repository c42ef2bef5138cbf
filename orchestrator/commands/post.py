"""``post list|show|settle|retry|takedown``: every post with its state, and what people decide."""

from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.schedule import say_posts
from orchestrator.commands.wiring import open_shift
from orchestrator.errors import Exit, UsageProblem
from orchestrator.formats import moment
from orchestrator.i18n import _

if TYPE_CHECKING:
    from datetime import datetime

    from orchestrator.decide.case import Case
    from orchestrator.shift import Shift, Tally

app = typer.Typer(help="Single posts.", no_args_is_help=True)
PostId = Annotated[int, typer.Argument(metavar="ID")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show it, change nothing.")]


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
def show(desk: Desk, post_id: PostId) -> None:
    """Show one post: text, audience, time, what was tried, and what comes next."""
    from orchestrator.decide.outlook import outlook
    from orchestrator.posts import tries

    case, zone = _case(desk, post_id), desk.settings.campaign.timezone
    with desk.looking() as (session, _campaign_id):
        tried = tries(session, post_id, zone)
    next_step = outlook(case, desk.settings)
    found = _rows(desk, post_id)
    desk.emit({"posts": found, "tries": tried, "outlook": next_step, "next_look": _next_look(case)})
    say_posts(desk, found)
    desk.say(str(found[0]["text"]))
    if next_step:
        desk.say(next_step)
    if tried:
        desk.table(
            [_("Try"), _("Sent"), _("Outcome"), _("What the network said")],
            [
                [str(each["number"]), moment(each["sent_at"]), str(each["outcome"]), each["detail"]]
                for each in tried
            ],
        )


@app.command("settle")
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
    case = _case(desk, post_id)
    if case.post.state != "unknown":
        desk.say(_("{post} is not unclear: nothing to settle.").format(post=case.heading))
        desk.emit({"posts": _rows(desk, post_id)})
        return Exit.DONE
    _say_unclear(desk, case, live, gone)
    if _only_shown(desk, case):
        return Exit.DONE
    desk.confirm(_("Settle it so?") if gone or live is not None else _("Look for it now?"))
    shift = open_shift(desk)
    with desk.waiting(_("Looking for posts …")):
        case, tally = _settled(shift, case, live, gone)
    return _say_settled(desk, case, tally)


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
    if live is not None:
        desk.say(
            _("The post that you name is looked at; if it is ours and says these words, it is it.")
        )
    elif gone:
        desk.say(
            _("It is looked for once more. If it is nowhere, the next pass sends the same words.")
        )
    else:
        desk.say(_("It is looked for among our own posts there. Nothing is sent."))


def _say_settled(desk: Desk, case: "Case", tally: "Tally") -> Exit:
    from orchestrator.decide.outlook import outlook

    desk.emit(
        {
            "posts": _rows(desk, case.post.id),
            "looks": case.last.reads if case.last else 0,
            "next_look": _next_look(case),
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


def _next_look(case: "Case") -> "datetime | None":
    from orchestrator.decide.unclear import next_look
    from orchestrator.posts import local

    unclear = case.post.state == "unknown"
    return local(next_look(case), case.post.zone) if unclear else None


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


@app.command("retry")
@command
def retry(desk: Desk, post_id: PostId, dry_run: DryRun = False) -> Exit:
    """Plan a post again that was refused, too late or called off; a pass sends it."""
    from orchestrator.decide.retry import may_be_there, refuse
    from orchestrator.decide.retry import retry as plan_again

    case = _case(desk, post_id)
    refuse(desk.store, case, desk.now)
    desk.say(
        _("{post} did not go out: {why}. It is planned again with the same words.").format(
            post=case.heading, why=(case.post.error or _("it was too late")).rstrip(".")
        )
    )
    if may_be_there(case):
        desk.warn(
            _("A try of it had no answer. Look on the page first, also among its drafts:"
              " if it is there, this says it twice.")
        )  # fmt: skip
    if _only_shown(desk, case):
        return Exit.DONE
    desk.confirm(_("Try it once more?"))
    case = plan_again(desk.store, case.post.campaign_id, case, desk.now, desk.actor)
    desk.emit({"posts": _rows(desk, post_id)})
    _say_when(desk, case)
    return Exit.DONE


def _say_when(desk: Desk, case: "Case") -> None:
    from orchestrator.decide.retry import is_stopped

    if case.post.due_at > desk.now:
        desk.say(_("It goes out at its time, {time}.").format(time=case.at(case.post.due_at)))
    else:
        desk.say(
            _(
                "It goes out with the next pass, where late posts go out {burst} at a time;"
                " `tueroeffner publish` makes one now."
            ).format(burst=desk.settings.campaign.burst)
        )
    if is_stopped(desk.store, case):
        desk.note(_("It is stopped by `tueroeffner pause`: first `tueroeffner resume`."))


@app.command("takedown")
@command
def takedown(desk: Desk, post_id: PostId, dry_run: DryRun = False) -> Exit:
    """Delete a post at its network, live or not yet, and prove that it is gone."""
    from orchestrator.decide.takedown import nothing_there, refuse, take_down
    from orchestrator.shift import Tally

    case, tally = _case(desk, post_id), Tally()
    if nothing_there(case):
        desk.say(_("The network has nothing of {post} any more.").format(post=case.title))
        desk.emit({"posts": _rows(desk, post_id)})
        return Exit.DONE
    refuse(case)
    _say_what_comes_down(desk, case)
    if _only_shown(desk, case):
        return Exit.DONE
    desk.confirm(_("Delete it there?"))
    shift = open_shift(desk)
    with desk.waiting(_("Deleting it, and looking whether it is gone …")):
        case = take_down(shift, tally, case)
    desk.emit({"posts": _rows(desk, post_id), "findings": tally.findings})
    for finding in tally.findings:
        desk.note(finding)
    return _say_taken(desk, case)


def _say_what_comes_down(desk: Desk, case: "Case") -> None:
    if case.post.state == "published":
        desk.say(
            _("{post} is live since {time}: {link}. It is deleted there.").format(
                post=case.heading, time=case.at(case.sent_at), link=case.post.permalink
            )
        )
        desk.say(
            _("What people have shared, copied or photographed stays; so do their messages to us.")
        )
    else:
        desk.say(
            _("{post} is kept unseen by the network, as {remote_id}. It is deleted there.").format(
                post=case.heading, remote_id=case.post.remote_id
            )
        )


def _say_taken(desk: Desk, case: "Case") -> Exit:
    if case.post.handed_digest is not None:
        desk.warn(
            _("Not confirmed: {post}. Each pass of `tueroeffner run` tries it again.").format(
                post=case.title
            )
        )
        return Exit.PARTLY
    if case.post.state == "withdrawn":
        desk.say(_("{post} is gone: {why}.").format(post=case.heading, why=case.post.error))
    else:
        desk.say(
            _("{post} was deleted before anybody saw it. `tueroeffner plan` may plan it anew.")
            .format(post=case.heading)
        )  # fmt: skip
    return Exit.DONE


def _case(desk: Desk, post_id: int) -> "Case":
    from orchestrator.decide.case import case_of

    with desk.looking() as (_session, campaign_id):
        pass
    return case_of(desk.store, campaign_id, post_id)


def _rows(desk: Desk, post_id: int) -> list[dict[str, object]]:
    from orchestrator.posts import post_rows

    with desk.looking() as (session, campaign_id):
        return [row for row in post_rows(session, campaign_id) if row["id"] == post_id]


def _only_shown(desk: Desk, case: "Case") -> bool:
    """Whether that was all: a dry run ends here."""
    if desk.dry_run:
        desk.emit({"posts": _rows(desk, case.post.id), "dry_run": True})
        desk.say(_("This was a dry run: nothing was done."))
    return desk.dry_run
