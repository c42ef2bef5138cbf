"""Networks that can address the people of chosen towns: keys, audiences, and what is kept."""

import json
import random
from collections import Counter
from typing import Any

import pytest
from contract_terms import Connect, Expect
from hypothesis import given as each
from hypothesis import strategies as st

from orchestrator import networks
from orchestrator.networks.wire.graph_cities import pick, pick_region, region_key, regions_found
from orchestrator.ports import (
    City,
    Draft,
    Network,
    NotAuthorised,
    OutcomeUnknown,
    PartlyTold,
    RateLimited,
    Region,
    Rejected,
    Targeting,
    same_targeting,
)
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.graph_cities import atlas
from orchestrator.sandbox.server import Sandbox

TARGETING = [name for name in networks.names() if networks.adapter(name).LIMITS.targeting]
NRW, RLP, BW = "Nordrhein-Westfalen", "Rheinland-Pfalz", "Baden-Württemberg"
TOWNS = [
    ("Berlin", "Berlin", "DE"),
    ("Hamburg", "Hamburg", "DE"),
    ("München", "Bayern", "DE"),
    ("Köln", NRW, "DE"),
    ("Düren", NRW, "DE"),
    ("Görlitz", "Sachsen", "DE"),
    ("Gießen", "Hessen", "DE"),
    ("Halle (Saale)", "Sachsen-Anhalt", "DE"),
    ("Frankfurt am Main", "Hessen", "DE"),
    ("Frankfurt (Oder)", "Brandenburg", "DE"),
    ("Freiburg im Breisgau", BW, "DE"),
    ("Neustadt an der Weinstraße", RLP, "DE"),
    ("Neustadt an der Aisch", "Bayern", "DE"),
    ("Neustadt in Holstein", "Schleswig-Holstein", "DE"),
    ("Saarlouis", "Saarland", "DE"),
    ("Emden", "Niedersachsen", "DE"),
    ("Wien", "Wien", "AT"),
    ("Wels", "Oberösterreich", "AT"),
    ("Chur", "Graubünden", "CH"),
]


@pytest.fixture(params=TARGETING)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def network(connect: Connect) -> Network:
    network = connect()
    assert isinstance(network, Targeting)
    return network


def city(name: str, region: str, country: str) -> City:
    return City(name, region, country)


def namesakes() -> Counter[tuple[str, str, str]]:
    """How many towns have a name within a region, as the sandbox itself knows them."""
    towns = atlas().cities.values()
    return Counter((town.name, town.region.name, town.region.country) for town in towns)


def described(key: str | None) -> tuple[str, str, str] | None:
    """The town behind a key, as the sandbox itself has it."""
    if key is None:
        return None
    town = atlas().cities[key]
    return town.name, town.region.name, town.region.country


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town[0])
def test_an_ordinary_town_is_found_in_its_own_region(
    network: Targeting, town: tuple[str, str, str]
) -> None:
    [key] = network.city_keys([city(*town)])
    found = described(key)
    assert found is not None
    assert found[1:] == town[1:]
    assert found[0].startswith(town[0].split(" (")[0])


def test_towns_of_one_name_in_different_states_are_told_apart(network: Targeting) -> None:
    """Every name that several states share leads to the town of the state that was asked for."""
    places: dict[str, set[tuple[str, str]]] = {}
    for (town, *there), count in namesakes().items():
        if there[1] in ("DE", "AT") and count == 1:
            places.setdefault(town, set()).add((there[0], there[1]))
    shared = sorted(name for name, regions in places.items() if len(regions) > 2)
    assert len(shared) > 40
    asked = [(name, *there) for name in shared[:60] for there in sorted(places[name])]
    keys = network.city_keys([city(*town) for town in asked])
    assert [described(key) for key in keys] == asked


def test_any_towns_of_the_region_are_found_in_the_order_asked(network: Targeting) -> None:
    """More than a batch holds, at random, with towns between them that do not exist."""
    known = [town for town in atlas().cities.values() if town.region.country == "DE"]
    chosen = random.Random(7).sample(known, 60)
    asked = [(town.name, town.region.name, "DE") for town in chosen]
    asked[30:30] = [("Nirgendheim", "Hessen", "DE")] * 3
    keys = network.city_keys([city(*town) for town in asked])
    assert [described(key) for key in keys] == [
        town if namesakes()[town] == 1 else None for town in asked
    ]


