"""The step of each pass that goes on with pilots: find, read back, count, delete, conclude."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, select

from orchestrator import capabilities, journal
from orchestrator.attempts import QUIET
from orchestrator.copies import MARGIN, SHOWS_AT_LAST
from orchestrator.i18n import _
from orchestrator.model import Account, Pilot
from orchestrator.pilot.live import nobody_saw
from orchestrator.pilot.posts import Trial, change, open_pilots, trials
from orchestrator.pilot.result import learned, result
from orchestrator.pilot.stops import is_stopped
from orchestrator.ports import (
    Network,
    NotAuthorised,
    Place,
    Promoting,
    Reach,
    Readings,
    Targeting,
    Trouble,
    Unavailable,
    same_targeting,
)
from orchestrator.shift import Shift, Tally
from orchestrator.today.reached import anybody_saw
from orchestrator.visits import Visits, bench

# A figure may come a day late; after that the posts go without.
_PATIENCE = timedelta(hours=24)
# Whoever began it, and was interrupted, may go on for so long.
_MAY_GO_ON = timedelta(hours=1)
# These come by no waiting.
_FOR_GOOD = (Unavailable.FEW_LIKES, Unavailable.VANISHED, Unavailable.NOT_PERMITTED)


@dataclass
class Round:
    """One look at one pilot. ``end``: how it ends now, None while it goes on."""

    shift: Shift
    tally: Tally
    network: Network
    pilot_id: int
    due: bool
    late: bool
    end: str | None
    posts: dict[str, Trial]

    def change(self, kind: str, **values: object) -> Trial:
        """Write down what became of a post, unless somebody was quicker."""
        seen = self.posts[kind]
        self.posts[kind] = change(self.shift, self.pilot_id, kind, seen=seen, **values)
        return self.posts[kind]


def attend_pilots(shift: Shift, tally: Tally) -> None:
    """Go on with every pilot on the configured pages; a trouble waits for the next pass."""
    visits = Visits(shift, tally, urgent=True)
    with shift.store.reading() as session:
        found = [
            (pilot, account.network, is_stopped(session, shift.campaign_id, account.network))
            for pilot, account in open_pilots(session, shift.campaign_id)
            if account.network in shift.networks
            and account.remote_id == shift.settings.networks[account.network].account
        ]
    for pilot, name, stopped in found:
        if not visits.welcome(name):
            continue
        try:
            _attend(_round(shift, tally, shift.networks[name], pilot, stopped))
        except Trouble as trouble:
            _troubled(shift, tally, name, trouble)


def _troubled(shift: Shift, tally: Tally, name: str, trouble: Trouble) -> None:
    bench(shift, name, trouble)
    tally.troubles[name] = trouble.why
    finding = _("the pilot on {network}: {why}").format(network=name, why=trouble.why)
    if isinstance(trouble, NotAuthorised):
        tally.alarm(finding)
    else:
        tally.findings.append(finding)


def _round(shift: Shift, tally: Tally, network: Network, pilot: Pilot, stopped: bool) -> Round:
    posts = {each.kind: each for each in trials(pilot)}
    unsent = any(each.sent_at is None and not each.deleted for each in posts.values())
    refused = any(each.refused for each in posts.values())
    broken = refused or (unsent and shift.now - pilot.started_at >= _MAY_GO_ON)
    end = "stopped" if stopped else "broken_off" if broken else None
    due = shift.now >= pilot.due_at and not unsent
    late = shift.now >= pilot.due_at + _PATIENCE
    return Round(shift, tally, network, pilot.id, due, late, end, posts)


def _attend(look: Round) -> None:
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


def _find(look: Round, kind: str) -> None:
    """Look for a post that had no answer by its words; nowhere for a day, it never arrived."""
    post, now = look.posts[kind], look.shift.now
    if not post.is_unclear or post.sent_at is None:
        return
    if post.looked_at and now - post.looked_at < QUIET:
        return
    if found := look.network.find(post.text, post.sent_at - MARGIN):
        look.change(kind, remote_id=found[0].remote_id, permalink=found[0].permalink)
    else:
        look.change(kind, looked_at=now, deleted=now - post.sent_at >= SHOWS_AT_LAST)
    look.shift.reached("pilot looked for")


def _read_back(look: Round, kind: str) -> None:
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


def _shows_by_now(look: Round, post: Trial) -> bool:
    return post.sent_at is not None and look.shift.now - post.sent_at >= QUIET


def _count(look: Round) -> tuple[bool, str | None]:
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


def _delete(look: Round, kind: str) -> None:
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
        text = _("the pilot on {network}: {link} is not gone yet; every pass tries again")
        link = post.permalink or post.remote_id
        look.tally.findings.append(text.format(network=network.name, link=link))


def _conclude(look: Round, outcome: str, why: str | None) -> None:
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
    if not seen and all(each == 0 for each in found["reach"].values()):
        look.tally.alarm(nobody_saw(look.network.name))
    shift.reached("pilot ended")


def _account(session: Session, look: Round) -> Account:
    """The page's row, locked: always before the pilot's."""
    on = session.exec(select(Pilot.account_id).where(Pilot.id == look.pilot_id)).one()
    return session.get_one(Account, on, with_for_update={"key_share": True})


def _note(look: Round, name: str, value: dict[str, object]) -> None:
    with look.shift.store.session(patient=True) as session:
        account = _account(session, look)
        capabilities.note(session, account.id, name, value, "pilot", look.shift.now)
