"""How far the people of a place are spread: a disk for each, together as large as the land."""

import math
from collections import defaultdict

from audiences.building.borders import Municipality
from audiences.building.places import Draft
from audiences.building.shapes import ShapeIndex


def spread(drafts: list[Draft], areas: list[Municipality]) -> None:
    """Share out each municipality's area among the places in it, by their people."""
    index = ShapeIndex((area.shape, area) for area in areas)
    inside: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        area = index.around(draft) if draft.people > 0 else None
        if area is not None and area.country == draft.country:
            inside[area.country + area.key].append(draft)
    for area in areas:
        share_area(inside[area.country + area.key], area.shape.km2)


def share_area(drafts: list[Draft], km2: float) -> None:
    """Give each place a disk; together they have the area, in proportion to the people."""
    people = sum(draft.people for draft in drafts)
    for draft in drafts:
        draft.disk_km = math.sqrt(km2 * draft.people / people / math.pi)