@pytest.mark.parametrize(
    "town",
    [
        ("Altdorf", "Bayern", "DE"),
        ("Weingarten", BW, "DE"),
        ("Eching", "Bayern", "DE"),
        ("Taufkirchen", "Bayern", "DE"),
        ("Holzkirchen", "Bayern", "DE"),
    ],
)
def test_of_two_towns_of_one_name_in_one_state_none_is_guessed(
    network: Targeting, town: tuple[str, str, str]
) -> None:
    """With a hard audience, the wrong one would show the post a hundred kilometres away only."""
    alike = [t for t in atlas().cities.values() if described(t.key) == town]
    assert len(alike) > 1
    assert network.city_keys([city(*town)]) == [None]


def test_a_namesake_has_a_key_only_where_the_search_tells_where_it_lies(
    network: Targeting, sandbox: Sandbox
) -> None:
    """Also when the network knows but one of the two: it might be the other."""
    twins = [
        City("Amberg", "Bayern", "DE", 49.443, 11.863, namesake=True),
        City("Amberg", "Bayern", "DE", 48.067, 10.683, namesake=True),
    ]
    assert network.city_keys(twins) == [None, None]
    at = {"latitude": 49.446, "longitude": 11.857}
    body = json.dumps({"data": [place("7", "Amberg", "Bavaria") | at]})
    answer = [{"code": 200, "body": body}] * 2
    sandbox.faults.add(Fault("status", status=200, body=answer, method="POST"))
    assert network.city_keys(twins) == ["7", None]


@pytest.mark.parametrize(
    "town",
    [
        ("Nirgendheim", "Bayern", "DE"),
        ("München", "Sachsen-Anhalt", "DE"),
        ("Köln", NRW, "AT"),
        ("Neustadt an der Nirgend", "Hamburg", "DE"),
        ("%&?#", "Bayern", "DE"),
    ],
)
def test_a_town_that_the_network_does_not_know_is_none(
    network: Targeting, town: tuple[str, str, str]
) -> None:
    """Never a town of the same name elsewhere."""
    assert network.city_keys([city(*town)]) == [None]


def test_no_towns_are_no_call(network: Targeting, sandbox: Sandbox) -> None:
    assert network.city_keys([]) == []
    assert sandbox.calls.entries() == []


def test_one_search_that_fails_fails_all(
    network: Targeting, name: str, sandbox: Sandbox, expect: Expect
) -> None:
    """A limit in the middle of a batch is a trouble, not a town that does not exist."""
    sandbox.configure({name: {"rate_limit": {"code": 4, "calls": 1, "minutes": 9}}})
    with expect(RateLimited) as caught:
        network.city_keys([city(*town) for town in TOWNS])
    assert 540 <= caught.value.seconds <= 594
    sandbox.configure({name: {"token": "expired"}})
    with expect(NotAuthorised):
        network.city_keys([city(*town) for town in TOWNS])
    with expect(NotAuthorised):
        network.city_keys([city("Köln", NRW, "DE")])


@pytest.mark.parametrize("bad", [{"code": 500, "body": "{}"}, {"code": 200, "body": "{}"}, None])
def test_a_search_that_fails_by_itself_costs_its_own_town_only(
    network: Targeting, sandbox: Sandbox, expect: Expect, bad: object
) -> None:
    """The others are told; also where it fails under the town's shorter name."""
    emden = [{"key": "7", "name": "Emden", "type": "city", "country_code": "DE",
              "region": "Niedersachsen"}]  # fmt: skip
    good = {"code": 200, "headers": [], "body": json.dumps({"data": emden})}
    nobody = good | {"body": '{"data": []}'}
    asked = [city("Emden", "Niedersachsen", "DE"), city("Freiburg im Breisgau", BW, "DE")]
    for answers in ([[good, bad], [bad], [bad]], [[good, nobody], [bad], [bad], [bad]]):
        for body in answers:
            sandbox.faults.add(Fault("status", status=200, body=body, method="POST"))
        with expect(PartlyTold) as caught:
            network.city_keys(asked)
        assert caught.value.told == {0: "7"}
        sandbox.faults.clear()


