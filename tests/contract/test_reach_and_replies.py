"""What every network promises of reach and replies, over HTTP against the sandbox.

The sandbox's ledger says what somebody who reads everything could have collected; an adapter has
to come to the same.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from contract_terms import Connect, Expect, given
from network_stages import STAGES, Listens, Stage
from test_networks import UNCLEAR

from orchestrator import networks
from orchestrator.ports import (
    Draft,
    Heard,
    Hearing,
    Listening,
    Network,
    NotAuthorised,
    OutcomeUnknown,
    RateLimited,
    Readings,
    Rejected,
)
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.server import Sandbox

LISTENING = [name for name in STAGES if STAGES[name].listens]
START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
MANY = 120  # more than a page of a list has
APPEALS = (
    "Amira, Schneiderin, sucht in Bautzen eine Stelle.",
    "Yusuf ist Fliesenleger. Wer braucht in Halle Hilfe?",
    "Rahel backt seit zwölf Jahren und will in Wörth arbeiten.",
    "Samuel, Koch, wohnt in Emden und kann morgen anfangen.",
    "Farida pflegt Menschen. In Görlitz fehlen ihr nur die Türen.",
    "Tesfay repariert Fahrräder, am liebsten in Rosenheim.",
)


@pytest.fixture(params=LISTENING)
def name(request: pytest.FixtureRequest) -> str:
    """Every network that people answer on."""
    return str(request.param)


@pytest.fixture
def listens(stage: Stage) -> Listens:
    assert stage.listens
    return stage.listens


def of_each(what: str) -> list[tuple[str, str]]:
    """Each network with each label of a part of its stage."""
    return [(name, label) for name in LISTENING for label in getattr(STAGES[name].listens, what)]


@dataclass
class People:
    """Puts exact replies into the sandbox, and reads its ledger."""

    sandbox: Sandbox
    name: str

    def say(self, *replies: dict[str, Any]) -> list[str]:
        """Put these there; answer the ids of all that the ledger has more than before."""
        before = self.said()
        self.sandbox.configure({self.name: {"replies": list(replies)}})
        return [each for each in self.said() if each not in before]

    def change(self, remote_id: str, **how: Any) -> None:
        self.sandbox.configure({self.name: {"replies": [{"id": remote_id} | how]}})

    def listening(self, posts: Iterable[str], held: Iterable[str] = ()) -> list[Listening]:
        """The posts as somebody knows them who holds these replies."""
        said, since = self.said(), self.sandbox.clock.now() - timedelta(minutes=5)
        counts, metric = self.posts(), networks.adapter(self.name).METRICS.replies
        return [
            Listening(
                post,
                since,
                frozenset(h for h in held if said[h]["post"] == post),
                counts.get(post, {}).get("seen", {}).get(metric),
            )
            for post in posts
        ]

    def hear(self, network: Any, posts: Iterable[str], held: Iterable[str] = ()) -> Hearing:
        """What is heard under these posts by somebody who holds these replies."""
        hearing: Hearing = network.replies(self.listening(posts, held), None)
        return hearing

    def posts(self) -> dict[str, dict[str, Any]]:
        entries = [entry for entry in self.sandbox.ledger() if entry["network"] == self.name]
        return {str(entry["id"]): entry for entry in entries if "replies" in entry}

    def said(self) -> dict[str, dict[str, Any]]:
        """Every reply, whether it stands or not."""
        return {
            str(reply["id"]): reply | {"post": post}
            for post, entry in self.posts().items()
            for reply in entry["replies"]
        }

    def stand(self) -> dict[str, str]:
        """The words of every reply that can be read now."""
        said = self.said().items()
        return {
            each: reply["text"]
            for each, reply in said
            if reply["readable"] and not reply["deleted_at"]
        }


@pytest.fixture
def people(sandbox: Sandbox, name: str) -> People:
    return People(sandbox, name)


def send(network: Network, number: int = 1) -> list[str]:
    """Publish so many posts."""
    texts = [f"{APPEALS[n % len(APPEALS)]} ({n})" for n in range(number)]
    return [network.publish(Draft(text)).remote_id for text in texts]


def words(heard: Sequence[Heard]) -> dict[str, str]:
    """What was heard; each reply must be there once."""
    assert len({each.remote_id for each in heard}) == len(heard)
    return {each.remote_id: each.text for each in heard}


def test_every_network_listens() -> None:
    """A network that has figures and replies is staged for them."""
    assert set(LISTENING) >= {"facebook", "x"}


@pytest.fixture
def lively() -> Iterator[Sandbox]:
    """A sandbox whose public reacts, at a time that only moves when told to."""
    with Sandbox(start=START, speed=0, public=11) as sandbox:
        yield sandbox


@pytest.fixture
def among_people(lively: Sandbox, name: str) -> Network:
    adapter = networks.adapter(name)
    return adapter.connect(adapter.Options(**given(lively, name)), read_timeout=10)


def test_a_week_is_read_as_it_was(
    among_people: Any, lively: Sandbox, name: str, listens: Listens
) -> None:
    """Day by day: the figures are the network's, every reply that stands is heard once, with its
    words of today, and exactly those that went are gone."""
    posts = [among_people.publish(Draft(text)).remote_id for text in APPEALS]
    crowd, held, until, all_gone = People(lively, name), set[str](), None, set[str]()
    for _day in range(7):
        lively.clock.advance(timedelta(hours=20))
        readings = among_people.reach(posts)
        seen = {post: entry["seen"] for post, entry in crowd.posts().items()}
        assert readings == Readings(figures=seen)
        hearing = among_people.replies(crowd.listening(posts, held), until)
        stand, until = crowd.stand(), hearing.until
        told = words(hearing.heard)
        assert told.items() <= stand.items()
        assert hearing.gone == held - stand.keys()
        held = (held | told.keys()) - hearing.gone
        assert held == set(stand)
        assert not hearing.findings
        all_gone |= hearing.gone
    assert len(held) > 10
    assert min(entry["seen"][among_people.metrics.reach] for entry in crowd.posts().values()) > 0


def test_what_is_heard_says_where_and_from_whom(
    network: Any, people: People, listens: Listens
) -> None:
    """Each reply belongs to its post, names its author, its time and what it answers."""
    first, second = send(network, 2)
    [tip] = people.say({"post": first, "text": "Fragt bei Hut & Co.", "author": "Hanna Otto"})
    [answer] = people.say({"post": first, "text": "Mache ich, danke!", "parent": tip})
    [deeper] = people.say({"post": first, "text": "Bitte, gern", "parent": answer})
    [other] = people.say({"post": second, "text": "Was kann er?", "author": "Ali"})
    heard = {each.remote_id: each for each in people.hear(network, [first, second]).heard}
    assert {each.post for each in heard.values() if each.remote_id != other} == {first}
    assert heard[other].post == second
    assert {i: each.parent for i, each in heard.items() if i in (answer, deeper)} == {
        answer: tip,
        deeper: answer,
    }
    assert heard[tip].author == listens.called("Hanna Otto")
    assert heard[tip].author_id not in ("", heard[other].author_id)
    for each in heard.values():
        assert each.channel == listens.channel
        assert each.permalink.startswith("https://")
        assert each.at.utcoffset() == timedelta(0)
        assert abs(each.at - people.sandbox.clock.now()) < timedelta(minutes=1)
        assert not each.picture


@pytest.mark.parametrize(("name", "label"), of_each("crooked"))
def test_crooked_lists_lose_and_double_nothing(
    network: Any, name: str, people: People, listens: Listens, label: str
) -> None:
    """Pages may repeat, come in any order or be left undone: each reply is heard once."""
    post, quiet = send(network, 2)
    said = people.say(*({"post": post, "text": f"Tipp {n}"} for n in range(MANY)))
    people.sandbox.configure({name: listens.crooked[label]})
    hearing = people.hear(network, [post, quiet], said)
    assert words(hearing.heard) == {each: f"Tipp {n}" for n, each in enumerate(said)}
    assert hearing.gone == frozenset()
    assert not hearing.findings


@pytest.mark.parametrize(("name", "label"), of_each("broken"))
def test_broken_lists_delete_nothing(
    network: Any, name: str, people: People, listens: Listens, label: str
) -> None:
    """Whatever a list leaves out is not gone, and a person is told; later it is all there."""
    post, whole = send(network, 2)
    said = people.say(*({"post": post, "text": f"Tipp {n}"} for n in range(MANY)))
    [other] = people.say({"post": whole, "text": "Hier auch"})
    people.change(said[-1], deleted=True)
    people.sandbox.configure({name: listens.broken[label]})
    hearing = people.hear(network, [post], said)
    assert words(hearing.heard).items() < {e: f"Tipp {n}" for n, e in enumerate(said)}.items()
    assert hearing.gone == frozenset()
    assert len(hearing.findings) == 1
    people.sandbox.configure({name: dict.fromkeys(listens.broken[label], "")})
    hearing = people.hear(network, [post, whole], said)
    assert set(words(hearing.heard)) == {*said[:-1], other}
    assert hearing.gone == {said[-1]}


@pytest.mark.parametrize("name", ["facebook"])
def test_a_list_that_lies_about_its_end_deletes_nothing(network: Any, people: People) -> None:
    """A page that is cut and promises no other looks whole: what it lacks is asked for."""
    [post] = send(network)
    said = people.say(*({"post": post, "text": f"Tipp {n}"} for n in range(10)))
    people.change(said[3], deleted=True)
    people.sandbox.configure({"facebook": {"truncate": "cut"}})
    hearing = people.hear(network, [post], said)
    assert hearing.gone == {said[3]}
    assert set(words(hearing.heard)) == {*said} - {said[3]}


def test_what_was_deleted_is_gone_and_what_was_edited_reads_anew(
    network: Any, people: People, listens: Listens
) -> None:
    [post] = send(network)
    kept, edited, deleted = people.say(
        *({"post": post, "text": text} for text in ("Bleibt", "Vorher", "Geht"))
    )
    [answer] = people.say({"post": post, "text": "Antwort", "parent": deleted})
    assert set(words(people.hear(network, [post]).heard)) == {kept, edited, deleted, answer}
    people.change(edited, text="Nachher")
    people.change(deleted, deleted=True)
    hearing = people.hear(network, [post], [kept, edited, deleted, answer])
    assert words(hearing.heard).items() >= {kept: "Bleibt", edited: "Nachher"}.items()
    assert deleted in hearing.gone
    assert {kept, edited} & hearing.gone == set()
    assert set(words(hearing.heard)) | hearing.gone == {kept, edited, deleted, answer}
    times = {each.remote_id: each.edited_at for each in hearing.heard}
    assert times[kept] is None
    assert (times[edited] is not None) is listens.edits


@pytest.mark.parametrize("name", ["facebook"])
def test_hidden_comments_are_heard_and_private_ones_miss_nowhere(
    network: Any, people: People
) -> None:
    """The page may hide what it answers by mail; a total that counts more than is listed, because
    of people whom nobody may read, makes no list incomplete."""
    [post] = send(network)
    hidden, private, gone = people.say(
        {"post": post, "text": "Ruft mich an", "hidden": True},
        {"post": post, "text": "Nur für Freunde", "private": True},
        {"post": post, "text": "Weg"},
    )
    people.change(gone, deleted=True)
    hearing = people.hear(network, [post], [gone])
    assert set(words(hearing.heard)) == {hidden}
    assert hearing.gone == {gone}
    assert network.reach([post]).figures[post]["comments"] == 2
    assert private not in words(hearing.heard)


@pytest.mark.parametrize("name", ["facebook"])
def test_the_pages_own_answers_are_not_heard(network: Any, people: People) -> None:
    """What the campaign itself writes under its post is no offer and no tip."""
    [post] = send(network)
    page = post.partition("_")[0]
    [tip] = people.say({"post": post, "text": "Schaut mal bei Hut & Co."})
    people.say({"post": post, "text": "Danke, wir fragen", "parent": tip, "author_id": page})
    assert set(words(people.hear(network, [post]).heard)) == {tip}


ODD = {
    "emoji": "👋🏽👨‍👩‍👧 🇩🇪 Super!",
    "arabic": "أعرف مخبزًا يبحث عن مساعد في بوتسن",
    "terminal": "Ruf an \x1b[31mjetzt\x1b[0m \x1b]0;Titel\x07 sofort",
    "direction": "Firma \u202etxt.exe\u202c und \u2066so\u2069 weiter\u200f",
    "markup": "<b>fett</b> &amp; [red]rot[/red] {name} %s \\u0041",
    "lines": "Erste Zeile\n\n\tzweite Zeile\u2028dritte",
    "contact": "Hut & Co., 0351 2345678, anna@example.org",
    "combining": "Zu\u0308rich e\u0301",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_words_come_as_they_are(network: Any, stage: Stage, people: People, text: str) -> None:
    """Nothing is tamed, redacted or cut at the border: what is shown decides the display."""
    [post] = send(network)
    [said] = people.say({"post": post, "text": text})
    assert words(people.hear(network, [post]).heard) in ({said: text}, {said: stage.keeps(text)})


@pytest.mark.parametrize("letter", ["a", "ä", "م", "👋"])
def test_long_replies_come_whole(
    network: Any, people: People, listens: Listens, letter: str
) -> None:
    posts = send(network, 3)
    text = letter * listens.longest
    said = people.say(*({"post": post, "text": text} for post in posts for _time in range(3)))
    assert words(people.hear(network, posts).heard) == dict.fromkeys(said, text)


def test_more_than_fits_into_an_answer_is_asked_in_parts(
    network: Any, people: People, listens: Listens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can silence a campaign by writing a lot under its posts."""
    posts = send(network, 4)
    said = people.say(*({"post": post, "text": "ä" * listens.longest} for post in posts))
    bound = listens.longest * 20
    monkeypatch.setattr("orchestrator.networks.wire.bounded.LARGEST", bound)
    assert set(words(people.hear(network, posts).heard)) == set(said)


