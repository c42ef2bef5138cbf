"""What stands on the screen, in words and lines; nothing here knows the screen itself."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size

from orchestrator.commands import inbox_page
from orchestrator.commands.inbox_table import age, cut, instead_of_text, more_say_so
from orchestrator.i18n import _, ngettext
from orchestrator.inbox import arabic
from orchestrator.inbox.words import label_word, source_word
from orchestrator.vocabulary import Label

if TYPE_CHECKING:
    from orchestrator.commands.view.paper import Line
    from orchestrator.inbox.entry import Sealed

# From this width on a row also tells where a reply came from, and who said it.
_WIDE = 100
_MOST_SLUG = 22
_LOOKS = {Label.JOB_OFFER: "bold", Label.ABUSE: "dim", Label.SPAM: "dim"}


def queue(
    replies: Sequence[Mapping[str, Any]], now: datetime, width: int, here: int
) -> "list[Line]":
    """Replies in a line each; ``here``: which of them is shown below."""
    heads = [_head(each, now, wide=width >= _WIDE) for each in replies]
    widths = [max(map(cell_len, column)) for column in zip(*heads, strict=True)]
    return [
        _row(
            reply,
            [set_cell_size(*each) for each in zip(head, widths, strict=True)],
            width,
            n == here,
        )
        for n, (reply, head) in enumerate(zip(replies, heads, strict=True))
    ]


def _head(reply: Mapping[str, Any], now: datetime, *, wide: bool) -> list[str]:
    source = [source_word(reply["network"], reply["channel"])] if wide else []
    return [
        f"{reply['id']:>4}",
        label_word(Label(reply["label"])),
        age(now - reply["received_at"]),
        *source,
        cut(reply["tandem"] or "–", _MOST_SLUG if wide else _MOST_SLUG - 8),
    ]


def _row(reply: Mapping[str, Any], cells: Sequence[str], width: int, is_here: bool) -> "Line":
    mark = "▶" if is_here else " "
    text = cut(mark + "  ".join([*cells, _said(reply, wide=width >= _WIDE)]), width)
    if is_here:
        return [(set_cell_size(text, width), "reverse")]
    return [(text, "dim" if reply["taken_by"] else _LOOKS.get(Label(reply["label"]), ""))]


def _said(reply: Mapping[str, Any], *, wide: bool) -> str:
    """Who has it and how it begins; no Arabic stands beside other words."""
    remarks = [_("taken by {who}").format(who=reply["taken_by"])] if reply["taken_by"] else []
    if reply["others"]:
        remarks.append(more_say_so(reply["others"]))
    if reply["alternative"]:
        remarks.append(_("for another tandem"))
    text = " ".join(reply["text"].split())
    if arabic.has_rtl(text):
        text = _counted(text)
    elif not text:
        text = instead_of_text(dict(reply))
    is_named = wide and reply["author"] and not arabic.has_rtl(reply["author"])
    return " · ".join([*remarks, f"{reply['author']}: {text}" if is_named else text])


def _counted(text: str) -> str:
    """In place of words that stand alone below: in which script, and how many."""
    count = len(text.split())
    told = {
        "ARABIC": ngettext(
            "(Arabic script, {count} word)", "(Arabic script, {count} words)", count
        ),
        "HEBREW": ngettext(
            "(Hebrew script, {count} word)", "(Hebrew script, {count} words)", count
        ),
    }
    other = ngettext("(right to left, {count} word)", "(right to left, {count} words)", count)
    return told.get(arabic.script(text), other).format(count=count)


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


def nothing(width: int) -> "list[Line]":
    """What stands where no reply waits."""
    told = _("Nothing waits here. z shows what is folded away, u looks again.")
    return _written(told, width, "logical")


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


def which_label(width: int) -> "list[Line]":
    """The labels with their letters, as many in a line as fit."""
    told = [f"{key} {label_word(label)}" for key, label in labels()]
    lines = [_("Which label is right? Esc: leave it."), told.pop(0)]
    for each in told:
        if cell_len(f"{lines[-1]}   {each}") <= width:
            lines[-1] += f"   {each}"
        else:
            lines.append(each)
    return [[(each, "bold")] for each in lines]


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
