"""Publishing: claim → intent committed → send → outcome. Nothing after the call re-enters it.

Each step is a transaction of its own, so that a crash between any two leaves a state from which
the next pass knows what is certain: a claim alone was never sent; an intent without an outcome is
``unknown`` and is settled by reading our own page, never by sending again blindly.

Every network is served in a thread of its own, so that none waits for another; and one program at
a time sends on an account.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import col, select

from orchestrator.attempts import attempts_of, unclear
from orchestrator.claim import LEASE, claim, intend
from orchestrator.due import choose, due_posts, recover, to_hand_over
from orchestrator.elsewhere import may_send, remembers
from orchestrator.frame import frame_of
from orchestrator.freeze import lost_since
from orchestrator.i18n import _
from orchestrator.model import Post
from orchestrator.outcome import Delivery, delivered, failed, numbered, outcome_of, unapproved
from orchestrator.poll import anything_due
from orchestrator.ports import (
    Draft,
    Holding,
    Network,
    NotAuthorised,
    NotSent,
    Place,
    RateLimited,
    Receipt,
    Rejected,
    Trouble,
    Unattached,
)
from orchestrator.shift import Shift, Tally, about
from orchestrator.turns import turn
from orchestrator.uploads import are_there, on_its_way
from orchestrator.visits import UNCLEAR_IN_A_ROW, bench, beside, is_benched, keep_pace, tell_resting
from orchestrator.vocabulary import Outcome, PostState
from schedules.calendar import is_quiet

# No call lasts longer, from the name's look-up to the last byte; less than a lease by far.
LONGEST_CALL = timedelta(seconds=60)
_SECOND = timedelta(seconds=1)
# How a try ends of which the network has nothing. One that asked to wait, or for another token, had
# the words before it said so: where it has them after all, they may be ours.
_NEVER_THERE = (Outcome.NOT_SENT, Outcome.REJECTED)
# So often a post's pictures are brought anew because the network had them no more when it was sent.
_BROUGHT_ANEW = 2


def publish(shift: Shift, tally: Tally) -> None:
    """Send what is due, oldest first; each network by itself, so that none stops another."""
    recover(shift)
    tell_resting(shift, tally)
    shift.reached("recovered")
    blocked = _blocked(shift, tally)
    due = choose(shift, tally, blocked)
    shift.reached("chosen")
    _serve(shift, tally, due)
    with shift.store.session() as session:
        tally.waiting = len(due_posts(session, shift))


def follow(shift: Shift, tally: Tally) -> None:
    """Send what was put aside in this pass, as far as its pictures and films have come since."""
    frame = frame_of(shift.settings.campaign)
    if not tally.aside or is_quiet(shift.now, frame.quiet, frame.zone):
        return
    blocked = _blocked(shift, tally)
    with shift.store.reading() as session:
        posts = session.exec(
            select(Post).where(col(Post.id).in_(tally.aside)).order_by(col(Post.due_at))
        ).all()
        ready = [post for post in posts if are_there(session, post, shift.now)]
    tally.waiting_because[on_its_way()] -= len(ready)
    _serve(shift, tally, [(post.id, post.network) for post in ready if post.network not in blocked])
    with shift.store.session() as session:
        tally.waiting = len(due_posts(session, shift))


def hand_over(shift: Shift, tally: Tally) -> None:
    """Give networks that hold posts what is due soon: it then goes out without this machine."""
    blocked = _blocked(shift, tally)
    posts = [(post, name) for post, name in to_hand_over(shift) if name not in blocked]
    _serve(shift, tally, posts, ahead=True)


def _blocked(shift: Shift, tally: Tally) -> dict[str, str]:
    """Why nothing may be sent, by network: rows or a clock that are not of this world."""
    hindrance = may_send(shift, tally)
    return {name: why for name in shift.networks if (why := hindrance(name))}


def _serve(
    shift: Shift, tally: Tally, posts: list[tuple[int, str]], *, ahead: bool = False
) -> None:
    """Send these posts (number, network), the networks beside each other."""
    queues: dict[str, list[int]] = {}
    for post, name in posts:
        queues.setdefault(name, []).append(post)
    beside(shift, tally, queues, partial(_in_turn, ahead=ahead))


def _in_turn(
    shift: Shift, tally: Tally, network: str, posts: Sequence[int], *, ahead: bool
) -> None:
    if is_benched(shift, network):
        tally.closed[network] = _("it refused us, or could not be reached, a short time ago")
    account = shift.settings.networks[network].account
    with turn(shift.store, network, account) as ours:
        tally.busy = not ours
        if ours:
            _send_all(shift, tally, shift.networks[network], posts, ahead)
            keep_pace(shift, shift.networks[network])
        elif not ahead:
            tally.wait(_("others are being sent on this account just now"))


def _send_all(
    shift: Shift, tally: Tally, network: Network, posts: Sequence[int], ahead: bool
) -> None:
    unknown_in_a_row = 0
    for post_id in posts:
        if shift.stopped() or network.name in tally.closed:
            return
        if ahead and anything_due(shift.store, shift.campaign_id, shift.now):
            return  # what is due goes first; the rest is handed over by the next pass
        outcome = send(shift, tally, network, post_id, ahead=ahead)
        unknown_in_a_row = unknown_in_a_row + 1 if outcome is Outcome.UNKNOWN else 0
        if unknown_in_a_row == UNCLEAR_IN_A_ROW:
            tally.closed[network.name] = _("it does not answer as it should")


def send(
    shift: Shift, tally: Tally, network: Network, post_id: int, *, ahead: bool = False
) -> Outcome | None:
    """Send one post by the three commits; None when a guard kept it from being sent."""
    until = shift.machine.now() + LEASE - LONGEST_CALL
    fence = claim(shift, post_id)
    shift.reached("claimed")
    if fence is None:
        return None
    draft = intend(shift, tally, post_id, fence, ahead=ahead)
    shift.reached("intended")
    if draft is None:
        return None
    try:
        draft = _prepared(shift, network, post_id, fence, draft, until)
        shift.reached("calling")
        _refuse_late(shift, until)
        receipt = network.publish(draft)
        shift.reached("answered")
    except Trouble as trouble:
        shift.reached("answered")
        return _troubled(shift, tally, network, post_id, fence, draft, trouble)
    except BaseException:
        # A bug in the middle of the call: nobody knows whether the post is live.
        failed(shift, post_id, fence, Outcome.UNKNOWN, _("interrupted while sending"))
        raise
    _count(shift, tally, post_id, receipt, delivered(shift, post_id, fence, receipt))
    shift.reached("concluded")
    return Outcome.DONE


def _prepared(
    shift: Shift, network: Network, post_id: int, fence: int, draft: Draft, until: datetime
) -> Draft:
    """In two phases: make the post unseen first, and commit its number."""
    two = shift.settings.networks[network.name].two_phase
    if not two or not isinstance(network, Holding) or draft.at or draft.draft_id:
        return draft
    _refuse_late(shift, until)
    made = network.prepare(draft)
    shift.reached("prepared")
    if not numbered(shift, post_id, fence, made):
        raise NotSent(_("it was stopped before anybody could see it"))
    shift.reached("numbered")
    return replace(draft, draft_id=made.remote_id)


def _refuse_late(shift: Shift, until: datetime) -> None:
    """A machine that slept between intent and call may find its post sent by another one."""
    if shift.machine.now() >= until:
        raise NotSent(_("this computer paused too long just before sending"))


def _count(shift: Shift, tally: Tally, post_id: int, receipt: Receipt, delivery: Delivery) -> None:
    if delivery is Delivery.TAKEN_OVER:
        late = _(
            "it went out although another worker had taken it over; look for a double of {link}"
        )
        tally.alarm(about(post_id, late.format(link=receipt.permalink)))
    elif delivery is Delivery.UNAPPROVED:
        tally.alarm(about(post_id, unapproved()))
    if receipt.place is Place.HELD:
        tally.scheduled += 1
    else:
        tally.published += 1


def _troubled(
    shift: Shift,
    tally: Tally,
    network: Network,
    post_id: int,
    fence: int,
    draft: Draft,
    trouble: Trouble,
) -> Outcome:
    """Write down how the send failed, and whether the network is left alone for this pass."""
    outcome, state, kept = outcome_of(trouble), None, ""
    if isinstance(trouble, Rejected):
        if draft.draft_id or (trouble.duplicate and _may_be_ours(shift, post_id)):
            # The network already has our text, after a try of our own: proof, not refusal.
            outcome = Outcome.UNKNOWN
        elif kept := _kept(shift, post_id, draft, trouble):
            state = PostState.PLANNED
    seconds = trouble.seconds if isinstance(trouble, RateLimited) else 0.0
    refused = trouble if isinstance(trouble, NotAuthorised) else None
    wait = seconds * _SECOND
    failed(shift, post_id, fence, outcome, trouble.why, wait=wait, state=state, refused=refused)
    shift.reached("concluded")
    _tell(shift, tally, network, post_id, outcome, trouble, kept)
    if kept and not draft.at:
        tally.aside[post_id] = network.name
        tally.wait(on_its_way())
    return outcome


def _kept(shift: Shift, post_id: int, draft: Draft, refusal: Rejected) -> str:
    """Why a refused post stays planned all the same, as a sentence; empty where it does not."""
    if draft.at and not refusal.duplicate:
        # What it does not take ahead it may take at its time.
        return _("It was only to be held ahead: it goes out at its time instead.")
    if not isinstance(refusal, Unattached):
        return ""
    with shift.store.reading() as session:
        before = [each.outcome for each in attempts_of(session, post_id)]
    if before.count(Outcome.REJECTED) >= _BROUGHT_ANEW:
        return ""
    return _("They are brought there anew, and it goes out then.")


def _tell(
    shift: Shift,
    tally: Tally,
    network: Network,
    post_id: int,
    outcome: Outcome,
    trouble: Trouble,
    kept: str,
) -> None:
    """``kept``: what is said of a refused post that stays planned."""
    finding = about(post_id, trouble.why)
    bench(shift, network.name, trouble)
    if kept:
        tally.findings.append(f"{finding} {kept}")
    elif outcome is Outcome.REJECTED:
        tally.rejected += 1
        tally.alarm(finding)
    elif outcome is Outcome.UNKNOWN:
        tally.unknown += 1
        tally.findings.append(finding)
    else:
        tally.closed[network.name] = trouble.why
    if outcome is Outcome.NOT_AUTHORISED:
        tally.alarm(finding)


def _may_be_ours(shift: Shift, post_id: int) -> bool:
    """Whether an earlier try may have reached the network, perhaps one that is forgotten here."""
    if not remembers():
        return True
    with shift.store.reading() as session:
        before = attempts_of(session, post_id)[:-1]
        if any(unclear(each) or each.outcome not in _NEVER_THERE for each in before):
            return True
        return lost_since(session, shift.campaign_id) is not None
