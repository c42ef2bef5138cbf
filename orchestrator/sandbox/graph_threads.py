"""The edge `comments`: of a post, of a comment, and inside `fields`; and how lists go wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from orchestrator.sandbox import graph_paging
from orchestrator.sandbox.graph_call import Call
from orchestrator.sandbox.graph_comments import Comment, Ranking
from orchestrator.sandbox.graph_errors import too_much
from orchestrator.sandbox.graph_fields import Ask, project
from orchestrator.sandbox.graph_knobs import Knobs
from orchestrator.sandbox.graph_table import Values

DEFAULT_FIELDS = "created_time,from,message,id"
REPEATED = 3
Body = dict[str, object]


@dataclass(frozen=True)
class Thread:
    """The comments under a post or a comment, as one call lists them."""

    comments: Sequence[Comment]  # all that stand under the post
    under: str | None  # the comment whose answers are wanted
    knobs: Knobs
    now: datetime
    answered: Mapping[str, str] = field(default_factory=dict)  # privately: in which conversation

    def listed(self, call: Call, values: Values, asks: Sequence[Ask]) -> Body:
        """One page of the list, as `values` ask for it."""
        there, most = self._there(values), self.knobs.most_comments
        if most is not None and graph_paging.limit(values) > most:
            raise too_much()
        readable = sorted([c for c in there if not c.private], key=(rank := self._rank(values)))
        shown, paging = graph_paging.cut(readable, rank, values, call)
        shown, paging = self._troubled(call, readable, shown, paging, values)
        body = {"data": [project(self.node(comment), asks) for comment in shown], **paging}
        return body | (_summary(there, values) if wants_summary(values) else {})

    def _there(self, values: Values) -> list[Comment]:
        if self.under is None and values.get("filter") == "stream":
            return list(self.comments)
        return [comment for comment in self.comments if comment.parent == self.under]

    def _rank(self, values: Values) -> Ranking:
        if self.knobs.shuffle:
            return lambda comment: comment.shuffled
        if values.get("order") == "reverse_chronological":
            return lambda comment: (-comment.rank[0], -comment.rank[1])
        return lambda comment: comment.rank

    def node(self, comment: Comment) -> Body:
        """A comment as it reads back."""
        parent = next((c for c in self.comments if c.id == comment.parent), None)
        answers = sum(c.parent == comment.id for c in self.comments)
        node = comment.node(self.now, parent, answers, authors=not self.knobs.hide_authors)
        if talk := self.answered.get(comment.id):
            node |= {"can_reply_privately": False, "private_reply_conversation": {"id": talk}}
        return node

    def _troubled(
        self,
        call: Call,
        readable: list[Comment],
        shown: list[Comment],
        paging: Body,
        values: Values,
    ) -> tuple[list[Comment], Body]:
        """The page as it comes when the platform is not at its best."""
        if not shown:
            return shown, paging
        how, later = self.knobs.truncate, "after" in values
        marks = cast(Body, paging["paging"])
        if how == "cut":
            return shown[: len(shown) // 2], {"paging": {"cursors": marks["cursors"]}}
        if how == "broken_promise" and later:
            return [], {}
        if how == "hollow" and not later:
            last = cast(dict[str, str], marks["cursors"])["after"]
            return [], {"paging": {**marks, "next": call.link(after=last)}}
        if self.knobs.repeat_pages and later:
            start = readable.index(shown[0])
            return readable[max(start - REPEATED, 0) : start] + shown, paging
        return shown, paging


def wants_summary(values: Values) -> bool:
    """Whether a list's summary was asked for."""
    return str(values.get("summary", "")) not in ("", "false", "0")


def _summary(there: Sequence[Comment], values: Values) -> Body:
    order = cast(str, values.get("order", "chronological"))
    return {"summary": {"order": order, "total_count": len(there), "can_comment": True}}
