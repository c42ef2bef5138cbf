"""Composing: an appeal becomes a post, worded for one network, one language and one turn.

Only the campaign's own sentences vary; an appeal's words stay as they are, and where a network is
too short, whole sentences are left out from the end. The same input always gives the same text.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

from orchestrator.dealing import HANDS, dealt, draw, nth, pairs
from orchestrator.discretion import Private, private_in
from orchestrator.i18n import _
from orchestrator.model import Appeal, MayWork, Show, Tandem
from orchestrator.phrases import Phrases, fill, isolated, phrases, place_forms
from orchestrator.redact import tame
from orchestrator.sentences import sentences, tidy


@dataclass(frozen=True)
class Voice:
    """What a public text may know of a tandem; nothing in it is secret."""

    slug: str
    name: str
    place: str
    regional: bool
    trade: str
    appeals: Mapping[str, str]
    link: str
    may_work: bool


@dataclass(frozen=True)
class Rules:
    """What a network and the campaign ask of a text; ``limit`` is in the units of ``length``."""

    network: str
    limit: int
    length: Callable[[str], int]
    languages: Sequence[str]
    hashtag: str
    contact: str
    links: Literal["never", "first", "always"]
    link_in_text: bool
    has_url: Callable[[str], bool]


@dataclass(frozen=True)
class Wording:
    """A finished text; ``link`` is what goes beside it, empty where it stands in the text."""

    language: str
    text: str
    link: str


class Unfit(Exception):
    """No text can be made; ``reason`` says why, for the person who plans."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class _Shape:
    """Which parts a text has; ``keep`` counts the appeal's sentences from its beginning."""

    keep: int
    call: bool
    contact: bool
    may_work: bool
    hashtag: bool
    link: bool


@dataclass(frozen=True)
class _Turn:
    """All that one text is made from; ``frames`` are pairs of opening and closing, best first."""

    said: tuple[str, ...]
    frames: tuple[tuple[str, str], ...]
    appeal_first: bool
    may_work: str
    contact: str
    link: str
    hashtag: str
    gap: str


def voice_of(tandem: Tandem, refugee_name: str, appeals: Sequence[Appeal]) -> Voice:
    """What the safety check lets the public know: alias or first name, town or region."""
    hidden = tandem.show in (None, Show.ALIAS, Show.REGION)
    regional = tandem.show in (None, Show.REGION)
    return Voice(
        slug=tandem.slug,
        name=tandem.public_name if hidden else refugee_name or tandem.public_name,
        place=tandem.region if regional else tandem.town,
        regional=regional,
        trade=tandem.trade,
        appeals={each.language: each.text for each in appeals},
        link=tandem.link,
        may_work=tandem.may_work is MayWork.YES,
    )


def compose(voice: Voice, number: int, rules: Rules, *, taken: Collection[str] = ()) -> Wording:
    """Word the post ``number`` (from 1) of a tandem on a network; raises :class:`Unfit`.

    ``taken`` holds texts that the campaign uses already (see :func:`folded`): none of them is
    given again. The languages take turns; one in which nothing fits leaves its turn to the next.
    """
    reason = ""
    for language in _languages(voice, number, rules):
        try:
            return _compose_in(language, voice, number, rules, taken)
        except _TooTight as tight:
            reason = reason or tight.reason
    raise Unfit(reason)


def folded(text: str) -> str:
    """``text`` as networks compare it when they look for duplicates."""
    return " ".join(text.casefold().split())


class _TooTight(Unfit):
    """Nothing fits in this language; another one may."""


def _languages(voice: Voice, number: int, rules: Rules) -> list[str]:
    usable = [
        each for each in rules.languages if voice.appeals.get(each, "").strip() and phrases(each)
    ]
    if not usable:
        raise Unfit(
            _("there is no appeal in a language of the campaign ({languages})").format(
                languages=", ".join(rules.languages)
            )
        )
    start = (number - 1) % len(usable)
    return usable[start:] + usable[:start]


def _compose_in(
    language: str, voice: Voice, number: int, rules: Rules, taken: Collection[str]
) -> Wording:
    words = phrases(language)
    assert words is not None
    appeal = tidy(tame(voice.appeals[language]))
    _refuse_private(" \n".join((voice.name, voice.trade, appeal)))
    linked = rules.links == "always" or (rules.links == "first" and number == 1)
    urls_allowed = linked or not rules.link_in_text
    said = [each for each in sentences(appeal) if urls_allowed or not rules.has_url(each)]
    if not said:
        raise _TooTight(_("every sentence of the appeal contains a link, which may not be posted"))
    said = _substantial(said)
    # Without direction marks only where they would cost what the person says.
    turns = [
        _turn(words, voice, number, rules, said, linked=linked, isolate=isolate)
        for isolate in (True, False)
    ]
    roughly = _Estimate(rules)
    for shapes, turn in product(_shapes(turns[0], rules), dict.fromkeys(turns)):
        for (opening, closing), shape in product(turn.frames, shapes):
            if not roughly.fits(turn, shape, opening, closing):
                continue
            text = _text(turn, shape, opening, closing)
            fits = rules.length(text) <= rules.limit and (urls_allowed or not rules.has_url(text))
            if fits and folded(text) not in taken:
                beside = voice.link if linked and not rules.link_in_text else ""
                return Wording(language, text, beside)
    raise _TooTight(
        _("the text is too long for {network}, even with one sentence of the appeal").format(
            network=rules.network
        )
    )


