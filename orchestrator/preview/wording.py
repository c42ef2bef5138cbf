"""What a preview says around a post: state, audience, price, length, in the user's language."""

from datetime import datetime

from orchestrator import i18n
from orchestrator.formats import dollars
from orchestrator.i18n import _, ngettext
from orchestrator.preview.cards import Card
from orchestrator.vocabulary import PostState


def when(at: datetime, language: str | None = None) -> str:
    """A local time in words, with the day of the week."""
    from babel.dates import format_date, format_time

    locale = language or i18n.language()
    day = format_date(at, "full", locale=locale)
    return f"{day}, {format_time(at.timetz(), 'HH:mm', locale=locale)}"


def standing(card: Card) -> str:
    """Whether it goes out: approved, waiting for approval, or already out."""
    if card.state is PostState.PLANNED:
        return _("approved") if card.approved else _("not approved yet")
    return {
        PostState.CLAIMED: _("being sent"),
        PostState.SENDING: _("being sent"),
        PostState.SCHEDULED: _("held by the platform"),
        PostState.PUBLISHED: _("published"),
        PostState.UNKNOWN: _("unclear, being checked"),
    }[card.state]


def audience(card: Card) -> str:
    """Who sees it."""
    if not card.mode:
        return _("everyone: this post is not limited to places")
    towns = ngettext("{count} town", "{count} towns", card.known_cities).format(
        count=card.known_cities
    )
    if card.mode == "hard":
        return _("only people in {towns}").format(towns=towns)
    return _("first of all people in {towns}; everyone can find it").format(towns=towns)


def gaps(card: Card) -> str:
    """Towns that the network does not know; empty when there are none."""
    if not card.unknown_cities:
        return ""
    return ngettext(
        "{count} town is not known to this network",
        "{count} towns are not known to this network",
        card.unknown_cities,
    ).format(count=card.unknown_cities)


def price(card: Card) -> str:
    """What sending it costs."""
    return dollars(card.price_usd) if card.price_usd else _("free of charge")


def length(card: Card) -> str:
    """How much of the network's room it takes."""
    return _("{length} of {limit} characters").format(length=card.length, limit=card.limit)
