"""When a volunteer cannot be reached: offers go to the backup contact meanwhile."""

from datetime import date, datetime

from sqlmodel import Session

from orchestrator import journal
from orchestrator.eligible import why_left
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.model import Tandem


def set_away(
    session: Session, tandem: Tandem, days: tuple[date, date] | None, now: datetime, actor: str
) -> bool:
    """Note the first and the last day, or (None) that they are back; False: it stood so already.

    The caller holds the campaign's row.
    """
    if days and days[1] < days[0]:
        raise UsageProblem(
            _("The last day is before the first one."), remedy=_("Write the earlier day first.")
        )
    if why := why_left(tandem):
        raise UsageProblem(
            _("Nothing more is handed to {slug}: {why}.").format(slug=tandem.slug, why=why),
            remedy=_("`tueroeffner tandem list` shows who takes part."),
        )
    first, last = days or (None, None)
    if (tandem.away_from, tandem.away_until) == (first, last):
        return False
    tandem.away_from, tandem.away_until = first, last
    what = "away" if days else "back"
    journal.record(session, tandem.campaign_id, now, actor, what, journal.tandem_subject(tandem))
    return True
