"""Checking an offer before it is handed over: facts, warnings by rule, and a second person.

The program judges no person and ranks no offer. It lists what a careful reader would ask about.
"""

from orchestrator.vetting.risks import Risk, risk_words
from orchestrator.vetting.standing import (
    Standing,
    Vetted,
    advice,
    may_forward,
    state_of,
    take_back,
    vetted_offers,
)

__all__ = [
    "Risk",
    "Standing",
    "Vetted",
    "advice",
    "may_forward",
    "risk_words",
    "state_of",
    "take_back",
    "vetted_offers",
]
