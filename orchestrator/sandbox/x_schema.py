"""What the X API's published description allows: operations, parameters, bodies, and the check."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Literal, TypedDict, cast

TABLE = "x_v2.json"
TYPES: Mapping[str, type] = {"object": dict, "array": list, "string": str, "boolean": bool}
# RFC 3339 with seconds and an offset, as the platform wants it.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Schema(TypedDict, total=False):
    """The part of JSON Schema that the description uses."""

    type: str
    properties: "dict[str, Schema]"
    required: list[str]
    additionalProperties: bool
    items: "Schema"
    enum: list[str]
    pattern: str
    format: str
    minLength: int
    maxLength: int
    minItems: int
    maxItems: int
    uniqueItems: bool
    minimum: int
    maximum: int


@dataclass(frozen=True)
class Operation:
    """One call: `limits` are (calls, seconds) per "user" and "app"; `app_only` allows a bearer."""

    name: str
    method: str
    path: str
    app_only: bool
    limits: Mapping[Literal["user", "app"], tuple[int, int]]
    query: Mapping[str, Schema]
    required: tuple[str, ...]
    body: Schema | None

    def match(self, path: str) -> str | None:
        """The `{id}` in `path` ("" where there is none); None: another operation's path."""
        pattern = re.escape(self.path).replace(r"\{id\}", "([^/]+)")
        found = re.fullmatch(pattern, path)
        return found and "".join(found.groups())


@dataclass(frozen=True)
class Complaint:
    """What is wrong with one parameter or property, and the values it had."""

    message: str
    parameter: str = ""
    values: tuple[str, ...] = ()

    def as_body(self) -> dict[str, object]:
        """One entry of an invalid-request problem's `errors`."""
        if not self.parameter:
            return {"message": self.message}
        return {"parameters": {self.parameter: list(self.values)}, "message": self.message}


def operations() -> tuple[Operation, ...]:
    """Read the data table."""
    package = resources.files("orchestrator.sandbox")
    table = json.loads(package.joinpath("data", TABLE).read_text("utf-8"))
    shared = cast(dict[str, Schema], table["parameters"])
    return tuple(
        _operation(name, entry, shared)
        # A fixed path (/users/me) must be tried before one with an id in its place.
        for name, entry in sorted(table["operations"].items(), key=lambda e: "{" in e[1]["path"])
    )


def _operation(name: str, entry: dict[str, object], shared: Mapping[str, Schema]) -> Operation:
    limits = cast(dict[Literal["user", "app"], list[int]], entry["limits"])
    query = cast(dict[str, str], entry.get("query", {}))
    return Operation(
        name=name,
        method=str(entry["method"]),
        path=str(entry["path"]),
        app_only=bool(entry["app_only"]),
        limits={who: (calls, seconds) for who, (calls, seconds) in limits.items()},
        query={parameter: shared[key] for parameter, key in query.items()},
        required=tuple(cast(list[str], entry.get("required", []))),
        body=cast(Schema | None, entry.get("body")),
    )


def check_query(operation: Operation, query: Mapping[str, list[str]]) -> Iterator[Complaint]:
    """Everything that the description refuses in the query string."""
    for name in operation.required:
        if name not in query:
            yield Complaint(f"The `{name}` query parameter can not be empty", name)
    for name, values in query.items():
        schema = operation.query.get(name)
        if schema is None:
            known = ",".join(sorted(operation.query))
            message = f"The query parameter [{name}] is not one of [{known}]"
            yield Complaint(message, name, tuple(values))
        elif len(values) > 1:
            # Lists are one comma-separated value (explode: false); that a repeated parameter
            # is refused by the live service is unverified.
            message = f"The `{name}` query parameter may be given only once"
            yield Complaint(message, name, tuple(values))
        else:
            for message in _faults_of_parameter(name, values[0], schema):
                yield Complaint(message, name, tuple(values))


