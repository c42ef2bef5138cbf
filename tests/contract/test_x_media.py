"""What only X asks of pictures and films: it looks at them, charges for words, and labels posts."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from contract_terms import Connect, Expect, given
from test_contract_media import ALT, TEXT, Files, arrived, brought, digest, forget, shown

from orchestrator import networks
from orchestrator.networks.wire.x_media import Uploads, part_size
from orchestrator.ports import Attached, Draft, NotAuthorised, OutcomeUnknown, Rejected, Uploaded
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.server import Sandbox
from orchestrator.vocabulary import Condition, MediaKind

PLACE = "df51dec6f4ee2b2c"


@pytest.fixture(params=["x"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def files(tmp_path: Any) -> Files:
    return Files(tmp_path)


@pytest.fixture
def network(sandbox: Sandbox) -> Any:
    """With the sandbox's clock, as a rehearsal has it."""
    adapter = networks.adapter("x")
    options = adapter.Options(**given(sandbox, "x"))
    return adapter.connect(options, clock=sandbox.clock)


@pytest.fixture
def tick(network: Any) -> list[float]:
    """Real time stands still until a test moves it."""
    time = [1000.0]
    network._uploads = Uploads(network._api, network._bill, network._clock, lambda: time[0])
    return time


def billed(sandbox: Sandbox, kind: str) -> tuple[int, float]:
    """How often the sandbox itself charged for something, and how much."""
    charges = sandbox._emulators[-1].purse.charges  # type: ignore[attr-defined]  # its own account
    found = [each.usd for each in charges if each.kind == kind]
    return len(found), float(sum(found, Decimal(0)))


def statuses(sandbox: Sandbox) -> int:
    return sum(each["path"] == "/2/media/upload" for each in sandbox.calls.entries())


def test_x_is_asked_only_when_it_wants_to_be(
    network: Any, sandbox: Sandbox, files: Files, tick: list[float]
) -> None:
    """A film that X looks at for twelve seconds: no call waits, and none comes too early."""
    sandbox.configure({"x": {"processing_seconds": 12}})
    film = files.film(size=50_000, alt="Ein Mann backt Brot")
    so_far = network.upload(film, Uploaded(), forget)
    assert (so_far.ready, so_far.wait, bool(so_far.remote_id)) == (False, 5.0, True)
    for _early in range(3):
        assert not network.upload(film, so_far, forget).ready
    assert statuses(sandbox) == 0
    for passed, ready in ((5, False), (5, False), (5, True)):
        tick[0] += passed
        sandbox.clock.advance(timedelta(seconds=passed))
        so_far = network.upload(film, so_far, forget)
        assert so_far.ready is ready
    assert statuses(sandbox) == 3
    network.publish(Draft(TEXT, media=(Attached(so_far.remote_id, film.kind),)))
    assert [each["alt"] for each in arrived(sandbox)] == ["Ein Mann backt Brot"]


def test_an_upload_goes_on_in_another_process(
    network: Any, connect: Connect, sandbox: Sandbox, files: Files
) -> None:
    """All that it needs stands in ``Uploaded``, also while X looks at the film."""
    sandbox.configure({"x": {"processing_seconds": 3}})
    film = files.film(size=50_000)
    so_far = network.upload(film, Uploaded(), forget)
    sandbox.clock.advance(timedelta(seconds=3))
    other: Any = connect()
    assert other.upload(film, so_far, forget).ready


def test_a_film_that_x_cannot_use_is_refused_in_its_words(
    network: Any, sandbox: Sandbox, files: Files, expect: Expect
) -> None:
    sandbox.configure({"x": {"processing_fails": "Unsupported audio channel layout"}})
    with expect(Rejected) as caught:
        network.upload(files.film(size=50_000), Uploaded(), forget)
    assert "“Unsupported audio channel layout" in caught.value.why
    assert "Give another one" in caught.value.why


