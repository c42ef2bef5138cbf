"""Adverts in the Graph emulator, by raw HTTP: what the platform asks for, step by step."""

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from raw_http import Graph, Reply

from orchestrator.sandbox.graph_adverts_making import Making
from orchestrator.sandbox.graph_adverts_store import Account
from orchestrator.sandbox.graph_cities import atlas
from orchestrator.sandbox.graph_errors import GraphError
from orchestrator.sandbox.graph_knobs import Knobs
from orchestrator.sandbox.graph_table import parameters, read
from orchestrator.sandbox.graph_tokens import AD_ACCOUNT, ADS_TOKEN
from tests.sandbox.conftest import START

ACCOUNT = f"/act_{AD_ACCOUNT}"
PIN = {"latitude": 52.52, "longitude": 13.405, "radius": 25, "distance_unit": "kilometer"}
BERLIN: dict[str, Any] = {
    "geo_locations": {"custom_locations": [PIN]},
    "targeting_automation": {"advantage_audience": 0},
}
CAMPAIGN: dict[str, Any] = {
    "name": "Woche",
    "objective": "OUTCOME_AWARENESS",
    "status": "PAUSED",
    "special_ad_categories": ["EMPLOYMENT"],
    "special_ad_category_country": ["DE"],
    "is_adset_budget_sharing_enabled": False,
}
ADSET: dict[str, Any] = {
    "name": "Eins",
    "status": "PAUSED",
    "billing_event": "IMPRESSIONS",
    "optimization_goal": "REACH",
    "lifetime_budget": 2000,
    "end_time": (START + timedelta(days=4)).isoformat(),
    "targeting": BERLIN,
    "dsa_beneficiary": "Verein",
    "dsa_payor": "Verein",
}
VALIDATE = {"execution_options": ["validate_only"]}


def without(params: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name not in names}


def post(graph: Graph, edge: str, **params: object) -> Reply:
    return graph.post(f"{ACCOUNT}/{edge}", **{"access_token": ADS_TOKEN} | params)


def campaign(graph: Graph, **changed: object) -> str:
    return str(post(graph, "campaigns", **CAMPAIGN | changed).json["id"])


def adset(graph: Graph, **changed: object) -> Reply:
    return post(graph, "adsets", **{"campaign_id": campaign(graph)} | ADSET | changed)


def aimed(**changed: object) -> dict[str, Any]:
    return {"targeting": BERLIN | changed}


def around(**changed: object) -> dict[str, Any]:
    return aimed(geo_locations={"custom_locations": [PIN | changed]})


@pytest.mark.parametrize(
    ("params", "subcode"),
    [
        (without(CAMPAIGN, "name"), None),
        (without(CAMPAIGN, "special_ad_categories"), None),
        (without(CAMPAIGN, "special_ad_category_country"), 2909034),
        (without(CAMPAIGN, "is_adset_budget_sharing_enabled"), None),
        (CAMPAIGN | {"objective": "REACH"}, None),
        (CAMPAIGN | {"objective": "LOVE"}, None),
        (CAMPAIGN | {"special_ad_categories": ["ISSUES_ELECTIONS_POLITICS"]}, None),
        (CAMPAIGN | {"favourite_colour": "blue"}, None),
    ],
)
def test_a_campaign_says_what_it_has_to(
    graph: Graph, params: dict[str, Any], subcode: int | None
) -> None:
    assert post(graph, "campaigns", **params).refusal == (400, 100, subcode)
    assert post(graph, "campaigns", **CAMPAIGN).status == 200


@pytest.mark.parametrize(
    ("changed", "subcode"),
    [
        ({"campaign_id": "120210000000099999"}, None),
        ({"billing_event": "SMILES"}, None),
        ({"end_time": START.isoformat()}, None),
        ({"lifetime_budget": 100}, None),
        ({"dsa_payor": ""}, None),
        ({"dsa_beneficiary": " "}, None),
        (aimed(geo_locations={}), 1885364),
        (around(radius=24), 2909034),
        (around(radius=14, distance_unit="mile"), 2909034),
        (aimed(geo_locations={"zips": [{"key": "DE:10115"}]}), 2909034),
        (aimed(genders=[1]), 2909034),
        (aimed(age_min=25), 2909034),
        (aimed(targeting_automation={}), 2909034),
        (aimed(excluded_geo_locations={"countries": ["AT"]}), 2909034),
    ],
)
def test_an_ad_set_for_work_in_the_eu(
    graph: Graph, changed: dict[str, Any], subcode: int | None
) -> None:
    """Wide enough, for everybody of age, with a budget, an end, and who has it and pays."""
    assert adset(graph, **changed).refusal == (400, 100, subcode)
    assert adset(graph).status == 200
    assert adset(graph, **around(radius=15, distance_unit="mile")).status == 200


