"""``advert plan|make``: choose posts, and prepare their adverts; all of it switched off."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.advert_desk import able, ad_account, paid_network
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import open_shift, tandem_ids
from orchestrator.errors import Exit
from orchestrator.formats import about, moment
from orchestrator.i18n import _, ngettext
from orchestrator.ports import NotAuthorised

if TYPE_CHECKING:
    from orchestrator.adverts.choosing import Choice, Choosing
    from orchestrator.adverts.making import Made
    from orchestrator.ports import AdvertAccount, Advertising
    from orchestrator.shift import Shift

Slugs = Annotated[list[str] | None, typer.Argument(help="Tandems.", metavar="SLUG")]


@command
def plan(desk: Desk, slugs: Slugs = None) -> None:
    """Show which adverts could be made, whom they would reach and what they may cost."""
    shift, network = open_shift(desk), paid_network(desk)[0]
    account = ad_account(shift, network).account()
    wanted = _wanted(desk, slugs)
    with desk.store.reading() as session:
        choices = _choosing(desk, shift, session, account).choices(wanted)
    rows = [_row(desk, shift, choice) for choice in choices]
    desk.emit({"adverts": rows, "account": {"currency": account.currency, "problem": account.problem
               or None}})  # fmt: skip
    _say_choices(desk, rows, account)


@command
def make(
    desk: Desk,
    slugs: Slugs = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Let the network check it, make nothing.")
    ] = False,
) -> Exit:
    """Make adverts at the network, switched off; they cost nothing until `advert approve`."""
    shift, network = open_shift(desk), paid_network(desk)[0]
    advertising = ad_account(shift, network)
    account = able(advertising.account())
    if dry_run:
        return _rehearse(desk, shift, advertising, account, _wanted(desk, slugs))
    from orchestrator.adverts.choosing import enrol
    from orchestrator.adverts.making import Made, make_all, unmade
    from orchestrator.policy import note_decisions
    from orchestrator.turns import turn

    with desk.store.session() as session:
        campaign = desk.campaign(session)
        choices = _choosing(desk, shift, session, account).choices(_wanted(desk, slugs))
        enrol(session, choices)
        for choice in choices:
            if choice.advert is not None:
                note_decisions(session, campaign.id, desk.now, desk.actor, choice.findings)
    number = desk.settings.networks[network].ad_account
    with desk.store.reading() as session:
        waiting = unmade(session, shift.campaign_id, network, number)
    preparing = desk.waiting(_("Preparing the adverts …"))
    with turn(desk.store, f"{network} adverts", number) as ours, preparing:
        made = make_all(shift, advertising, waiting) if ours else Made(waiting=waiting)
    return _say_made(desk, made, choices)


def _wanted(desk: Desk, slugs: list[str] | None) -> list[int] | None:
    return list(tandem_ids(desk, slugs).values()) if slugs else None


def _choosing(desk: Desk, shift: "Shift", session: Any, account: "AdvertAccount") -> "Choosing":
    from orchestrator.adverts.choosing import Choosing
    from orchestrator.model import Campaign

    network, terms = paid_network(desk)
    campaign = session.get_one(Campaign, shift.campaign_id)
    return Choosing(session, campaign, desk.settings, network, terms, account.currency, desk.now)


def _row(desk: Desk, shift: "Shift", choice: "Choice") -> dict[str, Any]:
    """A choice as scripts read it, with the network's own count of people where it tells one."""
    from orchestrator.adverts.money import units
    from orchestrator.adverts.rows import km_of

    advert, post = choice.advert, choice.post
    people = _estimate(shift, advert.network, advert.targeting) if advert else None
    return {
        "tandem": choice.tandem.slug,
        "post": post.id if post else None,
        "why": choice.why or None,
        "budget": float(units(advert.budget_cents)) if advert else None,
        "currency": advert.currency if advert else None,
        "ends_at": advert.ends_at.astimezone(desk.settings.campaign.zone) if advert else None,
        "radius_km": km_of(advert.targeting) if advert else None,
        "people": people,
        "policy": [each.document() for each in choice.findings],
    }


def _estimate(shift: "Shift", network: str, targeting: dict[str, Any]) -> int | None:
    from orchestrator.ports import RadiusAudience, Trouble

    found = shift.networks[network]
    try:
        return found.estimate(targeting).upper if isinstance(found, RadiusAudience) else None
    except Trouble:
        return None


