"""Trying a post once more that was refused or too late. It is planned, not sent."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from orchestrator import journal, uploads
from orchestrator.approve import content_digest
from orchestrator.attempts import unclear
from orchestrator.decide.case import Case, case_of, changed_meanwhile, locked
from orchestrator.ending import Terms, refused_on
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.model import Campaign, Post, Tandem
from orchestrator.pause import pauses, stops
from orchestrator.store import Store
from orchestrator.vocabulary import PostState

_OVER = (PostState.REJECTED, PostState.EXPIRED)


def may_be_there(case: Case) -> bool:
    """Whether one of its tries had no answer: sending it anew might be saying it twice."""
    return any(map(unclear, case.tries))


def refuse(store: Store, case: Case, now: datetime, terms: Terms) -> None:
    """Say why this post is not tried again, where it is not."""
    if case.post.state not in _OVER:
        raise _no(case, *_not_over(case))
    if case.post.handed_digest is not None:
        raise _no(
            case,
            _("the network has not given it back yet"),
            _("Run `tueroeffner run --once`, then try it again."),
        )
    if not case.post.approved_digest == case.post.digest == content_digest(case.post):
        raise _no(
            case,
            _("nobody has approved it as it is"),
            _("`tueroeffner plan` makes other posts of the same appeal."),
        )
    with store.reading() as session:
        reason = _not_eligible(session, case.post, now, terms)
    if reason:
        raise _no(
            case, reason, _("`tueroeffner tandem show {slug}` tells more.").format(slug=case.slug)
        )


def retry(store: Store, campaign_id: int, case: Case, now: datetime, actor: str) -> Case:
    """Plan it again as it is; every guard of a send still stands before it."""
    with store.session(patient=True) as session:
        session.get(Campaign, campaign_id, with_for_update={"key_share": True})
        post = locked(session, case)
        if post is None:
            raise changed_meanwhile(case)
        if post.state is PostState.REJECTED:
            uploads.begin_anew(session, post)  # perhaps it was for the sake of a picture
        post.state, post.error = PostState.PLANNED, None
        post.claimed_by = post.lease_until = None
        # A person wants it now: that it is late must not end it a second time.
        post.held_at = now if post.due_at <= now else None
        was = case.post.state.value
        journal.record(session, campaign_id, now, actor, "retried", f"post {post.id}", was=was)
    return case_of(store, campaign_id, case.post.id)


def is_stopped(store: Store, case: Case) -> bool:
    """Whether a stop keeps it from going out."""
    with store.reading() as session:
        return stops(pauses(session, case.post.campaign_id), case.post, case.slug)


def _no(case: Case, reason: str, remedy: str) -> UsageProblem:
    what = _("{post} is not tried again: {reason}.").format(post=case.heading, reason=reason)
    return UsageProblem(what, remedy=remedy)


def _not_over(case: Case) -> tuple[str, str]:
    show = _("`tueroeffner post show {number}` tells more.").format(number=case.post.id)
    sending = _("it is being sent at this moment"), show
    return {
        PostState.PLANNED: (_("it is planned, and goes out by itself"), show),
        PostState.CLAIMED: sending,
        PostState.SENDING: sending,
        PostState.SCHEDULED: (_("the network holds it, and publishes it at its time"), show),
        PostState.PUBLISHED: (_("it is live"), show),
        PostState.UNKNOWN: (
            _("nobody knows yet whether it is live"),
            _("Find out with `tueroeffner post settle {number}`.").format(number=case.post.id),
        ),
        PostState.CANCELLED: (
            _("it was called off"),
            _(
                "`tueroeffner plan` writes it anew, `tueroeffner approve {slug}` lets it go out."
            ).format(slug=case.slug),
        ),
        PostState.WITHDRAWN: (
            _("it was live, and was taken down"),
            _("`tueroeffner plan` makes other posts of the same appeal."),
        ),
    }[case.post.state]


def _not_eligible(session: Session, post: Post, now: datetime, terms: Terms) -> str | None:
    day = max(now, post.due_at).astimezone(ZoneInfo(post.zone)).date()
    return refused_on(session, post, session.get_one(Tandem, post.tandem_id), day, terms)
