"""Films after they were posted: asked about until they play, or until somebody has to look."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from orchestrator.handover import attend
from orchestrator.model import Consent, Post, Tandem
from orchestrator.ports import OutcomeUnknown, Rejected
from orchestrator.shift import Tally
from orchestrator.verify import verify
from tests.editing.conftest import EditableNetwork, Page

FILM = {"digest": "f" * 64, "kind": "video", "mime": "video/mp4", "alt": ""}
PHOTO = {"digest": "p" * 64, "kind": "photo", "mime": "image/jpeg", "alt": "Eine Werkbank"}


def watched(page: Page, films: list[Any], media: list[Any], passes: int) -> tuple[Post, Tally]:
    """What is said of a live post after some passes, one each hour."""
    post_id, tally = page.live(), Tally()
    with page.session() as session:
        session.get_one(Post, post_id).media = media
    page.facebook.films = films
    for _pass in range(passes):
        verify(page.shift(), tally)
        page.clock.advance(timedelta(hours=1))
    return page.read(post_id), tally


def test_a_film_is_asked_about_until_it_plays(page: Page) -> None:
    post, tally = watched(page, [None, OutcomeUnknown("?"), None, True], [FILM], 6)
    assert (post.film_plays, post.error, tally.needs_person) == (True, None, False)
    assert page.facebook.watched == 4


def test_a_film_that_failed_is_a_loud_finding(page: Page) -> None:
    post, tally = watched(page, [None, Rejected("The sound track is broken.")], [FILM], 4)
    assert (post.film_plays, page.facebook.watched) == (False, 2)
    assert "sound track" in (post.error or "")
    assert tally.needs_person
    assert "sound track" in "".join(tally.findings)


def test_a_held_film_is_asked_about_too(page: Page) -> None:
    """What fails is known before its time; a scheduler asks every five minutes, and once more
    when people see it."""
    post_id, shift = page.held(page.clock.now() + timedelta(hours=20)), page.shift()
    with page.session() as session:
        post = session.get_one(Post, post_id)
        post.media = [FILM]
        tandem = session.get_one(Tandem, post.tandem_id)
        session.add(
            Consent(
                tandem_id=tandem.id,
                person_id=tandem.refugee_id,
                purpose="face",
                given_on=date(2026, 10, 1),
            )
        )
    page.facebook.films = [None, Rejected("It is broken.")]
    for _half_minute in range(24):
        verify(shift, tally := Tally())
        page.clock.advance(timedelta(seconds=30))
    assert page.facebook.watched == 2
    assert page.read(post_id).film_plays is False
    page.clock.advance(timedelta(hours=21))
    page.facebook.turn(page.clock.now())
    attend(shift, tally)
    verify(shift, tally := Tally())
    assert page.facebook.watched == 3
    assert tally.needs_person
    assert page.read(post_id).error == "It is broken."


@pytest.mark.parametrize("media", [[], [PHOTO]])
def test_without_a_film_nothing_is_asked(page: Page, media: list[Any]) -> None:
    post, _tally = watched(page, [True], media, 3)
    assert (post.film_plays, page.facebook.watched) == (None, 0)


@dataclass
class ShowingPage(EditableNetwork):
    """``shown``: what is said of a post's pictures, one answer after the other; the last stays."""

    shown: list[Any] = field(default_factory=list)
    counted: int = 0

    def shows(self, _remote_id: str) -> int | None:
        self.counted += 1
        told = self.shown.pop(0) if len(self.shown) > 1 else self.shown[0]
        if isinstance(told, Exception):
            raise told
        return told if told is None else int(told)


@pytest.mark.parametrize(
    ("shown", "asked", "said"),
    [
        ([2], 1, ""),
        ([0, Rejected("There is no such post."), 2], 3, ""),
        ([OutcomeUnknown("?"), None, 2], 3, ""),
        ([1], 3, "1 of its 2 pictures"),
        ([Rejected("There is no such post.")], 3, "no such post"),
    ],
)
def test_a_live_post_is_asked_once_for_all_its_pictures(
    page: Page, shown: list[Any], asked: int, said: str
) -> None:
    """A picture that is missing is told loudly, but not while the network is only slow."""
    page.facebook = ShowingPage("facebook", shown=shown)
    post_id, tally = page.live(), Tally()
    with page.session() as session:
        session.get_one(Post, post_id).media = [PHOTO, PHOTO]
    for _pass in range(6):
        verify(page.shift(), tally)
        page.clock.advance(timedelta(minutes=5))
    post = page.read(post_id)
    assert (post.film_plays, page.facebook.counted) == (not said, asked)
    assert tally.needs_person is bool(said)
    assert said in (post.error or "")


def test_nobody_waits_for_ever(page: Page) -> None:
    """After a day a person looks, and it is asked no more."""
    post, tally = watched(page, [None], [FILM], 30)
    assert post.film_plays is False
    assert tally.needs_person
    assert page.facebook.watched == 25
