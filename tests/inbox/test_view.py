"""The full-screen inbox: what stands on it, and what each key does. Played without a terminal."""

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from sqlalchemy import event
from textual.pilot import Pilot

from orchestrator import i18n
from orchestrator.commands.desk import Desk
from orchestrator.commands.view import aside, edges
from orchestrator.commands.view.screen import Screen
from orchestrator.commands.view.shelf import PAGE, Shelf
from orchestrator.inbox.arabic import SAMPLE, turned
from orchestrator.model import Reply
from orchestrator.vocabulary import Label
from tests.conftest import on_sqlite
from tests.inbox.conftest import NOON, Manager, Rows

ARABIC = "عندي مغسلة سيارات وأحتاج شخص يشتغل معي كل يوم"
Played = Callable[[Pilot[None], Screen], Coroutine[Any, Any, None]]


class View:
    """The view of somebody in the campaign's folder, on a screen of any size."""

    def __init__(self, manager: Manager) -> None:
        self.manager = manager
        self.config = manager.folder / "config.toml"

    def play(self, play: Played, *, size: tuple[int, int] = (80, 24), lang: str = "en") -> None:
        """Open it, do something, leave."""
        self.manager.monkeypatch.setenv("TUEROEFFNER_NOW", self.manager.now.isoformat())
        self.manager.monkeypatch.setenv("LOGNAME", self.manager.name)
        desk = Desk(config=self.config, lang=lang)

        async def played() -> None:
            screen = Screen(Shelf(desk), self.config)
            async with screen.run_test(size=size) as pilot:
                await settled(pilot)
                await play(pilot, screen)
            if screen.failure:
                raise screen.failure

        try:
            asyncio.run(played())
        finally:
            desk.close()


async def settled(pilot: Pilot[None]) -> None:
    """Until the screen is whole and everything is counted."""
    for _round in range(200):
        await pilot.pause()
        if getattr(pilot.app, "is_open", False):
            break
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


def shown(screen: Screen) -> list[str]:
    """The screen as somebody reads it, line by line."""
    return [
        "".join(segment.text for segment in strip)
        for strip in screen.screen._compositor.render_strips()
    ]


def text(screen: Screen, part: str | None = None) -> str:
    if part is None:
        return "\n".join(shown(screen))
    return "\n".join("".join(word for word, _look in line) for line in screen.papers[part].lines)


@pytest.fixture
def view(manager: Manager) -> View:
    """Arabic was settled before, unless a test asks anew."""
    config = manager.folder / "config.toml"
    config.write_text(config.read_text("utf-8") + '\n[inbox]\narabic = "logical"\n', "utf-8")
    return View(manager)


def test_the_queue_first_and_one_reply_whole(rows: Rows, view: View) -> None:
    """Offers on top; below: words, why, tandem, post, thread, history. On both databases."""
    tandem = rows.tandem()
    post = rows.post(tandem)
    rows.reply("Was kann er denn?", Label.QUESTION)
    offer = rows.reply(post_id=post, tandem_id=tandem, why=["need"])
    rows.reply("Frag doch Kim!", Label.OTHER, parent_remote_id=f"r{offer}")
    rows.reply("Verdiene 400 € am Tag", Label.SPAM)

    async def look(_pilot: Pilot[None], screen: Screen) -> None:
        queue = text(screen, "queue").splitlines()
        assert [str(offer) in queue[0], "question" in queue[1], len(queue)] == [True, True, 2]
        page = text(screen, "detail")
        for each in ("Wir suchen ab sofort", "90 % sure", "amira-und-jonas", "Wer kennt in Freib",
                     "Frag doch Kim!", "In hand: nobody"):  # fmt: skip
            assert each in page
        assert "1 job offer, 1 question" in text(screen, "head")
        assert "folded: 1 spam, 1 more" in text(screen, "head")
        assert "400" not in text(screen)

    view.play(look)


