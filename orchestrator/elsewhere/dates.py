"""Our clock against that of a network's server: a wrong one sends at a wrong hour, or in vain."""

from datetime import datetime, timedelta
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from orchestrator.formats import moment
from orchestrator.i18n import _
from orchestrator.networks.wire.answer import dated
from orchestrator.shift import Shift, Tally
from schedules.clock import SystemClock

MAY_DIFFER = timedelta(minutes=5)
_HOLDS = timedelta(hours=1)


def reason(shift: Shift, tally: Tally, network: str) -> str | None:
    """Why nothing may be sent there; asked once an hour, and again while it is wrong.

    A borrowed time is not compared, and a server that does not say its time stops nothing.
    """
    if not isinstance(shift.clock, SystemClock) or _agreed(shift, network):
        return None
    try:
        theirs = server_time(shift.settings.networks[network].api_base)
    except OSError:
        return None
    ours = shift.machine.now()
    if abs(theirs - ours) <= MAY_DIFFER:
        shift.world.dated[network] = ours
        shift.world.told.discard(network)
        return None
    return _told(shift, tally, network, ours, theirs)


def _agreed(shift: Shift, network: str) -> bool:
    asked = shift.world.dated.get(network)
    return asked is not None and timedelta(0) <= shift.machine.now() - asked < _HOLDS


def _told(shift: Shift, tally: Tally, network: str, ours: datetime, theirs: datetime) -> str:
    zone = shift.settings.campaign.zone
    why = _(
        "The clock of this computer says {ours}, that of {network} says {theirs}: nothing is sent"
        " there. Let this computer set its clock by itself."
    ).format(
        network=network,
        ours=moment(ours.astimezone(zone)),
        theirs=moment(theirs.astimezone(zone)),
    )
    if network not in shift.world.told:
        shift.world.told.add(network)
        tally.alarm(why)
    return why


def server_time(address: str) -> datetime:
    """The time in the ``Date`` header of the server at ``address``; raises ``OSError``."""
    try:
        with urlopen(Request(address, method="HEAD"), timeout=5) as answer:
            date = answer.headers.get("Date")
    except HTTPError as error:
        date = error.headers.get("Date")  # a refusal is dated as well
        error.close()
    except URLError as error:
        raise OSError(str(error.reason)) from error
    except HTTPException as error:
        raise OSError(repr(error)) from error
    told = dated({"date": date or ""})
    if told is None:
        raise OSError("no date in the answer")
    return told
