"""Steps, ways and states as a person reads them."""

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.vocabulary import OfferState, Step, Way


def step_word(step: Step) -> str:
    """Who is turned to."""
    return {
        Step.FORWARD: _("the volunteer"),
        Step.REMINDER: _("the volunteer, once more"),
        Step.BACKUP: _("the backup contact"),
        Step.PARTNER: _("the partner"),
    }[step]


def way_word(way: Way) -> str:
    """How."""
    return {Way.MAIL: _("by e-mail"), Way.SHEET: _("on a sheet"), Way.CALL: _("by a call")}[way]


def state_of(text: str) -> OfferState:
    """Read a state as a person types it; any other word is refused with all there are."""
    try:
        return OfferState(text.strip().lower().replace("-", "_").replace(" ", "_"))
    except ValueError as error:
        raise UsageProblem(
            _("There is no outcome “{state}”.").format(state=text),
            remedy=_("Use one of: {names}").format(names=", ".join(OfferState)),
        ) from error


def state_word(state: OfferState) -> str:
    """A state in a word or two: the same as in the report, whose words are translated further."""
    return {
        OfferState.NEW: _("new, not looked at yet"),
        OfferState.CHECKED: _("checked"),
        OfferState.FORWARDED: _("handed over to the tandem"),
        OfferState.RECEIVED: _("received by the tandem"),
        OfferState.CONTACTED: _("in contact"),
        OfferState.TRIAL: _("trial day or internship"),
        OfferState.OFFER: _("contract offered"),
        OfferState.PERMIT_PENDING: _("waiting for the work permit"),
        OfferState.STARTED: _("started work"),
        OfferState.KEPT_4W: _("still at work after four weeks"),
        OfferState.KEPT_6M: _("still at work after six months"),
        OfferState.NO_FIT: _("did not fit"),
        OfferState.FILLED: _("place already filled"),
        OfferState.DECLINED: _("declined"),
        OfferState.PERMIT_REFUSED: _("work permit refused"),
        OfferState.UNSAFE: _("not safe, not passed on"),
        OfferState.WITHDRAWN: _("offer taken back"),
    }[state]
