"""Uploads at the sandbox's X: what the platform refuses is refused, told by raw calls."""

import struct
from datetime import date

import pytest
from raw_http import Wire
from x_wire import XWire

from orchestrator.sandbox.server import Sandbox
from orchestrator.sandbox.x_prices import price

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4
FILM = struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 512) + bytes(5000)
BOUNDARY = "-----tueroeffner"


@pytest.fixture
def x(sandbox: Sandbox, wire: Wire) -> XWire:
    return XWire(sandbox.env())


@pytest.fixture
def knobs(sandbox: Sandbox, wire: Wire):
    return lambda **options: sandbox.configure({"x": options})


def begin(x: XWire, content: bytes = JPEG, **changed: object):
    wishes = {"media_type": "image/jpeg", "media_category": "tweet_image"}
    wishes |= {"total_bytes": len(content)} | changed
    return x.call("POST", "/2/media/upload/initialize", json_body=wishes)


def append(x: XWire, upload: str, part: bytes, index: object = 0, **fields: str):
    """As a form of two parts, or more."""
    path = f"/2/media/upload/{upload}/append"
    body = b""
    for name, value in {"segment_index": str(index), **fields}.items():
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        body += head.encode()
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="media"; filename="a"\r\n\r\n'
    body += head.encode() + part + f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = {
        "Authorization": x.sign("POST", x.base + path),
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
    }
    return x.send("POST", path, headers, body)


def finish(x: XWire, upload: str, body: object = None):
    given = {} if body is None else body
    return x.call("POST", f"/2/media/upload/{upload}/finalize", json_body=given)


def brought(x: XWire, content: bytes = JPEG, **changed: object) -> str:
    upload = begin(x, content, **changed).body["data"]["id"]
    assert append(x, upload, content).status == 200
    assert finish(x, upload).status == 200
    return upload


def film(x: XWire, content: bytes = FILM) -> str:
    return brought(x, content, media_type="video/mp4", media_category="tweet_video")


@pytest.mark.parametrize(
    "wrong",
    [
        {"media_category": "tweet_poem"},
        {"media_type": "image/heic"},
        {"total_bytes": 5 * 1024 * 1024 + 1},
        {"total_bytes": "12"},
        {"total_bytes": -1},
        {"command": "INIT"},
    ],
)
def test_an_upload_that_cannot_be_is_not_begun(x: XWire, wrong: dict) -> None:
    assert begin(x, **wrong).problem == "invalid-request"


def test_a_form_may_have_what_the_description_names(x: XWire) -> None:
    upload = begin(x).body["data"]["id"]
    for index, fields in (
        (1000, {}),
        (-1, {}),
        ("one", {}),
        (0, {"media_category": "tweet_image"}),
    ):
        assert append(x, upload, JPEG, index, **fields).problem == "invalid-request"
    assert append(x, "123", JPEG).problem == "invalid-request"
    assert append(x, upload, bytes(5 * 1024 * 1024 + 1)).problem == "invalid-request"
    told = append(x, upload, JPEG)
    assert told.body["data"]["expires_at"] > 1_700_000_000


def test_parts_must_add_up(x: XWire) -> None:
    """None missing in the middle, none too short; and finishing brings a JSON object."""
    upload = begin(x, JPEG * 2).body["data"]["id"]
    append(x, upload, JPEG, 0)
    assert finish(x, upload).problem == "invalid-request"
    append(x, upload, JPEG, 2)
    assert finish(x, upload).problem == "invalid-request"
    upload = begin(x, JPEG * 2).body["data"]["id"]
    append(x, upload, JPEG, 0)
    append(x, upload, JPEG, 1)
    path = f"/2/media/upload/{upload}/finalize"
    assert x.call("POST", path).problem == "invalid-request"
    assert finish(x, upload).status == 200
    assert finish(x, upload).problem == "invalid-request"


