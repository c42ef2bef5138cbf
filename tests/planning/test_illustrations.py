"""Posts are planned with pictures where network and person allow it, and say where they are not."""

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from orchestrator.approve import content_digest
from orchestrator.keys import CampaignKey
from orchestrator.model import Consent, Medium, Post, Tandem
from orchestrator.store import Store
from orchestrator.vocabulary import MediaKind, PostState, Show
from tests.conftest import on_both
from tests.fakes import FakeNetwork, UploadingNetwork
from tests.planning.test_plan import Desk

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

PHOTO = {"mime": "image/jpeg", "width": 1200, "height": 900, "size": 300_000}
FILM = {"mime": "video/mp4", "width": 1280, "height": 720, "size": 9_000_000, "seconds": 20.0}
BOTH_AND_FACE = ("facebook", "x", "face")


class Priced(UploadingNetwork):
    """Words for the blind cost here."""

    def price(self, text: str, alts: int = 0, on: date | None = None) -> float:
        return 0.015 + 0.005 * alts


@pytest.fixture
def desk(store: Store, key: CampaignKey, settings: "SettingsFactory") -> Desk:
    desk = Desk(store, key, settings)
    desk.networks = {
        "facebook": UploadingNetwork("facebook"),
        "x": Priced("x", targets=False, cost=0.015),
    }
    return desk


def shown(desk: Desk, slug: str = "amira", *, medium: Any = None, **changes: Any) -> int:
    """A tandem with a picture, and leave to show a face."""
    tandem_id = desk.tandem(slug, **{"consent": BOTH_AND_FACE} | changes)
    values = {
        "position": 0,
        "name": "amira.jpg",
        "alt": "An der Nähmaschine",
        "kind": MediaKind.PHOTO,
        "digest": "a" * 64,
        "facts": PHOTO,
        "ready": "b" * 64,
        "ready_facts": PHOTO,
    } | (medium or {})
    with desk.store.session() as session:
        known = Medium.model_fields
        session.add(Medium(tandem_id=tandem_id, **{k: v for k, v in values.items() if k in known}))
    return tandem_id


@on_both
def test_every_post_of_the_tandem_shows_the_picture(desk: Desk) -> None:
    """With its words, its label and its price; the digest that is approved covers them."""
    shown(desk, made_with_ai=True)
    report = desk.plan()
    assert (report.created, report.document()["without_media"]) == (4, [])
    for post in desk.posts():
        assert post.media == [
            {
                "digest": "b" * 64,
                "kind": "photo",
                "mime": "image/jpeg",
                "alt": "An der Nähmaschine",
            }
        ]
        assert post.made_with_ai
        assert post.digest == content_digest(post)
        assert post.price_usd == (0.02 if post.network == "x" else 0.0)
    assert report.cost["x"] == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("changes", "medium", "words"),
    [
        ({"show": Show.NO_FACE}, {}, "safety check"),
        ({"consent": ("facebook", "x")}, {}, "face"),
        ({}, {"ready": None, "ready_facts": None}, "not made ready"),
        ({}, {"problem": "it cannot be read", "ready": None}, "it cannot be read"),
        (
            {},
            {"kind": MediaKind.VIDEO, "ready_facts": FILM | {"seconds": 200.0}},
            "The film lasts 200.0 s",
        ),
    ],
)
def test_a_picture_that_may_not_go_stays_at_home_and_is_told(
    desk: Desk, changes: dict[str, Any], medium: dict[str, Any], words: str
) -> None:
    """The words go out without it, on each network with the reason."""
    shown(desk, medium=medium, **changes)
    report = desk.plan()
    assert report.created == 4
    assert {(post.network, len(post.media)) for post in desk.posts()} == {("facebook", 0), ("x", 0)}
    told = report.document()["without_media"]
    assert isinstance(told, list)
    assert [(each["tandem"], each["network"]) for each in told] == [
        ("amira", "facebook"),
        ("amira", "x"),
    ]
    assert all(words in each["reason"] for each in told)
    # It has just been done.
    assert not any("tueroeffner plan" in each["reason"] for each in told)


@on_both
def test_a_picture_of_which_only_the_name_is_kept_is_told(desk: Desk) -> None:
    """A database of an earlier version knows no files: the words go out, with what to do."""
    for slug, consent in (("amira", BOTH_AND_FACE), ("tesfay", ("facebook", "x"))):
        desk.tandem(slug, consent=consent, media="portrait.jpg")
    told = {(each.tandem, each.reason) for each in desk.plan().without_media}
    assert len(told) == 2
    assert ("amira", "only the name of the file is known here: import the tandem again") in told
    assert all(post.media == [] for post in desk.posts())


