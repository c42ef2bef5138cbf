"""What the audit log tells of two people, or of one of them: nothing that the other one did."""

from typing import Any

from sqlmodel import col, select

from orchestrator import journal
from orchestrator.dossier.wish import Wish
from orchestrator.erasure.extent import replies_of
from orchestrator.model import Event, Post

_OF_REFUGEE = {"screened"}
_OF_VOLUNTEER = "volunteer_"
_STAFF = {"held_by"}


def events(wish: Wish) -> list[dict[str, Any]]:
    """Oldest first, without the staff's names."""
    rows = wish.session.exec(
        select(Event)
        .where(Event.campaign_id == wish.tandem.campaign_id)
        .where(col(Event.subject).in_(_subjects(wish)))
        .order_by(col(Event.id))
    ).all()
    told = [(each, _theirs(wish, each)) for each in rows]
    return [
        {"at": wish.at(each.at), "what": each.what, "subject": each.subject, "detail": detail}
        for each, detail in told
        if detail is not None
    ]


def _subjects(wish: Wish) -> list[str]:
    subjects = [journal.tandem_subject(wish.tandem)]
    if wish.of_refugee:
        posts = select(Post.id).where(Post.tandem_id == wish.tandem.id)
        subjects += [f"post {number}" for number in wish.session.exec(posts).all()]
        subjects += [f"reply {each.id}" for each in replies_of(wish.session, wish.tandem)]
    return subjects


def _theirs(wish: Wish, event: Event) -> dict[str, Any] | None:
    """The details that are theirs; None: it tells of the other one."""
    detail = {name: value for name, value in event.detail.items() if name not in _STAFF}
    if wish.who is None:
        return detail
    others = event.what in _OF_REFUGEE and not wish.of_refugee
    if others or detail.get("person", "both") not in ("both", wish.who):
        return None
    if "changed" not in detail:
        return detail
    changed = [name for name in detail["changed"] if _is_of(wish, name)]
    return {"changed": changed} if changed else None


def _is_of(wish: Wish, column: str) -> bool:
    """Whether this column of the tandem file is theirs."""
    return column.startswith(_OF_VOLUNTEER) is not wish.of_refugee
