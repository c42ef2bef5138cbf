"""What people write to the account alone on X, from its list of the last thirty days.

X tells neither that somebody took a message back nor what was sealed from end to end, and charges
for each that it tells: so the first page is small, and all end where what is known begins.
Unverified live: that a list may go on in larger pages than it began with.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import as_object, mark, moment
from orchestrator.networks.wire.said import unclear_answer
from orchestrator.networks.wire.x_bill import Spared, spared
from orchestrator.networks.wire.x_links import links, target, unfolded
from orchestrator.networks.wire.x_posts import is_id
from orchestrator.networks.wire.x_reading import Kind, Reading
from orchestrator.networks.wire.x_troubles import NETWORK
from orchestrator.ports import Heard, Hearing, NotAuthorised, Unreadable
from orchestrator.vocabulary import Condition

SIZES = (5, 20, 100)
_LONGEST_LIST = 200  # pages
# A message may show a little later than its number says.
_LATE = timedelta(minutes=1)
_EPOCH_MS = 1_288_834_974_657  # where X's numbers begin to count
_STATUS = re.compile(r"^https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/\w+/status/(\d{1,19})\b")
_WISHES = {
    "event_types": ["MessageCreate"],
    "dm_event_fields": ["attachments", "created_at", "dm_conversation_id", "entities", "text"],
    "expansions": ["sender_id"],
}
Json = Mapping[str, Any]


def hear(reading: Reading, since: str | None, begin: datetime) -> Hearing:
    """What others wrote since the mark, or since ``begin``; Unreadable where X keeps it from us."""
    if reading.is_refused(Kind.MESSAGES):
        return Hearing((), until=since)
    start = _before(int(since)) if since and is_id(since) else _number(begin)
    told: dict[str, Heard] = {}
    newest = int(since) if since and is_id(since) else start
    try:
        for page in _pages(reading):
            users = _users(page)
            events = [each for each in _events(page) if int(each["id"]) > start]
            newest = max([newest, *(int(each["id"]) for each in events)])
            read = (_heard(each, users) for each in events if _is_theirs(each, reading.user_id))
            told |= {each.remote_id: each for each in read if each}
            if len(events) < len(_events(page)):
                break
    except Spared:
        return Hearing(_sorted(told.values()), until=since, findings=(spared(),))
    except Unreadable:
        reading.refuse(Kind.MESSAGES)
        raise
    except NotAuthorised as refusal:
        if refusal.condition not in (Condition.PERMISSION, Condition.OUTDATED):
            raise
        reading.refuse(Kind.MESSAGES)
        raise Unreadable(_lacking(), reason=refusal.why) from None
    return Hearing(_sorted(told.values()), until=str(newest))


def _lacking() -> str:
    return _(
        "X does not let this app read private messages. Give the app the permission for direct"
        " messages in X's developer console and make new keys; all else is read meanwhile."
    )


def _pages(reading: Reading) -> Iterator[Json]:
    following: dict[str, object] = {}
    for number in range(_LONGEST_LIST):
        size = SIZES[min(number, len(SIZES) - 1)]
        answer = reading.messages(size, **_WISHES, **following)
        if not isinstance(answer.get("meta"), dict):
            raise unclear_answer(NETWORK, 200, write=False)
        reading.charge_messages(str(each["id"]) for each in _events(answer))
        yield answer
        after = mark(answer["meta"].get("next_token"))
        if not after:
            return
        if after == following.get("pagination_token"):
            break
        following = {"pagination_token": after}
    raise unclear_answer(NETWORK, 200, write=False)


def _events(answer: Json) -> list[Json]:
    listed = answer.get("data", [])
    if not isinstance(listed, list):
        raise unclear_answer(NETWORK, 200, write=False)
    return [each for each in listed if isinstance(each, dict) and is_id(each.get("id"))]


def _users(answer: Json) -> dict[str, str]:
    users = as_object(answer.get("includes")).get("users")
    listed = [as_object(each) for each in users] if isinstance(users, list) else []
    return {str(each.get("id")): f"@{each['username']}" for each in listed if each.get("username")}


def _is_theirs(event: Json, user_id: str) -> bool:
    """Who wrote it X must tell: what we wrote ourselves is nobody's answer."""
    if event.get("event_type", "MessageCreate") != "MessageCreate":
        return False
    sender = mark(event.get("sender_id"))
    if not sender:
        raise unclear_answer(NETWORK, 200, write=False)
    return sender != user_id


def _heard(event: Json, users: Mapping[str, str]) -> Heard | None:
    at, sender = moment(event.get("created_at")), str(event.get("sender_id"))
    conversation = mark(event.get("dm_conversation_id"))
    if at is None or not conversation:
        return None
    text = words_of(event)
    return Heard(
        remote_id=str(event["id"]),
        post=_pointed_at(target(link) for link in _links(event)),
        channel="message",
        author_id=sender,
        author=users.get(sender, ""),
        text=text,
        at=at,
        picture=bool(as_object(event.get("attachments")).get("media_keys")) and not text,
        conversation=conversation,
    )


def words_of(event: Json) -> str:
    """What somebody wrote, with the addresses for which X puts short ones."""
    return unfolded(html.unescape(str(event.get("text") or "")), _links(event)).strip()


def _links(event: Json) -> list[Json]:
    """Also as older versions of the description tell them."""
    urls = event.get("urls")
    older = [each for each in urls if isinstance(each, dict)] if isinstance(urls, list) else []
    return [*links(event), *older]


def _pointed_at(addresses: Iterable[str]) -> str | None:
    """The one post to which a message leads."""
    found = {status[1] for each in addresses if (status := _STATUS.match(each))}
    return found.pop() if len(found) == 1 else None


def _number(at: datetime) -> int:
    """A number that X gave to nothing that is newer than this."""
    return max((int(at.timestamp() * 1000) - _EPOCH_MS) << 22, 0)


def _before(number: int) -> int:
    return max(number - (int(_LATE.total_seconds() * 1000) << 22), 0)


def _sorted(heard: Iterable[Heard]) -> list[Heard]:
    return sorted(heard, key=lambda each: (each.at, each.remote_id))
