"""Pictures and films: they arrive whole and unseen, go on after a cut, and then stand in a post."""

import hashlib
import random
import struct
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from contract_terms import Expect

from orchestrator.ports import (
    Attached,
    Attachment,
    Draft,
    NotAuthorised,
    OutcomeUnknown,
    Rejected,
    Unattached,
    Uploaded,
    Uploading,
)
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.server import Sandbox
from orchestrator.vocabulary import MediaKind

ALT = "Eine Frau steht hinter einer Theke und lächelt. شكرا"
TEXT = "Wer kennt eine Bäckerei, die jemanden sucht? Grüße aus Freiburg"
# A part of a film, on its way.
PART = {"facebook": r"/upload:", "x": r"/append$"}


@dataclass
class Files:
    """Tiny files that look like what they are, each with bytes of its own."""

    folder: Path

    def photo(self, number: int = 0, alt: str = ALT, size: int = 40_000) -> Attachment:
        content = b"\xff\xd8\xff\xe0" + random.Random(number).randbytes(size)
        return self._kept(f"{number}.jpg", content, MediaKind.PHOTO, "image/jpeg", alt)

    def film(self, size: int = 9_000_000, seconds: int = 20, alt: str = "") -> Attachment:
        head = struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 512)
        told = struct.pack(">I4sIIIII", 108, b"mvhd", 0, 0, 0, 1000, seconds * 1000)
        content = head + told + random.Random(size).randbytes(size)
        return self._kept("film.mp4", content, MediaKind.VIDEO, "video/mp4", alt)

    def _kept(self, name: str, content: bytes, kind: MediaKind, mime: str, alt: str) -> Attachment:
        path = self.folder / name
        path.write_bytes(content)
        return Attachment(path, kind, mime, len(content), alt)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def forget(_so_far: Uploaded) -> None:
    """For whoever needs no marks."""


def brought(network: Any, file: Attachment, so_far: Uploaded | None = None) -> Uploaded:
    """Uploaded, in as many calls as it takes."""
    so_far = so_far or Uploaded()
    for _call in range(20):
        so_far = network.upload(file, so_far, forget)
        if so_far.ready:
            return so_far
    raise AssertionError(f"it is never ready: {so_far}")


def shown(network: Any, *media: Attachment, text: str = TEXT, **more: Any) -> str:
    """A post with these files, and its number."""
    attached = tuple(
        Attached(brought(network, each).remote_id, each.kind, each.alt) for each in media
    )
    return str(network.publish(Draft(text, media=attached, **more)).remote_id)


def arrived(sandbox: Sandbox) -> list[dict[str, Any]]:
    """What the newest post of the network shows, as it arrived there."""
    media: Any = sandbox.ledger()[-1]["media"]
    return list(media)


def digest(file: Attachment) -> str:
    return hashlib.sha256(file.path.read_bytes()).hexdigest()


def test_every_network_takes_pictures_and_films(network: Any) -> None:
    """Within limits that make sense."""
    assert isinstance(network, Uploading)
    limits = network.media
    assert limits.photos >= 1
    assert 0 < limits.shortest < limits.longest
    assert limits.shapes[0] < 1 < limits.shapes[1]


def test_photos_arrive_whole_in_their_order_with_their_words(
    network: Any, sandbox: Sandbox, files: Files
) -> None:
    """Nobody sees anything before the post; then three photos, one of them without words."""
    photos = [files.photo(1), files.photo(2, alt=""), files.photo(3, alt="Zwei Hände")]
    for each in photos:
        brought(network, each)
    assert sandbox.ledger() == []
    shown(network, *photos)
    assert [each["digest"] for each in arrived(sandbox)] == [digest(each) for each in photos]
    assert [each["alt"] for each in arrived(sandbox)] == [ALT, "", "Zwei Hände"]


def test_a_picture_that_no_post_shows_is_taken_away_where_that_can_be(
    network: Any, sandbox: Sandbox, files: Files, expect: Expect
) -> None:
    """Twice is once; a film on its way is no thing yet. X keeps both for a day."""
    photo, film = brought(network, files.photo()), brought(network, files.film(60_000))
    for _time in range(2):
        network.discard(photo)
        network.discard(film)
    post = Draft(TEXT, media=(Attached(photo.remote_id, MediaKind.PHOTO),))
    if network.name == "x":
        network.publish(post)
        return
    with expect(Unattached):
        network.publish(post)
    assert sandbox.ledger() == []


