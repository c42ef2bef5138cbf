"""From a file with a photo and a film to posts that show them on both networks."""

import csv
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Manager, tandem_row
from tests.media.drawn import drawing, film, photo

ALT_PHOTO = "Eine Frau an der Nähmaschine"
ALT_FILM = "Ein Mann zeigt einen Zopf, den er gebacken hat"
HOUR = timedelta(hours=1)


@pytest.fixture
def pictured(manager: Manager) -> Manager:
    """Two tandems that may be seen, one with a photo, one with a film that a machine made."""
    manager.monkeypatch.setenv("TUEROEFFNER_CAMPAIGN__POSTS_PER_TANDEM", "1")
    photo(manager.folder / "naehen.jpg", drawing(1600, 1200))
    film(manager.folder / "backen.mp4", size=(640, 360), seconds=3.0)
    wishes = {"show": "full", "consent": "facebook x face"}
    rows = [
        tandem_row(1, **wishes, media="naehen.jpg", media_alt=ALT_PHOTO, made_with_ai="nein"),
        tandem_row(3, **wishes, media="backen.mp4", media_alt=ALT_FILM, made_with_ai="ja"),
    ]
    with (manager.folder / "mine.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]), delimiter=";")
        table.writeheader()
        table.writerows(rows)
    return manager


def lived_through(manager: Manager) -> list[dict[str, Any]]:
    """The daily job, every hour until all is out."""
    for _hour in range(24 * 10):
        answer = manager.type("run", "--once", "--yes", "--json")
        assert (answer.document["rejected"], answer.document["unknown"]) == (0, 0), answer
        posts = manager.posts()
        if all(post["state"] == "published" for post in posts):
            return posts
        waiting = [post["due_at"] for post in posts if post["state"] != "published"]
        manager.wait(max(_until(manager, min(waiting)), HOUR))
    raise AssertionError(manager.posts())


def _until(manager: Manager, due_at: str) -> timedelta:
    return datetime.fromisoformat(due_at) - manager.sandbox.clock.now()


def test_photo_and_film_are_seen_on_both_networks(pictured: Manager) -> None:
    """Imported, made ready, planned, previewed, approved, uploaded, posted: with their words."""
    imported = pictured.ask("tandem", "import", "mine.csv")
    assert (imported["imported"], imported["rejected"]) == (2, [])
    plan = pictured.ask("plan")
    assert (plan["without_media"], plan["skipped"]) == ([], [])

    preview = pictured.ask("preview")
    kinds = {(post["tandem"], each["kind"]) for post in preview["posts"] for each in post["media"]}
    assert kinds == {("tandem-01", "photo"), ("tandem-03", "video")}
    page = Path(preview["files"][0]).read_text("utf-8")
    assert len(re.findall(r'href="data:image/jpeg', page)) == 2
    assert ALT_FILM in page

    pictured.ask("approve", "--all", "--yes")
    posts = lived_through(pictured)
    assert len(posts) == len(preview["posts"])
    _assert_shown(pictured, posts)
    with_film = next(post for post in posts if post["tandem"] == "tandem-03")
    told = " ".join(pictured.type("post", "show", str(with_film["id"])).out.split())
    assert f"Film: {ALT_FILM} It is labelled as made with AI." in told


def _assert_shown(manager: Manager, posts: list[dict[str, Any]]) -> None:
    """Facebook knows no words for a film; it is told there that a machine made it."""
    of_tandem = {post["remote_id"]: post["tandem"] for post in posts}
    live = manager.live()
    assert {post["id"] for post in live} == {*of_tandem}
    for post in live:
        (shown,) = post["media"]
        if of_tandem[post["id"]] == "tandem-01":
            assert (shown["kind"], shown["alt"]) == ("photo", ALT_PHOTO)
            assert not post.get("made_with_ai")
        elif post["network"] == "facebook":
            assert (shown["kind"], shown["made_with_ai"]) == ("video", True)
        else:
            assert (shown["kind"], shown["alt"]) == ("video", ALT_FILM)
            assert post["made_with_ai"] is True


def test_a_picture_that_was_taken_back_goes_nowhere(pictured: Manager) -> None:
    """The person withdrew between approval and upload: not one byte of it leaves the house."""
    pictured.ask("tandem", "import", "mine.csv")
    pictured.ask("plan")
    pictured.ask("approve", "--all", "--yes")
    pictured.type("tandem", "withdraw", "tandem-01", "--yes", "--json")
    posts = [post for post in lived_or_called_off(pictured) if post["tandem"] == "tandem-01"]
    assert {post["state"] for post in posts} == {"cancelled"}
    of_film = [post for post in pictured.posts() if post["tandem"] == "tandem-03"]
    assert {post["state"] for post in of_film} == {"published"}
    called = pictured.sandbox.calls.counts()
    assert not [each for each in called["facebook"] if "photos" in each]
    begun = [count for each, count in called["x"].items() if each.endswith("upload/initialize")]
    assert begun == [len([post for post in of_film if post["network"] == "x"])]


def lived_or_called_off(manager: Manager) -> list[dict[str, Any]]:
    for _day in range(12):
        manager.type("run", "--once", "--yes", "--json")
        manager.wait(24 * HOUR)
    return manager.posts()
