"""``advert plan|make``: choose posts, and prepare their adverts; all of it switched off."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.advert_desk import (
    able,
    ad_account,
    counted,
    estimate_words,
    paid_network,
    people_words,
)
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.findings import say_findings, worth_saying
from orchestrator.commands.wiring import open_shift, tandem_ids
from orchestrator.errors import Exit
from orchestrator.formats import about, moment
from orchestrator.i18n import _, ngettext
from orchestrator.inbox.words import source_word
from orchestrator.ports import NotAuthorised

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orchestrator.adverts.choosing import Choice, Choosing
    from orchestrator.adverts.making import Made
    from orchestrator.adverts.people import People
    from orchestrator.ports import AdvertAccount, Advertising
    from orchestrator.shift import Shift

# So many tandems are named in a line.
_NAMED = 5
Slugs = Annotated[list[str] | None, typer.Argument(help="Tandems.", metavar="SLUG")]


@command
def plan(desk: Desk, slugs: Slugs = None) -> None:
    """Show which adverts could be made, whom they would reach and what they may cost."""
    shift, network = open_shift(desk), paid_network(desk)[0]
    account = ad_account(shift, network).account()
    wanted = _wanted(desk, slugs)
    with desk.store.reading() as session:
        choices = _choosing(desk, shift, session, account).choices(wanted)
    people = _people(desk, shift, choices)
    rows = [_row(desk, choice, people.get(choice.tandem.id)) for choice in choices]
    desk.emit({"adverts": rows, "account": {"currency": account.currency, "problem": account.problem
               or None}})  # fmt: skip
    if account.problem:
        desk.warn(account.problem)
    _say_choices(desk, choices, people, network)


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
        return _rehearse(desk, shift, advertising, account, slugs)
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
    return _say_made(desk, shift, made, choices, slugs)


def _wanted(desk: Desk, slugs: list[str] | None) -> list[int] | None:
    return list(tandem_ids(desk, slugs).values()) if slugs else None


def _choosing(desk: Desk, shift: "Shift", session: Any, account: "AdvertAccount") -> "Choosing":
    from orchestrator.adverts.choosing import Choosing
    from orchestrator.model import Campaign

    network, terms = paid_network(desk)
    campaign = session.get_one(Campaign, shift.campaign_id)
    return Choosing(session, campaign, desk.settings, network, terms, account.currency, desk.now)


def _people(desk: Desk, shift: "Shift", choices: "Sequence[Choice]") -> "dict[int, People]":
    """By tandem; each that could be made is asked of the network."""
    wanted = [(each.advert, each.tandem) for each in choices if each.advert]
    found = counted(desk, shift, wanted)
    return {tandem.id: each for (_advert, tandem), each in zip(wanted, found, strict=True)}


def _row(desk: Desk, choice: "Choice", people: "People | None") -> dict[str, Any]:
    """A choice as scripts read it."""
    from orchestrator.adverts.money import units
    from orchestrator.adverts.rows import km_of

    advert, post = choice.advert, choice.post
    return {
        "tandem": choice.tandem.slug,
        "post": post.id if post else None,
        "why": choice.why or None,
        "budget": float(units(advert.budget_cents)) if advert else None,
        "currency": advert.currency if advert else None,
        "ends_at": advert.ends_at.astimezone(desk.settings.campaign.zone) if advert else None,
        "radius_km": km_of(advert.targeting) if advert else None,
        **(people.document() if people else {"people": None, "estimate": None}),
        "policy": [each.document() for each in choice.findings],
    }


def _say_choices(
    desk: Desk, choices: "Sequence[Choice]", people: "Mapping[int, People]", network: str
) -> None:
    estimate = _("Estimate of {network}").format(network=source_word(network, ""))
    desk.table(
        [_("Tandem"), _("Budget"), _("Circle"), _("People"), estimate, _("Ends"), _("Why not")],
        [_cells(desk, each, people.get(each.tandem.id)) for each in choices],
    )
    _say_findings(desk, choices)
    if not choices:
        desk.say(_("No tandem is active."))
    elif any(each.advert for each in choices):
        desk.say(_("Nothing was made. Next: `tueroeffner advert make --dry-run`, then `make`."))


def _cells(desk: Desk, choice: "Choice", people: "People | None") -> list[str]:
    from orchestrator.adverts.money import amount
    from orchestrator.adverts.rows import km_of

    advert = choice.advert
    if advert is None or people is None:
        return [choice.tandem.slug, *[""] * 5, choice.why]
    return [
        choice.tandem.slug,
        amount(advert.budget_cents, advert.currency),
        f"{km_of(advert.targeting)} km",
        about(people.living),
        estimate_words(people),
        moment(advert.ends_at.astimezone(desk.settings.campaign.zone)),
        "",
    ]


def _say_findings(desk: Desk, choices: "Sequence[Choice]") -> None:
    """Each once: most rules are about the campaign, and say the same of every tandem."""
    say_findings(desk, worth_saying(found for each in choices for found in each.findings))


def _say_made(
    desk: Desk, shift: "Shift", made: "Made", choices: "list[Choice]", slugs: list[str] | None
) -> Exit:
    from orchestrator.adverts.rows import adverts_of

    with desk.looking() as (session, campaign_id):
        rows = {row.id: (row, tandem) for row, _p, tandem in adverts_of(session, campaign_id)}
    ready = [rows[each] for each in made.ready]
    waiting = [rows[each][1].slug for each in made.waiting]
    refused = [{"tandem": tandem.slug, "reason": row.error}
               for row, tandem in map(rows.__getitem__, made.refused)]  # fmt: skip
    people = counted(desk, shift, ready)
    desk.emit({
        "made": [tandem.slug for _row, tandem in ready], "refused": refused, "waiting": waiting,
        "audiences": [{"tandem": tandem.slug} | each.document()
                      for (_row, tandem), each in zip(ready, people, strict=True)],
        "skipped": _skipped(choices), "dry_run": False,
    })  # fmt: skip
    say_skipped(desk, choices)
    for told in refused:
        desk.warn(f"{told['tandem']}: {told['reason']}")
    for (row, tandem), each in zip(ready, people, strict=True):
        desk.say(f"{tandem.slug}: {people_words(each, row.network)}")
    _say_ready(desk, len(ready))
    if made.trouble:
        desk.warn(made.trouble.why)
    if waiting:
        desk.warn(_("Not made yet: {slugs}. Every pass of `tueroeffner run` goes on with them.")
                  .format(slugs=", ".join(waiting)))  # fmt: skip
        return Exit.PERSON_NEEDED if isinstance(made.trouble, NotAuthorised) else Exit.PARTLY
    if refused:
        return Exit.PERSON_NEEDED
    return _ended(desk, choices, slugs, done=bool(ready))


def _say_ready(desk: Desk, ready: int) -> None:
    if ready:
        desk.say(
            ngettext(
                "{count} advert is ready, switched off. Next: `tueroeffner advert approve SLUG`.",
                "{count} adverts are ready, switched off. Next: `tueroeffner advert approve SLUG`.",
                ready,
            ).format(count=ready)
        )


def _skipped(choices: "Sequence[Choice]") -> list[dict[str, str]]:
    return [{"tandem": each.tandem.slug, "reason": each.why} for each in choices if each.why]


def say_skipped(desk: Desk, choices: "Sequence[Choice]") -> None:
    """Who gets no advert, a line for each reason: a whole campaign often has the same."""
    by_reason: dict[str, list[str]] = {}
    for each in _skipped(choices):
        by_reason.setdefault(each["reason"], []).append(each["tandem"])
    for reason, slugs in by_reason.items():
        names, more = ", ".join(slugs[:_NAMED]), len(slugs) - _NAMED
        if more > 0:
            names = _("{slugs} and {count} more").format(slugs=names, count=more)
        desk.note(f"{names}: {reason}")
    _say_findings(desk, choices)


def _ended(desk: Desk, choices: "Sequence[Choice]", slugs: list[str] | None, *, done: bool) -> Exit:
    """A person has to act where a tandem that was named can have no advert, or none at all can."""
    impossible = [each for each in choices if each.why and not each.has_one]
    if not done and not choices:
        desk.say(_("No tandem is active."))
    elif not done and not impossible:
        desk.say(_("Each has an advert already: `tueroeffner advert list` shows them."))
    elif not done:
        desk.warn(_("Nothing was made."))
    if impossible and (slugs or (not done and len(impossible) == len(choices))):
        return Exit.PERSON_NEEDED
    return Exit.DONE


def _rehearse(
    desk: Desk,
    shift: "Shift",
    advertising: "Advertising",
    account: "AdvertAccount",
    slugs: list[str] | None,
) -> Exit:
    """Let the network check each step that it can check before the ones above it are made."""
    from orchestrator.adverts.rehearsing import rehearse

    with desk.store.reading() as session:
        choices = _choosing(desk, shift, session, account).choices(_wanted(desk, slugs))
    wanted = [each for each in choices if each.advert is not None]
    with desk.waiting(_("Letting the network check the adverts …")):
        found = [rehearse(shift, advertising, each) for each in wanted]
    rows = [{"tandem": choice.tandem.slug, "checked": list(each.checked),
             "unchecked": list(each.unchecked), "refused": each.refused}
            for choice, each in zip(wanted, found, strict=True)]  # fmt: skip
    desk.emit({"would_make": rows, "skipped": _skipped(choices), "dry_run": True})
    for row in rows:
        line = row["refused"] or _("nothing against it")
        desk.say(f"{row['tandem']}: {line}")
        if row["unchecked"] and not row["refused"]:
            desk.note(
                _("The rest can be checked once the first part is made (still switched off).")
            )
    say_skipped(desk, choices)
    if any(row["refused"] for row in rows):
        return Exit.PERSON_NEEDED
    return _ended(desk, choices, slugs, done=bool(rows))