@on_sqlite
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12)])
def test_every_line_fits(size: tuple[int, int], rows: Rows, view: View) -> None:
    """Long slugs, names and texts, wide signs, piles of marks: nothing folds, nothing steers."""
    tandem = rows.tandem("lina-und-das-sehr-lange-paar-aus-bad-homburg-vor-der-hoehe")
    for said in ("Wir suchen Leute " * 600, "広告" * 3000, "a" + "\u0301" * 5000, "\x1b[2J\u202ex",
                 ARABIC * 40, "<b>[red]fett[/red]</b>"):  # fmt: skip
        rows.reply(said, tandem_id=tandem, author=said[:200], taken_by="maximiliane", taken_at=NOON)

    async def look(pilot: Pilot[None], screen: Screen) -> None:
        for _each in range(6):
            lines = shown(screen)
            assert len(lines) == size[1]
            assert {cell_len(line) for line in lines} == {size[0]}
            assert not {"\x1b", "\u202e"} & set("".join(lines))
            assert "quit" in lines[-1]
            await press(pilot, "n")
        assert "[red]fett[/red]" in text(screen, "detail")

    view.play(look, size=size)


def test_take_and_release(rows: Rows, view: View) -> None:
    """One key each, under one's own name; the queue shows it."""
    offer = rows.reply()

    async def take(pilot: Pilot[None], screen: Screen) -> None:
        await press(pilot, "t")
        assert rows.read(offer).taken_by == "heike"
        assert "is in your hands" in text(screen, "said")
        assert "taken by heike" in text(screen, "queue")
        await press(pilot, "r")
        assert rows.read(offer).taken_by is None
        assert [each.what for each in rows.events(offer)] == ["take", "release"]

    view.play(take)


def test_two_managers_at_once(rows: Rows, view: View) -> None:
    """Whoever is second is told who was first; taking away is asked, and refused when it moved."""
    offer = rows.reply()

    def taken_by(name: str | None) -> None:
        with rows.store.session() as session:
            held = session.get_one(Reply, offer)
            held.taken_by, held.taken_at = name, NOON if name else None

    async def collide(pilot: Pilot[None], screen: Screen) -> None:
        taken_by("jonas")
        assert "jonas" not in text(screen)
        await press(pilot, "t")
        assert f"jonas has reply {offer} in hand" in text(screen, "said")
        assert "inbox release" in text(screen, "said")
        assert "taken by jonas" in text(screen, "queue")
        await press(pilot, "r")
        assert "Take it away from them?" in text(screen, "said")
        await press(pilot, "n")
        assert rows.read(offer).taken_by == "jonas"
        await press(pilot, "r")
        taken_by("kim")
        await press(pilot, "y")
        assert "just been taken by kim" in text(screen, "said")
        assert rows.read(offer).taken_by == "kim"
        await press(pilot, "r", "y")
        assert rows.read(offer).taken_by is None

    view.play(collide)


def test_a_label_by_its_letter(rows: Rows, view: View) -> None:
    """Two keys; what turns out to be spam leaves the queue, and the next one steps forward."""
    first, second = rows.reply("Klick hier"), rows.reply("Wir suchen eine Köchin")

    async def correct(pilot: Pilot[None], screen: Screen) -> None:
        await press(pilot, "l")
        for word in ("j job offer", "t tip", "s spam", "o other"):
            assert word in text(screen, "said")
        await press(pilot, "escape")
        assert rows.read(first).labelled_by is None
        await press(pilot, "l", "s")
        assert (rows.read(first).label, rows.read(first).labelled_by) == (Label.SPAM, "heike")
        assert "is now: spam (before: job offer)" in text(screen, "said")
        assert screen.here is not None
        assert screen.here["id"] == second
        assert "folded: 1 spam" in text(screen, "head")

    view.play(correct)


def test_evidence_is_kept(rows: Rows, view: View) -> None:
    """By one key, and once."""
    reply = rows.reply("…", Label.ABUSE, queue=True)

    async def keep(pilot: Pilot[None], screen: Screen) -> None:
        await press(pilot, "e")
        assert rows.read(reply).evidence_since == NOON
        assert "kept for a complaint from now on" in text(screen, "said")
        await press(pilot, "e")
        assert "kept for a complaint since" in text(screen, "said")

    view.play(keep)


