"""Photos, films and uploads in raw HTTP: what is taken, what reads back, and every refusal."""

import json
from typing import Any

import pytest
from raw_http import Graph, Reply

from orchestrator.sandbox.graph_tokens import APP_ID

JPEG = b"\xff\xd8\xff\xe0" + b"\r\n--not a boundary--\r\n" * 30
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 8
DAY = 86_400.0


def photo(graph: Graph, content: bytes = JPEG, name: str = "source", **fields: str) -> Reply:
    """A form as the library sends it."""
    given = {"access_token": graph.token, "published": "false", **fields}
    lines = b"".join(
        f'--mark\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in given.items()
    )
    head = f'--mark\r\nContent-Disposition: form-data; name="{name}"; filename="a.jpg"\r\n'
    body = (
        lines + head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + content + b"\r\n--mark--\r\n"
    )
    kind = "multipart/form-data; boundary=mark"
    return graph.wire.call("POST", f"/v26.0/{graph.page}/photos", body, Content_Type=kind)


def begun(graph: Graph, **changes: object) -> Reply:
    told = {"file_name": "film.mp4", "file_length": len(FILM), "file_type": "video/mp4"}
    return graph.post(f"/{APP_ID}/uploads", **told | changes)


def part(graph: Graph, session: str, content: bytes, offset: object, **headers: str) -> Reply:
    named = {"Authorization": f"OAuth {graph.token}", "file_offset": str(offset)} | headers
    body = {key: value for key, value in named.items() if value}
    graph.wire._connection.request("POST", f"/v26.0/{session}", content, body)
    answer = graph.wire._connection.getresponse()
    return Reply(answer.status, dict(answer.headers), answer.read())


def handle(graph: Graph, content: bytes = FILM, **changes: object) -> str:
    session = begun(graph, file_length=len(content), **changes).json["id"]
    return str(part(graph, session, content, 0).json["h"])


def ledger(graph: Graph) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = graph.wire.admin("GET", "ledger")["ledger"]
    return found


def test_a_photo_reads_back_and_goes_into_one_post(graph: Graph) -> None:
    """Its bytes arrive as they were, boundary-like ones too; the post takes it with it."""
    made = photo(graph, alt_text_custom="Zwei Hände, ein Brot", temporary="true")
    number = made.json["id"]
    read = graph.get(f"/{number}", fields="alt_text_custom,page_story_id").json
    assert read == {"id": number, "alt_text_custom": "Zwei Hände, ein Brot"}
    assert ledger(graph) == []
    post = graph.publish("Mit Bild", attached_media=[{"media_fbid": number}])
    assert graph.get(f"/{number}", fields="page_story_id").json["page_story_id"] == post
    [shown] = ledger(graph)[0]["media"]
    assert (shown["size"], shown["alt"]) == (len(JPEG), "Zwei Hände, ein Brot")
    [attachment] = graph.get(f"/{post}/attachments").json["data"]
    assert attachment["target"] == {"id": number}
    graph.delete(f"/{post}")
    assert graph.get(f"/{number}").refusal == (400, 100, 33)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"colour": "red"}, (400, 100, None)),
        ({"published": "true"}, (400, 3, None)),
        ({"url": "https://example.org/a.jpg"}, (400, 3, None)),
        ({"scheduled_publish_time": "1793620800"}, (400, 100, None)),
        ({"name": "picture"}, (400, 324, None)),
        ({"content": b"GARBAGE"}, (400, 100, 1366046)),
        ({"content": JPEG + bytes(4 * 1024 * 1024)}, (400, 100, 1366046)),
    ],
)
def test_photos_that_are_refused(graph: Graph, fields: Any, refusal: Any) -> None:
    assert photo(graph, **fields).refusal == refusal


def test_attached_photos_that_are_refused(graph: Graph) -> None:
    """Unknown, twice, with a link, too old, or not told as they must be."""
    number = photo(graph).json["id"]
    for media, more in (
        ([{"media_fbid": "99"}], {}),
        ([number], {}),
        ([{"media_fbid": number, "x": 1}], {}),
        ([{"media_fbid": number}], {"link": "https://example.org"}),
        ([{"media_fbid": number}] * 11, {}),
    ):
        reply = graph.post("/{page}/feed", message="x", attached_media=media, **more)
        assert reply.refusal == (400, 100, None)
    graph.publish("Erst hier", attached_media=[{"media_fbid": number}])
    again = graph.post("/{page}/feed", message="Dann da", attached_media=[{"media_fbid": number}])
    assert again.refusal == (400, 100, None)
    late = photo(graph).json["id"]
    graph.advance(DAY)
    reply = graph.post("/{page}/feed", message="Spät", attached_media=[{"media_fbid": late}])
    assert reply.refusal == (400, 100, None)


