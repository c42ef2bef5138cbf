"""``backup``: copies of the campaign, proven, and put back."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.release import say_ended, say_lost
from orchestrator.errors import Exit, UsageProblem
from orchestrator.formats import count, moment
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.backup.create import Made
    from orchestrator.backup.listing import Copy
    from orchestrator.backup.manifest import Manifest
    from orchestrator.backup.restore import Restored
    from orchestrator.backup.verify import Proof
    from orchestrator.keys import CampaignKey

app = typer.Typer(help="Keep copies of the campaign, and put one back.", no_args_is_help=True)
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell; write nothing.")]


@app.command("create")
@command
def create(desk: Desk, dry_run: DryRun = False) -> Exit:
    """Make a backup in every place of [backup] places, and read it back."""
    from orchestrator.backup.create import create, refuse_empty, steps_of
    from orchestrator.backup.places import places_of
    from orchestrator.backup.snapshot import rows_in, state_of
    from schedules.clock import SystemClock

    places, slug = places_of(desk.settings), desk.settings.campaign.slug
    _refuse_missing(desk)
    with state_of(desk.store) as state:
        refuse_empty(state, slug)
        rows = rows_in(state)
    if dry_run:
        return _preview(desk, sum(rows.values()), [place.url for place in places])
    # The rows are read twice: from the database, and from the copy.
    with desk.progress(_("Backing up"), 2 * steps_of(rows)) as step:
        made = create(desk.store, slug, places, desk.clock, SystemClock(), step)
    _say_made(desk, made)
    return Exit.DONE if made.ok else Exit.PARTLY


def _refuse_missing(desk: Desk) -> None:
    """Looking for something to back up must not make a database."""
    from orchestrator.backup.create import nothing_yet
    from orchestrator.store import Schema, inspect

    if inspect(desk.settings.database.url).schema in (Schema.MISSING, Schema.EMPTY):
        raise nothing_yet()


def _preview(desk: Desk, rows: int, urls: list[str]) -> Exit:
    desk.emit({"rows": rows, "places": [{"url": url} for url in urls], "dry_run": True})
    desk.say(_("{count} rows would be saved in:").format(count=count(rows)))
    for url in urls:
        desk.say(f"  {url}")
    return Exit.DONE


def _say_made(desk: Desk, made: "Made") -> None:
    desk.emit(
        {
            "id": made.id,
            "created_at": _local(desk, made.created_at),
            "size": made.size,
            "rows": made.rows,
            "places": [{"url": each.url, "ok": each.ok} for each in made.places],
        }
    )
    for each in made.places:
        if each.ok:
            desk.say(_("{id} is in {place}.").format(id=made.id, place=each.url))
    for sentence in made.wrong:
        desk.warn(sentence)


def _local(desk: Desk, at: datetime) -> datetime:
    return at.astimezone(desk.settings.campaign.zone)


@app.command("list")
@command
def list_backups(desk: Desk) -> None:
    """List all backups, newest first."""
    from orchestrator.backup.listing import copies
    from orchestrator.backup.places import places_of

    rows = [_row(desk, copy) for copy in copies(places_of(desk.settings))]
    desk.emit({"backups": rows})
    if not rows:
        desk.say(_("There is no backup yet. Make one: tueroeffner backup create"))
        return
    desk.table(
        [_("Backup"), _("Made"), _("Rows"), _("Proven"), _("Place")],
        [
            [
                row["id"],
                moment(row["created_at"]) if row["created_at"] else _("damaged"),
                "" if row["rows"] is None else count(row["rows"]),
                moment(row["verified"]) if row["verified"] else "",
                row["place"],
            ]
            for row in rows
        ],
    )


def _row(desk: Desk, copy: "Copy") -> dict[str, Any]:
    described = copy.manifest
    return {
        "id": copy.id,
        "created_at": _local(desk, described.created_at) if described else None,
        "size": described.size if described else None,
        "place": copy.place.url,
        "rows": described.rows if described else None,
        "verified": _local(desk, copy.verified) if copy.verified else None,
    }


@app.command("verify")
@command
def verify(
    desk: Desk, backup_id: Annotated[str | None, typer.Argument(metavar="[ID]")] = None
) -> Exit:
    """Prove every copy of a backup, the newest one's without an ID."""
    from orchestrator.backup.listing import copies_of
    from orchestrator.backup.places import places_of
    from orchestrator.backup.verify import note_proof
    from schedules.clock import SystemClock

    found = copies_of(places_of(desk.settings), backup_id)
    proofs = [_proven(desk, copy) for copy in found]
    proofs = [_with_keys(desk, copy, proof) for copy, proof in zip(found, proofs, strict=True)]
    for copy, proof in zip(found, proofs, strict=True):
        note_proof(copy.place.folder(copy.id), proof, SystemClock().now())
    sound = all(proof.ok for proof in proofs)
    desk.emit(
        {
            "id": found[0].id,
            "ok": sound,
            "checks": [
                {**vars(each), "place": copy.place.url}
                for copy, proof in zip(found, proofs, strict=True)
                for each in proof.findings
            ],
            "seconds": sum(proof.seconds for proof in proofs),
        }
    )
    for copy, proof in zip(found, proofs, strict=True):
        _say_proof(desk, copy, proof)
    return Exit.DONE if sound else Exit.PERSON_NEEDED


