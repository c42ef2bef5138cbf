"""The consent forms of the pack: one for each person of a tandem, in every language there is."""

from dataclasses import dataclass

from orchestrator.config import Settings

PERSONS = ("refugee", "volunteer")


@dataclass(frozen=True)
class Form:
    """A form to print and sign; ``name`` of its file."""

    language: str
    person: str
    version: str
    html: str

    @property
    def name(self) -> str:
        """Such as ``consent-ar-refugee.html``."""
        return f"consent-{self.language}-{self.person}.html"


def forms(settings: Settings) -> list[Form]:
    """Every form, with the version of its text."""
    return []
