"""``rehearse``: the user's own campaign, played in the sandbox before it counts."""

import os
import tempfile
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.watching import summary, watched
from orchestrator.commands.wiring import connected
from orchestrator.errors import Exit, UsageProblem
from orchestrator.formats import day
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.rehearsal.findings import Finding
    from orchestrator.sandbox.server import Sandbox
    from orchestrator.week import Stage, Standing

SEED = 1
_DAY = timedelta(days=1)


@command
def rehearse(
    desk: Desk,
    out: Annotated[Path, typer.Option(help="Folder for the rehearsal's report.")] = Path(
        "rehearsal"
    ),
) -> Exit:
    """Play your own campaign in the sandbox, in a copy; say what would go wrong. Sends nothing."""
    from orchestrator.rehearsal.copy import MARK
    from orchestrator.sandbox.server import Sandbox

    start, end = _span(desk)
    desk.say(
        _("{mark}: nothing leaves this computer, and your campaign stays as it is.").format(
            mark=MARK
        )
    )
    with (
        tempfile.TemporaryDirectory(prefix="tueroeffner-rehearsal-") as folder,
        Sandbox(start=start, speed=0.0, public=SEED) as sandbox,
    ):
        stage = _stage(desk, Path(folder), sandbox)
        try:
            findings, standing = _played(desk, stage, sandbox, end)
            report = _report(stage, sandbox.clock.now(), out)
        finally:
            stage.store.close()
    _tell(desk, start, end, findings, standing, report)
    return Exit.PERSON_NEEDED if any(each.wrong for each in findings) else Exit.DONE


def _span(desk: Desk) -> tuple[datetime, datetime]:
    """From the day before the campaign, or from now on, to the morning after its last day."""
    campaign = desk.settings.campaign
    first = datetime.combine(campaign.start, time(9), campaign.zone) - _DAY
    end = datetime.combine(campaign.end, time(9), campaign.zone) + _DAY
    if desk.now >= end:
        raise UsageProblem(
            _("The campaign ended on {day}: there is nothing left to rehearse.").format(
                day=day(campaign.end)
            ),
            remedy=_("Correct [campaign] start and end for the next one."),
        )
    return max(desk.now, first), end


def _stage(desk: Desk, folder: Path, sandbox: "Sandbox") -> "Stage":
    from orchestrator.config import config_path
    from orchestrator.rehearsal.stage import set_stage

    with desk.waiting(_("Copying the campaign …")):
        return set_stage(
            desk.settings,
            desk.store,
            desk.key,
            config_path(desk.config_flag),
            folder,
            os.environ,
            sandbox.env(),
            sandbox.clock.now(),
        )


def _played(
    desk: Desk, stage: "Stage", sandbox: "Sandbox", end: datetime
) -> "tuple[list[Finding], Standing]":
    from orchestrator.rehearsal import findings as look
    from orchestrator.run import collect_pass
    from orchestrator.week import plan_and_approve, shift_on, standing, steps

    campaign, opened = stage.settings.campaign, connected(stage.settings, sandbox.clock)
    found = list(look.from_checks(desk.settings, desk.now))
    with desk.looking() as (session, campaign_id):
        found += look.before(session, campaign_id, desk.settings)
    with desk.waiting(_("Looking up towns, choosing words and times …")):
        found += look.planned(plan_and_approve(stage, opened, sandbox.clock.now()))
    shift = shift_on(stage, opened, sandbox.clock)
    told: dict[str, None] = {}
    with watched(desk, campaign.name, shift.now, end, campaign.zone) as screen:
        for step in steps(shift, sandbox.clock.advance, end):
            told |= dict.fromkeys(step.tally.findings)
            told |= dict.fromkeys(f"{name}: {why}" for name, why in step.tally.closed.items())
            with stage.store.reading() as session:
                screen.show(step.at, standing(session, shift.campaign_id))
    collect_pass(shift, everything=True)
    with stage.store.reading() as session:
        found += [*look.during(told), *look.after(session, shift.campaign_id)]
        return list(dict.fromkeys(found)), standing(session, shift.campaign_id)


def _report(stage: "Stage", now: datetime, out: Path) -> Path:
    from orchestrator.campaign import known
    from orchestrator.report.files import write_file
    from orchestrator.report.making import make
    from orchestrator.report.pages import page

    with stage.store.reading() as session:
        campaign_id = known(session, stage.settings.campaign.slug)
        report = make(session, campaign_id, stage.settings, lambda: stage.key, now)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageProblem(
            _("The report cannot be written to {path}: {reason}").format(
                path=out, reason=error.strerror or error
            ),
            remedy=_("Name another place with --out, or check your rights and the disk."),
        ) from error
    return write_file(page(report), out / "rehearsal.html")


def _tell(
    desk: Desk,
    start: datetime,
    end: datetime,
    findings: "list[Finding]",
    standing: "Standing",
    report: Path,
) -> None:
    from orchestrator.rehearsal.copy import MARK

    desk.emit(
        {
            "rehearsal": True,
            "start": start,
            "end": end,
            "published": dict(standing.published),
            "reach": dict(standing.reach),
            "replies": {str(label): count for label, count in standing.labels.items()},
            "report": str(report),
            "findings": [vars(each) for each in findings],
        }
    )
    desk.say(f"{MARK}: {summary(standing)}")
    desk.say(_("The report of the rehearsal: {path}").format(path=report))
    wrong = [each for each in findings if each.wrong]
    desk.say()
    if wrong:
        desk.say(
            ngettext(
                "{count} thing would go wrong:", "{count} things would go wrong:", len(wrong)
            ).format(count=len(wrong))
        )
        _list(desk, wrong)
    else:
        desk.say(_("Nothing would go wrong, as far as a rehearsal can tell."))
    if remarks := [each for each in findings if not each.wrong]:
        desk.say()
        desk.say(_("Good to know:"))
        _list(desk, remarks)


def _list(desk: Desk, findings: "list[Finding]") -> None:
    for number, each in enumerate(findings, 1):
        desk.say(f"{number}. {each.what}")
        if each.remedy:
            desk.say(f"   → {each.remedy}")
