"""Watching a week go by: a live picture on a terminal, a line a day elsewhere."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from orchestrator.commands.desk import Desk
from orchestrator.formats import count, moment
from orchestrator.i18n import _, ngettext
from orchestrator.redact import redact, tame
from orchestrator.vocabulary import Label

if TYPE_CHECKING:
    from orchestrator.week import Offer, Standing

# Long enough to be read, short enough for a panel of three lines.
_LONGEST_QUOTE = 220


@dataclass
class Screen:
    """What is shown of a week; ``show`` after every pass."""

    desk: Desk
    title: str
    start: datetime
    end: datetime
    zone: ZoneInfo
    live: Any = None
    told: date | None = field(default=None)

    def show(self, now: datetime, standing: "Standing", offer: "Offer | None" = None) -> None:
        """Draw the week as it stands, or tell of the day that has just ended."""
        if self.live is not None:
            self.live.update(self._picture(now, standing, offer))
            return
        today = now.astimezone(self.zone).date()
        if self.told is not None and self.told != today:
            self.desk.note(f"{moment(now.astimezone(self.zone))}  {summary(standing)}")
        self.told = today

    def _picture(self, now: datetime, standing: "Standing", offer: "Offer | None") -> Any:
        from rich.console import Group
        from rich.panel import Panel
        from rich.progress_bar import ProgressBar
        from rich.text import Text

        gone = (now - self.start) / (self.end - self.start)
        parts: list[Any] = [
            Text(moment(now.astimezone(self.zone)), style="bold"),
            ProgressBar(total=1.0, completed=min(gone, 1.0)),
            Text(),
            _networks(standing),
            Text(),
            Text(labels_line(standing.labels)),
        ]
        if offer:
            parts += [Text(), Text(quote(offer, self.zone), style="italic")]
        return Panel(Group(*parts), title=Text(tame(self.title)), padding=(1, 2))


@contextmanager
def watched(
    desk: Desk, title: str, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[Screen]:
    """A screen for the time of a week."""
    from rich.live import Live

    screen = Screen(desk, title, start, end, zone)
    if desk.json or desk.quiet or not desk.errors.is_terminal:
        yield screen
        return
    with Live(console=desk.errors, refresh_per_second=8, transient=True) as live:
        screen.live = live
        yield screen


def _networks(standing: "Standing") -> Any:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading, side in (
        (_("Network"), "left"),
        (_("Posts"), "right"),
        (_("Reach (sum)"), "right"),
        (_("Replies"), "right"),
    ):
        table.add_column(heading, justify=side)  # type: ignore[arg-type]  # a literal to mypy only
    for name, reach in standing.reach.items():
        posts, replies = standing.published.get(name, 0), standing.replies.get(name, 0)
        table.add_row(name, count(posts), _figure(reach), count(replies))
    return table


def _figure(number: int | None) -> str:
    """Not available is not 0."""
    return "–" if number is None else count(number)


def summary(standing: "Standing") -> str:
    """One line of figures."""
    reach = ", ".join(f"{name} {_figure(each)}" for name, each in standing.reach.items())
    return _("{posts} posts · reach: {reach} · {labels}").format(
        posts=count(sum(standing.published.values())),
        reach=reach,
        labels=labels_line(standing.labels),
    )


def labels_line(labels: Mapping[Label, int]) -> str:
    """The replies by kind, offers first; what is folded stands last."""
    folded = labels.get(Label.SPAM, 0) + labels.get(Label.ABUSE, 0)
    offers, tips = labels.get(Label.JOB_OFFER, 0), labels.get(Label.TIP, 0)
    questions, kind = labels.get(Label.QUESTION, 0), labels.get(Label.ENCOURAGEMENT, 0)
    others = labels.get(Label.OTHER, 0)
    parts = [
        (ngettext("{count} job offer", "{count} job offers", offers), offers),
        (ngettext("{count} tip", "{count} tips", tips), tips),
        (ngettext("{count} question", "{count} questions", questions), questions),
        (ngettext("{count} kind word", "{count} kind words", kind), kind),
        (ngettext("{count} other", "{count} others", others), others),
        (_("{count} folded away"), folded),
    ]
    return " · ".join(sentence.format(count=count(number)) for sentence, number in parts)


def quote(offer: "Offer", zone: ZoneInfo) -> str:
    """An offer in its own words, with when and for whom."""
    words = " ".join(redact(tame(offer.text)).split())
    if len(words) > _LONGEST_QUOTE:
        words = f"{words[:_LONGEST_QUOTE].rstrip()} …"
    return _("{when}, for {tandem} in {town}: “{words}”").format(
        when=moment(offer.at.astimezone(zone)), tandem=offer.tandem, town=offer.town, words=words
    )
