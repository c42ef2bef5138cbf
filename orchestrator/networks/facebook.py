"""Facebook."""

from typing import Literal

from pydantic import SecretStr

from orchestrator.ports import Limits, Network
from orchestrator.section import ApiVersion, NetworkOptions

LIMITS = Limits(text=63206, targeting=True, link_in_text=False)


class Options(NetworkOptions):
    """The section ``[facebook]``."""

    api_base: str = "https://graph.facebook.com"
    api_version: ApiVersion = "v26.0"
    page_id: str = ""
    page_token: SecretStr | None = None
    app_secret: SecretStr | None = None
    targeting: Literal["soft", "hard"] = "soft"

    def missing(self) -> list[str]:
        """A page and its token are needed; the app secret is optional."""
        return [key for key in ("page_id", "page_token") if not getattr(self, key)]

    @property
    def account(self) -> str:
        """The page."""
        return self.page_id

    @property
    def reach_mode(self) -> str:
        """Soft by default: a hard gate hides the post from a page's scattered followers."""
        return self.targeting


def connect(options: Options) -> Network:
    """Open the page."""
    raise NotImplementedError
