"""``approve``: what others saw than were meant to is approved by its name only."""

import pytest

from orchestrator.approve import content_digest
from orchestrator.model import Post
from tests.conftest import CAMPAIGN, on_sqlite
from tests.inbox.conftest import Manager, Rows, manager, rows

__all__ = ["manager", "rows"]


def waiting(rows: Rows, slug: str, **changes: object) -> int:
    """A planned post that nobody approved yet, as ``plan`` leaves it."""
    text = f"Wer kennt in Freiburg eine Schneiderei? {slug} {CAMPAIGN['contact']}"
    values = {"text": text, "mode": "hard", "approved_digest": None} | changes
    post_id = rows.post(rows.tandem(slug), **values)
    with rows.store.session() as session:
        post = session.get_one(Post, post_id)
        post.digest = content_digest(post)
    return post_id


@on_sqlite
@pytest.mark.parametrize("mode", ["hard", "soft"])
def test_all_does_not_take_along_what_lost_its_audience(
    rows: Rows, manager: Manager, mode: str
) -> None:
    """Where nobody else was to see it, it is named, and its slug is the person's decision."""
    lost = {"targeting_kept": False, "error": "kept is nothing; so it was taken down"}
    lost_id = waiting(rows, "amira", mode=mode, **lost)
    other_id = waiting(rows, "samir")
    answer = manager.type("approve", "--all", "--yes")
    left = mode == "hard"
    assert (answer.exit, "tueroeffner approve amira" in answer.err) == (4 if left else 0, left)
    with rows.store.reading() as session:
        assert session.get_one(Post, other_id).approved_digest
        assert (session.get_one(Post, lost_id).approved_digest is None) is left
    again = manager.type("approve", "--all", "--yes", "--json")
    assert again.document["left_out"] == ([lost_id] if left else [])
    assert manager.type("approve", "amira", "--yes").exit == 0
    with rows.store.reading() as session:
        post = session.get_one(Post, lost_id)
        assert (post.approved_digest, post.error) == (post.digest, None)
