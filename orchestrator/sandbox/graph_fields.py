"""The parameter `fields`: which parts of a node the caller wants to see."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestrator.sandbox.graph_errors import GraphError, no_such_field, not_played
from orchestrator.sandbox.graph_table import WrongType, table, value_of


@dataclass(frozen=True)
class Ask:
    """One entry of `fields`: a name, and what is asked of its value (`from{name}`).

    `modifiers` are for lists: `comments.limit(0).summary(true)`.
    """

    name: str
    inner: tuple["Ask", ...] = ()
    modifiers: tuple[tuple[str, str], ...] = ()


# What the table calls an object, where the reference says of which kind.
OBJECTS = {"from": "Page", "admin_creator": "User"}
# Edges that are played inside `fields`, and what they list.
EDGES = {
    "PagePost": {"comments": "Comment", "reactions": "Reaction"},
    "StoryAttachment": {"subattachments": "StoryAttachment"},
    "UnifiedThread": {"messages": "Message"},
}
MODIFIER = re.compile(r"\.(\w+)\(([^()]*)\)")
TOKEN = re.compile(r"\s*(?:(?P<name>\w+)(?P<how>(?:\.\w+\([^()]*\))*)|(?P<mark>[{},]))\s*")


def read_fields(text: str, node: str, extra: Iterable[str] = ()) -> list[Ask]:
    """Read `fields=a,b{c,d},e.limit(1)`; unknown names are refused (code 100, 2500 for syntax)."""
    if text.startswith("["):
        text = _joined(text)
    asks, rest = _asks(text, 0, text)
    if rest != len(text):
        raise _syntax(text, rest)
    for ask in asks:
        _check(ask, node, extra)
    return list(asks)


def _joined(text: str) -> str:
    try:
        listed = value_of("list<string>", text)
    except WrongType as error:
        raise _syntax(text, 0) from error
    return ",".join(map(str, listed)) if isinstance(listed, list) else text


def _check(ask: Ask, node: str, extra: Iterable[str] = ()) -> None:
    entry, name = table()["nodes"][node], ask.name
    if kind := EDGES.get(node, {}).get(name):
        for each in ask.inner:
            _check(each, kind)
        return
    if name not in entry["fields"] and name not in extra:
        raise not_played() if f"GET /{name}" in entry["edges"] else no_such_field(name, node)
    if ask.modifiers:  # limits and orders are for lists, which here are edges
        raise GraphError(2500, f"Modifiers are not supported by {name}")
    inside = OBJECTS.get(name) or entry["fields"].get(name)
    if ask.inner and inside not in table()["nodes"]:
        raise GraphError(2500, f"Subfields are not supported by {name}")
    for each in ask.inner:
        _check(each, str(inside))


def _asks(text: str, at: int, whole: str) -> tuple[tuple[Ask, ...], int]:
    found: list[Ask] = []
    inner: tuple[Ask, ...]
    while match := TOKEN.match(text, at):
        if not match["name"]:
            break
        at, inner = match.end(), ()
        if text[at : at + 1] == "{":
            inner, at = _asks(text, at + 1, whole)
            if text[at : at + 1] != "}":
                raise _syntax(whole, at)
            at = _skip_space(text, at + 1)
        found.append(Ask(match["name"], inner, tuple(MODIFIER.findall(match["how"]))))
        if text[at : at + 1] != ",":
            break
        at = _skip_space(text, at + 1)
    return tuple(found), at


def _skip_space(text: str, at: int) -> int:
    return at + len(text[at:]) - len(text[at:].lstrip())


def _syntax(text: str, at: int) -> GraphError:
    return GraphError(
        2500, f'Syntax error "Expected end of string." at character {at}: {text[:100]}'
    )


def expanded(asks: Iterable[Ask], node: str) -> list[Ask]:
    """Those that ask for a list rather than for a field."""
    return [ask for ask in asks if ask.name in EDGES.get(node, {})]


def project(value: Mapping[str, object], asks: Iterable[Ask]) -> dict[str, object]:
    """The asked-for part of a node. The id always comes; what has no value is left out."""
    chosen: dict[str, object] = {}
    for ask in asks:
        if value.get(ask.name) is not None:
            chosen[ask.name] = _inner(value[ask.name], ask)
    if "id" in value:
        chosen["id"] = value["id"]
    return chosen


def _inner(value: object, ask: Ask) -> object:
    if ask.inner and isinstance(value, dict) and "data" not in value:
        return project(value, ask.inner)
    return value
