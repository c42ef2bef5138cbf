"""The sheet on which the inbox is drawn: its parts, and what stands in each."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType

from orchestrator.commands.command import explained
from orchestrator.commands.view import drawing, edges
from orchestrator.commands.view.paper import Line, Paper
from orchestrator.commands.view.shelf import Shelf
from orchestrator.inbox import arabic, reading_way
from orchestrator.redact import redact

_PARTS = ("head", "queue", "rule", "detail", "said", "keys")
_MOST_SAID = 4


class Sheet(App[None]):
    """What is on the screen; ``failure``: why it had to close."""

    # The terminal's own colours: nothing depends on them, nor on how many there are.
    CSS = """
    #head, #rule { height: 1; }
    #queue { height: 36%; min-height: 4; }
    #detail { height: 1fr; }
    #said { height: 1; }
    """
    TITLE = "Türöffner"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", priority=True)]

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self.theme = "ansi-dark"
        self.shelf = shelf
        self.settings = shelf.desk.settings
        self.way = reading_way.way(self.settings)
        self.papers = {each: Paper(each) for each in _PARTS}
        self.at = self.first = 0
        self.is_open = False
        self.saying: str | None = ""
        self.failure: Exception | None = None
        self.folded: Counter[str] | None = None
        self.answers: Mapping[str, Callable[[], None]] | None = None

    def compose(self) -> ComposeResult:
        """The parts from top to bottom."""
        yield from self.papers.values()

    def on_resize(self, _event: events.Resize) -> None:
        """Another size holds other lines."""
        self.papers["keys"].styles.height = edges.lines_of_keys(*self.size)
        self._later(self._draw if self.is_open else self._draw_queue)

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
        self.papers["head"].put([edges.head(name, counts, self.folded, unfolded, width)])
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
        asked = self.answers is not None
        width, height = self.size
        lines = edges.lines_of_keys(width, height)
        self.papers["keys"].put([] if asked else edges.keys(width, lines, more=more))

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

    def _hide_queue(self, hidden: bool) -> None:
        for each in ("queue", "rule"):
            self.papers[each].display = not hidden

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
