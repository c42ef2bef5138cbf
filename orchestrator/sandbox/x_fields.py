"""How posts and users look in answers: default fields, wished fields, expansions, both names."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from orchestrator.sandbox.x_problems import (
    OLD_HOST,
    PREFIX,
    Body,
    field_unauthorized,
    not_authorized,
    not_found,
)
from orchestrator.sandbox.x_schema import Complaint
from orchestrator.sandbox.x_store import PRIVATE, PUBLIC, Account, Post, Store, stamp
from orchestrator.sandbox.x_words import as_returned, display_range, entities, media_of, note

PRIVATE_FOR = timedelta(days=30)
EDITABLE_FOR = timedelta(hours=1)
ORGANIC = (
    "impression_count",
    "like_count",
    "reply_count",
    "retweet_count",
    "url_link_clicks",
    "user_profile_clicks",
)
SECRET_METRICS = MappingProxyType(
    {"non_public_metrics": PRIVATE, "organic_metrics": ORGANIC, "promoted_metrics": ()}
)
# Both sides of the renaming in version 2.167 of the description.
NEW_NAMES = MappingProxyType(
    {
        "edit_history_tweet_ids": "edit_history_post_ids",
        "note_tweet": "note_post",
        "referenced_tweets": "referenced_posts",
        "retweet_count": "repost_count",
        "tweet_count": "post_count",
        "tweets": "posts",
    }
)
# What older requests say; the fields among them are told where they are expanded.
OLD_EXPANSIONS = ("edit_history_tweet_ids", "referenced_tweets.id")
EXPANDED = MappingProxyType(
    {
        "author_id": "author_id",
        "in_reply_to_user_id": "in_reply_to_user_id",
        "referenced_posts": "referenced_tweets",
    }
)
POST_EXPANSIONS = {"referenced_tweets.id", "referenced_posts"}
HISTORY_EXPANSIONS = {"edit_history_tweet_ids", "edit_history_post_ids"}
MEDIA = {"attachments.media_keys"}
JOINED = datetime.fromisoformat("2016-10-04T08:00:00Z")


@dataclass(frozen=True)
class View:
    """Who looks (None: an app-only bearer), when, and what they asked to see."""

    reader: Account | None
    store: Store
    now: datetime
    parameter: str
    post_fields: Collection[str]
    user_fields: Collection[str]
    expansions: Collection[str]

    @classmethod
    def of(
        cls,
        query: Mapping[str, list[str]],
        reader: Account | None,
        store: Store,
        now: datetime,
        parameter: str,
    ) -> "View":
        """Read the wishes off the query; `parameter` is what named the posts (ids or id)."""
        posts = listed(query, "tweet.fields") + listed(query, "post.fields")
        wishes = listed(query, "user.fields"), listed(query, "expansions")
        posts += [EXPANDED[each] for each in wishes[1] if each in EXPANDED]
        return cls(reader, store, now, parameter, posts, *wishes)

    def may_read(self, post: Post) -> bool:
        """Protected accounts read only themselves here."""
        return not post.author.protected or post.author is self.reader

    def post(self, post: Post) -> tuple[Body, list[Body]]:
        """The post's object, and a partial error for each figure the reader may not see."""
        history = [each.id for each in post.history if each.created_at <= self.now]
        body: Body = {
            "id": post.id,
            "text": as_returned(post)[0],
            "edit_history_tweet_ids": history,
        }
        wished = [name for name in self.post_fields if name not in body]
        body |= {name: made for name in wished if (made := _field(name, post, self))}
        errors: list[Body] = []
        for name in SECRET_METRICS.keys() & set(self.post_fields):
            if self._may_see(name, post):
                figures = self.store.figures(post)
                body[name] = {key: figures[key] for key in SECRET_METRICS[name]}
            else:
                errors.append(field_unauthorized(post.id, self.parameter, name))
        return body, errors

    def _may_see(self, metrics: str, post: Post) -> bool:
        # Nothing here is ever promoted, so its promoted metrics are nobody's to see.
        fresh = self.now - post.created_at < PRIVATE_FOR
        return metrics != "promoted_metrics" and fresh and self.reader is post.author

    def posts(self, posts: Iterable[Post], errors: Iterable[Body] = ()) -> Body:
        """A list answer: data, includes and errors, each only when there is something in it."""
        chosen, partial = list(posts), list(errors)
        data = []
        for post in chosen:
            body, denied = self.post(post)
            data.append(body)
            partial += denied
        includes, missing = self._includes(chosen)
        answer: Body = {"data": data, "includes": includes, "errors": partial + missing}
        return {key: value for key, value in answer.items() if value}

    def user(self, account: Account) -> Body:
        """The user's object."""
        body: Body = {"id": account.id, "name": account.name, "username": account.username}
        extra: Body = {
            "created_at": stamp(JOINED),
            "description": "",
            "protected": account.protected,
            "verified": False,
            "verified_type": "none",
            "public_metrics": dict.fromkeys(
                ("followers_count", "following_count", "tweet_count", "listed_count"), 0
            ),
        }
        return body | {name: extra[name] for name in self.user_fields if name in extra}

    def _includes(self, posts: list[Post]) -> tuple[Body, list[Body]]:
        """What the expansions ask for, and a partial error for each that cannot be shown."""
        users: dict[str, Account] = {}
        parents = {post.parent.id: post.parent for post in posts if post.parent}
        if "author_id" in self.expansions:
            users |= {post.author.id: post.author for post in posts}
        if "in_reply_to_user_id" in self.expansions:
            users |= {parent.author.id: parent.author for parent in parents.values()}
        more: dict[str, Post] = {}
        errors: list[Body] = []
        if POST_EXPANSIONS & set(self.expansions):
            errors = [refused for p in parents.values() if (refused := self._kept_back(p))]
            more |= {p.id: p for p in parents.values() if not self._kept_back(p)}
        if HISTORY_EXPANSIONS & set(self.expansions):
            versions = (version for post in posts for version in post.history)
            more |= {each.id: each for each in versions if each.created_at <= self.now}
        pictures = [post for post in posts if post.picture and MEDIA & set(self.expansions)]
        shown = {post.id for post in posts}
        includes: Body = {
            "users": [self.user(account) for account in users.values()],
            "tweets": [self.post(p)[0] for p in more.values() if p.id not in shown],
            "media": [
                {"media_key": key, "type": kind}
                for post in pictures
                for key, kind in media_of(post)
            ],
        }
        return {key: value for key, value in includes.items() if value}, errors

    def _kept_back(self, parent: Post) -> Body | None:
        if not parent.was_there(self.now):
            return not_found("tweet", "referenced_tweets.id", parent.id)
        if not self.may_read(parent):
            return not_authorized("referenced_tweets.id", parent.id)
        return None


