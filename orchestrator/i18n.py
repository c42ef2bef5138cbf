"""The words a person reads: gettext catalogues, one language per process run.

English sentences are the message ids. The language is chosen once, at the front door, and is held
in a context variable so that a test or a report may speak another one for a while.
"""

import gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

DOMAIN = "tueroeffner"
CATALOGUES = Path(__file__).parent / "locale"
_language: ContextVar[str] = ContextVar("language", default="en")


def available() -> list[str]:
    """Languages the program speaks: English and every catalogue beside this file."""
    found = {path.parent.parent.name for path in CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return sorted(found | {"en"})


def language() -> str:
    """The language in use, as an ISO 639 code."""
    return _language.get()


def speak(code: str) -> None:
    """Use the language ``code`` from now on; an unknown one falls back to English."""
    _language.set(code if code in available() else "en")


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak another language inside the block."""
    token = _language.set(code if code in available() else "en")
    try:
        yield
    finally:
        _language.reset(token)


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
    return _catalogue(_language.get()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Translate a sentence that depends on a number."""
    return _catalogue(_language.get()).ngettext(singular, plural, count)