def test_what_a_batch_left_undone_is_asked_again(
    network: Targeting, name: str, sandbox: Sandbox, expect: Expect
) -> None:
    asked = [city(*town) for town in TOWNS]
    whole = network.city_keys(asked)
    sandbox.configure({name: {"batch_null": 5}})
    assert network.city_keys(asked) == whole
    sandbox.configure({name: {"batch_null": 500}})
    with expect(OutcomeUnknown):
        network.city_keys(asked)


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"data": []},
        [None],
        [{"code": 200, "body": "<html>"}] * 2,
        [{"code": 200, "body": "{}"}] * 2,
        [{"code": 200, "body": '{"data": 3}'}] * 2,
        [{"code": 500, "body": '{"data": []}'}] * 2,
        [{}] * 2,
        ["", ""],
        [{"code": "?", "headers": [7], "body": '{"data": []}'}] * 2,
    ],
    ids=str,
)
def test_a_batch_that_makes_no_sense_is_a_trouble(
    network: Targeting, sandbox: Sandbox, expect: Expect, body: object
) -> None:
    sandbox.faults.add(Fault("status", status=200, body=body, method="POST"))
    with expect(OutcomeUnknown):
        network.city_keys([city("Köln", NRW, "DE"), city("Emden", "Niedersachsen", "DE")])


STATES = sorted({("DE", town[1]) for town in TOWNS if town[2] == "DE"} | {("AT", "Wien")})


def test_whole_states_are_found_by_either_of_their_names(network: Targeting) -> None:
    """Also where a town has the name; what is no state, or another country's, has no key."""
    asked = [Region(name, country) for country, name in STATES]
    asked += [Region("Bavaria", "DE"), Region("Canton of Vaud", "CH")]
    asked += [Region("Görlitz", "DE"), Region("Tirol", "DE"), Region("Nirgendwo", "DE")]
    found = [atlas().regions[key] if key else None for key in network.region_keys(asked)]
    assert [each and (each.country, each.name) for each in found] == [
        *STATES,
        ("DE", "Bayern"),
        ("CH", "Waadt"),
        *[None] * 3,
    ]


def test_no_states_are_no_call(network: Targeting, sandbox: Sandbox) -> None:
    assert network.region_keys([]) == []
    assert sandbox.calls.entries() == []


def test_a_town_is_no_state_whatever_the_answer_calls_it() -> None:
    """An answer that does not say what it found says nothing; of two alike none is taken."""
    saxony = {"key": "4011", "name": "Sachsen", "country_code": "DE"}
    city_of_it = saxony | {"type": "city", "key": "7"}
    assert regions_found({"data": [saxony, city_of_it, "?"]}) == []
    region = Region("Sachsen", "DE")
    assert pick_region(region, [saxony]) == "4011"
    assert pick_region(region, [saxony, saxony | {"name": "Freistaat Sachsen"}]) == "4011"
    assert pick_region(region, [saxony, saxony | {"key": "8", "name": "Saxony"}]) is None
    assert pick_region(region, [saxony | {"key": None}]) is None


@pytest.mark.parametrize("body", [{"data": None}, {}])
def test_an_answer_about_states_that_says_nothing_is_no_gap(
    network: Targeting, sandbox: Sandbox, expect: Expect, body: object
) -> None:
    """Else nobody of the region would be planned for a week."""
    inner = [{"code": 200, "headers": [], "body": json.dumps(body)}]
    sandbox.faults.add(Fault("status", status=200, body=inner, method="POST"))
    with expect(OutcomeUnknown):
        network.region_keys([Region("Bayern", "DE")])


@pytest.mark.parametrize("mode", ["soft", "hard"])
def test_a_whole_state_is_kept_with_no_town_beside(network: Network, mode: str) -> None:
    """Entries add up: the region alone is asked for, reads back, and is no other region."""
    assert isinstance(network, Targeting)
    [bavaria, hesse] = network.region_keys([Region("Bayern", "DE"), Region("Hessen", "DE")])
    assert bavaria
    assert hesse
    asked = network.fit([bavaria], regions=True)
    assert asked == {"geo_locations": {"regions": [{"key": bavaria}]}}
    stored = network.stored(network.publish(Draft("Im Land", "", mode, asked)).remote_id, mode)
    assert same_targeting(asked, stored)
    assert not same_targeting(network.fit([hesse], regions=True), stored)
    assert not same_targeting(network.fit([bavaria]), stored)


