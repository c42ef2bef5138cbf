"""The full-screen inbox: what is on the screen, and what each key does."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType

from orchestrator.commands import inbox_hand, inbox_thread
from orchestrator.commands.command import explained
from orchestrator.commands.view import aside, drawing
from orchestrator.commands.view.paper import Line, Paper
from orchestrator.commands.view.shelf import Shelf
from orchestrator.i18n import _
from orchestrator.inbox import arabic, reading_way
from orchestrator.redact import redact
from orchestrator.vocabulary import Label

_MOST_SAID = 4
_SPECIAL = {
    "down": "n", "j": "n", "up": "p", "k": "p", "f5": "u", "space": "more", " ": "more",
    "b": "back", "pagedown": "page down", "pageup": "page up", "home": "first", "end": "last",
}  # fmt: skip


class Screen(App[None]):
    """One person at the inbox; others may work on the same replies at the same time."""

    # The terminal's own colours: nothing depends on them, nor on how many there are.
    CSS = """
    #head, #rule, #keys { height: 1; }
    #queue { height: 36%; min-height: 4; }
    #detail { height: 1fr; }
    #said { height: 1; }
    """
    TITLE = "Türöffner"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", priority=True)]

    def __init__(
        self, shelf: Shelf, config: Path, painted: Callable[[], None] = lambda: None
    ) -> None:
        """``painted`` is called when the first replies are on the screen."""
        super().__init__()
        self.painted = painted
        self.theme = "ansi-dark"
        self.shelf, self.config = shelf, config
        self.settings = shelf.desk.settings
        self.way = reading_way.way(self.settings)
        self.papers = {each: Paper(each) for each in _PARTS}
        self.at = self.first = 0
        self.is_open = False
        self.saying: str | None = ""
        self.failure: Exception | None = None
        self.folded: Counter[str] | None = None
        self.answers: Mapping[str, Callable[[], None]] | None = None
        self.pages: list[Path] = []
        self.deeds = self._deeds()

    def compose(self) -> ComposeResult:
        """The parts from top to bottom."""
        yield from self.papers.values()

    def on_mount(self) -> None:
        """Show the first replies at once; all the rest comes after that."""
        self._later(self._open)

    def on_resize(self, _event: events.Resize) -> None:
        """Another size holds other lines."""
        self._later(self._draw if self.is_open else self._draw_queue)

    def _open(self) -> None:
        self._draw_queue()
        self.set_timer(
            0.01, partial(self._attempt, self._complete)
        )  # not before the terminal has got them

    def _complete(self) -> None:
        self.is_open = True
        self.painted()
        self._look_again()
        if reading_way.chosen(self.settings) is None:
            self._ask_way()

    # What is on the screen

    @property
    def here(self) -> dict[str, Any] | None:
        """The reply at the cursor."""
        return self.shelf.row(self.at)

    def _draw(self) -> None:
        self._draw_queue()
        self._draw_detail()

    def _draw_queue(self) -> None:
        paper, now = self.papers["queue"], self.shelf.desk.now
        width, height = self.size.width, paper.size.height
        self.first = max(self.at - height + 1, min(self.first, self.at), 0)
        rows = [self.shelf.row(place) for place in range(self.first, self.first + height)]
        shown = [row for row in rows if row]
        here = self.at - self.first
        paper.put(drawing.queue(shown, now, width, here) if shown else drawing.nothing(width))
        counts, unfolded = self.shelf.counts, self.shelf.unfolded
        name = self.settings.campaign.name
        self.papers["head"].put([drawing.head(name, counts, self.folded, unfolded, width)])
        self.papers["rule"].put([[("─" * width, "dim")]])
        self._draw_keys()

    def _draw_detail(self) -> None:
        paper = self.papers["detail"]
        here = self.here
        if here is None:
            paper.put([])
        else:
            opened = self.shelf.open(here["id"])
            paper.put(drawing.page(opened.entry, opened.sealed, paper.size.width, self.way))
        self._draw_keys()

    def _draw_keys(self) -> None:
        """None while something is asked: then other keys count."""
        more = self.papers["detail"].more
        line = drawing.keys(self.size.width, more=more) if self.answers is None else []
        self.papers["keys"].put([line])

    def _say(self, text: str) -> None:
        """A sentence above the keys; nothing clears it. Once is enough."""
        if text == self.saying:
            return
        self.saying = text
        lines = arabic.lines(redact(text), self.size.width, cell_len, self.way)[:_MOST_SAID]
        self._put_said([[(each, "bold")] for each in lines])

    def _put_said(self, lines: Sequence[Line]) -> None:
        self.papers["said"].styles.height = max(len(lines), 1)
        self.papers["said"].put(lines)
        self._later(self._draw_queue)

    def _later(self, deed: Callable[[], object]) -> None:
        """When the screen has taken its new form."""
        self.call_after_refresh(self._attempt, deed)

    # What keys do

    def on_key(self, event: events.Key) -> None:
        """One key each; while something is asked, the key is the answer."""
        key = event.character.lower() if event.is_printable and event.character else event.key
        event.stop()
        if self.answers is not None:
            answers, self.answers = self.answers, None
            self._hide_queue(False)
            self._say("")
            self._attempt(answers.get(key) or (lambda: self._later(self._draw)))
            return
        deed = self.deeds.get(_SPECIAL.get(key, key))
        if deed:
            self._attempt(deed)

    def _attempt(self, deed: Callable[[], object]) -> None:
        """Whatever goes wrong is a sentence on the screen, as it would be without one."""
        try:
            deed()
        except Exception as error:  # noqa: BLE001 - as in every command
            told = explained(error, verbose=False)
            self._say(f"{told.what}\n→ {told.remedy}" if told.remedy else told.what)

    def _handle_exception(self, error: Exception) -> None:
        """Leave; Textual's own way out would print all variables, whatever they hold."""
        self.failure = error
        self.exit()

    def _deeds(self) -> Mapping[str, Callable[[], object]]:
        return {
            "n": lambda: self._move(1),
            "p": lambda: self._move(-1),
            "page down": lambda: self._move(self.papers["queue"].size.height),
            "page up": lambda: self._move(-self.papers["queue"].size.height),
            "first": lambda: self._move(-self.at),
            "last": lambda: self._move(len(self.shelf)),
            "more": lambda: self._scroll(1),
            "back": lambda: self._scroll(-1),
            "t": lambda: self._change(self.shelf.take),
            "r": self._release,
            "l": self._ask_label,
            "e": lambda: self._change(self.shelf.keep),
            "c": lambda: self._beside("check"),
            "f": lambda: self._beside("forward"),
            "a": lambda: self._beside("reply"),
            "h": lambda: self._beside("hide"),
            "o": self._thread,
            "z": self._fold,
            "u": self._look_again,
            "?": self._guide,
            "q": self.exit,
        }

    def _move(self, by: int) -> None:
        self._say("")
        self.at = max(0, min(self.at + by, len(self.shelf) - 1))
        self._draw()

    def _scroll(self, screens: int) -> None:
        paper = self.papers["detail"]
        paper.move_to(paper.top + screens * max(paper.size.height - 1, 1))
        self._draw_keys()

    def _look_again(self) -> None:
        """Read anew what others may have changed; the cursor stays with its reply."""
        here = self.here
        self.shelf.look_again()
        if here is not None:
            self.at = max(0, min(self.shelf.place_of(here["id"]), len(self.shelf) - 1))
        self._draw()
        # What goes wrong there went wrong here already, and was said.
        self.run_worker(self._count, thread=True, exclusive=True, exit_on_error=False)

    def _count(self) -> None:
        """Count what is folded away: that reads the whole table, beside the screen."""
        folded = self.shelf.folded()
        self.call_from_thread(self._counted, folded)

    def _counted(self, folded: Counter[str]) -> None:
        self.folded = folded
        self._draw_queue()

    def _change(self, change: Callable[[int], str]) -> None:
        """Change the reply at the cursor; what came of it stands below, also if it was refused."""
        if self.here is None:
            return
        try:
            self._say(change(self.here["id"]))
        finally:
            self._look_again()

    def _release(self) -> None:
        if self.here is None:
            return
        number = self.here["id"]
        holder = self.shelf.holder(number)

        def release() -> None:
            self._change(lambda reply: self.shelf.release(reply, holder))

        if holder in (None, self.shelf.desk.actor):
            release()
        else:
            question = inbox_hand.taking_away(number, str(holder)) + _(" [y/N]")
            self._ask(question, dict.fromkeys(("y", "j", _("y yes")[0]), release))

    def _ask(
        self, question: str | Sequence[Line], answers: Mapping[str, Callable[[], None]]
    ) -> None:
        self.answers = answers
        if isinstance(question, str):
            self._say(question)
        else:
            self.saying = None
            self._put_said(question)

    def _ask_label(self) -> None:
        if self.here is None:
            return
        self._ask(
            drawing.which_label(self.size.width),
            {key: partial(self._put_label, label) for key, label in drawing.labels()},
        )

    def _put_label(self, label: Label) -> None:
        self._change(lambda reply: self.shelf.label(reply, label))

    def _beside(self, name: str) -> None:
        """A plain command that asks questions, on the terminal as it is; then back here."""
        if self.here is None:
            return
        self._say("")
        with self.suspend():
            aside.run(self.shelf.desk, "inbox", name, str(self.here["id"]))
        self._look_again()

    def _thread(self) -> None:
        if self.here is None:
            return
        page = inbox_thread.draw(self.shelf.desk, self.here["id"])
        if aside.browse(page):
            self.pages.append(page)
            self._say(_("The thread is open in your browser, until you leave the inbox."))
        else:
            self._say(inbox_thread.where(page))

    def _fold(self) -> None:
        self.shelf.unfolded = not self.shelf.unfolded
        self._look_again()

    def _guide(self) -> None:
        """On the whole screen: a small one has room for all keys only then."""
        self._hide_queue(True)
        self.papers["detail"].put(drawing.guide(self.size.width))
        self._ask(_("Any key goes back."), {})

    def _hide_queue(self, hidden: bool) -> None:
        for each in ("queue", "rule"):
            self.papers[each].display = not hidden

    def _ask_way(self) -> None:
        self.papers["detail"].put(drawing.two_ways(self.size.width))
        self._ask(
            _("Press 1 or 2; Esc: ask me another time."),
            {
                "1": lambda: self._choose("logical"),
                "2": lambda: self._choose("visual"),
                "q": self.exit,
            },
        )

    def _choose(self, wanted: arabic.Way) -> None:
        self.way = wanted
        written = reading_way.choose(self.settings, self.config, wanted)
        self._draw_detail()
        sentence = (
            _("[inbox] arabic in {file} keeps this.")
            if written
            else _("{file} cannot be written; this computer remembers it for you.")
        )
        self._say(sentence.format(file=self.config.name))


_PARTS = ("head", "queue", "rule", "detail", "said", "keys")
