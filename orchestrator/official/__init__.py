"""Official populations that somebody imported: they count instead of the gazetteer's."""

from functools import lru_cache

from sqlmodel import Session, col, select

from audiences.gazetteer import Gazetteer
from orchestrator.model import Municipality

Figures = tuple[tuple[int, int], ...]


def gazetteer(session: Session) -> Gazetteer:
    """The gazetteer to count with: people as officially imported, else as they are built in."""
    rows = session.exec(
        select(Municipality.place_id, Municipality.population)
        .where(col(Municipality.place_id).is_not(None))
        .order_by(col(Municipality.ags))
    ).all()
    return _with(tuple((place, people) for place, people in rows if place is not None))


@lru_cache(maxsize=2)
def _with(figures: Figures) -> Gazetteer:
    """One for the same figures: what it has read of its tables serves the next circle as well."""
    built_in = Gazetteer.open()
    if not figures:
        return built_in
    try:
        return built_in.with_people(dict(figures))
    except ValueError:
        return built_in.with_people(_of_towns(built_in, figures))


def _of_towns(atlas: Gazetteer, figures: Figures) -> dict[int, int]:
    """What is still a town: another version of the program may know other places."""
    found = ((atlas.place(number), people) for number, people in figures)
    return {place.id: people for place, people in found if place is not None and place.is_town}


@lru_cache(maxsize=2)
def people_in_germany(atlas: Gazetteer) -> int:
    """How many people all circles together could hold, everybody counted once."""
    return sum(place.people for place in atlas.places() if place.country == "DE")
