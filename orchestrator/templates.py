"""Templates of pages: escaped, and strict about what is missing."""

from functools import lru_cache
from typing import TYPE_CHECKING

from orchestrator.redact import tame

if TYPE_CHECKING:
    from jinja2 import Environment, Template


@lru_cache
def templates(package: str) -> "Environment":
    """Those in the folder ``templates`` of a package; the filter ``tame`` is for others' text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["tame"] = tame
    return made


def template(package: str, name: str) -> "Template":
    """One of them."""
    return templates(package).get_template(name)
