"""The dossier as one readable page: every value as it is held, nothing asked from elsewhere."""

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from orchestrator.dossier.gathering import Dossier
from orchestrator.dossier.words import in_words, labels
from orchestrator.formats import dated, day
from orchestrator.i18n import _, language
from orchestrator.redact import tame
from orchestrator.templates import template

# What would fill pages: the towns by name, what a network's own form says in one line.
_SHORT: dict[str, Callable[[Any], str]] = {
    "cities": lambda cities: ", ".join(str(each["name"]) for each in cities),
    "targeting": partial(json.dumps, ensure_ascii=False),
}


def page(dossier: Dossier, campaign: str, made_at: datetime) -> str:
    """The page in the language that is spoken."""
    return template("orchestrator.dossier", "dossier.html").render(
        language=language(),
        title=_("What is held about you"),
        intro=_("{campaign}, as of {time}").format(campaign=tame(campaign), time=dated(made_at)),
        nothing=_("Nothing."),
        sections=[(_titles()[name], _tables(value)) for name, value in dossier.document.items()],
        files={each.name for each in dossier.files},
    )


def _titles() -> dict[str, str]:
    return {
        "tandem": _("Tandem"),
        "persons": _("Names and contacts"),
        "consents": _("Consents"),
        "pictures": _("Pictures and films"),
        "evidence": _("Proofs, as files in this folder"),
        "appeals": _("Appeals"),
        "circles": _("Where posts are shown"),
        "posts": _("Posts"),
        "recipients": _("Networks that received something"),
        "replies": _("Replies and offers"),
        "stops": _("Stops in force"),
        "events": _("What was done, from the audit log"),
        "backups": _("Backups that hold it"),
        "missing": _("Not in here"),
    }


def _tables(value: Any) -> list[list[tuple[str, str]]]:
    """A section's entries, each as lines of a label and a value."""
    entries = value if isinstance(value, list) else [value]
    return [
        list(_lines(each)) if isinstance(each, dict) else [("", _said("", each))]
        for each in entries
    ]


def _lines(entry: dict[str, Any], before: str = "") -> list[tuple[str, str]]:
    names = labels()
    lines = []
    for name, value in entry.items():
        label = f"{before}{names.get(name, name)}"
        if name in _SHORT and value is not None:
            lines.append((label, tame(_SHORT[name](value))))
        elif isinstance(value, dict):
            lines += _lines(value, f"{label} · ")
        elif isinstance(value, list) and all(isinstance(each, dict) for each in value):
            lines += [line for each in value for line in _lines(each, f"{label} · ")]
        elif isinstance(value, list):
            lines.append((label, ", ".join(_said(name, each) for each in value)))
        else:
            lines.append((label, _said(name, value)))
    return lines


def _said(name: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return dated(value)
    if isinstance(value, date):
        return day(value)
    return tame(in_words(name, str(value)))
