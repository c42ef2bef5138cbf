"""Who may be posted where: asked when planning, and again before every single send.

Nothing of a person is posted without a safety check, adulthood and consent for that network.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from sqlmodel import Session, select

from orchestrator.i18n import _
from orchestrator.model import Consent, Post, Tandem
from orchestrator.vocabulary import MayWork, Show, TandemState


class Reason(StrEnum):
    """Why nothing of a tandem goes out on a network."""

    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    NOT_SCREENED = "not_screened"
    NOT_ADULT = "not_adult"
    MAY_NOT_WORK = "may_not_work"
    NO_CONSENT = "no_consent"
    CONSENT_NOT_YET = "consent_not_yet"
    CONSENT_ENDED = "consent_ended"
    REGION_ONLY = "region_only"


def reason_on(session: Session, post: Post, tandem: Tandem, day: date) -> str | None:
    """Why nothing of the tandem may be seen where this post goes out, on that day; None: it may."""
    consents = session.exec(select(Consent).where(Consent.person_id == tandem.refugee_id)).all()
    reason = why_not(tandem, consents, post.network, day, gated=is_gated(post))
    return sentence(reason) if reason else None


def is_gated(post: Post) -> bool:
    """Whether only the people of chosen towns can see it."""
    return post.mode == "hard" and bool(post.targeting)


def why_not(
    tandem: Tandem, consents: Sequence[Consent], network: str, on: date, *, gated: bool
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
        return Reason.NOT_SCREENED
    if not tandem.adult:
        return Reason.NOT_ADULT
    if tandem.may_work is MayWork.NO:
        return Reason.MAY_NOT_WORK
    if tandem.show is Show.REGION and not gated:
        return Reason.REGION_ONLY
    return _consent_missing(consents, network, on)


def _consent_missing(consents: Sequence[Consent], network: str, on: date) -> Reason | None:
    given = [each for each in consents if each.purpose == network and each.withdrawn_at is None]
    if not given:
        return Reason.NO_CONSENT
    if all(each.given_on > on for each in given):
        return Reason.CONSENT_NOT_YET
    if not any(
        each.given_on <= on and (each.ends_on is None or on <= each.ends_on) for each in given
    ):
        return Reason.CONSENT_ENDED
    return None


def sentence(reason: Reason) -> str:
    """The reason in words, with what to do about it."""
    return {
        Reason.WITHDRAWN: _("consent was withdrawn"),
        Reason.CLOSED: _("the tandem is closed"),
        Reason.NOT_SCREENED: _("no safety check yet: fill in the column “show”"),
        Reason.NOT_ADULT: _("not confirmed as an adult: fill in the column “adult”"),
        Reason.MAY_NOT_WORK: _("may not work (column “may_work”)"),
        Reason.NO_CONSENT: _("no consent for this network"),
        Reason.CONSENT_NOT_YET: _("consent begins later"),
        Reason.CONSENT_ENDED: _("consent has ended: ask for a new one"),
        Reason.REGION_ONLY: _(
            "may only be shown in the region, and this network cannot limit that"
        ),
    }[reason]
