"""What may be wrong with an offer, by the names under which it is kept."""

from collections.abc import Callable
from enum import StrEnum

from orchestrator.i18n import _


class Risk(StrEnum):
    """A warning; each fires by a rule over the offer's words or over what was answered."""

    CASH = "cash"
    LOW_PAY = "low_pay"
    UNPAID_TRIAL = "unpaid_trial"
    HOUSING = "housing"
    LIVE_IN = "live_in"
    DOCUMENTS = "documents"
    MONEY = "money"
    PRIVATE_HOME = "private_home"
    UNKNOWN_EMPLOYER = "unknown_employer"
    UNREACHABLE = "unreachable"


def risk_words(risk: Risk) -> str:
    """What the warning says, in the user's language."""
    words: dict[Risk, Callable[[], str]] = {
        Risk.CASH: lambda: _("pay in cash, or without registration"),
        Risk.LOW_PAY: lambda: _("pay below the minimum wage"),
        Risk.UNPAID_TRIAL: lambda: _("a long trial without pay"),
        Risk.HOUSING: lambda: _("a place to live that depends on the job"),
        Risk.LIVE_IN: lambda: _("living where one works"),
        Risk.DOCUMENTS: lambda: _("asks for a passport or an identity card"),
        Risk.MONEY: lambda: _("asks for money"),
        Risk.PRIVATE_HOME: lambda: _("a meeting at a private home"),
        Risk.UNKNOWN_EMPLOYER: lambda: _("nobody knows who the employer is"),
        Risk.UNREACHABLE: lambda: _("the employer cannot be reached"),
    }
    return words[risk]()
