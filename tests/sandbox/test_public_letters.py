"""The sandbox's public also writes to us alone: the same in every run, and beside what it says."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from orchestrator.networks import adapter
from orchestrator.ports import Draft
from orchestrator.sandbox.public import Public, Shown, Written
from orchestrator.sandbox.public_letters import LETTERS
from orchestrator.sandbox.public_replies import SHIPPED, read
from orchestrator.sandbox.server import Sandbox

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TEXT = "Amira, Schneiderin, sucht in Bautzen eine Stelle."


def shown(number: int, network: str = "facebook") -> Shown:
    return Shown(network, str(number), TEXT, START + number * timedelta(hours=3), 40_000)


def written(public: Public, count: int, network: str = "facebook") -> list[Written]:
    return [each for n in range(1, count + 1) for each in public.letters(shown(n, network))]


def test_one_seed_writes_the_same_letters_in_any_order() -> None:
    there = written(Public(7), 60)
    public = Public(7)
    back = [each for n in range(60, 0, -1) for each in public.letters(shown(n))]
    assert there == back[::-1]
    assert there != written(Public(8), 60)


def test_letters_change_nothing_of_what_is_said_in_public() -> None:
    """Whoever asks for them first finds the same conversations below the posts."""
    asked, silent = Public(7), Public(7)
    written(asked, 20)
    posts = [shown(n) for n in range(1, 21)]
    assert [asked.response(each) for each in posts] == [silent.response(each) for each in posts]


def test_few_write_after_they_saw_the_post_and_each_something_of_their_own() -> None:
    letters = written(Public(7), 120)
    assert 15 <= len(letters) <= 60
    assert len({each.key for each in letters}) == len(letters)
    by_key = {each.key: each for each in letters}
    for number in range(1, 121):
        if letter := by_key.get(f"facebook {number}"):
            assert shown(number).at < letter.at < shown(number).at + 11 * DAY
    assert Counter(each.text for each in letters if each.text).most_common(1)[0][1] <= 3
    assert 0 < len(written(Public(7), 120, "x")) < len(letters)


def test_the_letters_have_all_labels_and_languages_and_no_word_of_the_replies() -> None:
    lines, public = read(LETTERS), read(SHIPPED)
    assert {each.label for each in lines} == {each.label for each in public}
    assert {each.language for each in lines} == {"de", "en", "ar"}
    assert not {each.text for each in lines if each.text} & {each.text for each in public}


@pytest.mark.parametrize("name", ["facebook", "x"])
def test_a_network_tells_what_was_written_until_now(name: str) -> None:
    """What an adapter hears is what the sandbox knows to be true, by number and words."""
    with Sandbox(start=START, speed=0, public=7) as sandbox:
        prefix = f"TUEROEFFNER_{name.upper()}__"
        env = {k.removeprefix(prefix).lower(): v for k, v in sandbox.env().items() if prefix in k}
        network = adapter(name).connect(adapter(name).Options(**env), clock=sandbox.clock)
        for number in range(30):
            network.publish(Draft(f"{TEXT} {number}"))
            sandbox.clock.advance(timedelta(hours=2))
        assert sandbox.messages() == [] or sandbox.messages()[0]["at"] <= str(sandbox.clock.now())
        sandbox.clock.advance(10 * DAY)
        true = {each["id"]: each["text"] for each in sandbox.messages()}
        heard = network.messages(None, START).heard
        assert true
        assert {each.remote_id for each in heard} == true.keys()
        words = {each.remote_id: " ".join(each.text.split()) for each in heard}
        assert words == {number: " ".join(str(text).split()) for number, text in true.items()}
