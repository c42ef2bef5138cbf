"""The knobs of the sandbox's X: each wish is checked before the first one is turned."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from orchestrator.sandbox.http import LARGEST_SKEW
from orchestrator.sandbox.x_crowd import Utterance
from orchestrator.sandbox.x_letters import checked
from orchestrator.sandbox.x_placing import wished
from orchestrator.sandbox.x_problems import OLD_HOST
from orchestrator.sandbox.x_store import PRIVATE, PUBLIC, Account
from orchestrator.sandbox.x_timeline import TROUBLES

if TYPE_CHECKING:
    from orchestrator.sandbox.x import XEmulator

ACCOUNT = "id", "username", "name", "access_token", "access_token_secret"
PERMISSIONS = {"ok": "read-write", "revoked": "revoked", "read-only": "read-only"}
HOSTS = OLD_HOST, "api.x.com"
Act = Callable[[], None]


def turn(x: "XEmulator", options: Mapping[str, object]) -> None:
    """Turn all knobs named in `options`, or raise ValueError and turn none."""
    acts: list[Act] = []
    for name, value in options.items():
        if name not in KNOBS:
            raise ValueError(f"x has no knob {name!r}; it has {', '.join(sorted(KNOBS))}")
        acts.append(KNOBS[name](x, value))
    for act in acts:
        act()


def _sensible(condition: bool, knob: str, wanted: str) -> None:
    if not condition:
        raise ValueError(f"x: {knob} must be {wanted}")


def _number(value: object, knob: str) -> Decimal:
    _sensible(
        isinstance(value, int | float | str) and not isinstance(value, bool), knob, "a number"
    )
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        number = Decimal("nan")
    _sensible(number.is_finite(), knob, "a number")
    return number


def _count(value: object, knob: str) -> int:
    number = _number(value, knob)
    _sensible(number >= 0 and number == int(number), knob, "a whole number, 0 or more")
    return int(number)


def _per_account(x: "XEmulator", value: object, knob: str) -> dict[str, object]:
    wishes = value if isinstance(value, dict) else {x.store.owner.id: value}
    _sensible(wishes.keys() <= x.store.accounts.keys(), knob, "for accounts that exist")
    return wishes


def _token(x: "XEmulator", value: object) -> Act:
    wishes = _per_account(x, value, "token")
    _sensible(all(v in PERMISSIONS for v in wishes.values()), "token", "ok, revoked or read-only")

    def act() -> None:
        for account, wish in wishes.items():
            x.store.accounts[account].permission = PERMISSIONS[str(wish)]

    return act


def _suspended(x: "XEmulator", value: object) -> Act:
    wishes = _per_account(x, value, "suspended")
    _sensible(all(isinstance(v, bool) for v in wishes.values()), "suspended", "true or false")

    def act() -> None:
        for account, wish in wishes.items():
            x.store.accounts[account].suspended = bool(wish)

    return act


def _client_forbidden(x: "XEmulator", value: object) -> Act:
    _sensible(isinstance(value, bool), "client_forbidden", "true or false")
    return lambda: setattr(x, "client_forbidden", value)


def _credits(x: "XEmulator", value: object) -> Act:
    amount = None if value is None else _number(value, "credits")
    return lambda: setattr(x.purse, "credits", amount)


def _rate_limit_next(x: "XEmulator", value: object) -> Act:
    count = _count(value, "rate_limit_next")
    return lambda: setattr(x.limits, "refuse_next", count)


def _limits(x: "XEmulator", value: object) -> Act:
    wanted = "{operation: {user or app: calls}}"
    _sensible(isinstance(value, dict), "limits", wanted)
    known = {operation.name: operation.limits for operation in x.operations}
    overrides: dict[str, Mapping[str, int]] = {}
    for name, sizes in cast(dict[str, object], value).items():
        fits = name in known and isinstance(sizes, dict) and sizes.keys() <= known[name].keys()
        _sensible(fits, "limits", f"{wanted} of {', '.join(sorted(known))}")
        calls = cast(dict[str, object], sizes)
        overrides[name] = {who: _count(number, "limits") for who, number in calls.items()}
    return lambda: setattr(x.limits, "overrides", overrides)


def _visibility_lag(x: "XEmulator", value: object) -> Act:
    lag = timedelta(seconds=_count(value, "visibility_lag"))
    return lambda: setattr(x.desk, "lag", lag)


def _date_skew_seconds(x: "XEmulator", value: object) -> Act:
    skew = _number(value, "date_skew_seconds")
    _sensible(abs(skew) <= LARGEST_SKEW, "date_skew_seconds", "at most some years")
    return lambda: setattr(x, "date_skew", float(skew))


def _names(x: "XEmulator", value: object) -> Act:
    _sensible(value in ("old", "new", "only new"), "names", "old, new or only new")

    def act() -> None:
        x.new_names, x.refuses_old_names = value != "old", value == "only new"

    return act


def _problem_host(x: "XEmulator", value: object) -> Act:
    _sensible(value in HOSTS, "problem_host", " or ".join(HOSTS))
    return lambda: setattr(x, "problem_host", value)


def _accounts(x: "XEmulator", value: object) -> Act:
    wanted = f"a list of objects with {', '.join(ACCOUNT)}"
    _sensible(isinstance(value, list), "accounts", wanted)
    accounts = []
    for entry in cast(list[object], value):
        fits = isinstance(entry, dict) and set(entry) == set(ACCOUNT)
        _sensible(fits, "accounts", wanted)
        fields = cast(dict[str, object], entry)
        _sensible(str(fields["id"]).isdecimal(), "accounts", "given numeric ids")
        user, handle, name, token, secret = (str(fields[name]) for name in ACCOUNT)
        accounts.append(Account(user, handle, name, token, secret))
    tokens = {a.token for a in accounts} & {a.token for a in x.store.accounts.values()}
    _sensible(not tokens, "accounts", "given access tokens of their own")

    def act() -> None:
        x.store.accounts |= {account.id: account for account in accounts}

    return act


def _metrics(x: "XEmulator", value: object) -> Act:
    _sensible(isinstance(value, dict), "metrics", "{post: {figure: number}}")
    figures: dict[str, dict[str, int]] = {}
    for post, sizes in cast(dict[str, dict[str, object]], value).items():
        fits = post in x.store.posts and isinstance(sizes, dict)
        _sensible(fits and sizes.keys() <= {*PUBLIC, *PRIVATE}, "metrics", "known posts' figures")
        figures[post] = {name: _count(number, "metrics") for name, number in sizes.items()}

    def act() -> None:
        for post, sizes in figures.items():
            x.store.posts[post].metrics |= sizes

    return act


def _replies(x: "XEmulator", value: object) -> Act:
    _sensible(isinstance(value, list), "replies", "a list of objects")
    wishes = [wished(x.store, wish, x.clock.now()) for wish in cast(list[object], value)]

    def act() -> None:
        for wish in wishes:
            if isinstance(wish, Utterance):
                x.crowd.say(wish)
            else:
                wish.apply(x.crowd)

    return act


def _messages(x: "XEmulator", value: object) -> Act:
    letters = x.desk.letters
    wishes = checked(letters, value)
    return lambda: letters.place(x.store, wishes, x.clock.now())


def _pages(x: "XEmulator", value: object) -> Act:
    _sensible(value in ("", *TROUBLES), "pages", f"empty or one of {', '.join(TROUBLES)}")
    return lambda: setattr(x.desk, "pages", value)


def _partial_errors(x: "XEmulator", value: object) -> Act:
    _sensible(isinstance(value, bool), "partial_errors", "true or false")
    return lambda: setattr(x.desk, "beside", value)


def _unavailable(x: "XEmulator", value: object) -> Act:
    known = isinstance(value, list) and {str(post) for post in value} <= x.store.posts.keys()
    _sensible(known, "unavailable", "a list of posts that exist")
    posts = frozenset(map(str, cast(list[object], value)))
    return lambda: setattr(x.desk, "unavailable", posts)


def _of_shelf(knob: str, name: str) -> Callable[["XEmulator", object], Act]:
    def act(x: "XEmulator", value: object) -> Act:
        seconds = _count(value, knob)
        return lambda: setattr(x.desk.shelf, name, seconds)

    return act


def _processing_fails(x: "XEmulator", value: object) -> Act:
    _sensible(isinstance(value, str), "processing_fails", "what is said, or empty")
    return lambda: setattr(x.desk.shelf, "fails", value)


KNOBS: Mapping[str, Callable[["XEmulator", object], Act]] = MappingProxyType(
    {
        "token": _token,
        "suspended": _suspended,
        "client_forbidden": _client_forbidden,
        "credits": _credits,
        "rate_limit_next": _rate_limit_next,
        "limits": _limits,
        "visibility_lag": _visibility_lag,
        "date_skew_seconds": _date_skew_seconds,
        "names": _names,
        "problem_host": _problem_host,
        "accounts": _accounts,
        "metrics": _metrics,
        "replies": _replies,
        "messages": _messages,
        "pages": _pages,
        "partial_errors": _partial_errors,
        "unavailable": _unavailable,
        "processing_seconds": _of_shelf("processing_seconds", "processing"),
        "processing_fails": _processing_fails,
        "media_seconds": _of_shelf("media_seconds", "keeps"),
        "longest_video": _of_shelf("longest_video", "longest"),
    }
)
