"""``backup restore``: a copy is put back into an empty database, and the campaign frozen."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.release import say_ended, say_lost
from orchestrator.errors import Exit, UsageProblem
from orchestrator.formats import count, moment
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.backup.listing import Copy
    from orchestrator.backup.manifest import Manifest
    from orchestrator.backup.restore import Restored

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell; write nothing.")]


@command
def restore(
    desk: Desk,
    backup_id: Annotated[str, typer.Argument(metavar="ID")],
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Into a new database in this folder.")
    ] = None,
    dry_run: DryRun = False,
) -> Exit:
    """Put a backup back into an empty or missing database; nothing is ever written over."""
    from orchestrator.backup.listing import copies_of
    from orchestrator.backup.places import places_of
    from orchestrator.backup.restore import refuse_occupied, refuse_taken, sound_copy

    found = copies_of(places_of(desk.settings), backup_id)
    url = refuse_taken(to) if to else desk.settings.database.url
    if not to:
        refuse_occupied(url)
    with desk.progress(_("Proving"), max(steps_in(each.manifest) for each in found)) as step:
        copy, described = sound_copy(found, step)
    if not to:
        _refuse_other_campaign(desk, described)
    plan = _Plan(copy, described, url, to, _compared_key(desk, described))
    if dry_run:
        return _say_would(desk, plan)
    desk.confirm(
        _("Put back the backup of {time} into {where}?").format(
            time=moment(local(desk, described.created_at)), where=plan.where
        )
    )
    done = _put_back(desk, plan)
    _say_restored(desk, plan, done)
    return Exit.PERSON_NEEDED if done.sealed else Exit.DONE


@dataclass(frozen=True)
class _Plan:
    """Which copy goes where, and whether the key file opens its contacts."""

    copy: "Copy"
    described: "Manifest"
    url: str
    to: Path | None
    key: str

    @property
    def where(self) -> str:
        """The database, without user and password."""
        from sqlalchemy.engine import make_url

        from orchestrator.database_trouble import place_of

        return place_of(make_url(self.url))


def _refuse_other_campaign(desk: Desk, described: "Manifest") -> None:
    slug = desk.settings.campaign.slug
    if described.campaign != slug:
        raise UsageProblem(
            _("The backup is of the campaign “{other}”, the configuration of “{slug}”.").format(
                other=described.campaign, slug=slug
            ),
            remedy=_("Use the configuration of that campaign, or restore aside: --to DIR"),
        )


def _compared_key(desk: Desk, described: "Manifest") -> str:
    """``ok``, ``differs`` or ``missing``; the last two are said: contacts cannot be read."""
    from orchestrator.keys import read_key_file

    try:
        key = read_key_file(desk.settings.keys.file, in_use=lambda: True)
    except UsageProblem as problem:
        desk.warn(problem.what)
        desk.warn(_("Without the campaign's key file nobody can read the contacts."))
        return "missing"
    if key.fingerprint == described.key:
        return "ok"
    desk.warn(
        _(
            "The key file {path} is not the one of this backup: nobody can read its contacts."
        ).format(path=desk.settings.keys.file)
    )
    return "differs"


def _put_back(desk: Desk, plan: _Plan) -> "Restored":
    from orchestrator.backup import keyring
    from orchestrator.backup.places import places_of
    from orchestrator.backup.restore import made_for, restore

    rings = keyring.found([plan.copy.place, *places_of(desk.settings)])
    # Every row is written, and read back.
    steps = 2 * steps_in(plan.described)
    with (
        made_for(plan.to) if plan.to else nullcontext(),
        desk.progress(_("Restoring"), steps) as step,
    ):
        done = restore(plan.copy, plan.described, plan.url, desk.now, desk.actor, step, rings)
    if not plan.to:
        _tidy_pictures(desk)
    return done


def _tidy_pictures(desk: Desk) -> None:
    """Whoever was erased since has no picture here either."""
    from orchestrator.media.keeping import tidy

    with desk.looking() as (session, _campaign_id):
        tidy(session, desk.settings.folder)


def _say_would(desk: Desk, plan: _Plan) -> Exit:
    rows = plan.described.rows
    desk.emit(
        {"id": plan.copy.id, "rows": rows, "where": plan.where, "key": plan.key, "dry_run": True}
    )
    desk.say(
        _("{count} rows would be put back into {where}.").format(
            count=count(rows), where=plan.where
        )
    )
    return Exit.DONE


def _say_restored(desk: Desk, plan: _Plan, done: "Restored") -> None:
    desk.emit(_document(desk, plan, done))
    desk.say(
        _("{count} rows are back in {where}.").format(count=count(done.rows), where=plan.where)
    )
    _say_frozen(desk, done)
    say_lost(desk, done.frozen_since)
    say_ended(desk, done.ended)
    _say_keys(desk, done)
    _say_next(desk, plan)


def _document(desk: Desk, plan: _Plan, done: "Restored") -> dict[str, object]:
    return {
        "id": plan.copy.id,
        "rows": done.rows,
        "where": plan.where,
        "key": plan.key,
        "frozen_since": local(desk, done.frozen_since),
        "looking_for": done.looking_for,
        "lost_since": local(desk, done.frozen_since),
        "erased_again": done.erased,
        "ended_again": done.ended,
        "without_key": done.sealed,
    }


def _say_frozen(desk: Desk, done: "Restored") -> None:
    desk.say(
        _(
            "The campaign is frozen: what went out after {time} is not in the backup, so nothing"
            " is sent before it has been looked for."
        ).format(time=moment(local(desk, done.frozen_since)))
    )


def _say_next(desk: Desk, plan: _Plan) -> None:
    desk.warn(
        _(
            "Stop every `tueroeffner run` that still works with the lost database, also on other"
            " computers, before you go on."
        )
    )
    if plan.to:
        desk.say(_("To use it, set [database] url to {url}.").format(url=plan.url))
    desk.say(_("Next: {command}").format(command="tueroeffner run --release"))


def _say_keys(desk: Desk, done: "Restored") -> None:
    if done.erased:
        desk.say(
            ngettext(
                "{count} tandem that was erased since the backup is erased here, too.",
                "{count} tandems that were erased since the backup are erased here, too.",
                done.erased,
            ).format(count=count(done.erased))
        )
    if done.sealed:
        desk.warn(
            ngettext(
                "No place had the key of {count} person: their contacts cannot be opened;"
                " everything else is there.",
                "No place had the keys of {count} people: their contacts cannot be opened;"
                " everything else is there.",
                done.sealed,
            ).format(count=count(done.sealed))
        )
        desk.warn(
            _(
                "If another place of [backup] places has a keyring.json, connect it and restore"
                " again into an empty database; else import the tandems' file again."
            )
        )


def steps_in(described: "Manifest | None") -> int:
    """How many steps a copy takes to read once."""
    from orchestrator.backup import create

    if described is None:
        return 0
    return create.steps_of({name: each.rows for name, each in described.tables.items()})


def local(desk: Desk, at: datetime) -> datetime:
    """A time as the campaign's clocks show it."""
    return at.astimezone(desk.settings.campaign.zone)
