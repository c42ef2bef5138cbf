"""How far around a point an advert may be shown, and to people of which age."""

NARROWEST_KM, WIDEST_KM = 1, 80
# An advert for work must not be aimed more narrowly than 15 miles around a point.
EMPLOYMENT_KM = 25
# Nor at less than everybody of age; nobody under age meets an appeal. The oldest and all above.
YOUNGEST, OLDEST = 18, 65


def advert_km(km: int, *, employment: bool) -> int:
    """Return the radius of an advert for a circle of so many kilometres."""
    return min(max(km, EMPLOYMENT_KM if employment else NARROWEST_KM), WIDEST_KM)
