"""What stands on the screen, in words and lines; nothing here knows the screen itself."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size

from orchestrator.commands import inbox_page
from orchestrator.commands.inbox_table import age, cut, instead_of_text, parts_of
from orchestrator.i18n import _, ngettext
from orchestrator.inbox import arabic
from orchestrator.inbox.words import label_word, labels_word, source_word
from orchestrator.vocabulary import RANK, Label

if TYPE_CHECKING:
    from orchestrator.commands.view.paper import Line
    from orchestrator.inbox.entry import Sealed

# From this width on a row also tells where a reply came from.
_WIDE = 100
_LOOKS = {Label.JOB_OFFER: "bold", Label.ABUSE: "dim", Label.SPAM: "dim"}


def row(reply: Mapping[str, Any], now: datetime, width: int, *, here: bool) -> "Line":
    """One reply of the queue in one line; ``here``: the one that is shown below."""
    label = Label(reply["label"])
    cells = [
        ("▶" if here else " ") + f"{reply['id']:>5}",
        _cell(label_word(label), 13),
        _cell(age(now - reply["received_at"]), 7),
        *([_cell(source_word(reply["network"], reply["channel"]), 9)] if width >= _WIDE else []),
        _cell(reply["tandem"] or "–", 22 if width >= _WIDE else 16),
    ]
    text = cut("  ".join([*cells, _said(reply)]), width)
    look = "reverse" if here else "dim" if reply["taken_by"] else _LOOKS.get(label, "")
    return [(set_cell_size(text, width) if here else text, look)]


def _cell(text: str, width: int) -> str:
    return set_cell_size(cut(text, width), width)


def _said(reply: Mapping[str, Any]) -> str:
    """Who has it and how it begins; no Arabic stands beside other words."""
    remarks = [_("taken by {who}").format(who=reply["taken_by"])] if reply["taken_by"] else []
    if reply["alternative"]:
        remarks.append(_("for another tandem"))
    text = " ".join(reply["text"].split())
    if arabic.has_rtl(text):
        words = len(text.split())
        text = ngettext("(Arabic, {count} word)", "(Arabic, {count} words)", words)
        text = text.format(count=words)
    elif not text:
        text = instead_of_text(dict(reply))
    author = "" if arabic.has_rtl(reply["author"]) else reply["author"]
    said = f"{author}: {text}" if author else text
    return " · ".join([*remarks, said])


def page(entry: dict[str, Any], sealed: "Sealed", width: int, way: arabic.Way) -> "list[Line]":
    """One reply with everything around it: words first, then why, where, thread and history."""
    drawn: list[Line] = [[(cut(inbox_page.title(entry), width), "bold")]]
    text = entry["text"] or instead_of_text(entry)
    drawn += _written(text, width, way)
    drawn.append([])
    for name, fact in inbox_page.facts(entry, sealed, contact=False):
        drawn += _fact(name, fact, width, way)
    for part in inbox_page.around(entry):
        if part.is_head:
            drawn += [[], [(part.text, "bold")]]
        elif arabic.has_rtl(part.text) and part.before:
            drawn += [[(part.before, "dim")], *_written(part.text, width, way)]
        else:
            drawn += _written(f"{part.before} {part.text}".lstrip(), width, way)
    return drawn


def _written(text: str, width: int, way: arabic.Way, look: str = "") -> "list[Line]":
    return [[(line, look)] for line in arabic.lines(text, width, cell_len, way)]


def _fact(name: str, fact: str, width: int, way: arabic.Way) -> "Iterator[Line]":
    """A name in faint letters and what it tells; what is Arabic stands on lines of its own."""
    if arabic.has_rtl(fact):
        yield [(f"{name}:", "dim")]
        yield from _written(fact, width, way)
        return
    first, *rest = arabic.lines(f"{name}: {fact}", width, cell_len, way)
    yield [(first[: len(name) + 1], "dim"), (first[len(name) + 1 :], "")]
    yield from ([(each, "")] for each in rest)


def cut_line(text: str, width: int, look: str) -> "Line":
    """One line, as much of it as fits."""
    return [(cut(text, width), look)]


def nothing(width: int) -> "list[Line]":
    """What stands where no reply waits."""
    told = _("Nothing waits here. z shows what is folded away, u looks again.")
    return _written(told, width, "logical")


def head(
    name: str, counts: Mapping[Label, int], folded: Counter[str] | None, unfolded: bool, width: int
) -> str:
    """How many wait, how many are folded away, and where there is room also whose inbox it is."""
    waiting = [labels_word(each, counts[each]) for each in RANK if counts.get(each)]
    told = [", ".join(waiting) or _("nothing waits")]
    if unfolded:
        told.append(_("everything is shown"))
    elif folded:
        told.append(_("folded: {parts}").format(parts=", ".join(parts_of(_hurt_first(folded)))))
    whole = "  ·  ".join([name, *told])
    return whole if cell_len(whole) <= width else "  ·  ".join(told)


def _hurt_first(folded: Counter[str]) -> list[tuple[str, int]]:
    """What hurts comes first among what is folded away."""
    hurt = (Label.ABUSE, Label.SPAM)
    return sorted(folded.most_common(), key=lambda each: each[0] not in hurt)


def keys(width: int, *, more: int) -> "Line":
    """What can be pressed; the last ones, for help and the way out, always fit."""
    last = [("?", _("help")), ("q", _("quit"))]
    if more:
        last.insert(0, ("␣", _("more")))
    room = width - sum(_room(each) for each in last)
    shown: list[tuple[str, str]] = []
    for each in commands():
        room -= _room(each)
        if room < 0:
            break
        shown.append(each)
    line: list[tuple[str, str]] = []
    for key, word in [*shown, *last]:
        line += [(key, "bold"), (f" {word}  ", "dim")]
    return line


def _room(key: tuple[str, str]) -> int:
    return cell_len(key[0]) + cell_len(key[1]) + 3


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
    drawn: list[Line] = [[(_("Keys"), "bold")], []]
    for key, meaning in manual():
        drawn.append([(_cell(key, 7), "bold"), (cut(meaning, width - 7), "")])
    return [*drawn, [], [(_("Any key goes back."), "dim")]]


def labels() -> list[tuple[str, Label]]:
    """The letter of each label."""
    return [
        ("j", Label.JOB_OFFER),
        ("t", Label.TIP),
        ("q", Label.QUESTION),
        ("e", Label.ENCOURAGEMENT),
        ("a", Label.ABUSE),
        ("s", Label.SPAM),
        ("o", Label.OTHER),
    ]


def two_ways(width: int) -> "list[Line]":
    """One Arabic word in both ways, each alone on its line, and what to look for."""
    asked = _(
        "Arabic runs from right to left, and its letters join; some terminals do that by"
        " themselves. In which line do all three letters of this word (“work”) hang together?"
    )
    return [
        [(_("How does your terminal show Arabic?"), "bold")],
        *_written(asked, width, "logical"),
        [],
        [(_("Line {number}:").format(number=1), "bold")],
        [(arabic.SAMPLE, "")],
        [(_("Line {number}:").format(number=2), "bold")],
        [(arabic.turned(arabic.SAMPLE), "")],
    ]
