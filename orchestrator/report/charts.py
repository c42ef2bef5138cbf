"""Charts as inline SVG: drawn by pygal, then stripped to shapes that take the page's colours.

What pygal adds for the browser alone (a script's settings, a style sheet, tooltips, its own
titles) is left behind; the page brings colours for light, dark and paper, and says the same
figures in a table.
"""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup

from orchestrator.formats import count

_SVG = "{http://www.w3.org/2000/svg}"
_WIDTH, _FONT, _ROW = 480, 13, 21
_MOST_LABELS = 8
_NUMBER = re.compile(r"-?\d+\.\d{2,}")
# Of no use without pygal's script, or said better by the page.
_DROPPED = ("title", "desc", "style", "script")
_HIDDEN = ("background", "tooltip-overlay", "titles")


@dataclass(frozen=True)
class Series:
    """Values of one kind; ``kind`` is the CSS class that colours them."""

    name: str
    kind: str
    values: Sequence[int | None]


@dataclass(frozen=True)
class Chart:
    """What is drawn, and how it is called for those who do not see it."""

    identity: str
    title: str
    description: str
    labels: Sequence[str]
    series: Sequence[Series]


def columns(chart: Chart) -> Markup:
    """Upright bars, stacked: for days."""
    drawn = _pygal().StackedBar(height=230, **_options(chart))
    every = -(-len(chart.labels) // _MOST_LABELS)
    if every > 1:
        drawn.x_labels_major_every, drawn.show_minor_x_labels = every, False
    return _svg(chart, _filled(drawn, chart, chart.labels, lambda values: list(values)))


def bars(chart: Chart) -> Markup:
    """Lying bars, stacked, the first on top: for names."""
    height = _ROW * len(chart.labels) + 30
    # The last number on the axis stands under the edge.
    drawn = _pygal().HorizontalStackedBar(height=height, margin_right=30, **_options(chart))
    return _svg(chart, _filled(drawn, chart, chart.labels[::-1], lambda values: values[::-1]))


def _pygal() -> Any:
    """The library, without the hook that it puts before every later import of anything.

    The hook is for plugins that we do not use, and of a kind that newer Pythons warn of.
    """
    import pygal

    sys.meta_path[:] = [each for each in sys.meta_path if type(each).__module__ != "pygal"]
    return pygal


def _options(chart: Chart) -> dict[str, Any]:
    from pygal.style import Style

    top = max((sum(each or 0 for each in row) for row in _stacks(chart)), default=0)
    return {
        "width": _WIDTH,
        "js": [],
        "css": [],
        "show_legend": False,
        "truncate_label": -1,
        "margin": 6,
        "style": Style(label_font_size=_FONT, major_label_font_size=_FONT),
        "value_formatter": lambda value: count(round(value)),
        "y_labels": _ticks(top),
        "range": (0, _ticks(top)[-1]),
        "no_prefix": True,
        "disable_xml_declaration": True,
    }


def _stacks(chart: Chart) -> list[tuple[int | None, ...]]:
    return list(zip(*(each.values for each in chart.series), strict=True))


def _ticks(top: int) -> list[int]:
    """Round numbers from nought to at least ``top``: whole ones, three to five of them."""
    size = 10 ** max(len(str(top)) - 2, 0)
    step = next(
        factor * power
        for power in (size, size * 10, size * 100)
        for factor in (1, 2, 5)
        if factor * power * 4 >= top
    )
    return [step * number for number in range(max(-(-top // step), 1) + 1)]


def _filled(
    drawn: Any, chart: Chart, labels: Sequence[str], order: Callable[[Any], Any]
) -> ElementTree.Element:
    drawn.x_labels = list(labels)
    for each in chart.series:
        drawn.add(each.name, order(list(each.values)))
    return ElementTree.fromstring(drawn.render(is_unicode=True))


def _svg(chart: Chart, root: ElementTree.Element) -> Markup:
    graph = root.find(f"{_SVG}g")
    assert graph is not None
    _strip(graph, [each.kind for each in chart.series])
    shown = ElementTree.Element(
        "svg",
        {
            "class": "chart",
            "role": "img",
            "viewBox": root.attrib["viewBox"],
            "direction": "ltr",
            "aria-labelledby": f"{chart.identity}-title {chart.identity}-desc",
        },
    )
    ElementTree.SubElement(shown, "title", {"id": f"{chart.identity}-title"}).text = chart.title
    described = ElementTree.SubElement(shown, "desc", {"id": f"{chart.identity}-desc"})
    described.text = chart.description
    shown.append(graph)
    return Markup(ElementTree.tostring(shown, encoding="unicode"))


def _strip(node: ElementTree.Element, kinds: Sequence[str]) -> None:
    """Keep shapes and labels, to a tenth; name the series by their colours' classes."""
    node.tag = node.tag.removeprefix(_SVG)
    for child in list(node):
        _strip(child, kinds)
        if _useless(child):
            node.remove(child)
    words = node.attrib.pop("class", "").split()
    for name, value in node.attrib.items():
        node.set(name, _NUMBER.sub(lambda found: f"{float(found[0]):.1f}", value))
    if found := next((word for word in words if word.startswith("serie-")), None):
        words = ["series", kinds[int(found.removeprefix("serie-"))]]
    if kept := [word for word in words if word not in ("reactive", "tooltip-trigger")]:
        node.set("class", " ".join(kept))


def _useless(node: ElementTree.Element) -> bool:
    words = node.get("class", "").split()
    empty = (node.tag == "g" and not len(node)) or "0.0" in (node.get("width"), node.get("height"))
    return empty or node.tag in _DROPPED or any(word in _HIDDEN for word in words)