def test_a_film_arrives_in_parts_and_is_worked_on(graph: Graph) -> None:
    session = begun(graph).json["id"]
    assert part(graph, session, FILM[:900], 0).json["file_offset"] == 900
    told = graph.wire.call(
        "GET", f"/v26.0/{session}", None, Authorization=f"OAuth {graph.token}"
    ).json
    assert told == {"id": session, "file_offset": 900}
    handle = part(graph, session, FILM[900:], 900).json["h"]
    graph.turn(film_seconds=60)
    video = graph.post(
        "/{page}/videos", description="Ein Film", fbuploader_video_file_chunk=handle,
        is_ai_generated=True,
    ).json  # fmt: skip
    post = f"{graph.page}_{video['id']}"
    read = graph.get(f"/{video['id']}", fields="post_id,status,is_ai_generated").json
    assert (read["post_id"], read["is_ai_generated"]) == (post, True)
    assert read["status"]["video_status"] == "processing"
    graph.advance(61)
    assert graph.get(f"/{video['id']}", fields="status").json["status"]["video_status"] == "ready"
    assert graph.get(f"/{post}", fields="message,status_type").json["message"] == "Ein Film"
    graph.delete(f"/{video['id']}")
    assert graph.get(f"/{post}").refusal == (400, 100, 33)


def test_uploads_that_are_refused(graph: Graph) -> None:
    """Types, lengths, offsets, tokens, methods, and what ended."""
    assert begun(graph, file_type="video/quicktime").refusal == (400, 100, None)
    for length in (0, 2**31, "big", None):
        assert begun(graph, file_length=length).refusal == (400, 100, None)
    assert begun(graph, size=3).refusal == (400, 100, None)
    assert graph.post("/728301945512089/uploads", file_length=3).refusal == (400, 100, 33)
    session = begun(graph).json["id"]
    wrong = part(graph, session, FILM[:10], 5)
    assert wrong.refusal == (400, 6000, 1363037)
    assert wrong.json["error"]["error_data"] == {"start_offset": 0}
    assert part(graph, session, FILM, "x").refusal == (400, 6000, 1363037)
    assert part(graph, session, FILM + b"more", 0).refusal == (400, 100, None)
    assert part(graph, session, b"", 0).refusal == (400, 100, None)
    assert part(graph, session, FILM, 0, Authorization="").refusal == (400, 190, None)
    assert part(graph, "upload:unknown", FILM, 0).refusal == (400, 100, 33)
    token = {"Authorization": f"OAuth {graph.token}"}
    gone = graph.wire.call("DELETE", f"/v26.0/{session}", None, **token)
    assert gone.refusal == (400, 100, None)
    batch = json.dumps([{"method": "GET", "relative_url": session}])
    assert graph.post("/", batch=batch).json[0]["code"] == 400
    graph.turn(uploads_last_seconds=10)
    session = begun(graph).json["id"]
    graph.advance(11)
    assert part(graph, session, FILM, 0).refusal == (400, 100, 33)


def test_films_that_are_refused(graph: Graph) -> None:
    """A handle is for one film; what is no film is found out when it is posted."""

    def film(**params: object) -> Reply:
        return graph.post("/{page}/videos", **params)

    for given in (None, "4:x:e"):
        assert film(fbuploader_video_file_chunk=given).refusal == (400, 100, None)
    assert film(file_url="https://example.org/a.mp4").refusal == (400, 3, None)
    picture = handle(graph, JPEG, file_type="image/jpeg")
    fake = handle(graph, b"no film at all")
    for given in (picture, fake):
        assert film(fbuploader_video_file_chunk=given).refusal == (400, 352, 1363024)
    mine = handle(graph)
    wrong = film(fbuploader_video_file_chunk=mine, message="x")
    assert wrong.refusal == (400, 100, None)
    assert film(fbuploader_video_file_chunk=mine, description="Einmal").status == 200
    assert film(fbuploader_video_file_chunk=mine, description="Noch").refusal == (400, 100, None)
    same = film(fbuploader_video_file_chunk=handle(graph), description="Einmal")
    assert same.refusal == (400, 506, 1455006)


def test_half_a_part(graph: Graph) -> None:
    """The line is cut in the middle; the session knows how much came."""
    graph.turn(half_parts=1)
    session = begun(graph).json["id"]
    assert part(graph, session, FILM, 0).status == 500
    assert part(graph, session, FILM, 0).json["error"]["error_data"] == {
        "start_offset": len(FILM) // 2
    }
    assert "h" in part(graph, session, FILM[len(FILM) // 2 :], len(FILM) // 2).json


def test_the_log_of_calls_names_no_session(graph: Graph) -> None:
    session = begun(graph).json["id"]
    part(graph, session, FILM, 0)
    calls = graph.wire.admin("GET", "calls")["calls"]
    assert calls[-1]["path"] == "/v26.0/upload:{id}"
