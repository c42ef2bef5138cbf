"""Sentences about places that cannot be taken, for the importer and for ``audience resolve``."""

from audiences.place import Refusal
from orchestrator.i18n import _


def refusal(reason: Refusal) -> tuple[str, str]:
    """What is wrong with the text, and what to write instead."""
    return {
        Refusal.STREET: (
            _("This is a street address; only the town may be given."),
            _("Write the town or its postcode, without street and number."),
        ),
        Refusal.COORDINATES: (
            _("These are coordinates; only the town may be given."),
            _("Write the town or its postcode."),
        ),
        Refusal.EMPTY: (
            _("No place is given."),
            _("Write the town or its postcode."),
        ),
        Refusal.TOO_LONG: (
            _("This is too long to be a place."),
            _("Write the town or its postcode, nothing else."),
        ),
    }[reason]
