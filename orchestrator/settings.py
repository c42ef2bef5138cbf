"""The sections of the configuration that every campaign has; the networks bring their own."""

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from orchestrator.durations import Duration
from orchestrator.i18n import _
from orchestrator.section import Many, Section


class Campaign(Section):
    """The section ``[campaign]``: who calls, when, in which words."""

    name: str = Field(min_length=1)
    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    start: date
    end: date
    timezone: str = "Europe/Berlin"
    language: str | None = None
    languages: Many = ["de"]
    link: str = ""
    contact: str = ""
    hashtag: str = ""
    posts_per_tandem: int = Field(default=2, ge=1, le=7)
    max_posts_per_day: int = Field(default=25, ge=1)
    windows: Many = ["08:00-10:00", "11:30-13:30", "16:30-20:00"]
    quiet_hours: str = "21:00-07:00"
    passes: Many = []
    max_late: Duration = timedelta(hours=24)
    burst: int = Field(default=5, ge=1)
    posts_until: date | None = None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(_("is not a time zone; for Germany write Europe/Berlin")) from error
        return value

    @model_validator(mode="after")
    def _order(self) -> "Campaign":
        if self.end < self.start:
            raise ValueError(_("the campaign ends before it starts"))
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The campaign's time zone."""
        return ZoneInfo(self.timezone)


class Database(Section):
    """The section ``[database]``."""

    url: str = "sqlite:///campaign.db"


class Audience(Section):
    """The section ``[audience]``: how wide the circle around a town is."""

    target_people: int = Field(default=50_000, ge=1_000)
    min_km: int = Field(default=5, ge=1, le=80)
    max_km: int = Field(default=40, ge=1, le=80)
    k_anonymity: int = Field(default=5_000, ge=0)
    countries: Many = ["DE", "AT", "CH"]


class Keys(Section):
    """The section ``[keys]``."""

    file: Path = Path("keys/campaign.key")


class Sandbox(Section):
    """The section ``[sandbox]``."""

    port: int = Field(default=8780, ge=0, le=65535)
