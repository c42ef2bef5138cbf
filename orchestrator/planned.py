"""What a plan came to: as it is told to people, and to scripts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audiences.meetings import NOBODY, Meetings
from orchestrator.money import Line
from orchestrator.policy import Finding
from orchestrator.policy.finding import BLOCK


@dataclass(frozen=True)
class Skipped:
    """A tandem that gets fewer posts on a network than it could, and why."""

    tandem: str
    network: str
    reason: str


@dataclass(frozen=True)
class Minded:
    """What a rule found about a tandem's posts on a network: a block, or something to know.

    Without both, it is of the whole campaign.
    """

    tandem: str | None
    network: str | None
    finding: Finding

    def document(self) -> dict[str, object]:
        """As scripts read it."""
        return {"tandem": self.tandem, "network": self.network} | self.finding.document()


@dataclass
class PlanReport:
    """What planning did."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    without_media: list[Skipped] = field(default_factory=list)
    policy: list[Minded] = field(default_factory=list)
    campaign: list[Finding] = field(default_factory=list)
    cost: dict[str, float] = field(default_factory=dict)
    expected: dict[str, list[Line]] = field(default_factory=dict)
    for_links: float = 0.0
    cap: float | None = None
    same_day_overlap: int = 0
    frequency: Meetings = NOBODY
    unreachable: dict[str, str] = field(default_factory=dict)

    @property
    def blocked(self) -> bool:
        """Whether a rule stops something, so that a person has to act."""
        return any(each.finding.level == BLOCK for each in self.policy)

    def _minded(self) -> list[Minded]:
        """What is so of one tandem, and what of the whole campaign."""
        return [*self.policy, *(Minded(None, None, each) for each in self.campaign)]

    def document(self) -> dict[str, object]:
        """The JSON document of the contract."""
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": [vars(each) for each in self.skipped],
            "without_media": [vars(each) for each in self.without_media],
            "policy": [each.document() for each in self._minded()],
            "cost": {
                "currency": "USD",
                "estimate": round(sum(self.cost.values()), 4),
                "cap": self.cap,
                "by_network": {name: round(cost, 4) for name, cost in self.cost.items()},
                "by_kind": {
                    name: [each.document() for each in lines]
                    for name, lines in self.expected.items()
                },
                "for_links": round(self.for_links, 4),
            },
            "same_day_overlap_people": self.same_day_overlap,
            "frequency": {
                "per_day": _by_appeals(self.frequency.per_day),
                "per_week": _by_appeals(self.frequency.per_week),
                "over_limit_people": self.frequency.beyond,
            },
            "unreachable": self.unreachable,
        }


def _by_appeals(people: Mapping[int, int]) -> list[dict[str, int]]:
    return [{"appeals": appeals, "people": count} for appeals, count in people.items()]
