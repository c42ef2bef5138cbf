"""X."""

from typing import Literal

from pydantic import SecretStr

from orchestrator.ports import Limits, Network
from orchestrator.section import NetworkOptions, Section

LIMITS = Limits(text=280, targeting=False, link_in_text=True)


class Prices(Section):
    """What X charges, in US dollars."""

    post: float = 0.015
    post_with_url: float = 0.2
    read: float = 0.005
    owned_read: float = 0.001


class Options(NetworkOptions):
    """The section ``[x]``."""

    api_base: str = "https://api.x.com"
    consumer_key: SecretStr | None = None
    consumer_secret: SecretStr | None = None
    access_token: SecretStr | None = None
    access_token_secret: SecretStr | None = None
    user_id: str = ""
    links: Literal["never", "first", "always"] = "never"
    prices: Prices = Prices()
    cap: float = 10.0

    def missing(self) -> list[str]:
        """All four parts of the OAuth 1.0a signature and the account's number are needed."""
        return [key for key in (*self.secrets(), "user_id") if not getattr(self, key)]

    @property
    def account(self) -> str:
        """The posting account."""
        return self.user_id

    @property
    def link_policy(self) -> Literal["never", "first", "always"]:
        """A URL makes a post thirteen times dearer."""
        return self.links

    @property
    def spending_cap(self) -> float | None:
        """X charges for every post."""
        return self.cap


def connect(options: Options) -> Network:
    """Open the account."""
    raise NotImplementedError
