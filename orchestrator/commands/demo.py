"""``demo``: a whole invented campaign week, from the file of tandems to the report."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator import i18n
from orchestrator.commands.command import command
from orchestrator.commands.desk import NOW_VARIABLE, Desk
from orchestrator.commands.watching import quote, summary, watched
from orchestrator.errors import Exit, UsageProblem
from orchestrator.formats import count
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.demo.comparison import Figure, Sorting
    from orchestrator.sandbox.server import Sandbox
    from orchestrator.shift import Shift
    from orchestrator.week import Offer, Stage, Step

SEED = 1


@command
def demo(
    desk: Desk,
    out: Annotated[Path, typer.Option(help="The folder; a demo's own is replaced.")] = Path("demo"),
    tandems: Annotated[int, typer.Option(help="How many tandems, 1 to 38.")] = 38,
) -> Exit:
    """Live through a whole campaign week on this computer in a minute; nothing leaves it."""
    from orchestrator.demo.folder import claimed
    from orchestrator.demo.stage import FRIDAY, all_tandems
    from orchestrator.sandbox.server import Sandbox

    began, most = time.monotonic(), len(all_tandems()) - 1
    if not 1 <= tandems <= most:
        raise UsageProblem(
            _("The demo has {most} tandems.").format(most=most),
            remedy=_("Choose a number from 1 to {most}.").format(most=most),
        )
    with claimed(out), Sandbox(start=FRIDAY, speed=0.0, public=SEED) as sandbox:
        ended = _live(desk, out, sandbox, tandems)
        seconds = round(time.monotonic() - began, 1)
        desk.emit({**ended.document(), "seconds": seconds})
        ended.say(desk, seconds)
    return Exit.DONE if all(each.agrees for each in ended.figures) else Exit.UNEXPECTED


class Ended:
    """What the demo comes to: figures beside the ledger's, and the files that it made."""

    def __init__(
        self, figures: "list[Figure]", sorting: "list[Sorting]", files: dict[str, Path]
    ) -> None:
        self.figures, self.sorting, self.files = figures, sorting, files

    def document(self) -> dict[str, Any]:
        """For scripts."""
        return {
            "figures": [{**vars(each), "agrees": each.agrees} for each in self.figures],
            "sorting": [vars(each) for each in self.sorting],
            "files": {name: str(path) for name, path in self.files.items()},
        }

    def say(self, desk: Desk, seconds: float) -> None:
        """For people."""
        self._say_figures(desk)
        self._say_sorting(desk)
        self._say_what_differs(desk)
        desk.say(
            _("Offers and tips are what the program sorted; a person looks at each before a call.")
        )
        desk.say(_("The demo took {seconds} s. It made:").format(seconds=round(seconds)))
        for path in self.files.values():
            desk.say(f"  {path}")
        self._say_where_to_look(desk)

    def _say_figures(self, desk: Desk) -> None:
        desk.table(
            [_("Network"), _("Figure"), _("Collected"), _("In the sandbox's ledger")],
            [
                [each.network, each.name, count(each.counted), count(each.true)]
                for each in self.figures
            ],
        )

    def _say_sorting(self, desk: Desk) -> None:
        headings = [
            _("Sorted as"),
            _("Found"),
            _("of them right"),
            _("There were"),
            _("Missed"),
            _("… unread by anybody"),
        ]
        rows = [
            [
                _label_word(each.label),
                *map(count, (each.found, each.right, each.true, each.missed, each.unseen)),
            ]
            for each in self.sorting
        ]
        desk.table(headings, rows)

    def _say_what_differs(self, desk: Desk) -> None:
        wrong = [each for each in self.figures if not each.agrees]
        for each in wrong:
            desk.warn(
                _("{network}: {figure} should be {true}, but {counted} were counted.").format(
                    network=each.network, figure=each.name, true=each.true, counted=each.counted
                )
            )
        if not wrong:
            desk.say(_("Posts, reach and replies agree with the sandbox's ledger."))

    def _say_where_to_look(self, desk: Desk) -> None:
        from orchestrator.demo.stage import END

        desk.say(
            _(
                "Look at the report in a browser. Then go into the folder, stay in the demo's"
                " week and look around:"
            )
        )
        desk.say(f"  cd {self.files['report'].parent}")
        desk.say(f"  export {NOW_VARIABLE}={END.isoformat()}")
        desk.say("  tueroeffner today; tueroeffner inbox; tueroeffner post list")


def _label_word(label: str) -> str:
    return {"job_offer": _("job offers"), "tip": _("tips")}[label]


