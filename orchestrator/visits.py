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

from sqlmodel import Session

from orchestrator import conditions
from orchestrator.capabilities import account_of
from orchestrator.errors import TueroeffnerError
from orchestrator.i18n import _
from orchestrator.model import Account
from orchestrator.ports import (
    Limiting,
    Network,
    NotAuthorised,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Trouble,
    Unreadable,
)
from orchestrator.shift import Shift, Tally, about

log = logging.getLogger("tueroeffner")

# A refused token, or a dead line, is not tried again at once by a scheduler.
REFUSED, UNREACHED = timedelta(minutes=15), timedelta(minutes=2)
# How seldom an account that is to be left alone is asked all the same, for somebody's safety.
_SELDOM = timedelta(hours=6)
# After so many answers without sense, one after the other.
UNCLEAR_IN_A_ROW = 2
_SECOND = timedelta(seconds=1)
# From here on nothing is read but for somebody's safety.
FULL = 0.95
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


def keep_pace(shift: Shift, network: Network) -> None:
    """Let reading rest while much of what the network allows is used."""
    rest = network.pressure.rest if isinstance(network, Limiting) else timedelta()
    if rest <= timedelta():
        return
    with shift.store.session(patient=True) as session:
        if account := own_account(session, shift, network.name):
            until = shift.now + rest
            account.read_not_before = max(account.read_not_before or until, until)


def own_account(
    session: Session, shift: Shift, network: str, *, lock: bool = True
) -> Account | None:
    """The account that is configured for a network, locked unless it is only looked at."""
    remote_id = shift.settings.networks[network].account
    return account_of(session, shift.campaign_id, network, remote_id, lock=lock)


def tell_resting(shift: Shift, tally: Tally) -> None:
    """Say once a pass which accounts are left alone until a person acted, and why."""
    with shift.store.reading() as session:
        for account in conditions.troubled(session, shift.campaign_id):
            options = shift.settings.networks.get(account.network)
            if options and options.account == account.remote_id and conditions.rests(account):
                finding = f"{account.network}: {account.refusal}"
                if finding not in tally.findings:
                    tally.alarm(finding)


@dataclass
class Visits:
    """The visits of one step of a pass.

    ``urgent``: somebody must not be seen any longer, so it does not wait until reading may go on,
    and who refuses to be read is told all the same what has to go.
    ``sends``: it brings something to the network, for which the rest that reading takes is meant.
    ``words``: what is told of the number that was visited; they are posts, if nothing else is said.
    """

    shift: Shift
    tally: Tally
    urgent: bool = False
    sends: bool = False
    words: Callable[[int, str], str] = about
    over: set[str] = field(default_factory=set)
    unclear: dict[str, int] = field(default_factory=dict)

    def welcome(self, network: str) -> bool:
        """Whether there is any sense in asking this network now."""
        if self.shift.stopped() or network in self.over:
            return False
        if is_benched(self.shift, network):
            return False
        with self.shift.store.reading() as session:
            account = own_account(session, self.shift, network, lock=False)
        if account and conditions.rests(account):
            return self.urgent and self._knocks(network)
        return self.urgent or self._may_go_on(network, account)

    def _may_go_on(self, network: str, account: Account | None) -> bool:
        if self.sends:
            until = account.not_before if account else None
        else:
            until = account.read_not_before if account else None
        full = self._is_full(network) and not self.sends
        return not full and (until is None or until <= self.shift.now)

    def _is_full(self, network: str) -> bool:
        """Whether nearly all that the network allows is used: the rest is kept for sending."""
        asked = self.shift.networks.get(network)
        return isinstance(asked, Limiting) and asked.pressure.used >= FULL

    def _knocks(self, network: str) -> bool:
        """Whether an account that refuses us may be asked once more: a person is in danger."""
        knocked, now = self.shift.world.knocked, self.shift.machine.now()
        if network in knocked and now - knocked[network] < _SELDOM:
            return False
        knocked[network] = now
        return True

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
            log.warning("asking %s about number %s failed", network, post_id, exc_info=True)
            why = _("something unexpected at {network}: {kind}")
            why = why.format(network=network, kind=type(error).__name__)
            self.tally.alarm(self.words(post_id, why))
        else:
            self.unclear[network] = 0

    def _troubled(self, network: str, post_id: int, trouble: Trouble) -> None:
        self.tally.troubles[network] = trouble.why
        finding = self.words(post_id, trouble.why)
        if isinstance(trouble, OutcomeUnknown) and trouble.repeatable:
            finding += " " + _("Every pass does so until it is confirmed.")
        if isinstance(trouble, NotAuthorised | Unreadable):
            self.tally.alarm(finding)
        else:
            self.tally.findings.append(finding)
        if isinstance(trouble, OutcomeUnknown):
            self.unclear[network] = self.unclear.get(network, 0) + 1
        goes_on = self.urgent and isinstance(trouble, Unreadable)
        if isinstance(trouble, RateLimited | NotAuthorised | Unreadable) and not goes_on:
            self._note(network, trouble)
        bench(self.shift, network, trouble)
        ended = isinstance(trouble, NotAuthorised | NotSent | RateLimited | Unreadable)
        if (ended and not goes_on) or self.unclear.get(network, 0) >= UNCLEAR_IN_A_ROW:
            self.over.add(network)

    def _note(self, network: str, trouble: RateLimited | NotAuthorised | Unreadable) -> None:
        with self.shift.store.session(patient=True) as session:
            account = own_account(session, self.shift, network)
            if account is None:
                return
            if isinstance(trouble, NotAuthorised):
                conditions.note_reading(session, account, trouble, self.shift.now)
                return
            if isinstance(trouble, Unreadable):
                conditions.note_unreadable(session, account, trouble, self.shift.now)
                return
            until = self.shift.now + trouble.seconds * _SECOND
            if self.sends:
                account.not_before = until
            else:
                account.read_not_before = until
