"""The service on the internet that is asked for unknown places: who it is, and its troubles."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from audiences.outward import ATTRIBUTION, DOMAINS, GeocoderTrouble, Outage, Service
from orchestrator import __version__
from orchestrator.errors import PartlyDone, PersonNeeded, TueroeffnerError
from orchestrator.i18n import _
from orchestrator.placing.known import Answers
from orchestrator.placing.turn import Queue
from orchestrator.section import is_loopback
from schedules.clock import SystemClock

if TYPE_CHECKING:
    from datetime import datetime

    from audiences.geocode import Geocoder
    from orchestrator.keys import CampaignKey
    from orchestrator.settings import Audience, Campaign
    from orchestrator.store import Store


def service_of(audience: "Audience", campaign: "Campaign") -> Service | None:
    """Who is asked, if anybody: the configuration switches it on."""
    if audience.geocoder == "off":
        return None
    given = audience.geocoder_domain or DOMAINS[audience.geocoder]
    scheme, _sep, domain = given.rpartition("://")
    return Service(
        name=audience.geocoder,
        domain=domain,
        scheme=scheme or "https",
        agent=f"Tueroeffner/{__version__} (campaign {campaign.slug})",
        is_here=is_loopback(urlsplit(f"//{domain}").hostname or ""),
    )


def source_of(service: Service) -> str:
    """By which answers of a service are known: "nominatim nominatim.openstreetmap.org"."""
    return f"{service.name} {service.domain}"


@dataclass(frozen=True)
class Inquiry:
    """For which campaign is asked, and where answers are kept; ``now`` is the campaign's time."""

    store: "Store"
    key: "CampaignKey"
    audience: "Audience"
    campaign: "Campaign"
    now: "datetime"
    dry_run: bool = False


def geocoder_of(inquiry: Inquiry) -> "Geocoder | None":
    """The service, ready to be asked; None where it is off."""
    service = service_of(inquiry.audience, inquiry.campaign)
    if service is None:
        return None
    from audiences.geocode import Geocoder

    source = source_of(service)
    answers = Answers(
        inquiry.store, inquiry.key, inquiry.campaign, source, inquiry.now, inquiry.dry_run
    )
    queue = Queue(inquiry.store, source, SystemClock(), dry_run=inquiry.dry_run)
    return Geocoder(service, answers, queue.turn)


def credit(service: Service) -> str:
    """Whose answer is shown; the licence wants it said."""
    return _("From {domain}: {attribution}").format(domain=service.domain, attribution=ATTRIBUTION)


def words(service: Service, trouble: GeocoderTrouble) -> tuple[str, str]:
    """What went wrong at the service, and what to do."""
    later = _("Try it again later, or write a place that is known here.")
    what, remedy = {
        Outage.SILENT: (_("The place service {domain} does not answer."), later),
        Outage.AWAY: (_("The place service {domain} cannot be reached."), later),
        Outage.BUSY: (_("The place service {domain} is asked too much at the moment."), later),
        Outage.BROKEN: (_("The place service {domain} is out of order at the moment."), later),
        Outage.REFUSED: (
            _("The place service {domain} refused the question."),
            _("Check [audience] geocoder and geocoder_domain, or switch it off."),
        ),
    }[trouble.why]
    return what.format(domain=service.domain), remedy


def problem(service: Service, trouble: GeocoderTrouble) -> TueroeffnerError:
    """The same as an error: whether there is such a place is not known."""
    what, remedy = words(service, trouble)
    kind = PersonNeeded if trouble.why is Outage.REFUSED else PartlyDone
    return kind(what, remedy=remedy)
