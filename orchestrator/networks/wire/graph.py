"""The Graph API through Meta's library: one page, one token, one call at a time."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookError
from facebook_business.session import FacebookSession

from orchestrator.networks.wire.answer import Answer, Gone, as_object
from orchestrator.networks.wire.graph_troubles import NETWORK, PAGE_TOKEN, Json, judge
from orchestrator.networks.wire.graph_usage import Usage
from orchestrator.networks.wire.said import unclear, unclear_answer
from orchestrator.networks.wire.transport import Wire, attempt
from orchestrator.ports import NotAuthorised, RateLimited, Trouble
from orchestrator.redact import remember

PAGE_SIZE = 100
BATCH_SIZE = 50
BATCH_TRIES = 3
MOST_PAGES = 1000
# A path, and its parameters.
Read = tuple[str, Mapping[str, object]]


class Graph:
    """Calls to the Graph API; each returns the answer's object or raises a Trouble.

    ``key``: under which the token stands in the configuration; ``usage``: what answers tell of it.
    The library's process-wide default and its crash reporter, which posts to Meta, are never used.
    """

    def __init__(
        self,
        base: str,
        version: str,
        token: str,
        app_secret: str | None,
        read_timeout: float,
        *,
        key: str = PAGE_TOKEN,
    ) -> None:
        self.usage, self._key = Usage(), key
        self._limits = 0  # in a row
        session = FacebookSession(app_secret=app_secret, access_token=token)
        remember(token)
        remember(str(session.requests.params.get("appsecret_proof", "")))
        self._wire = Wire(base, read_timeout, self.usage)
        self._wire.params.update(session.requests.params)
        self._wire.verify = session.requests.verify
        session.GRAPH, session.requests = base, self._wire
        self._api = FacebookAdsApi(session, api_version=version)

    @property
    def calls(self) -> int:
        """HTTP requests made so far."""
        return self._wire.calls

    @property
    def overflowed(self) -> bool:
        """Whether the last answer was cut, because it was too long."""
        return self._wire.overflowed

    def ask(self, send: Callable[[FacebookAdsApi], object], *, write: bool = False) -> Answer:
        """The answer, unjudged, to a call that an object of the library makes by itself."""
        return self._answered(lambda: send(self._api), write=write)

    def get(self, *path: str, **params: object) -> Json:
        """Read an object."""
        return self._object("GET", path, params)

    def post(self, *path: str, of_media: bool = False, **params: object) -> Json:
        """Write, once; ``of_media``: Gone where what it names, or the page, is not there."""
        return self._object("POST", path, params, of_post=of_media)

    def look(self, post: str, fields: str) -> Json:
        """Read a post; raises Gone where there is none (or none that we may see)."""
        return self._object("GET", (post,), {"fields": fields}, of_post=True)

    def change(self, post: str, **params: object) -> None:
        """Change a post. That it is not found proves nothing: it may be too new to be seen."""
        try:
            answer = self._object("POST", (post,), params, of_post=True)
        except Gone as gone:
            raise unclear(NETWORK, gone.why, write=True) from None
        if answer.get("success") is not True:
            raise unclear_answer(NETWORK, 200, write=True)

    def delete(self, post: str) -> Json:
        """Delete a post; raises Gone where there is none (or none that we may see)."""
        return self._object("DELETE", (post,), {}, of_post=True)

    def pages(self, *path: str, **params: object) -> Iterator[Json]:
        """Every entry of a list, to its end; a Trouble rather than a part of it."""
        return whole_list(lambda page: self.get(*path, **params, **page))

    def batch(self, calls: Sequence[Read]) -> list[Json | Trouble]:
        """The objects of several reads, at most 50 to a request, or why one of them failed.

        What refuses the account or asks to wait is raised.
        """
        found: list[Json | Trouble] = []
        for start in range(0, len(calls), BATCH_SIZE):
            found += [_either(each) for each in self.lot(calls[start : start + BATCH_SIZE])]
        return found

    def lot(self, calls: Sequence[Read]) -> list[Answer | None]:
        """The answers to at most 50 reads, each to be judged by itself.

        What the platform left undone (null) is asked for again; None where it never got to it.
        """
        done: dict[int, Answer] = {}
        for _try in range(BATCH_TRIES):
            left = [number for number in range(len(calls)) if number not in done]
            if not left:
                break
            answers = self._batched([calls[number] for number in left])
            done |= {n: answer for n, answer in zip(left, answers, strict=True) if answer}
        return [done.get(number) for number in range(len(calls))]

    def _batched(self, calls: Sequence[Read]) -> list[Answer | None]:
        items = [
            {"method": "GET", "relative_url": f"{path}?{_query(params)}"} for path, params in calls
        ]
        # A batch is a POST, but nothing in this one writes.
        answers = self._call("POST", (), {"batch": items}, write=False)
        if not isinstance(answers, list) or len(answers) != len(calls):
            raise unclear_answer(NETWORK, 200, write=False)
        found = [_answer_of(item) for item in answers]
        for each in found:
            self.usage.read("GET", "", each.headers if each else {})
        return found

    def _object(
        self,
        method: str,
        path: Sequence[str],
        params: Mapping[str, object],
        *,
        of_post: bool = False,
    ) -> Json:
        write = method != "GET"
        answer = self._call(method, path, params, write=write, of_post=of_post)
        return _expected(answer, write=write)

    def _call(
        self,
        method: str,
        path: Sequence[str],
        params: Mapping[str, object],
        *,
        write: bool,
        of_post: bool = False,
    ) -> Any:
        answer = self._answered(
            lambda: self._api.call(method, tuple(path), dict(params)), write=write
        )
        tries = self._limits
        try:
            judged = judge(answer, write=write, of_post=of_post, token=self._key, tries=tries)
        except RateLimited:
            self._limits += 1
            raise
        self._limits = 0
        return judged

    def _answered(self, send: Callable[[], object], *, write: bool) -> Answer:
        outcome = attempt(NETWORK, self._wire, send, (FacebookError,), write=write)
        if isinstance(outcome, Trouble):
            raise outcome
        return outcome


def read_object(answer: Answer | None) -> Json:
    """The object in the answer to a read of a lot; raises a Trouble."""
    if answer is None:
        raise unclear_answer(NETWORK, 200, write=False)
    return _expected(judge(answer, write=False), write=False)


def _either(answer: Answer | None) -> Json | Trouble:
    try:
        return read_object(answer)
    except (NotAuthorised, RateLimited):
        raise
    except Trouble as trouble:
        return trouble


def _query(params: Mapping[str, object]) -> str:
    plain = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in params.items()
    }
    return urlencode(plain)


def _expected(document: Any, *, write: bool) -> Json:
    if not isinstance(document, dict):
        raise unclear_answer(NETWORK, 200, write=write)
    return document


def whole_list(read: Callable[[Mapping[str, object]], Json]) -> Iterator[Json]:
    """Every entry of a list, to its end; a Trouble rather than a part of it.

    ``read`` is given what asks for the next page.
    """
    after = ""
    for _page in range(MOST_PAGES):
        answer = read({"limit": PAGE_SIZE, **({"after": after} if after else {})})
        yield from entries(answer)
        following = next_cursor(answer)
        if not following:
            return
        if following == after:
            break
        after = following
    raise unclear_answer(NETWORK, 200, write=False)


def entries(answer: Json) -> list[Json]:
    """What a page of a list holds; a Trouble when it does not say."""
    data = answer.get("data")
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise unclear_answer(NETWORK, 200, write=False)
    return data


def next_cursor(answer: Json) -> str:
    """Where the next page begins; empty after the last one."""
    paging = as_object(answer.get("paging"))
    if not paging.get("next"):
        return ""
    after = as_object(paging.get("cursors")).get("after")
    if not after:
        raise unclear_answer(NETWORK, 200, write=False)
    return str(after)


def _answer_of(item: object) -> Answer | None:
    """One answer of a batch; None where the platform did not get to it."""
    if item is None:
        return None
    if not isinstance(item, dict):
        return Answer(0, {}, "")
    listed = item.get("headers")
    pairs = [as_object(each) for each in listed] if isinstance(listed, list) else []
    headers = {str(each.get("name")).lower(): str(each.get("value")) for each in pairs}
    code = item.get("code")
    return Answer(code if isinstance(code, int) else 0, headers, str(item.get("body") or ""))
