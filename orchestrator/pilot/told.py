"""What a pilot that ended showed, in words: a hint with its figures, never a proof."""

from collections.abc import Iterator
from typing import Any

from orchestrator.formats import count
from orchestrator.i18n import _, ngettext
from orchestrator.inbox.words import source_word


def told(network: str, found: dict[str, Any]) -> str:
    """How it ended, what came down, what was learnt and what was not; ``found``: its result."""
    return " ".join(each.format(network=source_word(network, "")) for each in _told(found))


def _told(found: dict[str, Any]) -> Iterator[str]:
    yield {
        "compared": _("The pilot on {network} has ended."),
        "stopped": _("The pilot on {network} was stopped."),
        "broken_off": _("The pilot on {network} was broken off."),
    }[found["outcome"]]
    if found.get("refused"):
        yield _("A post of it was refused: {why}.").format(why=_bare(found["refused"]))
    if (taken := found.get("taken_down")) is not None:
        yield _taken(taken)
    if found["outcome"] == "compared":
        what = compared(found["gate_effect"], **found["reach"])
        yield _("This is what it showed: {what}").format(what=what)
    else:
        yield _learnt(found["gate_stored"])


def _bare(why: str) -> str:
    """A network's own words, as they are also where they have braces."""
    return why.removesuffix(".").replace("{", "{{").replace("}", "}}")


def _taken(number: int) -> str:
    if not number:
        return _("Nothing of it was there to be taken down.")
    return ngettext(
        "{count} post of it was taken down.", "{count} posts of it were taken down.", number
    ).format(count=number)


def _learnt(stored: bool | None) -> str:
    if stored is None:
        return _("Nothing was learnt about the limit.")
    if stored:
        return _(
            "It was learnt that {network} keeps the audience of a limited post, but not whether"
            " the limit works."
        )
    return _("It was learnt that {network} does not keep the audience of a limited post.")


def compared(effect: str, gated: int | None, open: int | None) -> str:
    """What the figures of a limited and an open post tell of the limit."""
    if effect == "none" and gated is not None and open is not None and gated >= open:
        words = _(
            "the limited post was seen by {gated}, the open one by {open}: not by fewer, so the"
            " limit probably keeps nobody out here; two posts are a small sample."
        )
        return words.format(gated=count(gated), open=count(open))
    words = {
        "narrows": _(
            "the limited post was seen by {gated}, the open one by {open}, so the limit probably"
            " works; two posts are a small sample."
        ),
        "none": _(
            "the limited post was seen by {gated}, the open one by {open}, so the limit probably"
            " makes no difference; two posts are a small sample."
        ),
    }.get(
        effect,
        _(
            "the limited post was seen by {gated}, the open one by {open}; that tells nothing"
            " about the limit."
        ),
    )
    return words.format(gated=_figure(gated), open=_figure(open))


def _figure(value: int | None) -> str:
    return _("an unknown number") if value is None else count(value)
