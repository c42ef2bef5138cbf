"""TopoJSON: areas as lists of lines that neighbours share."""

from collections.abc import Callable
from typing import Any

from audiences.building.shapes import Ring, Shape


class Topology:
    """A TopoJSON document; shared lines may be changed once for all their areas."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._objects = document["objects"]
        (kx, ky), (x0, y0) = document["transform"]["scale"], document["transform"]["translate"]
        self.arcs: list[Ring] = []
        for arc in document["arcs"]:
            x = y = 0
            points = []
            for dx, dy in arc:
                x, y = x + dx, y + dy
                points.append((x * kx + x0, y * ky + y0))
            self.arcs.append(points)

    def geometries(self, name: str) -> list[dict[str, Any]]:
        """Return the raw areas of an object."""
        found: list[dict[str, Any]] = self._objects[name]["geometries"]
        return found

    def shape(self, geometry: dict[str, Any]) -> Shape:
        """Return an area put together from its lines."""
        arcs = geometry["arcs"]
        polygons = [arcs] if geometry["type"] == "Polygon" else arcs
        return Shape(tuple(tuple(self._ring(ring) for ring in polygon) for polygon in polygons))

    def with_lines(self, change: Callable[[int, Ring], Ring]) -> None:
        """Replace every line by what `change` makes of its number and points."""
        self.arcs = [change(number, arc) for number, arc in enumerate(self.arcs)]

    def _ring(self, numbers: list[int]) -> Ring:
        ring: Ring = []
        for number in numbers:
            arc = self.arcs[number] if number >= 0 else self.arcs[~number][::-1]
            ring += arc[1:] if ring else arc
        return ring


def lines_of(geometry: dict[str, Any]) -> set[int]:
    """Return the numbers of all lines around an area."""
    arcs = geometry["arcs"]
    polygons = [arcs] if geometry["type"] == "Polygon" else arcs
    return {n if n >= 0 else ~n for polygon in polygons for ring in polygon for n in ring}
