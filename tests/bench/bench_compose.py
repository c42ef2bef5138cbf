"""How many posts a second are worded, beside a naive search that measures every cut exactly.

Run with ``python tests/bench/bench_compose.py``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import perf_counter

from orchestrator.compose import Rules, Unfit, Voice, compose
from orchestrator.networks.wire import x_text
from orchestrator.phrases import fill, phrases, place_forms
from orchestrator.sentences import sentences

TANDEMS, NUMBERS = 38, (1, 2)
STORY = (
    "Ich habe {0} Jahre in einer Küche gearbeitet und koche gern für viele Menschen.",
    "Am liebsten backe ich, und auch um {0} Uhr früh stehe ich gern auf!",
    "In Halle {0} habe ich z. B. Lager und Kasse kennengelernt.",
)


@dataclass
class Counted:
    """The length on X, and how often it was asked for."""

    calls: int = 0

    def __call__(self, text: str) -> int:
        self.calls += 1
        return x_text.length(text)


def rules(length: Callable[[str], int]) -> Rules:
    """What X asks of a text."""
    return Rules(
        network="x",
        limit=280,
        length=length,
        languages=["de"],
        hashtag="#Türöffner",
        contact="030 555 0100",
        links="never",
        link_in_text=True,
        has_url=x_text.has_url,
    )


def facebook(x: Rules) -> Rules:
    """What Facebook asks: nearly nothing."""
    return replace(x, network="facebook", limit=63206, length=len, link_in_text=False)


def voices(size: int) -> list[Voice]:
    """Tandems with appeals of about ``size`` characters."""
    return [_voice(number, size) for number in range(TANDEMS)]


def _voice(number: int, size: int) -> Voice:
    text = " ".join(_story(number, size))
    return Voice(f"tandem-{number}", "Kim", "Fulda", False, "Koch", {"de": text}, "", False)


def _story(number: int, size: int) -> Iterator[str]:
    written = 0
    while written < size:
        sentence = STORY[number % len(STORY)].format(number % 9 + 2)
        written += len(sentence) + 1
        number += 1
        yield sentence


def naive(voice: Voice, number: int, asked: Rules) -> str:
    """Cut a sentence off and measure, until it fits: the way one would do it in an afternoon."""
    words = phrases("de")
    assert words is not None
    values = {**place_forms(words, voice.place, regional=False), "name": voice.name}
    opening = fill(words.openings_plain[number], values)
    said = sentences(voice.appeals["de"])
    for keep in range(len(said), 0, -1):
        text = f"{opening}\n\n{''.join(said[:keep]).strip()}\n\n{asked.hashtag}"
        if asked.length(text) <= asked.limit:
            return text
    raise Unfit("too long")


def line(
    name: str,
    run: Callable[[Voice, int, Rules], object],
    people: list[Voice],
    count: Counted,
    *,
    beside: bool = False,
) -> str:
    """Word every post of ``people`` once, and write a row of the result."""
    asked = facebook(rules(count)) if beside else rules(count)
    start = perf_counter()
    for voice in people:
        for number in NUMBERS:
            run(voice, number, asked)
    seconds = perf_counter() - start
    posts = len(people) * len(NUMBERS)
    return (
        f"{name:<28}{seconds * 1000:9.0f} ms {posts / seconds:9.1f} posts/s"
        f" {count.calls / posts:8.1f} exact counts each"
    )


def main() -> None:
    """Print what short and long appeals cost; the naive search only gets a sample of the long."""
    for size, sample in ((200, TANDEMS), (1_400, 4), (10_000, 1), (32_000, 0)):
        people = voices(size)
        print(f"{TANDEMS} tandems, {len(NUMBERS)} posts each, appeals of {size:,} characters")
        if sample:
            print(line(f"every cut measured ({sample})", naive, people[:sample], Counted()))
        print(line("compose for X", compose, people, Counted()))
        print(line("compose for Facebook", compose, people, Counted(), beside=True))


if __name__ == "__main__":
    main()
