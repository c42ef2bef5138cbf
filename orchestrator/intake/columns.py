"""The columns of a tandem file: their names, what people call them, and what they mean."""

import re
from functools import lru_cache

from audiences.fold import fold
from orchestrator.i18n import _

COLUMNS = (
    "slug",
    "name",
    "public_name",
    "show",
    "adult",
    "may_work",
    "volunteer",
    "volunteer_email",
    "volunteer_phone",
    "volunteer_lang",
    "backup_contact",
    "partner",
    "place",
    "country",
    "trade",
    "radius_km",
    "appeal_de",
    "appeal_en",
    "appeal_ar",
    "link",
    "media",
    "media_alt",
    "made_with_ai",
    "targeting",
    "consent",
    "consent_on",
    "consent_until",
    "consent_text",
)
REQUIRED = ("slug", "name", "place")
APPEAL = "appeal_"
# Without these a tandem can be stored but never posted, so their absence is worth a remark.
NEEDED_TO_POST = ("show", "adult", "consent")

_HEADINGS = {
    "slug": "Kürzel|Kurzname|Kennung|Kurzzeichen|short name|identifier",
    "name": "Vorname|first name|given name|Name des Geflüchteten|Name der Geflüchteten",
    "public_name": "öffentlicher Name|Deckname|Alias|Pseudonym|Name in der Anzeige|public",
    "show": "Anzeige|Anzeigen|Anzeige als|zeigen|Darstellung|Sichtbarkeit|Sicherheitsprüfung"
    "|visibility|safety check",
    "adult": "volljährig|Volljährigkeit|erwachsen|über 18|ab 18|of age|is adult",
    "may_work": "Arbeitserlaubnis|darf arbeiten|Beschäftigungserlaubnis|work permit|may work",
    "volunteer": "Ehrenamtliche|Ehrenamtlicher|Ehrenamtliche Person|Ehrenamtliche/r|Freiwillige"
    "|Freiwilliger|Freiwillige/r|Begleitung|Pate|Patin|Pate/Patin|volunteer name",
    "volunteer_email": "E-Mail|Email|Mail|E-Mail Ehrenamt|E-Mail Ehrenamtliche|Mail Ehrenamtliche"
    "|E-Mail Begleitung|E-Mail-Adresse|volunteer e-mail|volunteer mail",
    "volunteer_phone": "Telefon|Tel|Telefonnummer|Handy|Mobil|Telefon Ehrenamt"
    "|Telefon Ehrenamtliche|Telefon Begleitung|phone|mobile|volunteer telephone",
    "volunteer_lang": "Sprache|Sprache Ehrenamt|Sprache Ehrenamtliche|Sprache Begleitung"
    "|volunteer language",
    "backup_contact": "Ersatzkontakt|Vertretung|zweiter Kontakt|weiterer Kontakt|backup",
    "partner": "Träger|Organisation|Verband|Partnerorganisation|organisation|organization",
    "place": "Ort|PLZ|Postleitzahl|Ort/PLZ|PLZ/Ort|PLZ Ort|Ort oder PLZ|Wohnort|Stadt|town|city"
    "|postcode|town or postcode",
    "country": "Land|Staat|Länderkürzel|Länderkennung|country code",
    "trade": "Beruf|Handwerk|Tätigkeit|gesuchte Arbeit|Arbeit als|occupation|profession|job",
    "radius_km": "Umkreis|Umkreis km|Umkreis in km|Radius|Radius in km",
    "link": "Verweis|Webseite|Website|Internetseite|Link/URL|URL",
    "media": "Bild|Bilder|Foto|Fotos|Bilddatei|Film|Video|Medium|Medien|photo|picture|image|photos"
    "|pictures",
    "media_alt": "Bildbeschreibung|Bildbeschreibungen|Alternativtext|Alternativtexte|Bildtext"
    "|Alt-Text|alternative text|alt text|picture description",
    "made_with_ai": "mit KI erstellt|mit KI gemacht|KI|KI-erzeugt|AI|AI generated",
    "targeting": "Ausspielung|Zielgruppe|Ansprache|Begrenzung|reach mode",
    "consent": "Einwilligung|Einwilligungen|Einwilligung für|Zustimmung|Zwecke|purposes",
    "consent_on": "Einwilligung am|Einwilligung vom|eingewilligt am|Datum der Einwilligung"
    "|consent date|consent given on",
    "consent_until": "gültig bis|Einwilligung bis|Einwilligung gültig bis|Ende der Einwilligung"
    "|valid until|consent end|consent ends on",
    "consent_text": "Einwilligungstext|Text der Einwilligung|Fassung|Fassung der Einwilligung"
    "|consent version|version of the consent text",
}
# “Anzeige” alone means how a person is shown; with a language it is the text.
_APPEAL_WORDS = re.compile(
    r"(?:appeal|aufruf|appell|gesuch|anzeige|anzeigentext|text)(?: (?:text|auf|in))? (\S+)"
)
_BARE_APPEALS = {"aufruf": "de", "appell": "de", "gesuch": "de", "anzeigentext": "de"}


