"""A conversation as one page: self-contained, without scripts, nothing asked from anywhere else."""

import re
from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from orchestrator import i18n
from orchestrator.formats import moment
from orchestrator.i18n import _, ngettext
from orchestrator.inbox.thread import Said, Thread
from orchestrator.inbox.words import label_word, labels_word, source_word
from orchestrator.redact import redact, tame
from orchestrator.templates import template

# By this we know our own files again; anybody else's are left alone.
MARK = '<meta name="generator" content="tueroeffner inbox thread">'
_ARABIC = re.compile("[\u0620-\u064a\u0671-\u06d3]")
# Deeper than this, indenting would leave no room for words.
_DEEPEST = 5


def page(thread: Thread, now: datetime, zone: ZoneInfo) -> str:
    """The page, in the language in use; each text in its own direction."""
    source = source_word(thread.network, thread.channel)
    return template("orchestrator.inbox", "thread.html").render(
        mark=Markup(MARK),
        language=i18n.language(),
        title=_("Thread of reply {number}").format(number=thread.asked),
        told=" · ".join(filter(None, [source, thread.tandem])),
        as_of=_("As of {time}").format(time=moment(now.astimezone(zone))),
        post=redact(tame(thread.post)),
        post_lang=language_of(thread.post),
        said=[_shown(each, thread, zone) for each in thread.said],
        folded=_folded(thread),
        left_out=_left_out(thread.left_out) if thread.left_out else "",
        say=_say(),
    )


def language_of(text: str) -> str:
    """What screen readers should read it in: Arabic is known by its letters, the rest unknown."""
    return "ar" if _ARABIC.search(text) else ""


def _shown(said: Said, thread: Thread, zone: ZoneInfo) -> dict[str, object]:
    return {
        "number": said.id,
        "here": said.id == thread.asked,
        "ours": said.id is None,
        "author": said.author or "–",
        "text": said.text,
        "instead": "" if said.text else _instead(said),
        "lang": language_of(said.text),
        "at": moment(said.at.astimezone(zone)),
        "depth": min(said.depth, _DEEPEST),
        "marks": _marks(said),
        "folded": said.folded and said.id != thread.asked,
    }


def _instead(said: Said) -> str:
    if said.gone:
        return _("(its words are gone)")
    return _("(a picture)") if said.picture else _("(no words)")


def _marks(said: Said) -> list[str]:
    marks = [label_word(said.label)] if said.label else [_("our answer")]
    if said.taken_by:
        marks.append(_("taken by {who}").format(who=said.taken_by))
    if said.hidden:
        marks.append(_("hidden"))
    return marks


def _folded(thread: Thread) -> str:
    """How much of what hurts is there; it opens where it stands."""
    labels = Counter(each.label for each in thread.said if each.folded and each.label)
    parts = ", ".join(labels_word(label, number) for label, number in sorted(labels.items()))
    return _("Folded away: {parts}").format(parts=parts) if parts else ""


def _left_out(number: int) -> str:
    return ngettext(
        "{count} more branch is not on this page.", "{count} more branches are not on this page.",
        number,
    ).format(count=number)  # fmt: skip


def _say() -> dict[str, str]:
    return {
        "post": _("The post"),
        "thread": _("What was said"),
        "unfold": _("show it"),
        "notice": _(
            "For your own work: others' words stand here. Phone numbers and mail addresses are"
            " masked. Delete this page when you have read it."
        ),
    }
