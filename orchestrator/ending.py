"""Which post of a person may be seen: why it must not go out, and why it has to come down.

``eligible`` says of whom something may be posted at all; here are the posts with their words. A
consent to another text than the one in use lets nothing new go out, but what it once allowed may
stay.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from orchestrator.eligible import Reason, Versions, is_gated, why_no_face, why_not
from orchestrator.eligible import sentence as refusal
from orchestrator.i18n import _
from orchestrator.model import Consent, Post, Tandem
from orchestrator.settings import Campaign as CampaignSettings
from orchestrator.vocabulary import FACE, PostState, Show, TandemState

# From the widest to the narrowest: how much of a person may be seen.
_NARROWER = (Show.FULL, Show.NO_FACE, Show.ALIAS, Show.REGION)


class Ending(StrEnum):
    """Why a published post has to come down."""

    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    NOT_PUBLIC = "not_public"
    SHOWS_TOO_MUCH = "shows_too_much"
    NOT_ADULT = "not_adult"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_ENDED = "consent_ended"
    FACE_WITHDRAWN = "face_withdrawn"
    FACE_ENDED = "face_ended"
    CAMPAIGN_OVER = "campaign_over"


# These follow from the calendar alone: they need a clock and a database that can be trusted.
BY_DATE = frozenset({Ending.CONSENT_ENDED, Ending.FACE_ENDED, Ending.CAMPAIGN_OVER})


@dataclass(frozen=True)
class MustGo:
    """A published post that has to come down, and why."""

    post: Post
    tandem: Tandem
    why: Ending


@dataclass(frozen=True)
class Until:
    """The campaign's day, and its last day for posts."""

    today: date
    last_day: date


def until_of(campaign: CampaignSettings, now: datetime) -> Until:
    """Both, as the configuration has them."""
    return Until(now.astimezone(campaign.zone).date(), campaign.last_day)


@dataclass(frozen=True)
class Terms:
    """What the configuration says of new posts: the consent texts in use, the last day."""

    versions: Versions
    last_day: date


def why_not_out(
    post: Post, tandem: Tandem, consents: Sequence[Consent], day: date, terms: Terms
) -> Reason | None:
    """Why this post must not go out on that day; None: it may.

    ``consents``: those of the person who is shown.
    """
    gated, versions = is_gated(post), terms.versions
    if reason := why_not(tandem, consents, post.network, day, gated=gated, versions=versions):
        return reason
    if tells_more(post, tandem.show):
        return Reason.SHOWS_TOO_MUCH
    if post.media and (reason := why_no_face(tandem, consents, day, versions)):
        return reason
    return Reason.CAMPAIGN_OVER if day > terms.last_day else None


def refused_on(session: Session, post: Post, tandem: Tandem, day: date, terms: Terms) -> str | None:
    """The same as a sentence, with the consents as they are now."""
    consents = session.exec(select(Consent).where(Consent.person_id == tandem.refugee_id)).all()
    reason = why_not_out(post, tandem, consents, day, terms)
    return refusal(reason) if reason else None


def must_go(
    session: Session,
    campaign_id: int,
    until: Until,
    tandems: Collection[int] | None = None,
    posts: Collection[int] | None = None,
) -> list[MustGo]:
    """Every published post (of these, or of all) that has to be down by now, by number."""
    found = []
    consents = consents_of(session, campaign_id)
    for post, tandem in published(session, campaign_id, tandems, posts):
        given = consents.get(tandem.refugee_id, ())
        if why := why_down(post, tandem, given, until.today, until.last_day):
            found.append(MustGo(post, tandem, why))
    return found


def published(
    session: Session,
    campaign_id: int,
    tandems: Collection[int] | None = None,
    posts: Collection[int] | None = None,
) -> Sequence[tuple[Post, Tandem]]:
    """The published posts (of these, or all), each with its tandem, by number."""
    rows = select(Post, Tandem).join(Tandem, col(Post.tandem_id) == Tandem.id)
    rows = rows.where(Post.campaign_id == campaign_id, Post.state == PostState.PUBLISHED)
    if tandems is not None:
        rows = rows.where(col(Post.tandem_id).in_(tandems))
    if posts is not None:
        rows = rows.where(col(Post.id).in_(posts))
    return session.exec(rows.order_by(col(Post.id))).all()


