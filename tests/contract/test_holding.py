"""Networks that keep posts unseen and publish them by themselves, over HTTP in the sandbox."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from contract_terms import Expect

from orchestrator import networks
from orchestrator.ports import (
    Draft,
    Holding,
    Network,
    NotAuthorised,
    OutcomeUnknown,
    Place,
    RateLimited,
    Receipt,
    Rejected,
)
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.server import Sandbox

HOLDING = ("facebook",)
DRAFT = Draft("Nour, Altenpflegerin, sucht in Wörth – „ich bleibe gern“", "https://caritas.de/tür")
HOUR = timedelta(hours=1)


class Held(Network, Holding):
    """Both protocols in one, for the tests' types."""


@pytest.fixture(params=HOLDING)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ahead(sandbox: Sandbox, by: timedelta = 2 * HOUR) -> datetime:
    """A full second, as slots are."""
    return (sandbox.clock.now() + by).replace(microsecond=0)


def entry(sandbox: Sandbox, remote_id: str) -> dict[str, Any]:
    [found] = [each for each in sandbox.ledger() if each["id"] == remote_id]
    return found


def states(sandbox: Sandbox) -> list[object]:
    return [each["state"] for each in sandbox.ledger()]


def places(posts: list[Receipt]) -> list[tuple[str, Place]]:
    return [(post.remote_id, post.place) for post in posts]


def find(network: Held, sandbox: Sandbox, text: str = DRAFT.text) -> list[tuple[str, Place]]:
    return places(network.find(text, sandbox.clock.now() - HOUR))


def test_who_holds_posts() -> None:
    """Exactly those that can: X has no unseen posts."""
    holding = {
        name
        for name in networks.names()
        if isinstance(networks.adapter(name).connect(networks.adapter(name).Options()), Holding)
    }
    assert holding == set(HOLDING)


def test_a_post_is_held_and_goes_out_at_its_time(network: Held, sandbox: Sandbox) -> None:
    """Nobody has to call for it: the ledger shows it live since its very minute."""
    at = ahead(sandbox)
    receipt = network.publish(replace(DRAFT, at=at))
    assert network.calls == 1
    assert (receipt.place, receipt.due_at, receipt.text) == (Place.HELD, at, DRAFT.text)
    assert entry(sandbox, receipt.remote_id)["state"] == "scheduled"
    seen = network.look(receipt.remote_id)
    assert seen is not None
    assert (seen.place, seen.due_at, seen.text) == (Place.HELD, at, network.plain(DRAFT.text))
    sandbox.clock.advance(5 * HOUR)
    live = entry(sandbox, receipt.remote_id)
    assert (live["state"], live["published_at"]) == ("published", at.isoformat())
    seen = network.look(receipt.remote_id)
    assert seen is not None
    assert (seen.place, seen.due_at, seen.created_at) == (Place.LIVE, None, at)
    assert find(network, sandbox) == []
    assert [post.remote_id for post in network.find(DRAFT.text, at)] == [receipt.remote_id]


@pytest.mark.parametrize("edge", ["soonest", "latest"])
def test_the_window_is_one_that_the_platform_takes(
    network: Held, sandbox: Sandbox, expect: Expect, edge: str
) -> None:
    """What we call soonest and latest is taken, with minutes to spare; beyond the platform's own
    bounds it is refused.
    """
    bound: timedelta = getattr(network, edge)
    inside = bound + timedelta(minutes=-4 if edge == "soonest" else 59)
    assert network.publish(replace(DRAFT, at=ahead(sandbox, inside))).place is Place.HELD
    outside = timedelta(minutes=9) if edge == "soonest" else bound + timedelta(minutes=61)
    with expect(Rejected) as caught:
        network.publish(Draft("Zu früh oder zu spät", at=ahead(sandbox, outside)))
    assert not caught.value.duplicate
    assert states(sandbox) == ["scheduled"]


