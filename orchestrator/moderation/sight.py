"""What became of replies that had to go out of sight at their networks, or to come back into it."""

from dataclasses import dataclass, field

from sqlmodel import Session

from orchestrator import journal
from orchestrator.abuse.wanted import Wanted, amiss
from orchestrator.formats import full_sentence
from orchestrator.freeze import is_frozen
from orchestrator.i18n import _
from orchestrator.model import Campaign, Reply
from orchestrator.ports import Moderating, NotPermitted, Rejected, Trouble
from orchestrator.shift import Shift, Tally, about_reply
from orchestrator.visits import Visits
from orchestrator.vocabulary import RULE, SEEN


@dataclass(frozen=True)
class Seen:
    """What became of the replies. ``missed``: not confirmed, and why; a pass tries it again.

    ``refused``: the network never does it. ``gone``: it has them no longer.
    """

    hidden: list[int] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    missed: dict[int, str] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)


def see_to(
    shift: Shift, tally: Tally, wanted: list[Wanted], seen: Seen, *, urgent: bool = False
) -> None:
    """Bring the networks into line with it, reply by reply, and note what it led to."""
    visits = Visits(shift, tally, urgent=urgent, words=about_reply)
    for each in wanted:
        reply, name = each.reply, each.reply.network or ""
        shift.world.veiled[reply.id] = shift.now
        network = shift.networks.get(name)
        if network is None:
            seen.missed[reply.id] = _("its network is off")
        elif not isinstance(network, Moderating):
            _give_up(shift, tally, each, seen, _("the network cannot hide replies"))
        elif not each.hidden and _is_frozen(shift, name):
            # A newer wish to hide it may be in the rows that are lost.
            seen.missed[reply.id] = _("the database is older than the world")
        elif not visits.welcome(name):
            seen.missed[reply.id] = _("its network is not asked any further for now")
        else:
            seen.missed[reply.id] = _("something unexpected happened")
            with visits.to(name, reply.id):
                _change(shift, tally, network, each, seen, visits)


def _is_frozen(shift: Shift, name: str) -> bool:
    with shift.store.reading() as session:
        campaign = session.get_one(Campaign, shift.campaign_id)
        return bool(is_frozen(session, campaign)(name))


def _change(
    shift: Shift, tally: Tally, network: Moderating, each: Wanted, seen: Seen, visits: Visits
) -> None:
    reply = each.reply
    if not _is_still_wanted(shift, each):
        del seen.missed[reply.id]
        return  # somebody wants something else by now, or has done it
    shift.reached("hiding a reply")
    try:
        now_hidden = network.hide_reply(reply.remote_id or "", each.hidden)
    except NotPermitted as refusal:
        seen.missed[reply.id] = refusal.why
        visits.over.add(reply.network or "")
        tally.alarm(about_reply(reply.id, refusal.why))
        return
    except Rejected as refusal:
        _give_up(shift, tally, each, seen, refusal.why)
        return
    except Trouble as trouble:
        seen.missed[reply.id] = trouble.why
        raise
    shift.reached("reply hidden")
    _note(shift, tally, each, seen, now_hidden)


def _is_still_wanted(shift: Shift, each: Wanted) -> bool:
    with shift.store.reading() as session:
        now = amiss(session, shift.campaign_id, only=[each.reply.id])
    return [other.hidden for other in now] == [each.hidden]


def _note(shift: Shift, tally: Tally, each: Wanted, seen: Seen, now_hidden: bool | None) -> None:
    reply = each.reply
    if now_hidden is None:
        # The next reading finds out whether its author deleted it.
        seen.missed.pop(reply.id, None)
        seen.gone.append(reply.id)
    elif now_hidden is not each.hidden:
        seen.missed[reply.id] = _("the network does not do it")
        tally.alarm(about_reply(reply.id, _where(each, seen.missed[reply.id])))
    else:
        _write_down(shift, each)
        seen.missed.pop(reply.id, None)
        shift.world.veiled.pop(reply.id, None)
        (seen.hidden if each.hidden else seen.shown).append(reply.id)
        tally.replies_hidden += each.hidden
        tally.replies_shown += not each.hidden


def _write_down(shift: Shift, each: Wanted) -> None:
    with shift.store.session(patient=True) as session:
        row = _locked(session, shift, each.reply.id)
        row.hidden_at = shift.now if each.hidden else None
        what = "reply hidden" if each.hidden else "reply shown"
        _record(session, shift, row.id, what)


def _give_up(shift: Shift, tally: Tally, each: Wanted, seen: Seen, why: str) -> None:
    """What a network refuses for good is not wanted any more; a person is told where to do it."""
    with shift.store.session(patient=True) as session:
        row = _locked(session, shift, each.reply.id)
        if each.hidden:
            # The rule must not want it again with the next pass.
            row.hidden_by = SEEN if row.hidden_by in (RULE, SEEN) else None
        else:
            row.hidden_at = None
        _record(session, shift, row.id, "reply not hidden" if each.hidden else "reply not shown")
    seen.missed.pop(each.reply.id, None)
    seen.refused[each.reply.id] = why
    tally.alarm(about_reply(each.reply.id, _where(each, why)))


def _where(each: Wanted, why: str) -> str:
    sentence = (
        _("it is to be hidden, and can still be seen: {trouble} Hide it there: {link}")
        if each.hidden
        else _("it is to be seen again, and is still hidden: {trouble} Show it there: {link}")
    )
    link = each.reply.permalink or each.reply.network or ""
    return sentence.format(trouble=full_sentence(why), link=link)


def _locked(session: Session, shift: Shift, reply_id: int) -> Reply:
    session.get_one(Campaign, shift.campaign_id, with_for_update=True)
    return session.get_one(Reply, reply_id, with_for_update=True)


def _record(session: Session, shift: Shift, reply_id: int, what: str) -> None:
    journal.record(session, shift.campaign_id, shift.now, shift.actor, what, f"reply {reply_id}")
