"""What is said of an audience, and what to do about it: rules over plain values."""

from dataclasses import replace
from datetime import date

import pytest

from orchestrator.policy.audience import Aim, Town, audience_rules
from orchestrator.policy.finding import Finding
from orchestrator.policy.limiting import Trial

HOME = Town("Emden", "11", None, 50_000, home=True)
GOOD = Aim(
    network="facebook",
    mode="soft",
    region_only=False,
    built=True,
    towns=(HOME, Town("Hinte", "12", None, 7_000)),
    radius_km=25,
    people=57_000,
    people_wanted=50_000,
    radius_given=None,
    people_least=5_000,
    at_cap=False,
    recall=0.96,
    precision=0.93,
    abroad=0.0,
    left_out=False,
    followers=90_000,
    reachable=310,
    wider=None,
    advert_km=25,
    advertises=False,
)


def found(aim: Aim, name: str) -> Finding:
    [rule] = [each for each in audience_rules(aim) if each.rule == name]
    return rule


def minded(aim: Aim) -> set[str]:
    return {each.rule for each in audience_rules(aim) if each.level != "ok"}


def test_a_good_audience_has_nothing_to_mind() -> None:
    assert minded(GOOD) == set()
    assert all(rule.reason and rule.reason[-1] == "." for rule in audience_rules(GOOD))


@pytest.mark.parametrize(
    ("changed", "rule", "word"),
    [
        ({"reachable": 199}, "reachable_followers", "200 of 90,000"),
        ({"reachable": None, "followers": None}, "reachable_followers", "audience build"),
        ({"reachable": None}, "reachable_followers", "not known"),
        ({"built": False}, "keys", "audience build"),
        ({"recall": 0.84}, "recall", "84 %"),
        ({"precision": 0.18}, "precision", "18 %"),
        ({"at_cap": True, "people": 31_234}, "people", "31,000 of the 50,000"),
        ({"abroad": 0.38, "left_out": True}, "abroad", "does not go"),
        ({"abroad": 0.38}, "abroad", "38 %"),
        ({"advertises": True, "radius_km": 8}, "advert_radius", "25 km"),
        ({"towns": (Town("Emden", "11", None, 4_900, home=True),)}, "few_people", "5,000"),
    ],
)
def test_what_is_minded(changed: dict[str, object], rule: str, word: str) -> None:
    """Each finding alone, and its figure in its words."""
    aim = replace(GOOD, **changed)  # type: ignore[arg-type]
    assert minded(aim) == {rule}
    assert found(aim, rule).level == "warn"
    assert word in found(aim, rule).reason + found(aim, rule).remedy
    assert found(aim, rule).remedy


@pytest.mark.parametrize(
    "changed",
    [
        {"people": 31_234},  # the file's own radius: somebody wanted it so
        {"at_cap": True},
        {"abroad": 0.2, "left_out": True},
        {"radius_km": 8},  # adverts are not configured
        {"reachable": 200},
        {"recall": 0.85, "precision": 0.5},
        {"advert_km": None, "advertises": False},
    ],
)
def test_what_is_not_minded(changed: dict[str, object]) -> None:
    assert minded(replace(GOOD, **changed)) == set()  # type: ignore[arg-type]


def test_a_town_without_a_key_is_told_with_its_people() -> None:
    aim = replace(GOOD, towns=(HOME, Town("Hinte", None, "unknown", 7_000)))
    assert minded(aim) == {"keys"}
    assert "1 town" in found(aim, "keys").reason
    assert "7,000" in found(aim, "keys").reason


def test_a_hard_audience_needs_the_key_of_the_home_town() -> None:
    """Nothing is planned then, so it is a block; a soft one is shown to others as well."""
    lost = (replace(HOME, key=None, why="namesake"), Town("Hinte", "12", None, 7_000))
    hard = replace(GOOD, mode="hard", towns=lost)
    assert found(hard, "hard_gate").level == "block"
    assert found(replace(hard, towns=GOOD.towns), "hard_gate").level == "ok"
    assert "hard_gate" not in minded(replace(hard, mode="soft"))


