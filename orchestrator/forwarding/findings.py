"""What a check found out about an offer, in the words of whoever gets it."""

from sqlmodel import Session

from orchestrator import i18n, vetting
from orchestrator.forwarding.wording import Words
from orchestrator.model import Reply, Tandem
from orchestrator.vetting.answers import Answers, answers_from
from orchestrator.vetting.pay import Pay
from orchestrator.vetting.sums import count_of, money

_MONEY = {"CH": "CHF", "LI": "CHF"}


def found(session: Session, reply: Reply, tandem: Tandem, words: Words) -> list[tuple[str, str]]:
    """Pay and hours, as far as they are known; of a check that still counts."""
    vetted = vetting.state_of(session, reply)
    if vetted.check is None or vetted.edited:
        return []
    answers = answers_from(vetted.check.answers)
    with i18n.speaking(words.language):
        said = {"pay": _pay(answers.pay, tandem.country, words), "hours": _hours(answers, words)}
    return [(words.sentences[name], each) for name, each in said.items() if each]


def _pay(pay: Pay | None, country: str, words: Words) -> str:
    if pay is None:
        return ""
    amounts = [money(each) for each in (pay.least, pay.most) if each is not None]
    unit = words.say(f"per_{pay.unit}", amount=f"{'–'.join(amounts)} {_MONEY.get(country, '€')}")
    return words.say("net", amount=unit) if pay.net else unit


def _hours(answers: Answers, words: Words) -> str:
    if answers.hours is None:
        return ""
    return words.say(f"per_{answers.hours.per}", amount=count_of(answers.hours))
