"""Advice that is printed and goes with a warned offer: data in ``advice/<language>.toml``."""

import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from orchestrator import i18n
from orchestrator.vetting.risks import Risk
from orchestrator.vetting.sums import money
from orchestrator.vetting.wages import minimum

FOLDER = Path(__file__).parent / "advice"
_ELSEWHERE = "en"


def languages() -> list[str]:
    """Languages that have their advice."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def advice_on(risks: Iterable[Risk], language: str, *, day: date, country: str = "DE") -> list[str]:
    """One piece of advice for each warning, and who advises for free; empty without a warning.

    In English where the language has no file. ``day`` and ``country`` tell the minimum wage.
    """
    known = language if language in languages() else _ELSEWHERE
    texts, law = _texts(known), minimum(country, day)
    with i18n.speaking(known):
        hour = money(law.hour) if law else ""
    found = [texts["warnings"][each].format(hour=hour) for each in Risk if each in set(risks)]
    return [*found, texts["free"].get(country, texts["free"]["other"])] if found else []


@cache
def _texts(language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
