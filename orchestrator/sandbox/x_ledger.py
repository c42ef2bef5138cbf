"""What really happened on X, for whoever checks what a campaign made of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from orchestrator.sandbox.x_prices import Charge
from orchestrator.sandbox.x_store import PUBLIC, Post, Store, stamp


def entry(
    store: Store, post: Post, bills: Mapping[str, Sequence[Charge]], now: datetime
) -> dict[str, object]:
    """One post of ours: what was sent, what it cost, who saw it, what was answered."""
    figures = store.figures(post)
    billed = (post.id, *(each.id for each in post.media))
    bill = [charge for number in billed for charge in bills.get(number, ())]
    return {
        "id": post.id,
        "text": post.text,
        "created_at": stamp(post.created_at),
        "deleted": post.deleted_at is not None,
        "deleted_at": _told(post.deleted_at, now),
        "author_id": post.author.id,
        "in_reply_to": post.parent and post.parent.id,
        "request": post.wishes,
        "media": [each.record() for each in post.media],
        "made_with_ai": post.wishes.get("made_with_ai") is True,
        "place_id": cast(Mapping[str, str], post.wishes.get("geo", {})).get("place_id", ""),
        "cost": str(sum(charge.usd for charge in bill)),
        "charges": [{"kind": c.kind, "usd": str(c.usd), "day": str(c.day)} for c in bill],
        "seen": {name: figures[name] for name in PUBLIC},
        "replies": [
            _reply(each, now)
            for each in sorted(store.answers(post), key=lambda each: int(each.id))
            if each.truth and each.created_at <= now and each.was_written
        ],
    }


def _reply(post: Post, now: datetime) -> dict[str, object]:
    reads = post.newest(now)
    return {
        "id": post.id,
        "text": reads.truth.words if reads.truth else reads.text,
        "label": post.truth and post.truth.label,
        "language": post.truth and post.truth.language,
        "at": stamp(post.created_at),
        "edited_at": None if reads is post else stamp(reads.created_at),
        "deleted_at": _told(post.deleted_at, now),
        "hidden": post.first.hidden,
        "readable": not post.author.protected,
    }


def _told(moment: datetime | None, now: datetime) -> str | None:
    return stamp(moment) if moment and moment <= now else None
