"""One campaign for all tests here: full of canaries, and of words that are made to do harm."""

from collections.abc import Iterator

import pytest

from orchestrator.sandbox.server import Sandbox
from tests.safety import canaries, journey
from tests.safety.canaries import Artefact, Canary
from tests.safety.stage import FRIDAY, Stage


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The whole journey, once for all tests here."""
    with Sandbox(port=0, start=FRIDAY, speed=0.0) as sandbox:
        stage = Stage(tmp_path_factory.mktemp("safety"), sandbox)
        try:
            journey.play(stage)
            yield stage
        finally:
            stage.close()


@pytest.fixture(scope="session")
def artefacts(played: Stage) -> list[Artefact]:
    """All that came out of it."""
    return list(played.artefacts())


@pytest.fixture(scope="session")
def twenty(played: Stage) -> list[Canary]:
    """All canaries, once the campaign's key exists."""
    key = (played.campaign / "keys" / "campaign.key").read_text().strip()
    return canaries.twenty(played.sandbox, key)
