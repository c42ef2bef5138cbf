"""How posts and users look in answers: default fields, wished fields, expansions, both names."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from orchestrator.sandbox.x_problems import OLD_HOST, PREFIX, Body, field_unauthorized
from orchestrator.sandbox.x_store import PRIVATE, PUBLIC, Account, Post, stamp
from orchestrator.sandbox.x_text import given_back, hashtags

PRIVATE_FOR = timedelta(days=30)
EDITABLE_FOR = timedelta(hours=1)
ORGANIC = ("impression_count", "like_count", "reply_count", "retweet_count", "user_profile_clicks")
SECRET_METRICS = MappingProxyType(
    {"non_public_metrics": PRIVATE, "organic_metrics": ORGANIC, "promoted_metrics": ()}
)
# Both sides of the renaming in version 2.167 of the description.
NEW_NAMES = MappingProxyType(
    {
        "edit_history_tweet_ids": "edit_history_post_ids",
        "referenced_tweets": "referenced_posts",
        "retweet_count": "repost_count",
        "tweet_count": "post_count",
        "tweets": "posts",
    }
)
POST_EXPANSIONS = {"referenced_tweets.id", "referenced_posts"}
JOINED = datetime.fromisoformat("2016-10-04T08:00:00Z")


@dataclass(frozen=True)
class View:
    """Who looks (None: an app-only bearer), when, and what they asked to see."""

    reader: Account | None
    now: datetime
    parameter: str
    post_fields: Collection[str]
    user_fields: Collection[str]
    expansions: Collection[str]

    @classmethod
    def of(
        cls, query: Mapping[str, list[str]], reader: Account | None, now: datetime, parameter: str
    ) -> "View":
        """Read the wishes off the query; `parameter` is what named the posts (ids or id)."""
        posts = listed(query, "tweet.fields") + listed(query, "post.fields")
        wishes = listed(query, "user.fields"), listed(query, "expansions")
        return cls(reader, now, parameter, posts, *wishes)

    def post(self, post: Post) -> tuple[Body, list[Body]]:
        """The post's object, and a partial error for each figure the reader may not see."""
        shown, _ = given_back(post.text, post.id)
        body: Body = {"id": post.id, "text": shown, "edit_history_tweet_ids": [post.id]}
        body |= {name: made for name in self.post_fields if (made := _field(name, post, self.now))}
        errors: list[Body] = []
        for name in SECRET_METRICS.keys() & set(self.post_fields):
            if self._may_see(name, post):
                body[name] = {key: post.metrics[key] for key in SECRET_METRICS[name]}
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
        answer: Body = {"data": data, "includes": self._includes(chosen), "errors": partial}
        return {key: value for key, value in answer.items() if value}

    def user(self, account: Account) -> Body:
        """The user's object."""
        body: Body = {"id": account.id, "name": account.name, "username": account.username}
        extra: Body = {
            "created_at": stamp(JOINED),
            "description": "",
            "protected": False,
            "verified": False,
            "verified_type": "none",
            "public_metrics": dict.fromkeys(
                ("followers_count", "following_count", "tweet_count", "listed_count"), 0
            ),
        }
        return body | {name: extra[name] for name in self.user_fields if name in extra}

    def _includes(self, posts: list[Post]) -> Body:
        users: dict[str, Account] = {}
        parents = {post.parent.id: post.parent for post in posts if post.parent}
        if "author_id" in self.expansions:
            users |= {post.author.id: post.author for post in posts}
        if "in_reply_to_user_id" in self.expansions:
            users |= {parent.author.id: parent.author for parent in parents.values()}
        includes: Body = {"users": [self.user(account) for account in users.values()]}
        if POST_EXPANSIONS & set(self.expansions):
            includes["tweets"] = [self.post(p)[0] for p in parents.values() if not p.deleted_at]
        return {key: value for key, value in includes.items() if value}


def listed(query: Mapping[str, list[str]], name: str) -> list[str]:
    """A comma-separated parameter's values; empty when it was not given."""
    return query[name][0].split(",") if name in query else []


def _field(name: str, post: Post, now: datetime) -> object:
    """One wished field; None when this post has nothing there, as on X."""
    make = FIELDS.get(name)
    return make(post, now) if make else post.wishes.get(name)


def _entities(post: Post, _: datetime) -> object:
    shown, links = given_back(post.text, post.id)
    made = {"urls": [link.as_entity() for link in links], "hashtags": hashtags(shown)}
    return {name: found for name, found in made.items() if found}


def _edit_controls(post: Post, now: datetime) -> object:
    until = post.created_at + EDITABLE_FOR
    return {
        "edits_remaining": 5,
        "is_edit_eligible": now < until and not post.parent,
        "editable_until": stamp(until),
    }


FIELDS: Mapping[str, Callable[[Post, datetime], object]] = MappingProxyType(
    {
        "author_id": lambda post, _: post.author.id,
        "conversation_id": lambda post, _: post.conversation,
        "created_at": lambda post, _: stamp(post.created_at),
        "display_text_range": lambda post, _: [0, len(given_back(post.text, post.id)[0])],
        "edit_controls": _edit_controls,
        "edit_history_tweet_ids": lambda post, _: [post.id],
        "entities": _entities,
        "id": lambda post, _: post.id,
        "in_reply_to_user_id": lambda post, _: post.parent and post.parent.author.id,
        "lang": lambda *_: "und",  # the sandbox does not recognise languages
        "public_metrics": lambda post, _: {key: post.metrics[key] for key in PUBLIC},
        "referenced_tweets": lambda post, _: (
            post.parent and [{"type": "replied_to", "id": post.parent.id}]
        ),
        "reply_settings": lambda post, _: post.wishes.get("reply_settings", "everyone"),
        "text": lambda post, _: given_back(post.text, post.id)[0],
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
