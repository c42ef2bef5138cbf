"""Where each Graph call goes, and what it answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from orchestrator.sandbox import graph_paging, graph_publishing
from orchestrator.sandbox.graph_adverts_desk import AdvertDesk
from orchestrator.sandbox.graph_adverts_store import Account
from orchestrator.sandbox.graph_call import Call
from orchestrator.sandbox.graph_cities import Atlas
from orchestrator.sandbox.graph_errors import (
    GraphError,
    bad_parameter,
    blocked,
    no_such_object,
    not_permitted,
    not_played,
    unknown_path,
    unsupported,
)
from orchestrator.sandbox.graph_fields import project, read_fields
from orchestrator.sandbox.graph_knobs import Knobs
from orchestrator.sandbox.graph_mailbox import Mailbox
from orchestrator.sandbox.graph_media_desk import MediaDesk, app_of, attachments
from orchestrator.sandbox.graph_messaging import MessageDesk
from orchestrator.sandbox.graph_posts import Post, Wall
from orchestrator.sandbox.graph_reading import Reading
from orchestrator.sandbox.graph_table import parameters, read, table
from orchestrator.sandbox.graph_tokens import (
    AD_ACCOUNT,
    USER_ID,
    USER_NAME,
    Page,
    Token,
    describe,
    may_post,
    may_read,
    pages,
)

POST_FIELDS = "created_time,message,id"
ACCOUNT_FIELDS = "access_token,category,name,id,tasks"
SEARCH_LIMIT = 8
Body = dict[str, object]


@dataclass(frozen=True)
class Desk:
    """Answers one call at a given moment, for a token that was accepted."""

    wall: Wall
    reading: Reading
    knobs: Knobs
    now: datetime
    atlas: Callable[[], Atlas]
    adverts: Account
    mailbox: Mailbox

    def answer(self, call: Call, token: Token) -> Body:
        """The body of the answer; raises GraphError."""
        match call.segments:
            case ():
                raise _root(call)
            case ("search",):
                return self._search(call)
            case ("debug_token",):
                return self._debug_token(call)
            case ("me", *rest) if len(rest) < 2:
                return self._node(call, _myself(token), "".join(rest), token)
            case (name,) if name.startswith("upload:"):
                return self._media.upload(call)
            case (name,):
                return self._node(call, name, "", token)
            case (name, edge) if app_of(name, edge):
                return self._media.begin(call)
            case (name, edge):
                return self._node(call, name, edge, token)
        raise unknown_path("/" + "/".join(call.segments[2:]))

    @property
    def _advertising(self) -> AdvertDesk:
        return AdvertDesk(self.adverts, self.knobs, self.now, self.atlas, self.wall.find)

    @property
    def _media(self) -> MediaDesk:
        return MediaDesk(self.wall, self.knobs, self.now, self.atlas)

    @property
    def _letters(self) -> MessageDesk:
        return MessageDesk(self.mailbox, self.reading, self.knobs, self.now)

    def _node(self, call: Call, name: str, edge: str, token: Token) -> Body:
        if name == f"act_{AD_ACCOUNT}":
            return self._advertising.account(call, edge, token)
        if name in self.adverts.things:
            return self._advertising.thing(call, self.adverts.things[name], edge, token)
        if name == USER_ID:
            return self._user(call, edge, token)
        page = pages(self.knobs).get(name)
        if page:
            return self._page(call, page, edge, token)
        post = self.wall.find(name)
        if post and self._is_shown(call, post):
            return self._post(call, post, edge, token)
        comment = self.reading.find(name)
        if comment:
            return self.reading.comment(call, comment, edge, token)
        if talk := self.mailbox.find(name):
            return self._letters.conversation(call, talk, edge, token)
        if not edge and (message := self.mailbox.message(name)):
            return self._letters.message(call, message, token)
        if not edge and (thing := self._media.thing(call, name, token)):
            return thing
        raise no_such_object(call.method, name)

    def _is_shown(self, call: Call, post: Post) -> bool:
        """Whether a call finds the post: who reads too early does not, but may delete it."""
        return call.method != "GET" or post.face(self.now).visible <= self.now

    def _user(self, call: Call, edge: str, token: Token) -> Body:
        known = parameters("User", call.method, edge)
        if token.kind != "USER":
            raise not_permitted(10, "Application does not have permission for this action")
        if edge == "accounts":
            return self._accounts(call, known)
        read(call.params, known)
        asks = read_fields(call.params.get("fields", "name,id"), "User")
        return project({"id": USER_ID, "name": USER_NAME}, asks)

    def _accounts(self, call: Call, known: dict[str, str]) -> Body:
        values = read(call.params, known, table()["lists"])
        extra = table()["accounts_fields"]
        asks = read_fields(call.params.get("fields", ACCOUNT_FIELDS), "Page", extra)
        allowed = "pages_show_list" in self.knobs.permissions
        mine = list(pages(self.knobs).values()) if allowed else []
        shown = mine[: graph_paging.limit(values)]
        tasks = self.knobs.tasks
        return {"data": [project(_page_node(page, tasks), asks) for page in shown]}

    def _page(self, call: Call, page: Page, edge: str, token: Token) -> Body:
        known = parameters("Page", call.method, edge)
        if not edge:
            return self._page_itself(call, page, known, token)
        if edge == "conversations" and call.method == "GET":
            return self._letters.conversations(call, page, token)
        if edge == "messages" and call.method == "POST":
            return self._letters.send(call, page, token)
        if call.method == "POST":
            may_post(token, page.id, self.knobs)
            return self._create(call, page, edge, known)
        may_read(token, page.id, self.knobs)
        return self._listed(call, page, edge, known, token)

    def _page_itself(self, call: Call, page: Page, known: dict[str, str], token: Token) -> Body:
        read(call.params, known)
        if token.kind != "USER":
            may_read(token, page.id, self.knobs)
        return project(_page_node(page), read_fields(call.params.get("fields", "name,id"), "Page"))

    def _listed(
        self, call: Call, page: Page, edge: str, known: dict[str, str], token: Token
    ) -> Body:
        values = read(call.params, known, table()["lists"])
        asks = read_fields(call.params.get("fields", POST_FIELDS), "PagePost")
        posts = self.wall.listed(page.id, edge, self.now, values.get("include_hidden") is True)
        shown, paging = graph_paging.cut(posts, lambda post: post.rank, values, call)
        return {"data": [self.reading.shown(call, post, asks, token) for post in shown], **paging}

    def _create(self, call: Call, page: Page, edge: str, known: dict[str, str]) -> Body:
        self._refuse_when_blocked()
        if edge == "photos":
            return self._media.photo(call, page, known)
        if edge == "videos":
            return self._media.film(call, page, known)
        values = read(call.params, known)
        asks = read_fields(call.params.get("fields", "id"), "PagePost")
        post = graph_publishing.add(self.wall, page, values, self.now, self._lag, self.atlas)
        if self.knobs.drop_targeting:
            post.targeting = post.feed_targeting = None
        return project(post.node(), asks)

    def _post(self, call: Call, post: Post, edge: str, token: Token) -> Body:
        known = parameters("PagePost", call.method, edge)
        if edge == "comments":
            return self.reading.comments(call, post, None, known, token)
        if edge == "insights":
            return self.reading.insights(call, post, known, token)
        if call.method == "GET":
            may_read(token, post.page_id, self.knobs)
        if edge == "attachments":
            return attachments(call, post, known)
        if call.method == "GET":
            read(call.params, known)
            asks = read_fields(call.params.get("fields", POST_FIELDS), "PagePost")
            return self.reading.shown(call, post.face(self.now), asks, token)
        may_post(token, post.page_id, self.knobs)
        values = read(call.params, known)
        if call.method == "DELETE":
            post.delete(self.now)
        else:
            self._refuse_when_blocked()
            graph_publishing.update(self.wall, post, values, self.now, self._lag)
        return {"success": True}

    def _refuse_when_blocked(self) -> None:
        if self.knobs.blocked:
            raise blocked()

    @property
    def _lag(self) -> timedelta:
        return timedelta(seconds=self.knobs.lag_seconds)

    def _search(self, call: Call) -> Body:
        _only_get(call)
        spec = table()["search"]
        kind = call.params.get("type", "")
        if kind not in spec["types"]:
            raise bad_parameter(f"Param type must be one of {{{', '.join(spec['types'])}}}")
        if kind != "adgeolocation":
            raise not_played()
        values = read(call.params, spec["adgeolocation"])
        q = cast(str, values.get("q", "")).strip()
        country = cast(str | None, values.get("country_code"))
        if not q:
            raise bad_parameter("The parameter q is required")
        if country is not None and country not in table()["countries"]:
            raise bad_parameter("Param country_code must be a valid ISO country code")
        kinds = cast(list[str], values.get("location_types", spec["location_types_enum"]))
        region = cast(int | None, values.get("region_id"))
        found = self.atlas().search(q, kinds, country, region)
        return {"data": found[: graph_paging.limit(values, SEARCH_LIMIT)]}

    def _debug_token(self, call: Call) -> Body:
        _only_get(call)
        values = read(call.params, table()["debug_token"])
        if "input_token" not in values:
            raise bad_parameter("The parameter input_token is required")
        return {"data": describe(cast(str, values["input_token"]), self.knobs, self.now)}


def _only_get(call: Call) -> None:
    if call.method != "GET":
        raise unsupported(call.method)


def _myself(token: Token) -> str:
    if token.kind == "APP":
        raise GraphError(
            2500,
            "An active access token must be used to query information about the current user.",
        )
    return token.profile


def _root(call: Call) -> GraphError:
    if "ids" in call.params:
        return bad_parameter("The parameter ids is not supported at the root; use a batch.")
    return unsupported(call.method)


def _page_node(page: Page, tasks: Sequence[str] = ()) -> Body:
    return {
        "id": page.id,
        "name": page.name,
        "username": page.username,
        "category": "Nonprofit Organization",
        "link": f"https://www.facebook.com/{page.id}",
        "followers_count": page.followers,
        "fan_count": page.fans,
        "is_published": True,
        "can_post": True,
        "has_transitioned_to_new_page_experience": True,
        "verification_status": "not_verified",
        "access_token": page.token,
        "tasks": list(tasks),
    }
