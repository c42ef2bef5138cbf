"""``plan``: tandems × networks → posts with audience, text and time."""

from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.held import call_back, say_called_back
from orchestrator.commands.wiring import open_networks
from orchestrator.errors import Exit, UsageProblem
from orchestrator.formats import dollars
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.planner import PlanReport


@command
def plan(
    desk: Desk,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, write nothing.")] = False,
) -> Exit:
    """Plan the posts of every tandem on every network; nothing is sent."""
    from orchestrator.plan import plan as plan_posts

    networks = open_networks(desk)
    if not networks:
        raise UsageProblem(
            _("No network is on: there is nothing to plan for."),
            remedy=_("Give at least one network its credentials, then run `tueroeffner doctor`."),
        )
    with desk.waiting(_("Looking up towns, choosing words and times …")):
        report = plan_posts(
            desk.store, desk.settings, desk.key, networks, desk.now, desk.actor, dry_run=dry_run
        )
    called = call_back(desk, networks)
    _warn_of_texts(desk)
    desk.emit(report.document() | called.news())
    _say(desk, report, dry_run)
    code = say_called_back(desk, called)
    return code or (Exit.PARTLY if report.unreachable else Exit.DONE)


def _warn_of_texts(desk: Desk) -> None:
    """Whoever agreed to a text that cannot be read is not planned; here is why."""
    from orchestrator.consent.texts import OWN, flaws

    for each in flaws(desk.settings.folder / OWN):
        desk.warn(f"{each.what} {each.remedy}")


def _say(desk: Desk, report: "PlanReport", dry_run: bool) -> None:
    for name, why in report.unreachable.items():
        desk.note(_("{network} was left out: {why}").format(network=name, why=why))
    if report.skipped:
        desk.table(
            [_("Tandem"), _("Network"), _("Not planned because")],
            [[each.tandem, each.network, each.reason] for each in report.skipped],
        )
    desk.say(
        _("{created} new, {updated} changed, {unchanged} unchanged posts.").format(
            created=report.created, updated=report.updated, unchanged=report.unchanged
        )
    )
    if report.cap is not None:
        desk.say(
            _("Posting will cost about {cost}; the cap is {cap}.").format(
                cost=dollars(sum(report.cost.values())), cap=dollars(report.cap)
            )
        )
    if dry_run:
        desk.say(_("This was a dry run: nothing was written."))
    elif report.created + report.updated + report.unchanged:
        desk.say(_("Next: look at them with `tueroeffner preview`, then `tueroeffner approve`."))
    else:
        desk.say(
            _("There is nothing to plan yet: import tandems with `tueroeffner tandem import`.")
        )
