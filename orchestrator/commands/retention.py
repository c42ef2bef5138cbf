"""``retention show|apply``: for how long things are kept, and letting go of what is over."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import refuse_false_time
from orchestrator.errors import Exit
from orchestrator.formats import count, day
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orchestrator.backup.keyring import Left
    from orchestrator.retention.applying import Turn
    from orchestrator.retention.holding import Held

app = typer.Typer(help="For how long things are kept.", no_args_is_help=True)


@app.command("show")
@command
def show(desk: Desk) -> None:
    """Show every rule: until when, how much is held, how much is due."""
    standing = _standing(desk)
    desk.emit(_document(standing))
    _say_standing(desk, standing)
    _say_next(desk, standing)


@app.command("apply")
@command
def apply(
    desk: Desk,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell; write nothing.")] = False,
) -> Exit:
    """Let go of what is due, for good, in backups too; figures stay as numbers."""
    standing = _standing(desk)
    due = sum(each.due for each in standing)
    if dry_run:
        desk.emit(_document(standing) | {"dry_run": True})
    if due or dry_run:
        _say_standing(desk, standing)
    if dry_run:
        _say_due(desk, due)
        return Exit.DONE
    _refuse_wrong_day(desk)
    if due:
        desk.confirm(
            ngettext(
                "Let go of {count} entry for good? Nobody can bring it back.",
                "Let go of {count} entries for good? Nobody can bring them back.",
                due,
            ).format(count=count(due))
        )
    return _applied(desk, due)


def _standing(desk: Desk) -> "Sequence[Held]":
    from orchestrator.retention.holding import holding

    today = desk.now.astimezone(desk.settings.campaign.zone).date()
    with desk.looking() as (session, campaign_id):
        return holding(session, campaign_id, desk.settings, today)


def _document(standing: "Sequence[Held]") -> dict[str, Any]:
    from orchestrator.retention.holding import next_day

    kinds = [
        {
            "kind": each.rule.kind.value,
            "days": each.rule.days,
            "until": each.rule.until,
            "held": each.held,
            "due": each.due,
            "evidence": each.evidence,
        }
        for each in standing
    ]
    return {"kinds": kinds, "next": next_day(standing)}


def _say_standing(desk: Desk, standing: "Sequence[Held]") -> None:
    from orchestrator.retention.rules import kind_word

    desk.table(
        [_("What"), _("Days"), _("Kept until"), _("Held"), _("For a complaint"), _("Due")],
        [
            [
                kind_word(each.rule.kind),
                str(each.rule.days),
                day(each.rule.until),
                count(each.held),
                count(each.evidence) if each.evidence else "",
                count(each.due),
            ]
            for each in standing
        ],
    )


def _say_next(desk: Desk, standing: "Sequence[Held]") -> None:
    from orchestrator.retention.holding import next_day

    if any(each.due for each in standing):
        desk.say(_("Next: `tueroeffner retention apply` lets go of what is due."))
    elif then := next_day(standing):
        desk.say(_("Nothing is due; the next time ends on {day}.").format(day=day(then)))
    else:
        desk.say(_("Nothing is due."))


def _say_due(desk: Desk, due: int) -> None:
    desk.say(
        ngettext(
            "{count} entry would be let go of. Next: run it again without --dry-run.",
            "{count} entries would be let go of. Next: run it again without --dry-run.",
            due,
        ).format(count=count(due))
        if due
        else _("Nothing is due.")
    )


def _refuse_wrong_day(desk: Desk) -> None:
    """Neither a borrowed time nor a wrong clock may let go of anything too early."""
    from orchestrator.retention.clocks import refuse_ahead
    from schedules.clock import SystemClock

    refuse_false_time(desk)
    if isinstance(desk.clock, SystemClock):
        refuse_ahead(desk.settings, desk.now)


def _applied(desk: Desk, due: int) -> Exit:
    """Also where nothing is due: a killed run may have left keys beside the backups."""
    from orchestrator.retention.applying import Turn
    from orchestrator.retention.applying import apply as let_go

    campaign_id = desk.campaign_id()
    turn = Turn(desk.store, desk.settings, campaign_id, desk.now, desk.actor)
    with desk.progress(_("Letting go"), due) as step:
        applied = let_go(turn, step)
    clean, left = _out_of_copies(desk, turn, applied.persons) if campaign_id else (True, [])
    forgotten = {kind.value: rows for kind, rows in applied.forgotten.items()}
    desk.emit({"forgotten": forgotten, "places_left": [asdict(each) for each in left]})
    _say_forgotten(desk, sum(forgotten.values()))
    return _say_left(desk, left, clean=clean)


def _out_of_copies(desk: Desk, turn: "Turn", persons: list[int]) -> "tuple[bool, list[Left]]":
    """Overwrite what the database still holds of it; take the destroyed keys out of every place."""
    from orchestrator.backup import keyring
    from orchestrator.backup.places import places_of
    from orchestrator.erasure.erasing import sweep
    from orchestrator.model import Campaign

    with desk.store.reading() as session:
        campaign = session.get_one(Campaign, turn.campaign_id)
    clean = sweep(desk.store)
    return clean, keyring.forget(desk.store, places_of(desk.settings), campaign, persons)


def _say_forgotten(desk: Desk, total: int) -> None:
    desk.say(
        ngettext(
            "{count} entry was let go of; its figures stay.",
            "{count} entries were let go of; their figures stay.",
            total,
        ).format(count=count(total))
        if total
        else _("Nothing is due.")
    )


def _say_left(desk: Desk, left: "list[Left]", *, clean: bool) -> Exit:
    for each in left:
        desk.warn(
            _("Not certain that the keys are gone from {place}: {why}").format(
                place=each.url, why=each.why
            )
        )
    if left:
        desk.warn(_("Connect these places, then run `tueroeffner retention apply` again."))
        return Exit.PERSON_NEEDED
    if not clean:
        desk.warn(
            _(
                "Another program reads an older state of the database: stop it, then run"
                " `tueroeffner retention apply` again."
            )
        )
        return Exit.PARTLY
    return Exit.DONE
