"""The search for the best text that fits: languages in turn, then what may be left out."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import product

from orchestrator.compose.asked import Rules, Unfit, Wording
from orchestrator.compose.shape import Estimate, shapes, text_of
from orchestrator.compose.status import tells_status
from orchestrator.compose.turn import turn_of
from orchestrator.compose.voice import Voice
from orchestrator.discretion import Private, is_profile, private_in
from orchestrator.i18n import _
from orchestrator.phrases import phrases
from orchestrator.redact import tame
from orchestrator.sentences import sentences, tidy
from orchestrator.unsaid import says_name, says_town

_GREETING = 25  # characters; what is shorter says nothing of its own


# A tandem's appeal is the same in each of its posts; reading a long one takes time.
_private_in = lru_cache(maxsize=256)(private_in)
_tells_status = lru_cache(maxsize=256)(tells_status)


@lru_cache(maxsize=256)
def _clean(text: str) -> str:
    return tidy(tame(text))


@lru_cache(maxsize=256)
def _sentences(text: str) -> tuple[str, ...]:
    return tuple(sentences(text))


def compose(voice: Voice, number: int, rules: Rules, *, taken: Collection[str] = ()) -> Wording:
    """Word the post ``number`` (from 1) of a tandem on a network; raises :class:`Unfit`.

    ``taken`` holds texts that the campaign uses already (see :func:`folded`): none of them is
    given again. The languages take turns; one in which nothing fits leaves its turn to the next.
    """
    if voice.unchecked:
        raise Unfit(
            _("the real name, which must not be said, cannot be read: import the tandems’ file")
        )
    if not voice.name.strip():
        raise Unfit(_("there is no name to show, or it cannot be read: import the tandems’ file"))
    reason = ""
    languages = _languages(voice, number, rules)
    # All of them, whoever's turn it is: somebody must mend the text before anything goes out.
    appeals = " \n".join(_clean(voice.appeals[each]) for each in languages)
    _refuse_private(" \n".join((voice.name, voice.trade, appeals)))
    _refuse_unsaid(voice, appeals)
    if _tells_status(" \n".join((voice.trade, appeals))):
        raise Unfit(_("the appeal or the trade tells the residence status: at most say “may work”"))
    voice = replace(voice, link=voice.link or rules.link)
    for language in languages:
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
    # Half a round apart, so that two posts on each of two networks use up to four languages.
    shift = (len(usable) + 1) // 2 if rules.link_in_text else 0
    start = (number - 1 + shift) % len(usable)
    return usable[start:] + usable[:start]


def _compose_in(
    language: str, voice: Voice, number: int, rules: Rules, taken: Collection[str]
) -> Wording:
    words = phrases(language)
    assert words is not None
    appeal = _clean(voice.appeals[language])
    linked = rules.links == "always" or (rules.links == "first" and number == 1)
    urls_allowed = linked or not rules.link_in_text
    roughly = Estimate(rules)
    said = roughly.within(_joined_greeting(_allowed(appeal, rules, urls_allowed=urls_allowed)))
    if not said:
        raise _TooTight(_too_long(rules))
    # Without direction marks only where they would cost what the person says.
    turns = [
        turn_of(words, voice, number, rules, said, linked=linked, isolate=isolate)
        for isolate in (True, False)
    ]
    for group, turn in product(shapes(turns[0], rules), dict.fromkeys(turns)):
        for frame, shape in product(turn.frames, group):
            if not roughly.fits(turn, shape, frame):
                continue
            text = text_of(turn, shape, frame)
            fits = rules.length(text) <= rules.limit and (urls_allowed or not rules.has_url(text))
            if fits and folded(text) not in taken:
                beside = voice.link if linked and not rules.link_in_text else ""
                return Wording(language, text, beside)
    raise _TooTight(_too_long(rules))


def _too_long(rules: Rules) -> str:
    return _("the text is too long for {network}, even with one sentence of the appeal").format(
        network=rules.network
    )


def _allowed(appeal: str, rules: Rules, *, urls_allowed: bool) -> Iterator[str]:
    """The sentences that may be posted, one at a time: asking about each takes long."""
    found = iter(_sentences(appeal))
    first = next((each for each in found if urls_allowed or not rules.has_url(each)), None)
    if first is None:
        raise _TooTight(_("every sentence of the appeal contains a link, which may not be posted"))
    yield first
    yield from (each for each in found if urls_allowed or not rules.has_url(each))


def _joined_greeting(said: Iterable[str]) -> Iterator[str]:
    """A greeting alone is no appeal: it keeps together with what follows."""
    rest = iter(said)
    first = ""
    for each in rest:
        first += each
        if len(first.strip()) >= _GREETING:
            break
    yield first
    yield from rest


def _refuse_private(text: str) -> None:
    found = _private_in(text)
    if found is None:
        return
    what = {
        Private.MAIL: _("a mail address"),
        Private.PHONE: _("a phone number"),
        Private.ADDRESS: _("a street address or coordinates"),
    }[found]
    reason = _("the appeal contains {what}: take it out of the text").format(what=what)
    raise Unfit(reason, private=True)


def _refuse_unsaid(voice: Voice, appeal: str) -> None:
    """An appeal may have been stored before the safety check hid the name or the town."""
    said = " \n".join((appeal, voice.trade, voice.name, voice.link))
    if any(says_name(said, name) for name in voice.unsaid_names):
        raise Unfit(
            _(
                "the alias, the appeal, the trade or the link gives the real name, "
                "which the safety check hides"
            )
        )
    if any(says_town(said, town) for town in voice.unsaid_towns):
        raise Unfit(
            _(
                "the alias, the appeal, the trade or the link names the town, "
                "which the safety check hides"
            )
        )
    if (voice.unsaid_names or voice.regional) and is_profile(voice.link):
        raise Unfit(_("the link leads to an account on a social network, which shows who it is"))