def _substantial(said: list[str]) -> list[str]:
    """A greeting alone is no appeal: it keeps together with what follows."""
    while len(said) > 1 and len(said[0].strip()) < 25:
        said = [said[0] + said[1], *said[2:]]
    return said


def _refuse_private(text: str) -> None:
    found = private_in(text)
    if found is None:
        return
    what = {
        Private.MAIL: _("a mail address"),
        Private.PHONE: _("a phone number"),
        Private.ADDRESS: _("a street address or coordinates"),
    }[found]
    raise Unfit(_("the appeal contains {what}: take it out of the text").format(what=what))


def _turn(
    words: Phrases,
    voice: Voice,
    number: int,
    rules: Rules,
    said: Sequence[str],
    *,
    linked: bool,
    isolate: bool,
) -> _Turn:
    seed = f"{voice.slug} {rules.network} {words.language}"
    values = _values(words, voice, rules, isolate=isolate)
    appeal_first = (draw(seed, "order") + number) % HANDS == 0
    beginnings = (words.afterwords if appeal_first else words.openings)(values["trade"])
    # The same number on two networks must not begin alike, so those that carry links in the text
    # are dealt other cards than those that do not.
    hand = number - 1 + (HANDS // 2 if rules.link_in_text else 0)
    parts = [
        dealt(each, f"{voice.slug} {words.language}", hand, seed)
        for each in (beginnings, words.closings)
    ]
    pick = draw(seed, "small") + number
    contact = rules.contact.strip()
    if rules.link_in_text and not linked and rules.has_url(contact):
        contact = ""
    link = voice.link if linked and rules.link_in_text else ""
    return _Turn(
        said=tuple(said),
        frames=tuple((fill(a, values), fill(b, values)) for a, b in pairs(*parts)),
        appeal_first=appeal_first,
        may_work=fill(nth(words.may_work, pick), values) if voice.may_work else "",
        contact=fill(nth(words.contacts, pick), values) if contact else "",
        link=fill(nth(words.links, pick), values) if link else "",
        hashtag=_hashtag(rules.hashtag),
        gap=("\n", "\n\n")[pick % 2] if rules.limit < 1000 else "\n\n",
    )


def _values(words: Phrases, voice: Voice, rules: Rules, *, isolate: bool) -> dict[str, str]:
    def safe(value: str) -> str:
        flat = " ".join(tidy(tame(value)).split())
        return isolated(words, flat) if isolate else flat

    forms = place_forms(words, safe(voice.place), regional=False)
    if voice.regional:
        forms = place_forms(words, voice.place, regional=True)
    values = {key: safe(each) for key, each in vars(voice).items() if key in ("name", "trade")}
    return {**values, **forms, "contact": safe(rules.contact), "link": voice.link}


def _hashtag(wish: str) -> str:
    word = "".join(wish.split()).lstrip("#")
    return f"#{word}" if word else ""


def _says(text: str, hashtag: str) -> bool:
    return hashtag.casefold() in {each.strip(".,;:!?()،؟").casefold() for each in text.split()}


def _shapes(turn: _Turn, rules: Rules) -> Iterator[list[_Shape]]:
    """What a text may leave out, richest first; inside a group the wording matters more.

    Beside the text (Facebook) the contact always stays. Where space is short, the appeal comes
    before the extras, but one call to action comes before the appeal's last sentence.
    """
    contacts = [bool(turn.contact)]
    if turn.contact and rules.link_in_text:
        contacts.append(False)
    tags = [True, False] if turn.hashtag else [False]
    links = [True, False] if turn.link else [False]
    for link, tag in product(links, tags):
        for keep, contact in product(range(len(turn.said), 0, -1), contacts):
            yield [
                _Shape(keep, call, contact, may_work, tag, link)
                for call, may_work in product((True, False), (True, False))
                if (call or contact) and (turn.may_work or not may_work)
            ]
        if not contacts[-1]:
            yield [_Shape(1, False, False, False, tag, link)]


@dataclass
class _Estimate:
    """Rules texts out without asking a network's slow count for every one of them.

    The parts' lengths are counted once each; the sum differs from the whole by little.
    """

    rules: Rules
    counted: dict[str, int] = field(default_factory=dict)
    slack: int = 8

    def fits(self, turn: _Turn, shape: _Shape, opening: str, closing: str) -> bool:
        """Whether the text may fit; False only where it is surely too long."""
        parts = _parts(turn, shape, opening, closing)
        total = sum(self._count(part) for part in parts) + len(turn.gap) * (len(parts) - 1)
        return total <= self.rules.limit + self.slack

    def _count(self, part: str) -> int:
        if part not in self.counted:
            self.counted[part] = self.rules.length(part)
        return self.counted[part]


def _text(turn: _Turn, shape: _Shape, opening: str, closing: str) -> str:
    return tidy(turn.gap.join(_parts(turn, shape, opening, closing)))


def _parts(turn: _Turn, shape: _Shape, opening: str, closing: str) -> list[str]:
    appeal = "".join(turn.said[: shape.keep]).strip()
    tagged = shape.hashtag and not _says(appeal, turn.hashtag)
    wanted = [
        *((appeal, opening) if turn.appeal_first else (opening, appeal)),
        " ".join(
            part
            for part, in_it in ((turn.may_work, shape.may_work), (closing, shape.call))
            if in_it and part
        ),
        turn.contact if shape.contact else "",
        turn.link if shape.link else "",
        turn.hashtag if tagged else "",
    ]
    return [part for part in wanted if part]
