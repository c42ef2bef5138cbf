"""What five answers let the public see, over all of their combinations."""

from dataclasses import replace
from itertools import pairwise, product

import pytest

from orchestrator.ending import shows_more
from orchestrator.screening.answers import Answer, Answers, Seekers, not_wider, result
from orchestrator.vocabulary import Show

SAFE = Answers(Answer.NO, Answer.NO, Answer.NO, Answer.YES, Seekers.NOBODY)
ALL = [Answers(*each) for each in product(*[Answer] * 4, Seekers)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, Show.FULL),
        ({"face": Answer.NO}, Show.NO_FACE),
        ({"seekers": Seekers.BY_NAME}, Show.ALIAS),
        ({"danger": Answer.YES}, Show.ALIAS),
        ({"danger": Answer.YES, "seekers": Seekers.NEARBY}, Show.REGION),
        ({"shelter": Answer.YES}, Show.REGION),
        ({"blocked_address": Answer.YES}, Show.REGION),
        ({"shelter": Answer.YES, "blocked_address": Answer.YES}, None),
        ({"danger": Answer.YES, "shelter": Answer.YES}, None),
        ({"danger": Answer.NOT_SURE, "blocked_address": Answer.NOT_SURE}, None),
    ],
)
def test_the_table(given: dict[str, object], expected: Show | None) -> None:
    """Each line of it, and that the narrowest counts."""
    assert result(replace(SAFE, **given)) == expected  # type: ignore[arg-type]


def test_not_being_sure_counts_as_the_careful_answer() -> None:
    """In each of 324 combinations, and all of them together let nothing be public."""
    careful = {"danger": Answer.YES, "shelter": Answer.YES, "blocked_address": Answer.YES}
    careful |= {"face": Answer.NO}
    for each in ALL:
        said = {name: getattr(each, name) for name in careful}
        meant = {name: careful[name] for name, say in said.items() if say is Answer.NOT_SURE}
        seekers = Seekers.NEARBY if each.seekers is Seekers.NOT_SURE else each.seekers
        assert result(each) == result(replace(each, **meant, seekers=seekers))
    assert result(Answers(*[Answer.NOT_SURE] * 4, Seekers.NOT_SURE)) is None


def test_a_more_careful_answer_never_shows_more() -> None:
    """Whatever else was said."""
    steps: dict[str, tuple[object, ...]] = {
        "danger": (Answer.NO, Answer.YES),
        "shelter": (Answer.NO, Answer.YES),
        "blocked_address": (Answer.NO, Answer.YES),
        "face": (Answer.YES, Answer.NO),
        "seekers": (Seekers.NOBODY, Seekers.BY_NAME, Seekers.NEARBY),
    }
    for each, (name, order) in product(ALL, steps.items()):
        found = [result(replace(each, **{name: step})) for step in order]  # type: ignore[arg-type]
        assert not any(shows_more(b, a) for a, b in pairwise(found))


def test_a_result_may_only_be_narrowed() -> None:
    """By whoever is at the keyboard; ``None`` is the narrowest of all."""
    order = [Show.FULL, Show.NO_FACE, Show.ALIAS, Show.REGION, None]
    for at, suggested in enumerate(order):
        assert [each for each in order if not_wider(each, suggested)] == order[at:]


def test_answers_do_not_show_themselves() -> None:
    """Neither in an error nor in a log: their form names nothing that was said."""
    assert repr(SAFE) == "Answers()"
