"""What public wording may hold: within some network's limit, nothing by which to find a person."""

import re

from audiences.fold import fold
from orchestrator import networks
from orchestrator.compose import tells_status
from orchestrator.discretion import Private, private_in, private_in_link
from orchestrator.i18n import _
from orchestrator.intake.ages import says_minor
from orchestrator.intake.fields import Unfit


def appeal(text: str) -> str:
    """An appeal's wording, with at most one empty line between paragraphs."""
    lines = [" ".join(each.split()) for each in text.split("\n")]
    wording = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if wording and not any(fits(wording, network) for network in networks.names()):
        raise Unfit(_("The appeal is too long for every network."), _("Shorten it."))
    return wording


def fits(text: str, network: str) -> bool:
    """Whether a network takes a text of this length, as it counts."""
    adapter = networks.adapter(network)
    # Counting needs no account, and nothing is opened before something is sent.
    return adapter.connect(adapter.Options.model_construct()).length(text) <= adapter.LIMITS.text


def refuse_contact(text: str) -> None:
    """Raise :class:`Unfit` for a phone number, a mail address or a street in public wording."""
    _refuse(private_in(text))


def refuse_contact_in_link(link: str) -> None:
    """Raise :class:`Unfit` where a web address itself is a way to somebody, or to a home."""
    _refuse(private_in_link(link))


def _refuse(found: Private | None) -> None:
    if found is None:
        return
    reason = {
        Private.PHONE: _("The text contains a phone number."),
        Private.MAIL: _("The text contains a mail address."),
        Private.ADDRESS: _("The text contains an address or coordinates."),
    }[found]
    raise Unfit(
        reason, _("Take it out: posts name the action centre, set once as [campaign] contact.")
    )


def refuse_status(text: str) -> None:
    """Raise :class:`Unfit` where public wording says with which papers somebody is here."""
    if tells_status(text):
        raise Unfit(
            _("The text tells the residence status, which must not be public."),
            _("Take it out; “I may work” is the most that may be said, if it is true."),
        )


def refuse_minor(text: str) -> None:
    """Raise :class:`Unfit` where somebody says that they are under 18."""
    if says_minor(text):
        raise Unfit(
            _("The text says that the person is under 18, but “adult” says yes."),
            _("Ask them: minors are not published. If the age is out of date, take it out."),
        )


def same_name(a: str, b: str) -> bool:
    """Whether two names are the same but for spelling."""
    return a.casefold() == b.casefold() or "" != fold(a) == fold(b)
