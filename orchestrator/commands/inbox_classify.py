"""``inbox classify``: sort any texts, line by line, without a campaign."""

import json
import sys
from typing import Any

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.errors import Exit
from orchestrator.i18n import _


@command
def classify(desk: Desk) -> Exit:
    """Sort replies: one JSON object {"id", "text"} a line in, one with its label a line out."""
    from orchestrator.triage import offline

    if sys.stdin.isatty():
        desk.note(_('Type lines such as {"id": 1, "text": "…"}; Ctrl-D ends.'))
    sorter, is_whole = offline(), True
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            given = _read(line)
        except _Unreadable as error:
            is_whole = False
            _answer({"line": number, "error": str(error)}, sys.stderr)
            continue
        verdict = sorter.classify(given["text"], picture=given.get("picture") is True)
        _answer(
            {
                "id": given["id"],
                "label": verdict.label,
                "confidence": verdict.confidence,
                "why": list(verdict.why),
                "queue": verdict.queue,
            },
            sys.stdout,
        )
    return Exit.DONE if is_whole else Exit.PARTLY


class _Unreadable(ValueError):
    pass


def _read(line: bytes) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _Unreadable(_("This line is no JSON object in UTF-8.")) from error
    if not isinstance(given, dict):
        raise _Unreadable(_("This line is no JSON object in UTF-8."))
    if not isinstance(given.get("text"), str):
        raise _Unreadable(_("“text” is missing, or no text."))
    if not isinstance(given.get("id"), str | int) or isinstance(given["id"], bool):
        raise _Unreadable(_("“id” is missing, or neither a text nor a whole number."))
    return given


def _answer(document: dict[str, Any], stream: Any) -> None:
    """One line, at once: whoever reads it may wait for it before writing the next."""
    print(json.dumps(document), file=stream, flush=True)
