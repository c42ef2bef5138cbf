"""A database in another place than before: moved, or an older copy? Our own pages tell.

A network that cannot be read leaves the question open there, until it can; the place is noted as
the new one when every network has answered that it shows nothing which the database lacks.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from orchestrator import journal
from orchestrator.capabilities import trial_posts
from orchestrator.elsewhere.freezing import freeze_as_copy
from orchestrator.elsewhere.knows import Knows
from orchestrator.i18n import _
from orchestrator.model import Campaign, Event, Post
from orchestrator.ports import Holding, Network, Receipt, Trouble
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import PostState

# Clocks differ; a post of ours may seem older than our own note of sending it.
MARGIN = timedelta(hours=1)
_ASKED, _MOVED = "found elsewhere", "settled in"
# A live post with the words of such a row is what `settle` looks for, or just being sent.
_LOOKED_FOR = (PostState.UNKNOWN, PostState.SENDING)


def compare(shift: Shift, tally: Tally, known: Knows, here: str) -> dict[str, str]:
    """Why nothing may be sent, by network; empty: this is the campaign's new place."""
    if known.home is None:
        _settle_in(shift, known, here)
        return {}
    since = _since(shift, known, here)
    seen, unread = _read(shift, tally, since)
    strange = _strange(shift, seen, since)
    if strange:
        links = [each.permalink or each.remote_id for each in strange]
        why = freeze_as_copy(shift, tally, known, since, links)
        return dict.fromkeys(shift.networks, why)
    if not unread:
        _settle_in(shift, known, here)
    return unread


def _since(shift: Shift, known: Knows, here: str) -> datetime:
    """The newest that the database knew when it was first opened here, however long ago."""
    with shift.store.session() as session:
        asked = session.exec(
            select(Event)
            .where(Event.campaign_id == shift.campaign_id, col(Event.what).in_((_ASKED, _MOVED)))
            .order_by(col(Event.id).desc())
        ).first()
        if asked and (asked.what, asked.subject) == (_ASKED, here):
            return datetime.fromisoformat(asked.detail["since"])
        since = known.newest
        journal.record(
            session, shift.campaign_id, shift.now, shift.actor, _ASKED, here,
            since=since.isoformat(),
        )  # fmt: skip
        return since


def _settle_in(shift: Shift, known: Knows, here: str) -> None:
    with shift.store.session() as session:
        campaign = session.get_one(Campaign, shift.campaign_id, with_for_update={"key_share": True})
        if campaign.home == known.home:
            campaign.home = here
            if known.home is not None:
                journal.record(session, campaign.id, shift.now, shift.actor, _MOVED, here)


def _read(
    shift: Shift, tally: Tally, since: datetime
) -> tuple[dict[str, list[Receipt]], dict[str, str]]:
    """What each network shows and holds of ours, and why some cannot be read."""
    seen, unread = {}, {}
    for name, network in shift.networks.items():
        try:
            seen[name] = everything(network, since)
        except Trouble as trouble:
            unread[name] = _(
                "{network}: the database was moved or copied, and nothing is sent before its posts"
                " can be read: {why}"
            ).format(network=name, why=trouble.why)
            tally.findings.append(unread[name])
    return seen, unread


def everything(network: Network, since: datetime) -> list[Receipt]:
    """What is live since then, and all that the network keeps unseen."""
    unseen = network.unseen() if isinstance(network, Holding) else []
    return [*network.own(since - MARGIN), *unseen]


def _strange(shift: Shift, seen: dict[str, list[Receipt]], since: datetime) -> list[Receipt]:
    """What this database would know if it were the newest. Its rows are read after the pages."""
    with shift.store.reading() as session:
        return [
            receipt
            for name, receipts in seen.items()
            for receipt in _unknown(session, shift, shift.networks[name], receipts, since)
        ]


def _unknown(
    session: Session, shift: Shift, network: Network, receipts: list[Receipt], since: datetime
) -> list[Receipt]:
    rows = session.exec(select(Post).where(Post.network == network.name)).all()
    tried = trial_posts(session, network.name)
    numbers = {row.remote_id for row in rows} | {each["remote_id"] for each in tried}
    trials = {network.plain(each["text"]) for each in tried}
    words: dict[str, list[Post]] = {}
    for row in rows:
        words.setdefault(network.plain(row.text), []).append(row)
    return [
        receipt
        for receipt in receipts
        if receipt.text and receipt.remote_id not in numbers and receipt.text not in trials
        if _is_news(receipt, words.get(receipt.text, []), since)
    ]


def _is_news(receipt: Receipt, rows: Sequence[Post], since: datetime) -> bool:
    """Words of a row that was not sent; or words of none, younger than all the database knows."""
    if not rows:
        return receipt.created_at is None or receipt.created_at > since
    looked_for = any(row.state in _LOOKED_FOR for row in rows)
    return not looked_for and any(row.remote_id is None for row in rows)
