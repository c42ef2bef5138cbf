"""Lists in pages: limit, cursors, since and until."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar, cast

from orchestrator.sandbox.graph_call import Call
from orchestrator.sandbox.graph_errors import GraphError, bad_parameter
from orchestrator.sandbox.graph_table import Values

DEFAULT_LIMIT = 25
MOST = 100


class Dated(Protocol):
    """What can stand in a list."""

    @property
    def created(self) -> datetime:
        """When it appeared."""


Entry = TypeVar("Entry", bound=Dated)
Rank = tuple[int, int]
Ranking = Callable[[Entry], Rank]
Paging = dict[str, object]


def limit(values: Values, default: int = DEFAULT_LIMIT) -> int:
    """How many entries a page of the list has; more than 100 is refused."""
    wanted = cast(int, values.get("limit", default))
    if wanted > MOST:
        raise bad_parameter(f"The 'limit' parameter should not exceed {MOST}")
    return wanted


def cut(
    entries: Sequence[Entry], rank: Ranking[Entry], values: Values, call: Call
) -> tuple[list[Entry], Paging]:
    """One page out of entries that are sorted by rank, and its `paging`."""
    size = limit(values)
    inside = [entry for entry in entries if _between(entry.created, values)]
    after, before = (_mark(values, name) for name in ("after", "before"))
    ends = _Ends(rank, call)
    if before is not None:
        earlier = [entry for entry in inside if rank(entry) < before]
        shown = earlier[-size:] if size else []
        return shown, ends.paging(shown, bool(earlier), len(earlier) > size)
    later = [entry for entry in inside if after is None or rank(entry) > after]
    shown = later[:size]
    return shown, ends.paging(shown, len(later) > size, len(later) < len(inside))


def _between(when: datetime, values: Values) -> bool:
    since = cast(datetime | None, values.get("since"))
    until = cast(datetime | None, values.get("until"))
    return (since is None or when >= since) and (until is None or when <= until)


@dataclass(frozen=True)
class _Ends(Generic[Entry]):
    rank: Ranking[Entry]
    call: Call

    def paging(self, shown: Sequence[Entry], more: bool, less: bool) -> Paging:
        if not shown:
            return {}
        first, last = (_cursor(self.rank(entry)) for entry in (shown[0], shown[-1]))
        links = {"next": self.call.link(after=last)} if more else {}
        links |= {"previous": self.call.link(before=first)} if less else {}
        return {"paging": {"cursors": {"before": first, "after": last}, **links}}


def _cursor(rank: Rank) -> str:
    return base64.urlsafe_b64encode("{}:{}".format(*rank).encode()).decode().rstrip("=")


def _mark(values: Values, name: str) -> Rank | None:
    cursor = cast(str | None, values.get(name))
    if not cursor:
        return None
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        first, second = map(int, plain.split(":"))
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise _bad_cursor(name) from error
    return first, second


def _bad_cursor(name: str) -> GraphError:
    return bad_parameter(f"Invalid cursors values for pagination: {name}")
