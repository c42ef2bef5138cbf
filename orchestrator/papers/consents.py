"""The consent forms of the pack: one for each person of a tandem, in every language there is."""

from dataclasses import dataclass

from orchestrator.config import Settings
from orchestrator.consent.forms import form
from orchestrator.consent.purposes import Who


@dataclass(frozen=True)
class Form:
    """A form to print and sign, as the campaign uses it; ``name``: of its file."""

    language: str
    person: Who
    version: str
    html: str

    @property
    def name(self) -> str:
        """Such as ``consent-ar-refugee.html``."""
        return f"consent-{self.language}-{self.person}.html"


def forms(settings: Settings) -> list[Form]:
    """Every form that can be used."""
    return [
        Form(language, person, version, form(settings, language, person))
        for language, version in sorted(settings.consent_versions.items())
        for person in Who
    ]
