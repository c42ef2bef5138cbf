"""The step of each pass that goes on with pilots: find, read back, count, delete, conclude."""

from datetime import timedelta
from functools import partial

from sqlmodel import Session, select

from orchestrator import capabilities, journal
from orchestrator.attempts import QUIET
from orchestrator.copies import MARGIN, SHOWS_AT_LAST
from orchestrator.i18n import _
from orchestrator.inbox.words import source_word
from orchestrator.model import Account, Pilot
from orchestrator.pilot.live import nobody_saw
from orchestrator.pilot.looks import Look, look_of
from orchestrator.pilot.posts import Trial, open_pilots
from orchestrator.pilot.result import learned, result
from orchestrator.pilot.stops import stopped_since
from orchestrator.ports import (
    Place,
    Promoting,
    RateLimited,
    Reach,
    Readings,
    Targeting,
    Unavailable,
    same_targeting,
)
from orchestrator.shift import Shift, Tally
from orchestrator.today.reached import anybody_saw
from orchestrator.visits import Visits, is_benched

# These come by no waiting.
_FOR_GOOD = (Unavailable.FEW_LIKES, Unavailable.VANISHED, Unavailable.NOT_PERMITTED)


def attend_pilots(shift: Shift, tally: Tally) -> None:
    """Go on with every pilot on the configured pages; what fails is told, and tried again."""
    with shift.store.reading() as session:
        found = [
            (pilot, account.network, stopped_since(session, shift.campaign_id, account.network))
            for pilot, account in open_pilots(session, shift.campaign_id)
            if account.network in shift.networks
            and account.remote_id == shift.settings.networks[account.network].account
        ]
    for pilot, name, stopped in found:
        visits = Visits(shift, tally, words=partial(_about, name))
        with visits.to(name, pilot.id):
            _visit(visits, look_of(shift, tally, shift.networks[name], pilot, stopped))


def _about(network: str, _pilot: int, why: str) -> str:
    return _("the pilot on {network}: {why}").format(network=source_word(network, ""), why=why)


def _visit(visits: Visits, look: Look) -> None:
    """Only what ends does not wait until reading may go on; but what the network asks, it does."""
    shift, name = look.shift, look.network.name
    visits.urgent = look.end is not None
    if not look.is_time or is_benched(shift, _bench(name)) or not visits.welcome(name):
        return
    if look.begin():
        try:
            _attend(look)
        except RateLimited as limited:
            until = shift.machine.now() + timedelta(seconds=limited.seconds)
            shift.benched[_bench(name)] = until
            raise


def _bench(network: str) -> str:
    return f"{network} pilot"


def _attend(look: Look) -> None:
    for kind in look.posts:
        _find(look, kind)
        _read_back(look, kind)
    why = None
    if look.due and look.end is None:
        complete, why = _count(look)
        look.shift.reached("pilot counted")
        if complete or look.late:
            look.end = "compared"
    if look.end is not None:
        for kind in look.posts:
            _delete(look, kind)
        if all(each.deleted for each in look.posts.values()):
            _conclude(look, look.end, why)


def _find(look: Look, kind: str) -> None:
    """Look for a post that had no answer by its words; nowhere for a day, it never arrived."""
    post, now = look.posts[kind], look.shift.now
    if not post.is_unclear or post.sent_at is None:
        return
    if found := look.network.find(post.text, post.sent_at - MARGIN):
        look.change(kind, remote_id=found[0].remote_id, permalink=found[0].permalink)
    else:
        look.change(kind, deleted=now - post.sent_at >= SHOWS_AT_LAST)
    look.shift.reached("pilot looked for")


def _read_back(look: Look, kind: str) -> None:
    """Whether it is live, kept its audience, may be advertised; asked until it shows."""
    post, network = look.posts[kind], look.network
    if post.remote_id is None or post.deleted or post.live is not None or look.end:
        return
    seen = network.look(post.remote_id)
    if seen is None and not _shows_by_now(look, post):
        return
    found: dict[str, bool | None] = {"live": seen is not None and seen.place is Place.LIVE}
    if post.targeting and seen and isinstance(network, Targeting):
        stored = network.stored(post.remote_id, post.mode)
        found["kept"] = same_targeting(post.targeting, stored)
    if seen and isinstance(network, Promoting):
        found["eligible"] = network.is_eligible(post.remote_id)
    look.change(kind, **found)
    if found.get("kept") is not None:
        _note(look, capabilities.GATE_STORED, {"stored": found["kept"]})
    look.shift.reached("pilot read back")