def test_pictures_say_nothing_but_are_heard(network: Any, people: People) -> None:
    [post] = send(network)
    photo, sticker, empty = people.say(
        {"post": post, "picture": "photo"},
        {"post": post, "picture": "sticker"},
        {"post": post, "text": ""},
    )
    heard = people.hear(network, [post]).heard
    assert words(heard) == {photo: "", sticker: "", empty: ""}
    assert {each.remote_id: each.picture for each in heard} == {
        photo: True,
        sticker: True,
        empty: False,
    }


def test_a_post_that_is_gone_is_gone_and_no_other(network: Any, people: People) -> None:
    """Its figures end, the others' go on; what people said there is not given up for it."""
    gone, kept = send(network, 2)
    said = people.say({"post": gone, "text": "Tipp"}, {"post": kept, "text": "Auch"})
    network.takedown(gone)
    readings = network.reach([gone, kept])
    assert readings.gone == {gone}
    assert set(readings.figures) == {kept}
    hearing = people.hear(network, [gone, kept], [])
    # Some networks keep the answers to a post that is gone.
    assert set(words(hearing.heard)) in ({said[1]}, set(said))
    assert people.hear(network, [kept], [said[1]]).gone == frozenset()
    assert people.hear(network, [gone, kept], said).gone == frozenset()
    only = network.reach([gone])
    assert (only.gone, dict(only.figures)) == ({gone}, {})


