"""Making an advert, step by step: what the platform asks for, and what it refuses."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from orchestrator.sandbox.graph_adverts import audience
from orchestrator.sandbox.graph_adverts_store import (
    Account,
    Ad,
    AdSet,
    Campaign,
    Creative,
    Thing,
)
from orchestrator.sandbox.graph_cities import Atlas
from orchestrator.sandbox.graph_errors import GraphError, bad_parameter
from orchestrator.sandbox.graph_knobs import Knobs
from orchestrator.sandbox.graph_posts import Post
from orchestrator.sandbox.graph_table import Values, table

Spec = Mapping[str, object]
# The least that an ad set may cost in a day, and the shortest that it may run; cents, ours.
LEAST_A_DAY = 100
SHORTEST = timedelta(hours=24)
_MILE_KM = 1.609344
_NO_LOCATION, _TWO_BUDGETS, _CATEGORY = 1885364, 1885621, 2909034


@dataclass(frozen=True)
class Making:
    """Makes what one call asks for, or only checks it."""

    account: Account
    knobs: Knobs
    now: datetime
    atlas: Callable[[], Atlas]
    post: Callable[[str], Post | None]

    def make(self, edge: str, values: Values) -> dict[str, object]:
        """The answer to a POST on the ad account; raises GraphError."""
        self._may_write()
        steps = {
            "campaigns": self._campaign,
            "adsets": self._adset,
            "adcreatives": self._creative,
            "ads": self._ad,
        }
        thing = steps[edge](values)
        if "validate_only" in cast("list[str]", values.get("execution_options", [])):
            return {"success": True}
        self.account.add(thing)
        return {"id": str(thing.number)}

    def _campaign(self, values: Values) -> Thing:
        _required(values, "name", "objective", "special_ad_categories")
        if values["objective"] not in table()["adverts"]["objectives"]:
            raise bad_parameter(f"Objective {values['objective']} is not valid for new campaigns.")
        campaign = Campaign(self.account.next_number(), self.now, dict(values), _status(values))
        if campaign.categories and not values.get("special_ad_category_country"):
            raise _conflict("special_ad_category_country is required with a special ad category.")
        countries = cast("list[str]", values.get("special_ad_category_country", []))
        if "ISSUES_ELECTIONS_POLITICS" in campaign.categories and _in_eu(countries):
            raise _words("Not Available", "Ads about social issues cannot run in the EU.")
        shared = values.get("is_adset_budget_sharing_enabled")
        if not _budgets(values) and shared is None:
            raise bad_parameter(
                "Must specify True or False in is_adset_budget_sharing_enabled field if you are not"
                " using campaign budget."
            )
        return campaign

    def _adset(self, values: Values) -> Thing:
        _required(values, "name", "campaign_id", "billing_event", "optimization_goal")
        campaign = self.account.campaign(values["campaign_id"])
        if campaign is None:
            raise bad_parameter("campaign_id is no campaign of this ad account.")
        if _budgets(campaign.values) and _budgets(values):
            raise GraphError(
                100,
                "Invalid parameter",
                subcode=_TWO_BUDGETS,
                says=("Two Budgets", "A budget can be set on the campaign or on its ad sets."),
            )
        ends, budget = self._money(values)
        self._whom(values, campaign.categories)
        return AdSet(
            self.account.next_number(),
            self.now,
            dict(values),
            _status(values),
            campaign,
            ends,
            budget,
        )

    def _money(self, values: Values) -> tuple[datetime, int]:
        budgets = _budgets(values)
        if len(budgets) != 1:
            raise bad_parameter("One of lifetime_budget and daily_budget is required.")
        ends = values.get("end_time")
        if budgets == ["daily_budget"]:
            raise bad_parameter("A daily_budget is not played here; use a lifetime_budget.")
        if not isinstance(ends, datetime):
            raise bad_parameter("end_time is required with a lifetime_budget.")
        if ends < self.now + SHORTEST:
            raise _words("Too Short", "An ad set must run for at least 24 hours.")
        budget = cast(int, values["lifetime_budget"])
        days = -(-(ends - self.now) // timedelta(days=1))
        if budget < LEAST_A_DAY * days:
            least = f"{LEAST_A_DAY * days / 100:.2f} EUR"
            raise _words("Your Budget Is Too Low", f"The least for this schedule is {least}.")
        return ends, budget

    def _whom(self, values: Values, categories: Collection[str]) -> None:
        spec = values.get("targeting")
        geo = cast(Spec, spec).get("geo_locations") if isinstance(spec, dict) else None
        if not isinstance(geo, dict) or not any(v for k, v in geo.items() if k != "location_types"):
            raise GraphError(
                100,
                "Invalid parameter",
                subcode=_NO_LOCATION,
                says=("No Location", "Choose at least one location for your audience."),
            )
        towns = audience(spec, self.atlas())
        if set(categories) & set(table()["adverts"]["restricted"]):
            _restricted(cast(Spec, spec), geo)
        countries = {town.region.country for town in towns} | set(geo.get("countries", []))
        if _in_eu(countries):
            for name in ("dsa_beneficiary", "dsa_payor"):
                if not str(values.get(name, "")).strip():
                    raise _words("Beneficiary and Payer", f"{name} is required for ads in the EU.")

    def _creative(self, values: Values) -> Thing:
        story = str(values.get("object_story_id", ""))
        if not story:
            raise bad_parameter("object_story_id is required here.")
        post = self.post(story)
        if post is None or not post.published or not self.knobs.promotable:
            raise _words("Post Not Eligible", "This post cannot be promoted.")
        return Creative(self.account.next_number(), self.now, dict(values), story)

    def _ad(self, values: Values) -> Thing:
        _required(values, "name", "adset_id", "creative")
        adset = self.account.adset(values["adset_id"])
        if adset is None:
            raise bad_parameter("adset_id is no ad set of this ad account.")
        given = values["creative"]
        number = given.get("creative_id") if isinstance(given, dict) else given
        creative = self.account.creative(number)
        if creative is None:
            raise bad_parameter("creative_id is no creative of this ad account.")
        self.may_pay(_status(values))
        return Ad(
            self.account.next_number(),
            self.now,
            dict(values),
            _status(values),
            adset,
            creative,
            self.now,
        )

    def _may_write(self) -> None:
        if self.knobs.ad_account == "disabled":
            raise _words("Ad Account Disabled", "This ad account was disabled for its policies.")

    def may_pay(self, status: str) -> None:
        """Refuse to let something run that nobody pays for; what stops may always stop."""
        if status == "ACTIVE":
            self._may_write()
        if status == "ACTIVE" and self.knobs.ad_account in ("no_money", "unsettled"):
            raise _words("No Payment Method", "Add a payment method to this ad account first.")


def _restricted(spec: Spec, geo: Spec) -> None:
    """What an ad set of a special category may not do."""
    automation = spec.get("targeting_automation")
    if not isinstance(automation, dict) or "advantage_audience" not in automation:
        raise _conflict("targeting_automation.advantage_audience must be 1 or 0.")
    if geo.get("zips"):
        raise _conflict("Zip codes are not available for this category.")
    if spec.get("excluded_geo_locations"):
        raise _conflict("Locations cannot be excluded for this category.")
    if spec.get("genders") or (spec.get("age_min", 18), spec.get("age_max", 65)) != (18, 65):
        raise _conflict("Ages 18 to 65+ and all genders are required for this category.")
    if any(_narrow(each) for kind in ("custom_locations", "cities") for each in _of(geo, kind)):
        raise _conflict("A radius must be at least 15 miles (25 kilometers) for this category.")


def _narrow(place: Spec) -> bool:
    if "radius" not in place:
        return False
    factor = 1 if place.get("distance_unit", "mile") == "kilometer" else _MILE_KM
    # 15 miles are 24.1 km; the platform's own figure in kilometres is 25.
    least = cast(int, table()["adverts"]["restricted_km"])
    return cast(float, place["radius"]) * factor < least - 0.9


def _of(geo: Spec, kind: str) -> list[Spec]:
    return cast("list[Spec]", geo.get(kind, []))


def _in_eu(countries: Collection[str]) -> bool:
    return bool(set(countries) & set(table()["adverts"]["eu"]))


def _budgets(values: Mapping[str, object]) -> list[str]:
    return [name for name in ("lifetime_budget", "daily_budget") if values.get(name)]


def _status(values: Values) -> str:
    """What is made without a status runs."""
    return str(values.get("status", "ACTIVE"))


def _required(values: Values, *names: str) -> None:
    for name in names:
        if values.get(name) in (None, ""):
            raise bad_parameter(f"The parameter {name} is required")


def _conflict(why: str) -> GraphError:
    return GraphError(
        100, "Invalid parameter", subcode=_CATEGORY, says=("Special Ad Category", why)
    )


def _words(title: str, why: str) -> GraphError:
    """A refusal whose number no published page tells."""
    return GraphError(100, "Invalid parameter", says=(title, why))
