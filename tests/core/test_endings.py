"""The exit code of a pass: all done, to be repeated, or somebody is needed."""

import pytest

from orchestrator.commands.tally import say_sent
from orchestrator.errors import Exit
from orchestrator.shift import Tally
from tests.core.test_desk import run


@pytest.mark.parametrize(
    ("tally", "code"),
    [
        (Tally(published=3, waiting=2), Exit.DONE),
        (Tally(published=3, expired=1), Exit.PARTLY),
        (Tally(unknown=1), Exit.PARTLY),
        (Tally(closed={"x": "a pause of an hour"}), Exit.PARTLY),
        (Tally(expired=1, needs_person=True), Exit.PERSON_NEEDED),
    ],
)
def test_a_pass_ends_with_what_came_of_it(tally: Tally, code: Exit) -> None:
    """What came too late to be sent is not done."""
    assert run(lambda desk: say_sent(desk, tally)).exit_code == code
