"""Going from post to post at the networks: what goes wrong with one stops no other.

A network that refuses everything, that cannot be reached or that twice in a row gives no sense is
left alone for the rest of the pass, instead of being asked once for every post.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event
from typing import TypeVar

from sqlmodel import select

from orchestrator.errors import TueroeffnerError
from orchestrator.i18n import _
from orchestrator.model import Account
from orchestrator.ports import NotAuthorised, NotSent, OutcomeUnknown, RateLimited, Trouble
from orchestrator.shift import Shift, Tally, about

log = logging.getLogger("tueroeffner")

# A refused token, or a dead line, is not tried again at once by a scheduler.
REFUSED, UNREACHED = timedelta(minutes=15), timedelta(minutes=2)
# After so many answers without sense, one after the other.
UNCLEAR_IN_A_ROW = 2
_SECOND = timedelta(seconds=1)
Item = TypeVar("Item")
# Serves one network: the shift, a tally of its own, the network's name, and its part of the work.
Serve = Callable[[Shift, Tally, str, Sequence[Item]], None]


def beside(
    shift: Shift, tally: Tally, queues: Mapping[str, Sequence[Item]], serve: Serve[Item]
) -> None:
    """Serve the networks beside each other, so that none waits for another."""
    if not queues:
        return
    halt, before = Event(), shift.stopped
    shift = replace(shift, stopped=lambda: before() or halt.is_set())
    tallies = {name: Tally(closed=dict(tally.closed)) for name in queues}
    with ThreadPoolExecutor(len(queues)) as pool:
        running = [
            pool.submit(copy_context().run, serve, shift, tallies[name], name, queue)
            for name, queue in queues.items()
        ]
        try:
            wait(running)
        except BaseException:
            # Ctrl-C reaches this thread only: the others end what is in flight, and no more.
            halt.set()
            raise
    for own in tallies.values():
        tally.add(own)
    for each in running:
        each.result()


def is_benched(shift: Shift, network: str) -> bool:
    """Whether this process leaves the network alone for a while."""
    until = shift.benched.get(network)
    return until is not None and until > shift.machine.now()


def bench(shift: Shift, network: str, trouble: Trouble) -> None:
    """Leave the network alone for as long as such a trouble lasts."""
    if isinstance(trouble, NotAuthorised | NotSent):
        length = REFUSED if isinstance(trouble, NotAuthorised) else UNREACHED
        shift.benched[network] = shift.machine.now() + length


@dataclass
class Visits:
    """The visits of one step of a pass.

    ``urgent``: somebody must not be seen any longer, so it does not wait until reading may go on.
    """

    shift: Shift
    tally: Tally
    urgent: bool = False
    over: set[str] = field(default_factory=set)
    unclear: dict[str, int] = field(default_factory=dict)

    def welcome(self, network: str) -> bool:
        """Whether there is any sense in asking this network now."""
        if self.shift.stopped() or network in self.over:
            return False
        if is_benched(self.shift, network):
            return False
        return self.urgent or not self._asked_to_wait(network)

    def _asked_to_wait(self, network: str) -> bool:
        with self.shift.store.reading() as session:
            until = session.exec(
                select(Account.read_not_before).where(
                    Account.campaign_id == self.shift.campaign_id,
                    Account.network == network,
                    Account.remote_id == self.shift.settings.networks[network].account,
                )
            ).first()
        return until is not None and until > self.shift.now

    @contextmanager
    def to(self, network: str, post_id: int) -> Iterator[None]:
        """Ask about one post; whatever goes wrong is told, and the pass goes on."""
        try:
            yield
        except Trouble as trouble:
            self._troubled(network, post_id, trouble)
        except (TueroeffnerError, OSError):
            raise  # the database, or this machine: nothing else would go better
        except Exception as error:
            log.warning("post %s at %s failed", post_id, network, exc_info=True)
            why = _("something unexpected at {network}: {kind}")
            why = why.format(network=network, kind=type(error).__name__)
            self.tally.alarm(about(post_id, why))
        else:
            self.unclear[network] = 0

    def _troubled(self, network: str, post_id: int, trouble: Trouble) -> None:
        self.tally.troubles[network] = trouble.why
        finding = about(post_id, trouble.why)
        if isinstance(trouble, OutcomeUnknown) and trouble.repeatable:
            finding += " " + _("Every pass does so until it is confirmed.")
        if isinstance(trouble, NotAuthorised):
            self.tally.alarm(finding)
        else:
            self.tally.findings.append(finding)
        if isinstance(trouble, OutcomeUnknown):
            self.unclear[network] = self.unclear.get(network, 0) + 1
        if isinstance(trouble, RateLimited):
            self._wait(network, trouble.seconds * _SECOND)
        bench(self.shift, network, trouble)
        ended = isinstance(trouble, NotAuthorised | NotSent | RateLimited)
        if ended or self.unclear.get(network, 0) >= UNCLEAR_IN_A_ROW:
            self.over.add(network)

    def _wait(self, network: str, length: timedelta) -> None:
        with self.shift.store.session(patient=True) as session:
            rows = session.exec(
                select(Account)
                .where(
                    Account.campaign_id == self.shift.campaign_id,
                    Account.network == network,
                    Account.remote_id == self.shift.settings.networks[network].account,
                )
                .with_for_update(key_share=True)
            ).all()
            for account in rows:
                account.read_not_before = self.shift.now + length
