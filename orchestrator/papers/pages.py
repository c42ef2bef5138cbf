"""The papers as pages to print: self-contained, without scripts, nothing asked from anywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from orchestrator import i18n
from orchestrator.config import Settings
from orchestrator.formats import count
from orchestrator.papers.consents import Form, forms
from orchestrator.papers.facts import Facts
from orchestrator.papers.laws import Law, law
from orchestrator.report import dates
from orchestrator.templates import templates

if TYPE_CHECKING:
    from jinja2 import Environment

# By this we know our own files again; anybody else's are left alone.
MARK = '<meta name="generator" content="tueroeffner privacy">'
# In the order of the index, which is the first page.
DOCUMENTS = ("index", "record", "dpia", "recipients", "notice", "deletion")


@dataclass(frozen=True)
class Page:
    """A file to be written; ``document`` says which paper it is."""

    document: str
    name: str
    html: str


def pack(settings: Settings, facts: Facts, code: str) -> list[Page]:
    """All papers under one law, in the language in use; the consent forms in every language."""
    shown = _shown(facts, law(code, i18n.language()), forms(settings))
    signed = [_copy(each, shown) for each in shown["forms"]]
    return [*(_page(each, shown) for each in DOCUMENTS), *signed]


def _page(document: str, shown: Mapping[str, Any]) -> Page:
    template = _environment().get_template(f"{i18n.language()}/{document}.html")
    return Page(document, f"{document}.html", template.render(shown))


def _shown(facts: Facts, under: Law, signed: Sequence[Form]) -> dict[str, Any]:
    return {
        "facts": facts,
        "law": under,
        "forms": signed,
        "language": i18n.language(),
        "made_at": dates.stamp(facts.made_at, facts.campaign.zone),
        "period": dates.period(facts.campaign.start, facts.campaign.end),
    }


def _copy(form: Form, shown: Mapping[str, Any]) -> Page:
    """A form as the campaign hands it out, with our mark and the note that it is a draft."""
    banner = _environment().get_template("copy.html").render(shown)
    html = form.html.replace("<head>", f"<head>\n{MARK}", 1)
    return Page("consent", form.name, html.replace("<body>", f"<body>\n{banner}", 1))


@lru_cache
def _environment() -> "Environment":
    made = templates("orchestrator.papers")
    made.filters |= {
        "count": count,
        "of": lambda number, one, many: f"{count(number)} {one if number == 1 else many}",
        "day": lambda on: dates.period(on, on),
        "tongue": _tongue,
    }
    made.globals["mark"] = Markup(MARK)
    return made


def _tongue(code: str) -> str:
    """A language by its name."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code).get_display_name(i18n.language()) or code
    except (UnknownLocaleError, ValueError):
        return code
