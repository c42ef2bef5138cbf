"""What Graph calls accept: parameters, types, enumerations; read from a data table."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

from orchestrator.sandbox.graph_errors import (
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
    loaded, adverts = _data("graph_v26.json"), _data("graph_adverts_v26.json")
    loaded["adverts"] |= adverts["rules"]
    loaded["enums"] |= adverts["enums"]
    for name, node in adverts["nodes"].items():
        known = loaded["nodes"].setdefault(name, node)
        known["calls"] |= node["calls"]
    return loaded


def _data(name: str) -> dict[str, Any]:
    source = resources.files("orchestrator.sandbox") / "data" / name
    found: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return found


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
    "Targeting": _map,
    "Object": _object,
    "list": lambda text: _list("", text),
    "file": _file,
}
