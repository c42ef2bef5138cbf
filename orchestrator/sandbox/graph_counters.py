"""What is counted at a post: reactions, comments, shares; and what the sandbox's ledger tells."""

from dataclasses import dataclass, replace
from datetime import datetime

from orchestrator.sandbox.graph_call import Call
from orchestrator.sandbox.graph_echo import Echo
from orchestrator.sandbox.graph_errors import not_played
from orchestrator.sandbox.graph_fields import Ask, read_fields
from orchestrator.sandbox.graph_insights import enough
from orchestrator.sandbox.graph_knobs import Knobs
from orchestrator.sandbox.graph_posts import Post
from orchestrator.sandbox.graph_table import Values, parameters, read, table
from orchestrator.sandbox.graph_talk import Talk
from orchestrator.sandbox.graph_threads import DEFAULT_FIELDS, Thread, wants_summary
from orchestrator.sandbox.graph_tokens import pages

INSIGHTS = {"post_total_media_view_unique": "viewers", "post_media_view": "views"}
Body = dict[str, object]


@dataclass(frozen=True)
class Counters:
    """The figures of every post, and the lists inside `fields` that carry them."""

    echo: Echo
    talk: Talk

    def figures(self, post: Post, now: datetime) -> dict[str, int]:
        """Viewers, views, likes, shares, clicks; and comments, with the answers to them."""
        return self.echo.figures(post, now) | {"comments": len(self.talk.living(post, now))}

    def shares(self, post: Post, now: datetime) -> Body | None:
        """The field `shares`; a post that nobody shared has none."""
        shares = self.echo.figures(post, now)["shares"]
        return {"count": shares} if shares else None

    def answer(self, ask: Ask, post: Post, thread: Thread, call: Call) -> Body:
        """A list inside `fields`: `comments.limit(0).summary(true)`."""
        given = dict(ask.modifiers)
        if ask.name == "comments":
            values = read(given, parameters("PagePost", "GET", "comments"), table()["lists"])
            asks = list(ask.inner) or read_fields(DEFAULT_FIELDS, "Comment")
            inside = replace(call, segments=(post.id, "comments"), params=given)
            return thread.listed(inside, values, asks)
        return self._reactions(read(given, table()["lists"]), post, thread)

    def _reactions(self, values: Values, post: Post, thread: Thread) -> Body:
        if values.get("limit") != 0:
            raise not_played()  # who reacted is nobody's business here
        likes = self.echo.figures(post, thread.now)["likes"]
        summary = {"total_count": likes, "viewer_reaction": "NONE"}
        return {"data": []} | ({"summary": summary} if wants_summary(values) else {})

    def record(self, post: Post, knobs: Knobs, now: datetime) -> Body:
        """What somebody who reads everything could have collected until now."""
        figures = self.figures(post, now)
        seen = {"reactions": "likes", "comments": "comments", "shares": "shares"}
        if enough(pages(knobs)[post.page_id].fans):
            seen |= {name: n for name, n in INSIGHTS.items() if name not in knobs.dead_metrics}
        return {
            "seen": {metric: figures[name] for metric, name in seen.items()},
            "replies": [comment.record() for comment in self.talk.said(post, now)],
        }
