"""The scheduler in a process of its own, while somebody takes its database away."""

import pytest

from orchestrator.store import connect, newest
from tests.journeys.conftest import Manager, WriteTandems
from tests.journeys.test_processes import started


@pytest.mark.parametrize("change", ["moved", "newer"])
def test_it_stops_and_says_why_once(manager: Manager, tandems: WriteTandems, change: str) -> None:
    """It would not see a stop any more, or would write with an old program: exit 2."""
    manager.ask("tandem", "import", str(tandems(1)))
    file = manager.folder / "campaign.db"
    sender = started(manager, "run", "--yes", virtual=False)
    assert sender.stdout is not None
    while "Running" not in sender.stdout.readline():
        assert sender.poll() is None
    if change == "moved":
        file.rename(file.with_name("away.db"))
    else:
        engine = connect(f"sqlite:///{file}")
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        engine.dispose()
        assert newest() < "9999"
    _told, why = sender.communicate(timeout=60)
    assert sender.returncode == 2
    assert why.count("moved or replaced" if change == "moved" else "newer version") == 1
