"""Who speaks in a post: what the safety check lets the public know of a tandem."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestrator.model import Appeal, MayWork, Show, Tandem


@dataclass(frozen=True)
class Voice:
    """What a public text may know of a tandem; nothing in it is secret."""

    slug: str
    name: str
    place: str
    regional: bool
    trade: str
    appeals: Mapping[str, str]
    link: str
    may_work: bool


def voice_of(tandem: Tandem, refugee_name: str, appeals: Sequence[Appeal]) -> Voice:
    """What the safety check lets the public know: alias or first name, town or region."""
    hidden = tandem.show in (None, Show.ALIAS, Show.REGION)
    regional = tandem.show in (None, Show.REGION)
    return Voice(
        slug=tandem.slug,
        name=tandem.public_name if hidden else refugee_name or tandem.public_name,
        place=tandem.region if regional else tandem.town,
        regional=regional,
        trade=tandem.trade,
        appeals={each.language: each.text for each in appeals},
        link=tandem.link,
        may_work=tandem.may_work is MayWork.YES,
    )
