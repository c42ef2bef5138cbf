"""The full-screen inbox: what each key does."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from textual import events

from orchestrator.commands import inbox_hand, inbox_thread
from orchestrator.commands.view import aside, drawing, edges
from orchestrator.commands.view.paper import Line
from orchestrator.commands.view.sheet import Sheet
from orchestrator.commands.view.shelf import Shelf
from orchestrator.i18n import _
from orchestrator.inbox import arabic, reading_way
from orchestrator.vocabulary import Label

_SPECIAL = {
    "down": "n", "j": "n", "up": "p", "k": "p", "f5": "u", "space": "more", " ": "more",
    "b": "back", "pagedown": "page down", "pageup": "page up", "home": "first", "end": "last",
}  # fmt: skip


class Screen(Sheet):
    """One person at the inbox; others may work on the same replies at the same time."""

    def __init__(
        self, shelf: Shelf, config: Path, painted: Callable[[], None] = lambda: None
    ) -> None:
        """``painted`` is called when the first replies are on the screen."""
        super().__init__(shelf)
        self.config, self.painted = config, painted
        self.pages: list[Path] = []
        self.deeds = self._deeds()

    def on_mount(self) -> None:
        """Show the first replies at once; all the rest comes after that."""
        self._later(self._open)

    def _open(self) -> None:
        self._draw_queue()
        # Not before the terminal has got them.
        self.set_timer(0.01, partial(self._attempt, self._complete))

    def _complete(self) -> None:
        self.is_open = True
        self.painted()
        self._look_again()
        if reading_way.chosen(self.settings) is None:
            self._ask_way()

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
        self.papers["detail"].put(edges.guide(self.size.width))
        self._ask(_("Any key goes back."), {})

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
