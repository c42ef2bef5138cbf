"""Each value of the configuration is checked where it is written, in words of the campaign."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.durations import parse_duration, written
from orchestrator.errors import UsageProblem
from orchestrator.settings import Audience, Campaign

DAYS = {"name": "W", "slug": "w", "start": date(2026, 11, 23), "end": date(2026, 11, 29)}


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("slug", "Große Woche", "small letters"),
        ("slug", "-x", "small letters"),
        ("slug", "a\n", None),  # trimmed
        ("name", "  ", "must not be empty"),
        ("timezone", "Berlin", "time zone"),
        ("timezone", "../etc/passwd", "time zone"),
        ("timezone", "Europe", "time zone"),
        ("language", "xx", "must be one of"),
        ("languages", [], "at least one language"),
        ("languages", ["deutsch"], "is not a language"),
        ("languages", ["de", "de"], "twice"),
        ("link", "example.org", "web address"),
        ("link", "https://example.org/a b", "web address"),
        ("link", "javascript:alert(1)", "web address"),
        ("link", "http://[::1", "web address"),
        ("hashtag", "offene Türen", "one word"),
        ("hashtag", "#2026", "one word"),
        ("hashtag", "#a-b", "one word"),
        ("windows", ["8-10"], "part of a day"),
        ("windows", ["20:00-02:00"], "crosses midnight"),
        ("windows", ["25:00-26:00"], "part of a day"),
        ("quiet_hours", "nachts", "time span"),
        ("passes", ["9 Uhr"], "is not a time"),
        ("passes", ["22:00"], "lies in quiet hours"),
        ("passes", ["06:59"], "lies in quiet hours"),
        ("passes", ["09:00", "09:00"], "twice"),
        ("posts_until", date(2026, 11, 28), "before the campaign's end"),
        ("end", date(2026, 11, 22), "ends before it starts"),
        ("start", "23.11.2026", "must be a date"),
        ("posts_per_tandem", 0, "at least 1"),
        ("max_late", "bald", "length of time"),
        ("max_late", 24, "length of time"),
    ],
)
def test_what_a_campaign_refuses(settings: Any, key: str, value: Any, says: str | None) -> None:
    """A wrong value is refused with a sentence; the section's name stands before it."""
    if says is None:
        settings(campaign={key: value})
        return
    with pytest.raises(UsageProblem) as caught:
        settings(campaign={key: value})
    assert says in caught.value.what
    assert "[campaign]" in caught.value.what


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("passes", ["07:00", "20:59"]),
        ("windows", []),
        ("windows", ["07:00-24:00"]),
        ("quiet_hours", ""),
        ("quiet_hours", "13:00-14:00"),
        ("languages", ["de", "ar", "ckb"]),
        ("hashtag", "#باب_مفتوح"),
        ("link", "https://example.org/hilfe?x=1#y"),
        ("posts_until", date(2026, 11, 29)),
        ("end", date(2026, 11, 23)),
    ],
)
def test_what_a_campaign_accepts(settings: Any, key: str, value: Any) -> None:
    """Unusual but sensible wishes are fine."""
    assert getattr(settings(campaign={key: value}).campaign, key) == value


def test_quiet_hours_may_not_cover_everything(settings: Any) -> None:
    """Nothing could ever be sent; passes count instead of windows."""
    silent = {"quiet_hours": "07:00-22:00", "windows": ["08:00-10:00"]}
    with pytest.raises(UsageProblem, match="no time in which to post"):
        settings(campaign=silent)
    settings(campaign={**silent, "passes": ["22:30"]})


def test_a_hashtag_has_one_spelling() -> None:
    """With or without the sign in the file, the program sees it once."""
    assert Campaign(**DAYS, hashtag="Türöffner").hashtag == "#Türöffner"
    assert Campaign(**DAYS, hashtag="#Türöffner").hashtag == "#Türöffner"


@pytest.mark.parametrize(
    ("given_section", "says"),
    [
        ({"min_km": 30, "max_km": 20}, "min_km is more than max_km"),
        ({"max_km": 81}, "at most 80"),
        ({"countries": ["Deutschland"]}, "country code"),
        ({"countries": []}, "at least one country"),
        ({"followers_in": ["Atlantis"]}, "“Atlantis” is no state or canton"),
        ({"followers_in": ["Frankreich"]}, "nor DE, AT, CH or LI"),
        ({"followers_in": ["Hessen", "BE"]}, "Berlin / Bern; write the name out"),
        ({"followers_in": ["Hessen", "Hessen"]}, "twice"),
    ],
)
def test_what_an_audience_refuses(settings: Any, given_section: dict[str, Any], says: str) -> None:
    """A circle that cannot be drawn is refused."""
    with pytest.raises(UsageProblem, match=says):
        settings(audience=given_section)


