"""What the Marketing API answers about an ad account, its adverts and their figures."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import Answer, Gone, as_object, moment
from orchestrator.networks.wire.graph_adverts_forms import ACTIVE
from orchestrator.networks.wire.graph_radius import aimed
from orchestrator.networks.wire.graph_troubles import NETWORK, Json, judge, number
from orchestrator.networks.wire.said import quoted, unclear_answer
from orchestrator.ports import AdvertAccount, AdvertKept, AdvertSeen, NotAuthorised, Review
from orchestrator.vocabulary import Condition

# The key of the configuration under which the account's token stands.
ADS_TOKEN = "ads_token"
# The platform's own numbers; what they mean is unverified live, so its number is shown, too.
_ACTIVE = 1
# Their smallest coin is the whole unit, which nothing here reckons with.
_WITHOUT_CENTS = frozenset(
    ["CLP", "COP", "CRC", "HUF", "ISK", "IDR", "JPY", "KRW", "PYG", "TWD", "VND"]
)
_REVIEWS = {
    "DISAPPROVED": Review.DISAPPROVED,
    "WITH_ISSUES": Review.ISSUES,
    **dict.fromkeys(("PENDING_REVIEW", "IN_PROCESS", "PENDING_BILLING_INFO"), Review.PENDING),
    **dict.fromkeys(("ACTIVE", "PREAPPROVED"), Review.APPROVED),
    # Switched off by its owner, so the review does not keep it.
    **dict.fromkeys(("PAUSED", "ADSET_PAUSED", "CAMPAIGN_PAUSED"), Review.APPROVED),
}
_COUNTS = ("reach", "impressions", "clicks")
_LONGEST_WORDS = 5


def judged(answer: Answer, *, write: bool) -> Json:
    """The answer's object; what is not shown to this token is a matter of the whole account."""
    try:
        told = judge(answer, write=write, of_post=True, token=ADS_TOKEN)
    except Gone as gone:
        raise NotAuthorised(
            _(
                "Facebook does not show {token} what it asked for: {said}. Check ad_account_id,"
                " and that the token may manage this account."
            ).format(token=ADS_TOKEN, said=gone.why),
            condition=Condition.PERMISSION,
        ) from None
    if not isinstance(told, dict):
        raise unclear_answer(NETWORK, 200, write=write)
    return told


def account(told: Json) -> AdvertAccount:
    """What pays, and why it cannot."""
    currency = str(told.get("currency") or "")
    if not currency:
        raise unclear_answer(NETWORK, 200, write=False)
    return AdvertAccount(currency, quoted(told.get("name")), _problem(told, currency))


def _problem(told: Json, currency: str) -> str:
    """Why the account cannot pay. Unverified live: that its limit counts in the unit of its sum."""
    state = number(told.get("account_status"))
    if state != _ACTIVE:
        return _(
            "The ad account is not active (Facebook's account_status {state}, disable_reason"
            " {reason}). Look into the Ads Manager: it says what to do."
        ).format(state=state, reason=number(told.get("disable_reason")))
    if not told.get("funding_source"):
        return _(
            "The ad account has nothing to pay with. Add a way to pay in the Ads Manager, under"
            " billing."
        )
    cap, spent = _count(told.get("spend_cap")), _count(told.get("amount_spent"))
    if cap and spent is not None and spent >= cap:
        return _(
            "The ad account has reached its own spending limit. Raise it in the Ads Manager, under"
            " billing."
        )
    if currency in _WITHOUT_CENTS:
        return _("Adverts in {currency} are not supported: it has no hundredths.").format(
            currency=currency
        )
    return ""


def seen(told: Json, insights: Json, by_gender: Json) -> AdvertSeen:
    """How an advert stands; raises a Trouble where that cannot be told."""
    parts = [told, as_object(told.get("adset")), as_object(told.get("campaign"))]
    states = [str(part.get("status") or "") for part in parts]
    if not all(states):
        raise unclear_answer(NETWORK, 200, write=False)
    figures = _row(insights)
    state = told.get("effective_status")
    review = _REVIEWS.get(str(state), Review.UNKNOWN)
    return AdvertSeen(
        on=all(state == ACTIVE for state in states),
        off=states[:2] != [ACTIVE, ACTIVE],
        review=review,
        kept=_kept(parts[1], parts[2]),
        said=(quoted(state),) if review is Review.UNKNOWN else _said(told),
        spent=cents(figures.get("spend")),
        figures=_figures(figures) | _genders(by_gender),
    )


def _kept(adset: Json, campaign: Json) -> AdvertKept:
    """An ad set without a budget of its own, or without an end, tells 0 or nothing."""
    countries = campaign.get("special_ad_category_country")
    return AdvertKept(
        budget=_count(adset.get("lifetime_budget")),
        ends_at=moment(adset.get("end_time")),
        targeting=aimed(adset.get("targeting")),
        says=(_name(adset.get("dsa_beneficiary")), _name(adset.get("dsa_payor"))),
        countries=tuple(map(str, countries)) if isinstance(countries, list) else (),
    )


def _name(told: object) -> str:
    """As it is held, to be compared and never shown; empty: it is not told."""
    return " ".join(told.split()) if isinstance(told, str) else ""


def _said(told: Json) -> tuple[str, ...]:
    """The reasons of a review, and what else is wrong with the advert."""
    reasons = [*_feedback(told.get("ad_review_feedback")), *_issues(told.get("issues_info"))]
    return tuple(dict.fromkeys(reasons))[:_LONGEST_WORDS]


def _feedback(told: object) -> Iterator[str]:
    """Texts by names, by places where the advert would be shown."""
    for place in as_object(told).values():
        yield from (quoted(title, text) for title, text in as_object(place).items())


def _issues(told: object) -> Iterator[str]:
    for each in map(as_object, told if isinstance(told, list) else []):
        yield quoted(each.get("error_summary"), each.get("error_message"))


def cents(told: object) -> int | None:
    """Money that is told as a text of whole units; None where it is none."""
    try:
        found = Decimal(str(told))
    except InvalidOperation:
        return None
    if not found.is_finite() or not 0 <= found < 10**12:
        return None
    return int((100 * found).to_integral_value(ROUND_HALF_UP))


def _row(answer: Json) -> Json:
    """The only row of figures; none was shown yet where the list is empty, and nothing spent."""
    data = answer.get("data")
    if not isinstance(data, list):
        return {}
    return as_object(data[0]) if data else {"spend": "0", **dict.fromkeys(_COUNTS, "0")}


def _figures(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: count for name in _COUNTS if (count := _count(row.get(name))) is not None}


def _count(told: object) -> int | None:
    text = str(told)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _genders(answer: Json) -> dict[str, Any]:
    """People and displays by gender; nothing where the platform does not tell."""
    data = answer.get("data")
    rows = [as_object(each) for each in data] if isinstance(data, list) else []
    told = {str(row["gender"]): _figures(row) for row in rows if row.get("gender")}
    return {"gender": told} if told else {}
