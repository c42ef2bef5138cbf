"""X's prices: what is built in, what a campaign writes instead, and from which day on."""

from datetime import date

import pytest
from pydantic import ValidationError

from orchestrator.networks.wire.x_prices import Prices

TODAY = date(2026, 11, 30)


def on(given: object, day: date = TODAY) -> tuple[float, ...]:
    prices = Prices.model_validate(given).on(day)
    return prices.post, prices.post_with_url, prices.owned_read


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2016, 11, 1), (0.01, 0.01, 0.005)),
        (date(2026, 4, 19), (0.01, 0.01, 0.005)),
        (date(2026, 4, 20), (0.015, 0.2, 0.001)),
        (TODAY, (0.015, 0.2, 0.001)),
    ],
)
def test_the_built_in_list_is_that_of_the_day(day: date, told: tuple[float, ...]) -> None:
    assert on({}, day) == told


def test_one_table_counts_for_all_time_and_changes_only_what_it_names() -> None:
    assert on({"owned_read": 0.005}) == (0.015, 0.2, 0.005)
    assert on({"post": 0.5}, date(2026, 3, 1)) == (0.5, 0.01, 0.005)


def test_several_tables_follow_each_other() -> None:
    """In whatever order they are written; each stays in force for what the next leaves out."""
    tables = [
        {"valid_from": "2027-01-01", "post_with_url": 0.3},
        {"valid_from": "2026-12-01", "post": 0.02, "post_with_url": 0.25},
    ]
    assert on(tables) == (0.015, 0.2, 0.001)
    assert on(tables, date(2026, 12, 1)) == (0.02, 0.25, 0.001)
    assert on(tables, date(2027, 1, 1)) == (0.02, 0.3, 0.001)
    assert on(tables[0], date(2027, 1, 1)) == (0.015, 0.3, 0.001)


@pytest.mark.parametrize(
    "wrong",
    [
        [{"post": 0.02}],
        [{"valid_from": "next year", "post": 0.02}],
        [{"valid_from": "2027-01-01", "posts": 0.02}],
        {"valid_from": "2027-01-01", "post": -1},
        {"post": float("inf")},
    ],
)
def test_a_table_that_makes_no_sense_is_refused(wrong: object) -> None:
    with pytest.raises(ValidationError):
        Prices.model_validate(wrong)
