"""The public: believable, the same for everybody who asks, and never ahead of the clock."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.sandbox.http import Emulator
from orchestrator.sandbox.public import Member, Public, Response, Said, Shown
from orchestrator.sandbox.public_crowd import Crowd
from orchestrator.sandbox.public_deck import in_hand
from orchestrator.sandbox.public_reading import reading
from orchestrator.sandbox.public_replies import LABELS, SHIPPED, decoded, read
from orchestrator.sandbox.public_talk import Talk
from orchestrator.sandbox.public_turns import BAG
from orchestrator.sandbox.server import Sandbox

MONDAY = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
HOME = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
FIGURES = "viewers", "views", "likes", "shares", "quotes", "bookmarks", "clicks"
TRADES = (
    "Bäcker", "Elektrikerin", "Altenpflege", "Buchhalterin", "Tischler", "Köchin", "Schneiderin",
    "Informatiker", "Maler", "Busfahrerin", "Lagerist", "Friseurin", "Imker",
)  # fmt: skip
TOWNS = "Kassel", "Bad Kreuznach", "Neustadt an der Weinstraße", "Ulm", "Frankfurt (Oder)", "Gera"
PEOPLE = 12_000, 80_000, 350_000, 1_400_000, 45_000


def german(number: int) -> str:
    trade, town = TRADES[number % len(TRADES)], TOWNS[number % len(TOWNS)]
    return f"Robin {number} sucht Arbeit in {town}: {trade}. Wer stellt ein und hat einen Tipp?"


def post(number: int, network: str = "facebook", **changes: Any) -> Shown:
    people = 0 if network == "x" and number % 3 else PEOPLE[number % len(PEOPLE)]
    at = MONDAY + timedelta(minutes=66 * number)
    given = {"text": german(number), "at": at, "people": people} | changes
    return Shown(network, str(number), **given)


def week(posts: int = 152) -> list[Shown]:
    """38 tandems, twice on each of two networks."""
    return [post(1 + n // 2, ("facebook", "x")[n % 2]) for n in range(posts)]


def world(seed: int = 1, posts: int = 152) -> list[Response]:
    public = Public(seed)
    return [public.response(each) for each in week(posts)]


def replies(responses: Sequence[Response]) -> list[Said]:
    return [said for response in responses for said in response.said]


@pytest.fixture(scope="module")
def crowd() -> list[Said]:
    """What is said in one whole week."""
    return replies(world())


def table(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "replies.tsv"
    path.write_text("\n".join(["id\tlabel\tlanguage\ttrades\tkind\ttext", *rows]) + "\n", "utf-8")
    return path


# --- one seed, one world ---


def test_the_order_of_questions_changes_nothing() -> None:
    """Two emulators ask as their clients come, and must not disturb each other."""
    there, back = Public(3), Public(3)
    forward = [there.response(each) for each in week(40)]
    backward = [back.response(each) for each in reversed(week(40))]
    assert forward == backward[::-1]
    assert Public(3).response(week(40)[17]) == forward[17]


def test_another_process_sees_the_same_world() -> None:
    """Nothing hangs on Python's own, random hashes."""
    script = (
        (
            "from datetime import datetime; from orchestrator.sandbox.public import Public, Shown;"
            f"print(repr(Public(5).response({post(4)!r})))"
        )
        .replace("datetime.datetime(", "datetime(")
        .replace("datetime.timezone.utc", "timezone.utc")
    )
    script = script.replace("import datetime;", "import datetime, timezone;")
    printed = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2]),
                 "PYTHONIOENCODING": "utf-8"},
            capture_output=True, text=True, encoding="utf-8", check=True,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert printed[0] == printed[1] == f"{Public(5).response(post(4))!r}\n"


