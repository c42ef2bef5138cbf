"""Plain HTTP against the sandbox: no SDK and none of our adapters in between."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> int | None:
        return self.json["error"]["code"]

    @property
    def refusal(self) -> tuple[int, int, int | None]:
        """HTTP status, Graph code, Graph subcode."""
        error = self.json["error"]
        return self.status, error["code"], error.get("error_subcode")


class Wire:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def close(self) -> None:
        self._connection.close()

    def call(
        self, method: str, path: str, body: bytes | str | None = None, **headers: str
    ) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            self._connection.request(method, path, body, named)
            answer = self._connection.getresponse()
            return Reply(
                answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
            )
        except Exception:
            self._connection.close()
            raise

    def admin(self, method: str, name: str, wish: object = None) -> Any:
        reply = self.call(method, f"/_sandbox/{name}", None if wish is None else json.dumps(wish))
        assert reply.status == 200, reply.body
        return reply.json


class Graph:
    """Graph calls as one page's token makes them."""

    def __init__(self, wire: Wire, env: dict[str, str]) -> None:
        self.wire = wire
        self.page = env["TUEROEFFNER_FACEBOOK__PAGE_ID"]
        self.token = env["TUEROEFFNER_FACEBOOK__PAGE_TOKEN"]
        self.secret = env["TUEROEFFNER_FACEBOOK__APP_SECRET"]

    def call(self, method: str, path: str, version: str = "v26.0", /, **params: object) -> Reply:
        """`{page}` in the path is our page; params that are no text are sent as JSON."""
        given = {"access_token": self.token, **params}
        fields = urlencode(
            {
                k: v if isinstance(v, str) else json.dumps(v)
                for k, v in given.items()
                if v is not None
            }
        )
        full = f"/{version}{path.format(page=self.page)}"
        if method == "POST":
            return self.wire.call("POST", full, fields, Content_Type=FORM)
        return self.wire.call(method, f"{full}?{fields}")

    def get(self, path: str, /, **params: object) -> Reply:
        return self.call("GET", path, **params)

    def post(self, path: str, /, **params: object) -> Reply:
        return self.call("POST", path, **params)

    def delete(self, path: str, /, **params: object) -> Reply:
        return self.call("DELETE", path, **params)

    def publish(self, message: str, **params: object) -> str:
        """Post, and answer the id."""
        reply = self.post("/{page}/feed", message=message, **params)
        assert reply.status == 200, reply.body
        return str(reply.json["id"])

    def listed(self, edge: str, **params: object) -> list[str]:
        """The ids an edge of our page lists."""
        return [entry["id"] for entry in self.get(f"/{{page}}/{edge}", **params).json["data"]]

    def turn(self, **knobs: object) -> None:
        self.wire.admin("POST", "configure", {"facebook": knobs})

    def advance(self, seconds: float) -> None:
        self.wire.admin("POST", "advance", {"seconds": seconds})

    def city(self, name: str, **params: object) -> dict[str, Any]:
        found = self.get("/search", type="adgeolocation", q=name, location_types=["city"], **params)
        return dict(found.json["data"][0])
