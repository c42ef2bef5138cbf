"""``tandem away``: the days on which a volunteer cannot be reached."""

from datetime import date
from typing import Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import day_of, tandem_ids
from orchestrator.errors import UsageProblem
from orchestrator.formats import day
from orchestrator.i18n import _


@command
def away(
    desk: Desk,
    slug: Annotated[str, typer.Argument(help="The tandem.", metavar="SLUG")],
    first: Annotated[str | None, typer.Argument(metavar="FROM", help="The first day.")] = None,
    last: Annotated[str | None, typer.Argument(metavar="UNTIL", help="The last day.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="The volunteer is back.")] = False,
) -> None:
    """Note when a volunteer is away: offers go to the backup contact meanwhile."""
    from orchestrator.forwarding.absence import set_away
    from orchestrator.model import Tandem

    days = None if clear else (_day(first), _day(last))
    if clear and first is not None:
        raise UsageProblem(
            _("--clear and days contradict each other."), remedy=_("Leave one of them out.")
        )
    tandem_id = tandem_ids(desk, [slug])[slug]
    with desk.store.session() as session:
        desk.campaign(session)
        tandem = session.get_one(Tandem, tandem_id)
        changed = set_away(session, tandem, days, desk.now, desk.actor)
    desk.emit(
        {
            "tandem": slug,
            "away_from": days[0] if days else None,
            "away_until": days[1] if days else None,
            "changed": changed,
        }
    )
    if days:
        sentence = _("The volunteer of {slug} is away from {first} to {last}.")
        desk.say(sentence.format(slug=slug, first=day(days[0]), last=day(days[1])))
        desk.say(_("Offers of these days go to the backup contact first."))
    else:
        desk.say(_("The volunteer of {slug} is there.").format(slug=slug))


def _day(text: str | None) -> date:
    if text is None:
        raise UsageProblem(
            _("From when until when?"),
            remedy=_("Write both days, such as 2026-11-23 2026-11-30, or --clear."),
        )
    return day_of(text)