def consents_of(session: Session, campaign_id: int) -> dict[int, list[Consent]]:
    """All consents of a campaign's people, by person."""
    of_person: dict[int, list[Consent]] = {}
    rows = select(Consent).join(Tandem, col(Tandem.id) == Consent.tandem_id)
    for each in session.exec(rows.where(Tandem.campaign_id == campaign_id)):
        of_person.setdefault(each.person_id, []).append(each)
    return of_person


def why_down(
    post: Post, tandem: Tandem, consents: Sequence[Consent], today: date, last_day: date
) -> Ending | None:
    """Why this published post has to come down by now; None: it may stay.

    ``consents``: those of the person who is shown; ``last_day``: the campaign's for all posts.
    """
    if reason := _by_tandem(post, tandem):
        return reason
    for purpose, (withdrawn, ended) in _needed(post).items():
        given = [each for each in consents if each.purpose == purpose]
        if not [each for each in given if each.withdrawn_at is None]:
            return withdrawn
        until = _until(given)
        if until is not None and until < today:
            return ended
    return Ending.CAMPAIGN_OVER if last_day < today else None


def _needed(post: Post) -> dict[str, tuple[Ending, Ending]]:
    """The purposes without whose consent it cannot stay: what it is when withdrawn, when ended."""
    needed = {post.network: (Ending.CONSENT_WITHDRAWN, Ending.CONSENT_ENDED)}
    return needed | ({FACE: (Ending.FACE_WITHDRAWN, Ending.FACE_ENDED)} if post.media else {})


def stays_until(post: Post, consents: Sequence[Consent], last_day: date) -> date:
    """The last day on which a published post may be seen, as things stand."""
    needed = ([each for each in consents if each.purpose == purpose] for purpose in _needed(post))
    return min([last_day, *(until for given in needed if (until := _until(given)))])


def _by_tandem(post: Post, tandem: Tandem) -> Ending | None:
    if tandem.state is TandemState.WITHDRAWN:
        return Ending.WITHDRAWN
    if tandem.state is TandemState.CLOSED and tandem.posts_down:
        return Ending.CLOSED
    if not tandem.adult:
        return Ending.NOT_ADULT
    if tandem.show is None:
        return Ending.NOT_PUBLIC if tandem.screened_at else None
    return Ending.SHOWS_TOO_MUCH if tells_more(post, tandem.show) else None


def tells_more(post: Post, show: Show | None) -> bool:
    """Whether a published post tells more of the person than may be seen.

    In words, ``full`` tells no more than ``no-face``; any picture may show the face.
    """
    if post.media and show is not Show.FULL:
        return True
    if post.show is Show.FULL and show is Show.NO_FACE:
        return False
    return shows_more(post.show or show, show)


def shows_more(one: Show | None, other: Show | None) -> bool:
    """Whether ``one`` shows more of a person than ``other``; None shows nothing at all."""
    return _rank(one) < _rank(other)


def _rank(show: Show | None) -> int:
    return _NARROWER.index(show) if show else len(_NARROWER)


def _until(given: Sequence[Consent]) -> date | None:
    """The last day of the consents that were not withdrawn; None: they have no end."""
    ends = [each.ends_on for each in given if each.withdrawn_at is None]
    return None if not ends or None in ends else max(end for end in ends if end)


def sentence(reason: Ending) -> str:
    """The reason in words."""
    return {
        Ending.WITHDRAWN: _("consent was withdrawn"),
        Ending.CLOSED: _("the tandem is closed"),
        Ending.NOT_PUBLIC: _("by the safety check, nothing of this person may be public"),
        Ending.SHOWS_TOO_MUCH: _("it shows more of the person than the safety check allows by now"),
        Ending.NOT_ADULT: _("the person is not confirmed as an adult any more"),
        Ending.CONSENT_WITHDRAWN: _("consent for this network was withdrawn"),
        Ending.CONSENT_ENDED: _("consent has ended"),
        Ending.FACE_WITHDRAWN: _("consent to show the face was withdrawn"),
        Ending.FACE_ENDED: _("consent to show the face has ended"),
        Ending.CAMPAIGN_OVER: _("the campaign's last day for posts is over"),
    }[reason]
