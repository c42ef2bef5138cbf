"""``audit list|verify``: who did what when, and the proof that nobody touched the log."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import day_of, tandem_ids
from orchestrator.errors import Exit
from orchestrator.formats import count, dated
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.audit.anchors import Anchor
    from orchestrator.audit.chain import Break
    from orchestrator.audit.verifying import Verdict
    from orchestrator.elsewhere.log import Link

app = typer.Typer(help="Who did what when.", no_args_is_help=True)
# A digest as a person copies it on paper.
_GROUP = 8


@app.command("list")
@command
def list_(
    desk: Desk,
    tandem: Annotated[
        str | None,
        typer.Option(help="Only this tandem, its posts and replies.", metavar="SLUG"),
    ] = None,
    post: Annotated[int | None, typer.Option(help="Only this post.", metavar="ID")] = None,
    since: Annotated[str | None, typer.Option(help="From this day on.", metavar="DAY")] = None,
    limit: Annotated[int, typer.Option(help="So many of the newest.", min=1)] = 50,
) -> None:
    """List what was done, by whom and when, oldest first; never with personal data."""
    from datetime import time

    from orchestrator.audit.listing import Wish, events
    from schedules.calendar import localise

    zone = desk.settings.campaign.zone
    wish = Wish(
        tandem_id=tandem_ids(desk, [tandem])[tandem] if tandem is not None else None,
        post_id=post,
        since=localise(day_of(since), time(), zone) if since is not None else None,
        limit=limit,
    )
    with desk.looking() as (session, campaign_id):
        rows = events(session, campaign_id, wish, desk.settings.campaign.timezone)
    desk.emit({"events": rows})
    if not rows:
        desk.say(_("Nothing of that has been noted yet."))
        return
    desk.table(
        [_("No."), _("Time"), _("Who"), _("What"), _("About"), _("Details")],
        [_cells(each) for each in rows],
    )


def _cells(row: dict[str, Any]) -> list[str]:
    about = " ".join(filter(None, (row["subject"], f"({row['tandem']})" if row["tandem"] else "")))
    details = ", ".join(f"{name} {_plain(value)}" for name, value in row["detail"].items())
    number = "–" if row["seq"] is None else str(row["seq"])
    return [number, dated(row["at"]), row["who"], row["what"], about, details]


def _plain(value: Any) -> str:
    """A detail without brackets and quotation marks."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(_plain, value)) or "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value is None else str(value)


@app.command("verify")
@command
def verify(desk: Desk) -> Exit:
    """Prove that no event was changed, taken out, put in or cut off; exit 4 where one was."""
    from orchestrator.audit.verifying import verify as prove
    from orchestrator.backup.places import places_of
    from orchestrator.elsewhere import practises

    practised = practises(desk.settings, desk.settings.on())
    with desk.waiting(_("Walking through the log …")), desk.looking() as (session, campaign_id):
        verdict = prove(session, campaign_id, places_of(desk.settings), practised=practised)
    desk.emit(_document(desk, verdict))
    for line in _said(desk, verdict):
        desk.say(line)
    if verdict.broken is None:
        return Exit.DONE
    desk.warn(_wrong(desk, verdict.broken))
    desk.warn(
        _(
            "Keep the database as it is, and tell whoever is responsible for data protection;"
            " a backup holds its own copy of the log: `tueroeffner backup list`."
        )
    )
    return Exit.PERSON_NEEDED


def _document(desk: Desk, verdict: "Verdict") -> dict[str, Any]:
    zone = desk.settings.campaign.zone

    def link(each: "Link | None") -> dict[str, Any] | None:
        return {**asdict(each), "at": each.at.astimezone(zone)} if each else None

    broken = verdict.broken
    at = broken.at.astimezone(zone) if broken and broken.at else None
    return {
        "ok": broken is None,
        "events": verdict.events,
        "head": link(verdict.head),
        "broken": {"fault": broken.fault.value, "seq": broken.seq, "at": at} if broken else None,
        "compared": [
            {"backup": each.backup, **(link(each.link) or {})} for each in verdict.anchors
        ],
        "restored_at": verdict.restored_at.astimezone(zone) if verdict.restored_at else None,
    }


def _said(desk: Desk, verdict: "Verdict") -> Iterator[str]:
    if verdict.head is None:
        if verdict.broken is None:
            yield _("Nothing has been noted yet.")
        return
    zone = desk.settings.campaign.zone
    yield _("{count} events follow from one another, the last of {time}.").format(
        count=count(verdict.events), time=dated(verdict.head.at.astimezone(zone))
    )
    for each in verdict.anchors:
        yield _remembered(desk, each)
    if verdict.restored_at:
        yield _(
            "A backup was put back at {time}: what had been noted after it was made is not in this"
            " log."
        ).format(time=dated(verdict.restored_at.astimezone(zone)))
    if verdict.broken is None:
        yield _("To note on paper: event {number}").format(number=verdict.head.seq)
        digest = verdict.head.digest
        groups = [digest[at : at + _GROUP] for at in range(0, len(digest), _GROUP)]
        yield f"  {' '.join(groups[:4])}"
        yield f"  {' '.join(groups[4:])}"


def _remembered(desk: Desk, anchor: "Anchor") -> str:
    number = count(anchor.link.seq)
    if anchor.backup:
        return _("Compared with backup {id}, up to event {number}.").format(
            id=anchor.backup, number=number
        )
    return _("Compared with what this computer remembers, up to event {number}.").format(
        number=number
    )


def _wrong(desk: Desk, broken: "Break") -> str:
    from orchestrator.audit.chain import Fault

    sentences = {
        Fault.CHANGED: _("Event {number} ({time}) is not what was written: it was changed."),
        Fault.MISSING: _("Event {number} is missing; the next one is of {time}."),
        Fault.PUT_IN: _("An event of {time} was put in: it has no place in the log."),
        Fault.CUT_OFF: _("The log was cut off: event {number} ({time}) was there and is gone."),
        Fault.REPLACED: _(
            "The log was written anew: event {number} ({time}) is not the one that was there."
        ),
    }
    at = dated(broken.at.astimezone(desk.settings.campaign.zone)) if broken.at else "–"
    return sentences[broken.fault].format(number=broken.seq, time=at)
