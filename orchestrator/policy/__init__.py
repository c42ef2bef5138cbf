"""What to mind before something goes out: rules over plain values, each with reason and remedy.

``block`` means that nothing goes out as it is, and no ``--yes`` changes that: only a decision in
the configuration does, with a name, a reason and a day, and not for every rule.
"""

from orchestrator.policy.deciding import blocks, decided, note_decisions
from orchestrator.policy.finding import Finding

__all__ = ["Finding", "blocks", "decided", "note_decisions"]
