"""Names as people say them, out of the ones that registers and postal tables keep."""

import re
from collections import defaultdict

from audiences.building.near import rough_km
from audiences.building.places import Draft
from audiences.fold import fold

# Cantons and states with two languages: there "Murten/Morat" is one town under two names.
_BILINGUAL = {
    "CH": ("Bern", "Freiburg", "Graubünden", "Tessin", "Wallis"),
    "AT": ("Burgenland", "Kärnten"),
}
# The Romansh or Italian name comes first in these, the German one second.
_GERMAN_SECOND = ("Bosco", "Lantsch", "Stugl", "Tumegl", "Vaz")
_CENTRE = re.compile(r" \((?:Dorf|Dorfkern)\)$")
# A canton's statistics number its villages' parts; closer than this it is the same village.
_SAME_KM = 10


def plain_names(drafts: list[Draft]) -> None:
    """Give every place its plain name; the former one stays one that it answers to.

    A name that another place nearby bears already is not given a second time.
    """
    named: dict[tuple[str, str], list[Draft]] = defaultdict(list)
    for draft in drafts:
        named[draft.country, fold(draft.name)].append(draft)
    for draft in sorted(drafts, key=lambda d: (-d.population, d.id)):
        for name in _plainer(draft):
            twins = [d for d in named[draft.country, fold(name)] if d is not draft]
            if not any(d is not draft.part_of and rough_km(d, draft) < _SAME_KM for d in twins):
                draft.former |= {draft.name, *_other_language(draft)}
                draft.name = name
                named[draft.country, fold(name)].append(draft)
                break


def _plainer(draft: Draft) -> list[str]:
    """Return better names for a place, best first; none for a name that is plain."""
    name = _once(_without_register_words(draft.name))
    head, slash, tail = name.partition(" / ")
    if draft.country == "CH" and slash and tail[0].isupper():
        names = _village(head, tail)
    elif draft.country == "DE" and slash:
        names = [f"{head}/{tail}"]
    elif other := _other_language(draft):
        names = [head for head in name.split("/") if head not in other][:1]
    else:
        names = [_CENTRE.sub("", name), name]
    return [each for each in dict.fromkeys(names) if each != draft.name]


def _without_register_words(name: str) -> str:
    """ "Freiburg (Elbe) Flecken", "Winterthur-Töss (Kreis 4)"; but "Zürich (Kreis 4)" stays."""
    name = re.sub(r"^Flecken (?=\w)|(?<=\)) Flecken$", "", name)
    name = re.sub(r"^(.+)-Stadt \1 \(Kreis \d+\)$", r"\1", name)
    return re.sub(r"^(.+-.+) \(Kreis \d+\)$", r"\1", name)


def _once(name: str) -> str:
    """Return a name that postal rows say twice once: "Storkow (Mark) Storkow"."""
    twice = re.fullmatch(r"(\S+)( \([^)]+\)|[/-]\S+|) \1(?: \([^)]+\))?", name)
    if twice is None:
        return name
    return twice[1] + (twice[2] if "(" in twice[2] else "")


def _village(head: str, tail: str) -> list[str]:
    """Return names for "Dietlikon / Dietlikon (Dorf)" and "Dietlikon / Eichwiesen"."""
    first = head.split()[0]
    if tail.startswith(f"{head} an "):
        return [tail]
    if tail == f"Dorf {head}" or (tail.startswith(first) and _CENTRE.search(tail)):
        return [head]
    return [tail] if tail.startswith(f"{head} (") else [f"{head}-{tail}"]


def _other_language(draft: Draft) -> set[str]:
    """Return the name beside the German one, where a town has two official ones."""
    parts = draft.name.split("/")
    if len(parts) != 2 or " / " in draft.name:
        return set()
    if draft.state not in _BILINGUAL.get(draft.country, ()):
        return set()
    return {parts[0] if parts[0] in _GERMAN_SECOND else parts[1]}
