"""Whether a person says in their own words that they are not of age: minors are never published.

What somebody else's age is, or how many years something took, is no matter: "Meine Tochter ist
16", "Ich bin 12 Jahre zur Schule gegangen", "j'ai 10 ans d'expérience".
"""

import re
import unicodedata

_AGE = r"(?:1[0-7]|[6-9])"
_END = r"(?=\s*(?:[!?;:]|[.,](?!\d)|$|und\b|and\b))"
_WORDS = r"(?:vierzehn|fünfzehn|fuenfzehn|sechzehn|siebzehn)"
_SAID = (
    rf"ich (?:bin|werde)(?: \w+){{0,2}} (?:{_AGE}|{_WORDS})(?: ?j\.| jahre) alt",
    rf"ich (?:bin|werde)(?: (?:erst|gerade|jetzt|noch|bald))? (?:{_AGE}|{_WORDS}){_END}",
    rf"ich bin(?: \w+){{0,2}} (?:{_AGE}-?|{_WORDS})\s?j(?:ä|ae)hrig\w*",
    rf"alter\s?:\s?{_AGE}\b(?![.,]?\d)",
    r"(?:bin|noch|unbegleitete[rn]?) (?:noch )?minderj(?:ä|ae)hrige?[rn]?",
    r"(?:bin|noch) (?:noch )?(?:nicht (?:einmal )?vollj(?:ä|ae)hrig|unter 18\b)",
    rf"i(?:['’]m| am)(?: (?:only|just|still|a))? {_AGE}(?:[ -]years?[ -]old\b|{_END})",
    r"i(?:['’]m| am)(?: still)? (?:a minor|under ?age|under 18)\b",
    rf"عمري (?:الان |الآن )?{_AGE}\b|انا قاصر|أنا قاصر",
    rf"мені (?:\w+ )?{_AGE} (?:рок|рік)\w*|мне (?:\w+ )?{_AGE} (?:лет|год)\b(?! опыт)",
    rf"{_AGE} yaşında\w*|{_AGE} ساله (?:هستم|ام)|{_AGE} ساله‌ام|من {_AGE} سال دارم",
    rf"j['’]ai {_AGE} ans\b(?! d)|tengo {_AGE} años\b(?! de)",
)
_MINOR = re.compile(rf"(?<!\w)(?:{'|'.join(_SAID)})", re.IGNORECASE)


def says_minor(text: str) -> bool:
    """Whether the person who speaks says that they are under 18."""
    flat = " ".join(unicodedata.normalize("NFKC", text).split())
    digits = (str(unicodedata.digit(each)) if each.isdecimal() else each for each in flat)
    return bool(_MINOR.search("".join(digits)))
