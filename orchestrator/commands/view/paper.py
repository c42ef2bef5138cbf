"""A part of the screen: lines of words with their looks, as many as fit, from a place on."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from orchestrator.redact import tame

# Words with their looks: a style of the terminal's own, such as "bold" or "reverse".
Span = tuple[str, str]
Line = Sequence[Span]


class Paper(Widget):
    """Shows lines; whoever has more than fit moves them up and down."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self.lines: Sequence[Line] = ()
        self.top = 0

    def put(self, lines: Sequence[Line], *, top: int = 0) -> None:
        """Show these lines from now on."""
        self.lines = lines
        self.move_to(top)

    def move_to(self, top: int) -> None:
        """Show what begins at this line, as far as there is more than fits."""
        self.top = max(0, min(top, len(self.lines) - self.size.height))
        self.refresh()

    @property
    def more(self) -> int:
        """How many lines stand below the last one that is shown."""
        return max(0, len(self.lines) - self.top - self.size.height)

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        spans = self.lines[self.top + y] if self.top + y < len(self.lines) else ()
        segments = [Segment(tame(text), Style.parse(look)) for text, look in spans if text]
        return Strip(segments).adjust_cell_length(self.size.width, Style())