def test_what_is_folded_away_can_be_unfolded(rows: Rows, view: View) -> None:
    """Everything is one key away, and folds again; the cursor stays with its reply."""
    rows.reply()
    question = rows.reply("Was kann er?", Label.QUESTION)
    rows.reply("Verdiene 400 €", Label.SPAM)
    rows.reply("…", Label.ABUSE)

    async def unfold(pilot: Pilot[None], screen: Screen) -> None:
        await press(pilot, "n", "z")
        assert len(text(screen, "queue").splitlines()) == 4
        assert "everything is shown" in text(screen, "head")
        assert screen.here is not None
        assert screen.here["id"] == question
        await press(pilot, "z")
        assert "folded: 1 abuse, 1 spam" in text(screen, "head")

    view.play(unfold)


@on_sqlite
def test_moving_about(rows: Rows, view: View) -> None:
    """Letters, arrows and pages; the ends hold; long replies are read further down."""
    numbers = [rows.reply(f"Nr. {n} " + "Wort " * 400) for n in range(30)]

    async def move(pilot: Pilot[None], screen: Screen) -> None:
        for key, place in (("p", 0), ("j", 1), ("down", 2), ("n", 3), ("k", 2), ("up", 1),
                           ("pagedown", 9), ("end", 29), ("n", 29), ("home", 0)):  # fmt: skip
            await press(pilot, key)
            assert screen.here is not None
            assert screen.here["id"] == numbers[place], key
            assert "▶" in text(screen, "queue")
        before = shown(screen)
        assert "more" in before[-1]
        await press(pilot, "space")
        assert shown(screen) != before
        await press(pilot, "b")
        assert shown(screen) == before

    view.play(move)


