"""What became of posts that had to go out of sight at their networks, or to come back into it."""

from dataclasses import dataclass, field
from functools import cache

from sqlmodel import col, select

from orchestrator import networks
from orchestrator.attempts import QUIET
from orchestrator.copies import copies_of
from orchestrator.elsewhere import may_send
from orchestrator.ending import BY_DATE, until_of
from orchestrator.formats import full_sentence
from orchestrator.freeze import is_frozen
from orchestrator.hiding.wanted import Wanted, amiss
from orchestrator.i18n import _
from orchestrator.model import Attempt, Campaign, Post
from orchestrator.outcome import note
from orchestrator.ports import (
    Hiding,
    Network,
    NotAuthorised,
    OutcomeUnknown,
    Place,
    Rejected,
    Trouble,
    Unreadable,
)
from orchestrator.shift import Shift, Tally, about
from orchestrator.visits import Visits
from orchestrator.vocabulary import PostState


@dataclass(frozen=True)
class Sight:
    """What became of the posts that had to go out of sight, or to come back into it.

    ``not_hidden``, ``not_shown``: those that a network did not confirm, and why. ``unable``: those
    on networks that cannot hide anything. ``gone``: those that the network has no longer.
    """

    hidden: list[int] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    not_hidden: dict[int, str] = field(default_factory=dict)
    not_shown: dict[int, str] = field(default_factory=dict)
    unable: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


def see_to(shift: Shift, tally: Tally, wanted: list[Wanted], sight: Sight) -> None:
    """Bring the networks into line with it, post by post, and note in ``sight`` what it led to."""
    distrust = cache(lambda network: _distrust(shift, tally, network))
    visits = Visits(shift, tally, urgent=True)
    for each in wanted:
        shift.world.unseen_to[each.post.id] = shift.now
        name = each.post.network
        network = shift.networks.get(name)
        if not _can_hide(name, network):
            _pass_by(shift, sight, each)
        elif network is None:
            _miss(sight, each, _("its network is off"))
        elif _needs_trust(each) and (why := distrust(name)):
            _miss(sight, each, why)
        elif not visits.welcome(name):
            _miss(sight, each, _("its network is not asked any further for now"))
        else:
            _miss(sight, each, _("something unexpected happened"))
            with visits.to(name, each.post.id):
                _change(shift, tally, network, each, sight)


def _can_hide(name: str, network: Network | None) -> bool:
    """Also known of a network that is off."""
    if network is None:
        return networks.adapter(name).LIMITS.hiding
    return isinstance(network, Hiding)


def _needs_trust(each: Wanted) -> bool:
    """Whether a clock or a database that may be wrong must not do it."""
    return not each.hidden or each.why in BY_DATE


def _pass_by(shift: Shift, sight: Sight, each: Wanted) -> None:
    """On a network that hides nothing, nothing has to be shown again either."""
    if each.hidden:
        sight.unable.append(each.post.id)
        return
    with shift.store.session(patient=True) as session:
        session.get_one(Post, each.post.id, with_for_update=True).hidden_at = None
    _hit(shift, sight, each)


def _distrust(shift: Shift, tally: Tally, network: str) -> str | None:
    """Why a newer stop than those in these rows may be in force, or the calendar be wrong."""
    with shift.store.reading() as session:
        frozen = is_frozen(session, session.get_one(Campaign, shift.campaign_id))(network)
    if frozen:
        return _("the database is older than the world; go on with `tueroeffner run --release`")
    return may_send(shift, tally)(network)


def _miss(sight: Sight, each: Wanted, why: str) -> None:
    (sight.not_hidden if each.hidden else sight.not_shown)[each.post.id] = why


def _change(shift: Shift, tally: Tally, network: Network, each: Wanted, sight: Sight) -> None:
    assert isinstance(network, Hiding), "only such a network has hidden posts"
    if not _is_still_wanted(shift, each):
        _hit(shift, sight, each)
        return  # somebody wants something else by now, or has done it
    try:
        if _is_so_already(network, each):
            return
        seen = _all_asked_and_read(shift, network, each)
    except Trouble as trouble:
        _miss(sight, each, trouble.why)
        if isinstance(trouble, Rejected | NotAuthorised | Unreadable):
            _alarm(tally, each, trouble.why)
        raise
    if seen is None:
        _gone(shift, sight, each)
    elif seen is each.hidden:
        _write_down(shift, tally, sight, each)
    else:
        why = _("the network does not do it")
        _miss(sight, each, why)
        _alarm(tally, each, why)
    shift.reached("seen to")


