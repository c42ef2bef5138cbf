"""``tandem export``: hand out all that is held about two people, or about one of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.i18n import _, ngettext

BOTH = "both"

if TYPE_CHECKING:
    from orchestrator.consent.purposes import Who
    from orchestrator.dossier.gathering import Dossier


@command
def export(
    desk: Desk,
    slug: Annotated[str, typer.Argument(help="The tandem.", metavar="SLUG")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A new folder; export-SLUG without it.")
    ] = None,
    person: Annotated[str, typer.Option(metavar="WHO", help="both, refugee, or volunteer.")] = BOTH,
) -> None:
    """Write all that is held about the two people into a new folder, opened."""
    from orchestrator.dossier.folder import refuse_taken

    who, folder = _who(person), out or Path(f"export-{slug}")
    desk.require_key()
    refuse_taken(folder)
    dossier = _gathered(desk, slug, who)
    if dossier is None:
        desk.emit({"tandem": slug, "folder": None, "files": []})
        desk.say(_("“{slug}” is erased: nothing is held about the two people.").format(slug=slug))
    else:
        _say_written(desk, slug, folder, _written(desk, folder, dossier))
        if who is None:
            desk.note(
                _(
                    "It holds the data of two people. For one of them alone:"
                    " --person refugee or --person volunteer"
                )
            )


def _who(person: str) -> "Who | None":
    """Whose data; None: both."""
    from orchestrator.consent.purposes import Who
    from orchestrator.errors import UsageProblem

    if person not in (BOTH, *Who):
        raise UsageProblem(
            _("“{text}” is nobody's part in a tandem.").format(text=person),
            remedy=_("Choose one of: {names}.").format(names=", ".join((BOTH, *Who))),
        )
    return None if person == BOTH else Who(person)


def _gathered(desk: Desk, slug: str, who: "Who | None") -> "Dossier | None":
    """All that is held, and a note of who asked for it; None of whoever was erased."""
    from orchestrator import i18n, journal
    from orchestrator.backup.listing import copies
    from orchestrator.backup.places import places_of
    from orchestrator.dossier.gathering import gather
    from orchestrator.dossier.wish import Wish
    from orchestrator.erasure.erasing import found

    settings = desk.settings
    with desk.store.session() as session:
        campaign = desk.campaign(session)
        tandem = found(session, campaign.id, desk.key, slug)
        if tandem.erased_at is not None:
            return None
        journal.record(
            session, campaign.id, desk.now, desk.actor, "exported",
            journal.tandem_subject(tandem), person=str(who or BOTH),
        )  # fmt: skip
        with i18n.speaking(settings.campaign.language or i18n.language()):
            wish = Wish(session, desk.key, tandem, who, settings.campaign.zone)
            return gather(wish, copies(places_of(settings)), settings.folder)


def _written(desk: Desk, folder: Path, dossier: "Dossier") -> list[str]:
    from orchestrator import i18n
    from orchestrator.dossier.folder import write

    campaign = desk.settings.campaign
    with i18n.speaking(campaign.language or i18n.language()):
        return write(folder, dossier, campaign.name, desk.now.astimezone(campaign.zone))


def _say_written(desk: Desk, slug: str, folder: Path, files: list[str]) -> None:
    desk.emit({"tandem": slug, "folder": str(folder), "files": files})
    desk.say(
        ngettext(
            "{count} file is in {folder}: for these people only. Delete it when they have it.",
            "{count} files are in {folder}: for these people only. Delete them when they"
            " have them.",
            len(files),
        ).format(count=len(files), folder=folder)
    )