def test_a_post_with_a_picture_is_found_by_its_words(
    network: Any, sandbox: Sandbox, files: Files
) -> None:
    """Whatever the network adds to them for the picture; so an unclear send can be settled."""
    since = datetime.now(UTC).replace(year=2025)
    post = shown(network, files.photo())
    [found] = network.find(TEXT, since)
    assert found.remote_id == post
    assert network.look(post).text == network.plain(TEXT)


def test_a_film_arrives_in_parts(network: Any, sandbox: Sandbox, files: Files) -> None:
    """``keep`` hears of each; never of less than before, nor of more than there is."""
    film, kept = files.film(), list[Uploaded]()
    so_far = network.upload(film, Uploaded(), kept.append)
    assert (so_far.ready, so_far.sent) == (True, film.size)
    sent = [each.sent for each in kept]
    assert sent == sorted(sent)
    assert len(set(sent)) >= 3
    assert {each.mark for each in kept} == {so_far.mark}
    network.publish(Draft(TEXT, media=(Attached(so_far.remote_id, film.kind),)))
    assert [each["digest"] for each in arrived(sandbox)] == [digest(film)]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "empty", "html", "status"])
def test_a_film_goes_on_after_a_cut(
    network: Any, name: str, sandbox: Sandbox, files: Files, kind: Any
) -> None:
    """From the last mark, with no part before it sent again; however the answer was lost."""
    film, kept = files.film(), [Uploaded()]
    parts, whys = 0, list[str]()

    def keep(so_far: Uploaded) -> None:
        nonlocal parts
        parts += so_far.sent > kept[-1].sent
        kept.append(so_far)
        if parts == 1 and len(kept) == 3:
            sandbox.faults.add(Fault(kind, name, path=PART[name], times=2, status=503))

    for _call in range(4):
        try:
            so_far = network.upload(film, kept[-1], keep)
            break
        except OutcomeUnknown as trouble:
            whys.append(trouble.why)
    assert so_far.ready
    assert not [why for why in whys if "looks it up" in why or "by hand" in why]
    calls = [each for each in sandbox.calls.entries() if "POST" in str(each)]
    assert sum(1 for each in calls if PART[name].strip("$") in str(each)) <= 9 + 3
    network.publish(Draft(TEXT, media=(Attached(so_far.remote_id, film.kind),)))
    assert [each["digest"] for each in arrived(sandbox)] == [digest(film)]


def test_an_upload_that_the_network_forgot_is_begun_anew(
    network: Any, sandbox: Sandbox, files: Files
) -> None:
    """The mark is from another time; the whole film arrives under a new one."""
    film, kept = files.film(), list[Uploaded]()

    def cut(so_far: Uploaded) -> None:
        kept.append(so_far)
        if so_far.sent:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        network.upload(film, Uploaded(), cut)
    sandbox.reset()
    so_far = brought(network, film, replace(kept[-1], expires_at=None))
    network.publish(Draft(TEXT, media=(Attached(so_far.remote_id, film.kind),)))
    assert [each["digest"] for each in arrived(sandbox)] == [digest(film)]


def test_a_file_that_became_shorter_ends_the_upload(
    network: Any, files: Files, expect: Expect
) -> None:
    """Somebody wrote over it; it is neither endless nor half a film."""
    film = files.film()
    film.path.write_bytes(film.path.read_bytes()[:5_000_000])
    with expect(Rejected):
        network.upload(film, Uploaded(), forget)


def test_what_is_no_picture_is_refused(
    network: Any, sandbox: Sandbox, files: Files, expect: Expect
) -> None:
    """With a sentence of the network's, and nothing is posted."""
    photo = files.photo()
    photo.path.write_bytes(b"GARBAGE" + photo.path.read_bytes()[7:])
    with expect(Rejected):
        brought(network, photo)
    assert sandbox.ledger() == []


def test_a_token_that_may_not_upload_stops_the_account(
    network: Any, stage: Any, sandbox: Sandbox, name: str, files: Files
) -> None:
    """Every refusal of the account is told as that, not as a fault of the file."""
    for knobs in stage.refusing.values():
        sandbox.reset()
        sandbox.configure({name: knobs})
        with pytest.raises(NotAuthorised):
            network.upload(files.photo(), Uploaded(), forget)
