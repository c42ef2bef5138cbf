"""The report's words for what the program calls by short names."""

import re

from audiences.fold import fold
from orchestrator import i18n
from orchestrator.i18n import _
from orchestrator.phrases import phrases
from orchestrator.ports import Unavailable
from orchestrator.redact import redact, tame
from orchestrator.report.rows import TandemRow
from orchestrator.vocabulary import Label, PostState

_LONGEST_NAME = 60


def network(name: str) -> str:
    """A network as people write it."""
    if name == "none":
        return _("outside the networks")
    return {"x": "X"}.get(name, name.capitalize())


def kind(label: Label) -> str:
    """A kind of reply."""
    return {
        Label.JOB_OFFER: _("Job offers"),
        Label.TIP: _("Tips"),
        Label.QUESTION: _("Questions"),
        Label.ENCOURAGEMENT: _("Encouragement"),
        Label.ABUSE: _("Abuse"),
        Label.SPAM: _("Spam"),
        Label.OTHER: _("Other replies"),
    }[label]


def state(which: PostState) -> str:
    """Where a post stands."""
    return {
        PostState.PLANNED: _("planned"),
        PostState.CLAIMED: _("being sent"),
        PostState.SENDING: _("being sent"),
        PostState.SCHEDULED: _("held by the platform"),
        PostState.PUBLISHED: _("published"),
        PostState.UNKNOWN: _("unclear, being checked"),
        PostState.REJECTED: _("refused by the platform"),
        PostState.EXPIRED: _("too late, not sent"),
        PostState.CANCELLED: _("cancelled"),
        PostState.WITHDRAWN: _("withdrawn"),
    }[which]


def outcome(status: str) -> str:
    """Where an offer stands; an unknown word stays as it is."""
    return {
        "new": _("new, not looked at yet"),
        "checked": _("checked"),
        "forwarded": _("handed over to the tandem"),
        "received": _("received by the tandem"),
        "contacted": _("in contact"),
        "trial": _("trial day or internship"),
        "offer": _("contract offered"),
        "permit_pending": _("waiting for the work permit"),
        "started": _("started work"),
        "kept_4w": _("still at work after four weeks"),
        "kept_6m": _("still at work after six months"),
        "no_fit": _("did not fit"),
        "filled": _("place already filled"),
        "declined": _("declined"),
        "permit_refused": _("work permit refused"),
        "unsafe": _("not safe, not passed on"),
        "withdrawn": _("offer taken back"),
    }.get(status) or plain(status)


def channel(name: str) -> str:
    """A way on which replies come; an unknown word stays as it is."""
    return {
        "comment": _("Comment"),
        "reply": _("Reply"),
        "mention": _("Mention"),
        "quote": _("Quote"),
        "message": _("Private message"),
        "phone": _("Telephone"),
        "mail": _("Mail"),
        "group": _("From a group"),
        "press": _("Press"),
        "whatsapp": "WhatsApp",
        "form": _("Form on the website"),
        "person": _("In person"),
        "none": _("unknown"),
    }.get(name) or plain(name)


def partner(name: str) -> str:
    """An organisation that brought tandems."""
    return _("without partner") if name == "none" else plain(name)


def unavailable(reason: str) -> str:
    """Why a network does not give a figure."""
    return {
        Unavailable.FEW_LIKES: _("The network gives this figure only for pages with more likes."),
        Unavailable.VANISHED: _("The network no longer has this figure."),
        Unavailable.NOT_PERMITTED: _("Our access does not allow reading this figure."),
        Unavailable.NOT_YET: _("The network has no figure yet."),
    }.get(reason) or _("The network does not give this figure.")  # type: ignore[call-overload]


def figure(metric: str) -> str:
    """What only the owner of a post is told; an unknown one keeps the network's name."""
    return {
        "url_link_clicks": _("Clicks on links"),
        "user_profile_clicks": _("Clicks on the profile"),
        "engagements": _("Everything that people did with it"),
        "organic_metrics.impression_count": _("Impressions without adverts"),
    }.get(metric) or plain(metric)


def person(tandem: TandemRow) -> str:
    """A tandem's public name; whoever must not be shown has none, nor has who withdrew."""
    if tandem.has_withdrawn:
        return _("People who withdrew")
    if not tandem.shown:
        return _("not shown")
    return plain(tandem.name) or _("Tandem without a public name")


def place(tandem: TandemRow) -> str:
    """The town, or the region where only that may be said."""
    if tandem.town:
        return town(plain(tandem.town))
    if not tandem.region:
        return ""
    return _("{region} area").format(region=region(tandem.region))


def region(name: str) -> str:
    """A state as the readers of this language call it."""
    known = phrases(i18n.language())
    return (known.regions.get(name, {}).get("name") if known else None) or plain(name)


def town(name: str) -> str:
    """A town as the readers of this language call it."""
    known = phrases(i18n.language())
    return (known.towns.get(name, {}).get("name") if known else None) or name


def order(name: str) -> tuple[str, str]:
    """Where a name stands in the alphabet: umlauts beside the letters that they are made of."""
    return fold(name), name.casefold()


# Characters that no XML document may hold, so no drawing either.
_NOT_XML = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def plain(text: str) -> str:
    """Somebody else's words on one line, without controls and contacts, at a bearable length."""
    fit = _NOT_XML.sub("", tame(text[: _LONGEST_NAME * 20]))
    line = redact(" ".join(fit.split()))
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1].rstrip() + "…"
