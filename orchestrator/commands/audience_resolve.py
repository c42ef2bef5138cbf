"""``audience resolve``: where a place is; several of one name are listed, never guessed between."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.errors import Exit, UsageProblem
from orchestrator.i18n import _
from orchestrator.redact import tame

if TYPE_CHECKING:
    from audiences.place import Place
    from orchestrator.placing.finding import Answer, Finder

State = Annotated[str | None, typer.Option(help="Federal state or canton.")]
Country = Annotated[str | None, typer.Option(help="Only in this country, such as AT.")]


@command
def resolve(
    desk: Desk,
    query: Annotated[str, typer.Argument(help="A town or a postcode.")],
    state: State = None,
    country: Country = None,
) -> Exit:
    """Find a place; several of one name are listed, never guessed between."""
    finder, with_settled = finder_at(desk)
    answer = asked(desk, finder, query, state, country)
    desk.emit(_found(query, answer) | ({} if with_settled else {"settled": None}))
    _say(desk, finder, answer, state, country)
    return Exit.DONE if answer.place else Exit.PERSON_NEEDED


def finder_at(desk: Desk) -> "tuple[Finder, bool]":
    """The campaign's finder, and whether it knows what was settled.

    Outside of a campaign it asks the gazetteer only; so it does, with a remark, where the
    database cannot be read.
    """
    from orchestrator.placing.finding import Finder

    if not _has_campaign(desk):
        return Finder(), True
    audience = desk.settings.audience
    try:
        return _campaigns_finder(desk), True
    except UsageProblem as problem:
        if audience.geocoder != "off":
            raise
        desk.warn(f"{problem.what} {problem.remedy}".strip())
        desk.warn(_("So places that were settled are not known here; the gazetteer answers."))
        return Finder(tuple(audience.countries)), False


def _has_campaign(desk: Desk) -> bool:
    from orchestrator.config import config_path

    path = config_path(desk.config_flag)
    return path != Path("config.toml") or path.exists()


def _campaigns_finder(desk: Desk) -> "Finder":
    from orchestrator.placing.finding import Finder, finder_of
    from orchestrator.placing.online import Inquiry
    from orchestrator.store import Schema, inspect

    settings = desk.settings
    fresh = inspect(settings.database.url).schema in (Schema.MISSING, Schema.EMPTY)
    if fresh and settings.audience.geocoder == "off":
        return Finder(tuple(settings.audience.countries))  # looking must not make a database
    inquiry = Inquiry(
        desk.store, desk.key, settings.audience, settings.campaign, desk.now, desk.dry_run
    )
    with desk.store.reading() as session:
        return finder_of(session, inquiry)


def asked(
    desk: Desk, finder: "Finder", query: str, state: str | None, country: str | None
) -> "Answer":
    """What is known of a typed place; refusals and troubles of a service become sentences."""
    from audiences.outward import GeocoderTrouble
    from audiences.place import PlaceRefused
    from orchestrator.places import refusal
    from orchestrator.placing.online import problem

    among = (code_of(country),) if country else None
    try:
        with desk.waiting(_("Looking for the place …")):
            return finder.find(query, state=state, countries=among)
    except PlaceRefused as refused:
        what, hint = refusal(refused.reason)
        raise UsageProblem(what, remedy=hint) from refused
    except GeocoderTrouble as trouble:
        assert finder.geocoder is not None
        raise problem(finder.geocoder.service, trouble) from trouble


def code_of(country: str) -> str:
    """A country's code as the places have it."""
    code = country.strip().upper()
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise UsageProblem(
            _("“{text}” is no code of a country.").format(text=country[:60]),
            remedy=_("Write two letters, such as DE, AT or CH."),
        )
    return code


def document(place: "Place | None") -> dict[str, object] | None:
    """A place for scripts."""
    if place is None:
        return None
    return {
        "id": place.id,
        "name": place.name,
        "state": place.state,
        "country": place.country,
        "lat": place.lat,
        "lon": place.lon,
        "population": place.population or None,
    }


def _found(query: str, answer: "Answer") -> dict[str, object]:
    from audiences.outward import ATTRIBUTION
    from orchestrator.placing.finding import is_online
    from orchestrator.placing.known import SETTLED

    return {
        "query": tame(query),
        "status": answer.found.status,
        "place": document(answer.place),
        "rivals": [
            {"number": answer.number(rival), **(document(rival) or {})} for rival in answer.rivals
        ],
        "elsewhere": document(answer.elsewhere),
        "source": answer.source,
        "settled": answer.source == SETTLED,
        "attribution": ATTRIBUTION if is_online(answer) and answer.candidates else None,
    }


def _say(
    desk: Desk, finder: "Finder", answer: "Answer", state: str | None, country: str | None
) -> None:
    from orchestrator.placing.choosing import elsewhere, worded
    from orchestrator.placing.finding import is_online
    from orchestrator.placing.known import SETTLED
    from orchestrator.placing.online import credit

    if answer.elsewhere:
        desk.say(elsewhere(answer.elsewhere, finder.countries))
    if answer.place:
        desk.say(worded(answer.place))
        if answer.source == SETTLED:
            desk.say(_("So it was settled; `tueroeffner audience settle` changes it."))
    elif answer.rivals and not answer.elsewhere:
        desk.say(_question(answer, state))
    elif not answer.elsewhere:
        _say_unknown(desk, finder, answer)
    if answer.rivals and (answer.place or answer.elsewhere):
        desk.say(_("Other places that may be meant:"))
    for rival in answer.rivals:
        desk.say(f"{answer.number(rival) or '':>3}  {worded(rival)}")
    if is_online(answer) and answer.candidates and finder.geocoder:
        desk.say(credit(finder.geocoder.service))
    if answer.rivals and not answer.place and finder.key:
        # With the same options, or the numbers would be those of another list.
        told = {"--state": state, "--country": country}
        options = "".join(f" {name} {tame(value)!r}" for name, value in told.items() if value)
        command = f"tueroeffner audience settle QUERY NUMBER{options}"
        desk.say(_("Or say once what is meant: `{command}`.").format(command=command))


def _question(answer: "Answer", state: str | None) -> str:
    from audiences.regions import states_named

    wanted = states_named(state) or {state} if state else set()
    if wanted and not any(each.state in wanted for each in answer.rivals):
        words = _("There is no such place in “{state}”; elsewhere there are:")
        return words.format(state=tame((state or "").strip()[:60]))
    if len(answer.rivals) == 1:
        return _("It is not clear what is meant; perhaps this:")
    return _("Several places may be meant; add the state or the postcode:")


def _say_unknown(desk: Desk, finder: "Finder", answer: "Answer") -> None:
    from orchestrator.places import unknown_place

    if finder.geocoder:
        sentence = _("This place is not known, here or to {domain}.")
        desk.say(sentence.format(domain=finder.geocoder.service.domain))
        desk.say(
            _(
                "Check the spelling, or write the postcode or the next larger town; --country asks"
                " in another country."
            )
        )
        return
    for sentence in unknown_place(answer.found):
        desk.say(sentence)
