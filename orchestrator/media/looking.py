"""What a file is that somebody names: its kind, its digest, and what is found in it."""

from pathlib import Path
from typing import Any

from orchestrator.media.content import blamed_on_the_file, form_of
from orchestrator.media.films import film_facts
from orchestrator.media.keeping import digest_of
from orchestrator.media.photos import photo_facts
from orchestrator.vocabulary import MediaKind


def facts_of(path: Path) -> tuple[MediaKind, str, dict[str, Any]]:
    """Kind, SHA-256 and facts of a picture or film; raises ``Unusable`` for anything else."""
    kind = form_of(path).kind
    with blamed_on_the_file():
        facts = photo_facts(path) if kind is MediaKind.PHOTO else film_facts(path)
    return kind, digest_of(path), facts
