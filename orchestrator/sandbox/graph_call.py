"""One Graph call, taken apart: version, path, parameters, token; from HTTP or out of a batch."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from orchestrator.sandbox.graph_errors import GraphError, bad_parameter, unknown_path, unsupported
from orchestrator.sandbox.graph_media_form import fields_of, is_form
from orchestrator.sandbox.http import BadJson, Request, pairs

VERSIONS = ("v25.0", "v26.0")
NEWEST = VERSIONS[-1]
VERSION = re.compile(r"v(\d+)\.(\d+)")
METHODS = ("GET", "POST", "DELETE")
SECRETS = ("access_token", "appsecret_proof")


@dataclass(frozen=True)
class Call:
    """`segments` is the path after the version; `params` lacks the token and its proof.

    `request`: as it came, with its files; None in a batch.
    """

    method: str
    version: str
    segments: tuple[str, ...]
    params: Mapping[str, str]
    token: str | None
    proof: str | None
    origin: str
    request: Request | None = None

    def link(self, **changes: str) -> str:
        """The address of this call with other parameters, as in `paging.next`."""
        kept = {name: v for name, v in self.params.items() if name not in ("after", "before")}
        params = {**kept, **changes}
        if self.token:
            params["access_token"] = self.token
        path = "/".join((self.origin, self.version, *self.segments))
        return f"{path}?{urlencode(params)}"


def read_call(request: Request) -> Call:
    """The call in an HTTP request; raises GraphError."""
    params = {name: values[-1] for name, values in request.query.items()}
    params |= _body(request)
    parts = urlsplit(request.url)
    header = request.headers.get("authorization", "").partition(" ")[2].strip() or None
    origin = f"{parts.scheme}://{parts.netloc}"
    return replace(_call(request.method, request.path, params, header, origin), request=request)


def _body(request: Request) -> dict[str, str]:
    if is_form(request):
        return fields_of(request)
    if not request.headers.get("content-type", "").startswith("application/json"):
        return {name: values[-1] for name, values in request.form().items()}
    try:
        given = request.json()
    except BadJson as error:
        raise bad_parameter("The body is not valid JSON.") from error
    if not isinstance(given, dict):
        raise bad_parameter("The body must be a JSON object.")
    return {name: v if isinstance(v, str) else json.dumps(v) for name, v in given.items()}


def read_item(item: object, batch: Call) -> Call:
    """The call in one entry of a batch; it inherits the batch's version and token."""
    if not isinstance(item, dict) or not isinstance(item.get("relative_url"), str):
        raise bad_parameter("Each request of a batch needs a method and a relative_url.")
    parts = urlsplit("/" + item["relative_url"].lstrip("/"))
    params = {name: values[-1] for name, values in pairs(parts.query).items()}
    params |= {name: values[-1] for name, values in pairs(str(item.get("body", ""))).items()}
    path = parts.path if VERSION.fullmatch(_first(parts.path)) else f"/{batch.version}{parts.path}"
    if isinstance(item.get("access_token"), str):
        params.setdefault("access_token", item["access_token"])
    if "access_token" not in params and batch.token:
        params["access_token"] = batch.token
        if batch.proof:
            params["appsecret_proof"] = batch.proof
    return _call(str(item.get("method", "GET")).upper(), path, params, None, batch.origin)


def _first(path: str) -> str:
    return path.split("/")[1]


def _call(
    method: str, path: str, params: dict[str, str], header_token: str | None, origin: str
) -> Call:
    method = params.pop("method", method).upper() if method == "POST" else method
    if method not in METHODS:
        raise unsupported(method)
    segments = [segment for segment in path.split("/") if segment]
    version = segments.pop(0) if segments and VERSION.fullmatch(segments[0]) else VERSIONS[0]
    _check_version(version, path)
    token, proof = (params.pop(name, None) for name in SECRETS)
    return Call(method, version, tuple(segments), params, token or header_token, proof, origin)


def _check_version(version: str, path: str) -> None:
    if version in VERSIONS:
        return
    match = VERSION.fullmatch(version)
    if match and int(match[1]) < int(VERSIONS[0][1:3]):
        raise GraphError(
            2635,
            "(#2635) You are calling a deprecated version of the Ads API. Please update to the"
            f" latest version: {NEWEST}.",
        )
    raise unknown_path(path)
