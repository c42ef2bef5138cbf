"""How each network's sandbox is brought into the troubles that every adapter must tell apart.

A new network needs an entry here; the suite itself is the same for all.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Knobs = dict[str, Any]


@dataclass(frozen=True)
class Stage:
    """``refusing``: knobs after which every call of the account is refused. ``busy``: knobs for a
    rate limit, and the seconds within which the adapter must say to wait. ``variants``: knobs
    under which all goes on as ever. ``roomy``: knobs for more posts than a day usually has.
    ``keeps``: a text as the network stores it.
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


def limit(code: int, minutes: int) -> Knobs:
    return {"rate_limit": {"code": code, "calls": 9, "minutes": minutes}}


def trimmed(text: str) -> str:
    """Without the space around it; letters stay as they were typed."""
    return text.strip()


def composed(text: str) -> str:
    """Trimmed, and with composed letters: X counts and keeps NFC."""
    return unicodedata.normalize("NFC", text).strip()


FACEBOOK = Stage(
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
        "app": (limit(4, 7), 420, 420),
        "page": (limit(32, 5), 300, 300),
        "business use case": (limit(80001, 93), 5580, 5580),
        "custom, without a hint": (limit(613, 0), 60, 900),
        "longer than a day": (limit(17, 9999), 3600, 86400),
    },
    variants={"proof of the app's secret required": {"require_appsecret_proof": True}},
    too_long=("ä" * 63_207,),
    strange_ids=("", "me", "104729188301602_122104000000000001", "104729188301557_1/../me"),
)

X = Stage(
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
            {"limits": {name: {"user": 0} for name in ("createPosts", "getUsersPosts")}},
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
