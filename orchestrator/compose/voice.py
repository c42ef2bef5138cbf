"""Who speaks in a post: what the safety check lets the public know of a tandem."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orchestrator.model import Appeal, Tandem
from orchestrator.phrases import languages, phrases
from orchestrator.unsaid import halves, says_name, says_town
from orchestrator.vocabulary import MayWork, Show


@dataclass(frozen=True)
class Voice:
    """What a public text may know of a tandem, and the names that it must never say.

    ``unchecked``: the real name must not be said, but cannot be read, so no text can be checked.
    """

    slug: str
    name: str
    place: str
    regional: bool
    trade: str
    appeals: Mapping[str, str]
    link: str
    may_work: bool
    unsaid_names: frozenset[str] = field(default=frozenset(), repr=False)
    unsaid_towns: frozenset[str] = field(default=frozenset(), repr=False)
    unchecked: bool = False


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
        unsaid_names=frozenset({refugee_name} - {""}) if hidden else frozenset(),
        unsaid_towns=_town_names(tandem.town, tandem.region) if regional else frozenset(),
        unchecked=hidden and not refugee_name,
    )


def _town_names(town: str, region: str) -> frozenset[str]:
    """In all languages, and of double names each half; none that the region has, too."""
    if town == region:
        return frozenset()
    known = (words for each in languages() if (words := phrases(each)))
    translated = {each.towns.get(town, {}).get("name", town) for each in known}
    return frozenset({town, *halves(town), *translated} - {region})


def reveals(voice: Voice, text: str) -> bool:
    """Whether ``text`` says a name or a town that the safety check hides, as far as it is known."""
    if voice.unchecked:
        return True
    return any(says_name(text, name) for name in voice.unsaid_names) or any(
        says_town(text, town) for town in voice.unsaid_towns
    )
