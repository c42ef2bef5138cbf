"""Who may be posted where: asked when planning, and again before every single send.

Nothing of a person is posted without a safety check, adulthood and consent for that network.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from orchestrator.i18n import _
from orchestrator.model import Consent, Post, Tandem
from orchestrator.vocabulary import FACE, MayWork, Show, TandemState

# Language → the version of the consent text in use.
Versions = Mapping[str, str]


class Reason(StrEnum):
    """Why nothing of a tandem goes out on a network."""

    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    NOT_SCREENED = "not_screened"
    NOT_PUBLIC = "not_public"
    NOT_ADULT = "not_adult"
    MAY_NOT_WORK = "may_not_work"
    NO_CONSENT = "no_consent"
    CONSENT_NOT_YET = "consent_not_yet"
    CONSENT_ENDED = "consent_ended"
    CONSENT_OTHER_TEXT = "consent_other_text"
    REGION_ONLY = "region_only"
    CAMPAIGN_OVER = "campaign_over"
    SHOWS_TOO_MUCH = "shows_too_much"
    NO_FACE = "no_face"
    FACE_BY_DATE = "face_by_date"


# These follow from calendar and configuration: somebody's own decision is another matter where
# clock or database are in doubt.
BY_CALENDAR = frozenset(
    {
        Reason.CONSENT_NOT_YET,
        Reason.CONSENT_ENDED,
        Reason.CONSENT_OTHER_TEXT,
        Reason.CAMPAIGN_OVER,
        Reason.FACE_BY_DATE,
    }
)


def is_gated(post: Post) -> bool:
    """Whether only the people of chosen towns can see it."""
    return post.mode == "hard" and bool(post.targeting)


def why_not(
    tandem: Tandem,
    consents: Sequence[Consent],
    network: str,
    on: date,
    *,
    gated: bool,
    versions: Versions,
) -> Reason | None:
    """The first reason against posting on the day ``on``, or None.

    ``gated``: whether the network can keep a post from people elsewhere; a person who may only
    be placed in a region appears nowhere else.
    """
    if tandem.state is TandemState.WITHDRAWN:
        return Reason.WITHDRAWN
    if tandem.state is TandemState.CLOSED:
        return Reason.CLOSED
    if tandem.show is None:
        return Reason.NOT_PUBLIC if tandem.screened_at else Reason.NOT_SCREENED
    if not tandem.adult:
        return Reason.NOT_ADULT
    if tandem.may_work is MayWork.NO:
        return Reason.MAY_NOT_WORK
    if tandem.show is Show.REGION and not gated:
        return Reason.REGION_ONLY
    return consent_missing(consents, network, on, versions)


def may_show_face(
    tandem: Tandem, consents: Sequence[Consent], on: date, versions: Versions
) -> bool:
    """Whether a picture may go with what is posted on that day; see :func:`why_no_face`."""
    return why_no_face(tandem, consents, on, versions) is None


def why_no_face(
    tandem: Tandem, consents: Sequence[Consent], on: date, versions: Versions
) -> Reason | None:
    """Why no picture may go with a post: any could show the face. None: one may."""
    if tandem.show is not Show.FULL:
        return Reason.SHOWS_TOO_MUCH
    own = [each for each in consents if each.person_id == tandem.refugee_id]
    missing = consent_missing(own, FACE, on, versions)
    if missing is None:
        return None
    return Reason.FACE_BY_DATE if missing in BY_CALENDAR else Reason.NO_FACE


def consent_missing(
    consents: Sequence[Consent], purpose: str, on: date, versions: Versions
) -> Reason | None:
    """Why one person's ``consents`` do not hold for a purpose on that day; None: they do."""
    given = [each for each in consents if each.purpose == purpose and each.withdrawn_at is None]
    if not given:
        return Reason.NO_CONSENT
    if all(each.given_on > on for each in given):
        return Reason.CONSENT_NOT_YET
    holding = [
        each
        for each in given
        if each.given_on <= on and (each.ends_on is None or on <= each.ends_on)
    ]
    if not holding:
        return Reason.CONSENT_ENDED
    current = any(versions.get(each.language) == each.version for each in holding)
    return None if current else Reason.CONSENT_OTHER_TEXT


def sentence(reason: Reason) -> str:
    """The reason in words, with what to do about it."""
    return {
        Reason.WITHDRAWN: _("consent was withdrawn"),
        Reason.CLOSED: _("the tandem is closed"),
        Reason.NOT_SCREENED: _("no safety check yet: `tueroeffner tandem screen`"),
        Reason.NOT_PUBLIC: _("by the safety check, nothing of this person may be public"),
        Reason.NOT_ADULT: _("not confirmed as an adult: fill in the column “adult”"),
        Reason.MAY_NOT_WORK: _("may not work (column “may_work”)"),
        Reason.NO_CONSENT: _("no consent for this network: ask with `tandem consent`"),
        Reason.CONSENT_NOT_YET: _("consent begins later"),
        Reason.CONSENT_ENDED: _("consent has ended: ask for a new one"),
        Reason.CONSENT_OTHER_TEXT: _(
            "consent was given to another text than the one in use: ask for a new one"
        ),
        Reason.REGION_ONLY: _(
            "may only be shown in the region, and this network cannot limit that"
        ),
        Reason.CAMPAIGN_OVER: _("the campaign's last day for posts is over"),
        Reason.SHOWS_TOO_MUCH: _(
            "it shows more than the safety check allows: `tueroeffner plan` writes it anew"
        ),
        Reason.NO_FACE: _(
            "no consent to show the face: `tueroeffner plan` writes it anew without the picture"
        ),
        Reason.FACE_BY_DATE: _(
            "the consent to show the face does not hold on that day, or is to another text:"
            " `tueroeffner plan` writes it anew without the picture"
        ),
    }[reason]


def why_left(tandem: Tandem) -> str:
    """Why nothing more of a tandem goes out, whatever is agreed; nothing where it takes part."""
    if tandem.erased_at:
        return _("the tandem was erased")
    match tandem.state:
        case TandemState.WITHDRAWN:
            return _("the tandem has withdrawn")
        case TandemState.CLOSED:
            return sentence(Reason.CLOSED)
        case _:
            return ""


def no_picture(tandem: Tandem, consents: Sequence[Consent], on: date, versions: Versions) -> str:
    """Why no picture of the person is shown on that day, in words; nothing where one may be."""
    if left := why_left(tandem):
        return left
    if tandem.show is None and not tandem.screened_at:
        return sentence(Reason.NOT_SCREENED)
    match why_no_face(tandem, consents, on, versions):
        case None:
            return ""
        case Reason.SHOWS_TOO_MUCH:
            return _("by the safety check, no picture of this person is shown")
        case Reason.NO_FACE:
            return _("no consent to show the face: ask with `tandem consent`")
        case _:
            return _("the consent to show the face does not hold then, or is to another text")