def test_a_country_beside_a_circle_is_taken_and_widens(graph: Graph) -> None:
    """As on the platform: nobody is warned."""
    both = {"custom_locations": [PIN], "countries": ["DE"]}
    assert adset(graph, **aimed(geo_locations=both)).status == 200


def test_budgets_on_both_levels_are_refused(graph: Graph) -> None:
    made = campaign(graph, lifetime_budget=5000)
    assert adset(graph, campaign_id=made).refusal == (400, 100, 1885621)


def test_what_is_only_checked_is_not_made(graph: Graph) -> None:
    assert post(graph, "campaigns", **CAMPAIGN | VALIDATE).json == {"success": True}
    assert graph.get(f"{ACCOUNT}/campaigns", access_token=ADS_TOKEN).json["data"] == []
    assert post(graph, "campaigns", **without(CAMPAIGN, "name") | VALIDATE).status == 400


def advert(graph: Graph) -> str:
    told = graph.post(f"/{graph.page}/feed", message="Wer kennt eine Schneiderei?")
    story = told.json["id"]
    creative = post(graph, "adcreatives", object_story_id=story).json["id"]
    params = {"name": "Eins", "status": "PAUSED", "creative": {"creative_id": creative}}
    return str(post(graph, "ads", adset_id=adset(graph).json["id"], **params).json["id"])


def test_only_posts_that_are_live_are_promoted(graph: Graph) -> None:
    held = graph.post(f"/{graph.page}/feed", message="Noch nicht", published=False).json["id"]
    for story in (held, f"{graph.page}_1"):
        assert post(graph, "adcreatives", object_story_id=story).refusal == (400, 100, None)


def test_who_may_make_adverts(graph: Graph) -> None:
    """A token that may only read reads."""
    made = advert(graph)
    graph.turn(permissions=["ads_read", "pages_manage_posts", "pages_read_engagement"])
    assert post(graph, "campaigns", **CAMPAIGN).refusal == (403, 200, None)
    assert graph.post(f"/{made}", status="ACTIVE", access_token=ADS_TOKEN).refusal[1] == 200
    assert graph.get(f"/{made}", fields="status", access_token=ADS_TOKEN).status == 200


@pytest.mark.parametrize("state", ["no_money", "unsettled", "disabled"])
def test_an_account_that_cannot_pay_switches_nothing_on(graph: Graph, state: str) -> None:
    """But always off."""
    made = advert(graph)
    graph.turn(ad_account=state)
    assert graph.post(f"/{made}", status="ACTIVE", access_token=ADS_TOKEN).refusal[:2] == (400, 100)
    assert graph.post(f"/{made}", status="PAUSED", access_token=ADS_TOKEN).status == 200


def test_a_review_comes_to_something_once(graph: Graph) -> None:
    """After half an hour, and whatever the mood is later."""
    made = advert(graph)
    asked = {"fields": "effective_status,ad_review_feedback", "access_token": ADS_TOKEN}
    graph.turn(ad_review="disapproved")
    assert graph.get(f"/{made}", **asked).json["effective_status"] == "PENDING_REVIEW"
    graph.wire.admin("POST", "advance", {"seconds": 1900})
    told = graph.get(f"/{made}", **asked).json
    assert told["effective_status"] == "DISAPPROVED"
    assert told["ad_review_feedback"]["global"]
    graph.turn(ad_review="approved")
    assert graph.get(f"/{made}", **asked).json["effective_status"] == "DISAPPROVED"


NAMES = ["geo_locations", "custom_locations", "zips", "countries", "radius", "distance_unit"]
NAMES += ["latitude", "longitude", "targeting_automation", "advantage_audience", "genders"]
NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=60)
@given(changed=st.dictionaries(st.sampled_from(sorted(ADSET)), NESTED, max_size=3))
def test_nonsense_is_refused_and_breaks_nothing(changed: dict[str, Any]) -> None:
    """Whatever stands in an ad set, the answer is a refusal or an ad set."""
    account = Account()
    making = Making(account, Knobs(), START, atlas, lambda _story: None)
    making.make("campaigns", read(texts(CAMPAIGN), parameters("AdAccount", "POST", "campaigns")))
    [number] = account.things
    with suppress(GraphError):
        params = texts({"campaign_id": number} | ADSET | changed)
        making.make("adsets", read(params, parameters("AdAccount", "POST", "adsets")))


def texts(params: dict[str, Any]) -> dict[str, str]:
    """As they come in a form."""
    return {name: v if isinstance(v, str) else json.dumps(v) for name, v in params.items()}
