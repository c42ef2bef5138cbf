"""Uploading: pictures and films are brought to a network before the post that shows them.

Nobody sees what was uploaded, so that it may be begun ahead, go on after a cut, and be done anew.
What may not be posted is not uploaded either, and an upload ends within one part when somebody
stops the post: a picture of a person who withdrew stays in the house. While it lasts no row is
locked, and what is due is sent by others.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from time import sleep
from typing import Any

from sqlalchemy import ColumnElement, String, cast, or_
from sqlmodel import Session, col, select

from orchestrator import bill, uploads
from orchestrator.bill import left_to_pay
from orchestrator.claim import account_of, call_off, file_of, not_eligible, note_attempt
from orchestrator.due import hindrances
from orchestrator.elsewhere import may_send
from orchestrator.freeze import is_frozen
from orchestrator.i18n import _
from orchestrator.model import Campaign, Post, Tandem, Upload
from orchestrator.money import exceeds, spent_at
from orchestrator.outcome import note
from orchestrator.ports import (
    Attachment,
    Holding,
    Network,
    OutcomeUnknown,
    Rejected,
    Uploaded,
    Uploading,
)
from orchestrator.shift import Shift, Tally, about
from orchestrator.turns import turn
from orchestrator.visits import Visits, beside
from orchestrator.vocabulary import MediaKind, Outcome, PostState

log = logging.getLogger("tueroeffner")

# So far ahead of its post a file is brought there, where nothing is handed over even earlier.
AHEAD = timedelta(hours=2)
# For so long one pass goes on with the uploads on one network.
_LONGEST = timedelta(minutes=30)
# So often a network that names no time is asked again in vain how far it is.
_ASKED = 5
# For so long a daily job waits until a network has looked at a file, since its next pass is a day
# away; and for so many seconds at a time, so that a stop is heard.
_PATIENCE = timedelta(minutes=5)
_NAP = 10.0


class _Stopped(Exception):
    """Somebody stops the post, or this program."""


@dataclass(frozen=True)
class _Job:
    """One file of a post that its network does not have yet; ``digest``: see ``Upload``."""

    post_id: int
    position: int
    digest: str
    content: str
    file: Attachment
    so_far: Uploaded


def upload(shift: Shift, tally: Tally, *, only_due: bool = False, ahead: bool = False) -> None:
    """Bring the files of approved posts to their networks.

    As late as can be, since an upload ends there after a while, and is charged again with the next:
    of what this pass put aside to send it, and of what it hands over, if not ``only_due``; first
    what was tried longest ago. ``ahead``: of all that is due soon, the next post's first, for a
    scheduler, which comes back in time to send it.
    """
    with shift.store.reading() as session:
        queues = {
            name: [post.id for post in _lacking(session, shift, name, when, ahead)]
            for name, network in shift.networks.items()
            if isinstance(network, Uploading)
            for when in [_soon(shift, network) if ahead else _now(shift, tally, network, only_due)]
        }
    queues = {name: posts for name, posts in queues.items() if posts}
    if queues:
        hindrance = cache(may_send(shift, tally))
        free = {name: posts for name, posts in queues.items() if hindrance(name) is None}
        beside(shift, tally, free, _in_turn)


def _now(shift: Shift, tally: Tally, network: Network, only_due: bool) -> ColumnElement[bool]:
    """Whether a post goes out with this pass, or to a network that holds it."""
    put_aside = col(Post.id).in_(tally.aside)
    if only_due or not isinstance(network, Holding):
        return put_aside
    held = col(Post.due_at).between(
        shift.now + network.soonest, shift.now + _held_ahead(shift, network)
    )
    return or_(put_aside, held)


def _soon(shift: Shift, network: Network) -> ColumnElement[bool]:
    return col(Post.due_at) <= shift.now + max(AHEAD, _held_ahead(shift, network))


def _held_ahead(shift: Shift, network: Network) -> timedelta:
    if not isinstance(network, Holding):
        return timedelta()
    return min(shift.settings.networks[network.name].hand_over, network.latest)


def _lacking(
    session: Session, shift: Shift, name: str, when: ColumnElement[bool], ahead: bool
) -> list[Post]:
    """The posts of one network that lack a file, and that nothing else keeps back."""
    posts = session.exec(
        select(Post)
        .where(
            Post.campaign_id == shift.campaign_id,
            Post.network == name,
            Post.state == PostState.PLANNED,
            when,
            Post.approved_digest == Post.digest,
            cast(col(Post.media), String) != "[]",
        )
        .order_by(col(Post.due_at), col(Post.id))
    ).all()
    lacking = [each for each in posts if not uploads.are_there(session, each, shift.now)]
    if not ahead:
        lacking.sort(key=partial(uploads.tried_at, session))
    return [
        each
        for each in lacking
        if not any(uploads.rests(row, shift.now) for row in uploads.uploads_of(session, each))
        and _is_wanted(session, shift, each)
    ]


def _is_wanted(session: Session, shift: Shift, post: Post) -> bool:
    """Whether the post may go out as things stand: else nothing of it leaves this machine."""
    campaign = session.get_one(Campaign, shift.campaign_id)
    planned = post.state is PostState.PLANNED and post.approved_digest == post.digest
    if not planned or hindrances(session, shift, is_frozen(session, campaign), None)(post):
        return False
    if not _is_paid_for(session, shift, post):
        return False
    return not_eligible(session, shift, post, session.get_one(Tandem, post.tandem_id)) is None


def _is_paid_for(session: Session, shift: Shift, post: Post) -> bool:
    """Whether the cap covers the post with its words for the blind, which are charged first."""
    rows = zip(post.media, uploads.uploads_of(session, post), strict=True)
    there = [file for file, row in rows if uploads.is_there(row, shift.now)]
    cap = shift.settings.networks[post.network].spending_cap
    spent = spent_at(session, shift.campaign_id, post.network)
    return not exceeds(cap, spent, left_to_pay(shift, post, there))


def _in_turn(shift: Shift, tally: Tally, name: str, posts: Sequence[int]) -> None:
    """One program at a time uploads on an account; it may post there meanwhile."""
    network, visits = shift.networks[name], Visits(shift, tally, sends=True)
    assert isinstance(network, Uploading)
    until = shift.machine.now() + _LONGEST
    with turn(shift.store, f"{name}-uploads", shift.settings.networks[name].account) as ours:
        for post_id in posts if ours else ():
            if visits.welcome(name) and shift.machine.now() < until:
                with visits.to(name, post_id):
                    _bring_all(shift, tally, network, post_id, until)


def _bring_all(
    shift: Shift, tally: Tally, network: Uploading, post_id: int, until: datetime
) -> None:
    brought: set[int] = set()
    while (job := _next(shift, tally, post_id)) and job.position not in brought:
        try:
            so_far = _bring(shift, network, job, until)
        except Rejected as refused:
            _refuse(shift, tally, job, refused.why)
            return
        except OutcomeUnknown as trouble:
            _note_unclear(shift, tally, job, trouble.why)
            raise
        except _Stopped:
            log.info("post %s: its upload was stopped", post_id)
            return
        if so_far.remark:
            tally.findings.append(about(post_id, so_far.remark))
        if not so_far.ready:
            return
        tally.uploaded += 1
        brought.add(job.position)  # one that expires at once is left to the next pass


def _next(shift: Shift, tally: Tally, post_id: int) -> _Job | None:
    """The post's first file that is not there; None: all are, or it must not go out any more."""
    with shift.store.reading() as session:
        post = session.get_one(Post, post_id)
        if not _is_wanted(session, shift, post):
            return None
        rows = uploads.uploads_of(session, post)
        lacks = [place for place, row in enumerate(rows) if not uploads.is_there(row, shift.now)]
        if not lacks:
            return None
        file, row, content = post.media[lacks[0]], rows[lacks[0]], post.digest
        digest = uploads.digest_of(post, file)
    if not _is_sound(shift, file):
        _call_off(shift, tally, post_id, content)
        return None
    path = file_of(shift, file)
    attachment = Attachment(
        path, MediaKind(file["kind"]), file["mime"], path.stat().st_size, file["alt"]
    )
    so_far = Uploaded() if row is None or row.ready else uploads.so_far(row)
    return _Job(post_id, lacks[0], digest, content, attachment, so_far)


