"""What our own pages show since a backup: live posts that a row explains, and those that none does.

A row explains a post by its number, or by the same words. Of a row that the backup has in another
state (called off, or due later) the post is adopted. What remains went out in other words after
the backup, or somebody posted it by hand: only a person can tell.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from orchestrator import freeze
from orchestrator.attempts import last_attempt
from orchestrator.doubt import doubt_one
from orchestrator.i18n import _
from orchestrator.model import Campaign, Post
from orchestrator.ports import Network, Receipt, Trouble
from orchestrator.settle import MARGIN, found
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import PostState

Live = dict[str, list[Receipt]]


def list_live(shift: Shift, tally: Tally, names: set[str], since: datetime) -> Live:
    """Every live post since then, by network; one that does not answer as it should is left out."""
    live: Live = {}
    for name in sorted(names & set(shift.networks)):
        try:
            live[name] = shift.networks[name].own(since - MARGIN)
        except Trouble as trouble:
            tally.findings.append(f"{name}: {trouble.why}")
    return live


def explain(
    session: Session, shift: Shift, tally: Tally, campaign: Campaign, network: str, live: Live
) -> list[Receipt]:
    """Adopt the live posts of rows that were not sent; return those that no row explains.

    A post without words, such as a new title picture, cannot be one of the campaign's.
    """
    known = _numbers(session, network) | (freeze.accepted(session, campaign, network) or set())
    rows = _by_words(session, campaign.id, shift.networks[network])
    unexplained, matches = [], dict[int, list[Receipt]]()
    for receipt in live[network]:
        if receipt.remote_id in known or not receipt.text:
            continue
        if row := rows.get(receipt.text):
            matches.setdefault(row.id, []).append(receipt)
        else:
            unexplained.append(receipt)
    for post_id, receipts in matches.items():
        _adopt(session, shift, tally, session.get_one(Post, post_id), receipts)
    return unexplained


def _numbers(session: Session, network: str) -> set[str]:
    """What every row of this network is known to be, also of another campaign on the same page."""
    rows = session.exec(
        select(Post.remote_id).where(Post.network == network, col(Post.remote_id).is_not(None))
    )
    return {str(each) for each in rows.all()}


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
    found(shift, tally, post, attempt, receipts)


def tell(tally: Tally, network: str, posts: list[Receipt]) -> None:
    """An alarm for each, with its address."""
    for post in posts:
        tally.alarm(
            _("{network}: {link} is live, and no post of the restored campaign says so.").format(
                network=network, link=post.permalink
            )
        )
