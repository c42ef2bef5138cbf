"""What the papers may know: the configuration, and numbers. No name, no contact of anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlmodel import Session, col, func, select

from orchestrator import __version__
from orchestrator.config import Settings
from orchestrator.model import Appeal, Consent, Partner, Post, Reply, Tandem
from orchestrator.placing.online import service_of
from orchestrator.retention.rules import Rule, rules
from orchestrator.settings import Campaign, Privacy
from orchestrator.vocabulary import PostState


@dataclass(frozen=True)
class Figures:
    """How much there is by now; ``languages`` are those of the appeals."""

    tandems: int = 0
    consents: int = 0
    published: int = 0
    replies: int = 0
    partners: int = 0
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """A folder of backups; ``apart``: it is not beside the original."""

    name: str
    apart: bool


@dataclass(frozen=True)
class Facts:
    """See the module.

    ``kept``: kind of data → until when. ``mode``: how Facebook aims posts; ``ahead``: whether it
    is given them before their time. ``server``: the database's, empty where it is a file beside
    the others. ``smallest_town``: how many people live in a place that is named, at least.
    ``geocoder``: the server that is asked for unknown towns, empty where nobody is.
    ``mail_server``, ``mailbox``: by which mails go out, and where receipts are read; empty without.
    ``phone_in_mail``: whether a mail may tell the contact of whoever makes an offer.
    ``versions``: language → version of the consent text in use.
    """

    campaign: Campaign
    privacy: Privacy
    kept: Mapping[str, Rule]
    networks: tuple[str, ...]
    mode: str
    ahead: bool
    server: str
    backups: tuple[Place, ...]
    smallest_town: int
    geocoder: str
    mail_server: str
    mailbox: str
    phone_in_mail: bool
    versions: Mapping[str, str]
    figures: Figures
    made_at: datetime
    program: str = __version__

    @property
    def last_of_all(self) -> date:
        """After this day only evidence is still due to be kept."""
        return max(self.campaign.last_day, *(rule.until for rule in self.kept.values()))


def facts(settings: Settings, figures: Figures, now: datetime) -> Facts:
    """Everything that the papers are written from."""
    on = tuple(settings.on())
    facebook = settings.networks["facebook"]
    asked = service_of(settings.audience, settings.campaign)
    return Facts(
        campaign=settings.campaign,
        privacy=settings.privacy,
        kept={rule.kind.value: rule for rule in rules(settings.campaign, settings.retention)},
        networks=on,
        mode=facebook.reach_mode,
        ahead=bool(facebook.hand_over),
        server=host_of(settings.database.url),
        backups=tuple(place_of(Path(each), settings.folder) for each in settings.backup.places),
        smallest_town=settings.audience.k_anonymity,
        geocoder=asked.domain if asked else "",
        mail_server=settings.mail.host,
        mailbox=settings.mail.imap_host,
        phone_in_mail=settings.mail.phone_in_mail,
        versions=settings.consent_versions,
        figures=figures,
        made_at=now,
    )


def host_of(url: str) -> str:
    """The machine on which the database is served; empty for a file."""
    address = make_url(url)
    return "" if address.get_backend_name() == "sqlite" else address.host or "localhost"


def figures(session: Session, campaign_id: int) -> Figures:
    """Count what is held of people by now; what was erased, taken back or deleted is not."""
    ours = select(Tandem.id).where(
        Tandem.campaign_id == campaign_id, col(Tandem.erased_at).is_(None)
    )
    agreed = col(Consent.tandem_id).in_(ours) & col(Consent.withdrawn_at).is_(None)
    said = col(Reply.forgotten_at).is_(None) & col(Reply.deleted_at).is_(None)
    spoken = select(Appeal.language).where(col(Appeal.tandem_id).in_(ours)).distinct()

    def count(table: type, *conditions: Any) -> int:
        number: int = session.exec(select(func.count()).select_from(table).where(*conditions)).one()
        return number

    return Figures(
        tandems=count(Tandem, col(Tandem.id).in_(ours)),
        consents=count(Consent, agreed),
        published=count(Post, Post.campaign_id == campaign_id, Post.state == PostState.PUBLISHED),
        replies=count(Reply, Reply.campaign_id == campaign_id, said),
        partners=count(Partner, Partner.campaign_id == campaign_id),
        languages=tuple(sorted(session.exec(spoken).all())),
    )


def place_of(folder: Path, campaign: Path) -> Place:
    """A home folder is named after a person."""
    if folder.is_relative_to(campaign):
        return Place(str(folder.relative_to(campaign)), apart=False)
    if folder.is_relative_to(Path.home()):
        return Place(f"~/{folder.relative_to(Path.home())}", apart=True)
    return Place(str(folder), apart=True)
