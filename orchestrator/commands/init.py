"""``init``: the folder of a new campaign."""

from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from orchestrator import i18n
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import day_of
from orchestrator.i18n import _


@command
def init(
    desk: Desk,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where it is made.")] = Path(),
    name: Annotated[str | None, typer.Option(help="What the campaign is called.")] = None,
    start: Annotated[str | None, typer.Option(help="First day, such as 2026-11-23.")] = None,
    end: Annotated[str | None, typer.Option(help="Last day.")] = None,
    contact: Annotated[str | None, typer.Option(help="How people reach you.")] = None,
) -> None:
    """Make the folder of a new campaign: configuration, key, templates; nothing is overwritten."""
    from orchestrator.init import Answers, set_up

    asking = _may_ask(desk) and not (folder / "config.toml").exists()
    monday, sunday = _next_week(desk)
    title = folder.resolve().name.replace("-", " ").replace("_", " ").strip() or "Türöffner"
    called = _answer(desk, asking, name, _("What is the campaign called?"), title)
    first = day_of(_answer(desk, asking, start, _("First day"), monday.isoformat()))
    last = max(sunday, first) if end is None and not asking else None
    if last is None:
        last = day_of(_answer(desk, asking, end, _("Last day"), max(sunday, first).isoformat()))
    speaks = _language(desk, asking)
    reach = _answer(desk, asking, contact, _("How do people reach you (phone, mail, link)?"), "")
    pieces = set_up(folder, Answers(called, first, last, reach, speaks))
    made = [str(piece.path) for piece in pieces if piece.made]
    kept = [str(piece.path) for piece in pieces if not piece.made]
    steps = _next_steps(folder)
    desk.emit({"folder": str(folder), "made": made, "kept": kept, "next": steps})
    for path in made:
        desk.say(_("made   {path}").format(path=path))
    for path in kept:
        desk.say(_("kept   {path}").format(path=path))
    desk.say()
    for number, step in enumerate(steps, 1):
        desk.say(f"{number}. {step}")


def _may_ask(desk: Desk) -> bool:
    return desk.may_ask


def _answer(desk: Desk, asking: bool, given: str | None, question: str, default: str) -> str:
    if given is not None or not asking:
        return default if given is None else given
    return desk.ask(question, default)


def _language(desk: Desk, asking: bool) -> str:
    speaks = i18n.language()
    if not asking or desk.lang:
        return speaks
    known = i18n.available()
    wish = desk.ask(
        _("Which language shall I speak ({known})?").format(known="/".join(known)), speaks
    )
    return wish if wish in known else speaks


def _next_week(desk: Desk) -> tuple[date, date]:
    from orchestrator.init import next_week

    return next_week(desk.now.astimezone(ZoneInfo("Europe/Berlin")).date())


def _next_steps(folder: Path) -> list[str]:
    into = [] if folder == Path() else [_("Go there: cd {folder}").format(folder=folder)]
    return [
        *into,
        _("Keep a copy of keys/campaign.key in a safe place: without it no contact can be read."),
        _("Open config.toml: every setting is explained there. Put tokens into secrets/."),
        _("Check everything: tueroeffner doctor"),
        _("Fill in tandems.xlsx, then: tueroeffner tandem import tandems.xlsx"),
    ]
