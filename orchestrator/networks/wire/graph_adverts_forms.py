"""What each step of an advert is made of, in the Marketing API's own words."""

from collections.abc import Mapping
from typing import Any

from orchestrator.ports import AdvertWish

STEPS = ("campaign", "adset", "creative", "ad")
PAUSED, ACTIVE = "PAUSED", "ACTIVE"
VALIDATE = {"execution_options": ["validate_only"]}


def campaign(wish: AdvertWish) -> dict[str, Any]:
    """What all ad sets hang on. The money is theirs, each for itself.

    Unverified live: whether a job seeker's appeal is of the category, and in Germany, too.
    """
    category = [] if wish.category == "none" else [wish.category.upper()]
    country = {"special_ad_category_country": list(wish.countries)} if category else {}
    return {
        "name": wish.campaign,
        "objective": "OUTCOME_AWARENESS",
        "status": PAUSED,
        "special_ad_categories": category,
        "is_adset_budget_sharing_enabled": False,
        **country,
    }


def adset(
    wish: AdvertWish, made: Mapping[str, str], page_id: str, says: tuple[str, str]
) -> dict[str, Any]:
    """Who sees the advert, for how much and until when.

    As many different people as possible, who are told of the page's own post. Unverified live:
    that this goal takes the page as its object, and no bid.
    """
    beneficiary, payor = says
    return {
        "name": wish.name,
        "campaign_id": made["campaign"],
        "status": PAUSED,
        "billing_event": "IMPRESSIONS",
        "optimization_goal": "REACH",
        "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
        "promoted_object": {"page_id": page_id},
        "lifetime_budget": wish.budget,
        "end_time": wish.ends_at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "targeting": dict(wish.targeting),
        "dsa_beneficiary": beneficiary,
        "dsa_payor": payor,
    }


def creative(wish: AdvertWish, promotable_id: str) -> dict[str, Any]:
    """What it shows: the page's own post, with whatever is said below it."""
    return {"name": wish.name, "object_story_id": promotable_id}


def ad(wish: AdvertWish, made: Mapping[str, str]) -> dict[str, Any]:
    """The advert itself."""
    return {
        "name": wish.name,
        "status": PAUSED,
        "adset_id": made["adset"],
        "creative": {"creative_id": made["creative"]},
    }