def test_a_town_is_refused_as_a_state(network: Network, expect: Expect) -> None:
    """And the other way round: keys of one kind are none of the other."""
    assert isinstance(network, Targeting)
    [town] = network.city_keys([city("Emden", "Niedersachsen", "DE")])
    [state] = network.region_keys([Region("Niedersachsen", "DE")])
    for draft in (network.fit([str(town)], regions=True), network.fit([str(state)])):
        with expect(Rejected):
            network.publish(Draft("Verwechselt", "", "hard", draft))


@pytest.mark.parametrize("mode", ["soft", "hard"])
def test_the_audience_asked_for_is_kept(network: Network, sandbox: Sandbox, mode: str) -> None:
    """What reads back equals what was asked for, in its own place, with no country beside."""
    assert isinstance(network, Targeting)
    keys = [key for key in network.city_keys([city(*town) for town in TOWNS]) if key]
    asked = network.fit(keys)
    assert asked == {"geo_locations": {"cities": [{"key": key} for key in keys]}}
    receipt = network.publish(Draft("Für die Nachbarn", "", mode, asked))
    assert same_targeting(asked, network.stored(receipt.remote_id, mode))
    other = "hard" if mode == "soft" else "soft"
    assert network.stored(receipt.remote_id, other) is None
    [post] = sandbox.ledger()
    assert bool(post["targeting"]) is (mode == "hard")
    assert bool(post["feed_targeting"]) is (mode == "soft")


def test_an_audience_that_was_forgotten_is_noticed(
    network: Network, name: str, sandbox: Sandbox
) -> None:
    assert isinstance(network, Targeting)
    asked = network.fit([key for key in network.city_keys([city(*TOWNS[0])]) if key])
    sandbox.configure({name: {"drop_targeting": True}})
    receipt = network.publish(Draft("Vergessen", "", "hard", asked))
    stored = network.stored(receipt.remote_id, "hard")
    assert stored is None
    assert not same_targeting(asked, stored)


def test_an_invalid_town_is_refused(network: Network, sandbox: Sandbox, expect: Expect) -> None:
    assert isinstance(network, Targeting)
    with expect(Rejected):
        network.publish(Draft("Wohin?", "", "soft", network.fit(["1"])))
    assert sandbox.ledger() == []


@pytest.mark.parametrize(
    "draft",
    [
        Draft("Nur für wenige", "", "hard", None),
        Draft("Nur für wenige", "", "hard", {}),
        Draft("Für wen?", "", "", {"geo_locations": {"cities": [{"key": "1"}]}}),
    ],
)
def test_a_promise_that_cannot_be_kept_is_not_sent(
    network: Network, sandbox: Sandbox, expect: Expect, draft: Draft
) -> None:
    """A post for chosen towns only never goes out to everybody."""
    with expect(Rejected):
        network.publish(draft)
    assert sandbox.calls.entries() == []


def test_more_towns_than_the_network_takes_are_cut(network: Network) -> None:
    assert isinstance(network, Targeting)
    some = [key for key, town in atlas().cities.items() if town.region.country == "DE"][:260]
    asked = network.fit(some)
    receipt = network.publish(Draft("Für viele Orte", "", "soft", asked))
    assert same_targeting(asked, network.stored(receipt.remote_id, "soft"))


KEYS = st.lists(st.integers(1, 10**7).map(str), min_size=1, max_size=12, unique=True)


@each(keys=KEYS, data=st.data())
def test_audiences_are_compared_whatever_their_order(keys: list[str], data: st.DataObject) -> None:
    asked = {"geo_locations": {"cities": [{"key": key} for key in keys]}}
    shuffled = data.draw(st.permutations(keys))
    back = {"geo_locations": {"cities": [{"key": key, "name": "Ort"} for key in shuffled]}}
    assert same_targeting(asked, back)
    assert same_targeting(back, asked)
    fewer = {"geo_locations": {"cities": back["geo_locations"]["cities"][1:]}}
    assert not same_targeting(asked, fewer)
    assert not same_targeting(fewer, asked)
    assert not same_targeting(asked, {**back, "age_min": 21})
    wider = {"geo_locations": {**back["geo_locations"], "countries": ["DE"]}}
    assert not same_targeting(asked, wider)
    assert not same_targeting(asked, None)