def _say_choices(desk: Desk, rows: list[dict[str, Any]], account: "AdvertAccount") -> None:
    from orchestrator.adverts.money import amount

    if account.problem:
        desk.warn(account.problem)
    desk.table(
        [_("Tandem"), _("Budget"), _("Circle"), _("People"), _("Ends"), _("Why not")],
        [
            [
                row["tandem"],
                amount(round(100 * row["budget"]), row["currency"]) if row["budget"] else "",
                f"{row['radius_km']} km" if row["radius_km"] else "",
                about(row["people"]) if row["people"] else "",
                moment(row["ends_at"]) if row["ends_at"] else "",
                row["why"] or "",
            ]
            for row in rows
        ],
    )
    if any(row["why"] is None for row in rows):
        desk.say(_("Nothing was made. Next: `tueroeffner advert make --dry-run`, then `make`."))
    elif not rows:
        desk.say(_("No tandem is active."))


def _say_made(desk: Desk, made: "Made", choices: list["Choice"]) -> Exit:
    from orchestrator.adverts.rows import adverts_of

    with desk.looking() as (session, campaign_id):
        rows = {row.id: (tandem.slug, row) for row, _p, tandem in adverts_of(session, campaign_id)}
    slugs = {name: [rows[each][0] for each in getattr(made, name)]
             for name in ("ready", "refused", "waiting")}  # fmt: skip
    skipped = [{"tandem": each.tandem.slug, "reason": each.why} for each in choices if each.why]
    refused = [{"tandem": rows[each][0], "reason": rows[each][1].error} for each in made.refused]
    desk.emit({
        "made": slugs["ready"], "refused": refused, "waiting": slugs["waiting"],
        "skipped": skipped, "dry_run": False,
    })  # fmt: skip
    for each in skipped:
        desk.note(f"{each['tandem']}: {each['reason']}")
    for told in refused:
        desk.warn(f"{told['tandem']}: {told['reason']}")
    desk.say(
        ngettext(
            "{count} advert is ready, switched off. Next: `tueroeffner advert approve SLUG`.",
            "{count} adverts are ready, switched off. Next: `tueroeffner advert approve SLUG`.",
            len(made.ready),
        ).format(count=len(made.ready))
    )
    if made.trouble:
        desk.warn(made.trouble.why)
    if made.waiting:
        desk.warn(_("Not made yet: {slugs}. Every pass of `tueroeffner run` goes on with them.")
                  .format(slugs=", ".join(slugs["waiting"])))  # fmt: skip
        return Exit.PERSON_NEEDED if isinstance(made.trouble, NotAuthorised) else Exit.PARTLY
    return Exit.PERSON_NEEDED if made.refused else Exit.DONE


def _rehearse(
    desk: Desk,
    shift: "Shift",
    advertising: "Advertising",
    account: "AdvertAccount",
    tandems: list[int] | None,
) -> Exit:
    """Let the network check each step that it can check before the ones above it are made."""
    from orchestrator.adverts.rehearsing import rehearse

    with desk.store.reading() as session:
        choices = _choosing(desk, shift, session, account).choices(tandems)
    wanted = [each for each in choices if each.advert is not None]
    with desk.waiting(_("Letting the network check the adverts …")):
        found = [rehearse(shift, advertising, each) for each in wanted]
    rows = [{"tandem": choice.tandem.slug, "checked": list(each.checked),
             "unchecked": list(each.unchecked), "refused": each.refused}
            for choice, each in zip(wanted, found, strict=True)]  # fmt: skip
    skipped = [{"tandem": each.tandem.slug, "reason": each.why} for each in choices if each.why]
    desk.emit({"would_make": rows, "skipped": skipped, "dry_run": True})
    for row in rows:
        line = row["refused"] or _("nothing against it")
        desk.say(f"{row['tandem']}: {line}")
        if row["unchecked"] and not row["refused"]:
            desk.note(
                _("The rest can be checked once the first part is made (still switched off).")
            )
    for each in skipped:
        desk.note(f"{each['tandem']}: {each['reason']}")
    return Exit.PERSON_NEEDED if any(row["refused"] for row in rows) else Exit.DONE
