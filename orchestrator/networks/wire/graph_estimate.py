"""How many people an advert's audience holds, by Meta's own count."""

from collections.abc import Mapping
from typing import Any

from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.api import FacebookAdsApi

from orchestrator.networks.wire.answer import whole
from orchestrator.networks.wire.graph import Graph, entries
from orchestrator.networks.wire.graph_adverts_answers import judged
from orchestrator.networks.wire.graph_troubles import NETWORK
from orchestrator.networks.wire.said import unclear_answer
from orchestrator.ports import Estimate

_FIELDS = ["estimate_ready", "estimate_mau_lower_bound", "estimate_mau_upper_bound"]


def estimate(graph: Graph, account: str, targeting: Mapping[str, Any]) -> Estimate:
    """Ask once; what Meta does not say is None. Small places may get -1 (unverified live)."""

    def send(api: FacebookAdsApi) -> object:
        params = {"optimization_goal": "REACH", "targeting_spec": dict(targeting)}
        return AdAccount(f"act_{account}", api=api).get_delivery_estimate(_FIELDS, params)

    told = entries(judged(graph.ask(send), write=False))
    if len(told) != 1:
        raise unclear_answer(NETWORK, 200, write=False)
    ready = told[0].get("estimate_ready") is True
    lower, upper = (whole(told[0].get(name)) if ready else None for name in _FIELDS[1:])
    if lower is None or upper is None or upper < lower:
        return Estimate(None, None, ready)
    return Estimate(lower, upper)
