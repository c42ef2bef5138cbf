"""``schedule show|ics|move``: the timetable on the terminal, as a calendar file, and changed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import day_of, open_shift
from orchestrator.errors import Exit
from orchestrator.formats import moment
from orchestrator.i18n import _
from orchestrator.inbox.words import source_word

if TYPE_CHECKING:
    from orchestrator.moving import Moved
    from orchestrator.shift import Shift
    from schedules.typed import Typed

app = typer.Typer(help="The timetable.", no_args_is_help=True)


@app.command("show")
@command
def show(
    desk: Desk,
    day: Annotated[str | None, typer.Option(help="Only this day, YYYY-MM-DD.")] = None,
) -> None:
    """Show what goes out when."""
    from orchestrator.posts import post_rows

    wanted = day_of(day) if day else None
    with desk.looking() as (session, campaign_id):
        rows = post_rows(session, campaign_id, wanted, desk.settings.campaign.zone)
    desk.emit({"posts": rows})
    say_posts(desk, rows)


@app.command("ics")
@command
def ics(
    desk: Desk,
    out: Annotated[Path | None, typer.Option(help="File to write; else to the terminal.")] = None,
) -> None:
    """Write the timetable as a calendar file for Outlook, Thunderbird or a phone."""
    from orchestrator.posts import calendar

    with desk.looking() as (session, campaign_id):
        content = calendar(session, campaign_id, desk.settings.campaign.name, desk.now)
    if out is None and desk.json:
        desk.emit({"text": content.decode()})
        return
    if out is None:
        print(content.decode(), end="")
        return
    out.write_bytes(content)
    desk.emit({"file": str(out)})
    desk.say(_("Wrote {path}.").format(path=out))


# A time such as -30m must not be taken for an option.
@app.command("move", context_settings={"ignore_unknown_options": True})
@command
def move(
    desk: Desk,
    post_id: Annotated[int, typer.Argument(metavar="POST")],
    text: Annotated[
        str, typer.Argument(metavar="TIME", help="17:30, 2026-11-24 17:30, +2h or -30m.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, change nothing.")] = False,
) -> Exit:
    """Move a post to another time; what the platform holds is moved there too."""
    from orchestrator.moving import move as moving
    from orchestrator.moving import wanted

    desk.about = f"post {post_id}"
    settings = desk.settings
    campaign_id = desk.campaign_id()
    typed = wanted(desk.store, settings, campaign_id, post_id, text)
    # Before anything is written: without its network a post that is held there stays where it is.
    held = _row(desk, post_id)["state"] == "scheduled" and not dry_run
    shift = open_shift(desk) if held else None
    moved = moving(
        desk.store, settings, campaign_id, post_id, typed.at_utc, desk.now, desk.actor,
        dry_run=dry_run,
    )  # fmt: skip
    told = moved.held and not dry_run
    confirmed = _tell_network(desk, shift or open_shift(desk), post_id) if told else None
    row = moved.row if dry_run else _row(desk, post_id)
    desk.emit({"posts": [row], "was": moved.was, "confirmed": confirmed, "remarks": moved.remarks})
    _say_moved(desk, moved, typed)
    return _say_confirmed(desk, row, confirmed)


def _tell_network(desk: Desk, shift: "Shift", post_id: int) -> bool:
    """Let the network that holds the post move it; whether it said that it did."""
    from orchestrator.handover import attend
    from orchestrator.moving import arrived
    from orchestrator.shift import Tally

    tally = Tally()
    attend(shift, tally, [post_id])
    for finding in tally.findings:
        desk.note(finding)
    return arrived(desk.store, post_id)


def _row(desk: Desk, post_id: int) -> dict[str, Any]:
    from orchestrator.posts import post_rows

    with desk.looking() as (session, campaign_id):
        return next(row for row in post_rows(session, campaign_id) if row["id"] == post_id)


def _say_moved(desk: Desk, moved: "Moved", typed: "Typed") -> None:
    sentence = _("Post {number}: {to} instead of {was}.")
    if desk.dry_run:
        sentence = _("Post {number} would go out {to} instead of {was}. Nothing was changed.")
    number, to = moved.row["id"], moment(moved.row["due_at"])
    desk.say(sentence.format(number=number, to=to, was=moment(moved.was)))
    if desk.dry_run and moved.held:
        desk.say(
            _("{network} holds it for {time}; it would be moved there as well.").format(
                network=source_word(moved.row["network"], ""),
                time=moment(moved.row["handed_for"] or moved.was),
            )
        )
    if typed.skipped:
        desk.note(_("The clocks leave that time out on that day; it is as much later."))
    if typed.twice:
        desk.note(_("The clocks show that time twice on that day; the first one is meant."))
    for remark in moved.remarks:
        desk.note(remark)


def _say_confirmed(desk: Desk, row: dict[str, Any], confirmed: bool | None) -> Exit:
    if confirmed is False and row["state"] == "published":
        desk.warn(
            _("It was not moved: it went out meanwhile. {link}").format(link=row["permalink"])
        )
        return Exit.PARTLY
    if confirmed is False:
        desk.warn(
            _(
                "{network} has not confirmed the new time yet; every pass tries it again."
                " `tueroeffner run --once` does it now."
            ).format(network=source_word(row["network"], ""))
        )
        return Exit.PARTLY
    if confirmed and row["state"] == "scheduled":
        network = source_word(row["network"], "")
        desk.say(_("{network} has confirmed the new time.").format(network=network))
    elif confirmed:
        desk.say(
            _("{network} does not hold it any more; it goes out from here.").format(
                network=source_word(row["network"], "")
            )
        )
    return Exit.DONE


def say_posts(desk: Desk, rows: list[dict[str, Any]]) -> None:
    """Print posts as a table; an empty one tells how to fill it."""
    if not rows:
        desk.say(_("There are no posts here. `tueroeffner plan` makes them."))
        return
    desk.table(
        [_("Post"), _("Time"), _("Tandem"), _("Network"), _("State"), _("Remark")],
        [
            [
                str(row["id"]),
                _time(row),
                row["tandem"],
                row["network"],
                _state(row),
                row["error"] or _held_for(row) or row["permalink"] or "",
            ]
            for row in rows
        ],
    )


def _time(row: dict[str, Any]) -> str:
    """When it went out, else when it is due."""
    return moment(row["published_at"] or row["due_at"])


def _held_for(row: dict[str, Any]) -> str:
    """When the platform will publish it, where that is another time than ours."""
    held = row["handed_for"]
    if held is None or held == row["due_at"]:
        return ""
    return _("the platform publishes it at {time}").format(time=moment(held))


def _state(row: dict[str, Any]) -> str:
    from orchestrator.posts import state_word

    if row["state"] == "planned" and not row["approved"]:
        return _("planned, not approved")
    if row["hidden"]:
        return _("published, hidden")
    return state_word(row["state"])