@pytest.mark.parametrize(("name", "label"), of_each("lacking"))
def test_a_metric_that_is_refused_costs_only_itself(
    network: Any, name: str, people: People, listens: Listens, label: str
) -> None:
    """The others come, 75 posts do not pay for it, and asking again pays less."""
    posts = send(network, 3)
    knobs, reasons = listens.lacking[label]
    people.sandbox.configure({name: knobs})
    for _time in range(2):
        readings = network.reach(posts)
        assert readings.unavailable == reasons
        metrics = network.metrics
        all_of_them = {metrics.reach, metrics.replies, *metrics.counters}
        assert {post: figures.keys() for post, figures in readings.figures.items()} == {
            post: all_of_them - reasons.keys() for post in posts
        }
        assert readings.gone == frozenset()


@pytest.mark.parametrize(("name", "label"), of_each("blind"))
def test_who_may_see_nothing_is_not_told_zero(
    network: Any, name: str, people: People, listens: Listens, expect: Expect, label: str
) -> None:
    """Nor that posts are gone, even those that are."""
    gone, kept = send(network, 2)
    network.takedown(gone)
    people.sandbox.configure({name: listens.blind[label]})
    with expect(NotAuthorised):
        network.reach([gone, kept])
    with expect(NotAuthorised):
        network.reach([gone])


