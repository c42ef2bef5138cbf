"""``schedule show|ics``: the timetable on the terminal and as a calendar file."""

from pathlib import Path
from typing import Annotated, Any

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import day_of
from orchestrator.formats import moment
from orchestrator.i18n import _

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
                row["error"] or row["permalink"] or "",
            ]
            for row in rows
        ],
    )


def _time(row: dict[str, Any]) -> str:
    """When it went out, else when it is due."""
    return moment(row["published_at"] or row["due_at"])


def _state(row: dict[str, Any]) -> str:
    words = {
        "planned": _("planned"),
        "claimed": _("being sent"),
        "sending": _("being sent"),
        "scheduled": _("held by the platform"),
        "published": _("published"),
        "unknown": _("unclear, being checked"),
        "rejected": _("refused by the platform"),
        "expired": _("too late, not sent"),
        "cancelled": _("cancelled"),
        "withdrawn": _("withdrawn"),
    }
    if row["state"] == "planned" and not row["approved"]:
        return _("planned, not approved")
    return words[row["state"]]
