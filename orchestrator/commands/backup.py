"""``backup``: copies of the campaign, proven, and put back."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.backup_restore import DryRun, local, restore, steps_in
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.errors import Exit, UsageProblem
from orchestrator.formats import count, moment
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.backup.create import Made
    from orchestrator.backup.listing import Copy
    from orchestrator.backup.verify import Proof
    from orchestrator.keys import CampaignKey

app = typer.Typer(help="Keep copies of the campaign, and put one back.", no_args_is_help=True)


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
            "created_at": local(desk, made.created_at),
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
        "created_at": local(desk, described.created_at) if described else None,
        "size": described.size if described else None,
        "place": copy.place.url,
        "rows": described.rows if described else None,
        "verified": local(desk, copy.verified) if copy.verified else None,
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

    with desk.progress(_("Proving"), steps_in(copy.manifest)) as step:
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


app.command("restore")(restore)
