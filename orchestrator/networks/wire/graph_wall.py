"""The lists of a page's posts, each read to its end: what is live, what is unseen."""

from datetime import datetime
from typing import TYPE_CHECKING

from orchestrator.networks.wire.graph_posts import READ, as_told, unix
from orchestrator.ports import Place, Receipt

if TYPE_CHECKING:
    from orchestrator.networks.wire.graph import Graph

# Drafts, then what has a time. Unverified live: that these two list all that is unseen.
_UNSEEN = ("ads_posts", "scheduled_posts")


def live(graph: "Graph", page_id: str, since: datetime) -> list[Receipt]:
    """What is live since a time. The page's ``feed`` has nothing more of ours, but others' posts.

    Unverified live: that a post which was unseen at first is listed by the time it was shown.
    """
    posts = graph.pages(
        page_id, "published_posts", fields=READ, since=unix(since), include_hidden=True
    )
    told = [as_told(post, live=True) for post in posts]
    return [post for post in told if post.place is Place.LIVE]


def unseen(graph: "Graph", page_id: str) -> list[Receipt]:
    """All that is not live, each once."""
    told = [
        as_told(post, live=False)
        for edge in _UNSEEN
        for post in graph.pages(page_id, edge, fields=READ)
    ]
    return _each_once([post for post in told if post.place is not Place.LIVE])


def everywhere(graph: "Graph", page_id: str, since: datetime) -> list[Receipt]:
    """What is unseen, and what is live since a time; each once, as it was told last.

    In this order, because a draft may get a time meanwhile, and what has a time may go live, but
    never back: so no post slips through between two lists.
    """
    return _each_once([*unseen(graph, page_id), *live(graph, page_id, since)])


def _each_once(posts: list[Receipt]) -> list[Receipt]:
    return list({post.remote_id: post for post in posts}.values())