def test_country_codes_are_capitals() -> None:
    """``de`` in the file means Germany."""
    assert Audience(countries=["de", "At"]).countries == ["DE", "AT"]


def test_followers_live_in_states_or_in_all_countries_of_the_campaign() -> None:
    """As people write them; kept as the places are filed."""
    wishes = Audience(followers_in=["NRW", "Kanton Zürich", "Österreich"])
    assert wishes.followers_region == ["Nordrhein-Westfalen", "Zürich", "AT"]
    assert Audience(countries=["DE"]).followers_region == ["DE"]


def test_an_ad_account_is_a_number(settings: Any) -> None:
    """With or without the mark that the platform puts before it."""
    for number in ("1234567890", "act_1234567890"):
        network: Any = settings(facebook={"ad_account_id": number}).networks["facebook"]
        assert network.ad_account_id == "1234567890"
        assert not network.advertises  # there is no token
    for wrong in ("my account", "12/34", "١٢٣"):
        with pytest.raises(UsageProblem, match="number of an ad account"):
            settings(facebook={"ad_account_id": wrong})


@pytest.mark.parametrize(
    ("section", "values", "says"),
    [
        ("facebook", {"api_base": "https://graph.facebook.com/v26.0"}, "without a path"),
        ("facebook", {"api_base": "http://graph.facebook.com"}, "https"),
        ("facebook", {"api_base": "http://localhost.example.org"}, "https"),
        ("facebook", {"api_base": "graph.facebook.com"}, "must be an address"),
        ("facebook", {"api_base": "https://me:secret@graph.facebook.com"}, "scheme and host"),
        ("facebook", {"api_base": "https://host:port"}, "must be an address"),
        ("facebook", {"api_version": "26.0"}, "version such as"),
        ("facebook", {"targeting": "medium"}, "must be one of: soft, hard"),
        ("facebook", {"publish": "twice"}, "must be one of: direct, two-phase"),
        ("facebook", {"ahead": "40d"}, "must be at most 30d"),
        ("facebook", {"ahead": "999d"}, "must be at most 30d"),
        ("x", {"api_base": "ftp://api.x.com"}, "must be an address"),
        ("x", {"links": "sometimes"}, "must be one of: never, first, always"),
        ("x", {"prices": {"post": -0.1}}, "[x] prices.post: must be at least 0"),
        ("x", {"prices": {"owned_read": -1}}, "[x] prices.owned_read: must be at least 0"),
        ("x", {"cap": float("nan")}, "must be a number"),
        ("x", {"cap": float("inf")}, "must be a number"),
    ],
)
def test_what_a_network_refuses(
    settings: Any, section: str, values: dict[str, Any], says: str
) -> None:
    """A server's address is scheme and host; plain http never leaves this machine."""
    with pytest.raises(UsageProblem) as caught:
        settings(**{section: values})
    assert says in caught.value.what


@pytest.mark.parametrize(
    ("address", "rehearses"),
    [
        ("http://127.0.0.1:8780", True),
        ("http://localhost:8780/", True),
        ("http://[::1]:8780", True),
        ("https://graph.facebook.com", False),
        ("https://127.0.0.1.example.org", False),
    ],
)
def test_the_sandbox_is_told_from_the_live_network(
    settings: Any, address: str, rehearses: bool
) -> None:
    """Only an address of this very machine counts as practice."""
    options = settings(facebook={"api_base": address}).networks["facebook"]
    assert options.rehearses is rehearses
    assert not options.api_base.endswith("/")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), ("24h", 86400), ("2d", 172800), ("1w", 604800), ("1h 30m", 5400)],
)
def test_lengths_of_time_are_read(text: str, seconds: int) -> None:
    """As people type them."""
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "24", "h", "1x", "-1h", "1.5h", "١h", "1h nonsense"])
def test_other_lengths_of_time_are_refused(text: str) -> None:
    """No number without a unit, nothing negative, nothing guessed."""
    with pytest.raises(ValueError, match="length of time"):
        parse_duration(text)


@given(st.integers(min_value=0, max_value=999_999))
def test_what_is_written_is_read_again(seconds: int) -> None:
    """``config show`` prints what may be typed into the file."""
    length = timedelta(seconds=seconds)
    assert parse_duration(written(length)) == length
