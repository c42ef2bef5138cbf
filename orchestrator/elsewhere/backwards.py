"""A clock that is earlier than what the campaign has already done: it waits, and says so."""

from datetime import datetime, timedelta

from sqlmodel import Session

from orchestrator import freeze
from orchestrator.elsewhere.knows import Knows
from orchestrator.formats import moment
from orchestrator.i18n import _
from orchestrator.shift import Shift, Tally

# Computers of a team differ by minutes.
MAY_DIFFER = timedelta(minutes=15)
_TOLD = "clock"


def worked_until(
    session: Session, campaign_id: int, known: Knows, now: datetime
) -> datetime | None:
    """The time at which this campaign already worked, if that is yet to come."""
    happened = known.happened
    if happened is None or happened - now <= MAY_DIFFER:
        return None
    forgiven = freeze.forgiven(session, campaign_id)
    tried_at = known.tried_at if known.attempt > forgiven else None
    left = max(filter(None, (tried_at, known.passed_at)), default=None)
    return left if left and left - now > MAY_DIFFER else None


def ahead(shift: Shift, known: Knows) -> datetime | None:
    """The same for a shift."""
    with shift.store.reading() as session:
        return worked_until(session, shift.campaign_id, known, shift.now)


def reason(shift: Shift, tally: Tally, known: Knows) -> str | None:
    """Why nothing may be sent; it ends by itself when the clock is right again."""
    then = ahead(shift, known)
    if then is None:
        shift.world.told.discard(_TOLD)
        return None
    zone = shift.settings.campaign.zone
    why = _(
        "The clock says {now}, and this campaign already worked at {then}: nothing is sent before"
        " that. Set the clock of this computer; if the later time was the wrong one:"
        " `tueroeffner run --release`."
    ).format(now=moment(shift.now.astimezone(zone)), then=moment(then.astimezone(zone)))
    if _TOLD not in shift.world.told:
        shift.world.told.add(_TOLD)
        tally.alarm(why)
    return why
