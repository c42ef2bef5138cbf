"""How much of a disk lies inside a circle: the lens that two circles share."""

from math import acos, pi, sqrt


def share_inside(apart_km: float, radius_km: float, disk_km: float) -> float:
    """Return the share (0 to 1) of a disk that lies in a circle, their centres ``apart_km`` apart.

    On a plane: within 100 km the earth's curve changes the share by less than a thousandth. A disk
    without extent is a point, inside or not.
    """
    if apart_km + disk_km <= radius_km:
        return 1.0
    if apart_km >= radius_km + disk_km or not disk_km:
        return 0.0
    if apart_km + radius_km <= disk_km:
        return (radius_km / disk_km) ** 2
    # Where the line through both crossings cuts the line of centres, seen from the disk's centre.
    cut = (apart_km**2 + disk_km**2 - radius_km**2) / (2 * apart_km)
    ours = _segment(disk_km, cut)
    theirs = _segment(radius_km, apart_km - cut)
    return min(1.0, max(0.0, (ours + theirs) / (pi * disk_km**2)))


def _segment(radius: float, cut: float) -> float:
    """Return the area that a chord cuts off a circle, ``cut`` away from its centre."""
    cosine = min(1.0, max(-1.0, cut / radius))
    return radius**2 * (acos(cosine) - cosine * sqrt(1 - cosine**2))
