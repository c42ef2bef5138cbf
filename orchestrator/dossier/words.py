"""The words of the dossier: what its fields are called, and what their values mean."""

from collections.abc import Callable

from orchestrator.attempts import outcome_word
from orchestrator.consent.standing import method_word
from orchestrator.forwarding import names
from orchestrator.i18n import _
from orchestrator.inbox.words import label_word, source_word
from orchestrator.intake.overview import may_work_word
from orchestrator.posts import state_word
from orchestrator.screening.words import result_words
from orchestrator.vetting import Risk, risk_words
from orchestrator.vocabulary import Label, MayWork, OfferState, Show, Step, Way


def labels() -> dict[str, str]:
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
        "pictures": _("Pictures and films"), "kind": _("Kind"), "alt": _("Alternative text"),
        "size": _("Bytes"), "file": _("File in the campaign's folder"),
        "made_with_ai": _("Made by a machine"), "reach_mode": _("Wished for its posts"),
        "away_from": _("Away from"), "away_until": _("Away until"),
        "handed_over": _("Told of offers"), "way": _("How"), "confirmed_at": _("Confirmed"),
        "answers": _("What we answered"), "checks": _("Checked"), "warnings": _("Warnings"),
        "wanted": _("Wanted by the person"), "wanted_at": _("Asked on"), "step": _("Step"),
        "outcomes": _("What came of it"), "on": _("On"),
        "becomes": _("After"), "mark": _("Digest"), "again": _("Again"),
    }  # fmt: skip


def in_words(name: str, value: str) -> str:
    """The value of a field as a person reads it; one that is no word of ours stays as it is."""
    if name not in _VALUES:
        return value
    try:
        return _VALUES[name](value)
    except (KeyError, ValueError):
        return value


def _state(value: str) -> str:
    return {"active": _("active"), "closed": _("closed")}.get(value) or state_word(value)


def _person(value: str) -> str:
    return {"refugee": _("refugee"), "volunteer": _("volunteer"), "both": _("both")}[value]


def _because(value: str) -> str:
    return {"hired": _("somebody was hired"), "other": _("another reason")}[value]


def _mode(value: str) -> str:
    return {"hard": _("seen only there"), "soft": _("shown there first")}[value]


def _method(value: str) -> str:
    return value if (word := method_word(value)) == "–" else word


_VALUES: dict[str, Callable[[str], str]] = {
    "state": _state,
    "closed_because": _because,
    "person": _person,
    "show": lambda value: result_words(Show(value)),
    "may_work": lambda value: may_work_word(MayWork(value)),
    "method": _method,
    "mode": _mode,
    "label": lambda value: label_word(Label(value)),
    "network": lambda value: source_word(value, ""),
    "channel": lambda value: source_word(None, value),
    "outcome": outcome_word,
    "status": lambda value: names.state_word(OfferState(value)),
    "step": lambda value: names.step_word(Step(value)),
    "way": lambda value: names.way_word(Way(value)),
    "warnings": lambda value: risk_words(Risk(value)),
}
