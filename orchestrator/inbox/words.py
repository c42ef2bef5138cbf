"""Replies in words: labels, channels, and a stranger's text as it may stand on a screen."""

import re
from collections.abc import Callable

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _, ngettext
from orchestrator.redact import redact, tame
from orchestrator.vocabulary import Label

# What a person types in, by the ways on which it can come.
TYPED_CHANNELS = ("phone", "mail", "whatsapp", "group", "press", "person")
# Takes no room on a screen, and would split a phone number so that no mask finds it. The joiners
# that Persian and emoji need stay, except between digits.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2028\u2029\u2060-\u2065"
    "\u206a-\u206f\u3164\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
    "|(?<=\\d)[\u200c\u200d]+(?=\\d)"
)
# Marks piled upon one letter cover the lines around it; no language needs more than three.
_PILE = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_NETWORK_NAMES = {"facebook": "Facebook", "x": "X"}


def shown(text: str) -> str:
    """A stranger's words without contacts and without anything that moves a cursor."""
    broken = re.sub("\r\n?|\u2028|\u2029|\x85", "\n", text)
    return redact(tame(_PILE.sub(r"\1", _UNSEEN.sub("", broken))))


def flat(text: str) -> str:
    """The same as :func:`shown`, in one line; also without a number that two lines shared."""
    return redact(" ".join(shown(text).split()))


def label_of(text: str) -> Label:
    """Read a label as a person types it; any other word is refused with the seven."""
    try:
        return Label(text.strip().lower().replace("-", "_").replace(" ", "_"))
    except ValueError as error:
        raise UsageProblem(
            _("There is no label “{label}”.").format(label=text),
            remedy=_("Use one of: {names}").format(names=", ".join(each.value for each in Label)),
        ) from error


def label_word(label: Label) -> str:
    """One reply with this label, in a word or two."""
    words: dict[Label, Callable[[], str]] = {
        Label.JOB_OFFER: lambda: _("job offer"),
        Label.TIP: lambda: _("tip"),
        Label.QUESTION: lambda: _("question"),
        Label.ENCOURAGEMENT: lambda: _("encouragement"),
        Label.ABUSE: lambda: _("abuse"),
        Label.SPAM: lambda: _("spam"),
        Label.OTHER: lambda: _("other"),
    }
    return words[label]()


def labels_word(label: Label, count: int) -> str:
    """So many replies with this label."""
    if label is Label.JOB_OFFER:
        return ngettext("{count} job offer", "{count} job offers", count).format(count=count)
    if label is Label.TIP:
        return ngettext("{count} tip", "{count} tips", count).format(count=count)
    if label is Label.QUESTION:
        return ngettext("{count} question", "{count} questions", count).format(count=count)
    return f"{count} {label_word(label)}"


def elsewhere(state: str | None) -> str:
    """What becomes of an offer whose tandem has ended its part in this way."""
    if state == "closed":
        return _("The tandem is closed: give it to another tandem or to an advice service.")
    return _("The tandem has withdrawn: give it to another tandem or to an advice service.")


def source_word(network: str | None, channel: str) -> str:
    """Where a reply came from: the network's name, or the way on which somebody told it."""
    if network:
        name = _NETWORK_NAMES.get(network, network)
        return _("{network}, private").format(network=name) if channel == "message" else name
    words: dict[str, Callable[[], str]] = {
        "phone": lambda: _("by phone"),
        "mail": lambda: _("by mail"),
        "whatsapp": lambda: "WhatsApp",
        "group": lambda: _("from a group"),
        "press": lambda: _("press"),
        "person": lambda: _("in person"),
        "message": lambda: _("private message"),
    }
    return words[channel]() if channel in words else channel
