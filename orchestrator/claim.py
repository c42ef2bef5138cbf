"""The first two commits of a send: the claim, and the intent as the last moment to stop it.

Locks are always taken in this order: campaign, account, post.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, text
from sqlmodel import Session, select

from orchestrator import journal, media, uploads
from orchestrator.approve import cancel, content_digest
from orchestrator.attempts import attempts_of
from orchestrator.bill import left_to_pay
from orchestrator.due import must_wait
from orchestrator.eligible import is_gated
from orchestrator.elsewhere import remember
from orchestrator.ending import refused_on
from orchestrator.freeze import is_frozen
from orchestrator.i18n import _
from orchestrator.model import Account, Attempt, Campaign, Post, Tandem, UtcTime
from orchestrator.money import exceeds, spent_at
from orchestrator.pause import pauses, stops
from orchestrator.policy.finding import BLOCK
from orchestrator.policy.limiting import stopped_by_limit
from orchestrator.policy.text import public_text
from orchestrator.ports import Draft
from orchestrator.shift import Shift, Tally, about
from orchestrator.vocabulary import PostState, Show

# Longer than any call may last, so that a living worker keeps its post.
LEASE = timedelta(minutes=5)
# Plain statements, since a campaign claims by the thousand.
_CLAIM = text(
    "UPDATE post SET state = 'claimed', fence = fence + 1, claimed_by = :worker,"
    " lease_until = :until"
    " WHERE id = :id AND state = 'planned' AND approved_digest = digest"
).bindparams(bindparam("until", type_=UtcTime))
_FENCE = text("SELECT fence FROM post WHERE id = :id")


def claim(shift: Shift, post_id: int) -> int | None:
    """Make the post ours; the new fencing token, or None when another worker was quicker."""
    wanted = {"id": post_id, "worker": shift.worker, "until": shift.machine.now() + LEASE}
    with shift.store.plainly() as connection:
        if not connection.execute(_CLAIM, wanted).rowcount:
            return None
        return int(connection.execute(_FENCE, wanted).scalar_one())


def intend(
    shift: Shift, tally: Tally, post_id: int, fence: int, *, ahead: bool = False
) -> Draft | None:
    """Write down that we are about to send; None when something stops it after all.

    ``ahead``: the network is to publish it by itself, at its time.
    """
    with shift.store.session() as session:
        # A pause waits for this lock, and we see every pause that came before it.
        campaign = session.get_one(Campaign, shift.campaign_id, with_for_update={"read": True})
        account = account_of(session, post_id)
        post = session.exec(
            select(Post)
            .where(Post.id == post_id, Post.fence == fence, Post.state == PostState.CLAIMED)
            .with_for_update()
        ).one_or_none()
        if post is None:
            return None
        tandem = session.get_one(Tandem, post.tandem_id)
        moved = not ahead and post.due_at > shift.now
        if moved or _must_wait(session, shift, tally, campaign, account, post, tandem):
            _release(post)
            return None
        if reason := _refusal(session, shift, post, tandem, account):
            call_off(session, shift, tally, post, tandem, reason)
            return None
        post.state = PostState.SENDING
        attempt = note_attempt(session, shift, post)
        draft = _draft(session, post, ahead)
    remember(shift, attempt.id)
    return draft


def account_of(session: Session, post_id: int) -> Account:
    """The post's account, locked: money is counted by one worker after the other."""
    account_id = session.exec(select(Post.account_id).where(Post.id == post_id)).one()
    return session.get_one(Account, account_id, with_for_update={"key_share": True})


def _must_wait(
    session: Session,
    shift: Shift,
    tally: Tally,
    campaign: Campaign,
    account: Account,
    post: Post,
    tandem: Tandem,
) -> bool:
    """Whether it stays planned: a stop, the network's own wish, older words there, or money."""
    paused = stops(pauses(session, shift.campaign_id), post, tandem.slug)
    frozen = is_frozen(session, campaign)(post.network)
    outdated = post.handed_digest not in (None, post.digest) or post.handed_for is not None
    if paused or frozen or outdated or must_wait(account, shift):
        return True
    if not uploads.are_there(session, post, shift.now):
        return True
    cap = shift.settings.networks[post.network].spending_cap
    price = left_to_pay(shift, post, post.media)
    if exceeds(cap, spent_at(session, shift.campaign_id, post.network), price):
        tally.closed[post.network] = _("the cap on spending is reached")
        return True
    return False


def _release(post: Post) -> None:
    post.state = PostState.PLANNED
    post.claimed_by = post.lease_until = None


def _refusal(
    session: Session, shift: Shift, post: Post, tandem: Tandem, account: Account
) -> str | None:
    """Why this post must not go out after all: asked again, since a week may have passed."""
    if content_digest(post) != post.approved_digest:
        return _("its content is not what was approved")
    if account.remote_id != shift.settings.networks[post.network].account:
        return _("it was planned for another page or account; `tueroeffner plan` writes it anew")
    if not all(file_of(shift, each).is_file() for each in post.media):
        return uploads.missing()
    campaign = shift.settings.campaign
    told = public_text(post.text, post.link, (campaign.contact, campaign.link))
    if told.level == BLOCK:
        # Also when [campaign] contact is another one now: the old one is a stranger's.
        return _("{reason} `tueroeffner plan` writes it anew").format(reason=told.reason)
    if tandem.show is Show.REGION and is_gated(post):
        decisions = shift.settings.decisions(shift.now)
        if reason := stopped_by_limit(session, account.id, post.network, decisions):
            return reason  # a pilot may have ended since it was approved
    return not_eligible(session, shift, post, tandem)


def not_eligible(session: Session, shift: Shift, post: Post, tandem: Tandem) -> str | None:
    """Why nothing of the tandem may be seen on the day on which this post goes out."""
    day = max(shift.now, post.due_at).astimezone(shift.settings.campaign.zone).date()
    return refused_on(session, post, tandem, day, shift.settings.terms)


def call_off(
    session: Session, shift: Shift, tally: Tally, post: Post, tandem: Tandem, reason: str
) -> None:
    """Say that a post does not go out, and why; `plan` may write it anew."""
    cancel(post, reason)
    tally.cancelled += 1
    tally.alarm(about(post.id, f"{tandem.slug}: {reason}"))
    journal.record(
        session, shift.campaign_id, shift.now, shift.actor, "cancelled", f"post {post.id}"
    )


def note_attempt(session: Session, shift: Shift, post: Post) -> Attempt:
    """The number of the try and the digest of its exact bytes, before any socket is opened."""
    attempt = Attempt(
        post_id=post.id,
        number=len(attempts_of(session, post.id)) + 1,
        digest=post.digest,
        price_usd=left_to_pay(shift, post, post.media),
        sent_at=shift.now,
    )
    session.add(attempt)
    return attempt


def file_of(shift: Shift, file: Mapping[str, Any]) -> Path:
    """Where a picture or film of a post lies on this machine, as it is sent."""
    return media.path_of(shift.settings.folder, str(file["digest"]))


def _draft(session: Session, post: Post, ahead: bool) -> Draft:
    draft = Draft(
        post.text,
        post.link,
        post.mode,
        post.targeting,
        media=uploads.attached(session, post),
        made_with_ai=post.made_with_ai,
        place_id=post.place,
    )
    if ahead:
        return replace(draft, at=post.due_at)
    return replace(draft, draft_id=post.remote_id or "") if post.handed_digest else draft
