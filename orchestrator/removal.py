"""Published posts that must not be seen any longer come down, and are seen to be gone.

Nobody commands it: the rows say what has to go (``ending``), and every pass sees to it until the
network has confirmed the last one. A crash between any two steps costs a repetition.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from orchestrator.attempts import QUIET
from orchestrator.elsewhere import may_send
from orchestrator.ending import BY_DATE, Ending, sentence, why_down
from orchestrator.i18n import _
from orchestrator.model import Attempt, Consent, Post, Tandem
from orchestrator.outcome import note
from orchestrator.ports import Network, NotAuthorised, Rejected
from orchestrator.shift import Shift, Tally, about
from orchestrator.visits import Visits
from orchestrator.vocabulary import PostState

# A pass tries again only after a while: a network that refuses today is not asked every minute.
_PAUSE = timedelta(minutes=15)


class Gone(StrEnum):
    """How a deletion at a network ended."""

    DELETED = "deleted"
    WAS_GONE = "was gone"  # the network says that it had no such post
    SHOWN = "shown"  # it can still be read
    TOO_EARLY = "too early"  # not found, but so soon after sending that it proves nothing


@dataclass(frozen=True)
class Leaving:
    """A published post that has to come down, and why."""

    post: Post
    tandem: Tandem
    why: Ending


def leaving(
    session: Session, shift: Shift, tandems: Collection[int] | None = None
) -> list[Leaving]:
    """Every published post (of these tandems, or of all) that has to come down."""
    rows = select(Post, Tandem).join(Tandem, col(Post.tandem_id) == Tandem.id)
    rows = rows.where(
        Post.campaign_id == shift.campaign_id, Post.state == PostState.PUBLISHED
    ).order_by(col(Post.id))
    if tandems is not None:
        rows = rows.where(col(Post.tandem_id).in_(tandems))
    published = session.exec(rows).all()
    if not published:
        return []
    consents = _consents(session, shift.campaign_id)
    campaign = shift.settings.campaign
    today = shift.now.astimezone(campaign.zone).date()
    found = [
        (post, tandem, why_down(post, tandem, consents.get(tandem.refugee_id, []), today,
                                campaign.last_day))
        for post, tandem in published
    ]  # fmt: skip
    return [Leaving(post, tandem, why) for post, tandem, why in found if why]


def _consents(session: Session, campaign_id: int) -> dict[int, list[Consent]]:
    of_person: dict[int, list[Consent]] = {}
    rows = select(Consent).join(Tandem, col(Tandem.id) == Consent.tandem_id)
    for each in session.exec(rows.where(Tandem.campaign_id == campaign_id)):
        of_person.setdefault(each.person_id, []).append(each)
    return of_person


def remove(shift: Shift, tally: Tally, tandems: Collection[int] | None = None) -> None:
    """Take down what has to go; ``tandems``: only theirs, at once, since a person waits for it."""
    hindrance = may_send(shift, tally)
    with shift.store.reading() as session:
        wanted = leaving(session, shift, tandems)
    visits = Visits(shift, tally)
    for each in wanted:
        post = each.post
        if each.why in BY_DATE and hindrance(post.network) is not None:
            continue  # a clock or a database that may be wrong deletes nothing
        if tandems is None and post.removal_at and shift.now - post.removal_at < _PAUSE:
            continue
        network = shift.networks.get(post.network)
        if network is None:
            _alarm(tally, each, _("its network is off"))
        elif visits.welcome(post.network):
            with visits.to(post.network, post.id):
                _take_down(shift, tally, network, each)


def _take_down(shift: Shift, tally: Tally, network: Network, each: Leaving) -> None:
    sent_at = _tried(shift, each.post)
    try:
        gone = delete(shift, network, each.post.remote_id or "", sent_at)
    except (Rejected, NotAuthorised) as trouble:
        _alarm(tally, each, trouble.why)
        if isinstance(trouble, NotAuthorised):
            raise
        return
    if gone is Gone.SHOWN:
        _alarm(tally, each, _("the network still shows it"))
    elif gone is Gone.TOO_EARLY:
        tally.findings.append(about(each.post.id, _("the network does not show it yet")))
    else:
        _write_down(shift, tally, each, gone)
    shift.reached("removed")


def delete(shift: Shift, network: Network, remote_id: str, sent_at: datetime) -> Gone:
    """Delete a post there, and believe that only when it cannot be read any more; or a Trouble."""
    shift.reached("removing")
    deleted = network.takedown(remote_id)
    shift.reached("deleted")
    if network.look(remote_id) is not None:
        return Gone.SHOWN
    if deleted:
        return Gone.DELETED
    # Right after a send a platform may only not show it yet.
    return Gone.TOO_EARLY if shift.now - sent_at < QUIET else Gone.WAS_GONE


def _tried(shift: Shift, post: Post) -> datetime:
    """Note the try; when the post was last sent."""
    with shift.store.session(patient=True) as session:
        session.get_one(Post, post.id, with_for_update=True).removal_at = shift.now
        sent = select(Attempt.sent_at).where(Attempt.post_id == post.id)
        last = session.exec(sent.order_by(col(Attempt.number).desc())).first()
    return last or post.published_at or post.due_at


def _write_down(shift: Shift, tally: Tally, each: Leaving, gone: Gone) -> None:
    with shift.store.session(patient=True) as session:
        row = session.get_one(Post, each.post.id, with_for_update=True)
        if (row.state, row.remote_id) != (PostState.PUBLISHED, each.post.remote_id):
            return  # somebody else was quicker
        row.state, row.hidden_at = PostState.WITHDRAWN, None
        row.error = _("taken down: {why}").format(why=sentence(each.why))
        found = gone is Gone.DELETED
        note(session, shift, "taken down", row.id, why=each.why.value, found=found)
    tally.removed += 1


def _alarm(tally: Tally, each: Leaving, trouble: str) -> None:
    """Say what is still to be seen, and how a person gets it away."""
    why = _("it has to come down ({why}), and is still live: {trouble} Delete it there: {link}")
    tally.alarm(
        about(
            each.post.id,
            why.format(
                why=sentence(each.why),
                trouble=trouble if trouble.endswith((".", "!", "?")) else f"{trouble}.",
                link=each.post.permalink or each.post.network,
            ),
        )
    )
