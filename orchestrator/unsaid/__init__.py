"""Whether a text says a name or a town that it must not: in any spelling, tag, link or ending."""

from orchestrator.unsaid.across import in_another_script
from orchestrator.unsaid.names import says_name, slug_tells
from orchestrator.unsaid.spelling import spoken
from orchestrator.unsaid.towns import halves, says_town

__all__ = ["halves", "in_another_script", "says_name", "says_town", "slug_tells", "spoken"]
