"""Taking a tandem's two people out of every row; the figures stay.

Consents stay as bare facts (purpose, dates, version of the text): they prove that what was posted
was allowed to be, and with the people's keys gone they name nobody.
"""

from datetime import datetime

from sqlmodel import Session, col, delete, func, select

from orchestrator import learning, people, replies
from orchestrator.attempts import attempts_of
from orchestrator.copies import close_look
from orchestrator.erasure.extent import replies_of
from orchestrator.keys import CampaignKey
from orchestrator.model import (
    Advert,
    Appeal,
    Attempt,
    Audience,
    Consent,
    Evidence,
    Medium,
    Pause,
    Person,
    Post,
    Reply,
    Tandem,
    Upload,
)
from orchestrator.vocabulary import MayWork, PostState, Scope, TandemState

_NEVER_OUT = (PostState.PLANNED, PostState.CLAIMED)
_PERHAPS_OUT = (
    PostState.SENDING,
    PostState.SCHEDULED,
    PostState.PUBLISHED,
    PostState.UNKNOWN,
)


def mark_of(key: CampaignKey, slug: str) -> str:
    """A keyed digest by which an import knows the row of somebody who was erased."""
    return key.digest(f"erased:{slug}")


def forget(session: Session, tandem: Tandem, now: datetime, mark: str) -> None:
    """Blank a tandem in the caller's transaction; doing it twice changes nothing more.

    ``mark``: see :func:`mark_of`. In a restored copy a post may be written down as live: all came
    down before the erasure.
    """
    _forget_replies(session, tandem, now)
    _forget_posts(session, tandem)
    _forget_adverts(session, tandem)
    _forget_consents(session, tandem, now)
    _forget_rows(session, tandem)
    for number in (tandem.refugee_id, tandem.volunteer_id):
        people.shred(session, session.get_one(Person, number))
    _blank(session, tandem, now)
    tandem.place_digest = mark
    session.flush()


def _forget_replies(session: Session, tandem: Tandem, now: datetime) -> None:
    for reply in replies_of(session, tandem):
        if reply.evidence_since is None:
            replies.forget(session, reply, now)
            learning.forget_of(session, reply)


def forget_sender(session: Session, person: Person, now: datetime) -> None:
    """Let go of somebody whose key was taken out, and of what they wrote."""
    people.shred(session, person)
    for reply in session.exec(select(Reply).where(Reply.person_id == person.id)).all():
        replies.forget(session, reply, now)
        learning.forget_of(session, reply)


def _forget_posts(session: Session, tandem: Tandem) -> None:
    for post in session.exec(select(Post).where(Post.tandem_id == tandem.id)).all():
        if post.state in _NEVER_OUT:
            post.state = PostState.CANCELLED
        elif post.state in _PERHAPS_OUT:
            post.state = PostState.WITHDRAWN
        post.text = post.link = post.digest = post.place = ""
        post.media, post.made_with_ai, post.rewording = [], False, None
        post.targeting = post.permalink = post.remote_id = post.error = None
        post.approved_digest = post.handed_digest = post.handed_for = None
        post.claimed_by = post.lease_until = post.hidden_at = post.show = post.rewording = None
        for attempt in attempts_of(session, post.id):
            _forget_attempt(attempt)


def _forget_adverts(session: Session, tandem: Tandem) -> None:
    """Money and figures stay, and by which number the network is told that it must not run."""
    for advert in session.exec(select(Advert).where(Advert.tandem_id == tandem.id)).all():
        advert.targeting, advert.digest = {}, ""
        advert.approved_digest = advert.review = advert.error = None


def _forget_attempt(attempt: Attempt) -> None:
    attempt.digest = attempt.detail = ""
    close_look(attempt)


def _forget_consents(session: Session, tandem: Tandem, now: datetime) -> None:
    for consent in session.exec(select(Consent).where(Consent.tandem_id == tandem.id)).all():
        consent.evidence_id = None
        consent.withdrawn_at = consent.withdrawn_at or now
    session.flush()


def _forget_rows(session: Session, tandem: Tandem) -> None:
    persons = (tandem.refugee_id, tandem.volunteer_id)
    session.exec(delete(Evidence).where(col(Evidence.person_id).in_(persons)))
    session.exec(delete(Appeal).where(col(Appeal.tandem_id) == tandem.id))
    session.exec(delete(Medium).where(col(Medium.tandem_id) == tandem.id))
    posts = select(Post.id).where(Post.tandem_id == tandem.id)
    session.exec(delete(Upload).where(col(Upload.post_id).in_(posts)))
    session.exec(delete(Audience).where(col(Audience.tandem_id) == tandem.id))
    session.exec(
        delete(Pause).where(
            col(Pause.campaign_id) == tandem.campaign_id,
            col(Pause.scope) == Scope.TANDEM,
            col(Pause.name) == tandem.slug,
        )
    )


def _blank(session: Session, tandem: Tandem, now: datetime) -> None:
    """Region, country and partner stay for the figures; nothing of them is shown any more."""
    tandem.public_name = tandem.trade = tandem.link = tandem.media = ""
    tandem.town = tandem.reach_mode = ""
    tandem.made_with_ai = False
    tandem.place_id = tandem.town_people = tandem.floor_km = 0
    tandem.lat = tandem.lon = 0.0
    tandem.radius_km = tandem.show = None
    tandem.away_from = tandem.away_until = None
    tandem.adult, tandem.may_work, tandem.volunteer_lang = False, MayWork.UNKNOWN, "de"
    tandem.state, tandem.posts_down = TandemState.WITHDRAWN, False
    if tandem.erased_at is None:
        tandem.erased_at = now
        tandem.slug = _free_name(session, tandem)


def _free_name(session: Session, tandem: Tandem) -> str:
    name, number = f"erased-{tandem.id}", 1
    while _is_taken(session, tandem, name):
        number += 1
        name = f"erased-{tandem.id}-{number}"
    return name


def _is_taken(session: Session, tandem: Tandem, slug: str) -> bool:
    others = select(func.count()).select_from(Tandem)
    others = others.where(Tandem.campaign_id == tandem.campaign_id, Tandem.slug == slug)
    return session.exec(others.where(Tandem.id != tandem.id)).one() > 0
