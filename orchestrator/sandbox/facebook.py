"""Facebook: the Graph API v26.0 for a page that publishes, as strict as its documentation."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from orchestrator.sandbox import graph_batch
from orchestrator.sandbox.clock import SandboxClock
from orchestrator.sandbox.graph_adverts_store import Account
from orchestrator.sandbox.graph_call import NEWEST, Call, read_call
from orchestrator.sandbox.graph_cities import atlas
from orchestrator.sandbox.graph_counters import Counters
from orchestrator.sandbox.graph_echo import Echo
from orchestrator.sandbox.graph_errors import GraphError, rate_limited, refused
from orchestrator.sandbox.graph_knobs import Knobs, turned
from orchestrator.sandbox.graph_mailbox import Mailbox
from orchestrator.sandbox.graph_posts import Wall
from orchestrator.sandbox.graph_reading import Reading
from orchestrator.sandbox.graph_routes import Desk
from orchestrator.sandbox.graph_talk import Talk
from orchestrator.sandbox.graph_tokens import AD_ACCOUNT, ADS_TOKEN, APP_SECRET, PAGES, identify
from orchestrator.sandbox.graph_usage import Usage
from orchestrator.sandbox.http import Answer, Request, dated
from orchestrator.sandbox.public import Public, record

# Versioned paths, and the unversioned ones that clients send by mistake (served as the oldest).
OURS = re.compile(r"/(v\d+\.\d+(/.*)?|me(/.*)?|search|debug_token|(act_)?\d{6,}(_\d+)?(/.*)?)?")


class Emulator:
    """The Graph API over invented pages."""

    name = "facebook"

    def __init__(self, clock: SandboxClock, public: Public | None = None) -> None:
        self._clock = clock
        self._wall = Wall()
        self._adverts = Account()
        self._echo = Echo(public)
        self._counters = Counters(self._echo, Talk(self._wall, self._echo))
        self._mailbox = Mailbox()
        self._knobs = Knobs()
        self._calls = 0
        self._usage = Usage()

    def owns(self, path: str) -> bool:
        """Whether calls to this path are for the Graph API."""
        return OURS.fullmatch(path) is not None

    def env(self, base_url: str) -> dict[str, str]:
        """The settings of the first page, and of the ad account."""
        page = PAGES[0]
        settings = {
            "API_BASE": base_url,
            "API_VERSION": NEWEST,
            "PAGE_ID": page.id,
            "PAGE_TOKEN": page.token,
            "APP_SECRET": APP_SECRET,
            "AD_ACCOUNT_ID": AD_ACCOUNT,
            "ADS_TOKEN": ADS_TOKEN,
        }
        return {f"TUEROEFFNER_FACEBOOK__{key}": value for key, value in settings.items()}

    def ledger(self) -> list[dict[str, object]]:
        """All posts, oldest first, with their state now and what came of them until now.

        Behind them all adverts, by ``"kind": "advert"``.
        """
        self._settle()
        now = self._clock.now()
        posts = [
            post.record() | self._counters.record(post, self._knobs, now) for post in self._wall
        ]
        return posts + [each.record(now, self._knobs.ad_review) for each in self._adverts.ads]

    def messages(self) -> list[dict[str, object]]:
        """What the public wrote to the pages alone until now, and what it truly is."""
        self._deliver()
        return [record(number, letter) for number, letter in self._mailbox.truths()]

    def configure(self, options: dict[str, object]) -> None:
        """Turn knobs, named and explained in `graph_knobs.Knobs`.

        `replies` and `messages` are none: they put comments there, as `graph_talk.Talk.place` takes
        them, and let people write to the page, as `graph_mailbox.Mailbox.place` does.
        """
        self._settle()
        placed = ("replies", "messages")
        knobs = {name: value for name, value in options.items() if name not in placed}
        self._knobs = turned(self._knobs, knobs)
        self._echo.unheard = self._knobs.app_mode == "development"
        self._counters.talk.place(options.get("replies", []), self._clock.now())
        self._mailbox.place(options.get("messages", []), self._clock.now())

    def answer(self, request: Request) -> Answer:
        """Play the Graph API."""
        self._settle()
        try:
            call = read_call(request)
            if not graph_batch.is_batch(call):
                return self._one(call)
            return Answer(
                200, list(graph_batch.perform(call, self._one, self._refused, self._skip))
            )
        except GraphError as error:
            return self._refused(error)

    def _settle(self) -> None:
        lag = timedelta(seconds=self._knobs.lag_seconds)
        self._wall.settle(self._clock.now(), lag, self._knobs.keeps_scheduled)
        self._adverts.settle(self._clock.now(), self._knobs.ad_review)

    def _deliver(self) -> None:
        """Bring what people wrote until now; asked for when somebody looks."""
        self._settle()
        for post in self._wall:
            for letter in self._echo.letters(post):
                if letter.at <= self._clock.now():
                    self._mailbox.receive(post.page_id, letter)

    def _skip(self) -> bool:
        left = self._knobs.batch_null
        self._knobs = replace(self._knobs, batch_null=max(left - 1, 0))
        return left > 0

    def _one(self, call: Call) -> Answer:
        self._calls += 1
        self._usage.count(self._clock.now())
        headers = self._headers(call.version)
        try:
            self._check_limit()
            token = identify(call.token, call.proof, self._knobs)
            now = self._clock.now()
            if call.segments[1:] == ("conversations",):
                self._deliver()
            box = self._mailbox
            reading = Reading(self._counters, self._knobs, now, box.answered)
            desk = Desk(self._wall, reading, self._knobs, now, atlas, self._adverts, box)
            return Answer(200, desk.answer(call, token), headers)
        except GraphError as error:
            return self._refused(error, headers)

    def _check_limit(self) -> None:
        limit = self._knobs.rate_limit
        if limit and limit.calls:
            self._knobs = replace(self._knobs, rate_limit=replace(limit, calls=limit.calls - 1))
            raise rate_limited(limit.code)
        refusal = self._knobs.refusal
        if refusal and refusal.calls:
            left = replace(refusal, calls=refusal.calls - 1)
            self._knobs = replace(self._knobs, refusal=left)
            raise refused(refusal.code, refusal.subcode, refusal.data)

    def _refused(self, error: GraphError, headers: Mapping[str, str] | None = None) -> Answer:
        trace = self._trace()
        common = self._headers(NEWEST) if headers is None else headers
        return Answer(error.status, error.body(trace), {**common, **error.headers})

    def _headers(self, version: str) -> dict[str, str]:
        return {
            "facebook-api-version": version,
            **self._usage.headers(self._knobs),
            **dated(self._knobs.date_skew_seconds),
        }

    def _trace(self) -> str:
        digest = hashlib.sha256(f"{self._calls}".encode()).digest()
        return "A" + base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def create(clock: SandboxClock, public: Public | None = None) -> Emulator:
    """A fresh Graph API without posts."""
    return Emulator(clock, public)