@pytest.mark.parametrize("step", ["/initialize$", "/append$", "/finalize$"])
def test_x_own_words_of_a_refused_upload_reach_the_manager(
    network: Any, sandbox: Sandbox, files: Files, expect: Expect, step: str
) -> None:
    """Quoted, without our key, and with what to do; whichever step it refuses."""
    key = given(sandbox, "x")["consumer_key"]
    body = {"title": "Invalid Request", "detail": f"Dimensions of {key} are too large."}
    sandbox.faults.add(Fault("status", "x", path=step, status=400, body=body))
    with expect(Rejected) as caught:
        network.upload(files.photo(), Uploaded(), forget)
    assert "“Dimensions of" in caught.value.why
    assert "are too large” (HTTP status 400" in caught.value.why
    assert "Give another one, or post without it." in caught.value.why
    assert key not in caught.value.why


def refuse_words(sandbox: Sandbox) -> None:
    body = {"title": "Invalid Request", "detail": "alt_text is not supported for this media."}
    sandbox.faults.add(Fault("status", "x", path="/metadata$", status=400, body=body, times=9))


@pytest.mark.parametrize("looks_at_it", [0, 3])
def test_a_film_goes_on_without_words_that_x_refuses(
    network: Any, sandbox: Sandbox, files: Files, tick: list[float], looks_at_it: int
) -> None:
    """X has them for pictures; that it does not for films costs nobody an appeal, and is told."""
    sandbox.configure({"x": {"processing_seconds": looks_at_it}})
    refuse_words(sandbox)
    film = files.film(size=50_000, alt="Ein Mann backt Brot")
    so_far = network.upload(film, Uploaded(), forget)
    if looks_at_it:
        tick[0] += looks_at_it
        sandbox.clock.advance(timedelta(seconds=looks_at_it))
        so_far = network.upload(film, so_far, forget)
    assert so_far.ready
    assert "“alt_text is not supported for this media”" in so_far.remark
    network.publish(Draft(TEXT, media=(Attached(so_far.remote_id, film.kind),)))
    assert [each["alt"] for each in arrived(sandbox)] == [""]
    assert (network.spent, billed(sandbox, "media metadata")) == (0, (0, 0))


def test_no_picture_goes_on_without_the_words_that_were_approved(
    network: Any, sandbox: Sandbox, files: Files, expect: Expect
) -> None:
    """It is the words that are to be changed, not the picture; the sentence says where."""
    refuse_words(sandbox)
    with expect(Rejected) as caught:
        network.upload(files.photo(), Uploaded(), forget)
    assert "alt_text is not supported" in caught.value.why
    assert "media_alt" in caught.value.why


def test_x_is_given_files_of_the_smaller_megabytes(network: Any, expect: Expect) -> None:
    """So they fit whichever X means; and it takes not a byte more."""
    limits = network.media
    assert (limits.photo_bytes, limits.video_bytes) == (5_000_000, 512_000_000)
    for kind, mime, most in (
        ("tweet_image", "image/jpeg", limits.photo_bytes),
        ("tweet_video", "video/mp4", limits.video_bytes),
    ):
        network._api.begin_upload(mime, most, kind)
        with expect(Rejected):
            network._api.begin_upload(mime, most + 1, kind)


def test_a_failure_is_told_by_the_later_look_too(
    network: Any, sandbox: Sandbox, files: Files, tick: list[float], expect: Expect
) -> None:
    sandbox.configure({"x": {"processing_seconds": 4, "processing_fails": "Bad frame rate"}})
    film = files.film(size=50_000)
    so_far = network.upload(film, Uploaded(), forget)
    tick[0] += 5
    sandbox.clock.advance(timedelta(seconds=5))
    with expect(Rejected) as caught:
        network.upload(film, so_far, forget)
    assert "Bad frame rate" in caught.value.why