@pytest.mark.parametrize("mode", ["soft", "hard"])
@pytest.mark.parametrize("kind", ["held", "draft"])
def test_an_unseen_post_keeps_its_audience(
    network: Held, sandbox: Sandbox, mode: str, kind: str
) -> None:
    """The towns are those of the draft, while it is unseen and once it is live."""
    [key] = network.city_keys([_town()])  # type: ignore[attr-defined]  # this one targets
    draft = replace(DRAFT, mode=mode, targeting={"geo_locations": {"cities": [{"key": key}]}})
    if kind == "held":
        remote_id = network.publish(replace(draft, at=ahead(sandbox))).remote_id
    else:
        remote_id = network.prepare(draft).remote_id
    unseen = network.stored(remote_id, mode)  # type: ignore[attr-defined]
    assert unseen["geo_locations"]["cities"][0]["key"] == key
    network.publish(replace(draft, draft_id=remote_id))
    assert network.stored(remote_id, mode) == unseen  # type: ignore[attr-defined]


def _town() -> Any:
    from orchestrator.ports import City

    return City("Wörth am Rhein", "Rheinland-Pfalz", "DE")


def test_a_gate_without_towns_is_refused_unseen_too(network: Held, expect: Expect) -> None:
    for call in (network.publish, network.prepare):
        with expect(Rejected):
            call(Draft("Nur für einen Ort", mode="hard"))
    assert network.calls == 0


def test_a_draft_is_shown_and_may_be_shown_again(network: Held, sandbox: Sandbox) -> None:
    """Two phases: nobody sees the first; the second is done however often it is repeated."""
    draft = network.prepare(replace(DRAFT, at=ahead(sandbox)))
    assert (draft.place, draft.due_at) == (Place.DRAFT, None)
    sandbox.clock.advance(40 * 24 * HOUR)
    assert states(sandbox) == ["unpublished"]
    assert find(network, sandbox) == [(draft.remote_id, Place.DRAFT)]
    now = sandbox.clock.now()
    for _time in range(3):
        shown = network.publish(replace(DRAFT, draft_id=draft.remote_id))
        assert (shown.remote_id, shown.place) == (draft.remote_id, Place.LIVE)
    assert states(sandbox) == ["published"]
    live = datetime.fromisoformat(entry(sandbox, draft.remote_id)["published_at"])
    assert timedelta(0) <= live - now < timedelta(minutes=1)


def test_a_held_post_may_be_shown_before_its_time(network: Held, sandbox: Sandbox) -> None:
    """It is live once: its own time brings no second post."""
    held = network.publish(replace(DRAFT, at=ahead(sandbox)))
    network.publish(replace(DRAFT, draft_id=held.remote_id))
    sandbox.clock.advance(5 * HOUR)
    assert states(sandbox) == ["published"]


def test_showing_what_is_refused_although_live_is_done(network: Held, sandbox: Sandbox) -> None:
    """Should the platform refuse to show what is live: it is live."""
    held = network.publish(replace(DRAFT, at=ahead(sandbox)))
    sandbox.clock.advance(5 * HOUR)
    refusal = {"error": {"code": 100, "message": "It is already published.", "type": "x"}}
    sandbox.faults.add(Fault("status", method="POST", status=400, body=refusal))
    shown = network.publish(replace(DRAFT, draft_id=held.remote_id))
    assert (shown.remote_id, shown.place) == (held.remote_id, Place.LIVE)


def test_showing_what_is_refused_is_refused(
    network: Held, sandbox: Sandbox, expect: Expect
) -> None:
    draft = network.prepare(DRAFT)
    refusal = {"error": {"code": 100, "message": "This post cannot be shown.", "type": "x"}}
    sandbox.faults.add(Fault("status", method="POST", status=400, body=refusal))
    with expect(Rejected):
        network.publish(replace(DRAFT, draft_id=draft.remote_id))
    assert states(sandbox) == ["unpublished"]


