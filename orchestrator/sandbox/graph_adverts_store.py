"""The adverts of an ad account: campaigns, ad sets, creatives and ads, and how each stands."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orchestrator.sandbox.graph_posts import graph_time

FIRST_NUMBER = 120_210_000_000_000_001
# How long the platform looks at an advert; ours, no figure of the platform.
REVIEW = timedelta(minutes=30)
# What a thousand displays cost, in cents, and how often one person meets an advert; ours, too.
CENTS_PER_THOUSAND, FREQUENCY = 450, 1.8
WOMEN = 0.52
FEEDBACK = {
    "global": {
        "Ads about social issues, elections or politics": "Your ad may be about a social issue."
        " Such ads cannot run in the EU."
    }
}

ISSUES = [
    {
        "level": "AD",
        "error_code": 2446149,
        "error_summary": "Ad Set Without Delivery",
        "error_message": "Your page has to confirm who pays for its ads.",
        "error_type": "HARD_ERROR",
    }
]
# The last is a word that the published interface does not have.
REFUSING = {
    "disapproved": "DISAPPROVED",
    "issues": "WITH_ISSUES",
    "unheard_of": "UNDER_OBSERVATION",
}


@dataclass
class Campaign:
    """What the ad sets of an advertiser hang on."""

    number: int
    created: datetime
    values: dict[str, object]
    status: str

    @property
    def categories(self) -> list[str]:
        """The special ad categories that it declares."""
        given = self.values.get("special_ad_categories", [])
        return [str(each) for each in given if each != "NONE"] if isinstance(given, list) else []


@dataclass
class AdSet:
    """Whom adverts reach, for how much money, until when."""

    number: int
    created: datetime
    values: dict[str, object]
    status: str
    campaign: Campaign
    ends: datetime
    budget: int


@dataclass
class Creative:
    """What an advert shows."""

    number: int
    created: datetime
    values: dict[str, object]
    story: str
    status: str = "ACTIVE"


@dataclass
class Ad:
    """One advert; ``spent``: in cents, until ``counted``."""

    number: int
    created: datetime
    values: dict[str, object]
    status: str
    adset: AdSet
    creative: Creative
    counted: datetime
    spent: float = 0.0
    verdict: str = ""

    def reviewed(self, now: datetime, mood: str) -> str:
        """What the review came to; empty while it lasts. Once it spoke, that stays."""
        if not self.verdict and mood != "pending" and now >= self.created + REVIEW:
            self.verdict = mood
        return self.verdict

    def effective(self, now: datetime, mood: str) -> str:
        """Whether it runs, and if not, why."""
        verdict = self.reviewed(now, mood)
        if verdict in REFUSING:
            return REFUSING[verdict]
        if not verdict:
            return "PENDING_REVIEW"
        if self.status != "ACTIVE":
            return self.status
        if self.adset.status != "ACTIVE":
            return "ADSET_PAUSED"
        return "ACTIVE" if self.adset.campaign.status == "ACTIVE" else "CAMPAIGN_PAUSED"

    def spend(self, now: datetime, mood: str) -> None:
        """Let money go until now: evenly over the time that is left."""
        until = min(now, self.adset.ends)
        begin = max(self.counted, self.created + REVIEW)
        span = (self.adset.ends - begin).total_seconds()
        if self.effective(now, mood) == "ACTIVE" and until > begin and span > 0:
            left = self.adset.budget - self.spent
            self.spent += left * (until - begin).total_seconds() / span
        self.counted = max(now, self.counted)

    def figures(self) -> dict[str, int]:
        """Cents, displays, people and clicks so far."""
        shown = int(self.spent / CENTS_PER_THOUSAND * 1000)
        reach = int(shown / FREQUENCY)
        return {
            "spend": int(self.spent),
            "impressions": shown,
            "reach": reach,
            "clicks": shown // 90,
        }

    def record(self, now: datetime, mood: str) -> dict[str, object]:
        """The advert as the sandbox's ledger shows it."""
        return {
            "kind": "advert",
            "id": str(self.number),
            "name": self.values.get("name"),
            "adset": str(self.adset.number),
            "adset_name": self.adset.values.get("name"),
            "campaign": str(self.adset.campaign.number),
            "post": self.creative.story,
            "state": self.effective(now, mood).lower(),
            "on": {self.status, self.adset.status, self.adset.campaign.status} == {"ACTIVE"},
            "budget": self.adset.budget,
            "ends": self.adset.ends.isoformat(),
            "targeting": self.adset.values.get("targeting"),
            "created_time": graph_time(self.created),
            **self.figures(),
        }


Thing = Campaign | AdSet | Creative | Ad


@dataclass
class Account:
    """All that hangs on the ad account, in the order in which it was made."""

    things: dict[str, Thing] = field(default_factory=dict)

    def next_number(self) -> int:
        """The number of what is made next."""
        return FIRST_NUMBER + len(self.things)

    def add(self, thing: Thing) -> Thing:
        """Keep something new."""
        self.things[str(thing.number)] = thing
        return thing

    def campaign(self, number: object) -> Campaign | None:
        """A campaign by its number."""
        found = self.things.get(str(number))
        return found if isinstance(found, Campaign) else None

    def adset(self, number: object) -> AdSet | None:
        """An ad set by its number."""
        found = self.things.get(str(number))
        return found if isinstance(found, AdSet) else None

    def creative(self, number: object) -> Creative | None:
        """A creative by its number."""
        found = self.things.get(str(number))
        return found if isinstance(found, Creative) else None

    @property
    def ads(self) -> list[Ad]:
        """All ads."""
        return [each for each in self.things.values() if isinstance(each, Ad)]

    def settle(self, now: datetime, mood: str) -> None:
        """Let all that runs spend until now."""
        for each in self.ads:
            each.spend(now, mood)
