"""Nothing is made twice, and nothing is forgotten: answers are lost, processes die at any point."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator import networks
from orchestrator.adverts.attending import attend, look_after
from orchestrator.adverts.making import make_all
from orchestrator.model import Pause
from orchestrator.sandbox.faults import Fault, Kind
from orchestrator.shift import Shift, Tally
from orchestrator.store import open_store
from orchestrator.vocabulary import AdvertState, Scope
from tests.adverts.conftest import Advertised
from tests.conftest import on_both
from tests.leaving.kills import BEGINS, At, Reached, killed_at
from tests.publishing.conftest import NOON

EDGES = ("campaigns", "adsets", "adcreatives", "ads")
ONE = {"Campaign": 1, "AdSet": 1, "Creative": 1, "Ad": 1}


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "html"])
def test_an_answer_that_never_came_is_settled_by_the_name(
    adverts: Advertised, edge: str, kind: Kind
) -> None:
    """Made or not: found there it is kept at once; else made, but only after a quiet time."""
    adverts.live()
    [number] = adverts.enrol()
    adverts.sandbox.faults.add(Fault(kind=kind, method="POST", path=f"/{edge}$"))
    assert adverts.make().waiting == [number]
    made = kind == "drop_after"
    before = adverts.objects()
    adverts.look_after()
    assert (adverts.advert(number).state is AdvertState.PAUSED) == made
    if not made:
        assert adverts.objects() == before
    adverts.wait(timedelta(minutes=11))
    adverts.look_after()
    assert adverts.advert(number).state is AdvertState.PAUSED
    assert adverts.objects() == ONE
    assert adverts.advert(number).error is None


def test_two_adverts_never_make_two_campaigns(adverts: Advertised) -> None:
    """Also where the first one's answer was lost, and the second one comes before it is settled."""
    for slug in ("amira-und-jonas", "yusuf-und-heike"):
        adverts.live(slug)
    first, second = adverts.enrol()
    adverts.sandbox.faults.add(Fault(kind="drop_after", method="POST", path="/campaigns$"))
    shift = adverts.shift()
    assert make_all(shift, adverts.account, [first]).waiting == [first]
    assert make_all(shift, adverts.account, [second]).ready == [second]
    assert adverts.make().ready == [first]
    assert adverts.objects() == {"Campaign": 1, "AdSet": 2, "Creative": 2, "Ad": 2}


POINTS = [
    At(point, turn)
    for point in ("advert begun", "advert made", "advert kept")
    for turn in (1, 2, 3, 4)
]


def _alone(adverts: Advertised, url: str, reached: Reached) -> Shift:
    """The shift of a process of its own, with connections of its own."""
    options = adverts.settings.networks["facebook"]
    network = networks.adapter("facebook").connect(options, read_timeout=5.0)
    reached(BEGINS)
    return replace(
        adverts.shift(), store=open_store(url), networks={"facebook": network}, reached=reached
    )


@on_both
def test_a_death_at_any_step_of_the_making_costs_a_repetition(
    adverts: Advertised, database_url: str
) -> None:
    """At each of twelve points; afterwards the platform has exactly one of everything."""
    adverts.store.engine.dispose()
    for count, point in enumerate(POINTS, 1):
        adverts.live(f"tandem-{count}")
        [number] = adverts.enrol()

        def make(reached: Reached, number: int = number) -> None:
            shift = _alone(adverts, database_url, reached)
            make_all(shift, shift.networks["facebook"].advertising, [number])  # type: ignore[attr-defined]  # Facebook's

        assert killed_at(_campaign_aside(point, count), make), point
        assert adverts.advert(number).state is not AdvertState.RUNNING
        adverts.wait(timedelta(minutes=11))
        adverts.look_after()
        assert adverts.advert(number).state is AdvertState.PAUSED, point
    assert adverts.objects() == {"Campaign": 1, "AdSet": 12, "Creative": 12, "Ad": 12}
    assert not any(each["on"] for each in adverts.there())


def _campaign_aside(point: At, count: int) -> At:
    """Every advert keeps the campaign; the first one alone makes it, so later ones begin thrice."""
    if count == 1 or point.point == "advert kept":
        return point
    return At(point.point, min(point.turn, 3))


@on_both
def test_a_death_while_switching_leaves_nothing_running_that_must_not(
    adverts: Advertised, database_url: str
) -> None:
    """Killed before or after it was switched on, and paused then: the next pass stops it."""
    adverts.store.engine.dispose()
    for count, point in enumerate(("advert switching", "advert switched"), 1):
        adverts.live(f"tandem-{count}")
        [number] = adverts.enrol()
        adverts.make()
        adverts.configure(ad_total=50)
        adverts.approve(number)

        def run(reached: Reached) -> None:
            attend(_alone(adverts, database_url, reached), Tally())

        assert killed_at(At(point), run)
        assert adverts.advert(number).state is AdvertState.RUNNING
        with adverts.store.session() as session:
            held = Pause(campaign_id=adverts.id, scope=Scope.ALL, since=NOON, actor="heike")
            session.add(held)
        # A scheduler's pass, which reads only what may not be as it should.
        look_after(adverts.shift(pace=timedelta(seconds=30)), Tally())
        assert not any(each["on"] for each in adverts.there())
        assert adverts.advert(number).state is AdvertState.PAUSED
        with adverts.store.session() as session:
            session.delete(session.get_one(Pause, held.id))
        adverts.look_after()
        assert adverts.there()[-1]["on"]


def test_a_pause_in_the_middle_of_switching_wins(adverts: Advertised) -> None:
    """Somebody pauses while the call that switches it on is under way: it is off in the end."""
    adverts.live()
    [number] = adverts.enrol()
    adverts.make()
    adverts.approve(number)

    def pause(point: str) -> None:
        if point == "advert switching" and not paused:
            paused.append(point)
            with adverts.store.session() as session:
                session.add(
                    Pause(campaign_id=adverts.id, scope=Scope.ALL, since=NOON, actor="heike")
                )

    paused: list[str] = []
    adverts.attend(reached=pause)
    assert paused
    assert not adverts.there()[0]["on"]
    assert adverts.advert(number).state is AdvertState.PAUSED


def test_a_stop_that_is_not_confirmed_is_told_and_repeated(adverts: Advertised) -> None:
    """As long as it may still cost money somebody is told; a pass that gets through ends that."""
    row = adverts.running()
    with adverts.store.session() as session:
        session.add(Pause(campaign_id=adverts.id, scope=Scope.ALL, since=NOON, actor="heike"))
    adverts.sandbox.faults.add(Fault(kind="html", path=f"/{row.remote['ad']}/?$", times=2))
    tally = adverts.look_after()
    assert tally.needs_person
    assert adverts.there()[0]["on"]
    adverts.wait(timedelta(minutes=20))
    adverts.look_after()
    adverts.look_after()
    assert not adverts.there()[0]["on"]
    assert not adverts.look_after().needs_person
