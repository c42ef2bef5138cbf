"""What the campaign counted, beside what the sandbox knows to be true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from orchestrator import networks
from orchestrator.model import Reply
from orchestrator.vocabulary import Label
from orchestrator.week import Offer, offers, standing

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """One figure of a network: ours, and the ledger's."""

    network: str
    name: str
    counted: int
    true: int

    @property
    def agrees(self) -> bool:
        """Whether nothing was lost and nothing counted twice."""
        return self.counted == self.true


@dataclass(frozen=True)
class Sorting:
    """One label: how many we found, how many of them rightly, how many there were.

    ``missed``: true ones that we sorted otherwise; ``unseen``: those of them that no person was
    asked to read either.
    """

    label: Label
    found: int
    right: int
    true: int
    missed: int
    unseen: int


def figures(
    session: Session, campaign_id: int, ledger: Sequence[Entry], messages: Sequence[Entry] = ()
) -> list[Figure]:
    """Posts, reach and replies of every network, ours beside the ledger's.

    ``messages``: what the sandbox's public wrote to us alone, which the ledger does not tell.
    """
    ours = standing(session, campaign_id)
    rows = []
    for name in networks.names():
        live = [each for each in ledger if each["network"] == name and _is_live(each)]
        metric = networks.adapter(name).METRICS.reach
        rows += [
            Figure(name, "posts", ours.published.get(name, 0), len(live)),
            Figure(
                name, metric, ours.reach.get(name) or 0, sum(each["seen"][metric] for each in live)
            ),
            Figure(
                name,
                "replies",
                ours.replies.get(name, 0),
                len(_readable(live)) + sum(each["network"] == name for each in messages),
            ),
        ]
    return rows


def sorting(
    session: Session, campaign_id: int, ledger: Sequence[Entry], messages: Sequence[Entry] = ()
) -> list[Sorting]:
    """How offers and tips were sorted, judged by what their writers meant."""
    rows = session.exec(
        select(Reply).where(Reply.campaign_id == campaign_id, col(Reply.deleted_at).is_(None))
    ).all()
    ours = {(reply.network, reply.remote_id): reply for reply in rows}
    meant = {
        (each["network"], reply["id"]): reply["label"]
        for each in ledger
        for reply in _readable([each])
    } | {(each["network"], each["id"]): each["label"] for each in messages}
    return [_sorted(label, ours, meant) for label in (Label.JOB_OFFER, Label.TIP)]


def _sorted(
    label: Label,
    ours: Mapping[tuple[str | None, str | None], Reply],
    meant: Mapping[tuple[str, str], str],
) -> Sorting:
    true = {place for place, truth in meant.items() if truth == label}
    found = {place for place, reply in ours.items() if reply.label is label}
    missed = [ours[place] for place in true - found if place in ours]
    return Sorting(
        label=label,
        found=len(found),
        right=len(found & true),
        true=len(true),
        missed=len(true - found),
        unseen=sum(not reply.queue for reply in missed),
    )


def true_offer(
    session: Session, campaign_id: int, ledger: Sequence[Entry], language: str | None = None
) -> Offer | None:
    """The newest reply that is sorted as a job offer and was meant as one."""
    meant = {
        f"{each['network']}:{reply['id']}"
        for each in ledger
        for reply in _readable([each])
        if reply["label"] == Label.JOB_OFFER and language in (None, reply["language"])
    }
    return next((offer for place, offer in offers(session, campaign_id) if place in meant), None)


def _is_live(entry: Entry) -> bool:
    return entry.get("state", "published") == "published" and not entry.get("deleted")


def _readable(entries: Sequence[Entry]) -> list[Entry]:
    return [
        reply
        for each in entries
        for reply in each["replies"]
        if reply["readable"] and not reply["deleted_at"]
    ]
