"""The search for the best text that fits: languages in turn, then what may be left out."""

from collections.abc import Collection
from itertools import product

from orchestrator.compose.asked import Rules, Unfit, Wording
from orchestrator.compose.shape import Estimate, shapes, text_of
from orchestrator.compose.turn import turn_of
from orchestrator.compose.voice import Voice
from orchestrator.discretion import Private, private_in
from orchestrator.i18n import _
from orchestrator.phrases import phrases
from orchestrator.redact import tame
from orchestrator.sentences import sentences, tidy


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
        turn_of(words, voice, number, rules, said, linked=linked, isolate=isolate)
        for isolate in (True, False)
    ]
    roughly = Estimate(rules)
    for group, turn in product(shapes(turns[0], rules), dict.fromkeys(turns)):
        for frame, shape in product(turn.frames, group):
            if not roughly.fits(turn, shape, frame):
                continue
            text = text_of(turn, shape, frame)
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
