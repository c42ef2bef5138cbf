"""``media prepare|check``: pictures and films, made ready for the networks and looked at."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import tandem_ids, why_left
from orchestrator.errors import Exit
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from datetime import date

    from orchestrator.media.checking import Checked
    from orchestrator.media.preparing import Finding
    from orchestrator.ports import MediaLimits

app = typer.Typer(help="Pictures and films of the tandems.", no_args_is_help=True)
Slugs = Annotated[list[str] | None, typer.Argument(help="Tandems.", metavar="SLUG")]


@app.command("prepare")
@command
def prepare(desk: Desk, slugs: Slugs = None) -> Exit:
    """Make pictures and films ready to be sent; what is ready already is left as it is."""
    from orchestrator.media.preparing import Finding

    prepare_all(desk, slugs, again=True)
    rows = _checked(desk, slugs)
    found = [Finding(each.tandem, each.position, each.refused) for each in rows if each.refused]
    notes = _notes(rows)
    desk.emit({"problems": [each.document() for each in found], "notes": notes})
    for each in notes:
        desk.note(
            _("{slug}, file {number}: {problem}").format(
                slug=each["tandem"], number=each["position"] + 1, problem=each["note"]
            )
        )
    say_problems(desk, found)
    if found:
        _say_next(desk, rows)
        return Exit.PERSON_NEEDED
    if not _say_left(desk, slugs, rows):
        desk.say(_("All pictures and films are ready. Next: `tueroeffner plan`."))
    return Exit.DONE


@app.command("check")
@command
def check(desk: Desk, slugs: Slugs = None) -> Exit:
    """Tell what every file is, which network takes it, and what to do where none does."""
    rows = _checked(desk, slugs)
    desk.emit({"media": [each.document() for each in rows]})
    if rows:
        _table(desk, rows)
    elif not _say_left(desk, slugs, rows):
        desk.say(
            _("There are no pictures yet: name them in the column “media” of the tandems' file.")
        )
    _say_next(desk, rows)
    return Exit.PERSON_NEEDED if any(each.refused for each in rows) else Exit.DONE


def _checked(desk: Desk, slugs: list[str] | None) -> "list[Checked]":
    from orchestrator.media.checking import checked

    chosen = tandem_ids(desk, slugs).values() if slugs else None
    with desk.looking() as (session, campaign_id):
        versions = desk.settings.consent_versions
        return checked(session, campaign_id, _limits(desk), _first_day(desk), versions, chosen)


def prepare_all(
    desk: Desk, slugs: list[str] | None = None, *, again: bool = False
) -> "list[Finding]":
    """Make ready what is not, with a bar on a terminal; what cannot be."""
    from orchestrator.media.preparing import prepare_all as prepare_files

    chosen = list(tandem_ids(desk, slugs).values()) if slugs else None
    watch = _bar(desk)
    return prepare_files(
        desk.store, desk.settings.folder, desk.campaign_id(), watch, chosen, again=again
    )


def _notes(rows: "list[Checked]") -> list[dict[str, Any]]:
    """What to know of files that are taken all the same."""
    return [
        {"tandem": each.tandem, "position": each.position, "note": each.note}
        for each in rows
        if each.note and not each.left
    ]


def _say_left(desk: Desk, slugs: list[str] | None, rows: "list[Checked]") -> bool:
    """Name who of the chosen tandems takes part no more; whether that leaves nothing to do."""
    left = why_left(desk, slugs or [])
    for sentence in left:
        desk.say(sentence)
    return bool(left) and all(each.left for each in rows)


def say_problems(desk: Desk, found: "list[Finding]") -> None:
    """Name what cannot be sent, and why."""
    for each in found:
        desk.warn(
            _("{slug}, file {number}: {problem}").format(
                slug=each.tandem, number=each.position + 1, problem=each.problem
            )
        )


def _bar(desk: Desk) -> "Callable[[int], Any]":
    """A bar that also moves within a file: a film takes a while."""
    import sys

    from rich.progress import Progress

    hidden = desk.json or desk.quiet or not sys.stderr.isatty()

    @contextmanager
    def watch(total: int) -> Iterator[Callable[[float], None]]:
        with Progress(console=desk.errors, transient=True, disable=hidden or not total) as bar:
            task = bar.add_task(_("Pictures and films"), total=total)
            yield lambda done: bar.update(task, completed=done)

    return watch


def _limits(desk: Desk) -> "dict[str, MediaLimits]":
    """What each network takes; an account is not needed to know it."""
    from orchestrator import networks
    from orchestrator.ports import Uploading

    found = {}
    for name in desk.settings.on() or desk.settings.networks:
        adapter = networks.adapter(name)
        network = adapter.connect(adapter.Options.model_construct())
        if isinstance(network, Uploading):
            found[name] = network.media
    return found


def _table(desk: Desk, rows: "list[Checked]") -> None:
    desk.table(
        [_("Tandem"), _("File"), _("Found"), _("Ready"), _("Networks")],
        [
            [
                each.tandem,
                each.name,
                "\n".join(filter(None, (each.found, each.note))),
                _("yes") if each.ready else each.problem or _("not yet"),
                "\n".join(_verdicts(each)),
            ]
            for each in rows
        ],
    )


def _verdicts(each: "Checked") -> Iterator[str]:
    """What no network is given is taken by none, whatever they would say."""
    if each.hidden:
        yield _("not shown: {why}").format(why=each.hidden)
    for name, why in each.verdicts.items():
        if why or not each.hidden:
            yield f"{name}: {why or _('takes it')}"


def _first_day(desk: Desk) -> "date":
    """The first day on which a post could show it."""
    campaign = desk.settings.campaign
    return max(desk.now.astimezone(campaign.zone).date(), campaign.start)


def _say_next(desk: Desk, rows: "list[Checked]") -> None:
    waiting = sum(not (each.ready or each.problem or each.left) for each in rows)
    if waiting:
        desk.say(
            ngettext(
                "{count} file is not ready yet: run `tueroeffner media prepare`, or `plan`.",
                "{count} files are not ready yet: run `tueroeffner media prepare`, or `plan`.",
                waiting,
            ).format(count=waiting)
        )
    if any(each.refused for each in rows):
        desk.say(_("Change the files that nobody takes, then import the tandems' file again."))
