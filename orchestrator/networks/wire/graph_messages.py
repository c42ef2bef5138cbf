"""What people write to the page alone: the conversations that changed, and what is new in them.

Of a conversation the platform tells all numbers and times, but the words of only the newest twenty
messages; of older ones it says that they were deleted, which is not so. So a message that we hold
is gone only when the whole list lacks it and the platform, asked for it, has none.
Unverified live: that what somebody took back leaves the list; whether a message request that nobody
accepted is told; where from an advert or a post somebody came, the platform tells to apps that it
calls, and not here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from orchestrator.i18n import _, ngettext
from orchestrator.networks.wire.answer import as_object, mark, moment
from orchestrator.networks.wire.graph import MOST_PAGES, PAGE_SIZE, Read, entries, next_cursor
from orchestrator.networks.wire.graph_asking import Asking, Outcome, Refused, first_trouble
from orchestrator.networks.wire.graph_page import Page
from orchestrator.networks.wire.graph_troubles import NETWORK
from orchestrator.networks.wire.said import unclear_answer
from orchestrator.ports import Heard, Hearing, Trouble, Unreadable

CHANNEL = "message"
PERMISSION = "pages_messaging"
FIELDS = "id,created_time,from,message,attachments,shares,sticker"
# Of conversations that changed so shortly before the mark, too: times there are whole seconds.
_LATE = timedelta(minutes=5)
# How the platform denies what has a number that is no mere number.
_NO_SUCH_NAME = 803
# What may become a part of an address.
_NUMBER = re.compile(r"[A-Za-z0-9][\w.:=$-]{0,299}", re.ASCII)
_POST = re.compile(r"facebook\.com/(\d+)/posts/(\d+)")


@dataclass
class Chat:
    """One conversation, read back to ``start``, or to its end where we ``hold`` some of it.

    ``untold``: new messages of which the platform does not tell the words any more.
    """

    id: str
    start: datetime
    page_id: str
    held: frozenset[str] = frozenset()
    heard: dict[str, Heard] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    untold: int = 0
    refused: Refused | None = None
    open: bool = True
    _after: str = ""

    def question(self) -> Read:
        """The call for the next page, newest first."""
        params = {"fields": FIELDS, "limit": PAGE_SIZE}
        return f"{self.id}/messages", params | ({"after": self._after} if self._after else {})

    def take(self, outcome: Outcome) -> None:
        """Keep a page, and know whether there is another."""
        if isinstance(outcome, Refused):
            self.refused, self.open = outcome, False
            return
        try:
            page, following = entries(outcome), next_cursor(outcome)
        except Trouble as trouble:
            self.refused, self.open = Refused(trouble), False
            return
        older = [self._keep(each) for each in page]
        stuck = bool(following) and (following == self._after or not page)
        if stuck:
            self.refused = Refused(unclear_answer(NETWORK, 200, write=False))
        enough = any(older) and not self.held
        self.open, self._after = bool(following) and not (stuck or enough), following

    def _keep(self, entry: Mapping[str, Any]) -> bool:
        """Keep one message if it is theirs; whether it is from before the start."""
        number, at = mark(entry.get("id")), moment(entry.get("created_time"))
        if not number or at is None:
            return False
        self.seen.add(number)
        author = as_object(entry.get("from"))
        if at < self.start and number not in self.held:
            return True
        if not mark(author.get("id")):
            self.untold += at >= self.start and number not in self.held
        elif author["id"] != self.page_id:
            self.heard[number] = self._heard(entry, number, at, author)
        return at < self.start

    def _heard(
        self, entry: Mapping[str, Any], number: str, at: datetime, author: Mapping[str, Any]
    ) -> Heard:
        text = _text(entry.get("message"))
        return Heard(
            remote_id=number,
            post=self._pointed_at(entry, text),
            channel=CHANNEL,
            author_id=_text(author.get("id")),
            author=_text(author.get("name")),
            text=text,
            at=at,
            picture=bool(_listed(entry.get("attachments")) or entry.get("sticker")) and not text,
            conversation=self.id,
        )

    def _pointed_at(self, entry: Mapping[str, Any], text: str) -> str | None:
        """The one post of the page to which a message leads."""
        shared = [_text(each.get("link")) for each in _listed(entry.get("shares"))]
        found = {each.groups() for where in (text, *shared) for each in _POST.finditer(where)}
        own = {f"{page}_{post}" for page, post in found if page == self.page_id}
        return own.pop() if len(own) == 1 else None

    def missing(self) -> list[str]:
        """What we hold and the whole list does not have."""
        here = [] if self.refused or self.open else sorted(self.held - self.seen)
        return [each for each in here if _NUMBER.fullmatch(each)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _listed(value: object) -> list[dict[str, Any]]:
    data = as_object(value).get("data")
    return [as_object(each) for each in data] if isinstance(data, list) else []


def hear(
    page: Page, since: str | None, begin: datetime, held: Mapping[str, frozenset[str]]
) -> Hearing:
    """What others wrote since the mark (milliseconds), or ``begin``; what became of ``held``."""
    start = _moment(since, begin)
    asking = Asking(page.graph)
    changed, newest = _changed(asking, page.id, start)
    chats = [
        Chat(each, start, page.id, held.get(each, frozenset()))
        for each in dict.fromkeys([*changed, *filter(_NUMBER.fullmatch, held)])
    ]
    _read(asking, chats)
    gone = _look_for(asking, chats)
    heard = [each for chat in chats for each in chat.heard.values()]
    complete = not any(chat.refused and chat.id in changed for chat in chats)
    return Hearing(
        sorted(heard, key=lambda each: (each.at, each.remote_id)),
        gone,
        str(int(newest.timestamp() * 1000)) if complete else since,
        _findings(chats),
        asking.ended,
    )


def _moment(since: str | None, begin: datetime) -> datetime:
    if since and since.isascii() and since.isdecimal() and len(since) < 15:
        return datetime.fromtimestamp(int(since) / 1000, UTC) - _LATE
    return begin


def _changed(asking: Asking, page_id: str, start: datetime) -> tuple[list[str], datetime]:
    """The conversations in which something was written since then, and when that was last."""
    found: dict[str, datetime] = {}
    after, newest = "", start
    for _page in range(MOST_PAGES):
        params: dict[str, object] = {
            "platform": "MESSENGER",
            "fields": "id,updated_time",
            "updated_after_ms": int(start.timestamp() * 1000),
            "limit": PAGE_SIZE,
        }
        [outcome] = asking.all(
            [(f"{page_id}/conversations", params | ({"after": after} if after else {}))]
        )
        if isinstance(outcome, Refused):
            raise _lacking(outcome) if outcome.unpermitted else outcome.trouble
        times = {
            number: at
            for each in entries(outcome)
            if _NUMBER.fullmatch(number := _text(each.get("id")))
            and (at := moment(each.get("updated_time")))
        }
        found |= {number: at for number, at in times.items() if at >= start}
        newest = max([newest, *times.values()])
        following = next_cursor(outcome)
        # Where the platform does not know the limit of time, the newest stand first all the same.
        if not following or (times and max(times.values()) < start):
            return list(found), newest
        if following == after:
            break
        after = following
    raise unclear_answer(NETWORK, 200, write=False)


def _lacking(refused: Refused) -> Unreadable:
    return Unreadable(
        _(
            "The page token lacks {permission}, so what people write to the page alone is not"
            " read. Make a page token that has it; all else is collected meanwhile."
        ).format(permission=PERMISSION),
        reason=refused.message,
    )


def _read(asking: Asking, chats: Sequence[Chat]) -> None:
    """Read page by page, all conversations side by side."""
    for _round in range(MOST_PAGES):
        going = [chat for chat in chats if chat.open]
        if not going:
            return
        for chat, outcome in zip(going, asking.all([c.question() for c in going]), strict=True):
            chat.take(outcome)


def _look_for(asking: Asking, chats: Sequence[Chat]) -> frozenset[str]:
    """Ask for each missing message by itself: only what the platform denies is gone."""
    missing = [each for chat in chats for each in chat.missing()]
    outcomes = asking.all([(each, {"fields": "id"}) for each in missing])
    return frozenset(
        each
        for each, outcome in zip(missing, outcomes, strict=True)
        if isinstance(outcome, Refused) and (outcome.gone or outcome.code == _NO_SUCH_NAME)
    )


def _findings(chats: Sequence[Chat]) -> tuple[str, ...]:
    refused = [chat.refused for chat in chats if chat.refused and not chat.refused.gone]
    untold = sum(chat.untold for chat in chats)
    findings = []
    if trouble := first_trouble(refused):
        unread = ngettext(
            "Facebook: {count} private conversation could not be read.",
            "Facebook: {count} private conversations could not be read.",
            len(refused),
        ).format(count=len(refused))
        findings.append(f"{unread} {trouble.why}")
    if untold:
        findings.append(
            ngettext(
                "Facebook does not tell {count} private message any more, since many came after"
                " it: read it in the page's inbox.",
                "Facebook does not tell {count} private messages any more, since many came after"
                " them: read them in the page's inbox.",
                untold,
            ).format(count=untold)
        )
    return tuple(findings)
