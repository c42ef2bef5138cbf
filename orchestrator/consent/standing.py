"""How each consent of a person stands today: what it allows, and what proves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from orchestrator.consent.purposes import PURPOSES, Who, asked
from orchestrator.eligible import Reason, Versions, consent_missing
from orchestrator.i18n import _
from orchestrator.model import Consent

# Beside the reasons of ``eligible``.
HOLDS, TAKEN_BACK = "holds", "withdrawn"


@dataclass(frozen=True)
class View:
    """The day that counts, the networks that are on, the texts in use."""

    on: date
    networks: tuple[str, ...]
    versions: Versions


def taken_back_on(row: Consent, zone: ZoneInfo) -> date | None:
    """The campaign's day on which it was taken back."""
    return row.withdrawn_at.astimezone(zone).date() if row.withdrawn_at else None


def rows(consents: Sequence[Consent], who: Who, view: View) -> list[dict[str, Any]]:
    """One row for each purpose that is asked for or on file, in their order."""
    by_purpose = {each.purpose: each for each in consents}
    wanted = {*asked(who, view.networks), *by_purpose}
    order = [*(each for each in PURPOSES if each in wanted), *sorted(wanted - {*PURPOSES})]
    return [_row(purpose, by_purpose.get(purpose), who, view) for purpose in order]


def given_rows(consents: Sequence[Consent], who: Who, view: View) -> list[dict[str, Any]]:
    """The same without what was never given."""
    return [row for row in rows(consents, who, view) if row["given_on"]]


def _row(purpose: str, row: Consent | None, who: Who, view: View) -> dict[str, Any]:
    missing = consent_missing([row] if row else [], purpose, view.on, view.versions)
    taken = row is not None and row.withdrawn_at is not None
    return {
        "purpose": purpose,
        "person": who.value,
        "state": TAKEN_BACK if taken else missing.value if missing else HOLDS,
        "given_on": row.given_on if row else None,
        "ends_on": row.ends_on if row else None,
        "withdrawn_at": row.withdrawn_at if row else None,
        "language": row.language if row else None,
        "version": row.version if row else None,
        "current": view.versions.get(row.language) == row.version if row else None,
        "method": row.method if row else None,
        "evidence": row.evidence_id is not None if row else None,
    }


def state_word(state: str) -> str:
    """How a consent stands, as a person reads it."""
    return {
        HOLDS: _("holds"),
        TAKEN_BACK: _("taken back"),
        Reason.NO_CONSENT: _("not given"),
        Reason.CONSENT_NOT_YET: _("begins later"),
        Reason.CONSENT_ENDED: _("has ended: ask anew"),
        Reason.CONSENT_OTHER_TEXT: _("other text: ask anew"),
    }[state]


def method_word(method: str | None) -> str:
    """How they said so."""
    return {
        "paper": _("on paper"),
        "message": _("by message"),
        "voice": _("by voice"),
        "online": _("online"),
        "file": _("from the tandem file"),
    }.get(method or "", "–")
