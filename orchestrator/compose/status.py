"""Whether a public text tells a person's residence status: it says at most that they may work.

The words of the law in German, English and Arabic, and what people call them. That somebody
fled is their story to tell; which paper they got for it is nobody's business.
"""

import re

from orchestrator.unsaid import spoken

# Spelled as ``spoken`` gives it: small letters, no dots, no hamza, ه for ة.
_GERMAN = (
    # "Helferkreis Asyl" and "Asylberatung" are places where people help.
    r"(?<!kreis )(?<!team )asyl(?!helfer|hilfe|kreis|arbeit|beratung|cafe|gruppe)\w*",
    r"\w*duldung\w*|geduldeter?|geduldeten",
    r"(?:bin|bist|ist|sind|bleibe|lebe|wohne)(?: (?!nicht|kein)\w+){0,3} geduldet|nur geduldet",
    r"(?:aufenthalts)?gestattung(?:en)?|aufenthg|bamf",
    r"aufenthalts?(?:titel|erlaubnis|bewilligung|status|recht|papier|karte|genehmigung|gesetz)\w*",
    r"(?:un)?(?:sicherer|geklarter|befristeter|unbefristeter|legaler) aufenthalt",
    r"niederlassungserlaubnis|fiktionsbescheinigung",
    r"fl(?:u|ue)chtlings(?:status|eigenschaft|anerkennung|ausweis|pass|schutz)",
    r"(?:an)?erkannt(?:er|e|en|es)? (?:fl(?:u|ue)chtling|gefl(?:u|ue)chtet)\w*",
    r"als fl(?:u|ue)chtling (?:an)?erkannt",
    r"subsidi(?:a|ae)r\w* (?:schutz\w*|geschutzt\w*)|vor(?:u|ue)bergehend\w* schutz",
    r"abschiebe?\w*|abgeschoben|ausreisepflicht\w*|bleiberecht\w*|h(?:a|ae)rtefallkommission",
    r"ausl(?:a|ae)nder(?:beh(?:o|oe)rde|amt)\w*|paragra(?:f|ph) 24",
)
_ENGLISH = (
    r"asylum(?: ?seeker)?s?|tolerated stay|(?:toleration|tolerated) (?:permit|status|person)",
    r"(?:am|are|is|been|only) tolerated|suspension of deportation|deport(?:ed|ation|able)",
    r"(?:residen(?:ce|cy|t)|immigration|refugee|protection|migration) (?:permit|status|title)s?",
    r"(?:recogni[sz]ed|registered|accepted) refugee|refugee recognition|leave to remain",
    r"(?:subsidiary|temporary|humanitarian|international) protection|permission to (?:stay|remain)",
    r"undocumented|section 24|settlement permit|blue ?card",
)
_ARABIC = (
    r"(?:[وفبلك]{0,2}(?:ال)?)لجوء\w*",
    r"(?:تصريح|رخصه|اذن|بطاقه|وضع|حق) (?:ال)?اقامه\w*|[وفبلك]{0,2}(?:ال)?اقامتي",
    r"(?:ال)?حمايه (?:ال)?(?:ثانويه|فرعيه|موقته|دوليه|انسانيه)",
    r"(?:وضع|صفه|حاله|معترف به|معترف بها) (?:ك)?(?:ال)?لاجي\w*",
    r"لاجيه? معترف\w*|[وفبلك]{0,2}(?:ال)?ترحيل\w*|دولدون[غج]|دولدن[غج]",
    r"وقف (?:ال)?ترحيل|(?:دايره|مكتب) (?:ال)?اجانب",
)
_STATUS = re.compile(rf"(?<!\w)(?:{'|'.join((*_GERMAN, *_ENGLISH, *_ARABIC))})(?!\w)")


def tells_status(text: str) -> bool:
    """Whether ``text`` says with which papers, or without which, a person is in the country."""
    return bool(_STATUS.search(spoken(text.replace("§", " Paragraf "))))
