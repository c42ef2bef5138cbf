"""The last days on which the campaign's data are kept, as they follow from its end."""

from dataclasses import dataclass
from datetime import date, timedelta

from orchestrator.config import Settings


@dataclass(frozen=True)
class Deadlines:
    """The last day of each kind."""

    end: date
    comments: date
    tips: date
    offers: date
    contacts: date
    abuse: date

    def days(self, kind: str) -> int:
        """How many days after the campaign's end that is."""
        last: date = getattr(self, kind)
        return (last - self.end).days

    @property
    def latest(self) -> date:
        """When nothing of a person is kept any longer, but what is evidence."""
        return max(self.comments, self.tips, self.offers, self.contacts, self.abuse)


def deadlines(settings: Settings) -> Deadlines:
    """The days that the configuration gives."""
    end = settings.campaign.end
    d = lambda n: end + timedelta(days=n)
    return Deadlines(
        end=end, comments=d(30), tips=d(90), offers=d(182), contacts=d(212), abuse=d(30)
    )
