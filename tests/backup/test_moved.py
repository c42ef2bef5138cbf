"""A program that still has the lost database open must not go on in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.backup.create import create
from orchestrator.backup.listing import copies_of
from orchestrator.backup.places import Place
from orchestrator.backup.restore import restore, sound_copy
from orchestrator.errors import UsageProblem
from orchestrator.run import run_pass
from orchestrator.store import Store, open_store
from schedules.clock import SystemClock
from tests.publishing.conftest import NOON, Campaign


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    """Only a file can be moved away under a program; a server is asked anew every time."""
    opened = open_store(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def campaign(store: object, key: object, settings: object) -> Campaign:
    """An empty campaign at noon of its second day."""
    return Campaign(store, key, settings)  # type: ignore[arg-type]


def test_an_old_run_sends_nothing_after_the_file_was_moved_and_restored(
    campaign: Campaign, place: Place
) -> None:
    """Refused with a sentence at the next transaction, also once the new file stands there."""
    campaign.post(campaign.tandem())
    create(campaign.store, "woche", [place], campaign.clock, SystemClock())
    file = Path(campaign.store.engine.url.database or "")
    for path in file.parent.glob(f"{file.name}*"):
        path.rename(path.with_name(f"moved-{path.name}"))
    with pytest.raises(UsageProblem, match="moved or replaced"):
        run_pass(campaign.shift())
    copy, described = sound_copy(copies_of([place], None))
    restore(copy, described, f"sqlite:///{file}", NOON, "tester")
    for _pass in range(2):
        with pytest.raises(UsageProblem, match="moved or replaced") as refused:
            run_pass(campaign.shift())
    assert "start it again" in (refused.value.remedy or "")
    assert campaign.facebook.live == []
