"""``audience resolve|build|show``: where a place is, and who can be reached around it."""

from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.audience_import import import_
from orchestrator.commands.audience_show import build, show
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.errors import Exit, UsageProblem
from orchestrator.formats import count
from orchestrator.i18n import _
from orchestrator.redact import tame

if TYPE_CHECKING:
    from audiences.place import Place

app = typer.Typer(help="Places and the people around them.", no_args_is_help=True)


@app.command("resolve")
@command
def resolve(
    desk: Desk,
    query: Annotated[str, typer.Argument(help="A town or a postcode.")],
    state: Annotated[str | None, typer.Option(help="Federal state or canton.")] = None,
) -> Exit:
    """Find a place; several of one name are listed, never guessed between."""
    from audiences.place import PlaceRefused
    from audiences.resolve import resolve as find
    from orchestrator.places import refusal

    try:
        answer = find(query, state=state)
    except PlaceRefused as refused:
        what, hint = refusal(refused.reason)
        raise UsageProblem(what, remedy=hint) from refused
    desk.emit(
        {
            "query": tame(query),
            "status": answer.status,
            "place": _document(answer.place) if answer.place else None,
            "rivals": [_document(rival) for rival in answer.rivals],
        }
    )
    if answer.place:
        desk.say(_words(answer.place))
    elif answer.status == "ambiguous":
        desk.say(_("Several places may be meant; add the state or the postcode:"))
    else:
        desk.say(_("This place is not known. Try the postcode or the next larger town."))
    if answer.rivals and answer.place:
        desk.say(_("Other places that may be meant:"))
    for rival in answer.rivals:
        desk.say(f"  {_words(rival)}")
    return Exit.DONE if answer.place else Exit.PERSON_NEEDED


def _document(place: "Place") -> dict[str, object]:
    return {
        "name": place.name,
        "state": place.state,
        "country": place.country,
        "lat": place.lat,
        "lon": place.lon,
        "population": place.population or None,
    }


def _words(place: "Place") -> str:
    if not place.population:
        return _("{name}, {state} ({country})").format(
            name=place.name, state=place.state, country=place.country
        )
    return _("{name}, {state} ({country}), {people} people").format(
        name=place.name,
        state=place.state,
        country=place.country,
        people=count(place.population),
    )


app.command("build")(build)
app.command("show")(show)
app.command("import")(import_)
