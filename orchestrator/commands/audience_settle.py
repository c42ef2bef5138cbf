"""``audience settle``: a person says once what a typed place means, and it is remembered."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.audience_resolve import (
    Country,
    State,
    asked,
    code_of,
    document,
    finder_at,
)
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.errors import Exit, UsageProblem
from orchestrator.i18n import _
from orchestrator.redact import tame

if TYPE_CHECKING:
    from audiences.place import Place
    from orchestrator.placing.finding import Finder


@command
def settle(
    desk: Desk,
    query: Annotated[str, typer.Argument(help="The place as it is typed in the file.")],
    place: Annotated[
        str | None,
        typer.Argument(help="What it means: a number of `audience resolve`, a name, a postcode."),
    ] = None,
    state: State = None,
    country: Country = None,
    forget: Annotated[bool, typer.Option("--forget", help="Take it back.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell; write nothing.")] = False,
) -> Exit:
    """Say once what a typed place means; resolve and import keep to it from then on."""
    if forget == (place is not None):
        raise UsageProblem(
            _("Say what the place means, or take it back."),
            remedy=_("Name the place, or add --forget."),
        )
    desk.require_key()
    finder, readable = finder_at(desk)
    if not readable:
        _store = desk.store  # says why it cannot be used
    if place is None:
        return _forget(desk, finder, query, country)
    return _settle(desk, finder, query, place, state, country)


def _settle(
    desk: Desk, finder: "Finder", query: str, wish: str, state: str | None, country: str | None
) -> Exit:
    from orchestrator.placing.choosing import named

    unsettled = replace(finder, settled={})
    answer = asked(desk, unsettled, query, state, country)
    place = _chosen(desk, unsettled, query, answer, wish, country)
    before = finder.settled_as(query, place.country)
    _write(desk, query, place, again=before is not None)
    desk.emit(_document(desk, query, place, before))
    if desk.dry_run:
        desk.say(_("Dry run, nothing was written."))
    desk.say(
        _("“{typed}” in {country} means from now on: {place}").format(
            typed=query.strip(), country=place.country, place=named(place)
        )
    )
    if before is not None and before.id != place.id:
        desk.say(_("Before it meant: {place}").format(place=named(before)))
    if place.country not in desk.settings.audience.countries:
        desk.note(
            _(
                "The import takes no places in {country} yet: add it to [audience] countries."
            ).format(country=place.country)
        )
    elif not desk.dry_run:
        desk.say(_("Next: import the file again; `tueroeffner tandem import` keeps to it."))
    return Exit.DONE


def _chosen(
    desk: Desk, finder: "Finder", query: str, answer: Any, wish: str, country: str | None
) -> "Place":
    from audiences.outward import GeocoderTrouble
    from audiences.place import PlaceRefused
    from orchestrator.places import refusal
    from orchestrator.placing.choosing import chosen
    from orchestrator.placing.online import problem

    among = (code_of(country),) if country else finder.countries
    try:
        return chosen(finder, query, answer, wish, among)
    except PlaceRefused as refused:
        what, hint = refusal(refused.reason)
        raise UsageProblem(what, remedy=hint) from refused
    except GeocoderTrouble as trouble:
        assert finder.geocoder is not None
        raise problem(finder.geocoder.service, trouble) from trouble


def _write(desk: Desk, query: str, place: "Place", *, again: bool) -> None:
    from orchestrator import journal
    from orchestrator.placing.known import settle as keep

    with desk.store.session(dry_run=desk.dry_run) as session:
        campaign = desk.campaign(session)
        keep(session, campaign.id, desk.key, query, place, desk.now)
        journal.record(session, campaign.id, desk.now, desk.actor, "place.settled", again=again)


def _forget(desk: Desk, finder: "Finder", query: str, country: str | None) -> Exit:
    from orchestrator import journal
    from orchestrator.placing.choosing import named
    from orchestrator.placing.known import forget

    among = (code_of(country),) if country else finder.countries
    found = [place for each in among if (place := finder.settled_as(query, each)) is not None]
    if found:
        with desk.store.session(dry_run=desk.dry_run) as session:
            campaign = desk.campaign(session)
            for each in found:
                forget(session, campaign.id, desk.key, query, each.country)
                journal.record(session, campaign.id, desk.now, desk.actor, "place.forgotten")
    desk.emit(_document(desk, query, None, found[0] if found else None))
    if desk.dry_run:
        desk.say(_("Dry run, nothing was written."))
    for each in found:
        desk.say(_("It does not mean {place} any more.").format(place=named(each)))
    if not found:
        desk.say(_("Nobody settled this place."))
    return Exit.DONE


def _document(
    desk: Desk, query: str, place: "Place | None", before: "Place | None"
) -> dict[str, object]:
    return {
        "query": tame(query),
        "place": document(place),
        "before": document(before),
        "dry_run": desk.dry_run,
    }