def _is_still_wanted(shift: Shift, each: Wanted) -> bool:
    with shift.store.reading() as session:
        until = until_of(shift.settings.campaign, shift.now)
        now = amiss(session, shift.campaign_id, until, each.post.id)
    return [other.hidden for other in now] == [each.hidden]


def _is_so_already(network: Hiding, each: Wanted) -> bool:
    """Whether what has to come down is hidden, as it was before; it is looked at all the same."""
    if not (each.hidden and each.post.hidden_at):
        return False
    return network.is_hidden(each.post.remote_id or "") is True


def _all_asked_and_read(shift: Shift, network: Network, each: Wanted) -> bool | None:
    """How the post is seen now, or a copy of it that is not seen as it should."""
    assert isinstance(network, Hiding), "only such a network has hidden posts"
    seen = _asked_and_read(shift, network, each.post.remote_id or "", each.hidden)
    for copy in copies_of(shift, network, each.post):
        if copy.place is Place.LIVE:
            too = _asked_and_read(shift, network, copy.remote_id, each.hidden)
            seen = seen if too in (None, each.hidden) else too
    return seen


def _asked_and_read(shift: Shift, network: Hiding, remote_id: str, hidden: bool) -> bool | None:
    """Order it, and look whether it is so: what is read counts, whatever the order's answer was."""
    doubt = None
    shift.reached("hiding")
    try:
        network.hide(remote_id, hidden)
    except OutcomeUnknown as trouble:
        doubt = trouble
    shift.reached("hidden")
    seen = network.is_hidden(remote_id)
    if doubt and seen is not None and seen is not hidden:
        raise doubt
    return seen


def _write_down(shift: Shift, tally: Tally, sight: Sight, each: Wanted) -> None:
    with shift.store.session(patient=True) as session:
        row = session.get_one(Post, each.post.id, with_for_update=True)
        if (row.state, row.remote_id) == (PostState.PUBLISHED, each.post.remote_id):
            row.hidden_at = shift.now if each.hidden else None
            note(session, shift, "hidden" if each.hidden else "shown again", row.id)
    _hit(shift, sight, each)
    (sight.hidden if each.hidden else sight.shown).append(each.post.id)
    if each.hidden:
        tally.hidden += 1
    else:
        tally.shown_again += 1


def _gone(shift: Shift, sight: Sight, each: Wanted) -> None:
    """Nothing is left to be seen; unless it is so new that the platform only does not show it."""
    with shift.store.session(patient=True) as session:
        sent = select(Attempt.sent_at).where(Attempt.post_id == each.post.id)
        last = session.exec(sent.order_by(col(Attempt.number).desc())).first()
        if last and shift.now - last < QUIET:
            _miss(sight, each, _("the network does not show it yet"))
            return
        row = session.get_one(Post, each.post.id, with_for_update=True)
        row.gone_at, row.hidden_at = row.gone_at or shift.now, None
    _hit(shift, sight, each)
    sight.gone.append(each.post.id)
    shift.world.unseen_to[each.post.id] = shift.now  # no pass asks for it again at once


def _hit(shift: Shift, sight: Sight, each: Wanted) -> None:
    if each.why is None:
        shift.world.unseen_to.pop(each.post.id, None)  # what has to come down is looked at again
    (sight.not_hidden if each.hidden else sight.not_shown).pop(each.post.id, None)


def _alarm(tally: Tally, each: Wanted, trouble: str) -> None:
    """Say what is still to be seen, or not to be seen, and where a person can put it right.

    Of what has to come down ``removal`` says so.
    """
    if each.why is not None:
        return
    why = (
        _("it is to be hidden, and can still be seen: {trouble} Hide it there: {link}")
        if each.hidden
        else _("it is to be seen again, and is still hidden: {trouble} Show it there: {link}")
    )
    link = each.post.permalink or each.post.network
    tally.alarm(about(each.post.id, why.format(trouble=full_sentence(trouble), link=link)))
