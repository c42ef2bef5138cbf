"""Which words an answer has: from a template in the reply's language, or as somebody typed them."""

from collections import Counter
from pathlib import Path

from orchestrator.answering.case import Case
from orchestrator.answering.texts import filled, languages, template
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.inbox.words import flat
from orchestrator.settings import Campaign
from orchestrator.vocabulary import AnswerKind

# What is said where nobody may be named, or there is nobody any more.
_SOMEBODY = {"de": "die Person aus unserer Aktion", "ar": "الشخص المعني في حملتنا"}
_IN_ENGLISH = "the person in our campaign"
# So many small words of a language, or letters of its own, tell it.
_TELLING = 2


def words_for(
    case: Case, kind: AnswerKind, reason: str, language: str, campaign: Campaign, folder: Path
) -> str:
    """The template of this kind, filled in for this reply; ``folder``: of the configuration."""
    if kind is AnswerKind.ANSWER:
        raise UsageProblem(
            _("What to answer is missing."),
            remedy=_("Give it with --text, or --text - and write it to the standard input."),
        )
    return filled(
        template(kind, reason, language, folder),
        {
            "name": flat(case.name),
            "tandem": case.tandem or _SOMEBODY.get(language, _IN_ENGLISH),
            "contact": campaign.contact,
            "campaign": campaign.name,
        },
    )


def language_for(text: str, kind: AnswerKind, reason: str, campaign: Campaign, folder: Path) -> str:
    """The reply's own language, if it is known and there are words in it; else the campaign's."""
    known = languages(kind, reason, folder) if kind is not AnswerKind.ANSWER else None
    for each in (language_of(text), *campaign.languages, campaign.language):
        if each and (known is None or each in known):
            return each
    return "en"


def language_of(text: str) -> str | None:
    """The language in which a reply is written, by its letters and small words; None: unclear."""
    from orchestrator.triage.language import spoken
    from orchestrator.triage.lexicon import lexicon
    from orchestrator.triage.normal import smooth, tokens

    smoothed = smooth(text)
    words = [each.text for each in tokens(smoothed) if each.kind == "word"]
    heard = spoken(smoothed, words, lexicon())
    if not heard.known:
        return None
    votes: Counter[str] = Counter()
    for name in lexicon().common:
        votes[name.removesuffix("-latin")] += heard.votes[name]
    best = votes.most_common(2)
    clear = len(best) < 2 or best[0][1] > best[1][1]
    return best[0][0] if best and best[0][1] >= _TELLING and clear else None
