"""Adverts at the network, made to agree with what the campaign wants; and what they came to.

Every pass reads them, switches on what a person approved and off whatever must not run, reads that
back, and only then writes it down. So a stop needs no network to be in force, and a crash between
any two steps costs a repetition.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from orchestrator.adverts.making import make_all, unmade
from orchestrator.adverts.rows import adverts_of
from orchestrator.adverts.rules import Wish, view, wish_of
from orchestrator.adverts.switching import FINAL, Hindrance, bring
from orchestrator.elsewhere import may_send
from orchestrator.errors import TueroeffnerError
from orchestrator.i18n import _, ngettext
from orchestrator.model import Advert
from orchestrator.ports import (
    Advertises,
    Advertising,
    NotAuthorised,
    RateLimited,
    Trouble,
)
from orchestrator.shift import Shift, Tally, about
from orchestrator.turns import turn
from orchestrator.visits import bench, is_benched
from orchestrator.vocabulary import AdvertState

log = logging.getLogger("tueroeffner")

# Of a scheduler's passes only some read all of them; what is to change is seen to in each.
_PAUSE = timedelta(minutes=15)
# What an advert came to is still read for so long after its end.
KEPT = timedelta(days=7)
_SHARED, _OWN = "campaign", "adset"


@dataclass
class Attended:
    """What one look at the adverts came to."""

    started: list[int] = field(default_factory=list)
    stopped: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)  # they may still run, and must not

    @property
    def is_complete(self) -> bool:
        """Whether nothing runs any more that must not."""
        return not self.left


def attend(shift: Shift, tally: Tally, adverts: Collection[int] | None = None) -> Attended:
    """Bring the adverts (these, or all) into line; what fails is told, and tried again."""
    attended, hindrance = Attended(), _hindrance(shift, tally)
    for network in shift.settings.networks:
        with _asking(shift, tally, network):
            waiting = _rows(shift, network, adverts)
            if waiting and not is_benched(shift, _bench(network)):
                _attend(shift, tally, network, waiting, attended, hindrance)
    attended.left = still_on(shift, adverts)
    _tell_capped(shift, tally, attended.stopped)
    return attended


def look_after(shift: Shift, tally: Tally) -> None:
    """The step of a pass: go on with what was begun, compare, and look for strays."""
    for network in shift.settings.networks:
        advertising = _account(shift, network)
        if advertising is None or is_benched(shift, _bench(network)):
            continue
        with _asking(shift, tally, network):
            _go_on(shift, tally, network, advertising)
            if _rows(shift, network, None):
                _look_for_strays(shift, tally, network, advertising)
    attended = attend(shift, tally)
    for advert_id in attended.left:
        tally.needs_person = True
        with shift.store.reading() as session:
            row = session.get_one(Advert, advert_id)
        if row.error:
            tally.findings.append(about(row.post_id, row.error))


def _hindrance(shift: Shift, tally: Tally) -> Hindrance:
    """Asked only when something is to be switched on: a stop waits for no clock and no page."""
    asked: Callable[[], Hindrance] = cache(lambda: may_send(shift, tally))
    return cache(lambda network: asked()(network))


@contextmanager
def _asking(shift: Shift, tally: Tally, network: str) -> Iterator[None]:
    """Ask one ad account; whatever goes wrong is told, and the pass goes on."""
    try:
        with _unsurprised(tally, network):
            yield
    except Trouble as trouble:
        _troubled(shift, tally, network, trouble)


@contextmanager
def _unsurprised(tally: Tally, network: str) -> Iterator[None]:
    """What nobody thought of is told; it must not keep the rest from being switched off."""
    try:
        yield
    except (Trouble, TueroeffnerError, OSError):
        raise  # known; or the database, or this machine: nothing else would go better
    except Exception as error:
        log.warning("adverts at %s failed", network, exc_info=True)
        why = _("something unexpected at {network}: {kind}")
        tally.alarm(why.format(network=_bench(network), kind=type(error).__name__))


def _account(shift: Shift, network: str) -> Advertising | None:
    found = shift.networks.get(network)
    return found.advertising if isinstance(found, Advertises) else None


def _bench(network: str) -> str:
    """An ad account has a token of its own: its troubles are not the page's."""
    return f"{network} adverts"


def _rows(shift: Shift, network: str, adverts: Collection[int] | None) -> list[Advert]:
    """What is to be read now: made to the end, and not over for good."""
    with shift.store.reading() as session:
        seen = view(session, shift.campaign_id, shift.settings, shift.now)
        return [
            row
            for row, post, tandem in adverts_of(session, shift.campaign_id)
            if row.network == network
            and row.remote.get("ad")
            and (adverts is None or row.id in adverts)
            and _is_due(shift, row, wish_of(seen, row, post, tandem), waited=adverts is not None)
        ]


def _is_due(shift: Shift, row: Advert, wish: Wish, *, waited: bool) -> bool:
    if row.state in FINAL and row.held_until is None and shift.now > row.ends_at + KEPT:
        return False
    agrees = wish.on == (row.state is AdvertState.RUNNING)
    if waited or shift.pace is None or row.read_at is None or not agrees:
        return True
    return not timedelta() <= shift.now - row.read_at < _PAUSE


