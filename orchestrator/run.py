"""The daily job and the scheduler: settle, publish, verify; the same pass in both."""

from orchestrator.publish import publish
from orchestrator.settle import settle
from orchestrator.shift import Shift, Tally
from orchestrator.verify import verify


def run_pass(shift: Shift) -> Tally:
    """One whole pass; safe to repeat at any time, and to run beside another."""
    tally = Tally()
    settle(shift, tally)
    publish(shift, tally)
    verify(shift, tally)
    tally.calls = {name: network.calls for name, network in shift.networks.items()}
    return tally
