"""Lists of replies on a terminal: two lines each, so that 80 columns hold a sentence."""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TextIO

from orchestrator.commands.desk import Desk
from orchestrator.i18n import _, ngettext
from orchestrator.vocabulary import Label

if TYPE_CHECKING:
    from orchestrator.inbox.arabic import Way

_INDENT = 6
_SLUG = 22
# A stranger can pile marks upon one letter: they take no room, and yet fill the screen.
_MOST_PER_CELL = 4


def say_list(
    desk: Desk,
    rows: list[dict[str, Any]],
    rest: Counter[str],
    others: Mapping[int, int],
    *,
    empty: bool,
) -> None:
    """Print the replies, and in one line what is not among them.

    ``others``: how many more say the same, by the reply that stands for them.
    """
    if desk.json:
        return
    if empty:
        desk.say(
            _(
                "Nothing came back yet. `tueroeffner collect` reads the networks;"
                " `tueroeffner inbox add` notes down a call or a mail."
            )
        )
        return
    if rows:
        _say_rows(desk, [{**row, "others": others.get(row["id"], 0)} for row in rows])
    else:
        desk.say(_("Nothing is left to read here."))
    if rest:
        desk.say(_not_shown(rest))


def _say_rows(desk: Desk, rows: list[dict[str, Any]]) -> None:
    heads = [_head(row, desk.now) for row in rows]
    widths = [max(map(len, column)) for column in zip(*heads, strict=True)]
    width, way = max(desk.console.width, 40), way_of(desk)
    for row, head in zip(rows, heads, strict=True):
        number, *rest = head
        cells = [f"{number:>{max(widths[0], 4)}}"]
        cells += [f"{cell:<{width}}" for cell, width in zip(rest, widths[1:], strict=True)]
        desk.say(cut("  ".join(cells).rstrip(), width))
        desk.say(" " * _INDENT + _second(row, width - _INDENT, way))


def _head(row: dict[str, Any], now: datetime) -> list[str]:
    from orchestrator.inbox.words import label_word, source_word

    return [
        str(row["id"]),
        label_word(Label(row["label"])),
        age(now - row["received_at"]),
        source_word(row["network"], row["channel"]),
        cut(row["tandem"] or "–", _SLUG),
        _hands(row),
    ]


def _hands(row: dict[str, Any]) -> str:
    remarks = [more_say_so(row["others"])] if row["others"] else []
    if row["alternative"]:
        remarks.append(_("for another tandem"))
    if row["taken_by"]:
        remarks.append(_("taken by {who}").format(who=row["taken_by"]))
    if row["duplicate_of"]:
        remarks.append(_("same as {number}").format(number=row["duplicate_of"]))
    if row["duplicates"]:
        remarks.append(_("also {numbers}").format(numbers=", ".join(map(str, row["duplicates"]))))
    return ", ".join(remarks)


def more_say_so(count: int) -> str:
    """How many other people said the very same words."""
    return ngettext("{count} more in these words", "{count} more in these words", count).format(
        count=count
    )


def _said(row: dict[str, Any]) -> str:
    text = " ".join(row["text"].split()) or instead_of_text(row)
    return f"{row['author']}: {text}" if row["author"] else text


def _second(row: dict[str, Any], width: int, way: "Way") -> str:
    """How a reply begins; Arabic stands alone in its line."""
    from rich.cells import cell_len

    from orchestrator.inbox import arabic

    if arabic.has_rtl(row["text"]):
        return arabic.line(row["text"], width, cell_len, way)
    return cut(_said(row), width)


def way_of(desk: Desk, out: TextIO | None = None) -> "Way":
    """How Arabic is written here; what goes into a file or a pipe stays as it is.

    ``out``: where it is written; standard output unless another is named.
    """
    from orchestrator.inbox.reading_way import way

    return way(desk.settings) if (out or sys.stdout).isatty() else "logical"


def instead_of_text(row: dict[str, Any]) -> str:
    """What is said of a reply without words."""
    if row["deleted_at"]:
        return _("(deleted by its author)")
    if row["forgotten_at"]:
        return _("(let go of: its time was over)")
    return _("(a picture)") if row["picture"] else _("(no words)")


def cut(text: str, width: int) -> str:
    """As much of ``text`` as fits into ``width`` columns."""
    from rich.cells import cell_len, set_cell_size

    text = text[: width * _MOST_PER_CELL]
    if cell_len(text) <= width and len(text) < width * _MOST_PER_CELL:
        return text
    return set_cell_size(text, min(width - 1, cell_len(text))).rstrip() + "…"


def age(span: timedelta) -> str:
    """How long something waits, in its largest unit."""
    minutes = max(int(span.total_seconds() // 60), 0)
    return age_of_hours(minutes // 60) if minutes >= 60 else _("{n} min").format(n=minutes)


def age_of_hours(hours: int) -> str:
    """The same for whole hours; what came within this hour is one hour old."""
    if hours < 48:
        return _("{n} h").format(n=max(hours, 1))
    return ngettext("{n} day", "{n} days", hours // 24).format(n=hours // 24)


def parts_of(rest: Iterable[tuple[str, int]]) -> list[str]:
    """What is folded away: so many of each kind."""
    return [_folded(kind, count) for kind, count in rest]


def _not_shown(rest: Counter[str]) -> str:
    return _("Not shown: {parts}. `tueroeffner inbox list --all` shows everything.").format(
        parts=", ".join(parts_of(rest.most_common()))
    )


def _folded(kind: str, count: int) -> str:
    from orchestrator.inbox.words import labels_word

    ends = {
        "duplicate": _("told before"),
        "deleted": _("deleted by the author"),
        "forgotten": _("let go of"),
        "finished": _("finished"),
        "taken": _("in somebody's hands"),
        "same": _("in the words of another"),
    }
    return f"{count} {ends[kind]}" if kind in ends else labels_word(Label(kind), count)
