"""Places that the gazetteer does not know, asked of a service on the internet; off by default.

Whoever asks passes in what remembers answers, and what waits for the turn: the services want at
most one question a second from everybody together. What goes wrong there is a trouble, never an
unknown place. geopy takes a quarter of a second to import, so import this only to ask.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Any

import requests
from geopy.adapters import RequestsAdapter
from geopy.exc import GeopyError
from geopy.geocoders import Nominatim, Photon
from urllib3.exceptions import HTTPError, TimeoutError

from audiences.choose import choose
from audiences.distance import distance_km
from audiences.osm import Found, distinct, from_nominatim, from_photon, word_key
from audiences.outward import (
    GeocoderTrouble,
    Memory,
    Outage,
    Question,
    Service,
    Turn,
    is_meant,
    sendable,
)
from audiences.place import Place, Resolution

TIMEOUT = 10.0
# A postcode's area and the centre of its town are seldom farther apart.
_REACH_KM = 40
# Photon cannot be asked for one country, so there are others among its answers.
_PHOTON_LIMIT = 15
_LARGEST = 2_000_000


class Geocoder:
    """Asks one service; ``answered`` tells whether it knew anything.

    After a trouble it asks no more: everything else would only wait for it again.
    """

    def __init__(
        self, service: Service, memory: Memory, turn: Turn, *, timeout: float = TIMEOUT
    ) -> None:
        self.service = service
        self._memory = memory
        self._turn = turn
        self._timeout = timeout
        self._trouble: GeocoderTrouble | None = None
        self.answered = False

    def resolve(self, query: str, countries: Iterable[str]) -> Resolution:
        """Return the place that a text means, as the service knows it.

        Raises PlaceRefused for what is more exact than a town, and GeocoderTrouble.
        """
        text = sendable(query)
        if text is None:
            return Resolution("unknown", None)
        question = Question(text, tuple(sorted(countries)))
        answer = self._memory.recall(question)
        if answer is None:
            answer = self._asked(question)
            self._memory.remember(question, answer)
        self.answered |= answer.status != "unknown"
        return answer

    def _asked(self, question: Question) -> Resolution:
        if self._trouble is not None:
            raise self._trouble
        try:
            return self._answer(question)
        except GeocoderTrouble as trouble:
            self._trouble = trouble
            raise

    def _answer(self, question: Question) -> Resolution:
        found = self._search(question)
        exact = [each for each in found if is_meant(question.text, each)]
        places = [self._town(each) for each in exact]
        answer = choose(((0, place) for place in places), None)
        taken = {place.id for place in places}
        rest = tuple(each.place for each in found if each not in exact)
        rivals = (*answer.rivals, *(place for place in rest if place.id not in taken))
        return Resolution(answer.status if exact or not rest else "ambiguous", answer.place, rivals)

    def _town(self, found: Found) -> Place:
        """The town of a postcode's area: its own centre, and how many people live there."""
        if not found.by_code:
            return found.place
        place = found.place
        towns = [
            each.place
            for each in self._search(Question(place.name, (place.country,)))
            if word_key(place.name) in each.names
            and not each.by_code
            and distance_km(each.place, place) <= _REACH_KM
        ]
        return towns[0] if len(towns) == 1 else place

    def _search(self, question: Question) -> list[Found]:
        with self._turn():
            results = _call(self.service, question, self._timeout)
        read = from_photon if self.service.name == "photon" else from_nominatim
        try:
            found = [each for raw in results if (each := read(raw)) is not None]
        except (TypeError, ValueError, AttributeError) as error:
            raise GeocoderTrouble(Outage.BROKEN) from error
        wanted = question.countries
        return distinct(each for each in found if not wanted or each.place.country in wanted)


def _call(service: Service, question: Question, timeout: float) -> list[Mapping[str, Any]]:
    """Ask once; the service's own documents, one for each result."""
    # What was typed stands in its remarks.
    logging.getLogger("geopy").setLevel(logging.WARNING)
    ask = _photon if service.name == "photon" else _nominatim
    try:
        return [location.raw for location in ask(service, question, timeout) or ()]
    except (GeopyError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise GeocoderTrouble(Outage.BROKEN) from error


def _nominatim(service: Service, question: Question, timeout: float) -> Any:
    with Nominatim(**_reach(service, timeout)) as geocoder:
        return geocoder.geocode(
            question.text,
            exactly_one=False,
            limit=5,
            addressdetails=True,
            namedetails=True,
            extratags=True,
            language="de",
            country_codes=[code.lower() for code in question.countries],
            # Otherwise railway stations and shops may take the towns' places among the five.
            featuretype=None if any(c.isdigit() for c in question.text) else "settlement",
        )


def _photon(service: Service, question: Question, timeout: float) -> Any:
    with Photon(**_reach(service, timeout)) as geocoder:
        return geocoder.geocode(
            question.text, exactly_one=False, limit=_PHOTON_LIMIT, language="de"
        )


def _reach(service: Service, timeout: float) -> dict[str, Any]:
    return {
        "domain": service.domain,
        "scheme": service.scheme,
        "user_agent": service.agent,
        "timeout": timeout,
        "proxies": {} if service.is_here else None,
        "adapter_factory": _Once,
    }


class _Once(RequestsAdapter):  # type: ignore[misc]
    """Calls once, is sent nowhere else, and waits for the whole answer no longer than agreed."""

    def __init__(self, *, proxies: Any, ssl_context: Any) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context, max_retries=0)

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        ends = monotonic() + timeout
        try:
            with self.session.get(
                url, timeout=timeout, headers=headers, stream=True, allow_redirects=False
            ) as answer:
                _refuse_failed(answer.status_code)
                return _document(_body(answer.raw, ends))
        except (requests.Timeout, TimeoutError) as error:
            raise GeocoderTrouble(Outage.SILENT) from error
        except requests.ConnectionError as error:
            raise GeocoderTrouble(Outage.AWAY) from error
        except (requests.RequestException, HTTPError) as error:
            raise GeocoderTrouble(Outage.BROKEN) from error


def _refuse_failed(status: int) -> None:
    if status == 429:
        raise GeocoderTrouble(Outage.BUSY)
    if 400 <= status < 500:
        raise GeocoderTrouble(Outage.REFUSED)
    if status != 200:
        raise GeocoderTrouble(Outage.BROKEN)


def _body(raw: Any, ends: float) -> bytes:
    body = bytearray()
    while part := raw.read1(65_536, decode_content=True):
        body += part
        if len(body) > _LARGEST:
            raise GeocoderTrouble(Outage.BROKEN)
        if monotonic() > ends:
            raise GeocoderTrouble(Outage.SILENT)
    return bytes(body)


def _document(body: bytes) -> Any:
    """The answer, if it has the form of one: anything else must not count as an unknown place."""
    try:
        document = json.loads(body)
    except RecursionError as error:
        raise GeocoderTrouble(Outage.BROKEN) from error
    listed = document.get("features") if isinstance(document, Mapping) else document
    if not isinstance(listed, list) or not all(isinstance(each, Mapping) for each in listed):
        raise GeocoderTrouble(Outage.BROKEN)
    return document
