"""Whether this computer knows what day it is: what was let go of too early never comes back."""

from contextlib import suppress
from datetime import datetime, timedelta

from orchestrator.config import Settings
from orchestrator.elsewhere.dates import server_time
from orchestrator.errors import PersonNeeded
from orchestrator.formats import moment
from orchestrator.i18n import _

_MAY_DIFFER = timedelta(hours=1)


def refuse_ahead(settings: Settings, ours: datetime) -> None:
    """Refuse a clock that is ahead of that of a network; one that does not answer proves nothing.

    ``ours`` is real time. One that is late lets go of nothing too early.
    """
    for name in settings.on():
        with suppress(OSError):
            theirs = server_time(settings.networks[name].api_base)
            if ours - theirs > _MAY_DIFFER:
                raise _ahead(settings, name, ours, theirs)


def _ahead(settings: Settings, network: str, ours: datetime, theirs: datetime) -> PersonNeeded:
    zone = settings.campaign.zone
    return PersonNeeded(
        _("The clock of this computer says {ours}, that of {network} says {theirs}.").format(
            ours=moment(ours.astimezone(zone)),
            network=network,
            theirs=moment(theirs.astimezone(zone)),
        ),
        remedy=_("Let this computer set its clock by itself; nothing was let go of."),
    )
