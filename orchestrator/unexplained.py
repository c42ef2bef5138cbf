"""What our own pages show or hold since a backup: posts that a row explains, and those none does.

A row explains a post by its number, or by the same words. Of a row that the backup has in another
state (called off, or due later) the post is adopted. What remains went out, or was handed over, in
other words after the backup, or somebody made it by hand: only a person can tell.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from orchestrator import freeze
from orchestrator.attempts import last_attempt
from orchestrator.capabilities import trial_posts
from orchestrator.doubt import doubt_one
from orchestrator.elsewhere.pages import MARGIN, everything
from orchestrator.formats import moment
from orchestrator.i18n import _
from orchestrator.model import Campaign, Post
from orchestrator.ports import Network, Place, Receipt, Trouble
from orchestrator.settle import found
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import PostState

Live = dict[str, list[Receipt]]


def list_live(shift: Shift, tally: Tally, names: set[str], since: datetime) -> Live:
    """Every post that is live since then, or kept unseen; only networks that answer are in it."""
    live: Live = {}
    for name in sorted(names & set(shift.networks)):
        try:
            live[name] = everything(shift.networks[name], since)
        except Trouble as trouble:
            tally.findings.append(f"{name}: {trouble.why}")
    return live


def explain(
    session: Session, shift: Shift, tally: Tally, campaign: Campaign, network: str, live: Live
) -> list[Receipt]:
    """Adopt the posts of rows that were not sent; return those that no row explains.

    A post without words, such as a new title picture, cannot be one of the campaign's.
    """
    known = _numbers(session, network) | (freeze.accepted(session, campaign, network) or set())
    rows = _by_words(session, campaign.id, shift.networks[network])
    trials = _trials(session, shift.networks[network])
    unexplained, matches = [], dict[int, list[Receipt]]()
    for receipt in live[network]:
        if receipt.remote_id in known or not receipt.text or receipt.text in trials:
            continue
        if row := rows.get(receipt.text):
            matches.setdefault(row.id, []).append(receipt)
        elif _is_young(receipt, campaign):
            unexplained.append(receipt)
    for post_id, receipts in matches.items():
        _adopt(session, shift, tally, session.get_one(Post, post_id), receipts)
    return unexplained


def _is_young(receipt: Receipt, campaign: Campaign) -> bool:
    """What the network kept unseen long before the backup was never the campaign's."""
    if receipt.place is Place.LIVE or receipt.created_at is None or campaign.frozen_since is None:
        return True
    return receipt.created_at >= campaign.frozen_since - MARGIN


def _numbers(session: Session, network: str) -> set[str]:
    """What every row of this network is known to be, also of another campaign on the same page."""
    rows = session.exec(
        select(Post.remote_id).where(Post.network == network, col(Post.remote_id).is_not(None))
    )
    return {str(each) for each in rows.all()}


def _trials(session: Session, network: Network) -> set[str]:
    """The words of pilots: each goes on with its own posts, and takes them down."""
    return {network.plain(each["text"]) for each in trial_posts(session, network.name)}


def _by_words(session: Session, campaign_id: int, network: Network) -> dict[str, Post]:
    """The row that says a text; of several, one that is looked for, else one that was not sent."""
    rows = session.exec(
        select(Post)
        .where(Post.campaign_id == campaign_id, Post.network == network.name)
        .order_by(col(Post.id))
        .with_for_update()
    ).all()
    ranked = sorted(rows, key=lambda row: (row.remote_id is None, row.state is PostState.UNKNOWN))
    return {network.plain(row.text): row for row in ranked}


def _adopt(
    session: Session, shift: Shift, tally: Tally, post: Post, receipts: list[Receipt]
) -> None:
    """Nothing to do for what ``settle`` is looking for, nor for a double of what is known."""
    if post.remote_id is not None or post.state is PostState.UNKNOWN:
        return
    doubt_one(session, post, shift.now)
    attempt = last_attempt(session, post.id)
    found(session, shift, tally, post, attempt, receipts)


def tell(shift: Shift, tally: Tally, network: str, posts: list[Receipt]) -> None:
    """An alarm for each, with its address and what to do."""
    for post in posts:
        tally.alarm(_told(shift, network, post))


def _told(shift: Shift, network: str, post: Receipt) -> str:
    link = post.permalink or post.remote_id
    if post.place is Place.LIVE:
        text = _("{network}: {link} is live, and no post of the restored campaign says so.")
        return text.format(network=network, link=link)
    if post.due_at is None:
        text = _(
            "{network}: {link} is a draft that no post of the restored campaign explains; nobody"
            " sees it. Delete it there if it is not yours."
        )
        return text.format(network=network, link=link)
    return _(
        "{network}: {link} is held there until {time}, and no post of the restored campaign"
        " explains it. Delete it there, or let it go out."
    ).format(
        network=network,
        link=link,
        time=moment(post.due_at.astimezone(shift.settings.campaign.zone)),
    )
