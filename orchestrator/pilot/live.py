"""Whether the app is in its Live mode: no call tells, so a person is asked, and it is recorded.

What an app in development mode posts is seen by its own people only: by the manager, by our token
when it reads back, and by nobody else.
"""

from datetime import datetime

from sqlmodel import Session

from orchestrator import capabilities, journal
from orchestrator.formats import day
from orchestrator.i18n import _
from orchestrator.inbox.words import source_word
from orchestrator.model import Capability
from orchestrator.pilot.accounts import account_row
from orchestrator.shift import Shift


def record(shift: Shift, network: str, live: bool) -> None:
    """Keep what somebody said, with who and when."""
    with shift.store.session() as session:
        account = account_row(session, shift, network)
        told = {"live": live, "by": shift.actor}
        capabilities.note(session, account.id, capabilities.LIVE_MODE, told, "asked", shift.now)
        journal.record(
            session, shift.campaign_id, shift.now, shift.actor, "live mode", network, live=live
        )


def answer(session: Session, campaign_id: int, network: str, remote_id: str) -> Capability | None:
    """What was last said of the app behind a page."""
    account = capabilities.account_of(session, campaign_id, network, remote_id)
    if account is None:
        return None
    return capabilities.known(session, account.id).get(capabilities.LIVE_MODE)


def said(found: Capability | None) -> str:
    """Who said what, and when."""
    if found is None:
        return _("Nobody has said yet whether the app is in Live mode.")
    on: datetime = found.known_at
    words = (
        _("{name} said on {day} that the app is in Live mode.")
        if found.value["live"]
        else _("{name} said on {day} that the app is not in Live mode.")
    )
    return words.format(name=found.value["by"], day=day(on.date()))


def nobody_saw(network: str) -> str:
    """What is said of a pilot whose posts read back well and reached nobody at all."""
    return _(
        "Nobody saw the pilot's posts on {network}: the app is probably in development mode, where"
        " only its own people see what it posts."
    ).format(network=source_word(network, ""))


def way_to_live() -> str:
    """Where the mode is seen and changed."""
    return _(
        "Open your app on developers.facebook.com, look at “App Mode” above, and switch it to Live;"
        " then `tueroeffner doctor --live-mode yes`."
    )