def test_a_post_is_thought_of_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Networks ask for every figure of every post; the answer is made, and the file read, once."""
    path = table(tmp_path, "a\ttip\tde\t\t\tFragt im Rathaus")
    made: list[Shown] = []
    opened: list[Path] = []
    under, read_text = Talk.under, Path.read_text

    def counted(talk: Talk, shown: Shown, *rest: Any) -> tuple[Said, ...]:
        made.append(shown)
        return under(talk, shown, *rest)

    def noted(file: Path, *rest: Any, **more: Any) -> str:
        opened.append(file)
        return read_text(file, *rest, **more)

    monkeypatch.setattr(Talk, "under", counted)
    monkeypatch.setattr(Path, "read_text", noted)
    for _ in range(2):
        public = Public(1, path)
        for _ in range(5):
            assert [public.response(each) for each in week(20)]
    assert made == week(20) * 2
    assert opened.count(path) == 1


def test_another_seed_is_another_world() -> None:
    one, other = replies(world(1, 30)), replies(world(2, 30))
    assert [said.at for said in one] != [said.at for said in other]
    assert {said.author.id for said in one}.isdisjoint(said.author.id for said in other)


def test_keys_may_be_any_words() -> None:
    """A network that does not count its posts gets a public, too."""
    public = Public(1)
    named = Shown("bluesky", "3kfo-a", german(1), MONDAY, 50_000)
    assert public.response(named).viewers(MONDAY + 99 * HOUR) > 0
    assert public.response(named) == Public(1).response(named)


# --- figures ---


@settings(max_examples=50)
@given(
    st.integers(0, 99),
    st.integers(0, 5_000_000),
    st.integers(1, 400),
    st.lists(st.integers(-3_600, 20 * 86_400), min_size=2, max_size=12).map(sorted),
)
def test_figures_never_fall_and_keep_their_order(
    seed: int, people: int, number: int, seconds: list[int]
) -> None:
    """Also where the network counts again, days later."""
    shown = post(number, people=people)
    response = Public(seed).response(shown)
    last = dict.fromkeys(FIGURES, 0)
    for second in seconds:
        now = shown.at + timedelta(seconds=second)
        figures = {name: getattr(response, name)(now) for name in FIGURES}
        assert all(figures[name] >= last[name] for name in FIGURES)
        viewers = figures["viewers"]
        assert viewers < figures["views"] or viewers == figures["views"] == 0
        assert all(figures[name] <= viewers for name in FIGURES[2:])
        assert not people or viewers <= people / 4
        last = figures


def test_nothing_has_happened_when_a_post_goes_live() -> None:
    response = Public(1).response(post(1))
    assert [getattr(response, name)(post(1).at) for name in FIGURES] == [0] * len(FIGURES)


def test_the_first_hours_bring_most_and_the_night_little() -> None:
    """Over many posts of a Monday morning."""
    public = Public(8)
    days = [public.response(post(n, at=MONDAY, people=200_000)) for n in range(1, 60)]

    def between(start: float, end: float) -> int:
        return sum(r.viewers(MONDAY + end * HOUR) - r.viewers(MONDAY + start * HOUR) for r in days)

    assert MONDAY.astimezone(HOME).hour == 8
    assert between(0, 6) > between(6, 240) / 2
    assert between(17, 21) * 3 < between(11, 15)  # 1 to 5 at night; 19 to 23
    assert between(96, 240) < between(0, 240) / 20


def test_night_is_night_at_home_in_summer_and_in_winter() -> None:
    """The hour counts as people's clocks show it, whatever the offset."""
    public = Public(8)
    for start in (datetime(2026, 7, 6, 1, tzinfo=HOME), datetime(2026, 11, 30, 1, tzinfo=HOME)):
        slow = fast = 0
        for number in range(1, 30):
            response = public.response(post(number, at=start.astimezone(UTC), people=300_000))
            slow += response.viewers(start + 3 * HOUR)
            fast += response.viewers(start + 8 * HOUR) - response.viewers(start + 5 * HOUR)
        assert slow * 2 < fast


def test_a_few_posts_fly_and_many_sink() -> None:
    public = Public(1)
    reached = sorted(
        public.response(post(n, people=100_000)).viewers(MONDAY + 999 * HOUR) for n in range(1, 101)
    )
    assert reached[50] * 2 < reached[95]
    assert sum(reached[90:]) > sum(reached) / 4
    assert reached[0] >= 500 * 0.95


def test_nobody_talks_about_what_nobody_sees() -> None:
    public = Public(1)
    for number in range(1, 80):
        shown = post(number, people=400)
        response = public.response(shown)
        assert len(response.said) * 25 <= response.reach.totals["viewers"] <= 100


# --- what is said ---


@pytest.mark.parametrize("seed", [1, 77])
def test_a_week_is_of_the_size_of_a_real_one(seed: int) -> None:
    """38 tandems, four posts each, whatever the seed."""
    responses = world(seed)
    labels = Counter(said.label for said in replies(responses))
    assert 400 <= labels.total() <= 700
    assert 100 <= labels["tip"] <= 150
    assert 15 <= labels["job_offer"] <= 30
    views = sum(response.views(MONDAY + 999 * HOUR) for response in responses)
    assert 150_000 <= views <= 1_500_000


