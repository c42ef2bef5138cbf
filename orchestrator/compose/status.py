"""Whether a public text tells a person's residence status: it says at most that they may work.

The words of the law, and what people call them, in the languages of ``CHECKED``. That somebody
fled is their story to tell; which paper they got for it is nobody's business.
"""

import re

from orchestrator.compose.status_words import STATUS_WORDS
from orchestrator.unsaid import spoken
from orchestrator.unsaid.spelling import PLAIN, words

CHECKED = frozenset({"de", "en", "ar", *STATUS_WORDS})
# Those of the Residence Act that people have papers by, and the laws of others with such numbers.
_SECTIONS = r"(?:1[6-9]|2[0-6]|60|81|104)[a-g]?"
# With a gap where CamelCase is taken apart: "Ust G".
_OTHER_LAW = (
    r"(?:\w*st ?g|sgb|bgb|gew ?o|hgb|if ?sg|bbi ?g|hw ?o|ao|st ?vo|bdsg|j?arb ?sch ?g|mu ?sch ?g"
    r"|baf(?:o|oe) ?g|satzung|tarifvertrag\w*)"
)
# Spelled as ``spoken`` gives it: small letters, no dots, no hamza, ه for ة.
_GERMAN = (
    # "Helferkreis Asyl" and "Asylberatung" are places where people help.
    r"(?<!kreis )(?<!team )asyl(?!helfer|hilfe|kreis|arbeit|beratung|cafe|gruppe)\w*",
    # "Unordnung wird in meiner Küche nicht geduldet."
    r"\w*duldung\w*|geduldete[rn]?|(?<!nicht )(?<!nie )(?<!niemals )(?<!ungern )geduldet",
    r"(?:aufenthalts)?gestattung(?:en)?|aufenthg|bamf",
    r"aufenthalts?(?:titel|erlaubnis|bewilligung|status|recht|papier|karte|genehmigung|gesetz)\w*",
    r"(?:un)?(?:sicherer|geklarter|befristeter|unbefristeter|legaler) aufenthalt",
    r"(?:mein|unser|ihr|sein)(?:em|en|es)? aufenthalt (?:\w+ ){0,5}?(?:(?:un)?(?:gesichert|sicher"
    r"|befristet|gekl(?:a|ae)rt|erlaubt)|genehmigt|gestattet|verl(?:a|ae)ngert|anerkannt|legal"
    r"|endet|l(?:a|ae)uft|gilt)",
    r"niederlassungserlaubnis|fiktionsbescheinigung|grenz(?:u|ue)bertrittsbescheinigung\w*",
    r"chancenaufenthalt\w*|ankunftsnachweis\w*|wohnsitzauflage|residenzpflicht|ausweisersatz",
    r"schutz(?:status|titel|berechtigt\w*|suchend\w*)|staatenlos\w*|blauen? karte",
    r"dublin ?(?:verfahren|fall|verordnung|iii|3)|ohne (?:g(?:u|ue)ltige )?papiere",
    r"illegal (?:hier|in deutschland|eingereist)|mein visum|(?:arbeits|studenten)visum",
    # "Das Anerkennungsverfahren meines Diploms läuft" is another matter.
    r"(?:mein|unser|ihr|sein)(?:em|en|es)? verfahren"
    r"(?! (?:\w+ ){0,5}?(?:anerkennung|diplom\w*|abschlu\w*|zeugnis\w*|beruf\w*|bewerb\w*))"
    r" (?:\w+ ){0,3}?(?:l(?:a|ae)uft|dauert|offen|anh(?:a|ae)ngig|abgeschlossen|entschieden)",
    r"fl(?:u|ue)chtlings(?:status|eigenschaft|anerkennung|ausweis|pass|schutz)",
    r"(?:an)?erkannt(?:er|e|en|es)? (?:fl(?:u|ue)chtling|gefl(?:u|ue)chtet)\w*",
    r"als fl(?:u|ue)chtling (?:an)?erkannt",
    r"subsidi(?:a|ae)r\w* (?:schutz\w*|geschutzt\w*)|vor(?:u|ue)bergehend\w* schutz",
    r"abschiebe?\w*|abgeschoben|ausreisepflicht\w*|bleiberecht\w*|h(?:a|ae)rtefallkommission",
    r"ausl(?:a|ae)nder(?:beh(?:o|oe)rde|amt)\w*",
    rf"(?:paragra(?:f|ph)(?:en)?|section|article|art|artikel) {_SECTIONS}"
    rf"(?!(?: \w+){{0,5}}? {_OTHER_LAW}(?!\w))",
)
_ENGLISH = (
    r"asylum(?: ?seeker)?s?|tolerated stay|(?:toleration|tolerated) (?:permit|status|person)",
    r"(?:am|are|is|been|only) tolerated|suspension of deportation|deport(?:ed|ation|able)",
    r"(?:residen(?:ce|cy|t)|immigration|refugee|protection|migration) (?:permit|status|title)s?",
    r"(?:recogni[sz]ed|registered|accepted) refugee|refugee recognition|leave to remain",
    r"(?:subsidiary|temporary|humanitarian|international) protection|permission to (?:stay|remain)",
    r"undocumented|settlement permit|blue ?card|stateless(?:ness)?|my visa|indefinite leave",
    r"my (?:case|procedure|claim|application for protection) is (?:still )?(?:pending|undecided)",
    r"border crossing certificate|refugee travel document",
)
_ARABIC = (
    r"(?:[وفبلك]{0,2}(?:ال)?)لجوء\w*",
    r"(?:تصريح|رخصه|اذن|بطاقه|وضع|حق) (?:ال)?اقامه\w*|[وفبلك]{0,2}(?:ال)?اقامتي",
    r"(?:ال)?حمايه (?:ال)?(?:ثانويه|فرعيه|موقته|دوليه|انسانيه)",
    r"(?:وضع|صفه|حاله|معترف به|معترف بها) (?:ك)?(?:ال)?لاجي\w*",
    r"لاجيه? معترف\w*|[وفبلك]{0,2}(?:ال)?ترحيل\w*|دولدون[غج]|دولدن[غج]",
    r"عديمه? (?:ال)?جنسيه|بدون جنسيه|(?:ال)?بطاقه (?:ال)?زرقا\w*|(?:وضع|صفه) (?:ال)?حمايه",
    rf"(?:ال)?(?:ماده|فقره|بند) {_SECTIONS}",
    r"وقف (?:ال)?ترحيل|(?:دايره|مكتب) (?:ال)?اجانب",
)


def _pattern(phrase: str) -> str:
    # Nothing but letters is left of a phrase, so that a digit can hold the place of the ending.
    return " ".join(words(phrase.replace("*", "0"), PLAIN)).replace("0", r"\w*")


_FURTHER = (_pattern(phrase) for phrases in STATUS_WORDS.values() for phrase in phrases)
_STATUS = re.compile(rf"(?<!\w)(?:{'|'.join((*_GERMAN, *_ENGLISH, *_ARABIC, *_FURTHER))})(?!\w)")


def tells_status(text: str) -> bool:
    """Whether ``text`` says with which papers, or without which, a person is in the country."""
    return bool(_STATUS.search(spoken(re.sub("§+", " Paragraf ", text))))
