"""Where each call about adverts goes: the ad account, its lists, and what hangs on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from orchestrator.sandbox.graph_adverts import delivery_estimate
from orchestrator.sandbox.graph_adverts_making import Making
from orchestrator.sandbox.graph_adverts_reading import EDGES, NODES, Telling
from orchestrator.sandbox.graph_adverts_store import Account, Ad, AdSet, Campaign, Creative, Thing
from orchestrator.sandbox.graph_call import Call
from orchestrator.sandbox.graph_cities import Atlas
from orchestrator.sandbox.graph_errors import bad_parameter
from orchestrator.sandbox.graph_knobs import Knobs
from orchestrator.sandbox.graph_posts import Post
from orchestrator.sandbox.graph_table import parameters, read
from orchestrator.sandbox.graph_tokens import Token, may_advertise, may_count

Body = dict[str, object]
# What an ad set or an ad that was made may be told here.
CHANGES = {"status", "execution_options"}


@dataclass(frozen=True)
class AdvertDesk:
    """Answers calls about adverts at one moment."""

    adverts: Account
    knobs: Knobs
    now: datetime
    atlas: Callable[[], Atlas]
    post: Callable[[str], Post | None]

    def account(self, call: Call, edge: str, token: Token) -> Body:
        """A call on the ad account."""
        known = parameters("AdAccount", call.method, edge)
        if call.method == "POST":
            may_advertise(token, self.knobs)
            return self._making.make(edge, read(call.params, known))
        may_count(token, self.knobs)
        if not edge:
            return self._telling.itself(call, known)
        if edge in EDGES:
            return self._telling.listed(call, edge, known, None)
        return delivery_estimate(call, known, self.atlas(), self.knobs)

    def thing(self, call: Call, thing: Thing, edge: str, token: Token) -> Body:
        """A call on a campaign, an ad set, a creative or an ad."""
        known = parameters(NODES[type(thing)], call.method, edge)
        if call.method == "POST":
            may_advertise(token, self.knobs)
            return self._change(call, thing, known)
        may_count(token, self.knobs)
        if edge == "insights":
            return self._telling.insights(call, thing, known)
        if edge in EDGES:
            return self._telling.listed(call, edge, known, thing)
        return self._telling.one(call, thing, known)

    def _change(self, call: Call, thing: Thing, known: dict[str, str]) -> Body:
        values = read(call.params, known)
        if values.keys() - CHANGES or isinstance(thing, Creative):
            raise bad_parameter("Only the status can be changed here.")
        status = str(values.get("status", thing.status))
        if isinstance(thing, Ad | AdSet | Campaign):
            self._making.may_pay(status)
        if "execution_options" not in values:
            thing.status = status
        return {"success": True}

    @property
    def _making(self) -> Making:
        return Making(self.adverts, self.knobs, self.now, self.atlas, self.post)

    @property
    def _telling(self) -> Telling:
        return Telling(self.adverts, self.knobs, self.now)
