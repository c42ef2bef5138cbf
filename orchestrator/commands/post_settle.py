"""``post settle``: is an unclear post live? Looked up, or told by a person."""

from enum import Enum, auto
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


class Said(Enum):
    """What a person says of a post; nothing: then it is looked for."""

    NOTHING = auto()
    LIVE = auto()
    NOT_LIVE = auto()
    GONE = auto()


@command
def settle(
    desk: Desk,
    post_id: PostId,
    live: Annotated[
        str | None,
        typer.Option("--live", metavar="LINK", help="It is live: its address or its number."),
    ] = None,
    not_live: Annotated[
        bool, typer.Option("--not-live", help="You have looked: it is nowhere. Plan it again.")
    ] = False,
    gone: Annotated[
        bool,
        typer.Option(
            "--gone",
            help="You have looked: it is gone for good, live before or not. For posts that nobody"
            " can look at or delete from here any more. It is never sent again.",
        ),
    ] = False,
    dry_run: DryRun = False,
) -> Exit:
    """Find out whether an unclear post is live: look now, or say what you saw; sends nothing."""
    said = _said(live, not_live, gone)
    case = case_on(desk, post_id)
    if not _is_open(case, said):
        desk.say(_("{post} is not unclear: nothing to settle.").format(post=case.heading))
        desk.say(_("What fits: {command}").format(command=_fitting(case)))
        desk.emit({"posts": rows_of(desk, post_id)})
        return Exit.DONE
    _say_unclear(desk, case, said)
    if only_shown(desk, case):
        return Exit.DONE
    desk.confirm(_("Look for it now?") if said is Said.NOTHING else _("Settle it so?"))
    shift = open_shift(desk, offline=said is Said.GONE)
    with desk.waiting(_("Looking for posts …")):
        before, (case, tally) = case, _settled(shift, case, said, live or "")
    return _say_settled(desk, before, case, tally)


def _said(live: str | None, not_live: bool, gone: bool) -> Said:
    given = {"--live": live is not None, "--not-live": not_live, "--gone": gone}
    chosen = [name for name, is_given in given.items() if is_given]
    if len(chosen) > 1:
        raise UsageProblem(
            _("{one} and {other} contradict each other.").format(one=chosen[0], other=chosen[1]),
            remedy=_("Choose one of them."),
        )
    words = {"--live": Said.LIVE, "--not-live": Said.NOT_LIVE, "--gone": Said.GONE}
    return words[chosen[0]] if chosen else Said.NOTHING


def _is_open(case: "Case", said: Said) -> bool:
    """Whether there is anything to say, or to find out, about it."""
    from orchestrator.decide.gone import may_be_gone
    from orchestrator.decide.lost import perhaps_there

    if said is Said.GONE:
        return may_be_gone(case)
    lost = perhaps_there(case) and said is not Said.NOT_LIVE
    return case.post.state == "unknown" or lost


def _fitting(case: "Case") -> str:
    words = {"rejected": "retry", "expired": "retry", "published": "takedown"}
    return f"tueroeffner post {words.get(case.post.state, 'show')} {case.post.id}"


def _settled(shift: "Shift", case: "Case", said: Said, link: str) -> "tuple[Case, Tally]":
    from orchestrator.decide.gone import say_gone
    from orchestrator.decide.lost import look_again
    from orchestrator.decide.unclear import is_live, look, not_live
    from orchestrator.shift import Tally

    tally = Tally()
    if said is Said.LIVE:
        return is_live(shift, tally, case, link), tally
    if said is Said.GONE:
        return say_gone(shift, case), tally
    if said is Said.NOT_LIVE:
        return not_live(shift, tally, case), tally
    return (look if case.post.state == "unknown" else look_again)(shift, tally, case), tally


def _say_unclear(desk: Desk, case: "Case", said: Said) -> None:
    """What is known, what will be done, and why that can be done."""
    _say_known(desk, case)
    desk.say(_would_be(said) if desk.dry_run else _will_be(said))


def _say_known(desk: Desk, case: "Case") -> None:
    from orchestrator.decide.lost import perhaps_there

    if case.post.state == "published":
        desk.say(
            _("{post} is live, as far as we know: {link}").format(
                post=case.heading, link=case.post.permalink
            )
        )
        return
    if case.post.handed_digest is not None:
        desk.say(
            _("{post} is kept unseen by the network, as {remote_id}.").format(
                post=case.heading, remote_id=case.post.remote_id
            )
        )
        return
    if perhaps_there(case):
        desk.say(
            _("A try of {post} had no answer, and nobody has found it.").format(post=case.title)
        )
        return
    if case.last is None:
        return
    desk.say(
        _(
            "Nobody knows yet whether {post} is live. It was sent {time}; what came back: {why}"
        ).format(
            post=case.title,
            time=case.at(case.last.sent_at),
            why=case.last.detail or case.post.error or _("nothing"),
        )
    )


def _will_be(said: Said) -> str:
    if said is Said.LIVE:
        return _(
            "The post that you name is looked at; if it is ours and says these words, it is it."
        )
    if said is Said.GONE:
        return _("It is on record as gone then, as said by you, and never looked for again.")
    if said is Said.NOT_LIVE:
        return _(
            "It is looked for once more. If it is nowhere, the next pass sends the same words."
        )
    return _("It is looked for among our own posts there. Nothing is sent.")


def _would_be(said: Said) -> str:
    if said is Said.LIVE:
        return _("The post that you name would be looked at, whether it is ours with these words.")
    if said is Said.GONE:
        return _("It would be on record as gone, as said by you, and never looked for again.")
    if said is Said.NOT_LIVE:
        return _(
            "It would be looked for once more; if it is nowhere, the next pass would send the"
            " same words."
        )
    return _("It would be looked for among our own posts there.")


def _say_settled(desk: Desk, before: "Case", case: "Case", tally: "Tally") -> Exit:
    from orchestrator.decide.lost import was_nowhere
    from orchestrator.decide.outlook import outlook

    desk.emit(
        {
            "posts": rows_of(desk, case.post.id),
            "looks": _looks(case),
            "next_look": look_at(case),
            "outlook": outlook(case, desk.settings),
            "findings": tally.findings,
        }
    )
    for finding in tally.findings:
        desk.warn(finding)
    if case.post.state == "unknown":
        return _say_open(desk, case)
    if was_nowhere(before, case):
        desk.say(_("Nothing of {post} is to be seen now.").format(post=case.title))
        desk.say(outlook(case, desk.settings) or _ended(case))
        return Exit.DONE if look_at(case) is None else Exit.PARTLY
    desk.say(_ended(case))
    return Exit.PERSON_NEEDED if tally.needs_person else Exit.DONE


def _looks(case: "Case") -> int:
    from orchestrator.copies import READS

    looks = case.last.reads if case.last else 0
    return looks if case.post.state == "unknown" else min(looks, READS)


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
    if post.state == "withdrawn":
        return _("{post} is gone: {why}.").format(**words)
    return _("{post} does not go out: {why}").format(**words)
