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

# Pydantic's kinds of mistakes, in the words of somebody who edits a file.
_SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _ctx: _("is required"),
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


def in_words(error: ValidationError, file: str, kinds: Kinds, variables: Variables) -> str:
    """Every mistake of a configuration on a line of its own; no value is repeated.

    ``variables`` names, by section and key, what comes from the environment.
    """
    return "\n".join(_in_words(each, file, kinds, variables) for each in error.errors())


def _in_words(problem: Any, file: str, kinds: Kinds, variables: Variables) -> str:
    section, *keys = (str(part) for part in problem["loc"])
    if not keys and problem["type"] == "missing":
        return _("{file} has no section [{section}].").format(file=file, section=section)
    sentence = _SENTENCES.get(problem["type"])
    field = kinds[section].model_fields.get(keys[0]) if keys else None
    context = {"example": _example(field), **problem.get("ctx", {}), **_lengths(field)}
    reason = sentence(context) if sentence else _("is not valid")
    place = f"[{section}] {'.'.join(keys)}".strip()
    variable = variables.get(section, {}).get(keys[0]) if keys else None
    return f"{variable or place}: {reason}"


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
