"""``advert approve|stop``: only what a person has seen and approved ever costs money."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.advert_desk import able, ad_account, counted, paid_network, people_words
from orchestrator.commands.advert_make import Slugs
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.findings import reason_words, say_findings, worth_saying
from orchestrator.commands.wiring import open_shift, tandem_ids
from orchestrator.errors import Exit, PersonNeeded, UsageProblem
from orchestrator.formats import moment
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orchestrator.adverts.people import People
    from orchestrator.adverts.telling import Row
    from orchestrator.policy import Finding
    from orchestrator.shift import Tally


@command
def approve(
    desk: Desk,
    slugs: Annotated[list[str], typer.Argument(help="Tandems.", metavar="SLUG")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, write nothing.")] = False,
) -> Exit:
    """Let adverts run, as they are shown: money, circle, people, words, end."""
    from orchestrator.adverts.approving import approve as let_run
    from orchestrator.adverts.attending import attend
    from orchestrator.policy import note_decisions
    from orchestrator.shift import Tally

    shift, network = open_shift(desk), paid_network(desk)[0]
    rows = _rows(desk, slugs)
    found = _checked(desk, rows)
    able(ad_account(shift, network).account())
    people = counted(desk, shift, [(advert, tandem) for advert, _post, tandem in rows])
    for row, each in zip(rows, people, strict=True):
        _show(desk, row, each)
    audiences = [{"tandem": slug} | each.document()
                 for slug, each in zip(_slugs(rows), people, strict=True)]  # fmt: skip
    shown = {advert.id: advert.digest for advert, _post, _tandem in rows}
    if dry_run:
        desk.emit({"approved": [], "would_approve": _slugs(rows), "audiences": audiences,
                   "dry_run": True})  # fmt: skip
        desk.say(_("This was a dry run: nothing was written."))
        return Exit.DONE
    desk.confirm(_question(rows))
    with desk.store.session(patient=True) as session:
        let_run(session, shift.campaign_id, shown, desk.settings, desk.now, desk.actor)
        note_decisions(session, shift.campaign_id, desk.now, desk.actor, found)
    tally = Tally()
    with desk.waiting(_("Switching them on …")):
        attend(shift, tally, shown)
    return _say_running(desk, slugs, audiences, tally)


def _rows(desk: Desk, slugs: list[str]) -> "list[Row]":
    """The newest advert of each, which can be approved; refused where one cannot."""
    from orchestrator.adverts.approving import APPROVABLE
    from orchestrator.adverts.rows import adverts_of, digest_of

    with desk.looking() as (session, campaign_id):
        rows = adverts_of(session, campaign_id, tandem_ids(desk, slugs).values())
        found = {row[2].slug: (row[0], row[1], row[2]) for row in rows}
    for slug in slugs:
        advert = found[slug][0] if slug in found else None
        if advert is None or advert.state not in APPROVABLE or not advert.remote.get("ad"):
            raise UsageProblem(
                _("There is no advert that waits for an approval."),
                subject=slug,
                remedy=_("`tueroeffner advert list` shows them all; `advert make` makes one."),
            )
        advert.digest = digest_of(advert, found[slug][1])
    return [found[slug] for slug in dict.fromkeys(slugs)]


def _checked(desk: Desk, rows: "Sequence[Row]") -> "list[Finding]":
    """What the rules say; a block is not overridden by ``--yes``."""
    from orchestrator.adverts.rules import findings
    from orchestrator.policy import blocks

    found = [
        each
        for advert, _p, tandem in rows
        for each in findings(desk.settings, advert, tandem, desk.now)
    ]
    for block in blocks(found):
        raise PersonNeeded(reason_words(block), remedy=block.remedy)
    say_findings(desk, worth_saying(found))
    return found


def _slugs(rows: "Sequence[Row]") -> list[str]:
    return [tandem.slug for _advert, _post, tandem in rows]


def _show(desk: Desk, row: "Row", people: "People") -> None:
    from orchestrator.adverts.money import amount
    from orchestrator.adverts.rows import km_of

    advert, post, tandem = row
    desk.say(
        _("{slug}: at most {money} until {end}, everybody of age within {km} km of {town}.").format(
            slug=tandem.slug,
            money=amount(advert.budget_cents, advert.currency),
            end=moment(advert.ends_at.astimezone(desk.settings.campaign.zone)),
            km=km_of(advert.targeting),
            town=tandem.town,
        )
    )
    desk.say(people_words(people, advert.network))
    desk.say(post.text)
    desk.say()


def _question(rows: "Sequence[Row]") -> str:
    from orchestrator.adverts.money import amounts

    sums: dict[str, int] = {}
    for advert, _post, _tandem in rows:
        sums[advert.currency] = sums.get(advert.currency, 0) + advert.budget_cents
    return ngettext(
        "Let {count} advert run, for {money} at most?",
        "Let {count} adverts run, for {money} at most together?",
        len(rows),
    ).format(count=len(rows), money=amounts(sums))


def _say_running(
    desk: Desk, slugs: list[str], audiences: list[dict[str, Any]], tally: "Tally"
) -> Exit:
    from orchestrator.adverts.rows import adverts_of

    with desk.looking() as (session, campaign_id):
        states = {tandem.slug: (advert.state, advert.error)
                  for advert, _p, tandem in adverts_of(session, campaign_id)}  # fmt: skip
    running = [slug for slug in dict.fromkeys(slugs) if states[slug][0] == "running"]
    waiting = [slug for slug in dict.fromkeys(slugs) if slug not in running]
    desk.emit({"approved": list(dict.fromkeys(slugs)), "running": running, "waiting": waiting,
               "audiences": audiences, "findings": tally.findings, "dry_run": False})  # fmt: skip
    for each in tally.findings:
        desk.warn(each)
    if running:
        desk.say(_("Running, once the network's review is through: {slugs}.").format(
            slugs=", ".join(running)))  # fmt: skip
    if waiting:
        desk.warn(_("Not running yet: {slugs}. `tueroeffner advert show SLUG` tells why.").format(
            slugs=", ".join(waiting)))  # fmt: skip
    if tally.needs_person:
        return Exit.PERSON_NEEDED
    return Exit.PARTLY if waiting else Exit.DONE


@command
def stop(
    desk: Desk,
    slugs: Slugs = None,
    everything: Annotated[bool, typer.Option("--all", help="All adverts.")] = False,
) -> Exit:
    """Stop adverts at once; each needs a new approval to run again."""
    from orchestrator.adverts.approving import stop as put_down
    from orchestrator.commands.advert_off import say_off, switch_off

    if slugs and everything:
        raise UsageProblem(
            _("Tandems and --all do not go together."), remedy=_("Give only one of both.")
        )
    if not slugs and not everything:
        raise UsageProblem(_("Say which adverts to stop."), remedy=_("Name tandems, or add --all."))
    desk.stop_in_any_case()
    tandems = None if everything else list(tandem_ids(desk, slugs or []).values())
    with desk.store.session(patient=True) as session:
        campaign = desk.campaign(session)
        numbers = put_down(session, campaign.id, tandems, desk.now, desk.actor)
    desk.say(
        ngettext(
            "{count} advert is stopped here.", "{count} adverts are stopped here.", len(numbers)
        ).format(count=len(numbers))
    )
    off = switch_off(desk, slugs or ())
    desk.emit({"stopped": len(numbers)} | off.document())
    return say_off(desk, off)
