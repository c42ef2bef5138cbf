"""Whose data are asked for, and what is needed to put them together."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from orchestrator.consent.purposes import Who
from orchestrator.keys import CampaignKey
from orchestrator.model import Tandem
from orchestrator.posts import local


@dataclass(frozen=True)
class Wish:
    """``who``: one of the two; None: both."""

    session: Session
    key: CampaignKey
    tandem: Tandem
    who: Who | None
    zone: ZoneInfo

    @property
    def persons(self) -> dict[Who, int]:
        """The persons asked for, by their part."""
        both = {Who.REFUGEE: self.tandem.refugee_id, Who.VOLUNTEER: self.tandem.volunteer_id}
        return {part: number for part, number in both.items() if self.who in (None, part)}

    @property
    def of_refugee(self) -> bool:
        """Whether what is public of a tandem belongs to it: a volunteer is in no post."""
        return Who.REFUGEE in self.persons

    def at(self, time: datetime | None) -> datetime | None:
        """A time on the campaign's wall."""
        return local(time, self.zone.key)