def _live(desk: Desk, folder: Path, sandbox: "Sandbox", tandems: int) -> Ended:
    from orchestrator.demo.stage import set_stage

    with desk.waiting(_("Setting the stage: a folder, tandems, towns, posts …")):
        stage = set_stage(folder, sandbox.env(), i18n.language(), tandems)
    try:
        shift = _prepared(desk, stage, sandbox)
        _week(desk, stage, sandbox, shift)
        return _ended(desk, stage, sandbox, shift)
    finally:
        stage.store.close()


def _prepared(desk: Desk, stage: "Stage", sandbox: "Sandbox") -> "Shift":
    from orchestrator.commands.wiring import connected
    from orchestrator.demo.stage import bring_tandems
    from orchestrator.week import plan_and_approve, shift_on

    now, opened = sandbox.clock.now(), connected(stage.settings, sandbox.clock)
    with desk.waiting(_("Importing tandems, drawing circles, writing posts …")):
        imported = bring_tandems(stage, now)
        planned = plan_and_approve(stage, opened, now)
    desk.say(
        _("{tandems}, {posts}, approved on the Friday before.").format(
            tandems=ngettext("{count} tandem", "{count} tandems", imported.imported).format(
                count=imported.imported
            ),
            posts=ngettext("{count} post", "{count} posts", planned.created).format(
                count=planned.created
            ),
        )
    )
    return shift_on(stage, opened, sandbox.clock)


def _week(desk: Desk, stage: "Stage", sandbox: "Sandbox", shift: "Shift") -> None:
    """Open on the first offer, then watch the rest of the week."""
    from orchestrator.demo.comparison import true_offer
    from orchestrator.demo.stage import END
    from orchestrator.week import standing, steps

    zone, campaign = stage.settings.campaign.zone, stage.settings.campaign
    week = steps(shift, sandbox.clock.advance, END)
    with desk.waiting(_("The week begins …")):
        first = _first_offer(shift, sandbox, week)
    if first:
        desk.say()
        desk.say(quote(first, zone))
        desk.say(_("This is what it is all for. The week goes on:"))
        desk.say()
    with watched(desk, campaign.name, shift.now, END, zone) as screen:
        for step in week:
            with stage.store.reading() as session:
                offer = true_offer(session, shift.campaign_id, sandbox.ledger())
                screen.show(step.at, standing(session, shift.campaign_id), offer)


def _first_offer(shift: "Shift", sandbox: "Sandbox", week: "Iterator[Step]") -> "Offer | None":
    """Live on until somebody offers work in the reader's language, and means it."""
    from orchestrator.demo.comparison import true_offer

    for step in week:
        if step.tally.replies:
            with shift.store.reading() as session:
                offer = true_offer(session, shift.campaign_id, sandbox.ledger(), i18n.language())
            if offer:
                return offer
    return None


def _ended(desk: Desk, stage: "Stage", sandbox: "Sandbox", shift: "Shift") -> Ended:
    from orchestrator.demo.comparison import figures, sorting
    from orchestrator.run import collect_pass
    from orchestrator.week import standing

    with desk.waiting(_("The last look, the backup and the report …")):
        collect_pass(shift, everything=True)
        files = _files(stage, shift, stage.settings.folder)
    ledger: Sequence[dict[str, Any]] = sandbox.ledger()
    messages: Sequence[dict[str, Any]] = sandbox.messages()
    with stage.store.reading() as session:
        desk.say(summary(standing(session, shift.campaign_id)))
        return Ended(
            figures(session, shift.campaign_id, ledger, messages),
            sorting(session, shift.campaign_id, ledger, messages),
            files,
        )


def _files(stage: "Stage", shift: "Shift", folder: Path) -> dict[str, Path]:
    """The report in its forms, and a backup, as the daily job would make it."""
    from orchestrator.backup.create import create
    from orchestrator.backup.places import places_of
    from orchestrator.report.files import write_file, write_folder
    from orchestrator.report.making import make
    from orchestrator.report.pages import page
    from orchestrator.report.tables import tables

    settings, places = stage.settings, places_of(stage.settings)
    create(stage.store, settings.campaign.slug, places, shift.clock, shift.machine)
    with stage.store.reading() as session:
        report = make(session, shift.campaign_id, settings, lambda: stage.key, shift.now)
        write_folder(tables(report, session), folder / "report-csv")
    return {
        "report": write_file(page(report), folder / "report.html"),
        "json": write_file(report.draft(), folder / "report.json"),
        "tables": folder / "report-csv",
        "backups": places[0].path,
        "database": folder / "campaign.db",
        "configuration": folder / "config.toml",
    }
