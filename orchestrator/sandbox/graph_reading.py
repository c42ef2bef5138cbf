"""What people made of a post: its figures, the comments under it, and who may read them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from orchestrator.sandbox.graph_call import Call
from orchestrator.sandbox.graph_comments import Comment
from orchestrator.sandbox.graph_counters import Counters
from orchestrator.sandbox.graph_errors import bad_parameter, blocked, not_played
from orchestrator.sandbox.graph_fields import Ask, expanded, project, read_fields
from orchestrator.sandbox.graph_insights import insights
from orchestrator.sandbox.graph_knobs import Knobs
from orchestrator.sandbox.graph_posts import Post
from orchestrator.sandbox.graph_table import parameters, read, table
from orchestrator.sandbox.graph_threads import DEFAULT_FIELDS, Thread
from orchestrator.sandbox.graph_tokens import Token, may_hear, may_measure, may_moderate, pages

Body = dict[str, object]
LONGEST = 8000


@dataclass(frozen=True)
class Reading:
    """Answers reads of one call at a given moment."""

    counters: Counters
    knobs: Knobs
    now: datetime
    answered: Mapping[str, str] = field(default_factory=dict)  # see Thread

    def find(self, comment_id: str) -> Comment | None:
        """A comment that stands somewhere."""
        return self.counters.talk.find(comment_id, self.now)

    def shown(self, call: Call, post: Post, asks: list[Ask], token: Token) -> Body:
        """A post with the fields and counters that are asked for."""
        node, lists = post.node(), expanded(asks, "PagePost")
        if lists:
            may_hear(token, post.page_id, self.knobs)
        node |= {"shares": self.counters.shares(post, self.now)}
        node |= {
            ask.name: self.counters.answer(ask, post, self._thread(post), call) for ask in lists
        }
        return project(node, asks)

    def _thread(self, post: Post, under: str | None = None) -> Thread:
        there = self.counters.talk.living(post, self.now)
        return Thread(there, under, self.knobs, self.now, self.answered)

    def comments(
        self, call: Call, post: Post, under: str | None, known: dict[str, str], token: Token
    ) -> Body:
        """The comments under a post, or under one of its comments."""
        may_hear(token, post.page_id, self.knobs)
        values = read(call.params, known, table()["lists"])
        asks = read_fields(call.params.get("fields", DEFAULT_FIELDS), "Comment")
        return self._thread(post, under).listed(call, values, asks)

    def comment(self, call: Call, comment: Comment, edge: str, token: Token) -> Body:
        """One comment, or the answers to it."""
        known = parameters("Comment", call.method, edge)
        if edge and call.method == "POST":
            return self._answer(call, comment, known, token)
        if edge:
            return self.comments(call, comment.post, comment.id, known, token)
        if call.method == "POST":
            return self._change(call, comment, known, token)
        may_hear(token, comment.post.page_id, self.knobs)
        read(call.params, known)
        asks = read_fields(call.params.get("fields", DEFAULT_FIELDS), "Comment")
        return project(self._thread(comment.post).node(comment), asks)

    def _answer(self, call: Call, comment: Comment, known: dict[str, str], token: Token) -> Body:
        """The page answers a comment in words; pictures are not played here."""
        may_moderate(token, comment.post.page_id, self.knobs)
        if self.knobs.blocked:
            raise blocked()
        values = read(call.params, known)
        if values.keys() & known.keys() - {"message"}:
            raise not_played()
        text = str(values.get("message", "")).strip()
        if not text:
            raise bad_parameter("The parameter message is required")
        if len(text) > LONGEST:
            raise bad_parameter(f"Your message is longer than {LONGEST} characters.")
        page = pages(self.knobs)[comment.post.page_id]
        return {"id": self.counters.talk.answer(comment, (page.id, page.name), text, self.now).id}

    def _change(self, call: Call, comment: Comment, known: dict[str, str], token: Token) -> Body:
        """Hide a comment, or show it again; nothing else of it is changed here."""
        may_moderate(token, comment.post.page_id, self.knobs)
        if self.knobs.blocked:
            raise blocked()
        values = read(call.params, known)
        if values.keys() & known.keys() - {"is_hidden"}:
            raise not_played()
        hidden = values.get("is_hidden")
        if hidden is None:
            raise bad_parameter("The parameter is_hidden is required")
        # What the platform says where `can_hide` is false is unverified.
        if not self._thread(comment.post).node(comment)["can_hide"]:
            raise bad_parameter("This comment cannot be hidden.")
        self.counters.talk.hide(comment, hidden is True)
        return {"success": True}

    def insights(self, call: Call, post: Post, known: dict[str, str], token: Token) -> Body:
        """How many saw a post."""
        may_measure(token, post.page_id, self.knobs)
        values = read(call.params, known)
        figures = self.counters.figures(post, self.now)
        fans = pages(self.knobs)[post.page_id].fans
        return insights(post, figures, fans, self.knobs, values, call, self.now)
