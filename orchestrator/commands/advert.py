"""``advert list|show|plan|make|approve|stop``: posts that are shown to more people for money."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.advert_approve import approve, stop
from orchestrator.commands.advert_make import make, plan
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import tandem_ids
from orchestrator.formats import count, moment
from orchestrator.i18n import _

if TYPE_CHECKING:
    from collections.abc import Collection

app = typer.Typer(help="Paid adverts around a tandem.", no_args_is_help=True)


@app.command("list")
@command
def list_adverts(desk: Desk) -> None:
    """List all adverts: state, money, end, and what the network's review said."""
    adverts, sums = _look(desk)
    desk.emit({"adverts": adverts, "totals": sums})
    if not adverts:
        desk.say(_("There are no adverts. `tueroeffner advert plan` shows what could be made."))
        return
    _say_table(desk, adverts)
    _say_sums(desk, sums)


@app.command("show")
@command
def show(desk: Desk, slug: Annotated[str, typer.Argument(help="Tandem.", metavar="SLUG")]) -> None:
    """Show a tandem's advert: whom it reaches, what it came to, and why it does not run."""
    adverts, sums = _look(desk, tandem_ids(desk, [slug]).values())
    desk.emit({"adverts": adverts, "totals": sums})
    if not adverts:
        desk.say(_("{slug} has no advert. `tueroeffner advert plan {slug}`").format(slug=slug))
    for each in adverts:
        _say_table(desk, [each])
        _say_figures(desk, each)


def _look(
    desk: Desk, tandems: "Collection[int] | None" = None
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    from orchestrator.adverts.rows import adverts_of
    from orchestrator.adverts.telling import documents, totals

    with desk.looking() as (session, campaign_id):
        found = documents(adverts_of(session, campaign_id, tandems), desk.settings)
        return found, totals(session, campaign_id, desk.settings)


def _say_table(desk: Desk, adverts: list[dict[str, Any]]) -> None:
    from orchestrator.adverts.telling import review_word, state_word

    desk.table(
        [_("Tandem"), _("State"), _("Budget"), _("Spent"), _("Ends"), _("Review"), _("Why")],
        [
            [
                each["tandem"],
                state_word(each["state"]),
                _money(each["budget"], each["currency"]),
                _money(each["spent"], each["currency"]),
                moment(each["ends_at"]),
                review_word(each["review"]),
                each["error"] or "",
            ]
            for each in adverts
        ],
    )


def _money(units: float | None, currency: str | None) -> str:
    from orchestrator.adverts.money import amount

    return "" if units is None else amount(round(100 * units), currency or "")


def _say_sums(desk: Desk, sums: dict[str, Any]) -> None:
    from orchestrator.adverts.telling import held_words

    if sums["cap"] is not None and sums["approved"] is not None:
        currency = sums["currency"]
        desk.say(
            _("Taken of ad_total: {approved} of {cap}; spent so far: {spent}.").format(
                approved=_money(sums["approved"], currency),
                cap=_money(sums["cap"], currency),
                spent=_money(sums["spent"], currency),
            )
        )
    if held := held_words(sums):
        desk.say(held)


def _say_figures(desk: Desk, each: dict[str, Any]) -> None:
    from orchestrator.adverts.telling import gender_word

    desk.say(
        _("Everybody of age within {km} km. {link}").format(
            km=each["radius_km"], link=each["permalink"] or ""
        )
    )
    figures = each["figures"]
    if "reach" in figures:
        desk.say(
            _("Paid: {people} people saw it, {times} times (as of {time}).").format(
                people=count(figures["reach"]),
                times=count(figures.get("impressions", 0)),
                time=moment(each["read_at"]),
            )
        )
    for gender, told in figures.get("gender", {}).items():
        if "reach" in told:
            desk.say(f"  {gender_word(gender)}: {count(told['reach'])}")
    if each["held_until"]:
        desk.say(
            _(
                "It is over, but counts with its whole budget until {time}, since the network tells"
                " late what was spent. The first pass after that frees what was not."
            ).format(time=moment(each["held_until"]))
        )
    for said in (each["review"] or {}).get("said", ()):
        desk.say(f"  {said}")


app.command("plan")(plan)
app.command("make")(make)
app.command("approve")(approve)
app.command("stop")(stop)
