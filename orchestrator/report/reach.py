"""Reach: each network's figure under its own name, and why there is none where there is none."""

from typing import Any

from orchestrator.i18n import _
from orchestrator.report import words
from orchestrator.report.rows import PostRow
from orchestrator.report.scopes import Scope


def reach(scope: Scope) -> list[dict[str, Any]]:
    """What each network says, under its own name for it; never added up over networks."""
    return [reach_at(scope, network) for network in scope.networks]


def reach_at(scope: Scope, network: str) -> dict[str, Any]:
    """The reach at one network: value, when it was read, and what it is or why it is missing."""
    metric = scope.metrics.get(network)
    out = [each for each in scope.posts if each.network == network and each.is_out]
    seen = [each for each in scope.posts if each.network == network and each.reach is not None]
    reason = _reason(scope, network)
    return {
        "network": network,
        "metric": metric.reach if metric else None,
        "unit": _unit(scope, network),
        "value": sum(each.reach or 0 for each in seen) if seen else None,
        "as_of": max((each.taken_at for each in seen if each.taken_at), default=None),
        "posts": len(seen),
        "posts_without": sum(1 for each in out if each.reach is None),
        "reason": reason if not seen else None,
        "note": _note(_unit(scope, network), seen, out, reason),
        "private": [private_at(scope, network, each) for each in metric.private] if metric else [],
    }


def private_at(scope: Scope, network: str, metric: str) -> dict[str, Any]:
    """A figure that only the owner of a post is told, and only while it is young."""
    posts = [each for each in scope.posts if each.network == network]
    told = [each.private[metric] for each in posts if metric in each.private]
    return {
        "metric": metric,
        "value": sum(value for value, _at in told) if told else None,
        "as_of": max((at for _value, at in told), default=None),
        "posts": len(told),
        "posts_without": sum(1 for each in posts if each.is_out and metric not in each.private),
        "reason": None if told else _withheld(scope, network, metric),
    }


def _unit(scope: Scope, network: str) -> str | None:
    """What one of it is: somebody who saw a post, or one display of it."""
    metric = scope.metrics.get(network)
    return None if metric is None else "viewers" if metric.people else "impressions"


def _reason(scope: Scope, network: str) -> str | None:
    """Why there is no reach, in one word."""
    metric = scope.metrics.get(network)
    return _withheld(scope, network, metric.reach) if metric else None


def _withheld(scope: Scope, network: str, metric: str) -> str | None:
    """Why the network keeps a figure back, in one word."""
    return next(
        (
            str(each.unavailable[metric])
            for each in scope.accounts
            if each.network == network and metric in each.unavailable
        ),
        None,
    )


def _note(unit: str | None, seen: list[PostRow], out: list[PostRow], reason: str | None) -> str:
    if seen:
        return (
            _("Sum over the posts, not people: whoever saw several counts several times.")
            if unit == "viewers"
            else _("Impressions: how often posts were shown, not how many people saw them.")
        )
    if not out:
        return _("No post is out yet.")
    return words.unavailable(reason) if reason else _("No figure was read yet.")
