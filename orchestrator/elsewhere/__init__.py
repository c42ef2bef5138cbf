"""Whether this database may send at all: it must not be older than the world, nor out of time.

Asked before anything is sent or handed over. A database that a restore brought back is frozen
already (``freeze``). One that was put back by hand is not, so two witnesses speak: this machine's
own memory of the newest try and of the audit log (``witness``) is proof; another place (``home``)
only raises the question, and our pages answer it. A clock that went back, or that a network
contradicts, stops sending until it is right again, and freezes nothing.
"""

from collections.abc import Callable, Collection

from sqlmodel import Session

from orchestrator import freeze, home, witness
from orchestrator.config import Settings
from orchestrator.elsewhere import backwards, dates, log, pages
from orchestrator.elsewhere.freezing import freeze_as_older, freeze_as_shortened
from orchestrator.elsewhere.knows import Knows, knows
from orchestrator.i18n import _
from orchestrator.shift import Shift, Tally

Reason = Callable[[str], str | None]
_MEMORY = "memory"


def may_send(shift: Shift, tally: Tally) -> Reason:
    """A function that tells why nothing may be sent on a network now; None: go on.

    Freezes the campaign where its database is older than the world for certain; so ask this
    before the due posts are chosen. Ask the function once for each network on which something is
    to be sent, in any thread: it may ask that network's server for the time, five seconds long.
    """
    _warn_of_no_memory(shift, tally)
    # Before the database is read: it must know at least as much.
    seen, memory = _recall(shift), _memory(shift)
    with shift.store.reading() as session:
        known = knows(session, shift.campaign_id)
        here = home.here(session.connection())
        lost = _lost(session, shift, known, memory, here)
    if known is None:
        return _nothing
    if why := backwards.reason(shift, tally, known):
        return lambda _network: why
    if known.frozen:
        return _nothing  # the freeze holds by itself
    if seen and _is_older(shift, known, seen):
        return _frozen(freeze_as_older(shift, tally, known, seen))
    if lost:
        return _frozen(freeze_as_shortened(shift, tally, known, lost))
    unread = {} if known.home == here else pages.compare(shift, tally, known, here)
    return lambda network: unread.get(network) or dates.reason(shift, tally, network)


def remember(shift: Shift, attempt: int) -> None:
    """Note on this machine that this try was committed; never fails, and never waits."""
    if not shift.world.played:
        witness.saw(_name(shift), attempt, shift.now)


def remember_log(shift: Shift, _tally: Tally) -> None:
    """Remember at the end of a pass how far the audit log went."""
    if not shift.world.played:
        with shift.store.reading() as session:
            log.remember(session, shift.campaign_id, practised=_practises(shift))


def remembers() -> bool:
    """Whether this machine can keep what it has sent; else an older copy may go unnoticed."""
    return witness.hindrance() is None


def _warn_of_no_memory(shift: Shift, tally: Tally) -> None:
    """Said once: sending goes on, but an older copy of the database could go unnoticed."""
    where = None if shift.world.played else witness.hindrance()
    if where and _MEMORY not in shift.world.told:
        shift.world.told.add(_MEMORY)
        tally.findings.append(
            _(
                "This computer cannot remember what it has sent ({where}): an older copy of the"
                " database would go unnoticed. `tueroeffner doctor` says what to do."
            ).format(where=where)
        )


def _recall(shift: Shift) -> witness.Seen | None:
    return None if shift.world.played else witness.recall(_name(shift))


def _name(shift: Shift) -> str:
    """What is practised with the sandbox is another story than the real one."""
    practised = ".sandbox" if _practises(shift) else ""
    return f"{shift.key.fingerprint}.{shift.settings.campaign.slug}{practised}"


def _practises(shift: Shift) -> bool:
    return practises(shift.settings, shift.networks)


def practises(settings: Settings, networks: Collection[str]) -> bool:
    """Whether all of these networks are the sandbox."""
    options = [settings.networks[name] for name in networks]
    return bool(options) and all(each.rehearses for each in options)


def _memory(shift: Shift) -> log.Memory:
    if shift.world.played:
        return {}
    return log.memory_of(shift.key.fingerprint, shift.settings.campaign.slug)


def _lost(
    session: Session, shift: Shift, known: Knows | None, memory: log.Memory, here: str
) -> log.Link | None:
    """What was noted and is not in the database, and no restore or freeze has accounted for."""
    if known is None or known.frozen:
        return None
    noted = log.remembered(memory, here, known.born, _practises(shift))
    if noted is None or not log.lacks(session, shift.campaign_id, noted):
        return None
    return None if log.accounts_for(session, shift.campaign_id, noted) else noted


def _is_older(shift: Shift, known: Knows, seen: witness.Seen) -> bool:
    """Whether tries are missing that no restore or freeze has accounted for yet."""
    if known.attempt >= seen.attempt:
        return False
    with shift.store.reading() as session:
        return not freeze.accounts_for(session, shift.campaign_id, seen.attempt, seen.at)


def _frozen(why: str) -> Reason:
    return lambda _network: why


def _nothing(_network: str) -> None:
    return None
