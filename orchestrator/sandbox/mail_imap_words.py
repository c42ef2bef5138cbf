"""The words of IMAP4rev1 (RFC 3501): a command taken apart, sets of numbers, criteria, items."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from orchestrator.sandbox.mail_office import Stored

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_WORD = re.compile(
    r'\s*(?:"((?:[^"\\\r\n]|\\["\\])*)"|(\()|(\))|([^\s()"]+(?:\[[^\]]*\](?:<\d+\.\d+>)?)?))'
)
_RANGE = re.compile(r"(\d{1,10}|\*)(?::(\d{1,10}|\*))?")
_BODY = re.compile(r"BODY(\.PEEK)?\[\](?:<(\d{1,9})\.(\d{1,9})>)?")
_DATE = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})")


class BadCommand(Exception):
    """The command makes no sense to this server."""


def words(text: str) -> list[str]:
    """The words of a line; parentheses are words, too."""
    found: list[str] = []
    at, text = 0, text.rstrip()
    while at < len(text):
        match = _WORD.match(text, at)
        if match is None:
            raise BadCommand("unreadable arguments")
        quoted, opens, closes, atom = match.groups()
        if quoted is not None:
            found.append(re.sub(r"\\(.)", r"\1", quoted))
        else:
            found.append(opens or closes or atom)
        at = match.end()
    return found


def numbers(text: str, known: Sequence[int]) -> set[int]:
    """Which of the known numbers are in a set such as `1,4:7,9:*`."""
    most = max(known, default=0)
    found: set[int] = set()
    for part in text.split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            raise BadCommand("not a set of numbers")
        ends = [most if end == "*" else int(end) for end in match.groups() if end]
        found |= {number for number in known if min(ends) <= number <= max(ends)}
    return found


def search(criteria: Sequence[str], messages: Sequence[Stored]) -> list[Stored]:
    """The messages that meet all of these criteria."""
    left = list(criteria)
    if not left:
        raise BadCommand("nothing to search for")
    found = list(messages)
    while left:
        key = left.pop(0).upper()
        wanted = _criterion(key, left, messages)
        found = [each for each in found if wanted(each)]
    return found


def _criterion(key: str, left: list[str], messages: Sequence[Stored]) -> Callable[[Stored], bool]:
    if key == "ALL":
        return lambda each: True
    if key in ("SEEN", "UNSEEN"):
        return lambda each: ("\\Seen" in each.flags) == (key == "SEEN")
    if not left:
        raise BadCommand(f"{key} is unknown here, or lacks an argument")
    argument = left.pop(0)
    if key == "UID":
        uids = numbers(argument, [each.uid for each in messages])
        return lambda each: each.uid in uids
    if key in ("SINCE", "BEFORE"):
        day = _day(argument)
        return lambda each: (each.at.date() >= day.date()) == (key == "SINCE")
    raise BadCommand(f"{key} is unknown here")


def _day(text: str) -> datetime:
    match = _DATE.fullmatch(text)
    if match is None or match[2].capitalize() not in MONTHS:
        raise BadCommand("not a date")
    try:
        return datetime(int(match[3]), MONTHS.index(match[2].capitalize()) + 1, int(match[1]))  # noqa: DTZ001 - a day
    except ValueError as error:
        raise BadCommand("not a date") from error


@dataclass(frozen=True)
class Item:
    """Something of a message that is fetched; of a body perhaps only a part."""

    name: str
    peeks: bool = True
    start: int | None = None
    count: int = 0


def items(wanted: Sequence[str]) -> list[Item]:
    """What a FETCH asks for."""
    if len(wanted) > 1 and (wanted[0], wanted[-1]) == ("(", ")"):
        wanted = wanted[1:-1]
    if not wanted:
        raise BadCommand("nothing to fetch")
    return [_item(word.upper()) for word in wanted]


def _item(word: str) -> Item:
    if word in ("UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE"):
        return Item(word)
    if match := _BODY.fullmatch(word):
        start = int(match[2]) if match[2] else None
        return Item("BODY", bool(match[1]), start, int(match[3] or 0))
    raise BadCommand(f"{word} is unknown here")


def told(item: Item, message: Stored) -> bytes:
    """An item as it is answered."""
    if item.name == "UID":
        return f"UID {message.uid}".encode()
    if item.name == "FLAGS":
        return f"FLAGS ({' '.join(sorted(message.flags))})".encode()
    if item.name == "INTERNALDATE":
        month = MONTHS[message.at.month - 1]
        return f'INTERNALDATE "{message.at:%d}-{month}-{message.at:%Y %H:%M:%S} +0000"'.encode()
    if item.name == "RFC822.SIZE":
        return f"RFC822.SIZE {len(message.raw)}".encode()
    part, name = message.raw, "BODY[]"
    if item.start is not None:
        part, name = part[item.start : item.start + item.count], f"BODY[]<{item.start}>"
    return f"{name} {{{len(part)}}}\r\n".encode() + part
