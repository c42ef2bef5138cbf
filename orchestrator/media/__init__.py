"""Pictures and films of tandems: looked at, made ready without a trace of where they were taken."""

from orchestrator.media.attaching import attached, media_of
from orchestrator.media.places import path_of
from orchestrator.media.preparing import prepare_all
from orchestrator.media.verdict import verdict

__all__ = ["attached", "media_of", "path_of", "prepare_all", "verdict"]
