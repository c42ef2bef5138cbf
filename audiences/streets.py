"""Words by which streets, shelters and persons give themselves away, in many languages.

What is written here is folded: small letters, in Latin script without accents.
"""

import re
import unicodedata
from functools import lru_cache

# Beside another word, wherever it stands: what is around it is a street.
_ANYWHERE_WORDS = (
    "calle avenida avda carrer carretera rue avenue boulevard chaussee impasse viale piazzale"
    " vicolo rruga travessa ulica ulice ulici ulicy ul aleja aleje nabrezi trida utca utja korut"
    " koerut strada bulevardul soseaua gatve iela tanav maantee sokak sokagi cad cadde caddesi"
    " mahallesi bulvari street straat plein gracht strasse str"
    " vulytsia vulytsya vulitsa vulitsya vulycja vul ulitsa ulitsya prospekt prospect provulok"
    " pereulok bulvar ploshcha ploshchad naberezhna"
    " вулиця вулиці вул улица улице ул проспект просп провулок пров переулок пер бульвар бульв"
    " площа площадь шосе шоссе набережна набережная булевард"
    " οδος λεωφορος πλατεια شارع زقاق خیابان خيابان کوچه سرک"
)
# Only before another word, as parts of towns' names are the same: "via Garibaldi", but not "A Rúa".
_LEADING_WORDS = (
    "via corso largo piazza rua praca estrada alameda plaza paseo camino travesia chemin quai allee"
    " place cours plac osiedle namesti namestie nam bd bld calea cesta trg jalan jl"
)
# Only behind another word: "Baker St", but not "St Albans".
_CLOSING_WORDS = (
    "st rd ave av blvd road lane drive square crescent terrace highway way u ut ter g pr"
)
_ANYWHERE, _LEADING, _CLOSING = (
    frozenset(words.split()) for words in (_ANYWHERE_WORDS, _LEADING_WORDS, _CLOSING_WORDS)
)
_COMPOUND = re.compile(
    r"\w{3,}(?:straat|laan|gracht|plein|gatan|gaten|gade|vaegen|vagen|veien|vegen|katu|utca|vej(?:en)?)"
)
# Their names tell where somebody may be hiding; no town of the gazetteer is called so.
_SHELTER = re.compile(
    r"\b(?:frauen|maedchen|jugend|gaeste|kranken|obdachlosen)h(?:aus|aeuser)\b"
    r"|(?:wohn|asyl|asylbewerber|fluechtlings|frauen|kinder|pflege|alters|senioren)heim\b"
    r"|(?:unterkunft|unterkuenfte|erstaufnahme\w*|aufnahmeeinrichtung|ankerzentrum|schutzhaus"
    r"|schutzwohnung|asylzentrum|fluechtlingszentrum|durchgangszentrum)\b"
    r"|\b(?:fluechtlings|auffang|aufnahme|(?:grenz)?durchgangs|uebergangs)(?:lager|camp)\b"
    r"|\b(?:shelter|refuge|refugee|safe house|hostel|asielzoekerscentrum|osrodek|noclegownia)\b"
    r"|\b(?:centre d (?:hebergement|accueil)|casa (?:rifugio|de acogida)|centro di accoglienza"
    r"|centro de acogida|dom (?:samotnej|dziecka)|siginma ?evi|kadin siginma\w*)\b"
    r"|\b(?:притулок|приют|убежище|сховище|гуртожиток|общежитие|шелтер)\b|مخيم|ملجأ|کمپ|پناهگاه"
)
# Some towns bear these words; where a text would leave the house, the other meaning counts.
_SHELTER_ABROAD = re.compile(
    r"\b(?:heim|haus|house|lager|camp|kamp|oboz|tabir|centre|center|zentrum|hotel|hospital|klinik"
    r"|clinic|school|schule|foyer|residence|kloster|табір|лагерь|больница|лікарня)\b"
)
_PERSON = re.compile(r"\b(?:chez|care of)\s\w")
_PERSON_ABROAD = re.compile(
    r"\b(?:mr|mrs|ms|mme|madame|monsieur|senora?|signora?|dr|prof|home of|house of|family|famille"
    r"|familia|famiglia|rodzina|flat|apartment|apt|appartement|wohnung|zimmer|room|квартира|кв"
    r"|родина|семья)\s\w"
)


def names_a_street(text: str) -> bool:
    """Tell whether one of the parts between commas names a street, in whatever language."""
    return any(_is_street(_folded(part).split()) for part in re.split(r"[,;()\n]", text))


def names_a_shelter(text: str, *, abroad: bool = False) -> bool:
    """Tell whether a house is named in which people live who may be hiding.

    `abroad`: also by words that are part of some towns' names.
    """
    key = _folded(text)
    return bool(_SHELTER.search(key) or (abroad and _SHELTER_ABROAD.search(key)))


def names_somebody(text: str, *, abroad: bool = False) -> bool:
    """Tell whether words stand there that only stand before a person's name."""
    key = _folded(text)
    return bool(_PERSON.search(key) or (abroad and _PERSON_ABROAD.search(key)))


def _is_street(words: list[str]) -> bool:
    if len(words) < 2:
        return any(map(_COMPOUND.fullmatch, words))
    told = not _ANYWHERE.isdisjoint(words) or any(map(_COMPOUND.fullmatch, words))
    return told or words[0] in _LEADING or words[-1] in _CLOSING


@lru_cache(maxsize=16)  # the same text is looked at for all three
def _folded(text: str) -> str:
    lowered = text.casefold().translate(_UMLAUTS).replace("-", "\u2011")
    plain = "".join(c for c in unicodedata.normalize("NFD", lowered) if not _is_accent(c))
    return " ".join(re.sub(r"[^\w\u2011]+", " ", unicodedata.normalize("NFC", plain)).split())


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "ı": "i"})


def _is_accent(character: str) -> bool:
    # Only of Latin letters: without it, й and и would be one.
    return unicodedata.combining(character) > 0 and character != "\u0306"
