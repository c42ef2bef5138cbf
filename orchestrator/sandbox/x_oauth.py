"""OAuth 1.0a as the X API checks it: HMAC-SHA1 over method, URL and every parameter, once."""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from orchestrator.sandbox.http import Request

TOLERANCE = 300  # seconds between the client's clock and ours
FORM = "application/x-www-form-urlencoded"
NEEDED = frozenset(
    f"oauth_{name}"
    for name in ("consumer_key", "token", "signature_method", "timestamp", "nonce", "signature")
)
PAIR = re.compile(r'\s*([A-Za-z0-9_.~%-]+)="([^"]*)"\s*')
DEFAULT_PORTS = {"http": 80, "https": 443}


class UnsignedError(Exception):
    """The signature does not hold; the text says why, for whoever runs the sandbox."""


@dataclass(frozen=True)
class App:
    """The consumer: the developer app's key and secret."""

    key: str
    secret: str


class SignatureDesk:
    """Checks signatures and remembers nonces. `real` gives the real time in Unix seconds.

    Real, not virtual: the client's OAuth library stamps with its machine's clock.
    """

    def __init__(self, app: App, real: Callable[[], float] = time.time) -> None:
        self.app = app
        self._real = real
        self._nonces: dict[tuple[str, str], float] = {}

    def check(self, request: Request, secrets: Mapping[str, str]) -> str:
        """Return the access token that signed; `secrets` by token. Raises UnsignedError."""
        given = parse_header(request.headers.get("authorization", ""))
        if given["oauth_signature_method"] != "HMAC-SHA1":
            raise UnsignedError("the signature method is not HMAC-SHA1")
        if given.get("oauth_version", "1.0") != "1.0":
            raise UnsignedError("the OAuth version is not 1.0")
        self._check_moment(given["oauth_timestamp"])
        token = given["oauth_token"]
        if given["oauth_consumer_key"] != self.app.key:
            raise UnsignedError("unknown consumer key")
        if token not in secrets:
            raise UnsignedError("unknown or revoked access token")
        expected = signature(base_string(request, given), self.app.secret, secrets[token])
        if not hmac.compare_digest(expected.encode(), given["oauth_signature"].encode()):
            raise UnsignedError("the signature is wrong")
        self._use_nonce(token, given["oauth_nonce"])
        return token

    def _check_moment(self, stamp: str) -> None:
        if not re.fullmatch(r"\d{1,12}", stamp, re.ASCII):
            raise UnsignedError("the timestamp is no number")
        if abs(self._real() - int(stamp)) > TOLERANCE:
            raise UnsignedError("the timestamp is more than five minutes off")

    def _use_nonce(self, token: str, nonce: str) -> None:
        now = self._real()
        self._forget_nonces(now - 2 * TOLERANCE)
        if (token, nonce) in self._nonces:
            raise UnsignedError("the nonce was used before")
        self._nonces[token, nonce] = now

    def _forget_nonces(self, before: float) -> None:
        # A forgotten one cannot come back: its timestamp is out of tolerance. Oldest come first.
        while self._nonces and self._nonces[oldest := next(iter(self._nonces))] < before:
            del self._nonces[oldest]


def parse_header(header: str) -> dict[str, str]:
    """The decoded oauth_* parameters of an Authorization header; raises UnsignedError."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "oauth":
        raise UnsignedError("no OAuth 1.0a Authorization header")
    given: dict[str, str] = {}
    for part in rest.split(","):
        found = PAIR.fullmatch(part)
        if not found or unquote(found[1]) in given:
            raise UnsignedError("the Authorization header is malformed")
        given[unquote(found[1])] = unquote(found[2])
    given.pop("realm", None)
    if missing := NEEDED - given.keys():
        raise UnsignedError("the Authorization header lacks " + ", ".join(sorted(missing)))
    return given


def base_string(request: Request, given: Mapping[str, str]) -> str:
    """The text that is signed (RFC 5849, 3.4.1). A JSON body is no part of it."""
    parts = urlsplit(request.url)
    signed = [(name, value) for name, value in given.items() if name != "oauth_signature"]
    signed += parse_qsl(parts.query, keep_blank_values=True)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM:
        signed += parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return "&".join(map(_encode, (request.method.upper(), _address(request.url), _joined(signed))))


def signature(base: str, app_secret: str, token_secret: str) -> str:
    """HMAC-SHA1 in base64, keyed with both secrets."""
    key = f"{_encode(app_secret)}&{_encode(token_secret)}"
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()


def _address(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    port = parts.port
    if port is not None and port != DEFAULT_PORTS.get(parts.scheme.lower()):
        host = f"{host}:{port}"
    return f"{parts.scheme.lower()}://{host}{parts.path or '/'}"


def _joined(pairs: Iterable[tuple[str, str]]) -> str:
    encoded = sorted((_encode(name), _encode(value)) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded)


def _encode(text: str) -> str:
    return quote(text, safe="-._~")
