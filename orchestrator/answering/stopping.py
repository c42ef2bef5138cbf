"""What stops an answer like any post: a pause, an older database, an account that is refused."""

from sqlmodel import Session

from orchestrator import conditions
from orchestrator.answering.case import Case
from orchestrator.errors import PersonNeeded
from orchestrator.freeze import is_frozen
from orchestrator.i18n import _
from orchestrator.model import Account, Campaign
from orchestrator.pause import pauses
from orchestrator.shift import Shift
from orchestrator.vocabulary import Scope


def refuse_stopped(
    session: Session, shift: Shift, campaign: Campaign, case: Case, account: Account | None
) -> None:
    """Refuse (exit 4) while anything stops it; the caller holds the campaign's row."""
    name = str(case.reply.network)
    stopping = {(Scope.ALL, ""), (Scope.NETWORK, name), (Scope.TANDEM, case.slug)}
    held = [row for row in pauses(session, shift.campaign_id) if (row.scope, row.name) in stopping]
    if held:
        raise PersonNeeded(
            _("It is stopped by `tueroeffner pause`, and so are answers."),
            remedy=_("`tueroeffner resume` lifts the stop."),
        )
    if is_frozen(session, campaign)(name):
        raise PersonNeeded(
            _("The database is an older copy: nothing is sent until that is settled."),
            remedy="tueroeffner run --release",
        )
    if account and conditions.rests(account):
        raise PersonNeeded(
            account.refusal or conditions.sentence(account.condition).format(network=name),
            remedy=conditions.way_back(account, shift.now),
        )
