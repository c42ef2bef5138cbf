"""What to mind before an advert is paid for: law, the platform's rules, and who would be exposed.

Checked as data, whoever put the audience together. Unverified live: whether a job seeker's appeal
counts as an advert for work, and for Germany too; whether its radius is 15 miles everywhere; how
the platform tells an advert about refugees from one about a social issue.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from audiences.advert import EMPLOYMENT_KM, OLDEST, YOUNGEST
from orchestrator.i18n import _
from orchestrator.policy.finding import BLOCK, WARN, Finding, judged
from orchestrator.vocabulary import Block

EMPLOYMENT_MILES = 15


@dataclass(frozen=True)
class Paid:
    """An advert as it would be made. ``category``: what it is declared as, ``employment`` or none.

    ``countries``: for which it is declared so. ``beneficiary``, ``payor``: who is named as having
    it and paying for it. ``targeting``: None while none is known, as before a tandem is chosen;
    ``region_only``: its person may be seen in the region only.
    """

    network: str
    category: str
    countries: Collection[str]
    beneficiary: str
    payor: str
    targeting: Mapping[str, Any] | None = None
    region_only: bool = False


def paid_rules(paid: Paid) -> list[Finding]:
    """Every rule, also those that are kept."""
    found = [_social_issue(paid), _category(paid)]
    if paid.category == "employment":
        found += [_country(paid)]
        found += [_narrow(paid)] if paid.targeting is not None else []
    return [*found, _names(paid), _library(paid)]


def _social_issue(paid: Paid) -> Finding:
    return Finding(
        Block.SOCIAL_ISSUE_ADS,
        BLOCK,
        _(
            "Since October 2025 no adverts about social issues run in the EU, and {network} may"
            " take an advert about refugees for one."
        ).format(network=paid.network),
        _(
            "If your adverts speak of what these people can do and which work they look for, and"
            " not of politics, declare it: [[policy.decisions]] rule = “{rule}”."
        ).format(rule=Block.SOCIAL_ISSUE_ADS),
    )


def _category(paid: Paid) -> Finding:
    return judged(
        Block.EMPLOYMENT_CATEGORY,
        paid.category != "employment",
        _("The adverts are not declared as adverts for work, and {network} may hold them to be.")
        .format(network=paid.network),
        _("The adverts are declared as adverts for work."),
        _("Set [{network}] ad_category = “employment”, or decide about this rule.").format(
            network=paid.network
        ),
        BLOCK,
    )  # fmt: skip


def _country(paid: Paid) -> Finding:
    return judged(
        Block.AD_COUNTRY,
        not paid.countries,
        _("An advert for work has to say for which countries, and none is set."),
        _("The countries of the adverts are named."),
        _("Set [audience] countries."),
        BLOCK,
    )


def _narrow(paid: Paid) -> Finding:
    wrong = next(_narrowness(paid.targeting or {}), "")
    return judged(
        Block.EMPLOYMENT_TARGETING,
        bool(wrong),
        wrong,
        _("The audience is as wide as an advert for work has to have it."),
        _("Aim at {km} km or more around a place, at everybody from {age} years on.").format(
            km=EMPLOYMENT_KM, age=YOUNGEST
        ),
        BLOCK,
    )


def _narrowness(targeting: Mapping[str, Any]) -> Iterator[str]:
    """Everything by which an audience is aimed more closely than adverts for work may be."""
    places = targeting.get("geo_locations") or {}
    if places.get("zips"):
        yield _("An advert for work must not be aimed by postcodes.")
    if targeting.get("excluded_geo_locations"):
        yield _("An advert for work must not leave places out.")
    circles = [*(places.get("custom_locations") or ()), *(places.get("cities") or ())]
    if any(map(_is_narrow, circles)):
        words = _("An advert for work must reach {km} km around a place or more.")
        yield words.format(km=EMPLOYMENT_KM)
    if targeting.get("genders"):
        yield _("An advert for work must be for all genders.")
    ages = targeting.get("age_min", YOUNGEST), targeting.get("age_max", OLDEST)
    if ages != (YOUNGEST, OLDEST):
        words = _(
            "An advert for work must be for everybody from {least} to {most} years and older."
        )
        yield words.format(least=YOUNGEST, most=OLDEST)


def _is_narrow(place: Mapping[str, Any]) -> bool:
    """A town without a radius is aimed at its own borders; a radius without unit is in miles."""
    least = EMPLOYMENT_KM if place.get("distance_unit") == "kilometer" else EMPLOYMENT_MILES
    return float(place.get("radius") or 0) < least


def _names(paid: Paid) -> Finding:
    return judged(
        Block.DSA_NAMES,
        not (paid.beneficiary.strip() and paid.payor.strip()),
        _("Adverts in the EU name who has them placed and who pays; a name is missing."),
        _("It is named who has the adverts placed, and who pays."),
        _(
            "Set [{network}] ad_beneficiary and ad_payor; if the ad account has its own, decide"
            " about this rule."
        ).format(network=paid.network),
        BLOCK,
    )


def _library(paid: Paid) -> Finding:
    """By law (DSA, Article 39) a very large platform keeps its adverts in public for a year."""
    if paid.region_only:
        return Finding(
            Block.AD_LIBRARY,
            BLOCK,
            _(
                "Adverts stand in a public archive that people everywhere can search, and this"
                " person may be seen in the region only."
            ),
            _("Let only the post itself go out, to the towns around."),
            final=True,
        )
    return Finding(
        Block.AD_LIBRARY,
        WARN,
        _(
            "Every advert stays in {network}'s public archive for a year after it ended, whatever"
            " becomes of the consent."
        ).format(network=paid.network),
        _("Tell the person before you let an advert run."),
        final=True,
    )
