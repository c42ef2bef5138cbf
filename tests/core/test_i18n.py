"""The program speaks one language per run, chosen by the contract's order."""

import threading

import pytest

from orchestrator import i18n
from orchestrator.i18n import _, language, ngettext, preferred, speak, speaking


@pytest.mark.parametrize(
    ("flag", "configured", "environ", "expected"),
    [
        ("de", "en", {"LANG": "en_US.UTF-8"}, "de"),
        (None, "de", {"LANG": "en_US.UTF-8"}, "de"),
        (None, None, {"LANG": "de_AT.UTF-8"}, "de"),
        (None, None, {"LC_ALL": "de_DE", "LANG": "en_US"}, "de"),
        (None, None, {"LC_MESSAGES": "de", "LANG": "en"}, "de"),
        (None, None, {"LC_ALL": "C", "LANG": "de_DE.UTF-8"}, "en"),
        (None, None, {"LANG": "fr_FR.UTF-8"}, "en"),
        (None, None, {}, "en"),
        (None, "xx", {"LANG": "de"}, "de"),
    ],
)
def test_the_order_of_wishes(
    flag: str | None, configured: str | None, environ: dict[str, str], expected: str
) -> None:
    """Flag, configuration, locale, English."""
    assert preferred(flag, configured, environ) == expected


def test_german_is_there() -> None:
    """The compiled catalogue is found beside the program."""
    assert i18n.available() == ["de", "en"]
    with speaking("de"):
        assert _("Setting") == "Einstellung"
    assert _("Setting") == "Setting"


def test_an_unknown_language_is_english() -> None:
    """Rather than nothing."""
    with speaking("xx"):
        assert language() == "en"


def test_a_new_thread_speaks_the_chosen_language() -> None:
    """The scheduler works in threads of its own, and its messages are read as well."""
    heard: list[str] = []
    try:
        speak("de")
        worker = threading.Thread(target=lambda: heard.append(_("Setting")))
        worker.start()
        worker.join()
    finally:
        speak("en")
    assert heard == ["Einstellung"]


def test_numbers_choose_the_form() -> None:
    """One thing, two things."""
    forms = ("{count} thing needs you.", "{count} things need you.")
    assert [ngettext(*forms, count) for count in (1, 2, 0)] == [forms[0], forms[1], forms[1]]
