"""The words a person reads: gettext catalogues, one language per process run.

English sentences are the message ids. The language is chosen once, at the front door, for the
whole process; a context variable lets a report or a test speak another one for a while.
A catalogue may hold the words of documents only (the report's): its project is named so, and the
program itself does not speak that language.
"""

import gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

DOMAIN = "tueroeffner"
# In the header of a catalogue that holds the words of documents only.
DOCUMENTS = "Türöffner documents"
CATALOGUES = Path(__file__).parent / "locale"
# A new thread starts with an empty context, and the scheduler works in threads: there the
# process's own language counts.
_everywhere = "en"
_here: ContextVar[str | None] = ContextVar("language", default=None)


def available() -> list[str]:
    """Languages the program speaks: English and every whole catalogue beside this file."""
    return [code for code in documents() if not _only_documents(code)]


def documents() -> list[str]:
    """Languages in which documents can be made: those of the program, and some more."""
    found = {path.parent.parent.name for path in CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return sorted(found | {"en"})


def _only_documents(code: str) -> bool:
    return _catalogue(code).info().get("project-id-version") == DOCUMENTS


def language() -> str:
    """The language in use, as an ISO 639 code."""
    return _here.get() or _everywhere


def speak(code: str) -> None:
    """Use the language ``code`` from now on; an unknown one falls back to English."""
    global _everywhere
    _everywhere = code if code in available() else "en"
    _here.set(_everywhere)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak another language inside the block, one of :func:`documents`."""
    token = _here.set(code if code in documents() else "en")
    try:
        yield
    finally:
        _here.reset(token)


def preferred(flag: str | None, configured: str | None, environ: Mapping[str, str]) -> str:
    """Choose by the contract's order: flag, configuration, locale, English."""
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    for wish in (flag, configured, locale):
        if wish and (code := wish.replace("-", "_").split("_")[0].split(".")[0]) in available():
            return code
    return "en"


@lru_cache
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, CATALOGUES, [code], fallback=True)


def _(message: str) -> str:
    """Translate ``message`` into the language in use."""
    return _catalogue(language()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Translate a sentence that depends on a number."""
    return _catalogue(language()).ngettext(singular, plural, count)
