"""``plan``: tandems × networks → posts with audience, text and time."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.findings import say_findings
from orchestrator.commands.held import call_back, say_called_back
from orchestrator.commands.media import prepare_all, say_problems
from orchestrator.commands.wiring import open_networks
from orchestrator.errors import Exit, UsageProblem
from orchestrator.formats import about, dollars
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.planned import PlanReport


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
    desk.require_key()
    flawed = [] if dry_run else prepare_all(desk)
    with desk.waiting(_("Looking up towns, choosing words and times …")):
        report = plan_posts(
            desk.store, desk.settings, desk.key, networks, desk.now, desk.actor, dry_run=dry_run
        )
    called = call_back(desk, networks)
    _warn_of_texts(desk)
    say_problems(desk, flawed)
    problems = {"media_problems": [each.document() for each in flawed]} if flawed else {}
    desk.emit(report.document() | problems | called.news())
    _say(desk, report, dry_run)
    code = say_called_back(desk, called)
    return code or _ended(report)


def _ended(report: "PlanReport") -> Exit:
    if report.blocked:
        return Exit.PERSON_NEEDED
    return Exit.PARTLY if report.unreachable else Exit.DONE


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
    if report.without_media:
        desk.table(
            [_("Tandem"), _("Network"), _("Without picture or film because")],
            [[each.tandem, each.network, each.reason] for each in report.without_media],
        )
    for each in report.policy:
        say_findings(desk, [each.finding], f"{each.tandem}, {each.network}")
    say_findings(desk, [each for each in report.campaign if each.level != "ok"])
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
    if report.for_links:
        _say_links(desk, report)
    say_frequency(desk, report)
    if dry_run:
        desk.say(_("This was a dry run: nothing was written."))
    elif report.created + report.updated + report.unchanged:
        desk.say(_("Next: look at them with `tueroeffner preview`, then `tueroeffner approve`."))
    else:
        desk.say(
            _("There is nothing to plan yet: import tandems with `tueroeffner tandem import`.")
        )


def _say_links(desk: Desk, report: "PlanReport") -> None:
    """What links cost; where prices change within the plan, each at its average."""
    from orchestrator.money import POST_WITH_URL

    lines = [line for of in report.expected.values() for line in of if line.what == POST_WITH_URL]
    posts, paid = sum(line.count for line in lines), sum(line.usd for line in lines)
    desk.say(
        _(
            "{cost} of that is for links: a post with a link costs {dear} there, without one"
            " {plain}; without links it would all cost about {rest}."
        ).format(
            cost=dollars(report.for_links),
            dear=dollars(paid / posts),
            plain=dollars((paid - report.for_links) / posts),
            rest=dollars(sum(report.cost.values()) - report.for_links),
        )
    )


def say_frequency(desk: Desk, report: "PlanReport") -> None:
    """Who will meet more appeals than is wished; of the others there is nothing to say."""
    limits, met = desk.settings.audience, report.frequency
    if many := beyond(met.per_day, limits.appeals_per_day):
        desk.say(
            _(
                "About {people} people will meet {appeals} appeals on one day"
                " (wished: {limit} at most)."
            ).format(people=about(many.people), appeals=many.words, limit=limits.appeals_per_day)
        )
    if many := beyond(met.per_week, limits.appeals_per_week):
        desk.say(
            _(
                "About {people} people will meet {appeals} appeals in one week"
                " (wished: {limit} at most)."
            ).format(people=about(many.people), appeals=many.words, limit=limits.appeals_per_week)
        )
    if met.beyond:
        desk.say(
            _("No post was left out for it; more days or fewer posts_per_tandem would spare them.")
        )


class TooMany(NamedTuple):
    """People who meet too many appeals, and how many those are, in words."""

    people: int
    words: str


def beyond(people: Mapping[int, int], limit: int) -> TooMany | None:
    """Return who meets more appeals than the limit, if anybody does."""
    over = {appeals: count for appeals, count in people.items() if appeals > limit}
    if not over:
        return None
    fewest, most = min(over), max(over)
    words = str(most) if fewest == most else _("{a} to {b}").format(a=fewest, b=most)
    return TooMany(sum(over.values()), words)
