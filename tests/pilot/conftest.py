"""A page on which a pilot is tried, and the campaign around it; on SQLite, or ``on_both``."""

from datetime import timedelta

import pytest
from sqlmodel import select

from orchestrator.model import Pilot
from orchestrator.pilot.passing import attend_pilots
from orchestrator.pilot.posts import Trial, trials
from orchestrator.pilot.sending import begin, send
from orchestrator.ports import Trouble
from orchestrator.shift import Shift, Tally
from tests.publishing.conftest import TARGETING, Campaign, campaign

__all__ = ["campaign"]

PLANNED = [
    Trial("gated", "Guten Tag von unserer Seite!", "de", "Freiburg", TARGETING),
    Trial("open", "Ein Gruß in die Runde.", "de"),
]
DAY = timedelta(hours=24, minutes=1)


class Page:
    """Whoever types ``doctor --pilot``, and the passes after that."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.network = campaign.facebook
        self.told: list[str] = []

    def shift(self) -> Shift:
        return self.campaign.shift()

    def type(self, shift: Shift | None = None) -> None:
        """The command: begin or go on, send what was not sent, look."""
        shift = shift or self.shift()
        send(shift, "facebook", begin(shift, "facebook", PLANNED))
        self.look(shift)

    def try_it(self, shift: Shift | None = None) -> Trouble | None:
        """The same, where the network may refuse."""
        try:
            self.type(shift)
        except Trouble as trouble:
            return trouble
        return None

    def look(self, shift: Shift | None = None) -> Tally:
        """The step of one pass."""
        tally = Tally()
        attend_pilots(shift or self.shift(), tally)
        self.told += tally.findings
        return tally

    def wait(self, span: timedelta) -> None:
        self.campaign.clock.advance(span)
        self.campaign.machine.advance(span)

    def pilot(self) -> Pilot:
        with self.campaign.store.reading() as session:
            return session.exec(select(Pilot)).one()

    def posts(self) -> dict[str, Trial]:
        return {each.kind: each for each in trials(self.pilot())}

    def sent(self) -> list[str]:
        """Every text that the network took, in order."""
        return [draft.text for draft in self.network.drafts]

    def live(self) -> list[str]:
        return [text for _number, text, _targeting in self.network.live]


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh, migrated database; of SQLite, where a test is not ``on_both``."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


@pytest.fixture
def page(campaign: Campaign) -> Page:
    """A page whose posts are seen by many: the limited one by fewer."""
    campaign.facebook.figures = {"facebook-1": {"viewers": 12}, "facebook-2": {"viewers": 180}}
    return Page(campaign)
