"""Making a report: the campaign's rows read once, and what the reader asked for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from orchestrator.adverts.telling import paid
from orchestrator.config import Settings
from orchestrator.keys import CampaignKey
from orchestrator.report.figures import Head, Report
from orchestrator.report.names import Names
from orchestrator.report.reading import read
from orchestrator.report.scopes import Wish, partner_of

_WHOLE = Wish()


def make(
    session: Session,
    campaign_id: int,
    settings: Settings,
    key: Callable[[], CampaignKey],
    now: datetime,
    wish: Wish = _WHOLE,
) -> Report:
    """The report as of ``now``; a partner is asked for in any spelling that names one."""
    campaign = settings.campaign
    names = Names(key, now.astimezone(campaign.zone).date(), settings.consent_versions)
    rows = read(session, campaign_id, campaign.zone, names, settings.audience)
    if wish.partner is not None:
        wish = replace(wish, partner=partner_of(rows, wish.partner))
    caps = {name: each.spending_cap for name, each in settings.networks.items()}
    head = Head(
        campaign.name,
        campaign.slug,
        campaign.start,
        campaign.end,
        campaign.zone,
        now,
        caps,
        paid(session, campaign_id),
    )
    return Report(head, wish, rows)