def test_a_draft_that_is_not_found_is_unknown(
    network: Held, sandbox: Sandbox, expect: Expect
) -> None:
    """Deleted by somebody, or too new to be seen: neither proves that nothing is live."""
    draft = network.prepare(DRAFT)
    network.takedown(draft.remote_id)
    with expect(OutcomeUnknown):
        network.publish(replace(DRAFT, draft_id=draft.remote_id))
    with expect(OutcomeUnknown):
        network.move(draft.remote_id, ahead(sandbox))


def test_a_held_post_is_moved(network: Held, sandbox: Sandbox) -> None:
    """Earlier, later, and once more to the same time; it goes out at the last one only."""
    at = ahead(sandbox)
    held = network.publish(replace(DRAFT, at=at))
    for other in (at + HOUR, at - HOUR, at + 2 * HOUR, at + 2 * HOUR):
        network.move(held.remote_id, other)
        seen = network.look(held.remote_id)
        assert seen is not None
        assert (seen.place, seen.due_at) == (Place.HELD, other)
    sandbox.clock.advance(3 * HOUR)
    assert states(sandbox) == ["scheduled"]
    sandbox.clock.advance(2 * HOUR)
    assert entry(sandbox, held.remote_id)["published_at"] == (at + 2 * HOUR).isoformat()


def test_a_live_post_cannot_be_moved(network: Held, sandbox: Sandbox, expect: Expect) -> None:
    held = network.publish(replace(DRAFT, at=ahead(sandbox)))
    live = network.publish(Draft("Sofort"))
    sandbox.clock.advance(3 * HOUR)
    for post in (held, live):
        with expect(Rejected):
            network.move(post.remote_id, ahead(sandbox, 9 * HOUR))
    assert states(sandbox) == ["published", "published"]


@pytest.mark.parametrize("strange", ["", "me", "104729188301602_122104000000000001", "1/../me"])
def test_what_is_no_post_of_ours_is_refused_unasked(
    network: Held, sandbox: Sandbox, expect: Expect, strange: str
) -> None:
    with expect(Rejected):
        network.move(strange, ahead(sandbox))
    if strange:
        with expect(Rejected):
            network.publish(replace(DRAFT, draft_id=strange))
    assert network.calls == 0


@pytest.mark.parametrize("kind", ["held", "draft"])
def test_an_unseen_post_can_be_taken_back(network: Held, sandbox: Sandbox, kind: str) -> None:
    """It is gone, says so, and never goes live; its words may be sent again."""
    at = ahead(sandbox)
    made = network.publish(replace(DRAFT, at=at)) if kind == "held" else network.prepare(DRAFT)
    assert network.takedown(made.remote_id) is True
    assert network.takedown(made.remote_id) is False
    assert network.look(made.remote_id) is None
    assert (network.unseen(), find(network, sandbox)) == ([], [])
    sandbox.clock.advance(5 * HOUR)
    assert states(sandbox) == ["deleted"]
    assert entry(sandbox, made.remote_id)["published_at"] is None
    network.publish(DRAFT)


def test_everything_unseen_is_listed(network: Held, sandbox: Sandbox) -> None:
    """All pages of held posts and of drafts, with their plain words and times; nothing live."""
    at = ahead(sandbox)
    sent: dict[str, tuple[Place, datetime | None, str]] = {}
    for number in range(105):
        text = f"  Tür Nummer {number} – Ümit\r\n"
        held = network.publish(Draft(text, at=at + number * timedelta(minutes=1)))
        sent[held.remote_id] = (Place.HELD, held.due_at, network.plain(text))
        draft = network.prepare(Draft(f"Entwurf {number}"))
        sent[draft.remote_id] = (Place.DRAFT, None, f"Entwurf {number}")
    network.publish(Draft("Live"))
    told = {post.remote_id: (post.place, post.due_at, post.text) for post in network.unseen()}
    assert told == sent


