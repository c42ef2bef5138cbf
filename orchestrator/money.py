"""Money at a network: what was spent, and the cap, asked when planning and before every send."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from orchestrator.model import Account, Attempt, Post
from orchestrator.ports import Network
from orchestrator.vocabulary import Outcome, PostState

# Prices are added up as floating numbers; a millionth of a cent is no overrun.
_DUST = 1e-8
POST, POST_WITH_URL, ALT_TEXT = "post", "post_with_url", "alt_text"


def exceeds(cap: float | None, spent: float, price: float) -> bool:
    """Whether one more post at ``price`` would go over the cap (all in US dollars)."""
    return cap is not None and spent + price > cap + _DUST


@dataclass(frozen=True)
class Line:
    """So many of a kind, at a price each (US dollars), within these days (UTC)."""

    what: str
    each: float
    count: int
    usd: float
    first: date
    last: date

    def document(self) -> dict[str, object]:
        """As scripts read it."""
        return {
            "what": self.what,
            "price": self.each,
            "count": self.count,
            "usd": round(self.usd, 4),
            "first": str(self.first),
            "last": str(self.last),
        }


def grouped(entries: Iterable[tuple[str, float, date]]) -> list[Line]:
    """One line for what is of one kind, price and day: what each is, costs, and its day."""
    counted = Counter((what, round(price, 6), day) for what, price, day in entries if price > 0)
    return [
        Line(what, price, count, price * count, day, day)
        for (what, price, day), count in sorted(counted.items())
    ]


def over_days(lines: Iterable[Line]) -> list[Line]:
    """One line for what is of one kind and price, whatever the day."""
    alike: dict[tuple[str, float], list[Line]] = {}
    for each in lines:
        alike.setdefault((each.what, round(each.each, 6)), []).append(each)
    return [
        Line(
            what,
            price,
            sum(each.count for each in of),
            sum(each.usd for each in of),
            min(each.first for each in of),
            max(each.last for each in of),
        )
        for (what, price), of in alike.items()
    ]


def kind_of(network: Network, price: float, day: date) -> str:
    """What a post is to its network's prices, words for the blind apart."""
    return POST_WITH_URL if price > network.price("a", on=day) + _DUST else POST


def expected(posts: Iterable[Post], network: Network) -> list[Line]:
    """What these posts will cost, by kind; each at the price of its day."""
    return over_days(grouped(each for post in posts for each in _parts(post, network)))


def _parts(post: Post, network: Network) -> Iterator[tuple[str, float, date]]:
    day = post.due_at.date()
    plain = network.price(post.text, on=day)
    yield kind_of(network, plain, day), plain, day
    for _words in (each for each in post.media if each["alt"]):
        yield ALT_TEXT, network.price(post.text, 1, day) - plain, day


def for_links(posts: Iterable[Post], network: Network) -> float:
    """How much less these posts would cost without their links."""
    days = [(post.text, post.due_at.date()) for post in posts]
    return sum(network.price(text, on=day) - network.price("a", on=day) for text, day in days)


def is_charged() -> ColumnElement[bool]:
    """The tries that the network charges for, or may."""
    return or_(
        col(Attempt.outcome).is_(None), col(Attempt.outcome).in_([Outcome.DONE, Outcome.UNKNOWN])
    )


def spent_at(session: Session, campaign_id: int, network: str) -> float:
    """What a campaign cost so far, in US dollars: sends (an unclear one too) and all else.

    Each try counts at the price that it had, since a post may be planned anew at another one.
    """
    # From the tries to their posts: there are few of them beside what is planned.
    ours = select(Post.id).where(
        Post.id == Attempt.post_id, Post.campaign_id == campaign_id, Post.network == network
    )
    sends = session.exec(
        select(func.coalesce(func.sum(Attempt.price_usd), 0.0)).where(is_charged(), ours.exists())
    ).one()
    return float(sends) + read_at(session, campaign_id, network)


def read_at(session: Session, campaign_id: int, network: str) -> float:
    """What all but the sending cost so far: reading, words for the blind, deleting; US dollars."""
    reads = session.exec(
        select(func.coalesce(func.sum(Account.read_usd), 0.0)).where(
            Account.campaign_id == campaign_id, Account.network == network
        )
    ).one()
    return float(reads)


def left_for_reading(
    session: Session, campaign_id: int, network: str, cap: float | None
) -> float | None:
    """What the cap leaves for reading, in US dollars: what waits to be sent comes first."""
    if cap is None:
        return None
    waiting = session.exec(
        select(func.coalesce(func.sum(Post.price_usd), 0.0)).where(
            Post.campaign_id == campaign_id,
            Post.network == network,
            Post.state == PostState.PLANNED,
        )
    ).one()
    return max(cap - spent_at(session, campaign_id, network) - float(waiting) - _DUST, 0.0)
