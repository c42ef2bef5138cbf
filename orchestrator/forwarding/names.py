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
    return {Way.MAIL: _("by mail"), Way.SHEET: _("on a sheet"), Way.CALL: _("by phone")}[way]


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
    """A state in a word or two."""
    return {
        OfferState.NEW: _("new"),
        OfferState.CHECKED: _("checked"),
        OfferState.FORWARDED: _("forwarded"),
        OfferState.RECEIVED: _("received by the tandem"),
        OfferState.CONTACTED: _("in contact"),
        OfferState.TRIAL: _("trial work"),
        OfferState.OFFER: _("an offer was made"),
        OfferState.PERMIT_PENDING: _("the work permit is awaited"),
        OfferState.STARTED: _("work has started"),
        OfferState.KEPT_4W: _("still at work after 4 weeks"),
        OfferState.KEPT_6M: _("still at work after 6 months"),
        OfferState.NO_FIT: _("it did not fit"),
        OfferState.FILLED: _("somebody else got it"),
        OfferState.DECLINED: _("declined by the tandem"),
        OfferState.PERMIT_REFUSED: _("the work permit was refused"),
        OfferState.UNSAFE: _("unsafe"),
        OfferState.WITHDRAWN: _("taken back"),
    }[state]