@on_sqlite
def test_commands_that_ask_run_as_they_are(
    rows: Rows, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check, forward, answer and hide are the plain commands; what they changed is shown after."""
    offer = rows.reply()
    ran: list[tuple[str, ...]] = []

    def run(_desk: Desk, *words: str) -> None:
        ran.append(words)
        with rows.store.session() as session:
            session.get_one(Reply, offer).taken_by = "kim"

    monkeypatch.setattr(aside, "run", run)
    monkeypatch.setattr(Screen, "suspend", lambda _self: nullcontext())

    async def ask(pilot: Pilot[None], screen: Screen) -> None:
        await press(pilot, "c", "f", "a", "h")
        assert ran == [
            ("inbox", name, str(offer)) for name in ("check", "forward", "reply", "hide")
        ]
        assert "taken by kim" in text(screen, "queue")

    view.play(ask)


@on_sqlite
def test_arabic_stands_alone(rows: Rows, view: View) -> None:
    """In the queue it is counted, below it has lines of its own; so has an Arabic name."""
    rows.reply(ARABIC, author="سامر")

    async def look(_pilot: Pilot[None], screen: Screen) -> None:
        assert "(Arabic script, 9 words)" in text(screen, "queue")
        page = text(screen, "detail").splitlines()
        assert ARABIC in page
        assert page[page.index("Said by:") + 1] == "سامر"

    view.play(look)


@on_sqlite
def test_each_script_has_its_name(rows: Rows, view: View) -> None:
    """Hebrew is not called Arabic, and of others only the direction is told; no word is shown."""
    rows.reply("אנחנו מחפשים טבח")
    rows.reply("مرحبا שלום يا أمير")
    rows.reply("ދިވެހި")

    async def look(_pilot: Pilot[None], screen: Screen) -> None:
        hebrew, mixed, other = text(screen, "queue").splitlines()
        assert "(Hebrew script, 3 words)" in hebrew
        assert "(Arabic script, 4 words)" in mixed
        assert "(right to left, 1 word)" in other

    view.play(look)


@on_sqlite
def test_nothing_is_said_of_the_number_until_it_is_counted(rows: Rows, view: View) -> None:
    """Above a full list no title says that nothing waits, not even for the first second."""
    rows.reply()
    desk = Desk(config=view.config, lang="en")
    shelf = Shelf(desk)
    try:
        assert shelf.row(0) is not None
        assert edges.head("Türen auf", shelf.counts, None, False, 80) == [
            ("Türen auf  ·  …", "bold")
        ]
        shelf.look_again()
        assert edges.head("Türen auf", shelf.counts, None, False, 80) == [
            ("Türen auf  ·  1 job offer", "bold")
        ]
        assert "nothing waits" in edges.head("Türen auf", {}, None, False, 80)[0][0]
    finally:
        desk.close()


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (120, "Kampagne  ·  35 job offers, 82 tips, 120 questions, 9 other  ·  "
              "folded: 12 abuse, 30 spam, 254 more"),
        (95, "35 job offers, 82 tips, 120 questions, 9 other · folded: 12 abuse, 30 spam, "
             "254 more"),
        (80, "35 job offers, 82 tips, 120 questions, … · folded: 12 abuse, 30 spam, 254 more"),
        (75, "35 job offers, 82 tips, 120 questions, … · folded: 12 abuse, 30 spam…"),
        (60, "35 job offers, 82 tips, 120 questions, … · folded: 296"),
        (40, "35 job offers, 82 tips, 120 questions, …"),
        (20, "35 job offers, 82 t…"),
    ],
)  # fmt: skip
def test_the_title_leaves_out_last_what_somebody_has_to_read(width: int, told: str) -> None:
    """Offers, tips and questions stand there as long as they fit; then what hurts."""
    counts = {Label.JOB_OFFER: 35, Label.TIP: 82, Label.QUESTION: 120, Label.OTHER: 9}
    folded = Counter({"abuse": 12, "spam": 30, "other": 200, "finished": 54})
    assert edges.head("Kampagne", counts, folded, False, width) == [(told, "bold")]


def test_what_hurts_is_counted_in_80_columns_of_german() -> None:
    """By itself, beside offers, tips and questions."""
    counts = {Label.JOB_OFFER: 35, Label.TIP: 82, Label.QUESTION: 50}
    folded = Counter(abuse=12, spam=30, other=254)
    i18n.speak("de")
    try:
        [(told, _look)] = edges.head("Kampagne", counts, folded, False, 80)
    finally:
        i18n.speak("en")
    assert "50 Fragen · " in told
    assert "30 Spam…" in told


def test_a_short_title_keeps_both_that_hurt() -> None:
    """Where nothing else is folded away, none of the two gives way to dots."""
    [(told, _look)] = edges.head("K", {Label.TIP: 2}, Counter(abuse=1, spam=5), False, 34)
    assert told == "2 tips · folded: 1 abuse, 5 spam"


@on_sqlite
@pytest.mark.parametrize("lang", ["en", "de"])
def test_every_key_for_a_reply_is_seen_in_80_by_24(lang: str, rows: Rows, view: View) -> None:
    """With help and the way out, also where a reply is long."""
    rows.reply("Wir suchen Leute " * 600)

    async def look(_pilot: Pilot[None], screen: Screen) -> None:
        assert {word for line in screen.papers["keys"].lines for word, look in line
                if look == "bold"} == set("tlcfahnor␣?q")  # fmt: skip
        drawn = [line.rstrip() for line in shown(screen)[-2:]]
        assert [line.rstrip() for line in text(screen, "keys").splitlines()] == drawn

    view.play(look, lang=lang)


@on_sqlite
def test_the_first_start_asks_how_arabic_reads(rows: Rows, manager: Manager) -> None:
    """One word in both ways; the choice is in the configuration, and nobody is asked again."""
    rows.reply(ARABIC)
    view = View(manager)

    async def choose(pilot: Pilot[None], screen: Screen) -> None:
        lines = text(screen, "detail").splitlines()
        assert SAMPLE in lines
        assert turned(SAMPLE) in lines
        await press(pilot, "2")
        assert "[inbox] arabic in config.toml" in text(screen, "said")
        assert turned(ARABIC) in text(screen, "detail")

    async def again(_pilot: Pilot[None], screen: Screen) -> None:
        assert screen.answers is None
        assert turned(ARABIC) in text(screen, "detail")

    view.play(choose)
    assert 'arabic = "visual"' in view.config.read_text("utf-8")
    view.play(again)


@on_sqlite
def test_asking_another_time(rows: Rows, manager: Manager) -> None:
    """Whoever does not know leaves it open; the text is shown as it came."""
    rows.reply(ARABIC)

    async def later(pilot: Pilot[None], screen: Screen) -> None:
        await press(pilot, "escape")
        assert ARABIC in text(screen, "detail")

    View(manager).play(later)
    assert "arabic" not in (manager.folder / "config.toml").read_text("utf-8")


@on_sqlite
def test_the_thread_opens_in_the_browser_or_is_named(
    rows: Rows, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a window (over SSH) the path is told; with one the page goes when the view does."""
    rows.reply("Wir suchen eine Hilfe")
    seen: list[Path] = []
    has_window = False

    def browse(path: Path) -> bool:
        seen.append(path)
        return has_window

    monkeypatch.setattr(aside, "browse", browse)

    async def open_(pilot: Pilot[None], screen: Screen) -> None:
        nonlocal has_window
        await press(pilot, "o")
        assert seen[0].name in text(screen, "said").replace("\n", "")
        has_window = True
        await press(pilot, "o")
        assert "open in your browser" in text(screen, "said")
        assert screen.pages == [seen[1]]

    view.play(open_)
    for page in seen:
        assert page.stat().st_mode & 0o077 == 0
        page.unlink()


@on_sqlite
def test_help_names_every_key_in_80_by_24(rows: Rows, view: View) -> None:
    """And any key goes back."""
    rows.reply()

    async def look(pilot: Pilot[None], screen: Screen) -> None:
        before = shown(screen)
        await press(pilot, "?")
        told = {key for line in shown(screen) for key in line[:7].split()}
        assert set("trlcfaheonjpkbzuq") <= told
        await press(pilot, "q")
        assert shown(screen) == before

    view.play(look)


@on_sqlite
def test_an_empty_inbox_and_a_lost_database(rows: Rows, view: View) -> None:
    """Keys do no harm where nothing is; what goes wrong is a sentence, and the view goes on."""

    async def look(pilot: Pilot[None], screen: Screen) -> None:
        assert "Nothing waits here" in text(screen, "queue")
        await press(pilot, *"tlrcfahenpo")
        assert screen.here is None
        (view.manager.folder / "campaign.db").unlink()
        await press(pilot, "u")
        assert "campaign.db" in text(screen, "said").replace("\n", "")

    view.play(look)


@on_sqlite
def test_german(rows: Rows, view: View) -> None:
    """Labels, times and keys in the language in use; the keys themselves are the same."""
    rows.reply()

    async def look(_pilot: Pilot[None], screen: Screen) -> None:
        assert "Stellenangebot" in text(screen, "queue")
        assert text(screen, "keys").startswith("t ")

    view.play(look, lang="de")


def test_one_reply_is_read_without_what_writes_posts() -> None:
    """The lower half of the screen comes when these modules are loaded."""
    code = (
        "import sys, orchestrator.inbox.entry\n"
        "print([m for m in sys.modules if m.startswith('orchestrator.compose')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_page_is_read_not_all(rows: Rows, view: View) -> None:
    """Opening reads one page of rows; the end of the queue needs only the last one."""
    with rows.store.session() as session:
        made = [
            Reply(
                campaign_id=rows.id, channel="phone", text=f"Nr. {n}", label=Label.JOB_OFFER,
                received_at=NOON, collected_at=NOON,
            )
            for n in range(PAGE * 2 + 3)
        ]  # fmt: skip
        session.add_all(made)
        session.flush()
        numbers = [each.id for each in made]
    read: set[int] = set()

    def note(reply: Reply, _context: object) -> None:
        read.add(reply.id)

    async def move(pilot: Pilot[None], screen: Screen) -> None:
        assert read == set(numbers[:PAGE])
        screen.shelf.look_again()
        screen.shelf.row(PAGE * 2)
        assert read == {*numbers[:PAGE], *numbers[2 * PAGE :]}
        await press(pilot, "end")
        assert screen.here is not None
        assert screen.here["id"] == numbers[-1]

    event.listen(Reply, "load", note)
    try:
        view.play(move)
    finally:
        event.remove(Reply, "load", note)
