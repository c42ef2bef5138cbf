"""Raw signed calls to the sandbox's X: oauthlib and http.client, none of our own code."""

import json
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode

from oauthlib.oauth1 import Client

PREFIX = "TUEROEFFNER_X__"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Reply:
    """What came back: status, decoded body, lower-cased headers."""

    status: int
    body: dict
    headers: dict[str, str]

    @property
    def problem(self) -> str:
        """The last segment of the problem's type."""
        return self.body.get("type", "").rpartition("/")[2]

    @property
    def text(self) -> str:
        """The whole body, for looking words up in it."""
        return json.dumps(self.body, ensure_ascii=False)


class XWire:
    """One client of the sandbox's X, signing with the given settings (`env` of the sandbox)."""

    def __init__(self, env: dict[str, str], **changed: str) -> None:
        keys = {k.removeprefix(PREFIX).lower(): v for k, v in env.items() if k.startswith(PREFIX)}
        self.keys = keys | changed
        self.base = self.keys["api_base"]
        self.user_id = self.keys["user_id"]

    def sign(self, method: str, url: str, body: str | None = None, **options: str) -> str:
        """The Authorization header that oauthlib makes; `body` is a form."""
        client = Client(
            self.keys["consumer_key"],
            client_secret=self.keys["consumer_secret"],
            resource_owner_key=self.keys["access_token"],
            resource_owner_secret=self.keys["access_token_secret"],
            **options,
        )
        headers = {"Content-Type": FORM} if body else {}
        return client.sign(url, method, body, headers)[1]["Authorization"]

    def call(
        self,
        method: str,
        path: str,
        query: dict | list | None = None,
        json_body: object = None,
        raw_body: bytes | None = None,
        authorization: str | None = None,
    ) -> Reply:
        """Make a call; `authorization` replaces the right header, "" leaves it out."""
        target = path + (f"?{urlencode(query)}" if query else "")
        if authorization is None:
            authorization = self.sign(method, self.base + target)
        headers = {"Authorization": authorization} if authorization else {}
        body = raw_body if json_body is None else json.dumps(json_body).encode()
        if body is not None:
            headers["Content-Type"] = "application/json"
        return self.send(method, target, headers, body)

    def send(self, method: str, target: str, headers: dict, body: bytes | None) -> Reply:
        """Send exactly this."""
        connection = HTTPConnection(self.base.removeprefix("http://"), timeout=5)
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            lowered = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, json.loads(answer.read()), lowered)
        finally:
            connection.close()

    def post(self, text: str, **more: object) -> Reply:
        """POST /2/tweets."""
        return self.call("POST", "/2/tweets", json_body={"text": text, **more})

    def put(self, text: str, **more: object) -> str:
        """Put a post live and return its id."""
        reply = self.post(text, **more)
        assert reply.status == 201, reply
        return reply.body["data"]["id"]

    def get(self, path: str, **query: object) -> Reply:
        """GET with a query; `__` in a name stands for the dot."""
        return self.call("GET", path, {k.replace("__", "."): v for k, v in query.items()})

    def timeline(self, **query: object) -> Reply:
        """The own timeline."""
        return self.get(f"/2/users/{self.user_id}/tweets", **query)
