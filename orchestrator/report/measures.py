"""What is counted, each with its rule in words and the rows that it counts.

The same measures are taken of the whole campaign and of every part of it; so a part can never
follow another rule than the whole.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from orchestrator.report import rules
from orchestrator.report.rows import AccountRow, PostRow, ReplyRow, TandemRow
from orchestrator.report.scopes import Scope
from orchestrator.vocabulary import WAITING, Label, PostState

Row = TandemRow | PostRow | ReplyRow | AccountRow
Value = int | float | None

# The way of an offer, and the ends at which it may stop; see the list of outcomes in the contract.
STEPS = (
    "new",
    "checked",
    "forwarded",
    "received",
    "contacted",
    "trial",
    "offer",
    "permit_pending",
    "started",
    "kept_4w",
    "kept_6m",
)
ENDS = ("no_fit", "filled", "declined", "permit_refused", "unsafe", "withdrawn")
AT_WORK = frozenset({"started", "kept_4w", "kept_6m"})
# An offer that was unsafe or taken back may never have reached the tandem.
HANDED_OVER = frozenset(STEPS[2:]) | {"no_fit", "filled", "declined", "permit_refused"}


@dataclass(frozen=True)
class Measure:
    """A figure: its name, its rule in words, its rows and what they amount to."""

    name: str
    rule: Callable[[], str]
    rows: Sequence[Row]
    value: Value


def measures(scope: Scope) -> dict[str, Measure]:
    """Every measure of a scope, by name."""
    return {each.name: each for each in _all(scope)}


def counted(scope: Scope) -> list[ReplyRow]:
    """The replies that count: not a second time, and not what its author took back.

    What was handed over before it was deleted counts: people are talking already.
    """
    return [
        each
        for each in scope.replies
        if each.duplicate_of is None and (not each.deleted or each.status not in WAITING)
    ]


def labelled(scope: Scope, label: Label) -> list[ReplyRow]:
    """The counted replies of one kind."""
    return [each for each in counted(scope) if each.label is label]


def waiting(scope: Scope, label: Label) -> list[ReplyRow]:
    """What nobody has handed over yet."""
    return [each for each in labelled(scope, label) if each.status in WAITING]


def _all(scope: Scope) -> Iterator[Measure]:
    yield _count("tandems", rules.tandems, scope.tandems)
    yield from _post_measures(scope)
    yield from _reply_measures(scope)
    yield from _offer_measures(scope)
    yield from _network_measures(scope)


def _count(name: str, rule: Callable[[], str], rows: Sequence[Row]) -> Measure:
    return Measure(name, rule, rows, len(rows))


def _post_measures(scope: Scope) -> Iterator[Measure]:
    posts = scope.posts

    def those(name: str, rule: Callable[[], str], fits: Callable[[PostRow], object]) -> Measure:
        return _count(name, rule, [each for each in posts if fits(each)])

    yield those("posts", rules.posts, lambda each: each.state is not PostState.CANCELLED)
    yield those("published", rules.published, lambda each: each.is_out)
    yield those("gone", rules.gone, lambda each: each.gone_at)
    yield those("targeting.kept", rules.kept, lambda each: each.targeting_kept is True)
    yield those("targeting.lost", rules.lost, lambda each: each.targeting_kept is False)
    for state in PostState:
        yield those(
            f"post_states.{state}",
            partial(rules.post_state, state),
            lambda each, state=state: each.state is state,  # type: ignore[misc]
        )


def _reply_measures(scope: Scope) -> Iterator[Measure]:
    replies = counted(scope)
    yield _count("replies", rules.replies, replies)
    yield _count("replies_deleted", rules.deleted, [each for each in scope.replies if each.deleted])
    yield _count("replies_hidden", rules.hidden, [each for each in scope.replies if each.hidden])
    yield _count(
        "duplicates",
        rules.duplicates,
        [each for each in scope.replies if each.duplicate_of is not None],
    )
    for label in Label:
        yield _count(f"labels.{label}", partial(rules.label, label), labelled(scope, label))


def _offer_measures(scope: Scope) -> Iterator[Measure]:
    offers, tips = labelled(scope, Label.JOB_OFFER), labelled(scope, Label.TIP)
    yield _count("job_offers", rules.offers, offers)
    yield _count("tips", rules.tips, tips)
    unseen = [each for each in (*offers, *tips) if not each.looked_at]
    yield _count("not_looked_at", rules.not_looked_at, unseen)
    yield _count(
        "handed_over", rules.handed_over, [each for each in offers if each.status in HANDED_OVER]
    )
    yield from _warned(offers)
    yield _count("waiting", rules.waiting, waiting(scope, Label.JOB_OFFER))
    yield _count("tips_waiting", rules.tips_waiting, waiting(scope, Label.TIP))
    yield _count("at_work", rules.at_work, [each for each in offers if each.status in AT_WORK])
    further = sorted({each.status for each in offers} - {*STEPS, *ENDS})
    for status in (*STEPS, *ENDS, *further):
        yield _count(
            f"outcomes.{status}",
            partial(rules.outcome, status),
            [each for each in offers if each.status == status],
        )


def _warned(offers: Sequence[ReplyRow]) -> Iterator[Measure]:
    """Offers of which a check warns, apart from the others."""
    warned = [each for each in offers if each.warned]
    told = [each for each in warned if each.status in HANDED_OVER]
    yield _count("warned", rules.warned, warned)
    yield _count("warned_handed_over", rules.warned_handed_over, told)


def _network_measures(scope: Scope) -> Iterator[Measure]:
    for network in scope.networks:
        posts = [each for each in scope.posts if each.network == network]
        seen = [each for each in posts if each.reach is not None]
        total = sum(each.reach or 0 for each in seen) if seen else None
        yield Measure(f"reach.{network}", partial(rules.reach, network, scope.metrics), seen, total)
        yield from _private(scope, network, posts)
        paid = [each for each in posts if each.cost_usd]
        reads = [each for each in scope.accounts if each.network == network and each.read_usd]
        cost = _sum(paid, "cost_usd") + _sum(reads, "read_usd")
        yield Measure(
            f"cost.{network}", partial(rules.cost, network), [*paid, *reads], dollars(cost)
        )


def _private(scope: Scope, network: str, posts: Sequence[PostRow]) -> Iterator[Measure]:
    """What only the owner of a post is told; None where nothing was."""
    known = scope.metrics.get(network)
    for metric in known.private if known else ():
        told = [each for each in posts if metric in each.private]
        total = sum(each.private[metric][0] for each in told) if told else None
        yield Measure(
            f"private.{network}.{metric}", partial(rules.private, network, metric), told, total
        )


def _sum(rows: Sequence[Any], name: str) -> float:
    return float(sum(getattr(each, name) for each in rows))


def dollars(amount: float) -> float:
    """Money without the dust of adding up floating numbers."""
    return round(amount, 6)
