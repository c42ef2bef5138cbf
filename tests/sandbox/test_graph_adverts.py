"""The ad account of the Graph emulator: what it counts, and what it refuses, by raw HTTP."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from raw_http import Graph

from orchestrator.sandbox.graph_adverts import audience
from orchestrator.sandbox.graph_cities import atlas
from orchestrator.sandbox.graph_errors import GraphError
from orchestrator.sandbox.graph_table import table
from orchestrator.sandbox.graph_tokens import AD_ACCOUNT, ADS_TOKEN

PATH = f"/act_{AD_ACCOUNT}/delivery_estimate"
PIN = {"latitude": 52.52, "longitude": 13.405, "radius": 10, "distance_unit": "kilometer"}
BERLIN = {"geo_locations": {"custom_locations": [PIN]}}


def ask(graph: Graph, **changed: object) -> Any:
    params = {"optimization_goal": "REACH", "targeting_spec": BERLIN, "access_token": ADS_TOKEN}
    return graph.get(PATH, **params | changed)


def pin(**changed: object) -> dict[str, Any]:
    return {"geo_locations": {"custom_locations": [PIN | changed]}}


def count(graph: Graph, places: dict[str, Any]) -> int:
    reply = ask(graph, targeting_spec={"geo_locations": places})
    assert reply.status == 200, reply.body
    return int(reply.json["data"][0]["estimate_mau_upper_bound"])


def test_an_estimate_is_a_range_of_people(graph: Graph) -> None:
    [told] = ask(graph).json["data"]
    assert told["estimate_ready"] is True
    assert 1_000_000 < told["estimate_mau_lower_bound"] < told["estimate_mau_upper_bound"] < 4e6
    [part] = ask(graph, fields="estimate_ready").json["data"]
    assert part == {"estimate_ready": True}


def test_places_are_added_up_and_counted_once(graph: Graph) -> None:
    """A country beside a pin is the country; a pin twice is the pin."""
    near = count(graph, BERLIN["geo_locations"])
    country = count(graph, {"countries": ["DE"]})
    assert count(graph, {"custom_locations": [PIN, PIN]}) == near
    assert count(graph, {"custom_locations": [PIN], "countries": ["DE"]}) == country > 10 * near
    berlin = graph.city("Berlin", country_code="DE")["key"]
    assert count(graph, {"cities": [{"key": berlin}], "custom_locations": [PIN]}) == near
    around = {"key": berlin, "radius": 40, "distance_unit": "kilometer"}
    assert count(graph, {"cities": [around]}) > near


def test_few_people_are_not_counted(graph: Graph) -> None:
    [told] = ask(graph, targeting_spec=pin(latitude=54.8, longitude=4.0)).json["data"]
    assert told == {
        "estimate_mau_lower_bound": -1,
        "estimate_mau_upper_bound": -1,
        "estimate_ready": True,
    }
    graph.turn(estimates_ready=False)
    assert ask(graph).json["data"][0]["estimate_ready"] is False


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"optimization_goal": None}, "optimization_goal is required"),
        ({"targeting_spec": None}, "targeting_spec is required"),
        ({"optimization_goal": "FAME"}, "must be one of"),
        ({"targeting_spec": "Berlin"}, "valid JSON"),
        ({"targeting_spec": []}, "an object"),
        ({"targeting_spec": {}}, "at least one location"),
        ({"targeting_spec": {"geo_locations": {}}}, "at least one location"),
        ({"targeting_spec": {**BERLIN, "shoe_size": 43}}, "shoe_size"),
        ({"targeting_spec": {"geo_locations": {"circles": [PIN]}}}, "circles"),
        ({"targeting_spec": {"geo_locations": {"custom_locations": PIN}}}, "an array"),
        ({"targeting_spec": {"geo_locations": {"custom_locations": [PIN] * 201}}}, "at most 200"),
        ({"targeting_spec": {"geo_locations": {"countries": ["XX"]}}}, "country code"),
        ({"targeting_spec": {"geo_locations": {"regions": [{"key": "1"}]}}}, "key of a region"),
        ({"targeting_spec": {"geo_locations": {"cities": [{"key": "1"}]}}}, "key of a city"),
        ({"targeting_spec": {"geo_locations": {"zips": [{"key": "10115"}]}}}, "zip code"),
        ({"targeting_spec": pin(radius=0.9)}, "between 1 and 80"),
        ({"targeting_spec": pin(radius=81)}, "between 1 and 80"),
        ({"targeting_spec": pin(radius=0.6, distance_unit="mile")}, "between 0.63 and 50"),
        ({"targeting_spec": pin(radius=51, distance_unit="mile")}, "between 0.63 and 50"),
        ({"targeting_spec": pin(distance_unit="meter")}, "distance_unit"),
        ({"targeting_spec": pin(radius="10")}, "radius must be a number"),
        ({"targeting_spec": pin(latitude=None)}, "latitude must be a number"),
        ({"targeting_spec": pin(longitude=181)}, "degrees"),
        ({"targeting_spec": pin(colour="red")}, "colour"),
        ({"targeting_spec": {**BERLIN, "age_min": 12}}, "between 13 and 65"),
        ({"targeting_spec": {**BERLIN, "age_min": 40, "age_max": 30}}, "between 13 and 65"),
        ({"targeting_spec": {**BERLIN, "age_max": 50}}, "Advantage+"),
        ({"targeting_spec": {**BERLIN, "targeting_automation": {"advantage_audience": 2}}}, "0 or"),
        ({"daily_budget": 500}, "daily_budget"),
        ({"fields": "estimate_dau"}, "estimate_dau"),
    ],
)
def test_what_an_estimate_refuses(graph: Graph, changed: dict[str, Any], word: str) -> None:
    reply = ask(graph, **changed)
    assert reply.refusal == (400, 100, None), reply.body
    assert word in reply.json["error"]["message"]


def test_a_city_with_a_radius_has_other_limits(graph: Graph) -> None:
    berlin = graph.city("Berlin", country_code="DE")["key"]
    for radius, status in ((16, 400), (17, 200), (80, 200), (81, 400)):
        city = {"key": berlin, "radius": radius, "distance_unit": "kilometer"}
        spec = {"geo_locations": {"cities": [city]}}
        assert ask(graph, targeting_spec=spec).status == status


def test_location_types_have_gone(graph: Graph) -> None:
    spec = {"geo_locations": {"custom_locations": [PIN], "location_types": ["home"]}}
    assert ask(graph, targeting_spec=spec).refusal == (400, 100, 1870199)


def test_who_may_ask(graph: Graph, app_token: str) -> None:
    """Neither the page nor the app; the person only with the permission."""
    for token in (graph.token, app_token):
        assert ask(graph, access_token=token).refusal == (403, 200, None)
    assert ask(graph, access_token="EAANobody").refusal == (400, 190, None)
    graph.turn(permissions=["pages_manage_posts"])
    assert ask(graph).refusal == (403, 200, None)


def test_another_account_and_other_calls(graph: Graph) -> None:
    params = {"access_token": ADS_TOKEN, "targeting_spec": BERLIN, "optimization_goal": "REACH"}
    assert graph.get("/act_1234567/delivery_estimate", **params).refusal == (400, 100, 33)
    # No audience of names can be made here.
    made = graph.post(f"/act_{AD_ACCOUNT}/customaudiences", access_token=ADS_TOKEN, name="x")
    assert made.refusal == (400, 3, None)
    assert graph.post(PATH, **params).refusal == (400, 100, None)


NAMES = ["geo_locations", "targeting_automation", "age_max", "age_min", "radius", "latitude"]
NAMES += ["longitude", "key", "advantage_audience", "custom_locations", "excluded_geo_locations"]
NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*NAMES, *table()["adverts"]["geo_locations"]]), inner, max_size=3
        )
    ),
    max_leaves=10,
)


@settings(max_examples=40)
@given(NESTED, NESTED)
def test_any_audience_is_counted_or_refused(whole: object, places: object) -> None:
    """As the platform refuses, never with a failure of its own."""
    for spec in (whole, {"geo_locations": places}, {**BERLIN, "excluded_geo_locations": places}):
        with suppress(GraphError):
            assert isinstance(audience(spec, atlas()), set)