def test_what_expired_is_brought_anew(network: Any, sandbox: Sandbox, files: Files) -> None:
    """An upload is good for a day; X would refuse the post that shows an older one."""
    photo = files.photo()
    first = brought(network, photo)
    left = first.expires_at - sandbox.clock.now()
    assert timedelta(hours=23, minutes=59) < left <= timedelta(days=1)
    sandbox.clock.advance(timedelta(days=1, seconds=1))
    with pytest.raises(Rejected):
        network.publish(Draft(TEXT, media=(Attached(first.remote_id, photo.kind, photo.alt),)))
    second = brought(network, photo, first)
    assert second.remote_id != first.remote_id
    network.publish(Draft(TEXT, media=(Attached(second.remote_id, photo.kind, photo.alt),)))
    assert [each["digest"] for each in arrived(sandbox)] == [digest(photo)]


def test_a_lost_answer_to_finishing_costs_one_upload(
    network: Any, sandbox: Sandbox, files: Files
) -> None:
    """X finished it and will not do so twice: the file is brought again, never half."""
    film, kept = files.film(size=50_000), list[Uploaded]()
    sandbox.faults.add(Fault("drop_after", "x", path="/finalize$"))
    with pytest.raises(OutcomeUnknown):
        network.upload(film, Uploaded(), kept.append)
    again = network.upload(film, kept[-1], forget)
    assert again.ready
    assert again.mark != kept[-1].mark
    network.publish(Draft(TEXT, media=(Attached(again.remote_id, film.kind),)))
    assert [each["digest"] for each in arrived(sandbox)] == [digest(film)]


def test_words_are_charged_as_x_does(network: Any, sandbox: Sandbox, files: Files) -> None:
    """One photo has words and one has none; an answer that was lost may have cost them twice."""
    brought(network, files.photo(1))
    brought(network, files.photo(2, alt=""))
    assert billed(sandbox, "media metadata") == (1, 0.005)
    assert network.spent == pytest.approx(0.005)
    sandbox.faults.add(Fault("drop_after", "x", path="/metadata$"))
    photo = files.photo(3)
    with pytest.raises(OutcomeUnknown) as caught:
        network.upload(photo, Uploaded(), forget)
    assert "repeating it is safe" in caught.value.why
    brought(network, photo)
    assert billed(sandbox, "media metadata") == (3, 0.015)
    assert network.spent == pytest.approx(0.015)


def test_a_post_costs_what_its_words_and_pictures_do(network: Any) -> None:
    assert network.price("Tür", 3) == pytest.approx(0.015 + 3 * 0.005)
    assert network.price("Tür: caritas.de", 1) == pytest.approx(0.205)


@pytest.mark.parametrize("with_ai", [False, True])
@pytest.mark.parametrize("place", ["", PLACE])
def test_labels_are_sent_only_where_there_are_some(
    network: Any, sandbox: Sandbox, files: Files, with_ai: bool, place: str
) -> None:
    """tweepy itself has no word for AI; the description allows no empty place."""
    shown(network, files.photo(), made_with_ai=with_ai, place_id=place)
    entry = sandbox.ledger()[-1]
    assert (entry["made_with_ai"], entry["place_id"]) == (with_ai, place)
    request: Any = entry["request"]
    assert ("made_with_ai" in request, "geo" in request) == (with_ai, bool(place))
    assert request["media"]["media_ids"] == [each["id"] for each in arrived(sandbox)]


def test_a_film_that_is_too_long_is_refused_with_a_remedy(
    network: Any, sandbox: Sandbox, files: Files, expect: Expect
) -> None:
    """The account is not to blame: other posts go on."""
    with expect(Rejected) as caught:
        shown(network, files.film(size=50_000, seconds=141))
    assert "Cut it" in caught.value.why
    assert shown(network, files.photo())


def test_without_credits_the_account_waits_and_nothing_is_charged(
    network: Any, sandbox: Sandbox, files: Files
) -> None:
    sandbox.configure({"x": {"credits": 0}})
    for refused in (
        lambda: network.publish(Draft(TEXT)),
        lambda: network.upload(files.photo(), Uploaded(), forget),
    ):
        with pytest.raises(NotAuthorised) as caught:
            refused()
        assert caught.value.condition is Condition.CREDITS
        assert "credits" in caught.value.why
    assert (network.charges, network.spent) == ({}, 0)


