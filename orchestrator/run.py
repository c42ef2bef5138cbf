"""The passes of the daily job and the scheduler: the same steps in both."""

from collections.abc import Callable
from functools import partial

from orchestrator.adverts.attending import look_after
from orchestrator.answering.attending import attend_answers
from orchestrator.bill import book
from orchestrator.collect import collect
from orchestrator.discarding import discard
from orchestrator.elsewhere import remember_log
from orchestrator.forwarding.attending import attend as attend_offers
from orchestrator.handover import attend
from orchestrator.hiding import hide
from orchestrator.moderation import moderate
from orchestrator.pilot.passing import attend_pilots
from orchestrator.publish import follow, hand_over, publish
from orchestrator.removal import remove
from orchestrator.settle import settle
from orchestrator.shift import Shift, Tally
from orchestrator.today.reached import tell
from orchestrator.uploading import upload
from orchestrator.verify import verify


def run_pass(shift: Shift) -> Tally:
    """One whole pass; safe to repeat at any time, and to run beside another."""
    before = (settle, attend_answers, attend, look_after, remove, discard, hide)
    steps = (publish, upload, follow, hand_over, verify, attend_pilots, collect, moderate, tell)
    return _counted(shift, *before, *steps, attend_offers, remember_log)


def publish_pass(shift: Shift) -> Tally:
    """Only send what is due, and see what went out by itself; nothing new is handed over."""
    return _counted(shift, publish, partial(upload, only_due=True), follow, attend, verify)


def send_pass(shift: Shift) -> Tally:
    """The same where pictures and films are brought to the networks by another job."""
    return _counted(shift, publish, attend, verify)


def upload_pass(shift: Shift) -> Tally:
    """Only bring pictures and films to the networks, ahead of the posts that show them."""
    return _counted(shift, partial(upload, ahead=True))


def watch_pass(shift: Shift) -> Tally:
    """Settle what is unclear, and see to what the networks hold; nothing is sent that is due."""
    before = (settle, attend_answers, attend, look_after, remove, discard, hide)
    return _counted(shift, *before, hand_over, verify, attend_pilots, moderate, remember_log)


def collect_pass(shift: Shift, *, everything: bool = False, by_hand: bool = False) -> Tally:
    """Only read figures and replies: what is due, or ``everything`` that is live.

    ``by_hand``: somebody waits for the answer.
    """
    return _counted(shift, partial(collect, everything=everything, by_hand=by_hand), tell)


def offers_pass(shift: Shift) -> Tally:
    """Only go on with offers that were handed over: mails, receipts, reminders. Asks no network."""
    tally = Tally()
    attend_offers(shift, tally)
    return tally


def _counted(shift: Shift, *steps: Callable[[Shift, Tally], None]) -> Tally:
    """Do the steps, and count the calls that they made."""
    tally = Tally()
    before = {name: network.calls for name, network in shift.networks.items()}
    for step in steps:
        try:
            step(shift, tally)
        finally:
            book(shift)
    tally.calls = {name: each.calls - before[name] for name, each in shift.networks.items()}
    return tally