@pytest.mark.parametrize(("name", "label"), of_each("deaf"))
def test_who_may_hear_nothing_is_told_so(
    network: Any, name: str, people: People, listens: Listens, expect: Expect, label: str
) -> None:
    """Silence would look like nobody answered, and everything that was held like deleted."""
    [post] = send(network)
    said = people.say({"post": post, "text": "Tipp"})
    people.sandbox.configure({name: listens.deaf[label]})
    with expect(NotAuthorised):
        people.hear(network, [post], said)


@pytest.mark.parametrize(
    ("name", "label"), [(name, label) for name in LISTENING for label in STAGES[name].busy]
)
def test_a_rate_limit_before_anything_was_read_says_how_long(
    network: Any, name: str, stage: Stage, people: People, expect: Expect, label: str
) -> None:
    posts = send(network, 2)
    knobs, least, most = stage.busy[label]
    for read in (network.reach, lambda posts: people.hear(network, posts)):
        people.sandbox.configure({name: knobs})
        with expect(RateLimited) as caught:
            read(posts)
        # The second time it may be known already, a moment later.
        assert least - 5 <= caught.value.seconds <= most


LIMIT = {"error": {"code": 32, "message": "Page request limit reached", "type": "OAuthException"}}


@pytest.mark.parametrize("name", ["facebook"])
@pytest.mark.parametrize("read", [1, 2, 3])
def test_a_rate_limit_in_the_middle_keeps_what_was_read(
    network: Any, people: People, read: int
) -> None:
    """And nothing more is asked: a limit is no invitation to try the next fifty."""
    posts = send(network, 75)
    said = people.say(*({"post": post, "text": "Tipp"} for post in posts))
    for call in (lambda: network.reach(posts), lambda: people.hear(network, posts, said)):
        before = network.calls
        people.sandbox.faults.add(Fault("slow", method="POST", seconds=0, times=read))
        people.sandbox.faults.add(Fault("status", method="POST", status=400, body=LIMIT, times=9))
        result = call()
        people.sandbox.faults.clear()
        assert (result.ended is None) is (read > 1 and not isinstance(result, Readings))
        if isinstance(result, Readings):
            assert isinstance(result.ended, RateLimited)
            assert network.calls == before + read + 1
            assert len(result.figures) == (50 if read == 1 else 75)
            assert not result.unavailable
            assert result.gone == frozenset()
        elif read == 1:
            assert network.calls == before + 2
            assert len(result.heard) == 50
            assert result.gone == frozenset()
            assert "25 posts" in result.findings[0]
            assert "planned" not in result.findings[0]
            assert isinstance(result.ended, RateLimited)
        else:
            assert len(result.heard) == 75