def test_a_text_is_found_wherever_it_stands(network: Held, sandbox: Sandbox) -> None:
    """Live, held or a draft, also when it was made long before; others' words are not."""
    texts = {"Jetzt": Place.LIVE, "Später": Place.HELD, "Ungesehen": Place.DRAFT}
    network.publish(Draft("Später", at=ahead(sandbox, 20 * HOUR)))
    network.prepare(Draft("Ungesehen"))
    sandbox.clock.advance(10 * HOUR)
    network.publish(Draft("Jetzt"))
    assert {text: [place for _id, place in find(network, sandbox, text)] for text in texts} == {
        text: [place] for text, place in texts.items()
    }
    own = [post.text for post in network.own(sandbox.clock.now() - HOUR)]
    assert own == ["Jetzt"]


@pytest.mark.parametrize("minutes", [25, 75, 125, 175])
def test_a_post_that_goes_out_between_two_lists_is_found(
    network: Held, sandbox: Sandbox, minutes: int
) -> None:
    """What is unseen is read first, and posts only go live: whenever it happens, none slips
    through."""
    at = ahead(sandbox, timedelta(minutes=minutes))
    held = network.publish(replace(DRAFT, at=at))
    graph = network._graph  # type: ignore[attr-defined]  # to let time pass between its calls
    ask = graph.pages

    def pages(*path: str, **params: object) -> list[dict[str, Any]]:
        told = list(ask(*path, **params))
        sandbox.clock.advance(timedelta(minutes=50))
        return told

    graph.pages = pages
    assert [each.remote_id for each in network.find(DRAFT.text, at - HOUR)] == [held.remote_id]


@pytest.mark.parametrize("first", ["live", "held", "draft"])
@pytest.mark.parametrize("second", ["live", "held", "draft"])
def test_the_same_words_are_a_duplicate_everywhere(
    network: Held, sandbox: Sandbox, expect: Expect, first: str, second: str
) -> None:
    """The platform has our text, wherever it stands: that is proof, and it is found there."""
    at = ahead(sandbox)
    ways: dict[str, Callable[[], Receipt]] = {
        "live": lambda: network.publish(DRAFT),
        "held": lambda: network.publish(replace(DRAFT, at=at)),
        "draft": lambda: network.prepare(DRAFT),
    }
    made = ways[first]()
    with expect(Rejected) as caught:
        ways[second]()
    assert caught.value.duplicate
    assert find(network, sandbox) == [(made.remote_id, Place(first))]


MEANINGLESS: dict[str, Fault] = {
    "a page of HTML": Fault("html", method="POST"),
    "an error of the server": Fault("status", method="POST", status=500),
    "nothing": Fault("empty", method="POST"),
    "an empty object": Fault("status", method="POST", status=200, body={}),
    "no success": Fault("status", method="POST", status=200, body={"success": False}),
    "lost": Fault("drop_after", method="POST"),
    "broken": Fault("reset_before", method="POST"),
    "broken after": Fault("reset_after", method="POST"),
}


@pytest.mark.parametrize("label", MEANINGLESS)
@pytest.mark.parametrize("call", ["hold", "prepare", "show", "move"])
def test_an_answer_without_meaning_leaves_it_unknown(
    network: Held, sandbox: Sandbox, expect: Expect, call: str, label: str
) -> None:
    """As strict as for a post that goes live at once; afterwards everything can be read."""
    at = ahead(sandbox)
    ready = network.publish(Draft("Schon da", at=at)).remote_id
    sandbox.faults.add(MEANINGLESS[label])
    ways: dict[str, Callable[[], object]] = {
        "hold": lambda: network.publish(replace(DRAFT, at=at)),
        "prepare": lambda: network.prepare(DRAFT),
        "show": lambda: network.publish(Draft("Schon da", draft_id=ready)),
        "move": lambda: network.move(ready, at + HOUR),
    }
    with expect(OutcomeUnknown):
        ways[call]()
    performed = MEANINGLESS[label].performs
    assert len(find(network, sandbox)) == (performed and call in ("hold", "prepare"))
    seen = network.look(ready)
    assert seen is not None
    if call == "show":
        assert (seen.place is Place.LIVE) is performed
    if call == "move":
        assert seen.due_at == (at + HOUR if performed else at)


