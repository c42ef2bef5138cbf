"""How each network's sandbox is brought into the troubles that every adapter must tell apart.

A new network needs an entry here; the suite itself is the same for all.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from orchestrator.ports import Unavailable

Knobs = dict[str, Any]


@dataclass(frozen=True)
class Listens:
    """How figures and replies of a network's sandbox go well or wrong.

    ``channel``: of a reply under a post. ``calls``: HTTP calls for 75 posts with some replies
    each, at most. ``deaf``, ``blind``: knobs under which no reply, no figure can be read.
    ``lacking``: knobs under which just these metrics are not available, for these reasons.
    ``crooked``: lists that have everything, but not as they should; ``broken``: lists that
    visibly do not come to their end. ``longest``: the longest reply. ``edits``: whether the
    network tells when a reply was edited. ``called``: how it tells somebody's name.
    """

    channel: str
    calls: int
    deaf: dict[str, Knobs]
    blind: dict[str, Knobs]
    lacking: dict[str, tuple[Knobs, dict[str, Unavailable]]]
    crooked: dict[str, Knobs]
    broken: dict[str, Knobs]
    longest: int = 10_000
    edits: bool = False
    called: Callable[[str], str] = str


@dataclass(frozen=True)
class Stage:
    """``refusing``: knobs after which every call of the account is refused. ``busy``: knobs for a
    rate limit, and the seconds within which the adapter must say to wait. ``variants``: knobs
    under which all goes on as ever. ``roomy``: knobs for more posts than a day usually has.
    ``keeps``: a text as the network stores it. ``late``: knobs by which a new post can be read only
    after a minute. ``read_price``: what a look costs, in US dollars.
    """

    wrong_key: dict[str, str]
    foreign: dict[str, str]
    refusing: dict[str, Knobs]
    busy: dict[str, tuple[Knobs, float, float]]
    variants: dict[str, Knobs]
    too_long: tuple[str, ...]
    strange_ids: tuple[str, ...]
    keeps: Callable[[str], str]
    roomy: Knobs = field(default_factory=dict)
    refused_writes: dict[str, Knobs] = field(default_factory=dict)
    listens: Listens | None = None
    late: Knobs = field(default_factory=dict)
    read_price: float = 0.0


def limit(code: int, minutes: int) -> Knobs:
    return {"rate_limit": {"code": code, "calls": 9, "minutes": minutes}}


def trimmed(text: str) -> str:
    """Without the space around it; letters stay as they were typed."""
    return text.strip()


def composed(text: str) -> str:
    """Trimmed, and with composed letters: X counts and keeps NFC."""
    return unicodedata.normalize("NFC", text).strip()


def without(*lacking: str) -> Knobs:
    """A token with all permissions but these."""
    all_of_them = (
        "pages_manage_posts",
        "pages_read_engagement",
        "pages_read_user_content",
        "read_insights",
    )
    return {"permissions": [each for each in all_of_them if each not in lacking]}


VIEWERS, VIEWS = "post_total_media_view_unique", "post_media_view"

FACEBOOK_LISTENS = Listens(
    channel="comment",
    calls=9,
    deaf={
        "may not read comments": without("pages_read_user_content"),
        "may not read the page": without("pages_read_engagement"),
        "expired": {"token": "expired"},
    },
    blind={
        "may not read the page": without("pages_read_engagement"),
        "expired": {"token": "expired"},
    },
    lacking={
        "few likes": (
            {"fans": 99},
            dict.fromkeys((VIEWERS, VIEWS), Unavailable.FEW_LIKES),
        ),
        "a metric vanished": ({"dead_metrics": [VIEWERS]}, {VIEWERS: Unavailable.VANISHED}),
        "all metrics vanished": (
            {"dead_metrics": [VIEWERS, VIEWS]},
            dict.fromkeys((VIEWERS, VIEWS), Unavailable.VANISHED),
        ),
        "no insights": (
            without("read_insights"),
            dict.fromkeys((VIEWERS, VIEWS), Unavailable.NOT_PERMITTED),
        ),
        "no counters": (
            without("pages_read_user_content"),
            dict.fromkeys(("reactions", "comments"), Unavailable.NOT_PERMITTED),
        ),
    },
    crooked={
        "pages that repeat": {"repeat_pages": True},
        "no order": {"shuffle": True},
        "both": {"repeat_pages": True, "shuffle": True},
        "authors untold": {"hide_authors": True},
        "left undone": {"batch_null": 2},
        "small pages only": {"most_comments": 30},
    },
    broken={
        "an empty page first": {"truncate": "hollow"},
        "a page that never comes": {"truncate": "broken_promise"},
    },
)

FACEBOOK = Stage(
    listens=FACEBOOK_LISTENS,
    late={"lag_seconds": 60},
    keeps=trimmed,
    wrong_key={"page_token": "EAACanaryOfAWrongPageToken0000000009"},
    foreign={"page_id": "104729188301602"},
    refusing={
        "expired": {"token": "expired"},
        "invalid": {"token": "invalid"},
        "app removed": {"token": "app_removed"},
        "password changed": {"token": "password_changed"},
        "no permission at all": {"permissions": []},
    },
    refused_writes={
        "may only read": {"permissions": ["pages_read_engagement"]},
        "held back": {"blocked": True},
    },
    busy={
        "app": (limit(4, 7), 420, 462),
        "page": (limit(32, 5), 300, 330),
        "business use case": (limit(80001, 93), 5580, 6138),
        "custom, without a hint": (limit(613, 0), 60, 900),
        "longer than a day": (limit(17, 9999), 3600, 86400),
    },
    variants={"proof of the app's secret required": {"require_appsecret_proof": True}},
    too_long=("ä" * 63_207,),
    strange_ids=("", "me", "104729188301602_122104000000000001", "104729188301557_1/../me"),
)


def handle(name: str) -> str:
    """X tells user names only."""
    return "@" + name.lower().replace(" ", "_")


OF_POSTS = (
    "createPosts",
    "getUsersPosts",
    "getPostsByIds",
    "getUsersMentions",
    "searchPostsRecent",
)
X_LISTENS = Listens(
    channel="reply",
    calls=10,
    deaf={"revoked": {"token": "revoked"}, "out of credits": {"credits": 0}},
    blind={"revoked": {"token": "revoked"}, "app without access": {"client_forbidden": True}},
    lacking={},  # X has no switch for single metrics
    crooked={
        "pages that repeat": {"pages": "repeat"},
        "no order": {"pages": "reorder"},
        "a wrong count": {"pages": "miscount"},
        "errors beside": {"partial_errors": True},
        "new names": {"names": "new"},
        "new names only": {"names": "only new"},
    },
    broken={},  # what was deleted is looked up, not missed: see test_x_hearing
    edits=True,
    called=handle,
)

X = Stage(
    listens=X_LISTENS,
    late={"visibility_lag": 60},
    read_price=0.005,
    keeps=composed,
    wrong_key={"access_token_secret": "canary-of-a-wrong-token-secret-0009"},
    foreign={"user_id": "2244994945000000002"},
    refusing={
        "revoked": {"token": "revoked"},
        "suspended": {"suspended": True},
        "app without access": {"client_forbidden": True},
        "out of credits": {"credits": 0},
    },
    refused_writes={"may only read": {"token": "read-only"}},
    busy={
        "this time": ({"rate_limit_next": 9}, 60, 901),
        "window used up": (
            {"limits": {name: {"user": 0} for name in OF_POSTS}},
            60,
            901,
        ),
    },
    variants={
        "new names": {"names": "new"},
        "new host of problems": {"problem_host": "api.x.com"},
    },
    # Each counts 281 or more: letters, emoji, Chinese characters, a link of 23.
    too_long=("ü" * 281, "👋" * 141, "漢" * 141, "a" * 257 + " caritas.de"),
    strange_ids=("", "me", "../users/me", "12 34"),
    roomy={"limits": {"createPosts": {"user": 5000}, "deletePosts": {"user": 5000}}},
)

STAGES = {"facebook": FACEBOOK, "x": X}
