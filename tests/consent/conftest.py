"""A campaign in its folder, and somebody who asks people for their consent."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.intake.conftest import write_csv
from tests.journeys.conftest import (
    Manager,
    approved,
    manager,
    sandbox,
    tandem_row,
    tandems,
    typed_once,
)

if TYPE_CHECKING:
    from orchestrator.config import Settings
    from tests.conftest import SettingsFactory

__all__ = ["approved", "manager", "sandbox", "tandems", "typed_once"]
SECRETS = {
    "facebook": {"page_id": "100", "page_token": "token-eins", "app_secret": "geheim-eins"},
    "x": {
        "user_id": "200",
        "consumer_key": "key-eins",
        "consumer_secret": "geheim-zwei",
        "access_token": "token-zwei",
        "access_token_secret": "geheim-drei",
    },
}
PRIVACY = {"controller": "Haus am Fluss e. V.", "address": "Am Fluss 3", "officer": "Frau Adler"}
Bring = Callable[..., Any]


@pytest.fixture
def asking(settings: "SettingsFactory") -> "Settings":
    """A campaign with both networks that names who is responsible."""
    return settings(privacy=PRIVACY, **SECRETS)


@pytest.fixture
def bring(manager: Manager) -> Bring:
    """Import one tandem from a file, with some cells changed; the import's document."""

    def run(**changes: Any) -> Any:
        path = write_csv(manager.folder / "mine.csv", [tandem_row(0, **changes)])
        return manager.ask("tandem", "import", str(path))

    return run
