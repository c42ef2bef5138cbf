"""The file of yesterday is put back over that of today: what was stopped since stays stopped."""

import shutil
import sqlite3
from datetime import timedelta

from orchestrator.settle import QUIET
from tests.journeys.conftest import Approved, Manager

DAY = timedelta(days=1)


def test_a_withdrawal_outlives_an_older_file(manager: Manager, approved: Approved) -> None:
    """Found out by the next pass, released by a person, and then all of it is as it was said."""
    approved(2)
    manager.wait(3 * DAY)
    manager.ask("run", "--once", "--yes")
    file, copy = manager.folder / "campaign.db", manager.folder / "copy.db"
    flat(manager)
    shutil.copyfile(file, copy)
    manager.wait(timedelta(hours=1))
    manager.ask("tandem", "withdraw", "tandem-01", "--yes")
    flat(manager)
    shutil.copyfile(copy, file)
    assert manager.type("audit", "verify").exit == 4

    before = len(manager.live())
    for _day in range(2):
        manager.wait(DAY)
        answer = manager.type("run", "--once", "--yes")
        assert (answer.exit, "--release" in answer.err) == (4, True)
        assert len(manager.live()) <= before
        assert manager.type("audit", "verify").exit == 4
    for _try in range(3):
        released = manager.type("run", "--release", "--yes", "--json")
        manager.wait(QUIET)
    assert released.document["released"], released.err
    assert manager.ask("tandem", "show", "tandem-01")["state"] == "withdrawn"
    manager.ask("run", "--once", "--yes")
    posts = {(post["tandem"], post["state"]) for post in manager.posts()}
    assert ("tandem-00", "published") in posts
    assert ("tandem-01", "published") not in posts
    assert manager.ask("audit", "verify")["ok"]


def flat(manager: Manager) -> None:
    """One file, as it lies there while no program runs."""
    connection = sqlite3.connect(manager.folder / "campaign.db")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
