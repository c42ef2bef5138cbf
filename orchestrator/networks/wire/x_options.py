"""The section ``[x]`` of the configuration: one account, and what it costs."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from orchestrator.i18n import _
from orchestrator.networks.wire.x_prices import Prices
from orchestrator.section import NetworkOptions


def _hex(value: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{16}", value):
        raise ValueError(_("must be a place's number on X: 16 digits and letters from a to f"))
    return value


class Options(NetworkOptions):
    """The section ``[x]``."""

    api_base: str = "https://api.x.com"
    consumer_key: SecretStr | None = None
    consumer_secret: SecretStr | None = None
    access_token: SecretStr | None = None
    access_token_secret: SecretStr | None = None
    user_id: str = ""
    links: Literal["never", "first", "always"] = "never"
    place_ids: dict[str, Annotated[str, AfterValidator(_hex)]] = {}
    prices: Prices = Prices()
    cap: float = Field(default=10.0, ge=0)

    def missing(self) -> list[str]:
        """All four parts of the OAuth 1.0a signature and the account's number are needed."""
        return [key for key in (*self.secrets(), "user_id") if not getattr(self, key)]

    @property
    def account(self) -> str:
        """The posting account."""
        return self.user_id

    @property
    def link_policy(self) -> Literal["never", "first", "always"]:
        """A URL makes a post several times dearer."""
        return self.links

    def place_id(self, town: str) -> str:
        """As configured, since X lets nobody look places up any more; empty for other towns.

        It labels the post with that very town: a tandem of which only the region may be told must
        not be given one.
        """
        known = {name.casefold(): number for name, number in self.place_ids.items()}
        return known.get(town.casefold(), "")

    @property
    def spending_cap(self) -> float | None:
        """X charges for every post."""
        return self.cap