@pytest.mark.parametrize(
    ("trial", "level", "word"),
    [
        (Trial(date(2026, 11, 19), True, 170, 180), "block", "probably"),
        (Trial(date(2026, 11, 19), True), "block", "did not keep the audience"),
        (Trial(date(2026, 11, 19), False, 12, 180), "ok", "the open one by 180"),
    ],
)
def test_what_a_pilot_found_counts_for_whoever_relies_on_it(
    trial: Trial, level: str, word: str
) -> None:
    """A small sample proves nothing, but a person of the region only is not risked for it."""
    hard = replace(GOOD, mode="hard", trial=trial)
    alone = found(replace(hard, region_only=True), "gate_effect")
    assert (alone.level, word in alone.reason, alone.final) == (level, True, False)
    others = found(hard, "gate_effect")
    assert others.level == ("ok" if level == "ok" else "warn")
    assert "gate_effect" not in {each.rule for each in audience_rules(replace(hard, mode="soft"))}


def test_a_hard_audience_of_few_people_is_a_block() -> None:
    """Nobody else could see the post: whoever answers could be told apart. The setting counts."""
    few = replace(GOOD, mode="hard", towns=(Town("Emden", "11", None, 4_900, home=True),))
    assert found(few, "few_people").level == "block"
    assert "nothing is planned" in found(few, "few_people").reason
    assert found(replace(few, people_least=4_900), "few_people").level == "ok"


@pytest.mark.parametrize(
    ("changed", "proposed"),
    [
        ({}, ["partner_page", "no_gate"]),
        ({"wider": (40, 250_000)}, ["radius", "partner_page", "no_gate"]),
        (
            {"mode": "hard", "wider": (40, 250_000)},
            ["soft", "radius", "partner_page", "no_gate"],
        ),
        (
            {"mode": "hard", "region_only": True, "wider": (40, 250_000)},
            ["radius", "partner_page"],
        ),
    ],
)
def test_what_is_proposed_for_few_followers(
    changed: dict[str, object], proposed: list[str]
) -> None:
    """In this order; nothing that is so already, nor shows a person where they must not be."""
    rule = found(replace(GOOD, reachable=30, **changed), "reachable_followers")  # type: ignore[arg-type]
    assert [each["do"] for each in rule.proposals] == proposed
    for each in rule.proposals:
        if each["do"] == "radius":
            assert (each["radius_km"], each["people"]) == (40, 250_000)
            assert "40 km" in each["message"]


def test_a_radius_that_had_to_grow_is_told() -> None:
    """Whoever wrote 3 km must learn why it became more."""
    assert not [rule for rule in audience_rules(GOOD) if rule.rule == "radius"]
    grown = found(replace(GOOD, radius_given=GOOD.radius_km - 2), "radius")
    assert (grown.level, str(GOOD.radius_km) in grown.reason) == ("warn", True)
    assert found(replace(GOOD, radius_given=GOOD.radius_km), "radius").level == "ok"


def test_a_whole_state_is_judged_by_itself() -> None:
    """By its own key and people; the remedy leads to the towns, and nothing concerns a circle."""
    bremen = Town("Bremen", "4", None, 680_000, home=True)
    good = replace(GOOD, mode="hard", region_only=True, towns=(), state=bremen, recall=0.1)
    assert minded(good) == set()
    assert [each.rule for each in audience_rules(good)] == [
        "reachable_followers",
        "keys",
        "hard_gate",
        "few_people",
    ]
    assert "live in Bremen" in found(good, "reachable_followers").reason
    gap = replace(good, state=replace(bremen, key=None, why="unknown"))
    assert minded(gap) == {"keys", "hard_gate", "few_people"}
    for name in minded(gap):
        assert "Bremen" in found(gap, name).reason
        assert 'region_only = "circle"' in found(gap, name).remedy
    assert found(gap, "hard_gate").level == "block"
    assert "key of Bremen" in found(replace(gap, built=False), "keys").reason
