"""What only Facebook asks of pictures and films: handles, work on films, words, edits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from contract_terms import Expect, given
from test_contract_media import ALT, TEXT, Files, arrived, brought, digest, forget, shown

from orchestrator import networks
from orchestrator.networks.wire.graph_video import PART
from orchestrator.ports import (
    Attached,
    Attachment,
    City,
    Draft,
    Editing,
    NotAuthorised,
    OutcomeUnknown,
    Place,
    Playing,
    RateLimited,
    Rejected,
    Showing,
    Unattached,
    Uploaded,
)
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.http import Request
from orchestrator.sandbox.server import Sandbox
from orchestrator.vocabulary import MediaKind

HOUR = timedelta(hours=1)
LINK = "https://example.org/aktion?tür=1"


@pytest.fixture(params=["facebook"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def files(tmp_path: Any) -> Files:
    return Files(tmp_path)


@pytest.fixture
def network(sandbox: Sandbox) -> Any:
    """With the sandbox's clock, as a rehearsal has it."""
    adapter = networks.adapter("facebook")
    return adapter.connect(adapter.Options(**given(sandbox, "facebook")), clock=sandbox.clock)


@pytest.fixture
def seen(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """Every call as it arrives."""
    calls: list[Request] = []
    serve = sandbox.serve
    monkeypatch.setattr(sandbox, "serve", lambda call: calls.append(call) or serve(call))
    return calls


def sent(seen: list[Request]) -> int:
    """How many bytes of films went over the line."""
    return sum(len(call.body) for call in seen if "/upload:" in call.path)


def state(sandbox: Sandbox) -> str:
    return str(sandbox.ledger()[-1]["state"])


@pytest.mark.parametrize("count", [0, 1, 4])
def test_it_is_told_how_many_pictures_a_post_shows(
    network: Any, sandbox: Sandbox, files: Files, count: int
) -> None:
    """None, one, an album of them, or a film."""
    assert isinstance(network, Showing)
    post = shown(network, *[files.photo(number) for number in range(count)])
    assert network.shows(post) == count
    film_post = shown(network, files.film(60_000), text="Und ein Film")
    assert network.shows(film_post) == 1


def error_33() -> dict[str, object]:
    """How the platform says that something, it does not say what, is not there."""
    return {"code": 100, "error_subcode": 33, "message": "Unsupported post request."}


def film(network: Any, files: Files, size: int = 60_000) -> Attached:
    return Attached(brought(network, files.film(size)).remote_id, MediaKind.VIDEO)


@pytest.mark.parametrize("kind", ["one photo", "four photos", "film"])
@pytest.mark.parametrize("mode", ["soft", "hard"])
@pytest.mark.parametrize("way", ["live", "held", "draft"])
def test_media_posts_keep_their_audience_however_they_go_out(
    network: Any, sandbox: Sandbox, files: Files, kind: str, mode: str, way: str
) -> None:
    """Seen by nobody before its time, found by its words, under the number of the whole post."""
    photos = [files.photo(number) for number in range(4 if kind == "four photos" else 1)]
    given_files = [files.film(60_000)] if kind == "film" else photos
    media = tuple(Attached(brought(network, each).remote_id, each.kind) for each in given_files)
    [key] = network.city_keys([City("Wörth am Rhein", "Rheinland-Pfalz", "DE")])
    targeting = {"geo_locations": {"cities": [{"key": key}]}}
    at = (sandbox.clock.now() + 2 * HOUR).replace(microsecond=0)
    draft = Draft(TEXT, mode=mode, targeting=targeting, media=media)
    if way == "held":
        draft = Draft(TEXT, mode=mode, targeting=targeting, media=media, at=at)
    made = network.prepare(draft) if way == "draft" else network.publish(draft)
    assert (made.place, made.due_at) == (Place(way), at if way == "held" else None)
    [found] = network.find(TEXT, sandbox.clock.now() - HOUR)
    assert (found.remote_id, found.place) == (made.remote_id, Place(way))
    stored = network.stored(made.remote_id, mode)
    assert stored["geo_locations"]["cities"][0]["key"] == key
    if way != "live":
        network.publish(Draft(TEXT, draft_id=made.remote_id))
    assert state(sandbox) == "published"
    assert network.stored(made.remote_id, mode) == stored
    assert [each["digest"] for each in arrived(sandbox)] == [digest(each) for each in given_files]
    assert network.takedown(made.remote_id) is True
    assert network.look(made.remote_id) is None
    assert network.takedown(made.remote_id) is False


@pytest.mark.parametrize("what", ["photo", "film", "code 33"])
def test_a_post_whose_picture_is_gone_there_keeps_no_page_waiting(
    network: Any, sandbox: Sandbox, files: Files, expect: Expect, what: str
) -> None:
    """Used or expired: it is told of this post only, and of the page only if that is not there."""
    if what == "film":
        media = film(network, files)
    else:
        media = Attached(brought(network, files.photo()).remote_id, MediaKind.PHOTO)
    sandbox.clock.advance(30 * HOUR)
    if what == "code 33":
        sandbox.faults.add(Fault("status", path="feed", status=400, body={"error": error_33()}))
    with expect(Unattached) as caught:
        network.publish(Draft(TEXT, media=(media,)))
    assert "pictures or film no more" in caught.value.why
    assert sandbox.ledger() == []
    sandbox.faults.add(Fault("status", path="feed", status=400, body={"error": error_33()}))
    with expect(NotAuthorised):
        network.publish(Draft("Ohne Bild"))


def test_a_page_that_is_not_shown_is_told_of_posts_with_pictures_too(
    network: Any, sandbox: Sandbox, files: Files, expect: Expect
) -> None:
    """The same answer, and the page itself cannot be read."""
    media = Attached(brought(network, files.photo()).remote_id, MediaKind.PHOTO)
    for path in ("feed", "published_posts"):
        sandbox.faults.add(Fault("status", path=path, status=400, body={"error": error_33()}))
    with expect(NotAuthorised):
        network.publish(Draft(TEXT, media=(media,)))


def test_alternative_text_can_be_read_there(network: Any, sandbox: Sandbox, files: Files) -> None:
    shown(network, files.photo())
    [photo] = arrived(sandbox)
    told = network._graph.get(photo["id"], fields="alt_text_custom")
    assert told["alt_text_custom"] == ALT


@pytest.mark.parametrize("kind", ["photo", "film"])
def test_a_link_ends_the_words_where_it_has_no_place_beside_them(
    network: Any, sandbox: Sandbox, files: Files, kind: str
) -> None:
    """People can follow it, and the post is still known by its words; nothing is said twice."""
    file = files.photo() if kind == "photo" else files.film(60_000)
    post = shown(network, file, link=LINK)
    assert sandbox.ledger()[-1]["text"] == f"{TEXT}\n\n{LINK}"
    assert sandbox.ledger()[-1]["link"] is None
    assert network.look(post).text == network.plain(TEXT)
    assert [each.remote_id for each in network.find(TEXT, sandbox.clock.now() - HOUR)] == [post]
    words = f"Mehr auf {LINK}: wer hilft?"
    shown(network, files.photo(2), text=words, link=LINK)
    assert sandbox.ledger()[-1]["text"] == words


def test_only_a_films_post_tells_that_it_was_made_with_ai(
    network: Any, sandbox: Sandbox, files: Files, seen: list[Request]
) -> None:
    shown(network, files.film(60_000), made_with_ai=True)
    assert arrived(sandbox)[0]["made_with_ai"] is True
    shown(network, files.film(70_000), text="Ohne Maschine", made_with_ai=False)
    assert arrived(sandbox)[0]["made_with_ai"] is False
    seen.clear()
    shown(network, files.photo(), text="Ein Bild", made_with_ai=True)
    assert not [call for call in seen if b"ai_generated" in call.body]


def test_nothing_tells_the_files_own_name_or_the_token(
    network: Any, files: Files, seen: list[Request], tmp_path: Any, caplog: Any
) -> None:
    """A name may be a person's; a token in an address would stand in every log on the way."""
    for file, suffix in ((files.photo(), "jpg"), (files.film(60_000), "mp4")):
        path = tmp_path / f"Amira Haddad privat.{suffix}"
        path.write_bytes(file.path.read_bytes())
        brought(network, Attachment(path, file.kind, file.mime, file.size, file.alt))
    uploads = [call for call in seen if "/upload:" in call.path]
    token = network._options.page_token.get_secret_value()
    assert uploads
    for call in seen:
        assert b"Amira" not in call.body
        assert "Amira" not in call.url
    for call in uploads:
        assert token not in call.url
        assert call.headers["authorization"] == f"OAuth {token}"
    assert "Amira" not in caplog.text
    assert "sig=" not in caplog.text


def test_uploads_prove_the_apps_secret(
    network: Any, sandbox: Sandbox, files: Files, seen: list[Request]
) -> None:
    """Also those whose token is in a header, should the app ask for it."""
    sandbox.configure({"facebook": {"require_appsecret_proof": True}})
    assert brought(network, files.photo()).ready
    assert brought(network, files.film(60_000)).ready
    assert all("appsecret_proof" in call.query for call in seen)


def test_half_a_part_is_not_sent_again(
    network: Any, sandbox: Sandbox, files: Files, seen: list[Request]
) -> None:
    """The line is cut in the middle of two parts: what arrived of them counts."""
    sandbox.configure({"facebook": {"half_parts": 2}})
    file = files.film(2 * PART)
    attached = Attached(brought(network, file).remote_id, file.kind)
    assert sent(seen) <= file.size + PART
    network.publish(Draft(TEXT, media=(attached,)))
    assert [each["digest"] for each in arrived(sandbox)] == [digest(file)]


@pytest.mark.parametrize("part", [1, 2, 3])
@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_a_cut_at_any_part_costs_at_most_that_part(
    network: Any, sandbox: Sandbox, files: Files, seen: list[Request], part: int, kind: Any
) -> None:
    """Whether the network has it or not; also when the answer with the handle is lost."""
    file = files.film(2 * PART + 500)
    if part > 1:
        sandbox.faults.add(Fault("slow", method="POST", path="/upload:", times=part - 1, seconds=0))
    sandbox.faults.add(Fault(kind, method="POST", path="/upload:"))
    kept = [Uploaded()]
    try:
        ready = network.upload(file, kept[-1], kept.append)
    except OutcomeUnknown:
        ready = brought(network, file, kept[-1])
    again = 0 if kind == "drop_after" else PART
    assert sent(seen) <= file.size + again
    network.publish(Draft(TEXT, media=(Attached(ready.remote_id, file.kind),)))
    assert [each["digest"] for each in arrived(sandbox)] == [digest(file)]


def test_a_part_goes_where_the_platform_wants_it(
    network: Any, sandbox: Sandbox, files: Files
) -> None:
    """Should it tell one place and mean another, what its refusal says counts."""
    file, kept = files.film(2 * PART), list[Uploaded]()
    sandbox.faults.add(Fault("slow", method="POST", path="/upload:", seconds=0))
    sandbox.faults.add(Fault("status", method="POST", path="/upload:", status=503))
    sandbox.faults.add(Fault("status", method="GET", path="/upload:", status=503))
    with pytest.raises(OutcomeUnknown):
        network.upload(file, Uploaded(), kept.append)
    lie = {"id": "x", "file_offset": 17}
    sandbox.faults.add(Fault("status", method="GET", path="/upload:", status=200, body=lie))
    ready = network.upload(file, kept[-1], kept.append)
    network.publish(Draft(TEXT, media=(Attached(ready.remote_id, file.kind),)))
    assert [each["digest"] for each in arrived(sandbox)] == [digest(file)]


def test_a_session_that_ended_is_begun_anew(network: Any, sandbox: Sandbox, files: Files) -> None:
    sandbox.configure({"facebook": {"uploads_last_seconds": 3600}})
    file, kept = files.film(2 * PART), list[Uploaded]()
    sandbox.faults.add(Fault("slow", method="POST", path="/upload:", seconds=0))
    sandbox.faults.add(Fault("status", path="/upload:", status=503, times=2))
    with pytest.raises(OutcomeUnknown):
        network.upload(file, Uploaded(), kept.append)
    sandbox.clock.advance(2 * HOUR)
    ready = network.upload(file, kept[-1], kept.append)
    assert ready.mark != kept[0].mark
    network.publish(Draft(TEXT, media=(Attached(ready.remote_id, file.kind),)))
    assert [each["digest"] for each in arrived(sandbox)] == [digest(file)]


def test_uploads_are_good_for_less_than_a_day(
    network: Any, sandbox: Sandbox, files: Files, expect: Expect
) -> None:
    """The sandbox forgets them after a day; we, before."""
    now = sandbox.clock.now()
    photo, moving = (brought(network, each) for each in (files.photo(), files.film(60_000)))
    for each in (photo, moving):
        assert each.expires_at is not None
        assert timedelta(hours=19) < each.expires_at - now < timedelta(hours=21)
    sandbox.clock.advance(timedelta(hours=25))
    for upload, kind in ((photo, MediaKind.PHOTO), (moving, MediaKind.VIDEO)):
        with expect(Unattached):
            network.publish(Draft(TEXT, media=(Attached(upload.remote_id, kind),)))
    assert sandbox.ledger() == []


UNFIT: dict[str, Callable[[Any, Files], tuple[Attached, ...]]] = {
    "a film and a photo": lambda network, files: (
        film(network, files),
        Attached("561000000000001", MediaKind.PHOTO),
    ),
    "two films": lambda network, files: (film(network, files), film(network, files, 70_000)),
    "five photos": lambda network, files: (Attached("1", MediaKind.PHOTO),) * 5,
    "an unknown photo": lambda network, files: (Attached("1234567", MediaKind.PHOTO),),
    "an unknown film": lambda network, files: (Attached("4:abc:e", MediaKind.VIDEO),),
}


@pytest.mark.parametrize("label", UNFIT)
def test_what_the_page_cannot_show_is_refused(
    network: Any, sandbox: Sandbox, files: Files, expect: Expect, label: str
) -> None:
    media = UNFIT[label](network, files)
    for call in (network.publish, network.prepare):
        with expect(Unattached if "unknown" in label else Rejected):
            call(Draft(TEXT, media=media))
    assert sandbox.ledger() == []


def test_a_handle_and_a_photo_serve_one_post(
    network: Any, sandbox: Sandbox, files: Files, expect: Expect
) -> None:
    """Whoever posts again uploads again; a photo in a post may mean that the post is live."""
    photo = Attached(brought(network, files.photo()).remote_id, MediaKind.PHOTO)
    for attached, refusal in ((film(network, files), Unattached), (photo, Rejected)):
        network.publish(Draft(f"Das erste Mal {attached.kind}", media=(attached,)))
        with expect(refusal):
            network.publish(Draft(f"Das zweite Mal {attached.kind}", media=(attached,)))
    assert len(sandbox.ledger()) == 2


def test_the_same_words_are_a_duplicate_also_with_a_film(
    network: Any, sandbox: Sandbox, files: Files, expect: Expect
) -> None:
    network.publish(Draft(TEXT))
    photo = Attached(brought(network, files.photo()).remote_id, MediaKind.PHOTO)
    for media in (film(network, files), photo):
        with expect(Rejected) as caught:
            network.publish(Draft(TEXT, media=(media,)))
        assert caught.value.duplicate


@pytest.mark.parametrize("odd", ["gif", "huge photo", "huge film", "another film"])
def test_what_the_page_never_takes_is_not_even_sent(
    network: Any, files: Files, expect: Expect, odd: str
) -> None:
    """Nor read into memory."""
    photo, moving = files.photo(), files.film(1000)
    file = {
        "gif": Attachment(photo.path, photo.kind, "image/gif", photo.size),
        "huge photo": Attachment(photo.path, photo.kind, photo.mime, 10**12),
        "huge film": Attachment(moving.path, moving.kind, moving.mime, 10**12),
        "another film": Attachment(moving.path, moving.kind, "video/quicktime", moving.size),
    }[odd]
    with expect(Rejected):
        network.upload(file, Uploaded(), forget)
    assert network.calls == 0


def test_a_film_that_is_none_is_refused_when_it_is_posted(
    network: Any, sandbox: Sandbox, files: Files, expect: Expect
) -> None:
    file = files.film(60_000)
    file.path.write_bytes(b"x" * file.size)
    attached = Attached(brought(network, file).remote_id, file.kind)
    with expect(Rejected) as caught:
        network.publish(Draft(TEXT, media=(attached,)))
    assert "cannot be played" in caught.value.why
    assert sandbox.ledger() == []


def test_a_films_post_is_known_under_its_own_number(
    network: Any, sandbox: Sandbox, files: Files
) -> None:
    """Should the platform give it another one than the film's, that one counts."""
    sandbox.configure({"facebook": {"films_apart": True}})
    post = shown(network, files.film(60_000))
    assert post == sandbox.ledger()[-1]["id"]
    assert network.look(post).text == network.plain(TEXT)
    assert network.plays(post) is True
    told = network.reach([post])
    assert set(told.figures[post]) >= {network.metrics.reach, network.metrics.replies}
    assert (told.gone, told.unavailable) == (frozenset(), {})


@pytest.mark.parametrize("kind", ["status", "html", "empty", "drop_before", "reset_after"])
def test_that_a_films_post_cannot_be_read_is_no_doubt(
    network: Any, sandbox: Sandbox, files: Files, kind: Any
) -> None:
    """It is live; what was asked only afterwards makes it neither refused nor unclear."""
    attached = film(network, files)
    sandbox.faults.add(Fault(kind, method="GET", status=503))
    made = network.publish(Draft(TEXT, media=(attached,)))
    assert sandbox.faults.left() == []
    assert made.remote_id == sandbox.ledger()[-1]["id"]


@pytest.mark.parametrize("odd", ["abc", "104_7", "1/../me", "²", 7])
def test_a_number_that_is_none_proves_no_film(
    network: Any, sandbox: Sandbox, files: Files, expect: Expect, odd: object
) -> None:
    """Nor does it become part of an address: what is posted is found by its words."""
    attached = film(network, files)
    sandbox.faults.add(Fault("error_after", method="POST", status=200, body={"id": odd}))
    before = network.calls
    with expect(OutcomeUnknown):
        network.publish(Draft(TEXT, media=(attached,)))
    assert network.calls == before + 1
    [found] = network.find(TEXT, sandbox.clock.now() - HOUR)
    assert found.remote_id == sandbox.ledger()[-1]["id"]


def test_a_film_is_never_known_under_another_pages_number(
    network: Any, sandbox: Sandbox, files: Files
) -> None:
    attached = film(network, files)
    sandbox.faults.add(Fault("status", method="GET", status=200, body={"post_id": "999_7"}))
    made = network.publish(Draft(TEXT, media=(attached,)))
    assert made.remote_id == sandbox.ledger()[-1]["id"]


@pytest.mark.parametrize("kind", ["html", "empty", "drop_after", "error_after"])
@pytest.mark.parametrize("what", ["photo", "film"])
def test_a_lost_answer_is_settled_by_its_words(
    network: Any, sandbox: Sandbox, files: Files, expect: Expect, kind: Any, what: str
) -> None:
    """Nothing is sent twice: one call, no claim, and reading back tells."""
    attached = film(network, files)
    if what == "photo":
        attached = Attached(brought(network, files.photo()).remote_id, MediaKind.PHOTO)
    fault = Fault(kind, method="POST", status=500)
    sandbox.faults.add(fault)
    with expect(OutcomeUnknown):
        network.publish(Draft(TEXT, media=(attached,), link=LINK))
    found = network.find(TEXT, sandbox.clock.now() - HOUR)
    assert len(found) == fault.performs == len(sandbox.ledger())


def test_a_film_is_watched_until_it_plays(
    network: Any, sandbox: Sandbox, files: Files, expect: Expect
) -> None:
    assert isinstance(network, Playing)
    sandbox.configure({"facebook": {"film_seconds": 90}})
    post = shown(network, files.film(60_000))
    assert network.plays(post) is None
    sandbox.clock.advance(timedelta(seconds=91))
    assert network.plays(post) is True
    sandbox.configure({"facebook": {"film_error": "The sound track is broken"}})
    post = shown(network, files.film(70_000), text="Noch ein Film")
    assert network.plays(post) is None
    sandbox.clock.advance(timedelta(seconds=91))
    with expect(Rejected) as caught:
        network.plays(post)
    assert "sound track is broken" in caught.value.why


def test_an_unknown_app_is_asked_for_again(
    network: Any, sandbox: Sandbox, files: Files, expect: Expect
) -> None:
    """A film waits, and is not refused for good, while the platform does not name the app."""
    sandbox.faults.add(Fault("status", path="debug_token", status=200, body={"data": {}}))
    with expect(OutcomeUnknown) as caught:
        network.upload(files.film(60_000), Uploaded(), forget)
    assert "by hand" not in caught.value.why
    assert brought(network, files.film(60_000)).ready


@pytest.mark.parametrize("way", ["live", "held"])
@pytest.mark.parametrize("what", ["words", "photo", "film"])
def test_words_are_changed_and_nothing_else(
    network: Any, sandbox: Sandbox, files: Files, way: str, what: str
) -> None:
    """Twice is once; the picture, the time and the link stay."""
    assert isinstance(network, Editing)
    media: tuple[Attached, ...] = ()
    if what == "photo":
        media = (Attached(brought(network, files.photo()).remote_id, MediaKind.PHOTO),)
    elif what == "film":
        media = (film(network, files),)
    at = (sandbox.clock.now() + 2 * HOUR).replace(microsecond=0) if way == "held" else None
    post = network.publish(Draft(TEXT, link=LINK, media=media, at=at)).remote_id
    before = sandbox.ledger()[-1]
    for _time in range(2):
        network.edit(post, Draft("Jetzt in Görlitz", link=LINK, media=media))
    assert network.look(post).text == "Jetzt in Görlitz"
    after = sandbox.ledger()[-1]
    assert after["text"] == (
        "Jetzt in Görlitz" if what == "words" else f"Jetzt in Görlitz\n\n{LINK}"
    )
    assert {**before, "text": ""} == {**after, "text": ""}


def test_an_edit_that_is_refused_or_lost_is_told_apart(
    network: Any, sandbox: Sandbox, expect: Expect
) -> None:
    """Whoever repeats it does no harm, and no sentence speaks of sending."""
    network.publish(Draft("Schon vergeben"))
    post = network.publish(Draft(TEXT)).remote_id
    with expect(Rejected):
        network.edit(post, Draft("Schon vergeben"))
    with expect(Rejected):
        network.edit(post, Draft("ä" * 63_207))
    with expect(Rejected):
        network.edit("104729188301602_1", Draft("Fremd"))
    sandbox.faults.add(Fault("drop_after", method="POST"))
    with expect(OutcomeUnknown) as caught:
        network.edit(post, Draft("Neue Worte"))
    assert "repeating it is safe" in caught.value.why
    assert network.look(post).text == "Neue Worte"
    sandbox.configure({"facebook": {"rate_limit": {"code": 32, "calls": 9, "minutes": 5}}})
    with expect(RateLimited) as caught:
        network.edit(post, Draft("Zu viel"))
    assert "go out" not in caught.value.why


def test_times_of_a_held_film_are_kept_and_moved(
    network: Any, sandbox: Sandbox, files: Files
) -> None:
    at = (sandbox.clock.now() + 2 * HOUR).replace(microsecond=0)
    post = network.publish(Draft(TEXT, media=(film(network, files),), at=at)).remote_id
    network.move(post, at + HOUR)
    assert network.look(post).due_at == at + HOUR
    sandbox.clock.advance(4 * HOUR)
    assert datetime.fromisoformat(str(sandbox.ledger()[-1]["published_at"])) == at + HOUR
