"""What others say: the mentions of an account, and the search through the last seven days."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from orchestrator.sandbox.x_problems import invalid_request
from orchestrator.sandbox.x_query import Matches, search_for
from orchestrator.sandbox.x_schema import Complaint
from orchestrator.sandbox.x_store import EPOCH_MS, Account, Post

RECENT = timedelta(days=7)
REST = timedelta(seconds=10)
Query = Mapping[str, list[str]]


def naming(posts: Iterable[Post], account: Account) -> Iterator[Post]:
    """The posts that name an account, whoever wrote them."""
    name = re.compile(rf"(?<![\w@])@{account.username}(?!\w)", re.IGNORECASE | re.ASCII)
    return (post for post in posts if name.search(post.text))


def check_window(query: Query) -> None:
    """Refuse a window that ends before it begins. The complaints' words are unverified."""
    since, until = _given(query, "since_id"), _given(query, "until_id")
    if since and until and int(since) >= int(until):
        raise _refused("since_id", since, "'since_id' must be less than 'until_id'")
    start, end = _given(query, "start_time"), _given(query, "end_time")
    if start and end and datetime.fromisoformat(start) >= datetime.fromisoformat(end):
        raise _refused("start_time", start, "'start_time' must be earlier than 'end_time'")


def check_search(query: Query, now: datetime) -> Matches:
    """What a search finds; refuses what does not go together or lies too far back."""
    for ids, times in (("since_id", "start_time"), ("until_id", "end_time")):
        if ids in query and times in query:
            raise _refused(
                ids,
                query[ids][0],
                "Invalid use of 'since_id' or 'until_id' in conjunction with 'start_time' or"
                " 'end_time'.",
            )
    if "next_token" in query and "pagination_token" in query:
        raise _refused(
            "next_token", query["next_token"][0], "Only one of next_token, pagination_token"
        )
    check_window(query)
    _check_reach(query, now)
    return search_for(query["query"][0])


def _check_reach(query: Query, now: datetime) -> None:
    earliest = now - RECENT
    told = earliest.strftime("%Y-%m-%dT%H:%MZ")
    if (start := _given(query, "start_time")) and datetime.fromisoformat(start) < earliest:
        why = f"Invalid 'start_time':'{start}'. 'start_time' must be on or after {told}."
        raise _refused("start_time", start, why)
    end = _given(query, "end_time")
    if end and datetime.fromisoformat(end) > now - REST:
        why = (
            f"Invalid 'end_time':'{end}'. 'end_time' must be a minimum of 10 seconds prior to the"
            " request time."
        )
        raise _refused("end_time", end, why)
    oldest = (int(earliest.timestamp() * 1000) - EPOCH_MS) << 22
    if (since := _given(query, "since_id")) and int(since) < oldest:
        why = (
            f"'since_id' must be a tweet id created after {told}. Please use a 'since_id' that is"
            f" larger than {oldest}"
        )
        raise _refused("since_id", since, why)


def _given(query: Query, name: str) -> str:
    return query[name][0] if name in query else ""


def _refused(name: str, value: str, why: str) -> Exception:
    return invalid_request([Complaint(why, name, (value,))])
