"""What the ad account tells: itself, its lists, single objects, and figures by the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orchestrator.sandbox import graph_paging
from orchestrator.sandbox.graph_adverts_store import (
    FEEDBACK,
    ISSUES,
    WOMEN,
    Account,
    Ad,
    AdSet,
    Campaign,
    Creative,
    Thing,
)
from orchestrator.sandbox.graph_call import Call
from orchestrator.sandbox.graph_errors import bad_parameter
from orchestrator.sandbox.graph_fields import project, read_fields
from orchestrator.sandbox.graph_knobs import Knobs
from orchestrator.sandbox.graph_posts import graph_time
from orchestrator.sandbox.graph_table import read, table
from orchestrator.sandbox.graph_tokens import AD_ACCOUNT

Body = dict[str, object]
EDGES: dict[str, tuple[str, type[Thing]]] = {
    "campaigns": ("Campaign", Campaign),
    "adsets": ("AdSet", AdSet),
    "adcreatives": ("AdCreative", Creative),
    "ads": ("Ad", Ad),
}
NODES: dict[type[Thing], str] = {kind: node for node, kind in EDGES.values()}
STATUS = {"active": 1, "disabled": 2, "unsettled": 3, "no_money": 1, "capped": 1}
# The account's own limit of all that it ever spends; 0: none.
_SPEND_CAP = 5000
_PARTS = ("male", "female")


@dataclass(frozen=True)
class Telling:
    """Answers reads at one moment."""

    account: Account
    knobs: Knobs
    now: datetime

    def itself(self, call: Call, known: dict[str, str]) -> Body:
        """The ad account."""
        read(call.params, known)
        asks = read_fields(call.params.get("fields", "account_id,id"), "AdAccount")
        return project(self._account(), asks)

    def _account(self) -> Body:
        state = self.knobs.ad_account
        spent = sum(each.figures()["spend"] for each in self.account.ads)
        return {
            "id": f"act_{AD_ACCOUNT}",
            "account_id": AD_ACCOUNT,
            "name": "Türöffner Anzeigen",
            "currency": self.knobs.ad_currency,
            "account_status": STATUS[state],
            "disable_reason": 1 if state == "disabled" else 0,
            "funding_source": None if state == "no_money" else "4830019284",
            "spend_cap": str(_SPEND_CAP if state == "capped" else 0),
            "amount_spent": str(max(spent, _SPEND_CAP) if state == "capped" else spent),
        }

    def listed(self, call: Call, edge: str, known: dict[str, str], under: Thing | None) -> Body:
        """A list of the account, or of what hangs on ``under``."""
        values = read(call.params, known, table()["lists"])
        node, kind = EDGES[edge]
        asks = read_fields(call.params.get("fields", "id"), node)
        found = [each for each in self.account.things.values() if isinstance(each, kind)]
        found = [each for each in found if under is None or under in _above(each)]
        shown, paging = graph_paging.cut(found[::-1], lambda each: (0, -each.number), values, call)
        return {"data": [project(self.node(each), asks) for each in shown], **paging}

    def one(self, call: Call, thing: Thing, known: dict[str, str]) -> Body:
        """A single object."""
        read(call.params, known)
        asks = read_fields(call.params.get("fields", "id"), NODES[type(thing)])
        return project(self.node(thing), asks)

    def node(self, thing: Thing) -> Body:
        """Its fields."""
        common: Body = {
            "id": str(thing.number),
            "account_id": AD_ACCOUNT,
            "name": thing.values.get("name"),
            "status": thing.status,
            "created_time": graph_time(thing.created),
        }
        if isinstance(thing, Creative):
            story = {"object_story_id": thing.story, "effective_object_story_id": thing.story}
            return {k: v for k, v in common.items() if k != "created_time"} | story
        return common | {"configured_status": thing.status} | self._own(thing)

    def _own(self, thing: Thing) -> Body:
        if isinstance(thing, Campaign):
            told = ("objective", "special_ad_categories", "special_ad_category_country")
            return {"effective_status": thing.status} | _told(thing, told)
        if isinstance(thing, AdSet):
            paused = thing.campaign.status != "ACTIVE" and thing.status == "ACTIVE"
            return {
                "effective_status": "CAMPAIGN_PAUSED" if paused else thing.status,
                "campaign_id": str(thing.campaign.number),
                "campaign": self.node(thing.campaign),
                "lifetime_budget": str(thing.budget),
                "end_time": graph_time(thing.ends),
                "targeting": _as_told(thing.values.get("targeting")),
                **_told(thing, ("dsa_beneficiary", "dsa_payor", "optimization_goal")),
            }
        assert isinstance(thing, Ad)
        state = thing.effective(self.now, self.knobs.ad_review)
        return {
            "effective_status": state,
            "ad_review_feedback": FEEDBACK if state == "DISAPPROVED" else None,
            "issues_info": ISSUES if state == "WITH_ISSUES" else None,
            "adset_id": str(thing.adset.number),
            "campaign_id": str(thing.adset.campaign.number),
            "adset": self.node(thing.adset),
            "campaign": self.node(thing.adset.campaign),
            "creative": {"id": str(thing.creative.number)},
        }

    def insights(self, call: Call, thing: Thing, known: dict[str, str]) -> Body:
        """Figures of an advert or an ad set; an empty list where nothing was shown yet."""
        values = read(call.params, known, table()["lists"])
        asks = read_fields(call.params.get("fields", "impressions,spend"), "AdsInsights")
        breakdowns = values.get("breakdowns", [])
        if breakdowns not in ([], ["gender"]):
            raise bad_parameter("This breakdown is not played here.")
        ads = [each for each in self.account.ads if thing in (each, each.adset)]
        figures = _sum([each.figures() for each in ads])
        if not figures.get("impressions") or not _covers(values):
            return {"data": []}
        rows = _by_gender(figures) if breakdowns else [(figures, {})]
        fields = [project(_told_figures(part, self.now) | more, asks) | more for part, more in rows]
        return {"data": [_dated(row, self.now) for row in fields]}


def _covers(values: dict[str, object]) -> bool:
    """Whether the time asked for is all of it; what is shorter is not played, and tells nothing."""
    return values.get("date_preset", "last_30d") in ("maximum", "last_30d", "data_maximum")


def _above(thing: Thing) -> Sequence[Thing]:
    if isinstance(thing, AdSet):
        return (thing.campaign,)
    if isinstance(thing, Ad):
        return (thing.adset, thing.adset.campaign)
    return ()


def _told(thing: Thing, names: Sequence[str]) -> Body:
    return {name: thing.values.get(name) for name in names}


def _as_told(targeting: object) -> object:
    """The platform adds to an audience how it takes a place, and where that is."""
    if not isinstance(targeting, dict):
        return targeting
    places = dict(targeting.get("geo_locations", {}))
    if pins := places.get("custom_locations"):
        places["custom_locations"] = [{"name": "Umkreis", "country": "DE"} | pin for pin in pins]
    told = {"geo_locations": places | {"location_types": ["home", "recent"]}}
    return dict(reversed((targeting | told).items()))


def _sum(parts: Sequence[dict[str, int]]) -> dict[str, int]:
    return {name: sum(part[name] for part in parts) for part in parts[:1] for name in part}


def _by_gender(figures: dict[str, int]) -> list[tuple[dict[str, int], Body]]:
    women = {name: int(value * WOMEN) for name, value in figures.items()}
    men = {name: value - women[name] for name, value in figures.items()}
    return [(part, {"gender": gender}) for gender, part in zip(_PARTS, (men, women), strict=True)]


def _told_figures(figures: dict[str, int], now: datetime) -> Body:
    """The platform tells figures as texts, and money in whole units."""
    told: Body = {name: str(value) for name, value in figures.items()}
    return told | {"spend": f"{figures['spend'] / 100:.2f}", "date_stop": now.date().isoformat()}


def _dated(row: Body, now: datetime) -> Body:
    return row | {"date_start": now.date().isoformat(), "date_stop": now.date().isoformat()}
