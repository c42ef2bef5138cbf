"""A campaign whose tandems leave: on fakes, on a network that outlives us, or on the sandbox."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select, update

from orchestrator.keys import CampaignKey
from orchestrator.leaving import away, decision
from orchestrator.leaving.away import Away
from orchestrator.model import Attempt, Consent, Post, Tandem, Upload
from orchestrator.shift import Tally
from orchestrator.store import Store
from orchestrator.vocabulary import Outcome, PostState
from tests.journeys.conftest import approved, manager, sandbox, tandems, typed_once
from tests.leaving.far import FarNetwork
from tests.publishing.conftest import NOON, Campaign, database_url

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

__all__ = ["approved", "database_url", "manager", "sandbox", "tandems", "typed_once"]
HOUR = timedelta(hours=1)


class Leaving(Campaign):
    """The campaign of the publishing tests, with tandems that have posts everywhere."""

    waits: list[float]

    def family(self, slug: str, ends_on: date | None = None) -> int:
        """A tandem with a post published on each network, one held by Facebook, one planned."""
        tandem_id = self.tandem(slug)
        for network in ("facebook", "x"):
            self.out(self.post(tandem_id, network))
        self.held(self.post(tandem_id, due_at=NOON + 5 * HOUR))
        self.post(tandem_id, "x", due_at=NOON + 6 * HOUR)
        if ends_on:
            with self.store.session() as session:
                session.exec(
                    update(Consent).where(Consent.tandem_id == tandem_id).values(ends_on=ends_on)
                )
        return tandem_id

    def out(self, post_id: int, sent: timedelta = HOUR) -> None:
        """It went out so long ago."""
        with self.store.session() as session:
            post = session.get_one(Post, post_id)
            post.state, post.remote_id = PostState.PUBLISHED, f"{post.network}-{post_id}"
            post.published_at = self.clock.now() - sent
            post.targeting_kept = True
            post.permalink = f"https://social.example/{post.remote_id}"
            self.tried(session, post, sent)
            self.network(post.network).put(post.remote_id, post.text)

    def held(self, post_id: int) -> None:
        """Facebook was given it an hour ago, to publish at its time."""
        with self.store.session() as session:
            post = session.get_one(Post, post_id)
            post.state, post.remote_id = PostState.SCHEDULED, f"{post.network}-{post_id}"
            post.handed_digest, post.handed_for = post.digest, post.due_at
            self.tried(session, post, HOUR)
            self.network(post.network).put(post.remote_id, post.text, post.due_at)

    def tried(
        self, session: Session, post: Post, ago: timedelta, outcome: Outcome | None = Outcome.DONE
    ) -> None:
        """A try at it, so long ago, that ended so."""
        number = len(session.exec(select(Attempt).where(Attempt.post_id == post.id)).all()) + 1
        session.add(
            Attempt(
                post_id=post.id, number=number, digest=post.digest, outcome=outcome,
                sent_at=self.clock.now() - ago,
            )
        )  # fmt: skip

    def network(self, name: str) -> FarNetwork:
        found: FarNetwork = getattr(self, name)
        return found

    def of(self, tandem_id: int) -> list[Post]:
        """Its posts, as they stand."""
        with self.store.reading() as session:
            return list(session.exec(select(Post).where(Post.tandem_id == tandem_id)).all())

    def there(self, tandem_id: int) -> list[str]:
        """What the networks still have of it."""
        had = self.facebook.ids() | self.x.ids()
        return sorted(had & {post.remote_id or "" for post in self.of(tandem_id)})

    def withdraw(self, tandem_id: int) -> Away:
        with self.store.session() as session:
            decision.withdraw(session, tandem_id, self.clock.now(), "heike")
        return self.bring(tandem_id)

    def close(self, tandem_id: int, *, posts_down: bool) -> Away:
        with self.store.session() as session:
            now = self.clock.now()
            decision.close(session, tandem_id, now, "heike", "hired", posts_down=posts_down)
        return self.bring(tandem_id)

    def bring(self, tandem_id: int, waited: Callable[[], object] = lambda: None) -> Away:
        """Bring its posts away; no second passes, but ``waited`` is called instead."""

        def wait(seconds: float) -> None:
            self.waits.append(seconds)
            waited()

        return away.bring(self.shift(), Tally(), tandem_id, wait)

    def brought(self, tandem_id: int, expires_at: datetime | None) -> None:
        """A file for the tandem's planned post is on X already; None: X told no end of it."""
        with self.store.session() as session:
            planned = Post.state == PostState.PLANNED
            post = session.exec(select(Post).where(Post.tandem_id == tandem_id, planned)).one()
            of_it = {"post_id": post.id, "position": 0, "digest": "d", "updated_at": NOON}
            session.add(Upload(**of_it, mark="7", remote_id="7", ready=True, expires_at=expires_at))

    def row(self, tandem_id: int) -> Tandem:
        with self.store.reading() as session:
            return session.get_one(Tandem, tandem_id)


@pytest.fixture
def leaving(store: Store, key: CampaignKey, settings: "SettingsFactory", tmp_path: Path) -> Leaving:
    """An empty campaign at noon of its second day, on networks that outlive a process."""
    made, folder = Leaving(store, key, settings), tmp_path / "networks"
    folder.mkdir()
    made.facebook = FarNetwork("facebook", folder=folder)
    made.x = FarNetwork("x", targets=False, folder=folder)
    made.waits = []
    return made
