"""The X API's calls on posts: each is checked against the description; create, delete."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import cast

from orchestrator.sandbox import x_letters_desk, x_media_desk, x_reads
from orchestrator.sandbox.http import Answer
from orchestrator.sandbox.x_desk import Call, Desk
from orchestrator.sandbox.x_prices import price_of_post
from orchestrator.sandbox.x_problems import forbidden, invalid_request, not_found
from orchestrator.sandbox.x_schema import Complaint, check_query
from orchestrator.sandbox.x_store import Account, Post
from orchestrator.sandbox.x_text import fault, given_back, taken

DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
UNINVITED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise "
    "engaged by the author of the post you are replying to."
)
CONVERSATION = "[0-9]{1,19}-[0-9]{1,19}|[0-9]{15,19}"
# Closed to self-serve apps; the texts are unverified.
CLOSED = MappingProxyType(
    {
        "quote_tweet_id": "Quoting by API is available to Enterprise accounts only.",
        "edit_options": "This account is not permitted to edit posts.",
        "for_super_followers_only": "This account has no super followers.",
        "community_id": "This account is not a member of the community.",
    }
)


def perform(desk: Desk, call: Call) -> Answer:
    """Check a call against the description and carry it out; raises ProblemError."""
    _check(call)
    return OPERATIONS[call.operation.name](desk, call)


def create(desk: Desk, call: Call) -> Answer:
    """POST /2/tweets."""
    wishes = call.body()
    text = taken(str(wishes.get("text", "")))
    given = cast(Mapping[str, Sequence[str]], wishes.get("media", {}))
    if (text or not given) and (complaint := fault(text)):
        # 400 is what most people report for an over-long text; some report a 403.
        raise invalid_request([Complaint(complaint)])
    media = desk.shelf.shown(call.user, given.get("media_ids", ()), desk.clock.now())
    _refuse_strange_place(wishes)
    for name in CLOSED.keys() & {name for name, value in wishes.items() if value}:
        raise forbidden(CLOSED[name])
    parent = _parent(desk, call.user, wishes)
    if text and desk.store.has_duplicate(call.user, text):
        raise forbidden(DUPLICATE)
    post = desk.store.add(call.user, text, wishes, parent and parent.first)
    post.media, post.picture = tuple(media), bool(media)
    desk.crowd.meet(post, partial(desk.letters.receive, desk.store))
    summoned = bool(parent and parent.author is not call.user)
    desk.charge(price_of_post(text, summoned), post.id)
    data = {"id": post.id, "text": given_back(text, post.id)[0]}
    return Answer(201, {"data": data | {"edit_history_tweet_ids": [post.id]}})


def _parent(desk: Desk, author: Account, wishes: Mapping[str, object]) -> Post | None:
    if "reply" not in wishes:
        return None
    wanted = cast(Mapping[str, str], wishes["reply"])["in_reply_to_tweet_id"]
    parent = desk.store.live(wanted)
    if parent is None:
        raise forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")
    # Self-serve apps answer only who summoned them; that one's own thread stays open is
    # unverified.
    summons = re.search(rf"@{author.username}\b", parent.text, re.IGNORECASE)
    if parent.author is not author and not summons:
        raise forbidden(UNINVITED)
    return parent


def delete(desk: Desk, call: Call) -> Answer:
    """DELETE /2/tweets/{id}."""
    post = desk.store.live(call.id)
    if post is None:
        # The description allows `errors` here; what the service does is unverified.
        return Answer(200, {"errors": [not_found("tweet", "id", call.id)]})
    if post.author is not call.user:
        raise forbidden("You are not authorized to delete this Tweet.")
    post.deleted_at = desk.clock.now()
    desk.charge("delete", post.id)
    return Answer(200, {"data": {"deleted": True}})


def hide(desk: Desk, call: Call) -> Answer:
    """PUT /2/tweets/{id}/hidden: only answers in a conversation that the account began.

    The words of the refusals, and what it costs ("content: manage"), are unverified.
    """
    hidden = call.body()["hidden"] is True
    post = desk.store.live(call.id)
    if post is None:
        return Answer(200, {"errors": [not_found("tweet", "id", call.id)]})
    root = desk.store.posts.get(post.conversation)
    if post.parent is None or root is None or root.author is not call.user:
        raise forbidden("You are not allowed to hide this Tweet.")
    if post.author is call.user:
        raise forbidden("You are not allowed to hide your own Tweet.")
    post.first.hidden = hidden
    desk.charge("manage", post.first.id)
    return Answer(200, {"data": {"hidden": hidden}})


OPERATIONS: Mapping[str, Callable[[Desk, Call], Answer]] = MappingProxyType(
    {
        "createPosts": create,
        "deletePosts": delete,
        "hidePostsReply": hide,
        "getDirectMessagesEvents": x_letters_desk.events,
        "getDirectMessagesEventsByConversationId": x_letters_desk.events,
        "createDirectMessagesByConversationId": x_letters_desk.write,
        "getPostsByIds": x_reads.look_up,
        "getPostsById": x_reads.show,
        "getUsersPosts": x_reads.timeline,
        "getUsersMentions": x_reads.mentions,
        "searchPostsRecent": x_reads.search,
        "getUsersMe": x_reads.who_am_i,
        "initializeMediaUpload": x_media_desk.begin,
        "appendMediaUpload": x_media_desk.append,
        "finalizeMediaUpload": x_media_desk.finish,
        "getMediaUploadStatus": x_media_desk.status,
        "createMediaMetadata": x_media_desk.describe,
    }
)


def _check(call: Call) -> None:
    complaints = list(check_query(call.operation, call.request.query))
    wanted = CONVERSATION if "/dm_" in call.operation.path else "[0-9]{1,19}"
    if "{id}" in call.operation.path and not re.fullmatch(wanted, call.id):
        message = f"The `id` query parameter value [{call.id}] is not valid"
        complaints.append(Complaint(message, "id", (call.id,)))
    if complaints:
        raise invalid_request(complaints)


def _refuse_strange_place(wishes: Mapping[str, object]) -> None:
    # Which towns there are nobody can look up any more; what the platform says of a number that
    # is none of them is unverified.
    place = cast(Mapping[str, str], wishes.get("geo", {})).get("place_id")
    if place is not None and not re.fullmatch("[0-9a-f]{16}", place):
        raise invalid_request([Complaint("The place ID is invalid.", "geo.place_id", (place,))])
