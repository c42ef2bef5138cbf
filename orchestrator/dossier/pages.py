"""The dossier as one readable page: every value as it is held, nothing asked from elsewhere."""

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from orchestrator.dossier.gathering import Dossier
from orchestrator.formats import moment
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
        intro=_("{campaign}, as of {time}").format(campaign=tame(campaign), time=moment(made_at)),
        nothing=_("Nothing."),
        sections=[(_titles()[name], _tables(value)) for name, value in dossier.document.items()],
        files={each.name for each in dossier.files},
    )


def _titles() -> dict[str, str]:
    return {
        "tandem": _("Tandem"),
        "persons": _("Names and contacts"),
        "consents": _("Consents"),
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


def _words() -> dict[str, str]:
    """The fields' names; one that is not here is shown as it is called."""
    return {
        "number": _("Number"), "slug": _("Short name"), "state": _("State"),
        "closed_because": _("Closed because"), "partner": _("Partner"),
        "imported_at": _("Imported"), "changed_at": _("Changed"), "screened_at": _("Screened"),
        "ended_at": _("Ended"), "volunteer_lang": _("Language"), "public_name": _("Public name"),
        "show": _("Result of the safety check"), "adult": _("Adult"), "may_work": _("May work"),
        "trade": _("Trade"), "town": _("Town"), "region": _("Region"), "country": _("Country"),
        "radius_km": _("Radius (km)"), "link": _("Link"), "media": _("Picture"),
        "centre": _("Centre of the town"), "lat": _("Latitude"), "lon": _("Longitude"),
        "place_digest": _("Typed place, as a keyed digest"), "refugee": _("Refugee"),
        "volunteer": _("Volunteer"), "name": _("Name"), "email": _("Mail"), "phone": _("Phone"),
        "person": _("Person"), "purpose": _("Purpose"), "given_on": _("Given on"),
        "ends_on": _("Until"), "withdrawn_at": _("Withdrawn"), "language": _("Language"),
        "version": _("Version of the text"), "method": _("How"), "evidence": _("Proof"),
        "text": _("Text"), "network": _("Network"), "due_at": _("Due"),
        "published_at": _("Published"), "permalink": _("Address"), "figures": _("Figures"),
        "metric": _("Figure"), "value": _("Value"), "as_of": _("As of"),
        "channel": _("Channel"), "received_at": _("Received"), "label": _("Kind"),
        "status": _("Status"), "at": _("When"), "what": _("What"), "subject": _("Of what"),
        "id": _("Number"), "created_at": _("Made"), "place": _("Place"),
        "floor_km": _("Smallest radius that hides the home (km)"),
        "town_people": _("People in the town"), "posts_down": _("Posts have to come down"),
        "people": _("People"), "mode": _("How strictly it is aimed"), "cities": _("Towns"),
        "targeting": _("As the network was told"), "built_at": _("Worked out"),
        "approved_at": _("Approved"), "hidden_at": _("Out of sight since"),
        "removal_at": _("Last try to take it down"), "gone_at": _("Found to be gone"),
        "remote_id": _("Number at the network"), "error": _("Remark"), "attempts": _("Tries"),
        "sent_at": _("Sent"), "outcome": _("Outcome"), "detail": _("Details"),
        "since": _("Since"), "hide": _("Posts are kept out of sight"),
        "purposes": _("Purposes"), "changed": _("Changed"), "reason": _("Why"), "why": _("Why"),
        "approvals_taken_back": _("Approvals taken back"), "narrower": _("Shows less than before"),
        "cancelled": _("Posts called off"), "consents": _("Consents ended"),
        "seen_by_tandem": _("Seen by the tandem"), "attempt": _("Try"), "reads": _("Looks"),
        "found": _("Found"), "by": _("By"), "was": _("Before"), "to": _("After"),
        "becomes": _("After"), "mark": _("Digest"), "again": _("Again"),
    }  # fmt: skip


def _tables(value: Any) -> list[list[tuple[str, str]]]:
    """A section's entries, each as lines of a label and a value."""
    entries = value if isinstance(value, list) else [value]
    return [
        list(_lines(each)) if isinstance(each, dict) else [("", _said(each))] for each in entries
    ]


def _lines(entry: dict[str, Any], before: str = "") -> list[tuple[str, str]]:
    words = _words()
    lines = []
    for name, value in entry.items():
        label = f"{before}{words.get(name, name)}"
        if name in _SHORT and value is not None:
            lines.append((label, tame(_SHORT[name](value))))
        elif isinstance(value, dict):
            lines += _lines(value, f"{label} · ")
        elif isinstance(value, list) and all(isinstance(each, dict) for each in value):
            lines += [line for each in value for line in _lines(each, f"{label} · ")]
        elif isinstance(value, list):
            lines.append((label, ", ".join(map(_said, value))))
        else:
            lines.append((label, _said(value)))
    return lines


def _said(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    return tame(str(value))
