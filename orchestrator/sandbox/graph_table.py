"""What Graph calls accept: parameters, types, enumerations, fields; read from a data table."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

from orchestrator.sandbox.graph_errors import (
    GraphError,
    bad_parameter,
    no_such_field,
    not_played,
    unsupported,
)

Values = dict[str, object]


class WrongType(ValueError):
    """A parameter's text is not of the parameter's type; the message says what it must be."""


@cache
def table() -> dict[str, Any]:
    """The data table; `origin` in it says where each part comes from."""
    source = resources.files("orchestrator.sandbox") / "data" / "graph_v26.json"
    loaded: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return loaded


def parameters(node: str, method: str, edge: str = "") -> dict[str, str]:
    """The parameters of a call, name → type; GraphError where the platform has no such call."""
    entry, call = table()["nodes"][node], f"{method} /{edge}"
    found: dict[str, str] | None = entry["calls"].get(call)
    if found is not None:
        return found
    if call in entry["edges"]:
        raise not_played()
    raise no_such_field(edge, node) if edge and method == "GET" else unsupported(method)


def read(params: Mapping[str, str], *known: Mapping[str, str]) -> Values:
    """Turn texts into values; refuse what is unknown or of the wrong type (code 100)."""
    types = table()["everywhere"] | {name: kind for spec in known for name, kind in spec.items()}
    values: Values = {}
    for name, text in params.items():
        if name not in types:
            raise bad_parameter(f"Unknown parameter: {name}")
        try:
            values[name] = value_of(types[name], text)
        except WrongType as error:
            raise bad_parameter(f"Param {name} must be {error}") from error
    return values


def value_of(kind: str, text: str) -> object:
    """The value of a parameter of this type; raises WrongType."""
    if kind.endswith("_enum"):
        return _choice(kind, text)
    if kind.startswith("list"):
        return _list(kind[5:-1], text)
    return READERS.get(kind, str)(text)


def _choice(kind: str, text: str) -> str:
    choices = table()["enums"].get(kind) or table()["search"][kind]
    if text not in choices:
        raise WrongType(f'one of {{{", ".join(choices)}}} - got "{text}".')
    return text


def _list(kind: str, text: str) -> list[object]:
    items = _json(text) if text.startswith("[") else [part for part in text.split(",") if part]
    if not isinstance(items, list):
        raise WrongType("an array.")
    if kind in ("", "Object", "map"):
        return items
    return [value_of(kind, item if isinstance(item, str) else json.dumps(item)) for item in items]


def _json(text: str) -> object:
    try:
        parsed: object = json.loads(text)
    except ValueError as error:
        raise WrongType("valid JSON.") from error
    return parsed


def _map(text: str) -> object:
    parsed = _json(text)
    if not isinstance(parsed, dict):
        raise WrongType("an object.")
    return parsed


def _object(text: str) -> object:
    # An "Object" may also be given by its bare id, as with `place`.
    return _json(text) if text[:1] in ("{", "[") else text


def _bool(text: str) -> bool:
    if text not in ("true", "false", "1", "0"):
        raise WrongType("a boolean.")
    return text in ("true", "1")


def _int(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise WrongType("an integer.")
    return int(text)


def _unsigned(text: str) -> int:
    number = _int(text)
    if number < 0:
        raise WrongType("an integer of at least 0.")
    return number


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise WrongType("a number.") from error


def moment(text: str) -> datetime:
    """A time given as UNIX seconds or ISO 8601; without an offset it is UTC. Raises WrongType."""
    try:
        if re.fullmatch(r"[0-9]{1,11}", text):
            return datetime.fromtimestamp(int(text), UTC)
        read_time = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise WrongType("a UNIX timestamp or an ISO 8601 time.") from error
    return read_time.replace(tzinfo=read_time.tzinfo or UTC).astimezone(UTC)


def _file(_: str) -> object:
    raise WrongType("a file.")


READERS: dict[str, Callable[[str], object]] = {
    "bool": _bool,
    "int": _int,
    "unsigned int": _unsigned,
    "float": _float,
    "datetime": moment,
    "map": _map,
    "Object": _object,
    "list": lambda text: _list("", text),
    "file": _file,
}


@dataclass(frozen=True)
class Ask:
    """One entry of `fields`: a name, and what is asked of its value (`from{name}`)."""

    name: str
    inner: tuple["Ask", ...] = ()


TOKEN = re.compile(r"\s*(?:(?P<name>\w+)(?:\.\w+\([^()]*\))*|(?P<mark>[{},]))\s*")


def read_fields(text: str, node: str, extra: Iterable[str] = ()) -> list[Ask]:
    """Read `fields=a,b{c,d},e.limit(1)`; unknown names are refused (code 100, 2500 for syntax)."""
    if text.startswith("["):
        listed = value_of("list<string>", text)
        text = ",".join(map(str, listed)) if isinstance(listed, list) else text
    asks, rest = _asks(text, 0, text)
    if rest != len(text):
        raise _syntax(text, rest)
    for ask in asks:
        _check_field(ask.name, node, extra)
    return list(asks)


def _check_field(name: str, node: str, extra: Iterable[str]) -> None:
    entry = table()["nodes"][node]
    if name in entry["fields"] or name in extra:
        return
    raise not_played() if f"GET /{name}" in entry["edges"] else no_such_field(name, node)


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
        found.append(Ask(match["name"], inner))
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


def project(value: Mapping[str, object], asks: Iterable[Ask]) -> dict[str, object]:
    """The asked-for part of a node. The id always comes; what has no value is left out."""
    chosen: dict[str, object] = {}
    for ask in asks:
        if value.get(ask.name) is not None:
            chosen[ask.name] = _inner(value[ask.name], ask.inner)
    if "id" in value:
        chosen["id"] = value["id"]
    return chosen


def _inner(value: object, asks: tuple[Ask, ...]) -> object:
    return project(value, asks) if asks and isinstance(value, dict) else value
