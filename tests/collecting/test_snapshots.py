"""Figures go in by the bulk path, once for each moment, and come out as they were."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import delete, select

from orchestrator import snapshots
from orchestrator.model import Snapshot
from tests.publishing.conftest import Campaign

AT = datetime(2026, 11, 24, 11, 0, 0, 250_000, tzinfo=UTC)
values = st.dictionaries(
    st.sampled_from(["viewers", "views", "impression_count"]),
    st.integers(min_value=0, max_value=2**62),
)


def stored(campaign: Campaign) -> set[tuple[str, datetime, int]]:
    with campaign.store.reading() as session:
        rows = session.exec(select(Snapshot)).all()
    return {(row.metric, row.taken_at, row.value) for row in rows}


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(values, values)
def test_a_second_look_at_the_same_moment_replaces_the_first(
    campaign: Campaign, first: dict[str, int], second: dict[str, int]
) -> None:
    """No figure is counted twice, and none of a moment is lost."""
    post = campaign.published("facebook") if not campaign.posts() else campaign.posts()[0]
    with campaign.session() as session:
        session.exec(delete(Snapshot))
        snapshots.keep(session, {post: first}, AT)
        snapshots.keep(session, {post: second}, AT)
        snapshots.keep(session, {post: {"viewers": 5}}, AT + timedelta(hours=1))

    wanted = {(metric, AT, value) for metric, value in {**first, **second}.items()}
    assert stored(campaign) == wanted | {("viewers", AT + timedelta(hours=1), 5)}


def test_the_driver_writes_what_the_tables_read(campaign: Campaign) -> None:
    """A snapshot written past the mapper is the same row as one written through it."""
    post = campaign.published("facebook")
    with campaign.session() as session:
        session.add(Snapshot(post_id=post, metric="views", taken_at=AT, value=1))
        session.flush()
        snapshots.keep(session, {post: {"views": 2}}, AT)
    assert stored(campaign) == {("views", AT, 2)}


def test_nothing_to_write_is_no_mistake(campaign: Campaign) -> None:
    """An empty reading writes nothing."""
    with campaign.session() as session:
        assert snapshots.keep(session, {}, AT) == 0