def _faults_of_parameter(name: str, value: str, schema: Schema) -> Iterator[str]:
    intro = f"The `{name}` query parameter"
    if schema["type"] == "array":
        yield from _faults_of_list(intro, value.split(","), schema)
    elif schema["type"] == "integer":
        low, high = schema["minimum"], schema["maximum"]
        if not re.fullmatch(r"[+-]?\d{1,9}", value):
            yield f"{intro} value [{value}] is not valid"
        elif not low <= int(value) <= high:
            yield f"{intro} value [{value}] is not between {low} and {high}"
    elif any(check(value, schema)):
        yield f"{intro} value [{value}] is not valid"


def _faults_of_list(intro: str, items: list[str], schema: Schema) -> Iterator[str]:
    low, high = schema.get("minItems", 0), schema.get("maxItems")
    if high is not None and not low <= len(items) <= high:
        count = f"The number of values in the{intro[3:]} list [{len(items)}]"
        yield f"{count} is not between {low} and {high}"
        return
    if schema.get("uniqueItems") and len(set(items)) < len(items):
        yield f"{intro} value [{','.join(items)}] has duplicates"
    allowed = schema["items"].get("enum")
    for item in items:
        if allowed is not None and item not in allowed:
            yield f"{intro} value [{item}] is not one of [{','.join(allowed)}]"
        elif allowed is None and any(check(item, schema["items"])):
            yield f"{intro} value [{item}] is not valid"


def check(value: object, schema: Schema, where: str = "$") -> Iterator[str]:
    """Everything in a decoded JSON value that its schema refuses, each with its place."""
    if not _is_of(value, schema["type"]):
        yield f"{where}: {_kind(value)} found, {schema['type']} expected"
    elif isinstance(value, dict):
        yield from _check_object(value, schema, where)
    elif isinstance(value, list):
        yield from _check_list(value, schema, where)
    elif isinstance(value, str):
        yield from _check_string(value, schema, where)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from _check_number(value, schema, where)


def _is_of(value: object, kind: str) -> bool:
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[kind])


def _kind(value: object) -> str:
    if value is None:
        return "null"
    kinds = ("boolean", "object", "array", "string", "integer")
    return next((kind for kind in kinds if _is_of(value, kind)), "number")


def _check_object(value: dict[str, object], schema: Schema, where: str) -> Iterator[str]:
    known = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in value:
            yield f"{where}.{name}: is missing but it is required"
    for name, inner in value.items():
        if name in known:
            yield from check(inner, known[name], f"{where}.{name}")
        elif schema.get("additionalProperties") is False:
            yield (
                f"{where}.{name}: is not defined in the schema and the schema does not allow "
                "additional properties"
            )


def _check_list(value: list[object], schema: Schema, where: str) -> Iterator[str]:
    if len(value) < schema.get("minItems", 0):
        yield f"{where}: there must be a minimum of {schema['minItems']} items in the array"
    if "maxItems" in schema and len(value) > schema["maxItems"]:
        yield f"{where}: there must be a maximum of {schema['maxItems']} items in the array"
    for number, item in enumerate(value):
        yield from check(item, schema["items"], f"{where}[{number}]")


def _check_string(value: str, schema: Schema, where: str) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: does not have a value in the enumeration [{', '.join(schema['enum'])}]"
    if "pattern" in schema and not re.fullmatch(schema["pattern"].strip("^$"), value, re.ASCII):
        yield f"{where}: does not match the regex pattern {schema['pattern']}"
    if len(value) < schema.get("minLength", 0):
        yield f"{where}: must be at least {schema['minLength']} characters long"
    if "maxLength" in schema and len(value) > schema["maxLength"]:
        yield f"{where}: may only be {schema['maxLength']} characters long"
    if schema.get("format") == "date-time" and not _is_moment(value):
        yield f"{where}: {value} is an invalid date-time"


def _check_number(value: int, schema: Schema, where: str) -> Iterator[str]:
    if "minimum" in schema and value < schema["minimum"]:
        yield f"{where}: must have a minimum value of {schema['minimum']}"
    if "maximum" in schema and value > schema["maximum"]:
        yield f"{where}: must have a maximum value of {schema['maximum']}"


def _is_moment(text: str) -> bool:
    if not MOMENT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
