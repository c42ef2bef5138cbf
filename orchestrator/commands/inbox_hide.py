"""``inbox hide|unhide``: somebody's words below our posts, out of sight and back into it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.held import quiet_shift, reaching
from orchestrator.commands.inbox_hand import Told
from orchestrator.commands.inbox_table import cut, way_of
from orchestrator.errors import Exit
from orchestrator.formats import full_sentence, moment
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.model import Reply
    from orchestrator.moderation.sight import Seen

_Id = Annotated[int, typer.Argument(metavar="ID", help="The reply's number.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Show it, change nothing.")]


@dataclass(frozen=True)
class Put:
    """What became of a wish to hide a reply or to show it again, and how the command ends."""

    told: Told
    exit: Exit


@command
def hide(desk: Desk, reply_id: _Id, dry_run: _DryRun = False) -> Exit:
    """Hide a reply at its network; its author still sees it, and it can be shown again."""
    return _hide(desk, reply_id, hidden=True)


@command
def unhide(desk: Desk, reply_id: _Id, dry_run: _DryRun = False) -> Exit:
    """Show a hidden reply again; the rule of the campaign leaves it alone after that."""
    return _hide(desk, reply_id, hidden=False)


def _hide(desk: Desk, reply_id: int, *, hidden: bool) -> Exit:
    for line in what_it_means(desk, reply_id, hidden=hidden):
        desk.say(line)
    state = _state(desk, reply_id)
    if not (hidden or state["hidden_by"] or state["hidden_at"]):
        desk.emit({**state, "changed": False, "confirmed": True, "reason": None})
        desk.say(_("Reply {number} was not hidden.").format(number=reply_id))
        return Exit.DONE
    if desk.dry_run:
        desk.emit({**state, "changed": False, "confirmed": False, "reason": None})
        desk.say(_("This was a dry run: nothing was done."))
        return Exit.DONE
    desk.confirm(question(reply_id, hidden=hidden))
    put = put_out_of_sight(desk, reply_id, hidden=hidden)
    desk.emit(put.told.state)
    (desk.say if put.exit is Exit.DONE else desk.warn)(put.told.sentence)
    if put.told.next:
        desk.say(put.told.next)
    return put.exit


def question(reply_id: int, *, hidden: bool) -> str:
    """What is asked before it is done."""
    if hidden:
        return _("Hide reply {number} at its network?").format(number=reply_id)
    return _("Show reply {number} again, for all to see?").format(number=reply_id)


def what_it_means(desk: Desk, reply_id: int, *, hidden: bool) -> list[str]:
    """Whose words they are and who sees them after that, said before it is asked; refused where
    nothing can be hidden.
    """
    from orchestrator.inbox.hand import reply_of
    from orchestrator.inbox.hiding import refuse

    desk.about = f"reply {reply_id}"
    with desk.looking() as (session, campaign_id):
        reply = reply_of(session, campaign_id, reply_id)
        refuse(reply)
    lines = [_words(desk, reply)]
    if hidden:
        lines.append(_still_seen(reply.network or ""))
    if hidden and reply.queue:
        lines.append(_("It may be an offer or a question: somebody should read it first."))
    if hidden and reply.evidence_since is None:
        lines.append(
            _("For a complaint, keep it first: `tueroeffner inbox evidence {number}`").format(
                number=reply_id
            )
        )
    return lines


def _words(desk: Desk, reply: "Reply") -> str:
    """What it is about, since a number is soon mistyped; Arabic stands alone in its line."""
    from rich.cells import cell_len

    from orchestrator.inbox import arabic
    from orchestrator.inbox.words import flat

    author, text, width = flat(reply.author), flat(reply.text), desk.console.width
    if arabic.has_rtl(text):
        return arabic.line(text, width, cell_len, way_of(desk))
    return cut(f"{author}: {text}" if author else text, width)


def _still_seen(network: str) -> str:
    if network == "x":
        return _("Its author still sees it, and so does whoever opens the hidden replies on X.")
    return _("Its author and the author's friends still see it; nobody else does.")


def put_out_of_sight(desk: Desk, reply_id: int, *, hidden: bool) -> Put:
    """Write the wish down, act on it at once, and say what the network made of it."""
    from orchestrator.inbox.hand import reply_of
    from orchestrator.inbox.hiding import want_hidden, want_shown
    from orchestrator.moderation import hide_at_once
    from orchestrator.shift import Tally

    with desk.store.session() as session:
        reply = reply_of(session, desk.campaign(session).id, reply_id)
        want = want_hidden if hidden else want_shown
        changed = want(session, reply, desk.now, desk.actor)
    tally = Tally()
    shift = reaching(desk, quiet_shift(desk, {}), tally.findings)
    with desk.waiting(_("Asking the network …")):
        seen = hide_at_once(shift, tally, reply_id)
    return _put(desk, reply_id, seen, tally.findings, hidden=hidden, changed=changed)


def _put(
    desk: Desk, reply_id: int, seen: "Seen", findings: list[str], *, hidden: bool, changed: bool
) -> Put:
    why = seen.refused.get(reply_id) or seen.missed.get(reply_id)
    state = _state(desk, reply_id)
    done = why is None and (state["hidden_at"] is not None) is hidden
    state |= {"changed": changed, "confirmed": done, "reason": why}
    if reply_id in seen.refused:
        return Put(Told(state, _refused(state, why or "", hidden)), Exit.PERSON_NEEDED)
    if reply_id in seen.gone:
        gone = _("The network has reply {number} no longer.").format(number=reply_id)
        following = _("Next: `tueroeffner collect` finds out whether its author deleted it.")
        return Put(Told(state, gone, following), Exit.DONE)
    if not done:
        return Put(Told(state, _missed(reply_id, [why or "?", *findings], hidden)), Exit.PARTLY)
    return Put(Told(state, _done(state, hidden, changed), _next(reply_id, hidden)), Exit.DONE)


def _done(state: dict[str, Any], hidden: bool, changed: bool) -> str:
    if not hidden:
        sentence = (
            _("Reply {number} can be seen again.")
            if changed
            else _("Reply {number} was not hidden.")
        )
        return sentence.format(number=state["id"])
    sentence = (
        _("Reply {number} is hidden.")
        if changed
        else _("Reply {number} is hidden already, since {time}.")
    )
    return sentence.format(number=state["id"], time=moment(state["hidden_at"]))


def _next(reply_id: int, hidden: bool) -> str:
    if not hidden:
        return ""
    return _("To show it again: `tueroeffner inbox unhide {number}`").format(number=reply_id)


def _refused(state: dict[str, Any], why: str, hidden: bool) -> str:
    sentence = (
        _("Reply {number} cannot be hidden from here: {why} Hide it there: {link}")
        if hidden
        else _("Reply {number} cannot be shown again from here: {why} Show it there: {link}")
    )
    link = state["permalink"] or state["network"]
    return sentence.format(number=state["id"], why=full_sentence(why), link=link)


def _missed(reply_id: int, why: list[str], hidden: bool) -> str:
    sentence = (
        _("Reply {number} is not hidden yet: {why} Each pass of `tueroeffner run` tries it again.")
        if hidden
        else _(
            "Reply {number} is not shown again yet: {why} Each pass of `tueroeffner run` tries it"
            " again."
        )
    )
    told = dict.fromkeys(full_sentence(each) for each in why if not each.startswith("reply "))
    return sentence.format(number=reply_id, why=" ".join(told))


def _state(desk: Desk, reply_id: int) -> dict[str, Any]:
    from orchestrator.inbox.hand import reply_of
    from orchestrator.posts import local

    with desk.looking() as (session, campaign_id):
        reply: Reply = reply_of(session, campaign_id, reply_id)
    return {
        "id": reply.id,
        "network": reply.network,
        "hidden_by": reply.hidden_by or None,
        "hidden_at": local(reply.hidden_at, desk.settings.campaign.timezone),
        "permalink": reply.permalink,
    }
