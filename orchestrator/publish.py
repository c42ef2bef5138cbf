"""Publishing: claim → intent committed → send → outcome. Nothing after the call re-enters it.

Each step is a transaction of its own, so that a crash between any two leaves a state from which
the next pass knows what is certain: a claim alone was never sent; an intent without an outcome is
``unknown`` and is settled by reading our own page, never by sending again blindly.

Every network is served in a thread of its own, so that none waits for another; and one program at
a time sends on an account.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import timedelta
from threading import Event

from orchestrator.attempts import attempts_of, unclear
from orchestrator.claim import claim, intend
from orchestrator.due import choose, due_posts, recover, to_hand_over
from orchestrator.elsewhere import Reason, may_send
from orchestrator.freeze import lost_since
from orchestrator.i18n import _
from orchestrator.outcome import delivered, failed, numbered, outcome_of
from orchestrator.ports import (
    Draft,
    Holding,
    Network,
    OutcomeUnknown,
    Place,
    RateLimited,
    Receipt,
    Rejected,
    Trouble,
)
from orchestrator.shift import Shift, Tally
from orchestrator.turns import turn
from orchestrator.vocabulary import Outcome, PostState

# After this many unanswered sends in a row the network is left alone until the next pass.
_UNKNOWN_IN_A_ROW = 2
# A refused token is not tried again at once by a scheduler that passes twice a minute.
_BENCH = timedelta(minutes=15)
_SECOND = timedelta(seconds=1)


def publish(shift: Shift, tally: Tally) -> None:
    """Send what is due, oldest first; each network by itself, so that none stops another."""
    recover(shift)
    shift.reached("recovered")
    hindrance = may_send(shift, tally)
    due = choose(shift, tally)
    shift.reached("chosen")
    _serve(shift, tally, due, hindrance)
    with shift.store.session() as session:
        tally.waiting = len(due_posts(session, shift))


def hand_over(shift: Shift, tally: Tally) -> None:
    """Give networks that hold posts what is due soon: it then goes out without this machine."""
    hindrance = may_send(shift, tally)
    _serve(shift, tally, to_hand_over(shift), hindrance, ahead=True)


def _serve(
    shift: Shift,
    tally: Tally,
    posts: list[tuple[int, str]],
    hindrance: Reason,
    *,
    ahead: bool = False,
) -> None:
    """Send these posts (number, network), the networks beside each other."""
    halt = Event()
    shift = replace(shift, stopped=_either(shift.stopped, halt.is_set))
    served = {
        name: ([post for post, on in posts if on == name], Tally(closed=dict(tally.closed)))
        for name in shift.networks
        if any(on == name for _post, on in posts)
    }
    if not served:
        return
    with ThreadPoolExecutor(len(served)) as pool:
        running = [
            pool.submit(
                copy_context().run,
                _in_turn,
                shift,
                own,
                shift.networks[name],
                ids,
                hindrance,
                ahead,
            )
            for name, (ids, own) in served.items()
        ]
        try:
            for each in running:
                each.result()
        finally:
            # Ctrl-C reaches this thread only: the others end what is in flight, and no more.
            halt.set()
    for _ids, own in served.values():
        tally.add(own)


def _either(one: Callable[[], bool], other: Callable[[], bool]) -> Callable[[], bool]:
    return lambda: one() or other()


def _in_turn(
    shift: Shift,
    tally: Tally,
    network: Network,
    posts: list[int],
    hindrance: Reason,
    ahead: bool,
) -> None:
    if hindrance(network.name):
        tally.wait(_("something else has to be put in order first"))
        return
    if shift.benched.get(network.name, shift.machine.now()) > shift.machine.now():
        tally.closed[network.name] = _("its token was refused a short time ago")
    account = shift.settings.networks[network.name].account
    with turn(shift.store, network.name, account) as ours:
        if ours:
            _send_all(shift, tally, network, posts, ahead)
        else:
            tally.wait(_("another program is sending on this account"))


def _send_all(shift: Shift, tally: Tally, network: Network, posts: list[int], ahead: bool) -> None:
    unknown_in_a_row = 0
    for post_id in posts:
        if shift.stopped() or network.name in tally.closed:
            return
        outcome = send(shift, tally, network, post_id, ahead=ahead)
        unknown_in_a_row = unknown_in_a_row + 1 if outcome is Outcome.UNKNOWN else 0
        if unknown_in_a_row == _UNKNOWN_IN_A_ROW:
            tally.closed[network.name] = _("it does not answer as it should")


def send(
    shift: Shift, tally: Tally, network: Network, post_id: int, *, ahead: bool = False
) -> Outcome | None:
    """Send one post by the three commits; None when a guard kept it from being sent."""
    fence = claim(shift, post_id)
    shift.reached("claimed")
    if fence is None:
        return None
    draft = intend(shift, tally, post_id, fence, ahead=ahead)
    shift.reached("intended")
    if draft is None:
        return None
    try:
        receipt = _deliver(shift, network, post_id, fence, draft)
        shift.reached("answered")
    except Trouble as trouble:
        shift.reached("answered")
        return _troubled(shift, tally, network, post_id, fence, draft, trouble)
    except BaseException:
        # A bug in the middle of the call: nobody knows whether the post is live.
        failed(shift, post_id, fence, Outcome.UNKNOWN, _("interrupted while sending"))
        raise
    _count(shift, tally, post_id, receipt, ours=delivered(shift, post_id, fence, receipt))
    shift.reached("concluded")
    return Outcome.DONE


def _deliver(shift: Shift, network: Network, post_id: int, fence: int, draft: Draft) -> Receipt:
    """The call, or in two phases the two calls with the post's number committed between."""
    two = shift.settings.networks[network.name].two_phase and isinstance(network, Holding)
    if two and draft.at is None and not draft.draft_id:
        assert isinstance(network, Holding)
        made = network.prepare(draft)
        shift.reached("prepared")
        if not numbered(shift, post_id, fence, made):
            raise OutcomeUnknown(_("another worker took the post over"))
        shift.reached("numbered")
        draft = replace(draft, draft_id=made.remote_id)
    shift.reached("calling")
    return network.publish(draft)


