"""``audience build|show``: who is reached around a tandem, and how each network is told."""

from typing import Annotated, Any

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import open_networks, tandem_ids
from orchestrator.errors import Exit
from orchestrator.formats import about
from orchestrator.i18n import _, ngettext


@command
def build(desk: Desk, slugs: Annotated[list[str] | None, typer.Argument()] = None) -> Exit:
    """Build the audiences of some tandems or of all, on every network that can aim."""
    from orchestrator.plan import build_audiences

    ids = tandem_ids(desk, slugs) if slugs else None
    with desk.waiting(_("Looking up towns …")):
        built, unreachable = build_audiences(
            desk.store, desk.settings, desk.key, open_networks(desk), desk.now, ids
        )
    desk.emit({"built": built, "unreachable": unreachable})
    for name, why in unreachable.items():
        desk.note(_("{network} was left out: {why}").format(network=name, why=why))
    desk.say(_("{count} audiences are up to date.").format(count=built))
    return Exit.PARTLY if unreachable else Exit.DONE


@command
def show(desk: Desk, slug: Annotated[str, typer.Argument()]) -> None:
    """Show the circle of a tandem: towns, people and how the network is told."""
    from sqlmodel import select

    from orchestrator.circle import circle_of
    from orchestrator.model import Audience, Tandem

    tandem_id = tandem_ids(desk, [slug])[slug]
    with desk.looking() as (session, _campaign_id):
        tandem = session.get_one(Tandem, tandem_id)
        rows = session.exec(select(Audience).where(Audience.tandem_id == tandem_id)).all()
    circle = circle_of(tandem, desk.settings.audience)
    aimed = next((row for row in rows if row.mode), None)
    cities = aimed.cities if aimed else [{"name": each.name, "key": None} for each in circle.cities]
    desk.emit(
        {
            "tandem": slug,
            "centre": {"name": tandem.town, "lat": tandem.lat, "lon": tandem.lon},
            "radius_km": circle.radius_km,
            "people": circle.people,
            "reachable_followers": None,
            "organic": {
                "mode": aimed.mode if aimed else None,
                "cities": cities,
                "targeting": aimed.targeting if aimed else None,
                "recall": None,
                "precision": None,
            },
            "paid": None,
            "policy": [],
        }
    )
    _say_circle(desk, tandem.town, circle.radius_km, circle.people, cities, aimed is not None)


def _say_circle(
    desk: Desk, town: str, radius_km: int, people: int, cities: list[Any], built: bool
) -> None:
    desk.say(
        ngettext(
            "{radius} km around {town}: about {people} people in {count} town.",
            "{radius} km around {town}: about {people} people in {count} towns.",
            len(cities),
        ).format(radius=radius_km, town=town, people=about(people), count=len(cities))
    )
    for city in cities:
        gap = "" if city["key"] or not built else "  " + _("(not known to the network)")
        desk.say(f"  {city['name']}{gap}")
    if not built:
        desk.say(_("No network's keys yet: `tueroeffner audience build` looks them up."))
