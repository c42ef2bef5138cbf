"""What the commands about adverts share: the network that is paid, and its account."""

from typing import TYPE_CHECKING

from orchestrator.commands.desk import Desk
from orchestrator.errors import PersonNeeded, UsageProblem
from orchestrator.formats import about, count
from orchestrator.i18n import _
from orchestrator.inbox.words import source_word
from orchestrator.ports import Advertises, Advertising

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orchestrator.adverts.people import People
    from orchestrator.model import Advert, Tandem
    from orchestrator.ports import AdvertAccount
    from orchestrator.section import AdvertTerms
    from orchestrator.shift import Shift


def paid_network(desk: Desk) -> tuple[str, "AdvertTerms"]:
    """The network on which adverts are paid for, and by which terms; refused where none is."""
    for name, options in desk.settings.networks.items():
        if options.pays:
            return name, options.pays
    raise UsageProblem(
        _("Paid adverts are switched off."),
        remedy=_(
            "Set paid = true in the section [facebook] of the configuration; what else is needed"
            " stands there."
        ),
    )


def ad_account(shift: "Shift", network: str) -> Advertising:
    """The account's port; refused where its network is off."""
    found = shift.networks.get(network)
    advertising = found.advertising if isinstance(found, Advertises) else None
    if advertising is None:
        raise UsageProblem(
            _("{network} is off, so nothing can be advertised there.").format(
                network=source_word(network, "")
            ),
            remedy=_("Run `tueroeffner doctor`: it tells what is missing."),
        )
    return advertising


def able(account: "AdvertAccount") -> "AdvertAccount":
    """An account that can pay; else a person has to see to it first."""
    if account.problem:
        raise PersonNeeded(
            account.problem,
            subject=account.name,
            remedy=_("Nothing was changed; run the command again after that."),
        )
    return account


def counted(
    desk: Desk, shift: "Shift", adverts: "Sequence[tuple[Advert, Tandem]]"
) -> "list[People]":
    """The people around each; why the network counted none is said once."""
    from orchestrator.adverts.people import people_around

    with desk.waiting(_("Counting the people around …")):
        people, why = people_around(shift, adverts)
    if why:
        desk.warn(why)
    return people


def estimate_words(people: "People") -> str:
    """The network's own estimate, as a span; empty where it has none."""
    told = people.estimate
    if told is None or told.lower is None or told.upper is None:
        return ""
    return _("{lower} to {upper}").format(lower=count(told.lower), upper=count(told.upper))


def people_words(people: "People", network: str) -> str:
    """Our own count, and the network's estimate beside it."""
    living = _("About {people} people live in this circle, by our own count.").format(
        people=about(people.living)
    )
    if span := estimate_words(people):
        told = _("The estimate of {network} itself: {span} people.")
    else:
        told = _("{network} itself gives no estimate.")
    return f"{living} {told.format(network=source_word(network, ''), span=span)}"
