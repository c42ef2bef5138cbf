"""What the rules say of a campaign as a whole: its page, what waits to go out, old decisions."""

from datetime import date

import pytest

from orchestrator.aiming.campaign import campaign_rules
from orchestrator.aiming.followers import keep
from orchestrator.aiming.view import view
from orchestrator.model import Tandem
from orchestrator.policy import Finding
from orchestrator.ports import Standing
from tests.publishing.conftest import NETWORK_SETTINGS, NOON, Campaign, campaign

__all__ = ["campaign"]


def found(campaign: Campaign) -> dict[str, Finding]:
    with campaign.store.reading() as session:
        rules = campaign_rules(session, campaign.id, campaign.settings, NOON)
    return {each.rule: each for each in rules}


@pytest.mark.parametrize(("likes", "level"), [(None, "warn"), (37, "warn"), (380, "ok")])
def test_the_likes_that_the_doctor_was_told_count(
    campaign: Campaign, likes: int | None, level: str
) -> None:
    """As they were last told; a page that says nothing leaves it unknown."""
    with campaign.session() as session:
        standing = Standing("10", "Aktionsbüro", followers=412, likes=likes)
        keep(session, campaign.settings, "facebook", standing, NOON)
    assert found(campaign)["insights_likes"].level == level


def test_a_waiting_text_that_tells_a_contact_is_found(campaign: Campaign) -> None:
    """Also one that an older release has planned; adverts that are off need no rule."""
    campaign.post(campaign.tandem())
    assert found(campaign)["private_text"].level == "ok"
    campaign.post(campaign.tandem("samir"), text="Ruft mich an: 0171 234 56 78.")
    rules = found(campaign)
    assert rules["private_text"].level == "block"
    assert set(rules) == {"insights_likes", "private_text"}


def test_an_audience_tells_what_its_own_tandems_texts_tell(campaign: Campaign) -> None:
    """And how many like the page; of another tandem's text it says nothing."""
    amira, samir = campaign.tandem(), campaign.tandem("samir")
    campaign.post(amira)
    campaign.post(samir, text="Ruft mich an: 0171 234 56 78.")
    with campaign.store.reading() as session:
        shown = [
            view(session, session.get_one(Tandem, number), campaign.settings, NOON).policy
            for number in (amira, samir)
        ]
    levels = [{each.rule: each.level for each in policy} for policy in shown]
    assert [each["private_text"] for each in levels] == ["ok", "block"]
    assert {each["insights_likes"] for each in levels} == {"warn"}


def test_a_decision_of_another_year_is_named(campaign: Campaign, settings: object) -> None:
    """It was copied along with the configuration, and lifts nothing."""
    old = {"rule": "dsa_names", "reason": "The account has its own.", "by": "H. M.",
           "on": date(2025, 11, 20)}  # fmt: skip
    sections = {name: dict(each) for name, each in NETWORK_SETTINGS.items()}
    campaign.settings = settings(**sections, policy={"decisions": [old]})  # type: ignore[operator]
    assert "does not count" in found(campaign)["dsa_names"].reason
