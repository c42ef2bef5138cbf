"""How many of our followers live around each tandem, where a network can aim at all."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from audiences import followers
from audiences.gazetteer import Gazetteer
from orchestrator import official
from orchestrator.capabilities import account_of
from orchestrator.circle import (
    Circle,
    Outline,
    addressed,
    circle_of,
    in_whole_state,
    outline,
    state_of,
)
from orchestrator.config import Settings
from orchestrator.model import Tandem


@dataclass(frozen=True)
class Reached:
    """Counts followers; equal circles are drawn once. ``known``: of each network, as it told."""

    settings: Settings
    atlas: Gazetteer
    known: Mapping[str, int]
    drawn: dict[Outline, Circle]

    def followers(self, tandem: Tandem, network: str) -> int | None:
        """How many live where they are to see it, by where all people live; None: unknown."""
        if network not in self.known:
            return None
        shape = outline(tandem)
        if shape not in self.drawn:
            self.drawn[shape] = circle_of(tandem, self.settings.audience, self.atlas)
        circle, region = self.drawn[shape], self.settings.audience.followers_region
        whole = in_whole_state(tandem, self.settings.networks[network])
        inside = addressed(circle, state_of(circle, self.atlas) if whole else None)
        return followers.reachable(self.known[network], inside, region, self.atlas)


def reached(session: Session, campaign_id: int, settings: Settings) -> Reached:
    """Read what the networks told of our followers, and the table of places."""
    rows = {
        name: account_of(session, campaign_id, name, options.account)
        for name, options in settings.networks.items()
    }
    known = {name: row.followers for name, row in rows.items() if row and row.followers is not None}
    return Reached(settings, official.gazetteer(session), known, {})
