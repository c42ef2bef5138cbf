"""``post retry|takedown``: what people decide about one post."""

from typing import TYPE_CHECKING

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.one_post import DryRun, PostId, case_on, only_shown, rows_of
from orchestrator.commands.wiring import open_shift
from orchestrator.errors import Exit
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.decide.case import Case


@command
def retry(desk: Desk, post_id: PostId, dry_run: DryRun = False) -> Exit:
    """Plan a post again that was refused or too late; a pass sends it."""
    from orchestrator.decide.retry import may_be_there, refuse
    from orchestrator.decide.retry import retry as plan_again

    case = case_on(desk, post_id)
    refuse(desk.store, case, desk.now, desk.settings.terms)
    desk.say(_("{post} did not go out:").format(post=case.heading))
    desk.say(f"  {case.post.error or _('it was too late')}")
    desk.say(
        _("It would be planned again with the same words.")
        if desk.dry_run
        else _("It is planned again with the same words.")
    )
    if may_be_there(case):
        desk.warn(
            _("A try of it had no answer. Look on the page first, also among its drafts:"
              " if it is there, this says it twice.")
        )  # fmt: skip
    if only_shown(desk, case):
        return Exit.DONE
    desk.confirm(_("Try it once more?"))
    case = plan_again(desk.store, case.post.campaign_id, case, desk.now, desk.actor)
    desk.emit({"posts": rows_of(desk, post_id)})
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


@command
def takedown(desk: Desk, post_id: PostId, dry_run: DryRun = False) -> Exit:
    """Delete a post at its network, live or not yet, and prove that it is gone."""
    desk.stop_in_any_case()
    from orchestrator.decide.lost import was_nowhere
    from orchestrator.decide.takedown import nothing_there, refuse, take_down
    from orchestrator.shift import Tally

    case, tally = case_on(desk, post_id), Tally()
    if nothing_there(case):
        desk.say(_("The network has nothing of {post} any more.").format(post=case.title))
        desk.emit({"posts": rows_of(desk, post_id)})
        return Exit.DONE
    refuse(case)
    _say_what_comes_down(desk, case)
    if only_shown(desk, case):
        return Exit.DONE
    desk.confirm(_("Delete it there?"))
    shift = open_shift(desk)
    with desk.waiting(_("Deleting it, and looking whether it is gone …")):
        before, case = case, take_down(shift, tally, case)
    desk.emit({"posts": rows_of(desk, post_id), "findings": tally.findings})
    for finding in tally.findings:
        desk.note(finding)
    if was_nowhere(before, case):
        return _say_nowhere(desk, case)
    return _say_taken(desk, case)


def _say_what_comes_down(desk: Desk, case: "Case") -> None:
    from orchestrator.decide.lost import perhaps_there

    if perhaps_there(case):
        desk.say(
            _("A try of {post} had no answer, and nobody has found it.").format(post=case.title)
        )
        desk.say(
            _("It would be looked for first.") if desk.dry_run else _("It is looked for first.")
        )
    elif case.post.state == "published":
        desk.say(
            _("{post} is live since {time}: {link}").format(
                post=case.heading,
                time=case.at(case.post.published_at or case.sent_at),
                link=case.post.permalink,
            )
        )
        desk.say(
            _("What people have shared, copied or photographed stays; so do their messages to us.")
        )
    else:
        desk.say(
            _("{post} is kept unseen by the network, as {remote_id}.").format(
                post=case.heading, remote_id=case.post.remote_id
            )
        )
    desk.say(_("It would be deleted there.") if desk.dry_run else _("It is deleted there."))


def _say_nowhere(desk: Desk, case: "Case") -> Exit:
    """It was looked for, and is not to be seen: what that proves depends on how long ago it was."""
    from orchestrator.decide.outlook import outlook

    later = outlook(case, desk.settings)
    if later is None:
        desk.say(_("The network has nothing of {post} any more.").format(post=case.title))
        return Exit.DONE
    desk.say(_("Nothing of {post} is to be seen now.").format(post=case.title))
    desk.say(later)
    return Exit.PARTLY


def _say_taken(desk: Desk, case: "Case") -> Exit:
    from orchestrator.decide.outlook import outlook

    if case.post.handed_digest is not None:
        desk.warn(
            _("Not confirmed: {post}. Each pass of `tueroeffner run` tries it again.").format(
                post=case.title
            )
        )
        return Exit.PARTLY
    if case.post.state == "withdrawn":
        desk.say(_("{post} is gone: {why}.").format(post=case.heading, why=case.post.error))
        if later := outlook(case, desk.settings):
            desk.say(later)
    else:
        desk.say(
            _("{post} was deleted before anybody saw it. `tueroeffner plan` may plan it anew.")
            .format(post=case.heading)
        )  # fmt: skip
    return Exit.DONE
