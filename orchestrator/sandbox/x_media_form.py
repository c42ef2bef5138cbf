"""The body of a call that brings a part of a file: a form of several parts, or JSON with base64."""

import base64
import binascii
import re
from collections.abc import Mapping

from orchestrator.sandbox.http import BadJson, Request
from orchestrator.sandbox.x_problems import invalid_request
from orchestrator.sandbox.x_schema import Complaint, Schema, check

BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
NAME = re.compile(r'[; ]name="([^"]*)"')


def part_of(request: Request, schema: Schema) -> tuple[int, bytes]:
    """Number and content of the part; raises ProblemError with what the description refuses."""
    given, media = _form(request) if _is_form(request) else _json(request)
    wrong = [Complaint(message) for message in check(given, schema)]
    if wrong or media is None or not isinstance(given, dict):
        raise invalid_request(wrong or [Complaint("$.media: is not valid base64")])
    return int(given["segment_index"]), media


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/form-data")


def _json(request: Request) -> tuple[object, bytes | None]:
    try:
        given = request.json()
    except BadJson:
        raise invalid_request([Complaint("The request body is not valid JSON.")]) from None
    try:
        told = given.get("media") if isinstance(given, dict) else None
        return given, base64.b64decode(str(told), validate=True)
    except binascii.Error:
        return given, None


def _form(request: Request) -> tuple[Mapping[str, object], bytes]:
    parts = dict(map(_named, _pieces(request)))
    given: dict[str, object] = {name: body.decode("latin-1") for name, body in parts.items()}
    index = str(given.get("segment_index", ""))
    if re.fullmatch(r"[0-9]{1,9}", index):
        given["segment_index"] = int(index)
    return given, parts.get("media", b"")


def _pieces(request: Request) -> list[bytes]:
    found = BOUNDARY.search(request.headers["content-type"])
    mark = b"\r\n--" + found[1].encode() if found else b""
    pieces = (b"\r\n" + request.body).split(mark)[1:] if mark else []
    if not pieces or not pieces[-1].startswith(b"--"):
        raise invalid_request([Complaint("The request body is not a valid form.")])
    return pieces[:-1]


def _named(piece: bytes) -> tuple[str, bytes]:
    head, _blank, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    name = NAME.search(head.decode("latin-1"))
    return (name[1] if name else "?"), content