def test_a_network_that_takes_no_pictures_gets_the_words(desk: Desk) -> None:
    """And the other one the picture."""
    desk.networks["x"] = FakeNetwork("x", targets=False, cost=0.015)
    shown(desk)
    report = desk.plan()
    assert [each.network for each in report.without_media] == ["x"]
    assert {(post.network, len(post.media)) for post in desk.posts()} == {("facebook", 1), ("x", 0)}


@on_both
@pytest.mark.parametrize("change", ["file", "alt", "gone", "ai"])
def test_a_changed_picture_takes_the_approval_back(desk: Desk, change: str) -> None:
    """The same words at the same time, with another digest, for a person to look at."""
    tandem_id = shown(desk)
    desk.plan()
    desk.approve_all()
    before = {post.id: (post.text, post.due_at, post.digest) for post in desk.posts()}
    with desk.store.session() as session:
        medium = session.exec(select(Medium)).one()
        if change == "file":
            medium.ready = "c" * 64
        elif change == "alt":
            medium.alt = "In der Werkstatt"
        elif change == "gone":
            session.delete(medium)
        else:
            session.get_one(Tandem, tandem_id).made_with_ai = True
    report = desk.plan()
    assert (report.updated, report.created) == (4, 0)
    for post in desk.posts():
        text, due_at, digest = before[post.id]
        assert (post.state, post.approved_digest) == (PostState.PLANNED, None)
        assert (post.text, post.due_at) == (text, due_at)
        assert post.digest != digest
    assert desk.plan().unchanged == 4
    assert report.cost["x"] == pytest.approx(0.03 if change == "gone" else 0.04)


def test_an_unchanged_picture_keeps_the_approval(desk: Desk) -> None:
    """Planning again changes nothing that was approved."""
    shown(desk)
    desk.plan()
    desk.approve_all()
    assert desk.plan().unchanged == 4
    assert all(post.approved_digest == post.digest for post in desk.posts())


def test_consent_to_show_a_face_counts_on_the_day_of_the_post(desk: Desk) -> None:
    """It ends in the middle of the week: posts after that go without the picture."""
    shown(desk, consent=("facebook", "x"))
    with desk.store.session() as session:
        tandem = session.exec(select(Tandem)).one()
        session.add(
            Consent(
                tandem_id=tandem.id,
                person_id=tandem.refugee_id,
                purpose="face",
                given_on=date(2026, 10, 1),
                ends_on=date(2026, 11, 24),
            )
        )
    desk.plan()
    days = {(post.due_at.date() <= date(2026, 11, 24), len(post.media)) for post in desk.posts()}
    assert days == {(True, 1), (False, 0)}


@pytest.mark.parametrize(
    ("changes", "mode"),
    [
        ({}, "soft"),
        ({"reach_mode": "hard"}, "hard"),
        ({"show": Show.REGION, "reach_mode": "soft", "public_name": "Sam"}, "hard"),
    ],
)
def test_a_tandem_may_wish_another_gate_than_the_campaign(
    desk: Desk, changes: dict[str, Any], mode: str
) -> None:
    """Whoever may only be seen in the region stays behind a gate; X knows none."""
    desk.tandem("alias", appeals={"de": "Ich nähe gern und genau."}, **changes)
    desk.plan()
    modes = {(post.network, post.mode) for post in desk.posts()}
    assert ("facebook", mode) in modes
    assert modes <= {("facebook", mode), ("x", "")}


def test_a_place_labels_posts_only_where_the_town_may_be_named(
    desk: Desk, settings: "SettingsFactory", monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network's number of the town, as configured; never for the region alone."""
    options = type(desk.settings.networks["facebook"])
    monkeypatch.setattr(options, "place_id", lambda _self, town: f"place of {town}")
    desk.tandem("amira")
    desk.tandem(
        "alias", show=Show.REGION, public_name="Sam", appeals={"de": "Ich backe gern und früh."}
    )
    desk.plan()
    places = {(post.tandem_id, post.place) for post in desk.posts() if post.network == "facebook"}
    with desk.store.reading() as session:
        ids = {tandem.slug: tandem.id for tandem in session.exec(select(Tandem))}
    assert places == {(ids["amira"], "place of Freiburg"), (ids["alias"], "")}


def test_posts_on_their_way_are_left_as_they_are(desk: Desk) -> None:
    """What the platform holds, or was sent, keeps the picture that was approved."""
    shown(desk)
    desk.plan()
    desk.approve_all()
    with desk.store.session() as session:
        for post in session.exec(select(Post)):
            post.state = PostState.SCHEDULED if post.network == "facebook" else PostState.PUBLISHED
        session.exec(select(Medium)).one().ready = "c" * 64
    assert desk.plan().unchanged == 4
    assert {post.media[0]["digest"] for post in desk.posts()} == {"b" * 64}