def test_labels_come_in_their_shares() -> None:
    said = Counter(each.label for each in replies(world(4, 150)))
    dealt = Counter(label for label, _ in BAG)
    assert set(said) == LABELS == set(dealt)
    for label in LABELS:
        share, wanted = said[label] / said.total(), dealt[label] / dealt.total()
        assert wanted * 0.7 < share < wanted * 1.4, label


def test_every_kind_occurs(crowd: list[Said]) -> None:
    """Edits, deletions, pictures, nothing at all, essays, traps, threads, private accounts."""
    by_key = Counter(said.author for said in crowd)
    assert sum(1 for said in crowd if said.edited_at) >= 3
    assert sum(1 for said in crowd if said.deleted_at) >= 10
    assert sum(1 for said in crowd if said.picture) >= 3
    assert sum(1 for said in crowd if not said.text) >= 1
    assert sum(1 for said in crowd if len(said.text) > 500) >= 2
    assert sum(1 for said in crowd if re.search("[\x1b\u200b-\u202e]", said.text)) >= 3
    assert sum(1 for said in crowd if said.author.private) >= 10
    assert sum(1 for said in crowd if not said.mentions) >= 10
    assert sum(1 for count in by_key.values() if count > 1) >= 20
    assert 0.05 < sum(1 for said in crowd if said.parent) / len(crowd) < 0.25
    assert max(Counter(said.label for said in crowd if said.deleted_at).values()) < len(crowd) / 10


def test_threads_go_two_levels_deep_and_answer_what_was_there() -> None:
    depths: Counter[int] = Counter()
    for response in [response for seed in range(1, 4) for response in world(seed)]:
        by_key = {said.key: said for said in response.said}
        assert list(by_key) == list(range(1, len(by_key) + 1))
        for said in response.said:
            parent = by_key[said.parent] if said.parent else None
            assert parent is None or (parent.at < said.at and parent.author != said.author)
            depth = 0
            while parent:
                depth, parent = depth + 1, by_key[parent.parent] if parent.parent else None
            depths[depth] += 1
    assert set(depths) == {0, 1, 2}


def test_replies_stand_in_the_order_of_time_over_days() -> None:
    late = 0
    for shown, response in zip(week(), world(), strict=True):
        times = [said.at for said in response.said]
        assert times == sorted(times)
        assert all(at > shown.at for at in times)
        late += sum(at > shown.at + 48 * HOUR for at in times)
    assert late > 5


def test_most_replies_come_while_people_are_awake(crowd: list[Said]) -> None:
    at_night = sum(1 <= said.at.astimezone(HOME).hour < 5 for said in crowd)
    assert at_night < len(crowd) / 20


def test_a_text_is_hardly_ever_said_twice(crowd: list[Said]) -> None:
    """Apart from hearts and thumbs, and from spam, which is pasted."""
    said = Counter(each.text for each in crowd if len(each.text) > 8 and each.label != "spam")
    assert said.total() - len(said) <= said.total() * 0.04
    for response in world():
        long = [each.text.lower().rstrip(".!…") for each in response.said if len(each.text) > 8]
        assert len(long) == len(set(long))


def test_another_hand_writes_the_same_words() -> None:
    hands = {in_hand("Viel Glück euch beiden!", number) for number in range(1, 7)}
    assert len(hands) >= 5
    assert "Viel Glück euch beiden!" not in hands
    assert {re.sub(r"\W", "", hand.lower()) for hand in hands} == {"vielglückeuchbeiden"}
    assert in_hand("❤️", 3) == "❤️"


def test_the_public_writes_german_and_under_other_posts_more_of_the_other() -> None:
    public = Public(6)

    def languages(text: str) -> Counter[str]:
        shown = [post(n, text=text, people=300_000) for n in range(1, 60)]
        return Counter(said.language for said in replies([public.response(s) for s in shown]))

    german_ones = languages("Wer hat Arbeit für einen Maler und sagt es uns?")
    english_ones = languages("Who has a job for a painter and would tell us? We are glad.")
    arabic_ones = languages("نبحث عن عمل لدهان، هل تعرفون مكانا؟")
    assert german_ones["de"] > german_ones.total() * 0.8
    assert english_ones["en"] > english_ones.total() * 0.4 > german_ones["en"]
    assert arabic_ones["ar"] > arabic_ones.total() * 0.4 > german_ones["ar"]


