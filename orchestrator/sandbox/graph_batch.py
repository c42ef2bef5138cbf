"""Several calls in one: `POST /` with `batch`."""

import json
from collections.abc import Callable, Iterator, Mapping

from orchestrator.sandbox.graph_call import Call, read_item
from orchestrator.sandbox.graph_errors import GraphError, bad_parameter
from orchestrator.sandbox.http import Answer

MOST = 50
ITEM_KEYS = {
    "method",
    "relative_url",
    "body",
    "headers",
    "name",
    "omit_response_on_success",
    "access_token",
}


def is_batch(call: Call) -> bool:
    """Whether this call carries others."""
    return call.method == "POST" and not call.segments and "batch" in call.params


def items(call: Call) -> list[object]:
    """The entries of a batch; raises GraphError."""
    unknown = call.params.keys() - {"batch", "include_headers", "pretty", "debug"}
    if unknown:
        raise bad_parameter(f"Unknown parameter: {', '.join(sorted(unknown))}")
    try:
        entries = json.loads(call.params["batch"])
    except ValueError as error:
        raise bad_parameter("Param batch must be valid JSON.") from error
    if not isinstance(entries, list) or not entries:
        raise bad_parameter("Param batch must be an array that is not empty.")
    if len(entries) > MOST:
        why = f"Too many requests in batch message. Maximum batch size is {MOST}"
        raise GraphError(100, f"(#100) {why}", kind="GraphBatchException")
    return entries


def perform(
    call: Call,
    one: Callable[[Call], Answer],
    refused: Callable[[GraphError], Answer],
    skip: Callable[[], bool],
) -> Iterator[dict[str, object] | None]:
    """Do every entry through `one`; an entry that `skip` takes is answered by null, not done."""
    headers = call.params.get("include_headers", "true") != "false"
    for entry in items(call):
        if skip():
            yield None
            continue
        answer = _perform(entry, call, one, refused)
        quiet = isinstance(entry, Mapping) and entry.get("omit_response_on_success")
        yield None if quiet and answer.status == 200 else _entry(answer, headers)


def _perform(
    entry: object,
    call: Call,
    one: Callable[[Call], Answer],
    refused: Callable[[GraphError], Answer],
) -> Answer:
    try:
        if isinstance(entry, Mapping) and entry.keys() - ITEM_KEYS:
            raise bad_parameter(f"A request of a batch accepts {', '.join(sorted(ITEM_KEYS))}.")
        inner = read_item(entry, call)
        if is_batch(inner):
            raise bad_parameter("A batch cannot hold a batch.")
    except GraphError as error:
        return refused(error)
    return one(inner)


def _entry(answer: Answer, headers: bool) -> dict[str, object]:
    entry: dict[str, object] = {"code": answer.status}
    if headers:
        named = {"Content-Type": answer.content_type, **answer.headers}
        entry["headers"] = [{"name": name, "value": value} for name, value in named.items()]
    return entry | {"body": answer.payload().decode()}