def _count(shift: Shift, tally: Tally, post_id: int, receipt: Receipt, *, ours: bool) -> None:
    if not ours:
        late = _(
            "post {number} went out although another worker had taken it over; look for a double"
            " of {link}"
        )
        tally.alarm(late.format(number=post_id, link=receipt.permalink))
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
    outcome, state = outcome_of(trouble), None
    if isinstance(trouble, Rejected):
        if draft.draft_id or (trouble.duplicate and _may_be_ours(shift, post_id)):
            # The network already has our text, after a try of our own: proof, not refusal.
            outcome = Outcome.UNKNOWN
        elif draft.at and not trouble.duplicate:
            # What it does not take ahead it may take at its time.
            state = PostState.PLANNED
    seconds = trouble.seconds if isinstance(trouble, RateLimited) else 0.0
    failed(shift, post_id, fence, outcome, trouble.why, wait=seconds * _SECOND, state=state)
    shift.reached("concluded")
    _tell(shift, tally, network, post_id, outcome, trouble, kept=state is PostState.PLANNED)
    return outcome


def _tell(
    shift: Shift,
    tally: Tally,
    network: Network,
    post_id: int,
    outcome: Outcome,
    trouble: Trouble,
    *,
    kept: bool,
) -> None:
    finding = f"post {post_id}: {trouble.why}"
    if kept:
        tally.findings.append(finding)
    elif outcome is Outcome.REJECTED:
        tally.rejected += 1
        tally.alarm(finding)
    elif outcome is Outcome.UNKNOWN:
        tally.unknown += 1
        tally.findings.append(finding)
    else:
        tally.closed[network.name] = trouble.why
    if outcome is Outcome.NOT_AUTHORISED:
        shift.benched[network.name] = shift.machine.now() + _BENCH
        tally.alarm(finding)


def _may_be_ours(shift: Shift, post_id: int) -> bool:
    """Whether an earlier try may have reached the network, perhaps one that a restore lost."""
    with shift.store.reading() as session:
        if any(unclear(each) for each in attempts_of(session, post_id)[:-1]):
            return True
        return lost_since(session, shift.campaign_id) is not None