BROKEN = {"error": {"code": 2, "message": "Temporary", "is_transient": True}}


def batch_of(*answers: tuple[int, object]) -> Fault:
    """An answer to a batch."""
    body = [{"code": code, "body": json.dumps(told)} for code, told in answers]
    return Fault("status", method="POST", status=200, body=body)


@pytest.mark.parametrize("name", ["facebook"])
def test_one_item_that_fails_costs_only_itself(network: Any, people: People) -> None:
    """Fifty posts share a call; the one that the platform stumbles over is left out."""
    posts = send(network, 3)
    said = people.say(*({"post": post, "text": "Tipp"} for post in posts))
    good, odd = {"id": posts[0], "shares": {"count": 4}}, {"id": posts[2], "shares": "many"}
    people.sandbox.faults.add(batch_of((200, good), (500, BROKEN), (200, odd)))
    figures = network.reach(posts).figures
    assert figures[posts[0]]["shares"] == 4
    assert [set(figures[post]) & {"shares", "reactions", "comments"} for post in posts[1:]] == [
        set(),
        set(),
    ]
    page = {"data": [{"id": said[0], "created_time": "2026-11-02T08:00:00+0000"}]}
    people.sandbox.faults.add(batch_of((200, page), (500, BROKEN), (200, {"data": "none"})))
    hearing = people.hear(network, posts, said)
    assert words(hearing.heard) == {said[0]: ""}
    assert hearing.gone == frozenset()
    assert "2 posts" in hearing.findings[0]


