"""What is known of places travels in backups, and ends with the contacts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import select

from audiences.outward import Question
from audiences.place import Place, Resolution
from orchestrator.keys import CampaignKey
from orchestrator.model import KnownPlace
from orchestrator.placing.known import KEEPS, SETTLED, Answers, settle
from orchestrator.retention.applying import Turn, apply
from orchestrator.store import Store
from tests.conftest import SettingsFactory, on_both
from tests.placing.conftest import Folder

# The campaign ends on 29 November 2026; contacts are kept for 180 days more.
IN_IT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
LATER = datetime(2027, 7, 10, 9, 0, tzinfo=UTC)
PLACE = Place(2_000_000_001, "Madrid", "Madrid", "ES", 40.4, -3.7, 3_000_000, 3_000_000, None)


def test_a_restored_campaign_knows_what_was_settled(
    folder: Folder, sqlite_url: str, tmp_path: Path
) -> None:
    """Restored beside, with the same key."""
    folder.campaign(sqlite_url)
    (folder.path / "backups").mkdir(mode=0o700)
    folder.document("audience", "settle", "Neustadt", "Neustadt (Hessen)")
    folder.document("backup", "create")
    [backup] = folder.document("backup", "list")["backups"]
    copy = tmp_path / "copy.db"
    folder.run("backup", "restore", backup["id"], "--to", str(tmp_path / "copy"), "--yes")
    [copy] = (tmp_path / "copy").rglob("*.db")
    folder.configure(f"sqlite:///{copy}")
    assert folder.document("audience", "resolve", "Neustadt")["settled"] is True


@on_both
def test_places_end_with_the_contacts(
    store: Store, key: CampaignKey, settings: SettingsFactory
) -> None:
    """Old answers of a service before them; settled places only then."""
    made = settings()
    answers = Answers(store, key, made.campaign, "nominatim x", IN_IT - KEEPS)
    answers.remember(Question("Madrid", ("ES",)), Resolution("resolved", PLACE))
    with store.session() as session:
        settle(session, 1, key, "Madrid", PLACE, IN_IT)

    def left(now: datetime) -> set[str]:
        apply(Turn(store, made, 1, now, "tester"))
        with store.reading() as session:
            return {each.source for each in session.exec(select(KnownPlace)).all()}

    assert left(IN_IT - timedelta(days=1)) == {SETTLED, "nominatim x"}
    assert left(IN_IT) == {SETTLED}
    assert left(LATER) == set()
