"""Who is reached around a tandem, as a campaign manager asks for it."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from orchestrator.model import Account
from orchestrator.networks.facebook import Facebook
from orchestrator.ports import City
from orchestrator.store import open_store
from orchestrator.vocabulary import Condition
from tests.journeys.conftest import Manager, tandem_row, write_xlsx

# A large town, a person of the region only at a border, a district of a metropolis.
PLACES = {"full": "Freiburg im Breisgau", "region": "Görlitz", "alias": "Berlin-Neukölln"}
EMPTY = {"lower": None, "upper": None, "ready": False}


@pytest.fixture
def imported(manager: Manager, typed_once: Path) -> Manager:
    """Three tandems; the first test imports them, the others get a copy with its own key."""
    made = typed_once / "around"
    if made.exists():
        shutil.copytree(made, manager.folder, dirs_exist_ok=True)
        return manager
    rows = [
        tandem_row(number, show=show, place=place)
        for number, (show, place) in enumerate(PLACES.items())
    ]
    manager.ask("tandem", "import", str(write_xlsx(manager.folder / "mine.xlsx", rows)))
    shutil.copytree(manager.folder, made)
    return manager


def rule(shown: dict[str, Any], name: str) -> dict[str, Any]:
    [found] = [each for each in shown["policy"] if each["rule"] == name]
    return dict(found)


def test_before_anything_is_built(imported: Manager) -> None:
    """All that places alone can tell is there; what a network has to say is null."""
    shown = imported.ask("audience", "show", "tandem-00")
    assert shown["tandem"] == "tandem-00"
    assert shown["centre"]["name"] == "Freiburg im Breisgau"
    assert shown["people"] > 50_000
    assert len(shown["alternatives"]) == 2
    assert shown["reachable_followers"] is None
    assert rule(shown, "insights_likes")["level"] == "warn"
    assert shown["organic"]["targeting"] is None
    assert {city["key"] for city in shown["organic"]["cities"]} == {None}
    assert shown["paid"]["estimate"] is None
    assert "audience build" in rule(shown, "keys")["remedy"]
    assert rule(shown, "reachable_followers")["level"] == "warn"


def test_after_building_it_tells_who_is_reached(imported: Manager) -> None:
    """Followers, keys, and the network's own count beside ours; a second time changes nothing."""
    built = imported.ask("audience", "build")
    assert (built["built"], built["estimated"]) == (3, 3)
    shown = {slug: imported.ask("audience", "show", slug) for slug in ("tandem-00", "tandem-01")}
    mine = shown["tandem-00"]
    assert 0 < mine["reachable_followers"] < 100
    assert [each["network"] for each in mine["followers"]] == ["facebook", "x"]
    assert mine["followers"][0]["followers"] == 12640
    assert mine["followers"][1]["reachable"] is None
    assert mine["followers"][1]["note"]
    assert all(city["key"] for city in mine["organic"]["cities"])
    assert mine["organic"]["targeting"]["geo_locations"].keys() == {"cities"}
    estimate = mine["paid"]["estimate"]
    assert mine["people"] not in (estimate["lower"], estimate["upper"])
    assert 0 < estimate["lower"] < estimate["upper"]
    assert estimate["radius_km"] == mine["paid"]["radius_km"] == 25
    assert imported.ask("audience", "build")["estimated"] == 3
    assert imported.ask("audience", "show", "tandem-01") == shown["tandem-01"]


def test_a_person_of_the_region_only_is_never_told_to_open_up(imported: Manager) -> None:
    """Görlitz lies on the border: who lives beyond is told, and nothing widens the audience."""
    imported.ask("audience", "build")
    shown = imported.ask("audience", "show", "tandem-01")
    assert shown["organic"]["mode"] == "hard"
    assert rule(shown, "hard_gate")["level"] == "ok"
    assert 0.2 < shown["abroad"]["share"] < 0.6
    proposed = [each["do"] for each in rule(shown, "reachable_followers")["proposals"]]
    assert not {"soft", "no_gate"} & set(proposed)
    assert "partner_page" in proposed


def test_a_district_of_a_metropolis_reaches_the_whole_town(imported: Manager) -> None:
    """A network knows Berlin and no Neukölln: most of those addressed live elsewhere."""
    shown = imported.ask("audience", "show", "tandem-02")
    assert shown["organic"]["precision"] < 0.5
    assert rule(shown, "precision")["level"] == "warn"


def test_it_is_said_in_words(imported: Manager) -> None:
    """One screen: people, other circles, followers, towns with their keys, what to do."""
    imported.ask("audience", "build")
    said = imported.type("audience", "show", "tandem-00").out
    for word in ("km around Freiburg im Breisgau", "Other circles", "12,640", "✓ Freiburg"):
        assert word in said
    assert "people active in a month (its own estimate" in said
    assert "1. A larger circle" in said
    assert max(len(line) for line in said.splitlines()) < 160
    assert imported.type("audience", "show", "tandem-99").exit == 2


