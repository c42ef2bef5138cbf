"""What stands on the screen, in words and lines; nothing here knows the screen itself."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size

from orchestrator.commands import inbox_page
from orchestrator.commands.inbox_table import age, cut, instead_of_text, more_say_so, parts_of
from orchestrator.i18n import _, ngettext
from orchestrator.inbox import arabic
from orchestrator.inbox.words import label_word, labels_word, source_word
from orchestrator.vocabulary import RANK, Label

if TYPE_CHECKING:
    from orchestrator.commands.view.paper import Line
    from orchestrator.inbox.entry import Sealed

# From this width on a row also tells where a reply came from, and who said it.
_WIDE = 100
_MOST_SLUG = 22
_KEY = 7
_LOOKS = {Label.JOB_OFFER: "bold", Label.ABUSE: "dim", Label.SPAM: "dim"}


def queue(
    replies: Sequence[Mapping[str, Any]], now: datetime, width: int, here: int
) -> "list[Line]":
    """Replies in a line each; ``here``: which of them is shown below."""
    heads = [_head(each, now, wide=width >= _WIDE) for each in replies]
    widths = [max(map(cell_len, column)) for column in zip(*heads, strict=True)]
    return [
        _row(reply, [_cell(*each) for each in zip(head, widths, strict=True)], width, n == here)
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


def _cell(text: str, width: int) -> str:
    return set_cell_size(text, width)


def _said(reply: Mapping[str, Any], *, wide: bool) -> str:
    """Who has it and how it begins; no Arabic stands beside other words."""
    remarks = [_("taken by {who}").format(who=reply["taken_by"])] if reply["taken_by"] else []
    if reply["others"]:
        remarks.append(more_say_so(reply["others"]))
    if reply["alternative"]:
        remarks.append(_("for another tandem"))
    text = " ".join(reply["text"].split())
    if arabic.has_rtl(text):
        words = len(text.split())
        text = ngettext("(Arabic, {count} word)", "(Arabic, {count} words)", words)
        text = text.format(count=words)
    elif not text:
        text = instead_of_text(dict(reply))
    is_named = wide and reply["author"] and not arabic.has_rtl(reply["author"])
    return " · ".join([*remarks, f"{reply['author']}: {text}" if is_named else text])


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


def head(
    name: str, counts: Mapping[Label, int], folded: Counter[str] | None, unfolded: bool, width: int
) -> "Line":
    """How many wait, how many are folded away, and where there is room also whose inbox it is."""
    waiting = ", ".join(labels_word(each, counts[each]) for each in RANK if counts.get(each))
    waiting = waiting or _("nothing waits")
    end = f"  ·  {_folded(folded, unfolded)}" if folded or unfolded else ""
    whole = f"{name}  ·  {waiting}{end}"
    if cell_len(whole) > width:
        whole = cut(waiting, max(width - cell_len(end), 10)) + end
    return [(cut(whole, width), "bold")]


def _folded(folded: Counter[str] | None, unfolded: bool) -> str:
    """What hurts is counted by itself."""
    if unfolded or not folded:
        return _("everything is shown")
    hurt = [(each.value, folded[each]) for each in (Label.ABUSE, Label.SPAM) if folded[each]]
    parts = parts_of(hurt)
    if rest := folded.total() - sum(number for _kind, number in hurt):
        parts.append(ngettext("{count} more", "{count} more", rest).format(count=rest))
    return _("folded: {parts}").format(parts=", ".join(parts))


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
    room = width - _KEY
    return [[(_cell(key, _KEY), "bold"), (cut(meaning, room), "")] for key, meaning in manual()]


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
