"""How many people an advert's audience holds, by Meta's own count."""

from collections.abc import Mapping
from typing import Any

from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.api import FacebookAdsApi

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import Answer, as_object, whole
from orchestrator.networks.wire.graph import Graph, entries
from orchestrator.networks.wire.graph_troubles import (
    NETWORK,
    NO_SUCH_OBJECT,
    PERMISSION,
    TOKEN,
    Json,
    judge,
    number,
    said_in,
)
from orchestrator.networks.wire.said import unclear_answer
from orchestrator.ports import Estimate, NotAuthorised

_FIELDS = ["estimate_ready", "estimate_mau_lower_bound", "estimate_mau_upper_bound"]


def estimate(graph: Graph, account: str, targeting: Mapping[str, Any]) -> Estimate:
    """Ask once; what Meta does not say is None. Small places may get -1 (unverified live)."""

    def send(api: FacebookAdsApi) -> object:
        params = {"optimization_goal": "REACH", "targeting_spec": dict(targeting)}
        return AdAccount(f"act_{account}", api=api).get_delivery_estimate(_FIELDS, params)

    told = entries(_judged(graph.ask(send)))
    if len(told) != 1:
        raise unclear_answer(NETWORK, 200, write=False)
    ready = told[0].get("estimate_ready") is True
    lower, upper = (whole(told[0].get(name)) if ready else None for name in _FIELDS[1:])
    if lower is None or upper is None or upper < lower:
        return Estimate(None, None, ready)
    return Estimate(lower, upper)


def _judged(answer: Answer) -> Json:
    """The answer's object; what is about token or account is said of these, not of the page."""
    error = as_object(as_object(answer.document()).get("error"))
    code, subcode = number(error.get("code")), number(error.get("error_subcode"))
    if code in TOKEN | PERMISSION or (code, subcode) == NO_SUCH_OBJECT:
        raise NotAuthorised(
            _(
                "Facebook does not let ads_token count people for ad_account_id: {said}. Check"
                " both; the token needs the permission ads_read."
            ).format(said=said_in(error))
        )
    return as_object(judge(answer, write=False))
