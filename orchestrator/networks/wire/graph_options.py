"""The section ``[facebook]`` of the configuration: one page, and perhaps an account for adverts."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from audiences.advert import advert_km
from orchestrator.durations import Duration
from orchestrator.i18n import _
from orchestrator.networks.wire.graph_radius import around
from orchestrator.section import Advert, AdvertTerms, ApiVersion, NetworkOptions

# More than any campaign of this kind has; what is above it is a slip of the keys.
_MOST_MONEY = 1_000_000
Money = Annotated[Decimal, Field(gt=0, le=_MOST_MONEY, decimal_places=2)]
# Without one of these nothing is paid for.
_FOR_MONEY = (
    "ad_account_id",
    "ads_token",
    "ad_budget",
    "ad_total",
    "ad_beneficiary",
    "ad_payor",
)


class Options(NetworkOptions):
    """The section ``[facebook]``."""

    api_base: str = "https://graph.facebook.com"
    api_version: ApiVersion = "v26.0"
    page_id: str = ""
    page_token: SecretStr | None = None
    app_secret: SecretStr | None = None
    targeting: Literal["soft", "hard"] = "soft"
    publish: Literal["direct", "two-phase"] = "direct"
    ahead: Annotated[Duration, Field(le=timedelta(days=30))] = timedelta(hours=48)
    ad_account_id: str = ""
    ads_token: SecretStr | None = None
    ad_category: Literal["employment", "none"] = "employment"
    ad_budget: Money | None = None
    ad_total: Money | None = None
    ad_days: int = Field(default=7, ge=2, le=30)
    ad_beneficiary: str = Field(default="", max_length=255)
    ad_payor: str = Field(default="", max_length=255)
    # After all that it needs, which its check looks at.
    paid: bool = False
    lost_targeting: Literal["keep", "take-down"] = "keep"
    region_only: Literal["circle", "state"] = "circle"

    @field_validator("ad_account_id")
    @classmethod
    def _number(cls, value: str) -> str:
        number = value.removeprefix("act_")
        if number and not re.fullmatch(r"[0-9]{1,20}", number):
            raise ValueError(_("must be the number of an ad account, such as 1234567890"))
        return number

    @field_validator("paid")
    @classmethod
    def _knows_what_it_pays(cls, value: bool, seen: ValidationInfo) -> bool:
        lacking = [name for name in _FOR_MONEY if name in seen.data and not seen.data[name]]
        if value and lacking:
            raise ValueError(_("paid adverts also need: {keys}").format(keys=", ".join(lacking)))
        return value

    @field_validator("ad_total")
    @classmethod
    def _covers_one(cls, value: Decimal | None, seen: ValidationInfo) -> Decimal | None:
        budget = seen.data.get("ad_budget")
        if budget and value and budget > value:
            raise ValueError(_("ad_budget is more than ad_total, the most for all adverts"))
        return value

    def missing(self) -> list[str]:
        """A page and its token are needed; the app secret is optional."""
        return [key for key in ("page_id", "page_token") if not getattr(self, key)]

    @property
    def account(self) -> str:
        """The page."""
        return self.page_id

    @property
    def two_phase(self) -> bool:
        """Safer against a crash in mid-flight; unverified live together with an audience."""
        return self.publish == "two-phase"

    @property
    def hand_over(self) -> timedelta:
        """Posts that the platform holds go out while this machine is dead."""
        return self.ahead

    @property
    def has_live_mode(self) -> bool:
        """An app begins in development mode, and nothing in its answers tells."""
        return True

    @property
    def reach_mode(self) -> str:
        """Soft by default: a hard gate hides the post from a page's scattered followers."""
        return self.targeting

    @property
    def when_targeting_is_lost(self) -> Literal["keep", "take-down"]:
        """Kept unless the campaign says otherwise: a post that more people see helps, too."""
        return self.lost_targeting

    @property
    def tells_state(self) -> bool:
        """Towns unless the campaign says otherwise: their people are the ones who can help."""
        return self.region_only == "state"

    @property
    def advertises(self) -> bool:
        """An ad account is asked with a token of its own."""
        return bool(self.ad_account_id and self.ads_token)

    @property
    def ad_account(self) -> str:
        """Without the prefix by which the platform knows it."""
        return self.ad_account_id if self.advertises else ""

    @property
    def pays(self) -> AdvertTerms | None:
        """Only with ``paid = true``, and then everything that it needs is there."""
        if not self.paid or self.ad_budget is None or self.ad_total is None:
            return None
        says = (self.ad_beneficiary, self.ad_payor)
        budget, total = (int(100 * each) for each in (self.ad_budget, self.ad_total))
        return AdvertTerms(budget, total, self.ad_days, self.ad_category, says)

    def advert(self, lat: float, lon: float, km: int) -> Advert:
        """One pin, and an ad set of its own for every tandem.

        Whether a job seeker's appeal is an advert for work, and for Germany too, is unverified
        live; it is taken to be, unless the manager decides otherwise.
        """
        employment = self.ad_category == "employment"
        wide = advert_km(km, employment=employment)
        return Advert(around(lat, lon, wide), wide, employment)
