"""What was said and posted of a person, to whom it was shown, and what came back."""

from collections.abc import Iterator
from typing import Any

from sqlmodel import col, select

from orchestrator.dossier.offers import what_became
from orchestrator.dossier.wish import Wish
from orchestrator.erasure.extent import replies_of
from orchestrator.model import Appeal, Audience, Post, Reply, Snapshot
from orchestrator.posts import tries


def public(wish: Wish) -> Iterator[tuple[str, Any]]:
    """Each section's name and entries."""
    posts = wish.session.exec(
        select(Post).where(Post.tandem_id == wish.tandem.id).order_by(col(Post.id))
    ).all()
    yield "appeals", _appeals(wish)
    yield "circles", _circles(wish)
    yield "posts", [_post(wish, each) for each in posts]
    yield "recipients", sorted({each.network for each in posts if each.published_at})
    became = what_became(wish)
    replies = replies_of(wish.session, wish.tandem)
    yield "replies", [_reply(wish, each) | became(each) for each in replies]


def _appeals(wish: Wish) -> list[dict[str, Any]]:
    appeals = select(Appeal).where(Appeal.tandem_id == wish.tandem.id)
    return [
        {"language": each.language, "text": each.text}
        for each in wish.session.exec(appeals.order_by(col(Appeal.language))).all()
    ]


def _circles(wish: Wish) -> list[dict[str, Any]]:
    circles = select(Audience).where(Audience.tandem_id == wish.tandem.id)
    return [
        {
            "network": each.network,
            "radius_km": each.radius_km,
            "people": each.people,
            "mode": each.mode,
            "cities": each.cities,
            "targeting": each.targeting,
            "built_at": wish.at(each.built_at),
        }
        for each in wish.session.exec(circles.order_by(col(Audience.network))).all()
    ]


def _post(wish: Wish, post: Post) -> dict[str, Any]:
    return {
        "number": post.id,
        "network": post.network,
        "state": post.state.value,
        "due_at": wish.at(post.due_at),
        "approved_at": wish.at(post.approved_at),
        "published_at": wish.at(post.published_at),
        "hidden_at": wish.at(post.hidden_at),
        "removal_at": wish.at(post.removal_at),
        "gone_at": wish.at(post.gone_at),
        "language": post.language,
        "text": post.text,
        "link": post.link,
        "pictures": [str(each["alt"]) or str(each["kind"]) for each in post.media],
        "show": post.show,
        "mode": post.mode,
        "targeting": post.targeting,
        "remote_id": post.remote_id,
        "permalink": post.permalink,
        "error": post.error,
        "figures": _figures(wish, post),
        "attempts": tries(wish.session, post.id, wish.zone.key),
    }


def _figures(wish: Wish, post: Post) -> list[dict[str, Any]]:
    """The newest of each figure."""
    rows = wish.session.exec(
        select(Snapshot).where(Snapshot.post_id == post.id).order_by(col(Snapshot.taken_at))
    ).all()
    newest = {each.metric: each for each in rows}
    return [
        {"metric": name, "value": each.value, "as_of": wish.at(each.taken_at)}
        for name, each in sorted(newest.items())
    ]


def _reply(wish: Wish, reply: Reply) -> dict[str, Any]:
    return {
        "number": reply.id,
        "channel": reply.channel,
        "network": reply.network,
        "received_at": wish.at(reply.received_at),
        "label": reply.label.value,
        "status": reply.status,
        "text": reply.text,
    }
