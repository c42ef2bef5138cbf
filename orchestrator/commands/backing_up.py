"""What is kept beside the campaign unasked: a backup after a pass, and what was just decided."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from orchestrator.commands.command import explained
from orchestrator.commands.desk import Desk
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.intake.remembered import Remembered
    from orchestrator.shift import Shift, Tally

# The scheduler makes a backup when the newest is older; after one that failed it waits a little.
_EVERY = timedelta(hours=6)
_AGAIN = timedelta(minutes=15)


def remember_endings(desk: Desk) -> None:
    """What was just decided is known beside the backups, too: no older database brings it back.

    It holds in any case; a place that could not be told is only named.
    """
    from orchestrator.backup import keyring
    from orchestrator.backup.places import places_of

    left = keyring.remember(desk.store, places_of(desk.settings))
    if left:
        desk.warn(
            _(
                "Not remembered beside the backups, so that an older one could undo it: {places}."
                " Once that is put right: tueroeffner backup create"
            ).format(places="; ".join(f"{each.url}: {each.why}" for each in left))
        )


def remembered(desk: Desk) -> "Remembered":
    """What the keyrings of all places that are here know of those who left."""
    from orchestrator.backup import keyring
    from orchestrator.backup.places import places_of
    from orchestrator.backup.remembered import remembered
    from orchestrator.intake.remembered import NOTHING
    from orchestrator.model import Campaign

    with desk.looking() as (session, campaign_id):
        campaign = session.get(Campaign, campaign_id)
        if campaign is None:
            return NOTHING
        rings = keyring.found(places_of(desk.settings))
        return remembered(campaign, rings, desk.now, desk.actor)


def keep(desk: Desk, shift: "Shift", tally: "Tally") -> bool:
    """Back up after a pass; whatever goes wrong is a finding, and the pass's result stands."""
    from orchestrator.backup.checks import holds_tandems, how_to_restore, lost
    from orchestrator.backup.create import create
    from orchestrator.backup.places import places_of

    settings = shift.settings
    places, slug = places_of(settings), settings.campaign.slug
    with shift.store.reading() as session:
        empty = not holds_tandems(session, shift.campaign_id)
        newest = lost(session, shift.campaign_id, settings)
    if newest:
        # An empty backup would head the list and be the one that is restored.
        what = _("The database holds no tandem, but there are backups: was it lost?")
        tally.alarm(f"{what} {how_to_restore(newest)}")
        return False
    if empty:
        return True
    try:
        made = create(shift.store, slug, places, shift.clock, shift.machine)
    except Exception as error:  # noqa: BLE001 - posts went out: that must be told in any case
        why = explained(error, desk.verbose).what
        tally.findings.append(_("no backup was made: {why}").format(why=why))
        return False
    tally.findings += made.wrong
    return made.ok


class Rhythm:
    """When the scheduler makes a backup, by real time."""

    def __init__(self, shift: "Shift") -> None:
        from orchestrator.backup.places import places_of

        self._shift, self._places = shift, places_of(shift.settings)
        self._tried: datetime | None = None

    def beats(self) -> bool:
        """Tell whether it is time; a yes counts as a try."""
        from orchestrator.backup.places import newest_at

        now, newest = self._shift.machine.now(), newest_at(self._places)
        if newest and timedelta() <= now - newest < _EVERY:
            return False
        if self._tried and now - self._tried < _AGAIN:
            return False
        self._tried = now
        return True