def test_a_post_takes_four_photos_or_one_film_of_ones_own(sandbox: Sandbox, x: XWire) -> None:
    photos = [brought(x) for _each in range(5)]
    one = film(x)
    assert x.post("a", media={"media_ids": photos}).problem == "invalid-request"
    assert x.post("b", media={"media_ids": [photos[0], one]}).problem == "invalid-request"
    assert x.post("c", media={"media_ids": ["77"]}).problem == "invalid-request"
    assert x.post("d", media={"media_ids": []}).problem == "invalid-request"
    assert x.post("e", media={"media_ids": photos[:4]}).status == 201
    assert x.post("", media={"media_ids": [one]}).problem == ""
    account = {"id": "77", "username": "nachbarin", "name": "Nachbarin"}
    keys = {"access_token": "77-token", "access_token_secret": "77-secret"}
    sandbox.configure({"x": {"accounts": [account | keys]}})
    other = XWire(sandbox.env(), user_id="77", **keys)
    assert other.post("f", media={"media_ids": [photos[4]]}).problem == "invalid-request"


def test_a_film_is_looked_at(sandbox: Sandbox, x: XWire, knobs) -> None:
    """Until then no post takes it, and it says when to ask again."""
    knobs(processing_seconds=7)
    one = film(x)
    status = {"media_id": one, "command": "STATUS"}
    told = x.get("/2/media/upload", **status).body["data"]["processing_info"]
    assert told == {"state": "pending", "check_after_secs": 5}
    assert x.post("a", media={"media_ids": [one]}).problem == "invalid-request"
    knobs(processing_seconds=0, processing_fails="Unsupported codec")
    failed = film(x)
    told = x.get("/2/media/upload", media_id=failed).body["data"]["processing_info"]
    assert (told["state"], told["error"]["message"]) == ("failed", "Unsupported codec")
    assert x.post("b", media={"media_ids": [failed]}).problem == "invalid-request"
    assert x.get("/2/media/upload", command="STATUS").problem == "invalid-request"


def test_words_are_kept_and_charged(sandbox: Sandbox, x: XWire) -> None:
    photo = brought(x)
    path = "/2/media/metadata"
    for wrong in (
        {"metadata": {"alt_text": {"text": "a"}}},
        {"id": photo, "metadata": {"alt_text": {"text": "a" * 1001}}},
        {"id": photo, "metadata": {"alt_text": {}}},
        {"id": "77", "metadata": {"alt_text": {"text": "a"}}},
    ):
        assert x.call("POST", path, json_body=wrong).problem == "invalid-request"
    right = {"id": photo, "metadata": {"alt_text": {"text": "Zwei Hände, die Teig kneten"}}}
    assert x.call("POST", path, json_body=right).status == 200
    x.put("Wer sucht?", media={"media_ids": [photo]}, made_with_ai=True)
    [entry] = sandbox.ledger()
    assert (entry["made_with_ai"], entry["cost"]) == (True, "0.020")
    assert [each["alt"] for each in entry["media"]] == ["Zwei Hände, die Teig kneten"]


def test_a_place_is_a_number(x: XWire) -> None:
    assert x.post("a", geo={"place_id": "Freiburg"}).problem == "invalid-request"
    post = x.put("b", geo={"place_id": "df51dec6f4ee2b2c"})
    shown = x.get(f"/2/tweets/{post}", tweet__fields="geo").body["data"]
    assert shown["geo"] == {"place_id": "df51dec6f4ee2b2c"}


@pytest.mark.parametrize(
    ("day", "post", "linked", "owned"),
    [("2026-04-19", "0.010", "0.010", "0.005"), ("2026-04-20", "0.015", "0.200", "0.001")],
)
def test_prices_are_those_of_the_day(day: str, post: str, linked: str, owned: str) -> None:
    kinds = ("post", "post with url", "owned read")
    told = [str(price(kind, date.fromisoformat(day))) for kind in kinds]
    assert told == [post, linked, owned]
