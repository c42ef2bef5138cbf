"""Nominatim and Photon on the loopback: their own JSON, and as strict as they are.

Who does not say who asks is refused, like unknown parameters; a question without an answer gets
the empty list that the services give.
"""

import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlsplit

LICENCE = "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright"
_NOMINATIM = {
    *("q", "format", "limit", "addressdetails", "namedetails", "extratags"),
    *("accept-language", "countrycodes", "featureType"),
}
_PHOTON = {"q", "limit", "lang", "osm_tag", "lon", "lat", "bbox", "layer", "countrycode"}


@dataclass(frozen=True)
class Call:
    """A question as it arrived, in monotonic seconds."""

    path: str
    params: Mapping[str, str]
    agent: str
    at: float


@dataclass
class Services:
    """Both services; ``known`` has raw results by what is asked for, in small letters.

    ``fault`` is answered instead: status, content type, body; status 0 is silence.
    """

    known: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    fault: tuple[int, str, bytes] | None = None
    calls: list[Call] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    base: str = ""

    @property
    def asked(self) -> list[str]:
        """All that left the house."""
        return [call.params.get("q", "") for call in self.calls]

    def answer(self, call: Call) -> tuple[int, str, bytes]:
        self.calls.append(call)
        if self.fault and not self.fault[0]:
            self.over.wait(10)
        if self.fault:
            return self.fault
        if not re.fullmatch(r"Tueroeffner/[\d.]+ \(campaign [a-z0-9-]+\)", call.agent):
            return 403, "text/html", b"<html>Access blocked</html>"
        if call.path == "/search":
            return self._nominatim(call.params)
        if call.path == "/api":
            return self._photon(call.params)
        return 404, "application/json", b'{"error": "not found"}'

    def _nominatim(self, params: Mapping[str, str]) -> tuple[int, str, bytes]:
        if set(params) - _NOMINATIM or params.get("format") != "json" or not params.get("q"):
            message = {"error": {"code": 400, "message": "Parameter mismatch"}}
            return 400, "application/json", json.dumps(message).encode()
        found = self.known.get(params["q"].casefold(), [])
        if codes := [code for code in params.get("countrycodes", "").split(",") if code]:
            found = [each for each in found if each["address"].get("country_code") in codes]
        if params.get("featureType") == "settlement":
            found = [each for each in found if each["class"] in ("place", "boundary")]
            found = [each for each in found if each["type"] != "postcode"]
        return _json(found[: int(params.get("limit", 10))])

    def _photon(self, params: Mapping[str, str]) -> tuple[int, str, bytes]:
        if set(params) - _PHOTON or params.get("lang") not in (None, "de", "en", "fr", "default"):
            return 400, "application/json", b'{"message": "unknown query parameter"}'
        found = self.known.get(params["q"].casefold(), [])[: int(params.get("limit", 15))]
        return _json({"type": "FeatureCollection", "features": found})


def _json(document: object) -> tuple[int, str, bytes]:
    return 200, "application/json; charset=utf-8", json.dumps(document).encode()


@contextmanager
def serving(services: Services) -> Iterator[Services]:
    """The services on a port of their own while the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            params = {name: values[0] for name, values in parse_qs(parts.query).items()}
            call = Call(parts.path, params, self.headers.get("User-Agent", ""), monotonic())
            status, kind, body = services.answer(call)
            if not status:
                return
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", f"{services.base}/search?q=elsewhere&format=json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        services.base = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield services
        finally:
            services.over.set()
            server.shutdown()
            thread.join()


def nominatim(
    name: str,
    lat: float,
    lon: float,
    code: str,
    *,
    people: int = 0,
    kind: tuple[str, str] = ("boundary", "administrative"),
    addresstype: str = "city",
    names: Sequence[str] = (),
    osm: tuple[str, int] = ("relation", 1),
    **address: str,
) -> dict[str, Any]:
    """A result of ``/search?format=json`` with address, names and extra tags."""
    known = {addresstype: name, **address, "country_code": code}
    return {
        "place_id": osm[1] + 100_000,
        "licence": LICENCE,
        "osm_type": osm[0],
        "osm_id": osm[1],
        "lat": f"{lat:.7f}",
        "lon": f"{lon:.7f}",
        "class": kind[0],
        "type": kind[1],
        "place_rank": 16,
        "importance": 0.6,
        "addresstype": addresstype,
        "name": name,
        "display_name": ", ".join([name, *address.values()]),
        "address": known,
        "extratags": {"population": str(people), "wikidata": "Q1"} if people else {},
        "namedetails": {"name": name, **{f"name:x{n}": each for n, each in enumerate(names)}},
        "boundingbox": [f"{lat - 0.1:.7f}", f"{lat + 0.1:.7f}", f"{lon - 0.1:.7f}", f"{lon:.7f}"],
    }


def photon(
    name: str,
    lat: float,
    lon: float,
    code: str,
    *,
    tag: tuple[str, str] = ("place", "city"),
    osm: tuple[str, int] = ("N", 1),
    **properties: Any,
) -> dict[str, Any]:
    """A feature of ``/api``."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {
            "osm_type": osm[0],
            "osm_id": osm[1],
            "osm_key": tag[0],
            "osm_value": tag[1],
            "type": "city",
            "name": name,
            "countrycode": code,
            **properties,
        },
    }


MADRID = nominatim(
    "Madrid", 40.4167047, -3.7035825, "es", people=3_332_035, osm=("relation", 5326784),
    state="Comunidad de Madrid", country="Spanien", postcode="28013",
)  # fmt: skip
MADRID_POINT = nominatim(
    "Madrid", 40.4165, -3.70256, "es", kind=("place", "city"), osm=("node", 21068295),
    state="Comunidad de Madrid", country="Spanien",
)  # fmt: skip
MADRID_REGION = nominatim(
    "Comunidad de Madrid", 40.5248, -3.7716, "es", addresstype="state", osm=("relation", 349055),
    country="Spanien",
)  # fmt: skip
MADRID_CODE = nominatim(
    "28001", 40.4256, -3.6868, "es", kind=("place", "postcode"), addresstype="postcode",
    osm=("relation", 77), city="Madrid", state="Comunidad de Madrid", country="Spanien",
)  # fmt: skip
ATOCHA = nominatim(
    "Madrid", 40.4066, -3.6893, "es", kind=("railway", "station"), addresstype="railway",
    osm=("node", 5), city="Madrid", country="Spanien",
)  # fmt: skip
KYIV = nominatim(
    "Kiew", 50.4500336, 30.5241361, "ua", people=2_952_301, names=["Kyiv", "Київ", "Kyjiw"],
    osm=("relation", 421866), country="Ukraine",
)  # fmt: skip
VILLANUEVAS = [
    nominatim("Villanueva", 38.23, -6.98, "es", addresstype="village", people=900,
              osm=("relation", 11), state="Extremadura", country="Spanien"),
    nominatim("Villanueva", 37.18, -4.15, "es", addresstype="town", people=3_500,
              osm=("relation", 12), state="Andalusien", country="Spanien"),
]  # fmt: skip
