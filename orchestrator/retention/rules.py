"""What is kept until when: one rule per kind, counted in days after the campaign's end.

What came after the end is kept for as many days from its own day on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from orchestrator.i18n import _
from orchestrator.settings import Campaign, Retention
from orchestrator.vocabulary import Label
from schedules.calendar import localise

_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What has a time of its own; scripts read these words, and the settings have them."""

    COMMENTS = "comments"
    TIPS = "tips"
    OFFERS = "offers"
    ABUSE = "abuse"
    CONTACTS = "contacts"


LABELS = {
    Kind.COMMENTS: (Label.QUESTION, Label.ENCOURAGEMENT, Label.OTHER),
    Kind.TIPS: (Label.TIP,),
    Kind.OFFERS: (Label.JOB_OFFER,),
    Kind.ABUSE: (Label.ABUSE, Label.SPAM),
}


@dataclass(frozen=True)
class Rule:
    """A kind, the number of days, and ``until``: the last day on which it is kept."""

    kind: Kind
    days: int
    until: date

    def is_over(self, today: date) -> bool:
        """Whether anything of this kind can be due."""
        return self.until < today

    def came_before(self, today: date, zone: ZoneInfo) -> datetime:
        """What came before this moment has been kept for long enough."""
        return localise(today - self.days * _DAY, time(), zone)

    def last_day_of(self, came: date) -> date:
        """The last day on which is kept what came on that day."""
        return max(self.until, came + self.days * _DAY)


def rules(campaign: Campaign, retention: Retention) -> list[Rule]:
    """Every rule; tandems' contacts are kept while a post of theirs may still be seen."""
    found = []
    for kind in Kind:
        days = int(getattr(retention, kind))
        until = campaign.end + days * _DAY
        if kind is Kind.CONTACTS:
            until = max(until, campaign.last_day)
        found.append(Rule(kind, days, until))
    return found


def kind_word(kind: Kind) -> str:
    """The kind in words."""
    words: dict[Kind, Callable[[], str]] = {
        Kind.COMMENTS: lambda: _("questions, encouragement and other"),
        Kind.TIPS: lambda: _("tips"),
        Kind.OFFERS: lambda: _("job offers, with their follow-up"),
        Kind.ABUSE: lambda: _("abuse and spam"),
        Kind.CONTACTS: lambda: _("names and contacts of the tandems' people"),
    }
    return words[kind]()
