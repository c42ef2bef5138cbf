"""One page as its own token sees it: which posts are its own, where they stand, who may do what."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import Gone, mark, whole
from orchestrator.networks.wire.graph_posts import READ, as_told, is_number
from orchestrator.networks.wire.graph_token import (
    TO_COLLECT,
    TO_POST,
    data_until,
    expiry,
    missing,
    purposes,
    shown,
)
from orchestrator.networks.wire.graph_troubles import NETWORK, Json
from orchestrator.networks.wire.said import quoted, unclear_answer
from orchestrator.ports import (
    NotAuthorised,
    OutcomeUnknown,
    Place,
    Receipt,
    Rejected,
    Remark,
    Standing,
    Trouble,
)
from orchestrator.vocabulary import Condition

if TYPE_CHECKING:
    from orchestrator.networks.wire.graph import Graph


class Page:
    """``id``: its number. What is no post of it never becomes part of an address."""

    def __init__(self, graph: "Graph", page_id: str, token: str) -> None:
        self.graph, self.id, self._token = graph, page_id, token
        self._app_id = ""

    def is_own(self, remote_id: str) -> bool:
        """Whether this is the number of a post of the page: its own, and the post's."""
        page, _mark, number = remote_id.partition("_")
        return page == self.id and is_number(number)

    def refuse_foreign(self, remote_id: str) -> None:
        """Refuse what is not a post of this page."""
        if not self.is_own(remote_id):
            raise Rejected(
                _("{remote_id} is no post of the page {page_id}.").format(
                    remote_id=quoted(remote_id), page_id=self.id
                )
            )

    def mine(self, posts: Sequence[str]) -> list[str]:
        """Those that are posts of this page, each once; Rejected when none of them is."""
        mine = [post for post in dict.fromkeys(posts) if self.is_own(post)]
        if posts and not mine:
            self.refuse_foreign(posts[0])
        return mine

    def look(self, remote_id: str) -> Receipt | None:
        """The post itself; that it is gone is believed only while the page can be read.

        Unverified live: how long after its creation a post is found by its number.
        """
        post = self._seen(remote_id, READ)
        return None if post is None else as_told(post)

    def is_live(self, remote_id: str) -> bool:
        """Whether everybody may see the post."""
        seen = self.look(remote_id)
        return seen is not None and seen.place is Place.LIVE

    def is_hidden(self, remote_id: str) -> bool | None:
        """What the post itself says; that it is gone is believed as in ``look``."""
        post = self._seen(remote_id, "id,is_hidden")
        if post is None:
            return None
        hidden = post.get("is_hidden")
        if not isinstance(hidden, bool):
            raise unclear_answer(NETWORK, 200, write=False)
        return hidden

    def _seen(self, remote_id: str, fields: str) -> Json | None:
        self.refuse_foreign(remote_id)
        try:
            post = self.graph.look(remote_id, fields)
        except Gone:
            # A token that may not see a post gets the same answer as for one that is gone.
            self.check_reading()
            return None
        if post.get("id") != remote_id:
            raise unclear_answer(NETWORK, 200, write=False)
        return post

    def delete(self, remote_id: str) -> bool:
        """Delete a post; False where it was gone already."""
        self.refuse_foreign(remote_id)
        try:
            done = self.graph.delete(remote_id).get("success") is True
        except Gone:
            self.check_reading()
            return False
        if not done:
            raise unclear_answer(NETWORK, 200, write=True)
        return True

    def check_reading(self) -> None:
        """Raise a Trouble unless the token sees the page's posts, so that an absence is one."""
        self.graph.get(self.id, "published_posts", fields="id", limit=1)
        if lacking := missing(self.token(), TO_POST):
            raise NotAuthorised(
                _(
                    "The page token lacks {permissions}, so it is not certain that the post is"
                    " gone. Make a new page token, then repeat the command."
                ).format(permissions=", ".join(lacking)),
                condition=Condition.PERMISSION,
            )

    def surely_gone(self, posts: Sequence[str], *, nothing_else: bool) -> frozenset[str]:
        """These posts, if the page can be read; else none, or a Trouble if nothing else was."""
        try:
            if posts:
                self.check_reading()
        except Trouble:
            if nothing_else:
                raise
            return frozenset()
        return frozenset(posts)

    def standing(self, remarks: Callable[[Json], Iterable[Remark]]) -> Standing:
        """Which page the token is for, its followers, and what the token lacks."""
        me = self.graph.get("me", fields="id,name")
        if not me.get("id"):
            raise unclear_answer(NETWORK, 200, write=False)
        if str(me["id"]) != self.id:
            raise NotAuthorised(
                _(
                    "The page token belongs to {name}, not to the page {page_id}. Put this page's"
                    " token (not a person's) into the configuration, or correct page_id."
                ).format(name=shown(me), page_id=self.id)
            )
        page = self.graph.get(self.id, fields="id,name,followers_count,fan_count")
        token = self.token()
        followers = page.get("followers_count", page.get("fan_count"))
        return Standing(
            remote_id=self.id,
            name=shown(page),
            followers=whole(followers),
            likes=whole(page.get("fan_count")),
            expires_at=expiry(token),
            data_until=data_until(token),
            missing=missing(token, TO_POST + TO_COLLECT, self.id),
            needed_for=purposes(),
            remarks=tuple(remarks(token)),
        )

    def token(self) -> Json:
        """What the platform says of the token; empty where it does not say."""
        from orchestrator.networks.wire.graph_standing import told

        return told(self.graph, self._token)

    def app(self) -> str:
        """The number of the app to which the token belongs."""
        self._app_id = self._app_id or mark(self.token().get("app_id"))
        if not self._app_id:
            raise OutcomeUnknown(
                _(
                    "Facebook does not say to which app the page token belongs, so no film can be"
                    " uploaded. Make a new page token, then run doctor."
                )
            )
        return self._app_id
