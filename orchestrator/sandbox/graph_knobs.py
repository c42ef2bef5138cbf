"""What a rehearsal or test may change about the page, its token and the platform's mood."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import cast

from orchestrator.sandbox.graph_errors import LIMITS, REFUSALS
from orchestrator.sandbox.graph_table import table
from orchestrator.sandbox.http import LARGEST_SKEW

PERMISSIONS = frozenset(
    {
        "ads_management",
        "ads_read",
        "pages_manage_engagement",
        "pages_manage_metadata",
        "pages_manage_posts",
        "pages_messaging",
        "pages_read_engagement",
        "pages_read_user_content",
        "pages_show_list",
        "read_insights",
    }
)
AD_ACCOUNTS = ("active", "disabled", "unsettled", "no_money", "capped")
AD_REVIEWS = ("approved", "disapproved", "pending", "issues", "unheard_of")
TRUNCATED = ("", "cut", "hollow", "broken_promise")
APP_MODES = ("live", "development")
TOKEN_STATES = (
    *("valid", "expired", "invalid", "app_removed", "password_changed"),
    *("checkpoint", "unconfirmed", "logged_out", "no_role"),
)
TASKS = ("ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MANAGE", "MESSAGING", "MODERATE")


NUMBERS = (
    "lag_seconds",
    "batch_null",
    "fans",
    "most_comments",
    "film_seconds",
    "uploads_last_seconds",
    "half_parts",
    "calls_a_day",
)


@dataclass(frozen=True)
class Limit:
    """A rate limit: the next `calls` calls get `code`, to end in `minutes`."""

    code: int = 32
    calls: int = 1
    minutes: int = 5


@dataclass(frozen=True)
class Refusal:
    """The next `calls` calls are refused with this code and subcode; `data`: its `error_data`."""

    code: int
    subcode: int = 0
    calls: int = 1
    data: object = None


@dataclass(frozen=True)
class Start:
    """Percentages that are used already when the rehearsal begins, and minutes to wait for more."""

    app: int = 0
    page: int = 0
    ads: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class Knobs:
    """`token`: state of the page's and the user's token. `lag_seconds`: virtual seconds until a
    new post, seen or unseen, shows in lists and is found by its id, and until an unseen one that
    was published reads so. `keeps_scheduled`: the platform lets the time of scheduled posts pass;
    they stay scheduled until they are moved or published. `date_skew_seconds`: so far is the time
    that answers tell ahead of this machine's. `drop_targeting`: audiences are taken and
    silently forgotten. `batch_null`: so many items of coming batches are answered by null, not
    performed. `fans`: how many like the first page. `dead_metrics`: insights that have vanished.
    `hide_authors`: comments do not tell who wrote them. Lists of comments: `shuffle`: in no order;
    `repeat_pages`: a page begins with the end of the one before; `truncate`: they are `cut` in
    the middle, the first page is `hollow`, or a page promises a next one that is empty
    (`broken_promise`); more than `most_comments` on a page are too much for the platform.
    `estimates_ready`: whether the platform has counted the people of audiences. `ad_account`: its
    state, `ad_currency` its money; `ad_review`: what the review of adverts comes to after half an
    hour; `promotable`: whether posts may be advertised. Films: `film_seconds` is for how long they
    are worked on, `film_error` what is wrong with them then; `films_apart`: their posts have other
    numbers than they; `uploads_last_seconds`: for how long an upload may go on; of the first
    `half_parts` parts only the half arrives, without a usable answer. Tokens: `new_token` is one
    more of the first page, good whatever `token` says; `expires_in_days`: none for never;
    `data_access_days`: until when they may read; `tasks` of the person on the pages. `refusal`:
    what the next calls get. `usage`: what is used at the beginning, `calls_a_day` how many calls
    the page has (0: as many as a page of its size). `app_mode`: in `development` nobody but the
    app's own people sees the posts, however well they read back.
    """

    token: str = "valid"
    permissions: frozenset[str] = PERMISSIONS
    require_appsecret_proof: bool = False
    lag_seconds: float = 0.0
    keeps_scheduled: bool = False
    date_skew_seconds: float = 0.0
    second_page: bool = False
    drop_targeting: bool = False
    blocked: bool = False
    batch_null: int = 0
    fans: int | None = None
    dead_metrics: frozenset[str] = frozenset()
    hide_authors: bool = False
    shuffle: bool = False
    repeat_pages: bool = False
    truncate: str = ""
    most_comments: int | None = None
    rate_limit: Limit | None = None
    estimates_ready: bool = True
    ad_account: str = "active"
    ad_currency: str = "EUR"
    ad_review: str = "approved"
    promotable: bool = True
    film_seconds: float = 0.0
    film_error: str = ""
    films_apart: bool = False
    uploads_last_seconds: float = 86_400.0
    half_parts: int = 0
    new_token: str = ""
    expires_in_days: float | None = None
    data_access_days: float = 90.0
    tasks: tuple[str, ...] = TASKS
    refusal: Refusal | None = None
    usage: Start = Start()
    calls_a_day: int = 0
    app_mode: str = "live"


def turned(knobs: Knobs, options: Mapping[str, object]) -> Knobs:
    """The knobs after `options`; raises ValueError for one that does not exist or fit."""
    unknown = options.keys() - {field.name for field in fields(Knobs)}
    if unknown:
        raise ValueError(f"no such knob: {', '.join(sorted(unknown))}")
    for name, value in options.items():
        knobs = replace(knobs, **{name: _setting(name, value)})  # type: ignore[arg-type]  # checked
    return knobs


def _setting(name: str, value: object) -> object:
    if name == "permissions":
        return _permissions(value)
    if name == "rate_limit":
        return _limit(value)
    if name == "refusal":
        return _refusal(value)
    if name == "usage":
        return _start(value)
    if name == "tasks":
        return tuple(_fits(name, value, isinstance(value, list) and {*value} <= {*TASKS}))  # type: ignore[arg-type]  # checked
    if name == "new_token":
        return _fits(name, value, isinstance(value, str))
    if name == "expires_in_days" and value is None:
        return None
    if name in ("expires_in_days", "data_access_days"):
        days = isinstance(value, int | float) and not isinstance(value, bool)
        return _fits(name, value, days)
    if name == "token":
        return _fits(name, value, value in TOKEN_STATES)
    if name == "ad_account":
        return _fits(name, value, value in AD_ACCOUNTS)
    if name == "ad_review":
        return _fits(name, value, value in AD_REVIEWS)
    if name == "ad_currency":
        return _fits(name, value, isinstance(value, str) and len(value) == 3)
    if name == "dead_metrics":
        return _metrics(value)
    if name == "app_mode":
        return _fits(name, value, value in APP_MODES)
    if name == "truncate":
        return _fits(name, value, value in TRUNCATED)
    if name in ("fans", "most_comments") and value is None:
        return None
    if name == "date_skew_seconds":
        skew = isinstance(value, int | float) and not isinstance(value, bool)
        return _fits(name, value, skew and abs(cast(float, value)) <= LARGEST_SKEW)
    if name == "film_error":
        return _fits(name, value, isinstance(value, str))
    if name in NUMBERS:
        number = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        return _fits(name, value, number)
    return _fits(name, value, isinstance(value, bool))


def _fits(name: str, value: object, fits: bool) -> object:
    if not fits:
        raise ValueError(f"{name} cannot be {value!r}")
    return value


def _permissions(value: object) -> frozenset[str]:
    if not isinstance(value, list) or not all(name in PERMISSIONS for name in map(str, value)):
        raise ValueError(f"permissions must be a list out of {', '.join(sorted(PERMISSIONS))}")
    return frozenset(value)


def _metrics(value: object) -> frozenset[str]:
    known = table()["insights"]["alive"].keys()
    if not isinstance(value, list) or not set(map(str, value)) <= known:
        raise ValueError(f"dead_metrics must be a list out of {', '.join(known)}")
    return frozenset(value)


def _refusal(value: object) -> Refusal | None:
    if value is None:
        return None
    wrong = ValueError(f"refusal needs code and subcode (of {sorted(REFUSALS)}), calls, data")
    if not isinstance(value, dict) or not value.keys() <= {"code", "subcode", "calls", "data"}:
        raise wrong
    refusal = Refusal(**value) if "code" in value else None
    if refusal is None or (refusal.code, refusal.subcode) not in REFUSALS:
        raise wrong
    return refusal


def _start(value: object) -> Start:
    names = {field.name for field in fields(Start)}
    if not isinstance(value, dict) or not value.keys() <= names:
        raise ValueError(f"usage is made of {', '.join(sorted(names))}")
    if not all(isinstance(each, int) and 0 <= each <= 1440 for each in value.values()):
        raise ValueError("usage is told in whole percentages and minutes")
    return Start(**value)


def _limit(value: object) -> Limit | None:
    if value is None:
        return None
    wrong = ValueError(f"rate_limit needs code (one of {sorted(LIMITS)}), calls, minutes")
    if not isinstance(value, dict) or not value.keys() <= {"code", "calls", "minutes"}:
        raise wrong
    if not all(isinstance(number, int) and number >= 0 for number in value.values()):
        raise wrong
    limit = Limit(**value)
    if limit.code not in LIMITS:
        raise wrong
    return limit
