"""What a pilot's two posts say: neutral, about nobody, and never twice the same."""

from collections.abc import Sequence
from datetime import datetime

from orchestrator.formats import day
from orchestrator.i18n import speaking
from orchestrator.phrases import Phrases, fill, phrases


def texts(languages: Sequence[str], at: datetime) -> tuple[str, dict[str, str]]:
    """The language, and by kind (``gated``, ``open``) the text; ``at`` in the campaign's zone."""
    words = _words(languages)
    with speaking(words.language):
        values = {"day": day(at.date()), "time": f"{at:%H:%M}"}
        return words.language, {kind: fill(text, values) for kind, text in words.pilot.items()}


def _words(languages: Sequence[str]) -> Phrases:
    """Of the first of the campaign's languages that has its phrases, else English."""
    found = next((words for each in languages if (words := phrases(each))), phrases("en"))
    assert found is not None
    return found
