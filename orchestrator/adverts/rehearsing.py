"""A dry run: the network checks what it can, and makes nothing."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from orchestrator.adverts.choosing import Choice
from orchestrator.adverts.rows import wish_for
from orchestrator.model import Advert, Campaign
from orchestrator.ports import Advertising, Rejected
from orchestrator.shift import Shift


@dataclass(frozen=True)
class Rehearsed:
    """Which steps were checked, which cannot be yet, and why the network would refuse."""

    checked: tuple[str, ...]
    unchecked: tuple[str, ...]
    refused: str = ""


def rehearse(shift: Shift, advertising: Advertising, choice: Choice) -> Rehearsed:
    """Check an advert that could be made. A step below one that is not made cannot be checked."""
    assert choice.advert is not None, "there is something to check"
    assert choice.post is not None, "an advert shows a post"
    shared, own, shown, last = advertising.steps
    with shift.store.reading() as session:
        campaign = session.get_one(Campaign, shift.campaign_id)
        made = _shared(session, shift, choice.advert, shared)
    countries = shift.settings.audience.countries
    wish = wish_for(choice.advert, choice.post, campaign, countries)
    steps = [shared, shown] if not made else [own, shown]
    checked: list[str] = []
    for step in steps:
        try:
            advertising.rehearse(step, wish, made)
        except Rejected as refusal:
            return Rehearsed(tuple(checked), (), refusal.why)
        checked.append(step)
    return Rehearsed(tuple(checked), (last,) if made else (own, last))


def _shared(session: Session, shift: Shift, advert: Advert, shared: str) -> dict[str, str]:
    """What all adverts of the category hang on, once it was made for another one."""
    rows = session.exec(
        select(Advert.remote).where(
            Advert.campaign_id == shift.campaign_id,
            Advert.ad_account == advert.ad_account,
            Advert.category == advert.category,
            col(Advert.network) == advert.network,
        )
    ).all()
    numbers = [remote[shared] for remote in rows if shared in remote]
    return {shared: numbers[0]} if numbers else {}
