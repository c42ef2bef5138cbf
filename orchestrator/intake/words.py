"""The words that people write into a column of choices, German and English, and what they mean."""

from audiences.fold import fold

PURPOSE_WORDS = {
    "twitter": "x",
    "webseite": "site",
    "website": "site",
    "gesicht": "face",
    "presse": "press",
    "geschichte": "story",
    "kontakt": "contact",
    "nachfrage": "followup",
}


def _words(table: dict[str, str]) -> dict[str, str]:
    return {fold(word): value for value, words in table.items() for word in words.split("|")}


YES_NO = _words(
    {
        "yes": "yes|y|true|1|ja|j|x|wahr|✓|oui",
        "no": "no|n|false|0|nein|falsch|unknown|unbekannt|non",
    }
)
MAY_WORK = {
    **YES_NO,
    **_words(
        {
            "permit": "permit|with permit|needs permit|mit Erlaubnis|mit Genehmigung"
            "|Erlaubnis nötig|Genehmigung nötig|genehmigungspflichtig|erlaubnispflichtig"
            "|Erlaubnis|Genehmigung",
            "unknown": "unknown|unbekannt|unklar|?",
        }
    ),
}
REACH_MODE = _words(
    {
        "soft": "soft|weich|bevorzugt|zuerst dort",
        "hard": "hard|hart|streng|nur dort",
    }
)
SHOW = _words(
    {
        "full": "full|voll|vollständig|ganz|offen",
        "no-face": "no-face|noface|without face|ohne Gesicht|kein Gesicht|ohne Bild|ohne Foto",
        "alias": "alias|unter Alias|Pseudonym|Deckname|mit Decknamen",
        "region": "region|nur Region|regional|only region|Region only",
    }
)
