"""The X API's calls on posts and users: create, delete, look up, list, search, who am I."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import cast

from orchestrator.sandbox.clock import SandboxClock
from orchestrator.sandbox.http import Answer, BadJson, Request
from orchestrator.sandbox.x_crowd import Crowd
from orchestrator.sandbox.x_fields import View, listed
from orchestrator.sandbox.x_listening import RECENT, check_search, check_window, naming
from orchestrator.sandbox.x_prices import Purse, price_of_post
from orchestrator.sandbox.x_problems import (
    Body,
    forbidden,
    invalid_request,
    not_authorized,
    not_found,
    unavailable,
)
from orchestrator.sandbox.x_schema import Complaint, Operation, check, check_query
from orchestrator.sandbox.x_store import Account, Post, Store
from orchestrator.sandbox.x_text import fault, given_back, taken
from orchestrator.sandbox.x_timeline import Page, page

DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
UNINVITED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise "
    "engaged by the author of the post you are replying to."
)
# Closed to self-serve apps; the texts are unverified.
CLOSED = MappingProxyType(
    {
        "quote_tweet_id": "Quoting by API is available to Enterprise accounts only.",
        "edit_options": "This account is not permitted to edit posts.",
        "for_super_followers_only": "This account has no super followers.",
        "community_id": "This account is not a member of the community.",
    }
)


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


@dataclass
class Desk:
    """Carries calls out.

    `lag`: how long lists hide a new post (virtual time). `pages`: what is wrong with the pages of
    mentions and searches, `beside`: they have an error beside their posts. `unavailable`: ids of
    posts that cannot be looked up just now.
    """

    clock: SandboxClock
    store: Store
    purse: Purse
    crowd: Crowd
    lag: timedelta = timedelta(0)
    pages: str = ""
    beside: bool = False
    unavailable: frozenset[str] = frozenset()

    def perform(self, call: Call) -> Answer:
        """Check a call against the description and carry it out; raises ProblemError."""
        _check(call)
        return OPERATIONS[call.operation.name](self, call)

    def create(self, call: Call) -> Answer:
        """POST /2/tweets."""
        wishes = _body(call)
        text = taken(str(wishes.get("text", "")))
        if complaint := fault(text):
            # 400 is what most people report for an over-long text; some report a 403.
            raise invalid_request([Complaint(complaint)])
        _refuse_unknown_media(wishes)
        for name in CLOSED.keys() & {name for name, value in wishes.items() if value}:
            raise forbidden(CLOSED[name])
        parent = self._parent(call.user, wishes)
        if self.store.has_duplicate(call.user, text):
            raise forbidden(DUPLICATE)
        post = self.store.add(call.user, text, wishes, parent and parent.first)
        self.crowd.meet(post)
        summoned = bool(parent and parent.author is not call.user)
        self._charge(price_of_post(text, summoned), post.id)
        data = {"id": post.id, "text": given_back(text, post.id)[0]}
        return Answer(201, {"data": data | {"edit_history_tweet_ids": [post.id]}})

    def _parent(self, author: Account, wishes: Mapping[str, object]) -> Post | None:
        if "reply" not in wishes:
            return None
        wanted = cast(Mapping[str, str], wishes["reply"])["in_reply_to_tweet_id"]
        parent = self.store.live(wanted)
        if parent is None:
            raise forbidden(
                "You attempted to reply to a Tweet that is deleted or not visible to you."
            )
        # Self-serve apps answer only who summoned them; that one's own thread stays open is
        # unverified.
        summons = re.search(rf"@{author.username}\b", parent.text, re.IGNORECASE)
        if parent.author is not author and not summons:
            raise forbidden(UNINVITED)
        return parent

    def delete(self, call: Call) -> Answer:
        """DELETE /2/tweets/{id}."""
        post = self.store.live(call.id)
        if post is None:
            # The description allows `errors` here; what the service does is unverified.
            return Answer(200, {"errors": [not_found("tweet", "id", call.id)]})
        if post.author is not call.user:
            raise forbidden("You are not authorized to delete this Tweet.")
        post.deleted_at = self.clock.now()
        self._charge("delete", post.id)
        return Answer(200, {"data": {"deleted": True}})

    def look_up(self, call: Call) -> Answer:
        """GET /2/tweets?ids=…"""
        view = self._view(call, "ids")
        wanted = dict.fromkeys(listed(call.request.query, "ids"))
        refused = {post: why for post in wanted if (why := self._refusal(view, post))}
        found = [self.store.posts[post] for post in wanted if post not in refused]
        self._charge_reads(found, "read")
        return Answer(200, view.posts(found, refused.values()))

    def show(self, call: Call) -> Answer:
        """GET /2/tweets/{id}: a post that is gone is a 200 with only `errors`."""
        view = self._view(call, "id")
        if refusal := self._refusal(view, call.id):
            return Answer(200, {"errors": [refusal]})
        post = self.store.posts[call.id]
        self._charge_reads([post], "read")
        body = view.posts([post])
        return Answer(200, body | {"data": cast(list[Body], body["data"])[0]})

    def _refusal(self, view: View, wanted: str) -> Body | None:
        """Why a post is not shown; None when it is."""
        post = self.store.live(wanted)
        if post is None:
            return not_found("tweet", view.parameter, wanted)
        if not view.may_read(post):
            return not_authorized(view.parameter, wanted)
        if wanted in self.unavailable:
            return unavailable(view.parameter, wanted)
        return None

    def timeline(self, call: Call) -> Answer:
        """GET /2/users/{id}/tweets."""
        if call.id not in self.store.accounts:
            return Answer(200, {"errors": [not_found("user", "id", call.id)]})
        view = self._view(call, "id")
        posts = (post for post in self._listed(view) if post.author.id == call.id)
        cut = page(posts, call.request.query)
        self._charge_reads(cut.posts, self._kind(call))
        return Answer(200, view.posts(cut.posts) | {"meta": cut.meta})

    def mentions(self, call: Call) -> Answer:
        """GET /2/users/{id}/mentions: what names an account, answers or not."""
        named = self.store.accounts.get(call.id)
        if named is None:
            return Answer(200, {"errors": [not_found("user", "id", call.id)]})
        check_window(call.request.query)
        view = self._view(call, "id")
        cut = page(naming(self._listed(view), named), call.request.query, self.pages)
        return self._listing(view, cut, self._kind(call))

    def search(self, call: Call) -> Answer:
        """GET /2/tweets/search/recent."""
        matches = check_search(call.request.query, self.clock.now())
        view = self._view(call, "query")
        since = self.clock.now() - RECENT
        posts = (p for p in self._listed(view) if p.created_at >= since and matches(p))
        cut = page(posts, call.request.query, self.pages)
        cut.meta.pop("previous_token", None)
        return self._listing(view, cut, "read")

    def _listed(self, view: View) -> list[Post]:
        """What lists show: nothing protected, nothing too new."""
        seen_until = self.clock.now() - self.lag
        return [
            post
            for post in self.store.listed()
            if post.created_at <= seen_until and view.may_read(post)
        ]

    def _kind(self, call: Call) -> str:
        # Cheap only where the account that reads of itself also owns the app.
        owned = call.account is self.store.owner and call.id == self.store.owner.id
        return "owned read" if owned else "read"

    def _listing(self, view: View, cut: Page, kind: str) -> Answer:
        self._charge_reads(cut.posts, kind)
        errors = [not_found("user", "entities.mentions.username", "404")] if self.beside else []
        return Answer(200, view.posts(cut.posts, errors) | {"meta": cut.meta})

    def who_am_i(self, call: Call) -> Answer:
        """GET /2/users/me."""
        self._charge("user read", call.user.id)
        return Answer(200, {"data": self._view(call, "id").user(call.user)})

    def _view(self, call: Call, parameter: str) -> View:
        now = self.clock.now()
        return View.of(call.request.query, call.account, self.store, now, parameter)

    def _charge_reads(self, posts: list[Post], kind: str) -> None:
        # Whether expanded users cost extra is unverified; they are free here.
        for post in posts:
            self._charge(kind, post.id)

    def _charge(self, kind: str, resource: str) -> None:
        self.purse.charge(kind, resource, self.clock.now().date())


OPERATIONS: Mapping[str, Callable[[Desk, Call], Answer]] = MappingProxyType(
    {
        "createPosts": Desk.create,
        "deletePosts": Desk.delete,
        "getPostsByIds": Desk.look_up,
        "getPostsById": Desk.show,
        "getUsersPosts": Desk.timeline,
        "getUsersMentions": Desk.mentions,
        "searchPostsRecent": Desk.search,
        "getUsersMe": Desk.who_am_i,
    }
)


def _check(call: Call) -> None:
    complaints = list(check_query(call.operation, call.request.query))
    if "{id}" in call.operation.path and not re.fullmatch("[0-9]{1,19}", call.id):
        message = f"The `id` query parameter value [{call.id}] is not valid"
        complaints.append(Complaint(message, "id", (call.id,)))
    if complaints:
        raise invalid_request(complaints)


def _body(call: Call) -> dict[str, object]:
    try:
        body = call.request.json()
    except BadJson:
        raise invalid_request([Complaint("The request body is not valid JSON.")]) from None
    schema = call.operation.body or {}
    if complaints := [Complaint(message) for message in check(body, schema)]:
        raise invalid_request(complaints)
    return cast(dict[str, object], body)


def _refuse_unknown_media(wishes: Mapping[str, object]) -> None:
    # No upload is played yet, so no media id can be one that was uploaded.
    if media := cast(Mapping[str, list[str]], wishes.get("media", {})):
        wrong = tuple(media["media_ids"])
        raise invalid_request([Complaint("Your media IDs are invalid.", "media.media_ids", wrong)])
