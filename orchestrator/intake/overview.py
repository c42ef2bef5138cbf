"""What is known of the tandems, for the people who run the campaign: no names, no contacts."""

import difflib
from collections.abc import Iterable
from typing import Any

from sqlmodel import Session

from orchestrator import networks, people
from orchestrator.consent.purposes import PURPOSES, Who
from orchestrator.consent.standing import View, given_rows
from orchestrator.eligible import Reason, sentence, why_not
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.intake.columns import APPEAL
from orchestrator.intake.hidden import HIDDEN, Secret
from orchestrator.intake.shelf import Folder, Shelf
from orchestrator.intake.towns import town_names
from orchestrator.keys import CampaignKey
from orchestrator.model import Partner, Person, Tandem
from orchestrator.vocabulary import MayWork, Show, TandemState


def tandem_rows(
    session: Session, campaign_id: int, key: CampaignKey, view: View
) -> list[dict[str, Any]]:
    """One entry per tandem, by slug."""
    shelf = Shelf.of(session, campaign_id)
    return [_summary(session, folder, key, view) for folder in shelf.tandems.values()]


def tandem_entry(
    session: Session, campaign_id: int, slug: str, key: CampaignKey, view: View
) -> dict[str, Any]:
    """Everything about one tandem that is not secret; an unknown slug names the nearest."""
    shelf = Shelf.of(session, campaign_id)
    folder = shelf.tandems.get(slug)
    if folder is None:
        raise _no_such(slug, shelf.tandems)
    tandem = folder.tandem
    if tandem.state is TandemState.WITHDRAWN:
        return {**_withdrawn(tandem), "ended_at": tandem.ended_at}
    return {
        **_summary(session, folder, key, view),
        "ended_at": tandem.ended_at,
        "closed_because": tandem.closed_because,
        "posts_down": tandem.posts_down,
        "partner": _partner(shelf.partners.values(), tandem.partner_id),
        "screened_at": tandem.screened_at,
        "adult": tandem.adult,
        "may_work": tandem.may_work,
        "trade": tandem.trade,
        "centre": {"name": tandem.town, "lat": tandem.lat, "lon": tandem.lon},
        "radius_km": tandem.radius_km,
        "link": tandem.link,
        "media": tandem.media,
        "pictures": [
            {"name": each.name, "kind": each.kind, "alt": each.alt, "problem": each.problem}
            for each in folder.media
        ],
        "made_with_ai": tandem.made_with_ai,
        "reach_mode": tandem.reach_mode,
        "volunteer": {
            "language": tandem.volunteer_lang,
            "away_from": tandem.away_from,
            "away_until": tandem.away_until,
            **_on_file(session, key, folder.volunteer),
        },
        "appeals": [
            {"language": language, "text": folder.appeals[language].text}
            for language in sorted(folder.appeals)
        ],
        "consents": [
            *given_rows(list(folder.consents.values()), Who.REFUGEE, view),
            *given_rows(list(folder.of_volunteer.values()), Who.VOLUNTEER, view),
        ],
        "imported_at": tandem.imported_at,
        "changed_at": tandem.changed_at,
    }


def _withdrawn(tandem: Tandem) -> dict[str, Any]:
    """Whoever withdrew is a slug and that word; the other keys stay for scripts, empty."""
    empty = dict.fromkeys(("public_name", "town", "region", "country"), "")
    lists: dict[str, Any] = {"networks": [], "why_not": []}
    return {"slug": tandem.slug, **empty, "show": None, **lists, "state": tandem.state}


def _summary(session: Session, folder: Folder, key: CampaignKey, view: View) -> dict[str, Any]:
    tandem = folder.tandem
    if tandem.state is TandemState.WITHDRAWN:
        return _withdrawn(tandem)
    holding = {purpose for purpose, each in folder.consents.items() if each.withdrawn_at is None}
    return {
        "slug": tandem.slug,
        "public_name": _public_name(session, folder, key),
        # A list is passed round and read over shoulders; a single tandem has its ``centre``.
        "town": "" if tandem.show is Show.REGION else tandem.town,
        "region": tandem.region,
        "country": tandem.country,
        "show": tandem.show,
        "networks": [each for each in PURPOSES if each in holding and each in networks.names()],
        "state": tandem.state,
        "why_not": _why_not(folder, view, _telling(session, folder, key)),
    }


def _public_name(session: Session, folder: Folder, key: CampaignKey) -> str:
    """The alias; else the sealed first name, if the public may know it."""
    tandem = folder.tandem
    if tandem.public_name or tandem.show not in (Show.FULL, Show.NO_FACE):
        return tandem.public_name
    return people.fields(session, key, folder.refugee).get("name", "")


def _telling(session: Session, folder: Folder, key: CampaignKey) -> list[str]:
    """The columns of which nothing is planned: they say what the safety check hides."""
    tandem = folder.tandem
    if tandem.show not in HIDDEN:
        return []
    public = {"trade": tandem.trade, "link": tandem.link}
    public |= {f"{APPEAL}{each}": folder.appeals[each].text for each in sorted(folder.appeals)}
    name = people.fields(session, key, folder.refugee).get("name", "")
    towns = town_names(tandem.town, tandem.region)
    told = Secret(tandem.show, (name,), (), towns).told_by(public)
    return list(dict.fromkeys(column for column, _unfit in told))


def _why_not(folder: Folder, view: View, telling: list[str]) -> list[dict[str, str]]:
    reasons = []
    told = _("column {columns} says what the safety check hides").format(columns=", ".join(telling))
    for network in view.networks:
        gated = networks.adapter(network).LIMITS.targeting
        consents = list(folder.consents.values())
        reason = why_not(
            folder.tandem, consents, network, view.on, gated=gated, versions=view.versions
        )
        if reason:
            reasons.append({"network": network, "reason": reason, "sentence": sentence(reason)})
        elif telling:
            reason = Reason.SHOWS_TOO_MUCH
            reasons.append({"network": network, "reason": reason, "sentence": told})
    return reasons


def _on_file(session: Session, key: CampaignKey, person: Person) -> dict[str, bool]:
    """Which ways to reach a person are stored, not what they are."""
    stored = people.fields(session, key, person)
    return {name: bool(stored.get(name)) for name in ("name", "email", "phone", "backup_contact")}


def _partner(partners: Iterable[Partner], number: int | None) -> str:
    return next((each.name for each in partners if each.id == number), "")


def _no_such(slug: str, known: Iterable[str]) -> UsageProblem:
    near = difflib.get_close_matches(slug, list(known), n=1, cutoff=0.4)
    return UsageProblem(
        _("There is no tandem “{slug}”.").format(slug=slug),
        remedy=_("Did you mean “{near}”?").format(near=near[0])
        if near
        else _("`tueroeffner tandem list` shows them all."),
    )


def state_word(state: TandemState) -> str:
    """A tandem's state as a person reads it."""
    return {
        TandemState.ACTIVE: _("active"),
        TandemState.CLOSED: _("closed"),
        TandemState.WITHDRAWN: _("withdrawn"),
    }[state]


def may_work_word(answer: MayWork) -> str:
    """Whether the law lets a person work, as somebody reads it."""
    return {
        MayWork.YES: _("yes"),
        MayWork.PERMIT: _("with a permit for the job"),
        MayWork.NO: _("no"),
        MayWork.UNKNOWN: _("not known"),
    }[answer]
