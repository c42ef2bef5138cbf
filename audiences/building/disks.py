"""How far the people of a place are spread: a disk for each, together as large as the land."""

import math

from audiences.building.membership import Commune
from audiences.building.places import Draft


def spread(found: list[Commune]) -> None:
    """Share out each municipality's area among the places in it, by their people."""
    for commune in found:
        share_area([p for p in commune.places if p.people > 0], commune.area.shape.km2)


def share_area(drafts: list[Draft], km2: float) -> None:
    """Give each place a disk; together they have the area, in proportion to the people."""
    people = sum(draft.people for draft in drafts)
    for draft in drafts:
        draft.disk_km = math.sqrt(km2 * draft.people / people / math.pi)
