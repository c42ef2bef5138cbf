"""What stops an advert, checked as data, whoever put the audience together."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from orchestrator.networks.wire.graph_radius import around
from orchestrator.policy import Finding, blocks, decided
from orchestrator.policy.page import insights
from orchestrator.policy.paid import Paid, paid_rules
from orchestrator.settings import Decision
from orchestrator.vocabulary import Block

GOOD = Paid(
    network="facebook",
    category="employment",
    countries=["DE"],
    beneficiary="Caritasverband Musterstadt",
    payor="Caritasverband Musterstadt",
    targeting=around(53.4, 7.2, 25),
)


def found(paid: Paid, rule: str) -> Finding:
    [one] = [each for each in paid_rules(paid) if each.rule == rule]
    return one


def stopped(paid: Paid) -> set[str]:
    return {each.rule for each in blocks(paid_rules(paid))}


def test_a_sound_advert_waits_for_one_declaration_only() -> None:
    """That it is no advert about politics is never taken for granted."""
    assert stopped(GOOD) == {"social_issue_ads"}
    assert "[[policy.decisions]]" in found(GOOD, "social_issue_ads").remedy


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"category": "none"}, "employment_category"),
        ({"countries": []}, "ad_country"),
        ({"beneficiary": " "}, "dsa_names"),
        ({"payor": ""}, "dsa_names"),
        ({"region_only": True}, "ad_library"),
    ],
)
def test_what_stops_an_advert(changed: dict[str, Any], rule: str) -> None:
    """Each alone, with what to do."""
    advert = replace(GOOD, **changed)
    assert stopped(advert) == {"social_issue_ads", rule}
    assert found(advert, rule).remedy


def aimed(**changes: Any) -> dict[str, Any]:
    return around(53.4, 7.2, 25) | changes


def places(**kinds: Any) -> dict[str, Any]:
    return aimed(geo_locations=kinds)


@pytest.mark.parametrize(
    ("targeting", "word"),
    [
        (around(53.4, 7.2, 24), "25 km"),
        (places(zips=[{"key": "DE:26721"}]), "postcodes"),
        (places(cities=[{"key": "1", "radius": 17, "distance_unit": "kilometer"}]), "25 km"),
        (places(cities=[{"key": "1"}]), "25 km"),
        (places(custom_locations=[{"radius": 14, "distance_unit": "mile"}]), "25 km"),
        (aimed(age_min=25), "18"),
        (aimed(age_max=40), "18"),
        (aimed(genders=[2]), "genders"),
        (aimed(excluded_geo_locations={"cities": [{"key": "7"}]}), "leave places out"),
    ],
)
def test_an_audience_too_narrow_for_an_advert_for_work(
    targeting: dict[str, Any], word: str
) -> None:
    """Wherever it comes from: our own audiences are never so, a typed one may be."""
    advert = replace(GOOD, targeting=targeting)
    assert stopped(advert) == {"social_issue_ads", "employment_targeting"}
    assert word in found(advert, "employment_targeting").reason


@pytest.mark.parametrize(
    "targeting",
    [
        places(custom_locations=[{"radius": 15, "distance_unit": "mile"}]),
        places(cities=[{"key": "1", "radius": 25, "distance_unit": "kilometer"}]),
        places(countries=["DE"]),
    ],
)
def test_an_audience_wide_enough(targeting: dict[str, Any]) -> None:
    """15 miles are what the platform says; 25 km is how it is told here."""
    assert stopped(replace(GOOD, targeting=targeting)) == {"social_issue_ads"}


@given(some.floats(0, 80), some.integers(13, 65), some.integers(18, 65), some.booleans())
def test_only_wide_audiences_for_everybody_pass(
    km: float, least: int, most: int, zips: bool
) -> None:
    """Whatever the figures are."""
    spots: dict[str, Any] = {"custom_locations": [{"radius": km, "distance_unit": "kilometer"}]}
    spots |= {"zips": [{"key": "DE:26721"}]} if zips else {}
    advert = replace(GOOD, targeting=aimed(geo_locations=spots, age_min=least, age_max=most))
    fits = km >= 25 and (least, most) == (18, 65) and not zips
    assert ("employment_targeting" not in stopped(advert)) is fits


def test_a_person_who_may_be_seen_in_the_region_is_never_advertised() -> None:
    """A public archive of adverts is open to everybody, and no decision changes that."""
    [finding] = decided(
        [found(replace(GOOD, region_only=True), "ad_library")],
        [Decision.model_construct(rule=Block.AD_LIBRARY)],
    )
    assert (finding.level, finding.decision) == ("block", None)
    assert found(GOOD, "ad_library").level == "warn"


@pytest.mark.parametrize(
    ("likes", "level", "word"),
    [(None, "warn", "not known"), (99, "warn", "99"), (100, "ok", "100")],
)
def test_a_page_needs_likes_for_its_reach(likes: int | None, level: str, word: str) -> None:
    """Not known is not 0."""
    finding = insights("facebook", likes, 100)
    assert (finding.level, word in finding.reason) == (level, True)
