"""Asking Meta's search for many places at once; a search that fails costs its own place only."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from orchestrator.networks.wire.graph_cities import (
    has_suffix,
    other_name,
    question,
    region_question,
)
from orchestrator.networks.wire.graph_troubles import Json
from orchestrator.ports import City, PartlyTold, Region, Trouble

if TYPE_CHECKING:
    from orchestrator.networks.wire.graph import Graph

Place = TypeVar("Place", City, Region)
Question = Mapping[str, object]


def city_questions(city: City) -> list[Question]:
    """By its full name, then by a shorter one."""
    return [question(city), *([question(city, short=True)] if has_suffix(city) else [])]


def region_questions(region: Region) -> list[Question]:
    """By our name of it, then by its other one."""
    names = filter(None, (region.name, other_name(region)))
    return [region_question(name, region) for name in names]


def keys_of(
    graph: "Graph",
    wanted: Sequence[Place],
    ask: Callable[[Place], Sequence[Question]],
    choose: Callable[[Place, Json], str | None],
) -> list[str | None]:
    """The key of each place, asked anew only for what the first question did not find.

    Raises PartlyTold where some searches failed, and their own trouble where all did.
    """
    questions, found = [ask(each) for each in wanted], dict[int, str | None]()
    failed = dict[int, Trouble]()
    for turn in range(max(map(len, questions), default=0)):
        left = [
            number
            for number, of in enumerate(questions)
            if len(of) > turn and found.get(number) is None and number not in failed
        ]
        answers = graph.batch([("search", questions[number][turn]) for number in left])
        for number, answer in zip(left, answers, strict=True):
            told = _told(wanted[number], answer, choose)
            if isinstance(told, Trouble):
                failed[number] = told
            else:
                found[number] = told
    _judge(found, failed)
    return [found.get(number) for number in range(len(wanted))]


def _told(place: Any, answer: Json | Trouble, choose: Callable[..., str | None]) -> Any:
    """The key, or why nothing is known of it."""
    try:
        return answer if isinstance(answer, Trouble) else choose(place, answer)
    except Trouble as trouble:
        return trouble


def _judge(found: Mapping[int, str | None], failed: Mapping[int, Trouble]) -> None:
    """Of what failed in its second search, the first one proves nothing either."""
    told = {number: key for number, key in found.items() if number not in failed}
    if failed and not told:
        raise next(iter(failed.values()))
    if failed:
        raise PartlyTold(next(iter(failed.values())).why, told=told)
