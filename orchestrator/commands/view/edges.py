"""The first line of the screen and the last ones: how many wait, and what can be pressed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from orchestrator.commands.inbox_table import cut, parts_of
from orchestrator.i18n import _, ngettext
from orchestrator.inbox.words import labels_word
from orchestrator.vocabulary import RANK, Label

if TYPE_CHECKING:
    from orchestrator.commands.view.paper import Line

_KEY = 7
# Offers, tips and questions are for a person to read.
_CHIEF = 3


def head(
    name: str,
    counts: Mapping[Label, int] | None,
    folded: Counter[str] | None,
    unfolded: bool,
    width: int,
) -> "Line":
    """How many wait, how many are folded away, and where there is room also whose inbox it is.

    ``counts``: None while they are being counted.
    """
    fitting = (each for each in _heads(name, counts, folded, unfolded) if cell_len(each) <= width)
    shortest = _waiting(counts, RANK[:_CHIEF])
    return [(next(fitting, cut(shortest, width)), "bold")]


def _heads(
    name: str, counts: Mapping[Label, int] | None, folded: Counter[str] | None, unfolded: bool
) -> Iterator[str]:
    """The head, shorter each time: what somebody has to read is left out last."""
    whole, chief = _waiting(counts, RANK), _waiting(counts, RANK[:_CHIEF])
    first, *shorter = _folded(folded, unfolded)
    yield "  ·  ".join(filter(None, (name, whole, first)))
    for each in ((whole, first), *((chief, end) for end in (first, *shorter))):
        yield " · ".join(filter(None, each))


def _waiting(counts: Mapping[Label, int] | None, labels: Sequence[Label]) -> str:
    if counts is None:
        return "…"
    told = [labels_word(each, counts[each]) for each in labels if counts.get(each)]
    if not any(counts.values()):
        return _("nothing waits")
    is_all = sum(counts.get(each, 0) for each in labels) == sum(counts.values())
    return ", ".join(told if is_all else [*told, "…"])


def _folded(folded: Counter[str] | None, unfolded: bool) -> Iterator[str]:
    """What is folded away, shorter each time; what hurts is counted by itself, and first."""
    if unfolded or not folded:
        yield _("everything is shown") if unfolded else ""
        return
    hurt = [(each.value, folded[each]) for each in (Label.ABUSE, Label.SPAM) if folded[each]]
    rest = folded.total() - sum(number for _kind, number in hurt)
    parts = parts_of(hurt)
    more = [ngettext("{count} more", "{count} more", rest).format(count=rest)] if rest else []
    brief = ", ".join(parts) + ("…" if more else "")
    for each in (", ".join([*parts, *more]), brief if parts else "", str(folded.total())):
        if each:
            yield _("folded: {parts}").format(parts=each)


def keys(width: int, lines: int, *, more: int) -> "list[Line]":
    """What can be pressed, in so many lines; the last ones, for help and the way out, always fit.

    ``more``: how many lines of the reply stand further down.
    """
    last = [*([("␣", _("more"))] if more else []), ("?", _("help")), ("q", _("quit"))]
    shown = commands()
    while len(broken := _broken([*shown, *last], width)) > lines and shown:
        shown.pop()
    return [
        [span for key, word in line for span in ((key, "bold"), (f" {word}  ", "dim"))]
        for line in broken
    ]


def lines_of_keys(width: int, height: int) -> int:
    """How many lines the keys need; no more than an eighth of a screen."""
    needed = _broken([*commands(), ("␣", _("more")), ("?", _("help")), ("q", _("quit"))], width)
    return min(len(needed), max(height // 8, 1))


def _broken(keys: Sequence[tuple[str, str]], width: int) -> list[list[tuple[str, str]]]:
    broken: list[list[tuple[str, str]]] = [[]]
    room = width
    for key, word in keys:
        # The two spaces between one key and the next may hang over the edge.
        if broken[-1] and room < cell_len(f"{key} {word}"):
            broken.append([])
            room = width
        broken[-1].append((key, word))
        room -= cell_len(f"{key} {word}  ")
    return broken


def commands() -> list[tuple[str, str]]:
    """The keys that do something with a reply, each with a word."""
    return [
        ("t", _("take")),
        ("l", _("label")),
        ("c", _("check")),
        ("f", _("forward")),
        ("a", _("answer")),
        ("h", _("hide")),
        ("n", _("next")),
        ("o", _("thread")),
        ("r", _("release")),
    ]


def manual() -> Sequence[tuple[str, str]]:
    """Every key, with what it does."""
    return [
        ("t", _("take it in hand, so that nobody else rings the same person")),
        ("r", _("release it, so that somebody else can take it")),
        ("l", _("correct the label")),
        ("c", _("check an offer before it is handed over")),
        ("f", _("forward it to the volunteer")),
        ("a", _("answer whoever wrote it")),
        ("h", _("hide it at the network; its author and their friends still see it")),
        ("e", _("keep it as evidence for a complaint")),
        ("o", _("open the whole thread as a page in the browser")),
        ("n j ↓", _("next reply")),
        ("p k ↑", _("previous reply")),
        ("␣ b", _("further down, and back, in the reply")),
        ("z", _("show what is folded away, such as abuse and spam, or fold it again")),
        ("u F5", _("look again: what came, and who took what")),
        ("q", _("quit")),
    ]


def guide(width: int) -> "list[Line]":
    """The help, a key a line."""
    room = width - _KEY
    return [
        [(set_cell_size(key, _KEY), "bold"), (cut(meaning, room), "")] for key, meaning in manual()
    ]
