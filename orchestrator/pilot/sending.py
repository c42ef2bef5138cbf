"""Beginning a pilot, and sending its posts: each intent is committed before the socket opens."""

from datetime import datetime

from orchestrator import journal
from orchestrator.due import must_wait
from orchestrator.freeze import is_frozen
from orchestrator.model import Account, Campaign, Pilot
from orchestrator.pilot.accounts import account_row
from orchestrator.pilot.posts import LASTS, Trial, change, open_pilots, trials
from orchestrator.pilot.stops import is_stopped
from orchestrator.ports import (
    Draft,
    NotAuthorised,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
)
from orchestrator.shift import Shift


def begin(shift: Shift, network: str, planned: list[Trial]) -> int:
    """Write the posts of a new pilot down, before anything is sent; the pilot's number.

    One that is on already goes on instead.
    """
    with shift.store.session() as session:
        account = account_row(session, shift, network)
        for pilot, where in open_pilots(session, shift.campaign_id):
            if where.id == account.id:
                return pilot.id
        pilot = Pilot(
            account_id=account.id,
            started_at=shift.now,
            due_at=shift.now + LASTS,
            posts=[each.document() for each in planned],
        )
        session.add(pilot)
        session.flush()
        journal.record(
            session,
            shift.campaign_id,
            shift.now,
            shift.actor,
            "pilot begun",
            network,
            pilot=pilot.id,
        )
        begun = pilot.id
    shift.reached("pilot begun")
    return begun


def send(shift: Shift, network: str, pilot_id: int) -> None:
    """Send what was not sent yet, each once; a Trouble of the account goes up to the caller."""
    with shift.store.reading() as session:
        kinds = [each.kind for each in trials(session.get_one(Pilot, pilot_id))]
    for kind in kinds:
        if post := _intend(shift, network, pilot_id, kind):
            shift.reached("pilot intended")
            _deliver(shift, network, pilot_id, post)


def _intend(shift: Shift, network: str, pilot_id: int, kind: str) -> Trial | None:
    """Commit that it is about to be sent; None when it was, or when something stops it."""
    with shift.store.session() as session:
        # A stop waits for this lock, and we see every stop that came before it.
        campaign = session.get_one(Campaign, shift.campaign_id, with_for_update={"read": True})
        pilot = session.get_one(Pilot, pilot_id, with_for_update=True)
        account = session.get_one(Account, pilot.account_id)
        post = next(each for each in trials(pilot) if each.kind == kind)
        hindered = (
            is_stopped(session, campaign.id, network)
            or is_frozen(session, campaign)(network)
            or must_wait(account, shift)
            or account.remote_id != shift.settings.networks[network].account
        )
        if post.sent_at or post.deleted or pilot.ended_at or hindered:
            return None
        pilot.posts = _noted(pilot, kind, shift.now)
        return post


def _noted(pilot: Pilot, kind: str, now: datetime) -> list[dict[str, object]]:
    return [
        {**each, "sent_at": now.isoformat()} if each["kind"] == kind else each
        for each in pilot.posts
    ]


def _deliver(shift: Shift, network: str, pilot_id: int, post: Trial) -> None:
    try:
        draft = Draft(post.text, mode=post.mode, targeting=post.targeting)
        receipt = shift.networks[network].publish(draft)
    except (RateLimited, NotAuthorised, NotSent):
        # Provably nothing left; the next call of the command sends it.
        change(shift, pilot_id, post.kind, sent_at=None)
        raise
    except Rejected as refused:
        if not refused.duplicate:  # else it is there: it is found by its words
            change(shift, pilot_id, post.kind, deleted=True, refused=refused.why)
        return
    except OutcomeUnknown:
        return
    shift.reached("pilot sent")
    change(shift, pilot_id, post.kind, remote_id=receipt.remote_id, permalink=receipt.permalink)