def test_a_narrower_region_has_more_followers(imported: Manager) -> None:
    """A page that is followed in its own state only reaches many more around a town there."""
    imported.ask("audience", "build")
    everywhere = imported.ask("audience", "show", "tandem-00")["reachable_followers"]
    imported.monkeypatch.setenv("TUEROEFFNER_AUDIENCE__FOLLOWERS_IN", "Baden-Württemberg")
    at_home = imported.ask("audience", "show", "tandem-00")["reachable_followers"]
    assert at_home > 5 * everywhere
    imported.monkeypatch.setenv("TUEROEFFNER_AUDIENCE__FOLLOWERS_IN", "Atlantis")
    refused = imported.type("audience", "show", "tandem-00")
    assert refused.exit == 2
    assert "Atlantis" in refused.err


def test_the_doctor_learns_the_followers_as_well(imported: Manager) -> None:
    imported.type("doctor")
    shown = imported.ask("audience", "show", "tandem-00")
    assert shown["followers"][0]["followers"] == 12640
    assert shown["reachable_followers"] > 0


def test_adverts_are_optional(imported: Manager) -> None:
    """Without an ad account nothing is asked, nothing is said of adverts, and nothing fails."""
    imported.monkeypatch.setenv("TUEROEFFNER_FACEBOOK__AD_ACCOUNT_ID", "")
    built = imported.ask("audience", "build", "tandem-00")
    assert (built["built"], built["estimated"], built["not_estimated"]) == (1, 0, {})
    shown = imported.type("audience", "show", "tandem-00").out
    assert "advert" not in shown.lower()


def test_what_the_network_does_not_count_is_said_and_safe_to_repeat(imported: Manager) -> None:
    """A refused estimate costs only itself: the audiences are built."""
    imported.sandbox.configure({"facebook": {"permissions": [
        "pages_manage_posts", "pages_read_engagement",
    ]}})  # fmt: skip
    answer = imported.type("audience", "build", "--json")
    assert answer.exit == 3
    assert answer.document["built"] == 3
    assert "ads_read" in answer.document["not_estimated"]["facebook"]
    assert "EAASandbox" not in answer.out
    imported.sandbox.configure({"facebook": {"estimates_ready": False, "permissions": [
        "pages_manage_posts", "pages_read_engagement", "ads_read",
    ]}})  # fmt: skip
    imported.ask("audience", "build")
    estimate = imported.ask("audience", "show", "tandem-00")["paid"]["estimate"]
    assert EMPTY.items() <= estimate.items()
    assert "not counted yet" in imported.type("audience", "show", "tandem-00").out


def test_a_page_that_is_held_back_is_not_asked(imported: Manager) -> None:
    """Not for towns, followers or people either; the other network is planned all the same."""
    imported.ask("doctor")
    store = open_store(f"sqlite:///{imported.folder}/campaign.db")
    with store.session() as session:
        page = session.exec(select(Account).where(Account.network == "facebook")).one()
        page.condition, page.refusal = Condition.BLOCKED, "Facebook holds the page back."
    store.close()
    before = imported.sandbox.calls.entries()
    for words in (["audience", "build"], ["plan"]):
        answer = imported.type(*words, "--json")
        assert answer.exit == 3
        assert answer.document["unreachable"] == {"facebook": "Facebook holds the page back."}
    assert {post["network"] for post in imported.posts()} == {"x"}
    assert imported.sandbox.calls.entries() == before


def test_an_audience_of_another_circle_is_no_audience(imported: Manager) -> None:
    """The file's radius changed: keys and estimate of the old circle are not passed for new."""
    imported.ask("audience", "build")
    row = tandem_row(0, show="full", place=PLACES["full"]) | {"radius_km": 40}
    path = Path(imported.folder / "again.csv")
    path.write_text(";".join(row) + "\n" + ";".join(str(each) for each in row.values()), "utf-8")
    imported.ask("tandem", "import", str(path))
    shown = imported.ask("audience", "show", "tandem-00")
    assert shown["radius_km"] == 40
    assert shown["paid"]["radius_km"] == 40
    assert shown["paid"]["estimate"] is None
    assert rule(shown, "keys")["level"] == "warn"


def test_a_whole_state_is_told_instead_of_towns(
    imported: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By configuration, and only for whom nobody but the region may see; nobody's town is asked."""
    monkeypatch.setenv("TUEROEFFNER_FACEBOOK__REGION_ONLY", "state")
    asked: list[str] = []
    look_up = Facebook.city_keys

    def noted(network: Facebook, cities: Sequence[City]) -> list[str | None]:
        asked.extend(city.name for city in cities)
        return look_up(network, cities)

    monkeypatch.setattr(Facebook, "city_keys", noted)
    built = imported.ask("audience", "build", "tandem-01")
    assert (built["built"], built["estimated"]) == (1, 0)
    organic = imported.ask("audience", "show", "tandem-01")["organic"]
    [state] = organic["regions"]
    assert (state["name"], organic["cities"]) == ("Sachsen", [])
    assert organic["targeting"] == {"geo_locations": {"regions": [{"key": state["key"]}]}}
    said = imported.type("audience", "show", "tandem-01").out
    assert "facebook, nobody else sees the post: all of Sachsen, about 4,000,000 people" in said
    assert "Görlitz " not in said.split("nobody else")[1]
    assert asked == []
    imported.ask("audience", "build")
    assert "Görlitz" not in asked
    assert "Freiburg im Breisgau" in asked
    others = imported.ask("audience", "show", "tandem-00")["organic"]
    assert (others["regions"], others["targeting"]["geo_locations"].keys()) == ([], {"cities"})
