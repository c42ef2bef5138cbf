"""The campaign's tandems as they are stored, read in a few questions instead of one per row."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from orchestrator.model import Appeal, Consent, Medium, Partner, Person, Tandem


@dataclass(frozen=True)
class Folder:
    """All that belongs to one tandem; appeals by language, consents by purpose.

    ``consents`` are the refugee's, of whom the posts speak.
    """

    tandem: Tandem
    refugee: Person
    volunteer: Person
    appeals: dict[str, Appeal] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)
    of_volunteer: dict[str, Consent] = field(default_factory=dict)
    media: list[Medium] = field(default_factory=list)


@dataclass(frozen=True)
class Shelf:
    """Folders by slug, partners by name."""

    tandems: dict[str, Folder]
    partners: dict[str, Partner]

    @classmethod
    def of(cls, session: Session, campaign_id: int) -> "Shelf":
        """Read everything of a campaign."""
        tandems = session.exec(
            select(Tandem).where(Tandem.campaign_id == campaign_id).order_by(col(Tandem.slug))
        ).all()
        persons = {
            person.id: person
            for person in session.exec(select(Person).where(Person.campaign_id == campaign_id))
        }
        appeals: dict[int, dict[str, Appeal]] = defaultdict(dict)
        for appeal in session.exec(
            select(Appeal).join(Tandem).where(Tandem.campaign_id == campaign_id)
        ):
            appeals[appeal.tandem_id][appeal.language] = appeal
        consents: dict[int, dict[str, Consent]] = defaultdict(dict)
        for consent in session.exec(
            select(Consent).join(Tandem).where(Tandem.campaign_id == campaign_id)
        ):
            consents[consent.person_id][consent.purpose] = consent
        media: dict[int, list[Medium]] = defaultdict(list)
        of_campaign = select(Medium).join(Tandem).where(Tandem.campaign_id == campaign_id)
        for medium in session.exec(of_campaign.order_by(col(Medium.position))):
            media[medium.tandem_id].append(medium)
        return cls(
            {
                tandem.slug: Folder(
                    tandem,
                    persons[tandem.refugee_id],
                    persons[tandem.volunteer_id],
                    appeals[tandem.id],
                    consents[tandem.refugee_id],
                    consents[tandem.volunteer_id],
                    media[tandem.id],
                )
                for tandem in tandems
            },
            {
                partner.name: partner
                for partner in session.exec(
                    select(Partner).where(Partner.campaign_id == campaign_id)
                )
            },
        )
