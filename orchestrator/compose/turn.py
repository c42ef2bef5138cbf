"""A turn: which of the campaign's sentences, and in which order, one post of a tandem is dealt."""

from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.compose.asked import Rules
from orchestrator.compose.voice import Voice
from orchestrator.dealing import HANDS, dealt, draw, nth, pairs
from orchestrator.phrases import Phrases, fill, isolated, place_forms
from orchestrator.redact import tame
from orchestrator.sentences import tidy
from orchestrator.unsaid import says_name

Order = tuple[tuple[str, ...], ...]
# Paragraphs, each with its parts. A ``call`` is a closing that holds the contact; where it does
# not fit, what is left of the two takes its place.
_CALL = ("call", "closing", "contact")
OPENED: tuple[Order, ...] = (
    (("beginning", "appeal"), ("may_work", "closing"), ("contact",)),
    (("beginning",), ("appeal",), ("may_work", "closing", "contact")),
    (("beginning",), ("appeal",), ("contact",), ("may_work", "closing")),
    (("beginning",), ("appeal",), ("may_work", *_CALL)),
)
SIGNED: tuple[Order, ...] = (
    (("appeal",), ("beginning",), ("may_work", "closing"), ("contact",)),
    (("appeal",), ("beginning", "closing"), ("contact",)),
    (("appeal",), ("beginning", "contact")),
    (("appeal",), ("beginning",), ("may_work", *_CALL)),
)


@dataclass(frozen=True)
class Frame:
    """The campaign's sentences around one appeal."""

    beginning: str
    closing: str
    call: str
    contact: str


@dataclass(frozen=True)
class Turn:
    """All that one text is made from; the best frame comes first."""

    said: tuple[str, ...]
    frames: tuple[Frame, ...]
    order: Order
    may_work: str
    contact: bool
    link: str
    hashtag: str
    gap: str


def turn_of(
    words: Phrases,
    voice: Voice,
    number: int,
    rules: Rules,
    said: Sequence[str],
    *,
    linked: bool,
    isolate: bool,
) -> Turn:
    """Deal the post ``number`` (from 1) its sentences; ``said`` are those of the appeal."""
    seed = f"{voice.slug} {rules.network} {words.language}"
    values = _values(words, voice, rules, isolate=isolate)
    # The same number on two networks must not be alike, so those that carry links in the text
    # are dealt other cards than those that do not.
    hand = number - 1 + (HANDS // 2 if rules.link_in_text else 0)
    order = _order(voice.slug, hand)
    pick = draw(seed, "small") + number
    contact = rules.contact.strip()
    if rules.link_in_text and not linked and rules.has_url(contact):
        contact = ""
    link = voice.link if linked and rules.link_in_text else ""
    # Said once on a network, not in every post: there it would sound like a stamp.
    allowed = voice.may_work and number == 1 + draw(voice.slug, rules.network, "may work") % 3
    # Where it comes late in a long text, the name above it does no harm.
    named = says_name("".join(said[:5])[:500], voice.name)
    return Turn(
        said=tuple(said),
        frames=_frames(words, values, order, hand, seed, voice.slug, named=named),
        order=order,
        may_work=fill(nth(words.may_work, pick), values) if allowed else "",
        contact=bool(contact),
        link=fill(nth(words.links, pick), values) if link else "",
        hashtag=_hashtag(rules.hashtag),
        gap=("\n", "\n\n")[pick % 2] if rules.limit < 1000 else "\n\n",
    )


def _order(slug: str, hand: int) -> Order:
    """Of four posts in a row, one begins with the appeal itself: two would begin alike."""
    signed = (draw(slug, "signed") + hand) % HANDS == 0
    orders = SIGNED if signed else OPENED
    # From one round of hands to the next, the one signed post changes its order, too.
    at = hand // HANDS if signed else hand
    return nth(sorted(orders, key=lambda each: draw(slug, str(each))), at)


def _frames(
    words: Phrases,
    values: dict[str, str],
    order: Order,
    hand: int,
    seed: str,
    slug: str,
    *,
    named: bool,
) -> tuple[Frame, ...]:
    begins = words.afterwords if order[0] == ("appeal",) else words.openings
    # A name on its own beside "My name is …" says the same twice.
    wanted = [
        each
        for each in begins(values["trade"])
        if not (named and (each.endswith(":") or each.startswith("–")))
    ]
    beginnings, closings, calls, contacts = (
        [fill(phrase, values) for phrase in dealt(each, f"{slug} {words.language}", hand, seed)]
        for each in (wanted, words.closings, words.calls, words.contacts)
    )
    return tuple(
        Frame(one, two, nth(calls, at), nth(contacts, at))
        for at, (one, two) in enumerate(pairs(beginnings, closings))
    )


def _values(words: Phrases, voice: Voice, rules: Rules, *, isolate: bool) -> dict[str, str]:
    def safe(value: str) -> str:
        flat = " ".join(tidy(tame(value)).split())
        return isolated(words, flat) if isolate else flat

    known = words.regions if voice.regional else words.towns
    place = voice.place if voice.place in known else safe(voice.place)
    # The trade is the person's own word, and stands in the campaign's first language only.
    own = words.language == next(iter(rules.languages), words.language)
    return {
        **place_forms(words, place, regional=voice.regional),
        "name": safe(voice.name),
        "trade": safe(voice.trade) if own else "",
        "contact": safe(rules.contact),
        "link": voice.link,
    }


def _hashtag(wish: str) -> str:
    word = "".join(wish.split()).lstrip("#")
    return f"#{word}" if word else ""