def test_talk_of_a_trade_needs_the_trade() -> None:
    """A text of bakers is heard under a baker's post only."""
    public = Public(2)
    of_bakers = {decoded(line.text).lower()[:30] for line in read() if "bäck" in line.trades}

    def heard(text: str) -> int:
        shown = [post(n, text=text, people=500_000) for n in range(1, 80)]
        said = replies([public.response(each) for each in shown])
        return sum(each.text.lower()[:30] in of_bakers for each in said)

    assert heard("Robin sucht Arbeit in Kassel: Maler.") == 0
    assert heard("Robin sucht Arbeit in Kassel: Bäcker.") >= 3


@pytest.mark.parametrize(
    ("text", "language", "town", "trade"),
    [
        ("Robin sucht Arbeit in Ulm: Bäcker.", "de", "Ulm", "Bäcker"),
        ("Ein Aufruf für Robin aus Bad Kreuznach: ich backe.", "de", "Bad Kreuznach", ""),
        ("Arbeit rund um Neustadt an der Weinstraße", "de", "Neustadt an der Weinstraße", ""),
        ("Wir suchen in Halle (Saale) eine Stelle", "de", "Halle (Saale)", ""),
        ("Who is looking for a baker in Husum?", "en", "Husum", "baker"),
        ("نبحث عن عمل في \u2068Passau\u2069 من أجل \u2068Omar\u2069.", "ar", "Passau", ""),
        ("Arbeit in Vollzeit, in der Nähe, mit Erfahrung, Bei Idris wächst alles", "de", "", ""),
        ("Alles dreht sich um Robin. Robin sucht Arbeit.", "de", "", ""),
    ],
)
def test_a_post_is_read_for_language_town_and_trade(
    text: str, language: str, town: str, trade: str
) -> None:
    """Neither does "Nähe" make a tailor, nor "Erfahrung" a driver."""
    found = reading(text, ["bäck", "bak", "näh", "fahr"])
    assert (found.language, found.town, found.trade) == (language, town, trade)


def test_no_placeholder_is_left_and_none_is_guessed(crowd: list[Said]) -> None:
    public = Public(1)
    texts = [said.text + said.edited_text for said in crowd]
    bare = [post(n, text="Wer stellt ein?", people=300_000) for n in range(1, 77)]
    texts += [said.text for said in replies([public.response(each) for each in bare])]
    assert not any("{" in text for text in texts)
    assert any("Neustadt an der Weinstraße" in text for text in texts)
    assert not any(re.search(r"\bin  |\bin [.,!]", text) for text in texts)


# --- never ahead of the clock ---


def test_nothing_can_be_read_early_or_after_its_deletion(crowd: list[Said]) -> None:
    second = timedelta(seconds=1)
    for said in crowd:
        assert said.words(said.at - second) is None
        assert said.words(said.at) == said.text
        if said.edited_at:
            assert said.at < said.edited_at
            assert said.words(said.edited_at - second) == said.text
            assert said.words(said.edited_at) == said.edited_text != said.text
        if said.deleted_at:
            assert (said.edited_at or said.at) < said.deleted_at
            assert said.words(said.deleted_at - second) is not None
            assert said.words(said.deleted_at) is None


# --- people ---


def test_accounts_have_numbers_and_handles_that_networks_accept() -> None:
    people = [
        Crowd(1, "x").member(number, arabic) for number in range(400) for arabic in (False, True)
    ]
    assert len({person.id for person in people}) == len(people)
    assert all(re.fullmatch(r"\d{15,19}", person.id) for person in people)
    assert all(re.fullmatch(r"[a-z0-9_]{4,15}", person.handle) for person in people)
    assert any("\u0600" < person.name[0] < "\u0700" for person in people)
    assert 0.03 < sum(person.private for person in people) / len(people) < 0.12


def test_a_person_is_the_same_wherever_they_speak(crowd: list[Said]) -> None:
    by_id: dict[str, set[Member]] = {}
    for said in crowd:
        by_id.setdefault(said.author.id, set()).add(said.author)
    assert all(len(members) == 1 for members in by_id.values())


# --- the data file ---


