"""``tandem import|list|show|…``: tandems come in from a file, are looked at, and leave again."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.backing_up import remember_endings, remembered
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.held import call_back, say_called_back
from orchestrator.commands.release import say_ended
from orchestrator.commands.tandem_away import away
from orchestrator.commands.tandem_consent import consent, view_of
from orchestrator.commands.tandem_erase import erase
from orchestrator.commands.tandem_export import export
from orchestrator.commands.tandem_leave import close, withdraw
from orchestrator.commands.tandem_screen import screen
from orchestrator.errors import Exit
from orchestrator.formats import day
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.intake.importing import Report, Watch

app = typer.Typer(help="The tandems of the campaign.", no_args_is_help=True)
# Below this a bar would only flicker.
LONG_FILE = 100


@app.command("import")
@command
def import_(
    desk: Desk,
    file: Annotated[Path, typer.Argument(help="XLSX or CSV file of tandems.", metavar="FILE")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only; write nothing.")] = False,
) -> Exit:
    """Import tandems; a repeated import changes only what changed."""
    from orchestrator.intake.importing import Intake, import_file

    settings, key = desk.settings, desk.key
    intake = Intake(settings, desk.store, key, desk.now, desk.actor, remembered(desk))
    report = import_file(intake, file.expanduser(), dry_run=dry_run, watch=_watch(desk))
    if not dry_run:
        remember_endings(desk)
    called = call_back(desk)
    desk.emit(_document(report) | called.news())
    _tell(desk, report, dry_run)
    return say_called_back(desk, called) or (Exit.PARTLY if report.rejected else Exit.DONE)


def _watch(desk: Desk) -> "Watch":
    from orchestrator.intake.importing import unwatched

    def watch(total: int) -> Any:
        return desk.progress(_("Tandems"), total) if total > LONG_FILE else unwatched(total)

    return watch


def _document(report: "Report") -> dict[str, Any]:
    ended = {"ended_again": report.ended} if report.ended else {}
    return {
        "imported": report.imported,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "rejected": [vars(each) for each in report.rejected],
        "notices": list(report.notices),
        **ended,
    }


def _tell(desk: Desk, report: "Report", dry_run: bool) -> None:
    for notice in report.notices:
        desk.note(notice)
    say_ended(desk, report.ended)
    rows = len({each.row for each in report.rejected})
    summary = _(
        "Tandems imported: {imported}, updated: {updated}, unchanged: {unchanged},"
        " rejected: {rejected}."
    ).format(
        imported=report.imported,
        updated=report.updated,
        unchanged=report.unchanged,
        rejected=rows,
    )
    desk.say((_("Dry run, nothing was written: ") if dry_run else "") + summary)
    if report.rejected:
        desk.table(
            [_("Row"), _("Column"), _("Reason"), _("What to do")],
            [[str(each.row), each.column, each.reason, each.hint] for each in report.rejected],
        )
        desk.say(_("Correct these rows and import the file again; the others stay as they are."))
    elif dry_run:
        desk.say(_("Next: run it again without --dry-run."))
    if (report.imported or report.updated) and not dry_run:
        desk.say(
            _("Next: `tueroeffner plan`, then `tueroeffner preview` and `tueroeffner approve`.")
        )


@app.command("list")
@command
def list_(desk: Desk) -> None:
    """List the tandems, and why one cannot be posted."""
    from orchestrator.intake.overview import state_word, tandem_rows

    with desk.looking() as (session, campaign_id):
        rows = tandem_rows(session, campaign_id, desk.key, view_of(desk))
    desk.emit({"tandems": rows})
    if not rows:
        desk.say(
            _("There are no tandems yet. Fill in the template and run `tueroeffner tandem import`.")
        )
        return
    desk.table(
        [_("Tandem"), _("Name"), _("Town"), _("Shown"), _("Networks"), _("State"), _("Remark")],
        [
            [
                row["slug"],
                row["public_name"] or "–",
                row["town"] or row["region"] or "–",
                row["show"] or "–",
                " ".join(row["networks"]) or "–",
                state_word(row["state"]),
                _remark(row["why_not"]),
            ]
            for row in rows
        ],
    )


@app.command("show")
@command
def show(
    desk: Desk, slug: Annotated[str, typer.Argument(help="The tandem.", metavar="SLUG")]
) -> None:
    """Show what is known of a tandem; contacts stay sealed."""
    from orchestrator.intake.overview import tandem_entry

    with desk.looking() as (session, campaign_id):
        entry = tandem_entry(session, campaign_id, slug, desk.key, view_of(desk))
    desk.emit(entry)
    for label, text in _lines(entry):
        desk.say(f"{label}: {text}")


def _remark(reasons: list[dict[str, str]]) -> str:
    """Each sentence once, with the networks that it is about."""
    by_sentence: dict[str, list[str]] = {}
    for each in reasons:
        by_sentence.setdefault(each["sentence"], []).append(each["network"])
    return "; ".join(f"{', '.join(names)}: {text}" for text, names in by_sentence.items())


def _lines(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    from orchestrator.intake.overview import may_work_word, state_word

    yield _("Tandem"), entry["slug"]
    yield _("State"), state_word(entry["state"])
    if entry["state"] == "withdrawn":
        return
    yield _("Public name"), entry["public_name"] or "–"
    yield _("Shown"), entry["show"] or (_("nothing") if entry["screened_at"] else _("not screened"))
    yield _("Town"), f"{entry['centre']['name']}, {entry['region']} ({entry['country']})"
    yield _("Radius"), f"{entry['radius_km']} km" if entry["radius_km"] else _("by population")
    yield _("Trade"), entry["trade"] or "–"
    yield _("Adult"), _("yes") if entry["adult"] else _("no")
    yield _("May work"), may_work_word(entry["may_work"])
    yield _("Partner"), entry["partner"] or "–"
    yield _("Link"), entry["link"] or "–"
    yield from _pictures(entry)
    if entry["reach_mode"]:
        yield _("Aimed"), _aimed(entry["reach_mode"])
    yield _("Volunteer"), _volunteer(entry["volunteer"])
    for given in entry["consents"]:
        yield _consent_label(given), _consent(given)
    for appeal in entry["appeals"]:
        yield _("Appeal ({language})").format(language=appeal["language"]), appeal["text"]
    yield _("Not posted"), _remark(entry["why_not"]) or "–"


def _pictures(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each file with its text; whoever has none says so."""
    for each in entry["pictures"]:
        said = each["problem"] or each["alt"] or _("no alternative text")
        yield _("Film") if each["kind"] == "video" else _("Picture"), f"{each['name']}: {said}"
    if not entry["pictures"]:
        yield _("Picture"), "–"
    elif entry["made_with_ai"]:
        yield _("Made by a machine"), _("yes")