@pytest.mark.parametrize(
    ("knobs", "kind"),
    [
        ({"token": "expired"}, NotAuthorised),
        ({"permissions": []}, NotAuthorised),
        ({"rate_limit": {"code": 32, "calls": 9, "minutes": 5}}, RateLimited),
    ],
)
def test_a_refused_account_does_nothing(
    network: Held, sandbox: Sandbox, expect: Expect, knobs: dict[str, Any], kind: type[Any]
) -> None:
    at = ahead(sandbox)
    held = network.publish(replace(DRAFT, at=at)).remote_id
    sandbox.configure({"facebook": knobs})
    for call in (
        lambda: network.publish(Draft("Neu", at=at)),
        lambda: network.prepare(Draft("Neu")),
        lambda: network.publish(replace(DRAFT, draft_id=held)),
        lambda: network.move(held, at + HOUR),
        network.unseen,
    ):
        with expect(kind):
            call()
    assert states(sandbox) == ["scheduled"]


def test_a_part_of_the_lists_is_no_list(network: Held, sandbox: Sandbox, expect: Expect) -> None:
    """Whichever page fails, unseen and find fail as a whole."""
    for number in range(101):
        network.prepare(Draft(f"Entwurf {number}"))
    before = network.calls
    network.unseen()
    reads = network.calls - before
    assert reads == 3
    for answered in range(reads):
        if answered:
            sandbox.faults.add(Fault("slow", method="GET", seconds=0, times=answered))
        sandbox.faults.add(Fault("status", method="GET", status=503))
        with expect(OutcomeUnknown):
            network.unseen()


def test_a_platform_that_lets_the_time_pass(network: Held, sandbox: Sandbox) -> None:
    """The post reads as held with a time in the past, and can still be shown."""
    sandbox.configure({"facebook": {"keeps_scheduled": True}})
    at = ahead(sandbox)
    held = network.publish(replace(DRAFT, at=at))
    sandbox.clock.advance(5 * HOUR)
    seen = network.look(held.remote_id)
    assert seen is not None
    assert (seen.place, seen.due_at) == (Place.HELD, at)
    network.publish(replace(DRAFT, draft_id=held.remote_id))
    assert states(sandbox) == ["published"]


def test_a_publication_may_show_late(network: Held, sandbox: Sandbox) -> None:
    """Until it does, the post reads as held; it is found all the time, in one list or another."""
    at = ahead(sandbox)
    held = network.publish(replace(DRAFT, at=at))
    sandbox.configure({"facebook": {"lag_seconds": 90}})
    sandbox.clock.advance(2 * HOUR + timedelta(seconds=30))
    assert states(sandbox) == ["published"]
    assert find(network, sandbox) == [(held.remote_id, Place.HELD)]
    sandbox.clock.advance(timedelta(seconds=90))
    assert find(network, sandbox) == [(held.remote_id, Place.LIVE)]


@pytest.mark.parametrize("value", ["soon", "", None, 0, -5, 1e300, True, [1]])
def test_a_time_that_is_none_is_not_believed(
    network: Held, sandbox: Sandbox, value: object
) -> None:
    """An odd scheduled time costs the time only: that the post is unseen stays true."""
    held = network.publish(replace(DRAFT, at=ahead(sandbox))).remote_id
    body = {"id": held, "is_published": False, "message": "x", "scheduled_publish_time": value}
    sandbox.faults.add(Fault("status", status=200, body=body))
    seen = network.look(held)
    assert seen is not None
    assert seen.place in (Place.HELD, Place.DRAFT)
    assert seen.due_at is None