def _proven(desk: Desk, copy: "Copy") -> "Proof":
    from orchestrator.backup.verify import prove

    with desk.progress(_("Proving"), _steps(copy.manifest)) as step:
        return prove(copy.place.folder(copy.id), copy.id, step)


def _with_keys(desk: Desk, copy: "Copy", proof: "Proof") -> "Proof":
    """What was proven of the backup, and whether the keys beside it open its people."""
    from dataclasses import replace

    from orchestrator.backup.keys_fit import keys_open

    key = _key_if_here(desk)
    return replace(proof, findings=[*proof.findings, keys_open(copy, key)]) if proof.ok else proof


def _key_if_here(desk: Desk) -> "CampaignKey | None":
    from orchestrator.keys import read_key_file

    try:
        return read_key_file(desk.settings.keys.file, in_use=lambda: True)
    except UsageProblem:
        return None


def _steps(described: "Manifest | None") -> int:
    from orchestrator.backup.create import steps_of

    if described is None:
        return 0
    return steps_of({name: each.rows for name, each in described.tables.items()})


def _say_proof(desk: Desk, copy: "Copy", proof: "Proof") -> None:
    desk.say(f"{copy.id} · {copy.place.url}")
    for each in proof.findings:
        desk.say(f"{'✓' if each.ok else '✗'} {each.detail}")
    if not proof.ok:
        desk.warn(
            _("The copy in {place} cannot be relied on. Make a new backup now.").format(
                place=copy.place.url
            )
        )


@app.command("restore")
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
    with desk.progress(_("Proving"), max(_steps(each.manifest) for each in found)) as step:
        copy, described = sound_copy(found, step)
    if not to:
        _refuse_other_campaign(desk, described)
    plan = _Plan(copy, described, url, to, _compared_key(desk, described))
    if dry_run:
        return _say_would(desk, plan)
    desk.confirm(
        _("Put back the backup of {time} into {where}?").format(
            time=moment(_local(desk, described.created_at)), where=plan.where
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
    steps = 2 * _steps(plan.described)
    with (
        made_for(plan.to) if plan.to else nullcontext(),
        desk.progress(_("Restoring"), steps) as step,
    ):
        return restore(plan.copy, plan.described, plan.url, desk.now, desk.actor, step, rings)


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
        "frozen_since": _local(desk, done.frozen_since),
        "looking_for": done.looking_for,
        "lost_since": _local(desk, done.frozen_since),
        "erased_again": done.erased,
        "ended_again": done.ended,
        "without_key": done.sealed,
    }


def _say_frozen(desk: Desk, done: "Restored") -> None:
    desk.say(
        _(
            "The campaign is frozen: what went out after {time} is not in the backup, so nothing"
            " is sent before it has been looked for."
        ).format(time=moment(_local(desk, done.frozen_since)))
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