def _aimed(reach_mode: str) -> str:
    return {"hard": _("seen only there"), "soft": _("shown there first")}[reach_mode]


def _volunteer(volunteer: dict[str, Any]) -> str:
    words = {
        "name": _("name"),
        "email": _("mail"),
        "phone": _("phone"),
        "backup_contact": _("backup contact"),
    }
    parts = [
        f"{word} {_('on file') if volunteer[key] else _('missing')}" for key, word in words.items()
    ]
    if volunteer["away_until"]:
        first, last = day(volunteer["away_from"]), day(volunteer["away_until"])
        parts.append(_("away from {first} to {last}").format(first=first, last=last))
    return ", ".join([volunteer["language"], *parts])


def _consent_label(given: dict[str, Any]) -> str:
    return _("Consent") if given["person"] == "refugee" else _("Consent of the volunteer")


def _consent(given: dict[str, Any]) -> str:
    from orchestrator.consent.standing import HOLDS, TAKEN_BACK, state_word

    if given["state"] == TAKEN_BACK:
        return _("{purpose}, withdrawn").format(purpose=given["purpose"])
    said = _("{purpose}, since {day}").format(purpose=given["purpose"], day=day(given["given_on"]))
    if given["ends_on"] is not None:
        said += " " + _("until {day}").format(day=day(given["ends_on"]))
    return said if given["state"] == HOLDS else f"{said} ({state_word(given['state'])})"


app.command("screen")(screen)
app.command("consent")(consent)
app.command("withdraw")(withdraw)
app.command("close")(close)
app.command("erase")(erase)
app.command("export")(export)
app.command("away")(away)
