"""What no settling can see: a network that shows a post later than anybody waits for it.

Here is the border of the promise. One post in a hundred is accepted, its answer is lost, and it
shows hours later; besides, the network takes the same words twice.
"""

from tests.reliability.cell import Cell, Outcome
from tests.reliability.conftest import Play
from tests.reliability.faults import EVERY, LATE

POSTS, KILLS = 100, 4


def played(play: Play, seed: int, settle: str) -> Outcome:
    """A campaign whose post 100 shows too late."""
    cell = Cell(seed, fault=LATE, posts=POSTS, kills=KILLS, settle=settle, way="facebook direct")
    [outcome] = play([cell])
    assert outcome.faults == {LATE: POSTS // EVERY}
    return outcome


def test_asking_a_person_doubles_nothing(play: Play, seed: int) -> None:
    """Policy ``ask``: after three looks the post waits for somebody; none is sent twice."""
    outcome = played(play, seed, "ask")
    assert outcome.counts["broken: duplicated"] == 0
    assert outcome.counts["broken: lost"] == 0
    # Of those that a kill left unclear and that nobody took, a person is asked as well.
    assert outcome.counts["asked"] <= KILLS
    assert [each for each in outcome.told if "post settle" in each]


def test_settling_by_itself_doubles_no_more_than_was_late(play: Play, seed: int) -> None:
    """Policy ``auto``: at most the share that was late, and each double is an alarm with links."""
    outcome = played(play, seed, "auto")
    doubled = outcome.counts["broken: duplicated"]
    # Exactly the share: with none, nothing would have been tried.
    assert doubled == POSTS // EVERY
    assert outcome.counts["broken: lost"] == 0
    alarms = [each for each in outcome.told if each.count("facebook.com/") > 1]
    assert len(alarms) == doubled
