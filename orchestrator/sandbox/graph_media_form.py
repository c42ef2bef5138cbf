"""The files in a call: bodies of several parts, as browsers send them."""

import re
from dataclasses import dataclass

from orchestrator.sandbox.graph_errors import bad_parameter
from orchestrator.sandbox.http import Request

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_NAMED = re.compile(r'[; ](\w+)="([^"]*)"')


@dataclass(frozen=True)
class File:
    """One file of a form; `filename` is what the client called it."""

    filename: str
    content: bytes


def is_form(request: Request) -> bool:
    """Whether a body consists of parts."""
    return request.headers.get("content-type", "").startswith("multipart/form-data")


def fields_of(request: Request) -> dict[str, str]:
    """The parts that are no files, by name."""
    return {
        name: content.decode("utf-8", "replace")
        for name, filename, content in _parts(request)
        if filename is None
    }


def files_of(request: Request | None) -> dict[str, File]:
    """The files, by the name of their parameter; none in a batch."""
    if request is None or not is_form(request):
        return {}
    parts = _parts(request)
    return {name: File(called, content) for name, called, content in parts if called is not None}


def _parts(request: Request) -> list[tuple[str, str | None, bytes]]:
    found = _BOUNDARY.search(request.headers["content-type"])
    if found is None:
        raise bad_parameter("The body has no boundary.")
    mark = b"\r\n--" + found[1].encode()
    pieces = (b"\r\n" + request.body).split(mark)[1:]
    if not pieces or not pieces[-1].startswith(b"--"):
        raise bad_parameter("The body does not end.")
    return [_part(piece) for piece in pieces[:-1]]


def _part(piece: bytes) -> tuple[str, str | None, bytes]:
    head, _blank, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    named = dict(_NAMED.findall(head.decode("utf-8", "replace")))
    if "name" not in named:
        raise bad_parameter("A part of the body has no name.")
    return named["name"], named.get("filename"), content
