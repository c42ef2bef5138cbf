"""Why a reply was sorted so, in the words of the person who reads it."""

from orchestrator.i18n import _


def explained(code: str) -> str:
    """Say a why-code in the user's language; an unknown code comes back as it is."""
    return _words().get(code, code)


def _words() -> dict[str, str]:
    return _of_work() | _of_warmth() | _of_harm() | _of_nothing()


def _of_work() -> dict[str, str]:
    return {
        "own": _("speaks for an employer"),
        "need": _("needs somebody"),
        "gap": _("somebody has left"),
        "open": _("has work or a place to give"),
        "place": _("speaks of a job"),
        "trial": _("trial, placement or training"),
        "terms": _("says when or on which terms"),
        "pay": _("speaks of pay"),
        "willing": _("would take or meet the person"),
        "contact": _("asks to get in touch"),
        "contact-given": _("gives a phone number or an address"),
        "trade": _("names a trade"),
        "person": _("is about the person"),
        "third": _("points to somebody else"),
        "advice": _("gives advice"),
        "help": _("offers help other than work"),
        "link": _("has a link"),
        "tag": _("calls somebody by name"),
    }


def _of_warmth() -> dict[str, str]:
    return {
        "question": _("has a question mark"),
        "ask": _("asks something"),
        "about": _("asks about the person or the campaign"),
        "join": _("wants to join, donate or report"),
        "praise": _("praises"),
        "wish": _("wishes well"),
        "share": _("shares the post"),
        "hearts": _("friendly emoji"),
        "smile": _("smiles"),
    }


def _of_harm() -> dict[str, str]:
    return {
        "shouting": _("shouts"),
        "insult": _("insults"),
        "exclude": _("wants people out"),
        "threat": _("threatens"),
        "sexual": _("harasses"),
        "degrading": _("demeans"),
        "contempt": _("contemptuous emoji"),
        "sarcasm": _("mocks"),
        "laugh": _("laughs"),
        "scam": _("has the marks of an advert or a scam"),
    }


def _of_nothing() -> dict[str, str]:
    return {
        "refusal": _("says no"),
        "search": _("looks for work too"),
        "topic": _("is about something else"),
        "past": _("tells of the past"),
        "no-place": _("says there is no job"),
        "no-need": _("says nobody is needed"),
        "no-open": _("says nothing is free"),
        "no-words": _("has no words"),
        "no-signal": _("shows no known sign"),
        "picture": _("only a picture"),
        "language-unknown": _("in a language that is not read here"),
        "corrected-before": _("somebody corrected nearly the same words"),
    }