def _shows_by_now(look: Look, post: Trial) -> bool:
    return post.sent_at is not None and look.shift.now - post.sent_at >= QUIET


def _count(look: Look) -> tuple[bool, str | None]:
    """Read how many saw each; whether all was told that will be, and else why not.

    Written down together, so that figures of different times are never compared.
    """
    network = look.network
    there = {each.remote_id: kind for kind, each in look.posts.items() if _counts(each)}
    if not there or not isinstance(network, Reach):
        return True, None
    told = network.reach([each for each in there if each])
    found = {kind: _figure(told, remote_id, network) for remote_id, kind in there.items()}
    why = told.unavailable.get(network.metrics.reach)
    complete = None not in found.values() or why in _FOR_GOOD
    for kind, value in found.items() if complete or look.late else ():
        if value is not None:
            look.change(kind, reach=value)
    return complete, str(why) if why and None in found.values() else None


def _counts(post: Trial) -> bool:
    return post.remote_id is not None and not post.deleted and post.reach is None


def _figure(told: Readings, remote_id: str | None, network: Reach) -> int | None:
    return told.figures.get(remote_id or "", {}).get(network.metrics.reach)


def _delete(look: Look, kind: str) -> None:
    """Take it down, and every copy of it; done is what was read back."""
    post, network = look.posts[kind], look.network
    if post.deleted or post.is_unclear:
        return
    if post.remote_id is None or post.sent_at is None:
        look.change(kind, deleted=True)  # never sent
        return
    copies = {each.remote_id for each in network.find(post.text, post.sent_at - MARGIN)}
    taken = {each: network.takedown(each) for each in {post.remote_id, *copies}}
    look.shift.reached("pilot deleted")
    gone = all(network.look(each) is None for each in taken)
    if gone and (taken[post.remote_id] or _shows_by_now(look, post)):
        look.change(kind, deleted=True)
    else:
        text = _("the pilot on {network}: {link} is not gone yet; it is tried again")
        link = post.permalink or post.remote_id
        look.tally.findings.append(text.format(network=source_word(network.name, ""), link=link))


def _conclude(look: Look, outcome: str, why: str | None) -> None:
    """Nothing of it is there any more: write down what it showed."""
    shift, found = look.shift, result(list(look.posts.values()), outcome, why)
    with shift.store.session(patient=True) as session:
        account = _account(session, look)
        pilot = session.get_one(Pilot, look.pilot_id, with_for_update=True)
        if pilot.ended_at is not None:
            return
        pilot.result, pilot.ended_at = found, shift.now
        journal.record(
            session, shift.campaign_id, shift.now, shift.actor, "pilot ended", look.network.name,
            pilot=pilot.id, outcome=outcome, gate_effect=found["gate_effect"],
        )  # fmt: skip
        for name, value in learned(found).items():
            capabilities.note(session, account.id, name, value, "pilot", shift.now)
        seen = anybody_saw(session, account)
    look.tally.pilots[look.network.name] = found
    if not seen and all(each == 0 for each in found["reach"].values()):
        look.tally.alarm(nobody_saw(look.network.name))
    shift.reached("pilot ended")


def _account(session: Session, look: Look) -> Account:
    """The page's row, locked: always before the pilot's."""
    on = session.exec(select(Pilot.account_id).where(Pilot.id == look.pilot_id)).one()
    return session.get_one(Account, on, with_for_update={"key_share": True})


def _note(look: Look, name: str, value: dict[str, object]) -> None:
    with look.shift.store.session(patient=True) as session:
        account = _account(session, look)
        capabilities.note(session, account.id, name, value, "pilot", look.shift.now)
