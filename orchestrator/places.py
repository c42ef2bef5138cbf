"""Sentences about places that cannot be taken, for the importer and for ``audience resolve``."""

from audiences.place import Refusal, Resolution
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
        Refusal.MAILBOX: (
            _("This is a post office box; only the town may be given."),
            _("Write the town or its postcode."),
        ),
        Refusal.PERSON: (
            _("This names a person; only the town may be given."),
            _("Write the town or its postcode, nothing else."),
        ),
        Refusal.SHELTER: (
            _("This names a house in which people live; only the town may be given."),
            _("Write the town or its postcode, nothing else."),
        ),
        Refusal.CONTACT: (
            _("This is a phone number, a mail or a web address; only the town may be given."),
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


def unknown_place(answer: Resolution) -> tuple[str, str]:
    """What to say of a place that is not known, and what to write or switch on instead."""
    if answer.abroad:
        return (
            _("This place lies outside what is covered, or is not known there."),
            _(
                "Covered are Germany, Austria, Switzerland and what lies within 100 km of their"
                " borders. For other places switch the online geocoder on:"
                ' `[audience] geocoder = "nominatim"`.'
            ),
        )
    return (
        _("This place is not known."),
        _(
            "Check the spelling, or write the postcode or the next larger town. Outside Germany,"
            " Austria, Switzerland and 100 km around them only the online geocoder knows places:"
            ' `[audience] geocoder = "nominatim"`.'
        ),
    )
