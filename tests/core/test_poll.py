"""The question of every second: right on both databases, and by the index that makes it cheap."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from orchestrator.model import Account, Campaign, Person, Post, Tandem
from orchestrator.poll import anything_due, newest_due
from orchestrator.store import Store
from orchestrator.vocabulary import PostState

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def posts(store: Store) -> dict[str, object]:
    """A campaign with a tandem and an account; what a post needs beside its own."""
    with store.session() as session:
        campaign = Campaign(slug="woche", name="W", key_fingerprint="0", created_at=NOW)
        session.add(campaign)
        session.flush()
        person = Person(campaign_id=campaign.id)
        account = Account(campaign_id=campaign.id, network="facebook", remote_id="1")
        session.add_all([person, account])
        session.flush()
        tandem = Tandem(
            campaign_id=campaign.id, slug="samira-und-jo", refugee_id=person.id,
            volunteer_id=person.id, public_name="Samira", place_id=1, town="Kiel",
            region="Schleswig-Holstein", country="DE", lat=54.3, lon=10.1, town_people=247_000,
            place_digest="0", imported_at=NOW, changed_at=NOW,
        )  # fmt: skip
        session.add(tandem)
        session.flush()
        return {"campaign_id": campaign.id, "tandem_id": tandem.id, "account_id": account.id}


def post(
    owners: dict[str, object], number: int, due_at: datetime, **other: object
) -> dict[str, object]:
    return {
        **owners, "network": "facebook", "number": number, "language": "de", "text": "Wer hilft?",
        "link": "", "mode": "", "digest": "d", "approved_digest": "d", "price_usd": 0.0,
        "due_at": due_at, "due_wall": "", "zone": "UTC", "state": PostState.PLANNED, "fence": 0,
        **other,
    }  # fmt: skip


def add(store: Store, rows: list[dict[str, object]]) -> None:
    with store.session() as session:
        session.connection().execute(insert(Post), rows)


def campaign_of(owners: dict[str, object]) -> int:
    return int(str(owners["campaign_id"]))


def test_nothing_is_due(store: Store, posts: dict[str, object]) -> None:
    """Neither an empty table, nor the future, nor what may not or need not be sent."""
    campaign = campaign_of(posts)
    assert not anything_due(store, campaign, NOW)
    assert newest_due(store, campaign, NOW) is None
    states = [state for state in PostState if state is not PostState.PLANNED]
    add(
        store,
        [
            post(posts, 1, NOW + timedelta(microseconds=1)),
            post(posts, 2, NOW - MINUTE, approved_digest=None),
            post(posts, 3, NOW - MINUTE, approved_digest="of other words"),
            *(post(posts, 10 + n, NOW - MINUTE, state=state) for n, state in enumerate(states)),
        ],
    )
    assert not anything_due(store, campaign, NOW)
    assert newest_due(store, campaign, NOW) is None


def test_what_is_due(store: Store, posts: dict[str, object]) -> None:
    """To the microsecond, also when asked in another zone; the newest says whether more came."""
    campaign = campaign_of(posts)
    add(
        store, [post(posts, 1, NOW - 9 * MINUTE), post(posts, 2, NOW), post(posts, 3, NOW + MINUTE)]
    )
    assert anything_due(store, campaign, NOW)
    assert newest_due(store, campaign, NOW) == NOW
    before = NOW - timedelta(microseconds=1)
    assert newest_due(store, campaign, before) == NOW - 9 * MINUTE
    assert newest_due(store, campaign, NOW + 2 * MINUTE) == NOW + MINUTE


def test_another_campaigns_posts_are_not_ours(store: Store, posts: dict[str, object]) -> None:
    """Two campaigns may share a server."""
    add(store, [post(posts, 1, NOW)])
    assert not anything_due(store, campaign_of(posts) + 1, NOW)
    assert newest_due(store, campaign_of(posts) + 1, NOW) is None


def plan_of(store: Store, ask: Callable[[], object]) -> str:
    """How the database answers exactly what ``ask`` sends."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, given: Any, *_more: Any) -> None:
        sent.append((statement, given))

    event.listen(store.engine, "before_cursor_execute", note)
    ask()
    event.remove(store.engine, "before_cursor_execute", note)
    statement, given = next(each for each in sent if "FROM post" in each[0])
    explain = "EXPLAIN QUERY PLAN" if store.engine.dialect.name == "sqlite" else "EXPLAIN"
    with store.reading() as session:
        rows = session.connection().exec_driver_sql(f"{explain} {statement}", given).all()
    return "\n".join(str(tuple(row)) for row in rows)


def test_a_long_plan_costs_nothing(store: Store, posts: dict[str, object]) -> None:
    """The index of due posts answers, however many are planned; with and without statistics."""
    campaign = campaign_of(posts)
    add(store, [post(posts, n, NOW + n * MINUTE) for n in range(1, 5001)])
    plans = [plan_of(store, lambda: anything_due(store, campaign, NOW))]
    plans.append(plan_of(store, lambda: newest_due(store, campaign, NOW)))
    with store.session() as session:
        session.connection().execute(text("ANALYZE post"))
    plans.append(plan_of(store, lambda: anything_due(store, campaign, NOW)))
    plans.append(plan_of(store, lambda: newest_due(store, campaign, NOW)))
    for plan in plans:
        assert "ix_post_due" in plan, plan
        assert "Seq Scan" not in plan