def column_of(heading: str) -> str | None:
    """The column that a heading in a file means; None for an unknown one."""
    key = fold(heading)
    return _known().get(key) or _appeal_column(key)


def _appeal_column(key: str) -> str | None:
    if key in _BARE_APPEALS:
        return APPEAL + _BARE_APPEALS[key]
    found = _APPEAL_WORDS.fullmatch(key)
    language = language_of(found[1]) if found else None
    return APPEAL + language if language else None


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    known = {fold(column): column for column in COLUMNS}
    for column, names in _HEADINGS.items():
        known.update({fold(name): column for name in names.split("|")})
    return known


def language_of(word: str) -> str | None:
    """ISO 639 code of a language given by its code or its German or English name."""
    return _languages().get(fold(word))


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    from babel import Locale

    found: dict[str, str] = {}
    for speaker in ("de", "en"):
        for code, language in Locale(speaker).languages.items():
            if code.isalpha() and len(code) in (2, 3):
                found.setdefault(fold(str(language)), code)
                # A code counts before a name of the same letters.
                found[code] = code
    return found


def explanations() -> dict[str, str]:
    """What belongs into each column, in the language in use."""
    return {
        "slug": _("Short name of the tandem, unique: small letters, digits, hyphens."),
        "name": _("First name of the person who looks for work; stored encrypted."),
        "public_name": _("Name that may be published; needed where “show” is alias or region."),
        "show": _(
            "Result of a safety check on paper: full, no-face, alias or region. Empty: not checked"
            " yet, nothing is posted, or checked by “tandem screen”, which stays."
        ),
        "adult": _("yes or no; only adults are posted."),
        "may_work": _(
            "yes, permit (needs a permit for the job), no or unknown; never published as such."
        ),
        "volunteer": _("Name of the volunteer; stored encrypted."),
        "volunteer_email": _("Mail address of the volunteer; never published."),
        "volunteer_phone": _("Phone number of the volunteer; never published."),
        "volunteer_lang": _("Language of the volunteer, such as de or en."),
        "backup_contact": _("Who is reached when the volunteer is not; never published."),
        "partner": _("Organisation that brings the tandem."),
        "place": _("Town or postcode, no street; only a town of some size is kept."),
        "country": _("Country of the place: DE (also when empty), AT or CH."),
        "trade": _("The work the person looks for, in their own word."),
        "radius_km": _("Radius in whole kilometres, 1 to 80; empty: chosen by population."),
        "appeal_de": _(
            "What the tandem says, in German; no phone, mail or street. At least one language."
        ),
        "appeal_en": _("The same in English."),
        "appeal_ar": _(
            "The same in Arabic. Further languages: add a column, such as appeal_uk for Ukrainian."
        ),
        "link": _("Web address that belongs to the appeal, with https://"),
        "media": _(
            "Up to four pictures or one film beside this file, such as pictures/one.jpg |"
            " pictures/two.jpg; shown only with “show” full and a consent for the face."
        ),
        "media_alt": _(
            "What is to be seen in each of them, in the same order with | between, for people who"
            " cannot see it; public like the text."
        ),
        "made_with_ai": _("yes where a picture or film was made by a machine; empty: no."),
        "targeting": _(
            "soft (people around the town first) or hard (nobody else sees it); empty: as the"
            " campaign does."
        ),
        "consent": _(
            "Purposes the person has agreed to, with spaces between: facebook x site bluesky"
            " mastodon face press story contact followup"
        ),
        "consent_on": _("Day of the consent, such as 2026-11-01 or 01.11.2026"),
        "consent_until": _("Last day on which the consent holds; empty: until withdrawn."),
        "consent_text": _(
            "Language and version of the text they agreed to, as it stands on the form, such as"
            " ar 1; empty: the one in use on that day."
        ),
    }
