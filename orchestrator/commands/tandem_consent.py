"""``tandem consent``: what both people of a tandem agreed to; forms to ask, and writing it down."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.command import command
from orchestrator.commands.consent_paper import write_form, write_proof
from orchestrator.commands.consent_record import record
from orchestrator.commands.consent_wish import Wish
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import tandem_ids
from orchestrator.errors import Exit, UsageProblem
from orchestrator.formats import day
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.consent.standing import View

Purposes = list[str] | None


@command
def consent(
    desk: Desk,
    slug: Annotated[str, typer.Argument(help="The tandem.", metavar="SLUG")],
    person: Annotated[
        str, typer.Option(help="Who: refugee or volunteer.", show_default=True)
    ] = "refugee",
    form: Annotated[
        bool, typer.Option("--form", help="Write a form to print and a message to send.")
    ] = False,
    out: Annotated[Path, typer.Option(help="Folder for form and message.")] = Path("forms"),
    text: Annotated[
        str | None,
        typer.Option(help="Language of the text that they read: ar, de, en, …", metavar="LANG"),
    ] = None,
    give: Annotated[
        Purposes, typer.Option(help="They agree to this; may be repeated.", metavar="PURPOSE")
    ] = None,
    refuse: Annotated[
        Purposes, typer.Option(help="They say no to this.", metavar="PURPOSE")
    ] = None,
    withdraw: Annotated[
        Purposes, typer.Option(help="They take this back.", metavar="PURPOSE")
    ] = None,
    on: Annotated[str | None, typer.Option(help="Day on which they agreed.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day on which it holds.")] = None,
    method: Annotated[
        str | None, typer.Option(help="How they said so: paper, message, voice, online.")
    ] = None,
    evidence: Annotated[Path | None, typer.Option(help="File that proves it.")] = None,
    evidence_out: Annotated[
        Path | None, typer.Option(help="Write the file that proves it.", metavar="FILE")
    ] = None,
    of: Annotated[
        str | None, typer.Option(help="Of which purpose, where there are several files.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, change nothing.")] = False,
) -> Exit:
    """Show what both people agreed to; ask them with a form; write down what they said."""
    from orchestrator.consent.purposes import Who

    if person not in list(Who):
        raise UsageProblem(
            _("“{person}” is nobody of a tandem.").format(person=person),
            remedy=_("Use --person refugee or --person volunteer."),
        )
    tandem_id = tandem_ids(desk, [slug])[slug]
    wish = Wish(
        tandem_id, slug, Who(person), tuple(give or ()), tuple(refuse or ()), tuple(withdraw or ()),
        text, on, until, method, evidence,
    )  # fmt: skip
    _refuse_mixture(wish, form=form, opened=evidence_out is not None)
    if form:
        return write_form(desk, wish, out)
    if evidence_out is not None:
        return write_proof(desk, wish, evidence_out, of)
    return record(desk, wish) if wish.words else _show(desk, wish)


def _refuse_mixture(wish: Wish, *, form: bool, opened: bool) -> None:
    kinds = [form, opened, bool(wish.give or wish.refuse), bool(wish.withdraw)]
    if sum(kinds) > 1:
        raise UsageProblem(
            _("These options do not go together."),
            remedy=_(
                "One at a time: --form, or --give and --refuse, or --withdraw, or --evidence-out."
            ),
        )
    about = (wish.on, wish.until, wish.method, wish.evidence)
    if not wish.give and any(each is not None for each in about):
        raise UsageProblem(
            _("--on, --until, --method and --evidence tell of what somebody agrees to."),
            remedy=_("Add --give PURPOSE."),
        )
    if wish.text is not None and not (wish.give or form):
        raise UsageProblem(
            _("--text tells which text is printed, or was agreed to."),
            remedy=_("Add --form, or --give PURPOSE; --lang is the language of this program."),
        )


def _show(desk: Desk, wish: Wish) -> Exit:
    from sqlmodel import select

    from orchestrator.consent.purposes import Who
    from orchestrator.consent.standing import rows
    from orchestrator.model import Consent, Tandem

    view = view_of(desk)
    with desk.looking() as (session, _campaign_id):
        tandem = session.get_one(Tandem, wish.tandem_id)
        persons = {Who.REFUGEE: tandem.refugee_id, Who.VOLUNTEER: tandem.volunteer_id}
        found = {
            who: rows(
                session.exec(select(Consent).where(Consent.person_id == person)).all(), who, view
            )
            for who, person in persons.items()
        }
    desk.emit(
        {
            "tandem": wish.slug,
            "persons": [{"person": who.value, "consents": each} for who, each in found.items()],
        }
    )
    for who, each in found.items():
        desk.say(_("The refugee:") if who is Who.REFUGEE else _("The volunteer:"))
        _table(desk, each)
    desk.say(
        _("Ask with `tueroeffner tandem consent {slug} --form`; write it down with --give.").format(
            slug=wish.slug
        )
    )
    return Exit.DONE


def view_of(desk: Desk) -> "View":
    """Today in the campaign's zone, the networks that are on, the texts in use."""
    from orchestrator.consent.standing import View

    settings = desk.settings
    today = desk.now.astimezone(settings.campaign.zone).date()
    return View(today, tuple(settings.on() or settings.networks), settings.consent_versions)


def _table(desk: Desk, rows: list[dict[str, Any]]) -> None:
    from orchestrator.consent.standing import method_word, state_word

    desk.table(
        [_("Purpose"), _("Today"), _("Since"), _("Until"), _("Text"), _("How"), _("Proof")],
        [
            [
                row["purpose"],
                state_word(row["state"]),
                day(row["given_on"]) if row["given_on"] else "–",
                _end(row),
                _text(row),
                method_word(row["method"]),
                _("on file") if row["evidence"] else "–",
            ]
            for row in rows
        ],
    )


def _end(row: dict[str, Any]) -> str:
    if row["given_on"] is None:
        return "–"
    return day(row["ends_on"]) if row["ends_on"] else _("open")


def _text(row: dict[str, Any]) -> str:
    if row["version"] is None:
        return "–"
    which = f"{row['language']} {row['version']}"
    return which if row["current"] else _("{text} (not the one in use)").format(text=which)