def test_the_shipped_texts_can_be_read() -> None:
    lines = read(SHIPPED)
    assert {line.label for line in lines} == LABELS
    assert {line.language for line in lines} == {"de", "en", "ar"}


def test_escapes_are_decoded(tmp_path: Path) -> None:
    path = table(tmp_path, r"a	other	de		hostile	eins\nzwei\t\\ \x1b[0m \u202e")
    assert read(path)[0].text == "eins\nzwei\t\\ \x1b[0m \u202e"


def test_an_edit_has_its_two_texts(tmp_path: Path) -> None:
    path = table(tmp_path, "a\ttip\tde\tBÄCK,koch\tedit\tVorher ⇒ Nachher")
    line = read(path)[0]
    assert (line.text, line.later, line.trades) == ("Vorher", "Nachher", ("bäck", "koch"))


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("b\ttip\tde\t\tGuten Tag", "5 columns"),
        ("b\tpraise\tde\t\t\tGut", "label: praise"),
        ("b\ttip\tnds\t\t\tGut", "language: nds"),
        ("b\ttip\tde\t\tloud\tGut", "kind: loud"),
        ("b\ttip\tde\t\t\t", "no text"),
        ("\ttip\tde\t\t\tGut", "no id"),
        ("a\ttip\tde\t\t\tGut", "a is there twice"),
        ("b\ttip\tde\t\tedit\tGut", "an edit"),
        ("b\ttip\tde\t\t\tGut ⇒ besser", "an edit"),
        ("b\ttip\tde\t\t\tIn {city}", "{town}"),
        (r"b	tip	de			Gut \q", r"\q"),
        ("b\ttip\tde\t\t\tGut \\", "escape"),
        ("", "1 columns"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, row: str, wrong: str) -> None:
    path = table(tmp_path, "a\ttip\tde\t\t\tGut", row)
    with pytest.raises(ValueError, match=r"replies\.tsv, line 3: ") as caught:
        Public(1, path)
    assert wrong in str(caught.value)


def test_a_wrong_heading_is_named(tmp_path: Path) -> None:
    path = tmp_path / "replies.tsv"
    path.write_text("id\ttext\n", "utf-8")
    with pytest.raises(ValueError, match="line 1: the columns must be id label"):
        read(path)


def test_a_short_list_of_texts_leaves_the_rest_unsaid(tmp_path: Path) -> None:
    """Whoever has nothing to say is silent; nothing is made up."""
    path = table(
        tmp_path, "a\ttip\tde\t\t\tFragt im Rathaus", "b\tother\tde\tbäck\t\tIch backe selbst"
    )
    public = Public(1, path)
    said = replies([public.response(each) for each in week(60)])
    assert {each.label for each in said} == {"tip", "other"}
    assert all("rathaus" in each.text.lower() for each in said if each.label == "tip")


# --- in the sandbox ---


@pytest.fixture
def given_public(monkeypatch: pytest.MonkeyPatch) -> list[Public | None]:
    """What the emulators were given, in order."""
    seen: list[Public | None] = []
    from orchestrator.sandbox import facebook

    create: Callable[..., Emulator] = facebook.create

    def watched(clock: Any, public: Public | None = None) -> Emulator:
        seen.append(public)
        return create(clock, public)

    monkeypatch.setattr(facebook, "create", watched)
    return seen


def test_the_sandbox_has_the_public_of_its_seed(given_public: list[Public | None]) -> None:
    """Also after a reset; without a seed, nobody is there."""
    sandbox = Sandbox(public=9)
    sandbox.reset()
    first, second = given_public
    assert first is not second
    assert [public and public.seed for public in given_public] == [9, 9]
    sandbox.stop()
    Sandbox().stop()
    assert given_public[2] is None


@pytest.mark.parametrize(
    ("arguments", "seed"), [([], 1), (["--seed", "12"], 12), (["--no-public"], None)]
)
def test_the_ready_line_tells_the_seed(
    arguments: list[str],
    seed: int | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    import threading

    import cli

    class Interrupted(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            if timeout is None:
                raise KeyboardInterrupt
            return super().wait(timeout)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["tueroeffner", "sandbox", "serve", "--port", "0", *arguments])
    monkeypatch.setattr(Sandbox, "start", lambda sandbox: sandbox)
    monkeypatch.setattr(threading, "Event", Interrupted)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130
    ready = json.loads(capsys.readouterr().out.splitlines()[0])
    assert ready["ready"] is True
    assert ready["seed"] == seed
