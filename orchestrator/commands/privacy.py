"""``privacy``: the papers for the data protection officer, from what is configured."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.papers.facts import Facts

app = typer.Typer(help="Papers for the data protection officer.", no_args_is_help=True)


@app.command()
@command
def pack(
    desk: Desk,
    law: Annotated[
        str | None, typer.Option(help="gdpr, kdg (Catholic) or dsg-ekd (Protestant).")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the papers.")] = Path("privacy"),
) -> None:
    """Write the privacy papers of this campaign, as drafts to be checked."""
    from orchestrator.papers.folder import write
    from orchestrator.papers.pages import pack as papers

    code = _known(law or desk.settings.privacy.law)
    _warn_of_texts(desk)
    made = papers(desk.settings, _facts(desk), code)
    files = write(made, out)
    desk.emit(
        {
            "law": code,
            "files": [
                {"document": page.document, "file": str(file)}
                for page, file in zip(made, files, strict=True)
            ],
            "networks": desk.settings.on(),
        }
    )
    desk.say(
        ngettext(
            "Wrote {count} paper to {folder}.", "Wrote {count} papers to {folder}.", len(files)
        ).format(count=len(files), folder=out)
    )
    desk.say(_("They are drafts, and no legal advice: your data protection officer checks them."))
    desk.say(_("Begin with {file}.").format(file=files[0]))


def _known(code: str) -> str:
    from orchestrator.papers.laws import codes

    if code not in codes():
        raise UsageProblem(
            _("I do not know the law “{law}”.").format(law=code),
            remedy=_("Use one of: {known}").format(known=", ".join(codes())),
        )
    return code


def _warn_of_texts(desk: Desk) -> None:
    """A consent text that cannot be used has no form among the papers."""
    from orchestrator.consent.texts import OWN, flaws

    for each in flaws(desk.settings.folder / OWN):
        desk.warn(f"{each.what} {each.remedy}")


def _facts(desk: Desk) -> "Facts":
    from orchestrator.papers.facts import facts, figures

    with desk.looking() as (session, campaign_id):
        counted = figures(session, campaign_id)
    return facts(desk.settings, counted, desk.now)
