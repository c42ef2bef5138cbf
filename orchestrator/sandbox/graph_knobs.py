"""What a rehearsal or test may change about the page, its token and the platform's mood."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from orchestrator.sandbox.graph_errors import LIMITS

PERMISSIONS = frozenset(
    {
        "pages_manage_engagement",
        "pages_manage_metadata",
        "pages_manage_posts",
        "pages_read_engagement",
        "pages_read_user_content",
        "pages_show_list",
        "read_insights",
    }
)
TOKEN_STATES = ("valid", "expired", "invalid", "app_removed", "password_changed")


@dataclass(frozen=True)
class Limit:
    """A rate limit: the next `calls` calls get `code`, to end in `minutes`."""

    code: int = 32
    calls: int = 1
    minutes: int = 5


@dataclass(frozen=True)
class Knobs:
    """`token`: state of the page's and the user's token. `lag_seconds`: virtual seconds until a
    published post shows in lists. `drop_targeting`: audiences are taken and silently forgotten.
    `batch_null`: so many items of coming batches are answered by null, not performed.
    """

    token: str = "valid"
    permissions: frozenset[str] = PERMISSIONS
    require_appsecret_proof: bool = False
    lag_seconds: float = 0.0
    second_page: bool = False
    drop_targeting: bool = False
    blocked: bool = False
    batch_null: int = 0
    rate_limit: Limit | None = None


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
    if name == "token":
        return _fits(name, value, value in TOKEN_STATES)
    if name in ("lag_seconds", "batch_null"):
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
