"""The X API's calls that read: look up, list, search, who am I."""

from typing import cast

from orchestrator.sandbox.http import Answer
from orchestrator.sandbox.x_desk import Call, Desk
from orchestrator.sandbox.x_fields import View, listed
from orchestrator.sandbox.x_listening import RECENT, check_search, check_window, naming
from orchestrator.sandbox.x_problems import Body, not_authorized, not_found, unavailable
from orchestrator.sandbox.x_timeline import Page, page


def look_up(desk: Desk, call: Call) -> Answer:
    """GET /2/tweets?ids=…"""
    view = desk.view(call, "ids")
    wanted = dict.fromkeys(listed(call.request.query, "ids"))
    refused = {post: why for post in wanted if (why := _refusal(desk, view, post))}
    found = [desk.store.posts[post] for post in wanted if post not in refused]
    desk.charge_reads(found, "read")
    return Answer(200, view.posts(found, refused.values()))


def show(desk: Desk, call: Call) -> Answer:
    """GET /2/tweets/{id}: a post that is gone is a 200 with only `errors`."""
    view = desk.view(call, "id")
    if refusal := _refusal(desk, view, call.id):
        return Answer(200, {"errors": [refusal]})
    post = desk.store.posts[call.id]
    desk.charge_reads([post], "read")
    body = view.posts([post])
    return Answer(200, body | {"data": cast(list[Body], body["data"])[0]})


def _refusal(desk: Desk, view: View, wanted: str) -> Body | None:
    """Why a post is not shown; None when it is."""
    post = desk.store.live(wanted)
    if post is None or not desk.has_appeared(post):
        return not_found("tweet", view.parameter, wanted)
    if not view.may_read(post):
        return not_authorized(view.parameter, wanted)
    if wanted in desk.unavailable:
        return unavailable(view.parameter, wanted)
    return None


def timeline(desk: Desk, call: Call) -> Answer:
    """GET /2/users/{id}/tweets."""
    if call.id not in desk.store.accounts:
        return Answer(200, {"errors": [not_found("user", "id", call.id)]})
    view = desk.view(call, "id")
    posts = (post for post in desk.listed(view) if post.author.id == call.id)
    cut = page(posts, call.request.query)
    desk.charge_reads(cut.posts, _kind(desk, call))
    return Answer(200, view.posts(cut.posts) | {"meta": cut.meta})


def mentions(desk: Desk, call: Call) -> Answer:
    """GET /2/users/{id}/mentions: what names an account, answers or not."""
    named = desk.store.accounts.get(call.id)
    if named is None:
        return Answer(200, {"errors": [not_found("user", "id", call.id)]})
    check_window(call.request.query)
    view = desk.view(call, "id")
    cut = page(naming(desk.listed(view), named), call.request.query, desk.pages)
    return _listing(desk, view, cut, _kind(desk, call))


def search(desk: Desk, call: Call) -> Answer:
    """GET /2/tweets/search/recent."""
    matches = check_search(call.request.query, desk.clock.now())
    view = desk.view(call, "query")
    since = desk.clock.now() - RECENT
    posts = (p for p in desk.listed(view) if p.created_at >= since and matches(p))
    cut = page(posts, call.request.query, desk.pages)
    cut.meta.pop("previous_token", None)
    return _listing(desk, view, cut, "read")


def _kind(desk: Desk, call: Call) -> str:
    # Cheap only where the account that reads of itself also owns the app.
    owned = call.account is desk.store.owner and call.id == desk.store.owner.id
    return "owned read" if owned else "read"


def _listing(desk: Desk, view: View, cut: Page, kind: str) -> Answer:
    desk.charge_reads(cut.posts, kind)
    errors = [not_found("user", "entities.mentions.username", "404")] if desk.beside else []
    return Answer(200, view.posts(cut.posts, errors) | {"meta": cut.meta})


def who_am_i(desk: Desk, call: Call) -> Answer:
    """GET /2/users/me."""
    desk.charge("user read", call.user.id)
    return Answer(200, {"data": desk.view(call, "id").user(call.user)})
