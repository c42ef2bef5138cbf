"""Sorting replies offline: plain text in, a verdict out."""

from orchestrator.triage.sorter import offline
from orchestrator.triage.verdict import LABELS, Classifier, Verdict
from orchestrator.triage.words import explained

__all__ = ["LABELS", "Classifier", "Verdict", "explained", "offline"]
