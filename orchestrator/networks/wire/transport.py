"""The way to a network: every call is sent once, follows no redirect and ends in time."""

import http.client
import io
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests
import urllib3

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import Answer
from orchestrator.networks.wire.bounded import Bounded, NoHandshake, TooLong, body_of
from orchestrator.networks.wire.said import unclear, unclear_answer
from orchestrator.ports import NotSent, Trouble
from orchestrator.section import is_loopback

CONNECT_TIMEOUT = 10.0
# What a call may raise when there is no complete answer; requests' own errors are OSErrors.
BROKEN = (OSError, urllib3.exceptions.HTTPError, http.client.HTTPException)
_LATE = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
# What a vendor's library stumbles over when an answer is not of the shape it expects.
STUMBLES = (ValueError, TypeError, AttributeError, LookupError, RecursionError)

# These libraries log addresses and signatures, and with them tokens, as soon as somebody debugs.
for _name in ("urllib3", "requests_oauthlib", "oauthlib", "tweepy"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Meter(Protocol):
    """What a network tells in headers of how much it allows. Names are in lower case."""

    def refuse(self, method: str, path: str) -> Trouble | None:
        """Why a call is not made now, since it would be refused; None: it is."""

    def read(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """Take note of the headers of an answer."""


class Wire(requests.Session):
    """A session for one server: ``base`` takes the place of the host ``instead_of``.

    ``read_timeout`` is for a whole answer, in seconds. ``answer`` is the last call's, so that it
    can be judged whatever a library makes of it. ``meter`` is asked before each call.
    """

    def __init__(
        self, base: str, read_timeout: float, meter: Meter | None = None, *, instead_of: str = ""
    ) -> None:
        super().__init__()
        self._meter = meter
        self.calls = 0
        self.answer: Answer | None = None
        self.overflowed = False  # the last answer was too long
        self._base = base
        self._instead_of = instead_of
        self._timeout = (min(CONNECT_TIMEOUT, read_timeout), read_timeout)
        # A proxy of the environment is for other machines.
        self.trust_env = not is_loopback(urlsplit(base).hostname or "")
        once = Bounded()
        self.mount("https://", once)
        self.mount("http://", once)

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a call, and keep its answer."""
        if self._instead_of:
            url = self._base + str(url).removeprefix(self._instead_of)
        path = urlsplit(str(url)).path
        if self._meter and (refusal := self._meter.refuse(method, path)):
            raise refusal
        kwargs |= {"timeout": self._timeout, "allow_redirects": False, "stream": True}
        self.calls += 1
        self.answer, self.overflowed = None, False
        response = super().request(method, url, *args, **kwargs)
        headers = {name.lower(): value for name, value in response.headers.items()}
        if self._meter:
            self._meter.read(method, path, headers)
        try:
            body = body_of(response)
        except TooLong:
            self.overflowed = True
            raise
        response.raw = io.BytesIO(body)  # for the library, which reads it again
        self.answer = Answer(response.status_code, headers, body.decode("utf-8", "replace"))
        return response

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere: even to look where an answer leads, its body would be read without bounds."""


def attempt(
    network: str,
    wire: Wire,
    send: Callable[[], object],
    complaints: tuple[type[Exception], ...],
    *,
    write: bool,
) -> Answer | Trouble:
    """Let a library send a call, and return the answer as it came, or why there is none.

    The library's own judgement is not used: one takes an HTML page for success, and both stumble
    over some refusals. The trouble is returned, not raised, so that no error of the library, with
    the token in it, becomes its context. ``complaints``: what the library raises by itself.
    """
    tripped: tuple[type[Exception], ...] = (*complaints, *STUMBLES)
    wire.answer = None
    try:
        send()
    except BROKEN as error:
        if wire.answer is None:
            return failure(network, error, write=write)
    except tripped:
        if wire.answer is None:
            raise  # nothing was sent: a mistake of ours
    return wire.answer or unclear(network, _("no answer"), write=write)


def failure(network: str, error: Exception, *, write: bool) -> Trouble:
    """The trouble when there is no complete answer: provably not sent, or unknown.

    The error's own text is dropped, because it has the address and, with it, the token.
    """
    chain = list(_chain(error))
    if reason := _unsent(chain):
        return _not_sent(network, reason)
    for each in chain:
        if isinstance(each, TooLong):
            return unclear_answer(network, each.status, write=write)
    if any(isinstance(each, _LATE) for each in chain):
        return unclear(network, _("no answer in time"), write=write)
    return unclear(network, _("the connection broke"), write=write)


def _unsent(chain: Sequence[BaseException]) -> str:
    """Why certainly nothing was sent; empty when that is not certain."""

    def among(*kinds: type[BaseException]) -> bool:
        return any(isinstance(each, kinds) for each in chain)

    # A name that is not found is also a connection that was not made, so it is asked for first.
    if among(urllib3.exceptions.NameResolutionError):
        return _("its name is not known here")
    if among(urllib3.exceptions.NewConnectionError):
        return _("the connection was refused")
    if among(requests.ConnectTimeout):
        return _("no connection in time")
    if among(requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema):
        return _("the address is not valid")
    if among(NoHandshake):
        return _("the connection cannot be encrypted safely")
    return ""


def _not_sent(network: str, reason: str) -> NotSent:
    return NotSent(
        _(
            "{network} cannot be reached ({reason}); nothing was sent. Check the internet"
            " connection and api_base, then repeat the command."
        ).format(network=network, reason=reason)
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and those inside it, as urllib3 and requests wrap them."""
    yield error
    inner = [getattr(error, "reason", None), getattr(error, "original_error", None), *error.args]
    for each in inner:
        if isinstance(each, BaseException):
            yield from _chain(each)