def listed(query: Mapping[str, list[str]], name: str) -> list[str]:
    """A comma-separated parameter's values; empty when it was not given."""
    return query[name][0].split(",") if name in query else []


def in_old_names(query: Mapping[str, list[str]]) -> list[Complaint]:
    """What version 2.167 of the description no longer knows in a request."""
    refused = [each for each in listed(query, "expansions") if each.startswith(OLD_EXPANSIONS)]
    complaints = [
        Complaint(f"The `expansions` query parameter value [{each}] is not one of [post.fields]")
        for each in refused
    ]
    if "tweet.fields" in query:
        message = "The query parameter [tweet.fields] is not one of [expansions,post.fields]"
        complaints.append(Complaint(message, "tweet.fields", tuple(query["tweet.fields"])))
    return complaints


def _field(name: str, post: Post, view: View) -> object:
    """One wished field; None when this post has nothing there, as on X."""
    make = FIELDS.get(name)
    return make(post, view) if make else post.wishes.get(name)


def _edit_controls(post: Post, view: View) -> object:
    until = post.first.created_at + EDITABLE_FOR
    return {
        "edits_remaining": 5 - len(post.history[1:]),
        "is_edit_eligible": view.now < until and not post.parent,
        "editable_until": stamp(until),
    }


FIELDS: Mapping[str, Callable[[Post, View], object]] = MappingProxyType(
    {
        "attachments": lambda post, _: (
            post.picture and {"media_keys": [key for key, _kind in media_of(post)]}
        ),
        "author_id": lambda post, _: post.author.id,
        "conversation_id": lambda post, _: post.conversation,
        "created_at": lambda post, _: stamp(post.created_at),
        "display_text_range": lambda post, _: display_range(post),
        "edit_controls": _edit_controls,
        "entities": lambda post, _: entities(*as_returned(post)),
        "in_reply_to_user_id": lambda post, _: post.parent and post.parent.author.id,
        "lang": lambda *_: "und",  # the sandbox does not recognise languages
        "note_tweet": lambda post, _: note(post),
        "note_post": lambda post, _: note(post),
        "public_metrics": lambda post, view: {
            key: count for key, count in view.store.figures(post).items() if key in PUBLIC
        },
        "referenced_tweets": lambda post, _: (
            post.parent and [{"type": "replied_to", "id": post.parent.id}]
        ),
        "reply_settings": lambda post, _: post.wishes.get("reply_settings", "everyone"),
    }
)


def spoken(body: object, new_names: bool, host: str) -> object:
    """The same answer in the names of 2.167, or with another host in the problem types."""
    if isinstance(body, list):
        return [spoken(item, new_names, host) for item in body]
    if isinstance(body, dict):
        renamed = NEW_NAMES if new_names else {}
        return {renamed.get(k, k): spoken(v, new_names, host) for k, v in body.items()}
    if isinstance(body, str) and body.startswith(PREFIX):
        return body.replace(OLD_HOST, host, 1)
    return body