def test_no_audience_is_no_audience() -> None:
    assert same_targeting(None, None)
    assert same_targeting(None, {})
    assert same_targeting({}, {"geo_locations": {"cities": []}})


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Bavaria", "Bayern"),
        ("Free State of Bavaria", "Bayern"),
        ("North Rhine-Westphalia", NRW),
        ("Baden-Wurttemberg", BW),
        ("Rhineland-Palatinate", RLP),
        ("Thuringia", "Thüringen"),
        ("Lower Saxony", "Niedersachsen"),
        ("Saxony-Anhalt", "Sachsen-Anhalt"),
        ("Mecklenburg-Western Pomerania", "Mecklenburg-Vorpommern"),
        ("Hesse", "Hessen"),
        ("Upper Austria", "Oberösterreich"),
        ("Carinthia", "Kärnten"),
        ("Canton of Geneva", "Genf"),
        ("Kanton Zürich", "Zürich"),
        ("St. Gallen", "Sankt Gallen"),
    ],
)
def test_a_region_is_the_same_in_both_languages(theirs: str, ours: str) -> None:
    assert region_key(theirs) == region_key(ours)


def test_no_two_regions_are_the_same() -> None:
    regions = {(r.country, r.name) for r in atlas().regions.values()}
    comparable = [name for country, name in regions if country == "DE"]
    assert len({region_key(name) for name in comparable}) == len(comparable) == 16


def place(key: str, name: str, region: str, country: str = "DE") -> dict[str, Any]:
    return {"key": key, "name": name, "region": region, "country_code": country, "type": "city"}


@pytest.mark.parametrize(
    ("asked", "found", "expected"),
    [
        (("München", "Bayern", "DE"), [place("1", "Munich", "Bavaria")], "1"),
        (("Halle (Saale)", "Sachsen-Anhalt", "DE"), [place("2", "Halle", "Saxony-Anhalt")], "2"),
        (
            ("Halle (Saale)", "Sachsen-Anhalt", "DE"),
            [place("2", "Halle", "Saxony-Anhalt"), place("3", "Halle", "Saxony-Anhalt")],
            None,
        ),
        (
            ("Neustadt an der Donau", "Bayern", "DE"),
            [place("4", "Neustadt an der Aisch", "Bavaria")],
            None,
        ),
        (("Neustadt", RLP, "DE"), [place("5", "Neustadt an der Weinstraße", RLP)], None),
        (
            ("Wörth", "Bayern", "DE"),
            [place("6", "Worth", "Bavaria"), place("7", "Wörth", "Bavaria")],
            "7",
        ),
        (("Nimwegen", "Guelders", "NL"), [place("8", "Nimwegen", "Gelderland", "NL")], "8"),
        (("Köln", NRW, "DE"), [{"name": "Köln", "region": NRW, "country_code": "DE"}], None),
        (("Köln", NRW, "DE"), [{}], None),
        (
            ("Altdorf", "Bayern", "DE"),
            [place("9", "Altdorf", "Bavaria"), place("10", "Altdorf", "Bavaria")],
            None,
        ),
        (
            ("Altdorf", "Bayern", "DE"),
            [place("9", "Altdorf", "Bavaria"), place("10", "Altdorf bei Nürnberg", "Bavaria")],
            "9",
        ),
        (
            ("Altdorf bei Nürnberg", "Bayern", "DE"),
            [place("9", "Altdorf", "Bavaria"), place("10", "Altdorf bei Nürnberg", "Bavaria")],
            "10",
        ),
        (("Köln", NRW, "DE"), [place("11", "Köln", NRW)] * 2, "11"),
    ],
)
def test_the_town_meant_is_picked_out_of_what_was_found(
    asked: tuple[str, str, str], found: list[dict[str, str]], expected: str | None
) -> None:
    """In the platform's own spellings, and rather none than another town."""
    assert pick(city(*asked), found) == expected
