"""The report as one page: self-contained, without scripts, nothing asked from anywhere else."""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from orchestrator import i18n
from orchestrator.formats import count
from orchestrator.i18n import _, ngettext
from orchestrator.phrases import phrases
from orchestrator.report import background, dates, sections, trends, words
from orchestrator.report.figures import Report
from orchestrator.report.files import Draft
from orchestrator.report.mapped import mapped
from orchestrator.templates import templates

if TYPE_CHECKING:
    from jinja2 import Environment

# By this we know our own files again; anybody else's are left alone.
MARK = '<meta name="generator" content="tueroeffner report">'


def page(report: Report) -> Draft:
    """The page, in the language in use."""
    language = i18n.language()
    html = _environment().get_template("report.html").render(_shown(report, language))
    return Draft("report.html", html.encode(), MARK.encode())


@lru_cache
def _environment() -> "Environment":
    made = templates("orchestrator.report")
    made.globals["mark"] = Markup(MARK)
    made.filters["count"] = lambda value: "–" if value is None else count(value)
    return made


def _shown(report: Report, language: str) -> dict[str, Any]:
    return {
        "language": language,
        "direction": known.direction if (known := phrases(language)) else "ltr",
        "title": words.plain(report.head.name),
        "partner": words.plain(report.wish.partner or ""),
        "period": dates.period(*report.period),
        "as_of": _("As of {time}").format(time=dates.stamp(report.head.as_of, report.head.zone)),
        "lead": _lead(report),
        "say": _say(),
        "heroes": sections.heroes(report),
        "standing": sections.standing(report),
        "waiting": sections.waits(report),
        "kinds": sections.kinds(report),
        "channels": sections.channels(report),
        "partners": sections.partners(report),
        "reach": background.reach(report),
        "days": trends.days(report),
        "tandems": trends.tandems(report),
        "map": mapped(report),
        "costs": background.costs(report),
        "troubles": background.troubles(report),
        "sources": background.sources(report),
    }


def _lead(report: Report) -> list[str]:
    """The whole campaign in two sentences."""
    totals = {name: int(each.value or 0) for name, each in report.totals.items()}
    if not totals["tandems"]:
        return [_("There are no tandems yet, so there is nothing to report.")]
    asked = ngettext(
        "{count} tandem asks the people around it for work.",
        "{count} tandems ask the people around them for work.",
        totals["tandems"],
    ).format(count=count(totals["tandems"]))
    came = _came(totals["job_offers"], totals["tips"])
    return [asked, came, *_unsure(totals["not_looked_at"])]


def _unsure(number: int) -> list[str]:
    """What the program alone calls an offer or a tip is not certain yet."""
    if not number:
        return []
    sentence = ngettext(
        "The program sorted them; nobody has looked at {count} of them yet.",
        "The program sorted them; nobody has looked at {count} of them yet.",
        number,
    )
    return [sentence.format(count=count(number))]


def _came(offers: int, tips: int) -> str:
    if not offers and not tips:
        return _("No job offer and no tip has come in yet.")
    offered = ngettext("{count} job offer", "{count} job offers", offers)
    tipped = ngettext("{count} tip", "{count} tips", tips)
    # A number stays with its word.
    return _("{offers} and {tips} came in.").format(
        offers=offered.format(count=count(offers)).replace(" ", "\u00a0", 1),
        tips=tipped.format(count=count(tips)).replace(" ", "\u00a0", 1),
    )


def _say() -> Mapping[str, str]:
    """What the page says around its figures."""
    return _say_of_answers() | _say_of_days() | _say_of_costs()


def _say_of_answers() -> dict[str, str]:
    return {
        "report": _("Report"),
        "contents": _("Contents"),
        "skip": _("Skip to the report"),
        "partner": _("Only the tandems of"),
        "offers": _("Offers and tips"),
        "standing": _("Where the job offers stand"),
        "standing_none": _("No job offer has come in yet."),
        "kinds": _("What people answered"),
        "channels": _("By channel"),
        "channel": _("Channel"),
        "partners": _("By partner"),
        "a_partner": _("Partner"),
        "replies": _("Replies"),
        "job_offers": _("Job offers"),
        "tips": _("Tips"),
        "handed_over": _("Handed over"),
        "waiting": _("Waiting"),
    }


def _say_of_days() -> dict[str, str]:
    return {
        "reach": _("Reach"),
        "reach_caption": _("Each network counts in its own way, so nothing is added up over them."),
        "reach_none": _("No post is out yet."),
        "private": _("What only the owner of the posts is told"),
        "day_by_day": _("Day by day"),
        "day": _("Day"),
        "published": _("Posts out"),
        "tandems": _("The tandems"),
        "tandems_short": _("Tandems"),
        "tandems_none": _("There are no tandems yet."),
        "tandem": _("Tandem"),
        "place": _("Place"),
        "alphabet": _("In alphabetical order. People are not compared with one another."),
        "map": _("Where they ask"),
    }


def _say_of_costs() -> dict[str, str]:
    return {
        "costs": _("Costs"),
        "network": _("Network"),
        "posting": _("Posting"),
        "reading": _("Reading"),
        "spent": _("Together"),
        "cap": _("Limit"),
        "total": _("All networks"),
        "wrong": _("What went wrong"),
        "wrong_none": _("Nothing that we know of."),
        "sources": _("Where these figures come from"),
        "explain": _("Every figure can be followed back to its rows:"),
        "no_figure": _("no figure"),
        "places_list": _("Places on the map"),
        "unplaced": _("Tandems without a point"),
    }
