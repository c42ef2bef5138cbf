"""The X API's calls on posts and users: create, delete, look up, list, who am I."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import cast

from orchestrator.sandbox.clock import SandboxClock
from orchestrator.sandbox.http import Answer, BadJson, Request
from orchestrator.sandbox.x_fields import View, listed
from orchestrator.sandbox.x_prices import Purse, price_of_post
from orchestrator.sandbox.x_problems import Body, forbidden, invalid_request, not_found
from orchestrator.sandbox.x_schema import Complaint, Operation, check, check_query
from orchestrator.sandbox.x_store import Account, Post, Store
from orchestrator.sandbox.x_text import fault, given_back, taken
from orchestrator.sandbox.x_timeline import page

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
    """Carries calls out. `lag`: how long the timeline hides a new post (virtual time)."""

    clock: SandboxClock
    store: Store
    purse: Purse
    lag: timedelta = timedelta(0)

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
        post = self.store.add(call.user, text, wishes, parent)
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
        wanted = dict.fromkeys(listed(call.request.query, "ids"))
        found = [post for post in map(self.store.live, wanted) if post]
        missing = wanted.keys() - {post.id for post in found}
        errors = [not_found("tweet", "ids", post) for post in wanted if post in missing]
        self._charge_reads(found, "read")
        return Answer(200, self._view(call, "ids").posts(found, errors))

    def show(self, call: Call) -> Answer:
        """GET /2/tweets/{id}: a post that is gone is a 200 with only `errors`."""
        post = self.store.live(call.id)
        if post is None:
            return Answer(200, {"errors": [not_found("tweet", "id", call.id)]})
        self._charge_reads([post], "read")
        body = self._view(call, "id").posts([post])
        return Answer(200, body | {"data": cast(list[Body], body["data"])[0]})

    def timeline(self, call: Call) -> Answer:
        """GET /2/users/{id}/tweets."""
        if call.id not in self.store.accounts:
            return Answer(200, {"errors": [not_found("user", "id", call.id)]})
        seen_until = self.clock.now() - self.lag
        visible = (p for p in self.store.timeline(call.id) if p.created_at <= seen_until)
        cut = page(visible, call.request.query)
        owned = call.account is self.store.owner and call.id == self.store.owner.id
        self._charge_reads(cut.posts, "owned read" if owned else "read")
        return Answer(200, self._view(call, "id").posts(cut.posts) | {"meta": cut.meta})

    def who_am_i(self, call: Call) -> Answer:
        """GET /2/users/me."""
        self._charge("user read", call.user.id)
        return Answer(200, {"data": self._view(call, "id").user(call.user)})

    def _view(self, call: Call, parameter: str) -> View:
        return View.of(call.request.query, call.account, self.clock.now(), parameter)

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
