"""Freezing a campaign whose database is older than the world, as a restore does."""

from datetime import datetime

from sqlmodel import Session

from orchestrator import freeze
from orchestrator.doubt import Horizon, doubt, doubt_ahead
from orchestrator.elsewhere import log
from orchestrator.elsewhere.knows import Knows
from orchestrator.formats import moment
from orchestrator.i18n import _
from orchestrator.model import Campaign
from orchestrator.shift import Shift, Tally
from orchestrator.witness import Seen


def horizon(shift: Shift) -> Horizon:
    """How far ahead each network may have been given posts."""
    return {
        name: options.hand_over
        for name, options in shift.settings.networks.items()
        if options.hand_over
    }


def freeze_for(
    session: Session, shift: Shift, campaign: Campaign, since: datetime, seen: int = 0
) -> None:
    """Freeze every network, and doubt whatever may have gone out or been handed over since."""
    campaign.frozen_since = min(campaign.frozen_since or since, since)
    doubt(session, campaign, shift.now, shift.actor, seen)
    doubt_ahead(session, campaign, shift.now, shift.actor, horizon(shift))


def freeze_as_older(shift: Shift, tally: Tally, known: Knows, seen: Seen) -> str:
    """This machine has committed tries that the database lacks: proof. Returns the sentence."""
    with shift.store.session(patient=True) as session:
        campaign = session.get_one(Campaign, shift.campaign_id, with_for_update={"key_share": True})
        # Another worker of this machine may have been quicker.
        if not freeze.accounts_for(session, campaign.id, seen.attempt, seen.at):
            freeze_for(session, shift, campaign, known.newest, seen.attempt)
    zone = shift.settings.campaign.zone
    why = _(
        "The database is an older copy: it knows nothing after {known}, and this computer has"
        " sent for the campaign at {seen}. Nothing is sent; go on with"
        " `tueroeffner run --release`."
    ).format(known=moment(known.newest.astimezone(zone)), seen=moment(seen.at.astimezone(zone)))
    tally.alarm(why)
    return why


def freeze_as_shortened(shift: Shift, tally: Tally, known: Knows, lost: log.Link) -> str:
    """This machine remembers what was noted after all that the database knows of."""
    with shift.store.session(patient=True) as session:
        campaign = session.get_one(Campaign, shift.campaign_id, with_for_update={"key_share": True})
        # Another worker of this machine may have been quicker.
        if not log.accounts_for(session, campaign.id, lost):
            freeze_for(session, shift, campaign, known.newest)
            log.account_for(session, campaign.id, shift.now, shift.actor, lost)
    why = _(
        "The database is an older copy: what was noted at {time} is not in it, and may have been a"
        " withdrawal. Nothing is sent; go on with `tueroeffner run --release`."
    ).format(time=moment(lost.at.astimezone(shift.settings.campaign.zone)))
    tally.alarm(why)
    return why


def freeze_as_copy(
    shift: Shift, tally: Tally, known: Knows, since: datetime, links: list[str]
) -> str:
    """Our pages show what the database does not know. Returns the sentence."""
    with shift.store.session(patient=True) as session:
        campaign = session.get_one(Campaign, shift.campaign_id, with_for_update={"key_share": True})
        if campaign.home == known.home and campaign.frozen_since is None:
            freeze_for(session, shift, campaign, since)
    why = _(
        "The database is a copy, and older than what your pages show: it knows nothing of {links}."
        " Nothing is sent; go on with `tueroeffner run --release`."
    ).format(links=", ".join(links))
    tally.alarm(why)
    return why