def _is_sound(shift: Shift, file: dict[str, Any]) -> bool:
    """Whether the file is there, and still what a person approved."""
    try:
        with file_of(shift, file).open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest() == str(file["digest"])
    except OSError:
        return False


def _bring(shift: Shift, network: Uploading, job: _Job, until: datetime) -> Uploaded:
    """Go on until the network has the file, or asking it makes no sense; how far it is then."""
    so_far, asked = job.so_far, 0
    _keep(shift, job, so_far)
    looks_until: datetime | None = None
    while not so_far.ready and asked < _ASKED and shift.machine.now() < until:
        before = so_far
        so_far = network.upload(job.file, before, lambda now: _keep(shift, job, now))
        _keep(shift, job, so_far)
        if so_far.wait:
            looks_until = looks_until or shift.machine.now() + _patience(shift)
            if shift.machine.now() >= looks_until:
                break  # the next pass asks again; its post waits
            sleep(min(so_far.wait, _NAP))
        else:
            asked = asked + 1 if so_far == before else 0
    return so_far


def _patience(shift: Shift) -> timedelta:
    """A scheduler is back in half a minute, and others wait for their turn meanwhile."""
    return timedelta() if shift.pace else _PATIENCE


def _keep(shift: Shift, job: _Job, so_far: Uploaded) -> None:
    """Write down how far it is, so that it goes on from there; or stop, if somebody wants that."""
    log.info(
        "post %s: %s of %s bytes of file %s uploaded",
        *(job.post_id, so_far.sent, job.file.size, job.position + 1),
    )
    with shift.store.session(patient=True) as session:
        account = account_of(session, job.post_id) if so_far.ready else None  # before any post
        post = session.get_one(Post, job.post_id, with_for_update=so_far.ready)
        changed = post.digest != job.content
        if not changed:
            _write(session, shift, job, so_far)
        if so_far.ready and not changed:
            uploads.note_remark(post, job.position, so_far.remark)
        if account and not changed:
            bill.note(session, shift, account)
        goes_on = not changed and _is_wanted(session, shift, post)
    shift.reached("uploaded")
    if not goes_on or (shift.stopped() and not so_far.ready):
        raise _Stopped


