"""Where calls to the sandbox's X are carried out: what they work on, and what is charged."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from orchestrator.sandbox.clock import SandboxClock
from orchestrator.sandbox.http import BadJson, Request
from orchestrator.sandbox.x_crowd import Crowd
from orchestrator.sandbox.x_fields import View
from orchestrator.sandbox.x_letters import Letters
from orchestrator.sandbox.x_media import Shelf
from orchestrator.sandbox.x_prices import Purse
from orchestrator.sandbox.x_problems import invalid_request
from orchestrator.sandbox.x_schema import Complaint, Operation, check
from orchestrator.sandbox.x_store import Account, Post, Store


@dataclass(frozen=True)
class Call:
    """A call that was let in: what it asks, the id in its path, and whose it is.

    `account` is None for an app-only bearer, which only reading operations let in.
    """

    operation: Operation
    request: Request
    id: str
    account: Account | None

    @property
    def user(self) -> Account:
        """The account of a call that only a user may make."""
        if self.account is None:
            raise TypeError("an app-only bearer got past the door")
        return self.account

    def body(self) -> dict[str, object]:
        """The JSON object that it brings, as the description wants it; raises ProblemError."""
        try:
            body = self.request.json()
        except BadJson:
            raise invalid_request([Complaint("The request body is not valid JSON.")]) from None
        schema = self.operation.body or {}
        if complaints := [Complaint(message) for message in check(body, schema)]:
            raise invalid_request(complaints)
        return cast(dict[str, object], body)


@dataclass
class Desk:
    """The platform as the calls find it.

    `lag`: how long lists and look-ups hide a new post (virtual time). `pages`: what is wrong with
    the pages of mentions and searches, `beside`: they have an error beside their posts.
    `unavailable`: ids of posts that cannot be looked up just now.
    """

    clock: SandboxClock
    store: Store
    purse: Purse
    crowd: Crowd
    shelf: Shelf = field(default_factory=Shelf)
    letters: Letters = field(default_factory=Letters)
    lag: timedelta = timedelta(0)
    pages: str = ""
    beside: bool = False
    unavailable: frozenset[str] = frozenset()

    def view(self, call: Call, parameter: str) -> View:
        """What a call wants to see; `parameter` is what named the posts."""
        now = self.clock.now()
        return View.of(call.request.query, call.account, self.store, now, parameter)

    def listed(self, view: View) -> list[Post]:
        """What lists show: nothing protected, nothing too new."""
        there = self.store.listed()
        return [post for post in there if self.has_appeared(post) and view.may_read(post)]

    def has_appeared(self, post: Post) -> bool:
        """Whether a post is old enough to be read."""
        return post.created_at <= self.clock.now() - self.lag

    def charge_reads(self, posts: Iterable[Post], kind: str) -> None:
        """Bill these posts; whether expanded users cost extra is unverified: here they do not."""
        for post in posts:
            self.charge(kind, post.id)

    def charge(self, kind: str, resource: str) -> None:
        """Bill one resource."""
        self.purse.charge(kind, resource, self.clock.now().date())