def test_credits_that_end_within_an_upload_leave_a_mark(
    network: Any, sandbox: Sandbox, files: Files
) -> None:
    """Once somebody bought more, it goes on from there."""
    film, kept = files.film(), list[Uploaded]()

    def keep(so_far: Uploaded) -> None:
        kept.append(so_far)
        if so_far.sent == 3 * 1024 * 1024:
            sandbox.configure({"x": {"credits": 0}})

    with pytest.raises(NotAuthorised):
        network.upload(film, Uploaded(), keep)
    sandbox.configure({"x": {"credits": 5}})
    assert network.upload(film, kept[-1], forget).mark == kept[0].mark


@pytest.mark.parametrize(
    ("size", "part"),
    [(1, 1), (512, 1), (1000, 1), (1500, 1.5), (5000, 5)],
)
def test_no_film_needs_more_than_a_thousand_parts(size: int, part: float) -> None:
    """Sizes in megabytes; X takes parts of up to five."""
    megabyte = 1024 * 1024
    assert part_size(size * megabyte) == pytest.approx(part * megabyte, rel=0.001)
    assert -(-size * megabyte // part_size(size * megabyte)) <= 1000


def test_the_place_of_a_town_is_configured(sandbox: Sandbox) -> None:
    options = networks.adapter("x").Options(
        **given(sandbox, "x") | {"place_ids": {"Freiburg im Breisgau": PLACE}}  # type: ignore[arg-type]
    )
    assert options.place_id("freiburg im Breisgau") == PLACE
    assert options.place_id("Lahr") == ""
    for wrong in ("Freiburg", PLACE.upper(), PLACE[1:]):
        with pytest.raises(ValueError, match="place's number"):
            networks.adapter("x").Options(place_ids={"Lahr": wrong})


def test_a_photo_of_another_kind_needs_no_kind_of_its_own(
    network: Any, sandbox: Sandbox, files: Files
) -> None:
    """PNG and WebP are photos too; X is told what they are."""
    photo = files.photo(alt=ALT)
    photo.path.write_bytes(b"\x89PNG\r\n\x1a\n" + photo.path.read_bytes()[8:])
    shown(network, replace(photo, mime="image/png", kind=MediaKind.PHOTO))
    assert arrived(sandbox)[0]["kind"] == "photo"


@pytest.mark.parametrize("body", [[], [{"data": {"id": "1"}}], {"data": []}, {"data": None}, "ok"])
@pytest.mark.parametrize("step", ["/initialize$", "/finalize$"])
def test_an_answer_of_another_shape_is_no_upload(
    network: Any, sandbox: Sandbox, files: Files, step: str, body: Any
) -> None:
    """tweepy stumbles over lists; nothing is taken for granted, and repeating is safe."""
    sandbox.faults.add(Fault("error_after", "x", path=step, status=200, body=body))
    photo = files.photo()
    with pytest.raises(OutcomeUnknown) as caught:
        network.upload(photo, Uploaded(), forget)
    assert "repeating it is safe" in caught.value.why
    assert brought(network, photo).ready


def test_fields_that_nobody_announced_do_no_harm(
    network: Any, sandbox: Sandbox, files: Files
) -> None:
    more = {"id": "1", "media_key": "3_1", "colour": "blue", "image": {"w": 1, "h": None}}
    body = {"data": more, "meta": {"new": True}, "errors": []}
    sandbox.faults.add(Fault("error_after", "x", path="/finalize$", status=200, body=body))
    assert network.upload(files.photo(alt=""), Uploaded(), forget).ready


def test_a_time_without_a_fraction_is_a_time(network: Any, sandbox: Sandbox) -> None:
    """tweepy's own models cannot read one."""
    post = {"id": "1", "text": TEXT, "created_at": "2026-11-23T10:00:00Z", "note": {}}
    body = {"data": [post], "meta": {"result_count": 1}}
    sandbox.faults.add(Fault("status", "x", path="/users/", status=200, body=body))
    since = sandbox.clock.now() - timedelta(days=30)
    [found] = network.own(since)
    assert found.created_at.isoformat() == "2026-11-23T10:00:00+00:00"
