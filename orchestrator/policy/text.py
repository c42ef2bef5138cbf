"""What a public text must not hold: a person's address, phone number, mail or account.

The text is judged as everybody will read it, with all that was put around the person's words; only
the campaign's own contact and link may stand in it.
"""

import re
from collections.abc import Collection
from functools import lru_cache

from orchestrator.discretion import Private, private_in, private_in_link
from orchestrator.i18n import _
from orchestrator.policy.finding import BLOCK, OK, Finding
from orchestrator.redact import tame
from orchestrator.sentences import tidy
from orchestrator.vocabulary import Block

_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


def public_text(text: str, link: str, own: Collection[str]) -> Finding:
    """Judge a post's text and the link beside it; ``own``: the campaign's contact and link."""
    found = _private(text, link, tuple(own))
    if found is None:
        return Finding(Block.PRIVATE_TEXT, OK, _("The text tells nobody's contact."), final=True)
    what = {
        Private.MAIL: _("a mail address or an account"),
        Private.PHONE: _("a phone number"),
        Private.ADDRESS: _("a street address or coordinates"),
    }[found]
    return Finding(
        Block.PRIVATE_TEXT,
        BLOCK,
        _("The text tells {what}, which leads to a person.").format(what=what),
        _remedy(),
        final=True,
    )


def private_appeal(reason: str) -> Finding:
    """The same rule, found broken already by the words that a tandem's row gives."""
    return Finding(Block.PRIVATE_TEXT, BLOCK, reason, _remedy(), final=True)


def _remedy() -> str:
    return _("Take it out of the tandem's row; posts name the action centre, [campaign] contact.")


@lru_cache(maxsize=1024)
def _private(text: str, link: str, own: tuple[str, ...]) -> Private | None:
    rest = text
    for words in filter(None, map(_as_composed, own)):
        # Only where it stands alone: a number that merely begins so is somebody else's.
        rest = re.sub(rf"(?<![\w+]){re.escape(words)}(?!\w)", "…", rest)
    links = [*_LINK.findall(rest), *([link] if link and link not in own else [])]
    told = private_in(_LINK.sub("…", rest))
    return told or next(filter(None, map(private_in_link, links)), None)


def _as_composed(words: str) -> str:
    return " ".join(tidy(tame(words)).split())
