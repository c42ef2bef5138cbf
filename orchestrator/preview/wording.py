"""What a preview says around a post: state, audience, price, length, in the user's language."""

from collections.abc import Iterable
from datetime import datetime

from orchestrator import i18n
from orchestrator.formats import about, dollars
from orchestrator.i18n import _, ngettext
from orchestrator.preview.cards import Card, Shot
from orchestrator.redact import tame
from orchestrator.vocabulary import MediaKind, PostState


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
    towns = _places(card)
    if card.mode == "hard":
        return _("only people in {towns}").format(towns=towns)
    return _("first of all people in {towns}; everyone can find it").format(towns=towns)


def _places(card: Card) -> str:
    if card.regions:
        return ", ".join(_("all of {state}").format(state=tame(each)) for each in card.regions)
    return ngettext("{count} town", "{count} towns", card.known_cities).format(
        count=card.known_cities
    )


def gaps(card: Card) -> str:
    """Towns that the network does not know; empty when there are none."""
    if not card.unknown_cities:
        return ""
    return ngettext(
        "{count} town is not known to this network",
        "{count} towns are not known to this network",
        card.unknown_cities,
    ).format(count=card.unknown_cities)


def followers(card: Card) -> str:
    """How many of our followers live there; empty where that is not known."""
    if card.followers is None:
        return ""
    return ngettext(
        "about {count} of our followers lives there",
        "about {count} of our followers live there",
        card.followers,
    ).format(count=about(card.followers))


def shot(each: Shot) -> str:
    """What goes with the words: a picture, or a film and how long it is."""
    if each.kind is MediaKind.PHOTO:
        return _("Picture")
    if each.seconds is None:
        return _("Film")
    return _("Film, {seconds} s").format(seconds=round(each.seconds))


def alt(each: Shot, card: Card) -> str:
    """What people hear who cannot see it."""
    if each.remark:
        return tame(each.remark)
    if not each.told:
        return _("{network} takes no words for films").format(network=card.label)
    return tame(each.alt) or _(
        "no alternative text: people who cannot see it are not told what it shows"
    )


def labels(card: Card) -> str:
    """What the network says of the post by itself."""
    said = {
        _("made with AI"): card.made_with_ai,
        _("the town as its place"): card.place_label,
    }
    return ", ".join(word for word, there in said.items() if there)


def trouble(card: Card) -> str:
    """What went wrong with it last; empty when nothing did."""
    return tame(card.error or "")


def price(card: Card) -> str:
    """What sending it costs."""
    return dollars(card.price_usd) if card.price_usd else _("free of charge")


def total(cards: Iterable[Card]) -> str:
    """What sending all of them costs that are not out yet."""
    return dollars(cost(cards))


def cost(cards: Iterable[Card]) -> float:
    """The same as a number, in US dollars."""
    return round(sum(card.price_usd for card in cards if not card.is_out), 4)


def length(card: Card) -> str:
    """How much of the network's room it takes."""
    return _("{length} of {limit} characters").format(length=card.length, limit=card.limit)
