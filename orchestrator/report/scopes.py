"""Cutting: what belongs to a period, a partner, a tandem, a network, a channel or a day."""

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TypeVar

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.ports import Metrics
from orchestrator.report.rows import (
    WITHDRAWN,
    AccountRow,
    PostRow,
    ReplyRow,
    Rows,
    TandemRow,
)

Key = TypeVar("Key")
Item = TypeVar("Item")
# In place of a name where there is none: no partner, no network.
NONE = "none"
# A stray date must not make a table of ten thousand empty days.
_LONGEST = 400


@dataclass(frozen=True)
class Wish:
    """What the reader asked for; days are local and count as a whole."""

    since: date | None = None
    until: date | None = None
    partner: str | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return self == Wish()

    def holds(self, day: date) -> bool:
        """Whether a day lies in the period."""
        return (self.since is None or day >= self.since) and (
            self.until is None or day <= self.until
        )


@dataclass(frozen=True)
class Scope:
    """Rows that belong together; ``accounts`` are empty where their costs cannot be split."""

    tandems: tuple[TandemRow, ...]
    posts: tuple[PostRow, ...]
    replies: tuple[ReplyRow, ...]
    accounts: tuple[AccountRow, ...] = ()
    networks: tuple[str, ...] = ()
    metrics: Mapping[str, Metrics] = field(default_factory=dict)

    def only(
        self,
        tandems: Iterable[TandemRow] = (),
        posts: Iterable[PostRow] = (),
        replies: Iterable[ReplyRow] = (),
        accounts: Iterable[AccountRow] = (),
        networks: Iterable[str] | None = None,
    ) -> "Scope":
        """A part of it."""
        return replace(
            self,
            tandems=tuple(tandems),
            posts=tuple(posts),
            replies=tuple(replies),
            accounts=tuple(accounts),
            networks=self.networks if networks is None else tuple(networks),
        )


def cut(rows: Rows, wish: Wish) -> Scope:
    """What the reader asked for. A period keeps all tandems: they were there all the time."""
    tandems = [each for each in rows.tandems if wish.partner in (None, each.partner)]
    kept: Collection[int | None] = {each.id for each in tandems}
    if wish.partner is None:
        kept = {None, *kept}
    accounts = rows.accounts
    if not wish.whole:
        # Reading is charged for a whole account: a part of the campaign has no share of it.
        accounts = tuple(replace(each, read_usd=0.0) for each in accounts)
    return Scope(
        tuple(tandems),
        tuple(each for each in rows.posts if each.tandem_id in kept and wish.holds(each.day)),
        tuple(each for each in rows.replies if each.tandem_id in kept and wish.holds(each.day)),
        accounts,
        tuple(rows.networks),
        rows.metrics,
    )


def partner_of(rows: Rows, name: str) -> str:
    """The partner of that name; an unknown one is refused with the near ones."""
    known = {each.partner.casefold(): each.partner for each in rows.tandems if each.partner}
    if found := known.get(name.strip().casefold()):
        return found
    near = difflib.get_close_matches(name.strip().casefold(), known, n=3, cutoff=0.55)
    raise UsageProblem(
        _("There is no partner “{name}”.").format(name=name),
        remedy=_("Did you mean {names}?").format(names=", ".join(known[each] for each in near))
        if near
        else _("The partners are: {names}.").format(names=", ".join(sorted(known.values())) or "–"),
    )


def by_tandem(scope: Scope) -> dict[str, Scope]:
    """A part per tandem, by slug; one for all who withdrew together, at the end."""
    slugs: dict[int | None, str] = {each.id: each.slug for each in scope.tandems}
    tandems = _grouped(scope.tandems, lambda each: each.slug)
    posts = _grouped(scope.posts, lambda each: slugs.get(each.tandem_id))
    replies = _grouped(scope.replies, lambda each: slugs.get(each.tandem_id))
    names = sorted(tandems, key=lambda slug: slug == WITHDRAWN)
    return {
        slug: scope.only(tandems[slug], posts.get(slug, ()), replies.get(slug, ()))
        for slug in names
    }


def by_network(scope: Scope) -> dict[str, Scope]:
    """A part per network; answers that came on none are at the end."""
    posts = _grouped(scope.posts, lambda each: each.network)
    replies = _grouped(scope.replies, lambda each: each.network or NONE)
    accounts = _grouped(scope.accounts, lambda each: each.network)
    names = sorted({*scope.networks, *posts, *replies}, key=lambda name: (name == NONE, name))
    people = {each.id: each for each in scope.tandems}
    return {
        name: scope.only(
            _tandems_of(people, posts.get(name, ())),
            posts.get(name, ()),
            replies.get(name, ()),
            accounts.get(name, ()),
            [] if name == NONE else [name],
        )
        for name in names
    }


def by_partner(scope: Scope) -> dict[str, Scope]:
    """A part per organisation that brought tandems; those without one are at the end."""
    tandems = _grouped(scope.tandems, lambda each: each.partner or NONE)
    home = {each.id: each.partner or NONE for each in scope.tandems}
    posts = _grouped(scope.posts, lambda each: home.get(each.tandem_id, NONE))
    replies = _grouped(scope.replies, lambda each: home.get(each.tandem_id or 0, NONE))
    names = sorted({*tandems, *posts, *replies}, key=lambda name: (name == NONE, name.casefold()))
    return {
        name: scope.only(tandems.get(name, ()), posts.get(name, ()), replies.get(name, ()))
        for name in names
    }


def by_channel(scope: Scope) -> dict[str, Scope]:
    """A part per way on which answers came, the busiest first."""
    replies = _grouped(scope.replies, lambda each: each.channel or NONE)
    names = sorted(replies, key=lambda name: (-len(replies[name]), name))
    return {name: scope.only(replies=replies[name], networks=()) for name in names}


def by_day(scope: Scope, first: date, last: date) -> dict[str, Scope]:
    """A part per local day, those without anything too, from the first to the last.

    What happened before or after is added; over very long times only days with something count.
    """
    posts = _grouped(scope.posts, lambda each: each.day)
    replies = _grouped(scope.replies, lambda each: each.day)
    days = {*posts, *replies}
    first, last = min(days | {first}), max(days | {last})
    if (last - first).days < _LONGEST:
        days = {first + timedelta(days=number) for number in range((last - first).days + 1)}
    return {
        day.isoformat(): scope.only(
            _tandems_of({each.id: each for each in scope.tandems}, posts.get(day, ())),
            posts.get(day, ()),
            replies.get(day, ()),
        )
        for day in sorted(days)
    }


def _tandems_of(people: Mapping[int, TandemRow], posts: Iterable[PostRow]) -> list[TandemRow]:
    present = {each.tandem_id for each in posts}
    return [each for number, each in people.items() if number in present]


def _grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    groups: dict[Key, list[Item]] = {}
    for each in items:
        groups.setdefault(key(each), []).append(each)
    return groups
