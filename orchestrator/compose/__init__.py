"""Composing: an appeal becomes a post, worded for one network, one language and one turn.

Only the campaign's own sentences and their order vary; an appeal's words stay as they are, and
where a network is too short, whole sentences are left out from the end. The same input always
gives the same text.
"""

from orchestrator.compose.asked import Rules, Unfit, Wording
from orchestrator.compose.composing import compose, folded
from orchestrator.compose.status import CHECKED, tells_status
from orchestrator.compose.voice import Voice, reveals, voice_of

__all__ = [
    "CHECKED",
    "Rules",
    "Unfit",
    "Voice",
    "Wording",
    "compose",
    "folded",
    "reveals",
    "tells_status",
    "voice_of",
]
