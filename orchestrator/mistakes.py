"""What is wrong with a value of the configuration, in one sentence per value."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from orchestrator.durations import written
from orchestrator.i18n import _
from orchestrator.section import Section

Kinds = Mapping[str, type[Section]]
Variables = Mapping[str, Mapping[str, str]]

# What may be repeated of what was written: nothing but a rule's name looks like this.
_NAME = re.compile("[a-z]+(_[a-z]+)*")
# Pydantic's kinds of mistakes, in the words of somebody who edits a file.
_SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda ctx: (
        _("is required, such as {example}").format(example=ctx["example"])
        if ctx["shown"]
        else _("is required")
    ),
    "extra_forbidden": lambda _ctx: _("is not a setting"),
    "int_parsing": lambda _ctx: _("must be a whole number"),
    "int_type": lambda _ctx: _("must be a whole number"),
    "int_from_float": lambda _ctx: _("must be a whole number"),
    "float_parsing": lambda _ctx: _("must be a number"),
    "float_type": lambda _ctx: _("must be a number"),
    "finite_number": lambda _ctx: _("must be a number"),
    "decimal_type": lambda _ctx: _("must be a number"),
    "decimal_parsing": lambda _ctx: _("must be a number"),
    "decimal_max_places": lambda _ctx: _("may have two digits after the point"),
    "string_type": lambda _ctx: _("must be a text in quotation marks"),
    "path_type": lambda _ctx: _("must be a text in quotation marks"),
    "string_too_short": lambda _ctx: _("must not be empty"),
    "string_too_long": lambda ctx: _("is longer than {most} letters").format(
        most=ctx["max_length"]
    ),
    "list_type": lambda ctx: _("must be a list such as {example}").format(example=ctx["example"]),
    "bool_type": lambda _ctx: _("must be true or false"),
    "bool_parsing": lambda _ctx: _("must be true or false"),
    "date_type": lambda _ctx: _("must be a date such as 2026-11-23"),
    "date_parsing": lambda _ctx: _("must be a date such as 2026-11-23"),
    "date_from_datetime_parsing": lambda _ctx: _("must be a date such as 2026-11-23"),
    "date_from_datetime_inexact": lambda _ctx: _("must be a date such as 2026-11-23"),
    "greater_than_equal": lambda ctx: _("must be at least {least}").format(least=ctx["ge"]),
    "greater_than": lambda ctx: _("must be more than {least}").format(least=ctx["gt"]),
    "less_than_equal": lambda ctx: _("must be at most {most}").format(most=ctx["le"]),
    "literal_error": lambda ctx: _("must be one of: {words}").format(words=_words(ctx["expected"])),
    "value_error": lambda ctx: str(ctx["error"]),
}


def _words(expected: str) -> str:
    """Pydantic's 'direct' or 'two-phase' without its quotes and its English."""
    return ", ".join(re.findall(r"'([^']*)'", expected)) or expected


def in_words(
    error: ValidationError, file: str, kinds: Kinds, variables: Variables, given: Mapping[str, Any]
) -> str:
    """Every mistake of a configuration on a line of its own; no value is repeated.

    ``variables`` names, by section and key, what comes from the environment; ``given``: all of it.
    """
    return "\n".join(_in_words(each, file, kinds, variables, given) for each in error.errors())


def _in_words(
    problem: Any, file: str, kinds: Kinds, variables: Variables, given: Mapping[str, Any]
) -> str:
    section, *keys = (str(part) for part in problem["loc"])
    if not keys and problem["type"] == "missing":
        return _("{file} has no section [{section}].").format(file=file, section=section)
    sentence = _SENTENCES.get(problem["type"])
    field = _field(kinds[section], keys)
    shown = bool(field and field.examples)
    context = {"example": _example(field), "shown": shown, **problem.get("ctx", {})}
    reason = sentence(context | _lengths(field)) if sentence else _("is not valid")
    variable = variables.get(section, {}).get(keys[0]) if keys else None
    if len(keys) > 2 and keys[0] in kinds[section].several():
        table = variable or f"[[{section}.{keys[0]}]]"
        place = _of_several(table, given[section][keys[0]], int(keys[1]), keys[2])
    else:
        place = variable or f"[{section}] {'.'.join(keys)}".strip()
    return f"{place}: {reason}"


def _field(kind: type[Section], keys: list[str]) -> FieldInfo | None:
    """The setting, also one of several tables, whose number stands between the names."""
    if keys and keys[0] in kind.several() and len(keys) > 2:
        return _field(kind.several()[keys[0]], keys[2:])
    return kind.model_fields.get(keys[0]) if keys else None


def _of_several(table: str, rows: Any, at: int, key: str) -> str:
    """Which of several tables it is: by the rule that it is about, else by its number."""
    rule = rows[at].get("rule")
    if isinstance(rule, str) and _NAME.fullmatch(rule):
        return _("{table} about {rule}, {key}").format(table=table, rule=rule, key=key)
    return _("{table} number {number}, {key}").format(table=table, number=at + 1, key=key)


def _example(field: FieldInfo | None) -> str:
    """A value of that very setting: an example, or else the default."""
    if field is None:
        return ""
    return json.dumps(field.examples[0] if field.examples else field.default, default=str)


def _lengths(field: FieldInfo | None) -> dict[str, str]:
    """The limits of a length of time as people type it; Pydantic tells them in Python."""
    return {
        name: written(limit)
        for rule in (field.metadata if field else ())
        for name in ("ge", "gt", "le")
        if isinstance(limit := getattr(rule, name, None), timedelta)
    }
