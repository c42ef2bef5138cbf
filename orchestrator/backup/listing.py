"""What backups there are: every copy in every place, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orchestrator.backup import manifest
from orchestrator.backup.manifest import Damaged, Manifest
from orchestrator.backup.places import Place
from orchestrator.backup.verify import proven_at
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _


@dataclass(frozen=True)
class Copy:
    """A backup in one place; ``manifest`` is None when it cannot be trusted."""

    id: str
    place: Place
    manifest: Manifest | None
    verified: datetime | None


def copies(places: Iterable[Place]) -> list[Copy]:
    """Every copy of every backup, newest first."""
    found = [_copy(place, backup_id) for place in places for backup_id in place.ids()]
    return sorted(found, key=lambda each: each.id, reverse=True)


def _copy(place: Place, backup_id: str) -> Copy:
    folder = place.folder(backup_id)
    try:
        described = manifest.read(folder)
    except Damaged:
        described = None
    return Copy(backup_id, place, described, proven_at(folder))


def copies_of(places: Iterable[Place], backup_id: str | None) -> list[Copy]:
    """The copies of one backup, of the newest when no id is given; at least one."""
    every = copies(places)
    wanted = backup_id or (every[0].id if every else "")
    found = [each for each in every if each.id == wanted]
    if found:
        return found
    if not every:
        raise UsageProblem(
            _("There is no backup yet."), remedy=_("Make one: tueroeffner backup create")
        )
    raise UsageProblem(
        _("There is no backup “{id}”.").format(id=wanted),
        remedy=_("`tueroeffner backup list` shows them all; the newest is {id}.").format(
            id=every[0].id
        ),
    )
