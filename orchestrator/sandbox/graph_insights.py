"""The edge `insights` of a post: which metrics there are, and what they count.

Unverified live: a page with too few likes gets an empty list, and so does a period that the
metrics of posts do not have.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast

from orchestrator.sandbox.graph_call import Call
from orchestrator.sandbox.graph_errors import bad_parameter
from orchestrator.sandbox.graph_knobs import Knobs
from orchestrator.sandbox.graph_posts import Post
from orchestrator.sandbox.graph_table import Values, table

LIKES = "like"
KINDS = (LIKES, "love", "wow", "haha", "sorry", "anger")
Body = dict[str, object]


def insights(
    post: Post,
    figures: Mapping[str, int],
    fans: int,
    knobs: Knobs,
    values: Values,
    call: Call,
    now: datetime,
) -> Body:
    """What the platform tells of a post's reach; one name that it does not know refuses all."""
    names = [str(name) for name in cast(list[object], values.get("metric", []))]
    if not names:
        raise bad_parameter("The parameter metric is required")
    alive: dict[str, str] = table()["insights"]["alive"]
    if set(names) - alive.keys() or set(names) & knobs.dead_metrics:
        raise bad_parameter("The value must be a valid insights metric")
    told = enough(fans) and values.get("period", "lifetime") == "lifetime" and post.published
    entries = [_entry(post, name, alive[name], figures) for name in names] if told else []
    return {"data": entries, "paging": _days(call, now)}


def enough(fans: int) -> bool:
    """Whether a page has the likes from which on there are insights."""
    return fans >= int(table()["insights"]["likes_needed"])


def _entry(post: Post, name: str, title: str, figures: Mapping[str, int]) -> Body:
    return {
        "name": name,
        "period": "lifetime",
        "values": [{"value": _value(name, figures)}],
        "title": title,
        "description": f"{title} of the post.",
        "id": f"{post.id}/insights/{name}/lifetime",
    }


def _value(name: str, figures: Mapping[str, int]) -> object:
    likes = figures["likes"]
    kinds = {f"post_reactions_{kind}_total": likes if kind == LIKES else 0 for kind in KINDS}
    counted: dict[str, object] = {
        "post_media_view": figures["views"],
        "post_total_media_view_unique": figures["viewers"],
        "post_clicks": figures["clicks"],
        "post_clicks_by_type": {"other clicks": figures["clicks"]} if figures["clicks"] else {},
        "post_reactions_by_type_total": {LIKES: likes} if likes else {},
        "post_activity_by_action_type": _activity(figures),
        "post_activity_by_action_type_unique": _activity(figures),
    }
    return (counted | kinds).get(name, 0)


def _activity(figures: Mapping[str, int]) -> dict[str, int]:
    said = {"share": figures["shares"], "like": figures["likes"], "comment": figures["comments"]}
    return {kind: number for kind, number in said.items() if number}


def _days(call: Call, now: datetime) -> dict[str, str]:
    def link(days: int) -> str:
        start = int((now + timedelta(days=days)).timestamp())
        return call.link(since=str(start), until=str(start + 2 * 86400))

    return {"previous": link(-3), "next": link(1)}
