"""The daily job and the scheduler: settle, publish, verify, collect; the same pass in both."""

from collections.abc import Callable
from functools import partial

from orchestrator.collect import collect
from orchestrator.publish import publish
from orchestrator.settle import settle
from orchestrator.shift import Shift, Tally
from orchestrator.verify import verify


def run_pass(shift: Shift) -> Tally:
    """One whole pass; safe to repeat at any time, and to run beside another."""
    return _counted(shift, settle, publish, verify, collect)


def publish_pass(shift: Shift) -> Tally:
    """Only send what is due, and check what the networks stored."""
    return _counted(shift, publish, verify)


def collect_pass(shift: Shift, *, everything: bool = False) -> Tally:
    """Only read figures and replies: what is due, or ``everything`` that is live."""
    return _counted(shift, partial(collect, everything=everything, by_hand=True))


def _counted(shift: Shift, *steps: Callable[[Shift, Tally], None]) -> Tally:
    """Do the steps, and count the calls that they made."""
    tally = Tally()
    before = {name: network.calls for name, network in shift.networks.items()}
    for step in steps:
        step(shift, tally)
    tally.calls = {name: each.calls - before[name] for name, each in shift.networks.items()}
    return tally