def outcome(read: Callable[[], Any]) -> Any:
    """What was read; None when the answer is unknown, and no other trouble."""
    try:
        return read()
    except OutcomeUnknown:
        return None


@pytest.mark.parametrize("fault", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_an_answer_without_sense_is_no_figure_and_no_end(
    connect: Connect, people: People, fault: Fault
) -> None:
    """Whatever comes: never a zero that nobody counted, never a reply or a post called gone."""
    network: Any = connect(read_timeout=0.25 if fault.kind == "hang" else 10)
    posts = send(connect(), 2)
    said = people.say(*({"post": post, "text": "Tipp"} for post in posts))
    seen = {post: entry["seen"] for post, entry in people.posts().items()}
    people.sandbox.faults.add(fault)
    readings = outcome(lambda: network.reach(posts))
    if readings:
        assert readings.gone == frozenset()
        for post, figures in readings.figures.items():
            assert figures.items() <= seen[post].items()
    people.sandbox.faults.clear()
    people.sandbox.faults.add(fault)
    hearing = outcome(lambda: people.hear(network, posts, said))
    if hearing:
        assert hearing.gone == frozenset()
        assert hearing.findings


def test_many_posts_are_read_in_few_calls(
    network: Any, name: str, stage: Stage, people: People, listens: Listens
) -> None:
    """75 posts with some replies each: figures and replies in no more calls than promised."""
    people.sandbox.configure({name: stage.roomy})
    posts = send(network, 75)
    said = people.say(
        *({"post": post, "text": f"Tipp {n}"} for n, post in enumerate(posts) for _time in "ab")
    )
    before = network.calls
    assert set(network.reach(posts).figures) == set(posts)
    assert set(words(people.hear(network, posts, said).heard)) == set(said)
    assert network.calls - before <= listens.calls


@pytest.mark.parametrize("name", ["facebook"])
def test_pages_of_comments_under_75_posts_take_no_more_calls(
    network: Any, people: People, listens: Listens
) -> None:
    """Every fifth has as many as fit on one page, the others have one."""
    posts = send(network, 75)
    text = "Ich kenne eine Bäckerei in Görlitz, die jemanden für die Frühschicht sucht. " * 3
    said = people.say(
        *({"post": post, "text": text} for post in posts),
        *({"post": post, "text": text} for post in posts[::5] for _time in range(98)),
    )
    before = network.calls
    network.reach(posts)
    assert set(words(people.hear(network, posts).heard)) == set(said)
    assert network.calls - before <= listens.calls


@pytest.mark.parametrize("name", ["facebook"])
def test_a_dead_metric_is_paid_for_once(network: Any, people: People) -> None:
    """It refuses the first fifty posts, then it is known, also to the next reading."""
    posts = send(network, 75)
    people.sandbox.configure({"facebook": {"dead_metrics": ["post_media_view"]}})
    counts = []
    for _time in range(2):
        before = network.calls
        network.reach(posts)
        counts.append(network.calls - before)
    # Counters of 75; fifty refused, which one it is, fifty again, and the other 25.
    assert counts == [2 + 4, 2 + 2]


@pytest.mark.parametrize(
    ("name", "strange"),
    [(name, each) for name in LISTENING for each in STAGES[name].strange_ids],
)
def test_what_is_no_post_of_ours_is_left_out(
    network: Any, people: People, expect: Expect, strange: str
) -> None:
    """It becomes part of no address, and spoils no reading of ours."""
    for read in (network.reach, lambda posts: people.hear(network, posts)):
        before = network.calls
        with expect(Rejected):
            read([strange])
        assert network.calls == before
    [post] = send(network)
    assert set(network.reach([strange, post]).figures) == {post}
    assert people.hear(network, [strange, post]).heard == []


def test_nothing_to_read_is_no_call(network: Any, people: People) -> None:
    assert network.reach([]) == Readings({})
    assert people.hear(network, []).heard == []
    assert network.calls == 0