def _attend(
    shift: Shift,
    tally: Tally,
    network: str,
    waiting: Sequence[Advert],
    attended: Attended,
    hindrance: Hindrance,
) -> None:
    advertising = _account(shift, network)
    if advertising is None:
        _tell_unseen(tally, network, waiting)
        return
    rows = list(_ours(shift, tally, network, [each.id for each in waiting]))
    for row, first in zip(rows, advertising.seen([row.remote for row in rows]), strict=True):
        if not shift.stopped():
            with _unsurprised(tally, network):
                bring(shift, tally, advertising, row, first, hindrance)
                _tell(shift, row, attended)


def _tell_unseen(tally: Tally, network: str, waiting: Sequence[Advert]) -> None:
    """What is over needs nobody."""
    if any(row.state not in FINAL for row in waiting):
        tally.alarm(
            _(
                "Adverts were made on {network}, and no ad account is configured by which to see to"
                " them. Put ad_account_id and ads_token back, or stop them in the Ads Manager."
            ).format(network=network)
        )


def _tell(shift: Shift, before: Advert, attended: Attended) -> None:
    with shift.store.reading() as session:
        state = session.get_one(Advert, before.id).state
    if state is before.state:
        return
    if state is AdvertState.RUNNING:
        attended.started.append(before.id)
    elif before.state is AdvertState.RUNNING:
        attended.stopped.append(before.id)


def _ours(shift: Shift, tally: Tally, network: str, adverts: list[int]) -> Iterator[Advert]:
    """Those of the configured account, as they stand."""
    account = shift.settings.networks[network].ad_account
    for advert_id in adverts:
        with shift.store.reading() as session:
            row = session.get_one(Advert, advert_id)
        if row.ad_account == account:
            yield row
        elif row.state is AdvertState.RUNNING and not shift.world.played:
            why = _("its advert belongs to another ad account than the configured one")
            tally.alarm(about(row.post_id, why))


def still_on(shift: Shift, adverts: Collection[int] | None = None) -> list[int]:
    """Adverts that must not run, and that were not read back as switched off yet."""
    with shift.store.reading() as session:
        seen = view(session, shift.campaign_id, shift.settings, shift.now)
        return [
            row.id
            for row, post, tandem in adverts_of(session, shift.campaign_id)
            if (adverts is None or row.id in adverts)
            and row.state is AdvertState.RUNNING
            and not wish_of(seen, row, post, tandem).on
        ]


def _tell_capped(shift: Shift, tally: Tally, stopped: Collection[int]) -> None:
    """Once, when they are switched off; `today` tells it as long as it lasts."""
    with shift.store.reading() as session:
        seen = view(session, shift.campaign_id, shift.settings, shift.now)
        rows = [row for row in adverts_of(session, shift.campaign_id) if row[0].id in stopped]
        count = sum(wish_of(seen, *row).capped for row in rows)
    if count:
        tally.alarm(
            ngettext(
                "{count} advert was switched off: what was spent and may still be is more than"
                " ad_total by now. Stop one (what it did not spend is free two days later), or"
                " raise ad_total.",
                "{count} adverts were switched off: what was spent and may still be is more than"
                " ad_total by now. Stop one (what it did not spend is free two days later), or"
                " raise ad_total.",
                count,
            ).format(count=count)
        )


def _go_on(shift: Shift, tally: Tally, network: str, advertising: Advertising) -> None:
    """Make to the end what a person asked for, unless another program is about it."""
    account = shift.settings.networks[network].ad_account
    with shift.store.reading() as session:
        waiting = unmade(session, shift.campaign_id, network, account)
    if not waiting:
        return
    with turn(shift.store, _bench(network), account) as ours:
        made = make_all(shift, advertising, waiting) if ours else None
    if made and made.trouble:
        raise made.trouble
    for advert_id in made.refused if made else ():
        with shift.store.reading() as session:
            row = session.get_one(Advert, advert_id)
        tally.alarm(about(row.post_id, row.error or ""))


def _look_for_strays(shift: Shift, tally: Tally, network: str, advertising: Advertising) -> None:
    """What runs in our name, and no row explains: an older copy was put back, or somebody's own."""
    with shift.store.reading() as session:
        rows = [
            row.remote
            for row, _post, _tandem in adverts_of(session, shift.campaign_id)
            if row.network == network
            and row.ad_account == shift.settings.networks[network].ad_account
        ]
    known = {remote[_OWN] for remote in rows if _OWN in remote}
    for shared in sorted({remote[_SHARED] for remote in rows if _SHARED in remote}):
        for number, name in advertising.strays(shared, known).items():
            tally.alarm(
                _(
                    "An advert runs in the ad account that this program knows nothing of: “{name}”"
                    " ({number}). Look in the Ads Manager whether it may."
                ).format(name=name, number=number)
            )


def _troubled(shift: Shift, tally: Tally, network: str, trouble: Trouble) -> None:
    if isinstance(trouble, NotAuthorised):
        tally.alarm(trouble.why)
    else:
        tally.findings.append(trouble.why)
    bench(shift, _bench(network), trouble)
    if isinstance(trouble, RateLimited):
        until = shift.machine.now() + timedelta(seconds=trouble.seconds)
        shift.benched[_bench(network)] = until