def _write(session: Session, shift: Shift, job: _Job, so_far: Uploaded) -> None:
    row = _row(session, job) or Upload(post_id=job.post_id, position=job.position, digest="")
    if so_far.ready or so_far.sent > row.sent or row.digest != job.digest:
        row.problem = None
    row.digest, row.updated_at = job.digest, shift.now
    row.mark, row.sent, row.ready = so_far.mark or None, so_far.sent, so_far.ready
    row.remote_id, row.expires_at = so_far.remote_id or None, so_far.expires_at
    session.add(row)


def _row(session: Session, job: _Job) -> Upload | None:
    return session.exec(
        select(Upload).where(Upload.post_id == job.post_id, Upload.position == job.position)
    ).one_or_none()


def _note_unclear(shift: Shift, tally: Tally, job: _Job, why: str) -> None:
    """It may be done again, but not in every pass; when it goes on so, somebody is told."""
    with shift.store.session(patient=True) as session:
        row = _row(session, job)
        if row is None or row.digest != job.digest:
            return
        uploads.note_unclear(row, why, shift.now)
        often = uploads.unclear(row) >= uploads.OFTEN
    if often:
        said = _("its picture or film does not reach the network, time after time; look there")
        tally.alarm(about(job.post_id, said))


def _refuse(shift: Shift, tally: Tally, job: _Job, why: str) -> None:
    """The network will never take the file, and nothing goes out without it unasked."""
    with shift.store.session(patient=True) as session:
        post = session.get_one(Post, job.post_id, with_for_update=True)
        if post.state is not PostState.PLANNED or post.digest != job.content:
            return
        post.state, post.error = PostState.REJECTED, why
        attempt = note_attempt(session, shift, post)
        attempt.outcome, attempt.detail, attempt.ended_at = Outcome.REJECTED, why, shift.now
        note(session, shift, "upload rejected", post.id, file=job.position + 1)
    tally.rejected += 1
    tally.alarm(about(job.post_id, why))


def _call_off(shift: Shift, tally: Tally, post_id: int, content: str) -> None:
    """What is not there, or not what was approved, is not sent."""
    with shift.store.session() as session:
        post = session.get_one(Post, post_id, with_for_update=True)
        if post.state is PostState.PLANNED and post.digest == content:
            tandem = session.get_one(Tandem, post.tandem_id)
            call_off(session, shift, tally, post, tandem, uploads.missing())
