"""The tables say the same in the program, in the migrations, and in both databases."""

from datetime import datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import exc, text
from sqlalchemy.dialects import sqlite
from sqlmodel import SQLModel

from orchestrator.model import Campaign, UtcTime, Words
from orchestrator.store import Store, connect
from orchestrator.vocabulary import Outcome, PostState

DIALECT = sqlite.dialect()


def test_the_migrations_make_the_tables_of_the_model(database_url: str) -> None:
    """A column that is added to the model only would be missed at the users'."""
    engine = connect(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Campaign.metadata) == []
    engine.dispose()


def test_every_constraint_has_a_name() -> None:
    """A later migration cannot change what it cannot name, on SQLite."""
    for table in SQLModel.metadata.tables.values():
        for constraint in table.constraints:
            assert constraint.name, f"{table.name}: {constraint}"


def test_a_time_without_zone_is_refused() -> None:
    """It would shift silently by an hour or two."""
    with pytest.raises(ValueError, match="without zone"):
        UtcTime().process_bind_param(datetime(2026, 11, 23), DIALECT)  # noqa: DTZ001


def test_any_zone_is_kept_as_utc() -> None:
    """Nine in Berlin is eight in UTC."""
    berlin = timezone(timedelta(hours=1))
    stored = UtcTime().process_bind_param(datetime(2026, 11, 23, 9, tzinfo=berlin), DIALECT)
    assert stored is not None
    assert (stored.hour, stored.utcoffset()) == (8, timedelta())
    again = UtcTime().process_result_value(stored.replace(tzinfo=None), DIALECT)
    assert again == stored


def test_an_unknown_word_is_refused_before_it_is_stored() -> None:
    """States are words of the program."""
    with pytest.raises(ValueError, match="flying"):
        Words(PostState).process_bind_param("flying", DIALECT)
    assert Words(Outcome).process_result_value("done", DIALECT) is Outcome.DONE


def test_an_unknown_word_is_refused_by_the_database(store: Store) -> None:
    """Also when somebody writes with another program."""
    with store.session() as session:
        session.execute(
            text(
                "INSERT INTO campaign (slug, name, key_fingerprint, created_at)"
                " VALUES ('w', 'W', '', '2026-11-23 09:00:00')"
            )
        )
    statement = text(
        "INSERT INTO pause (campaign_id, scope, name, since, actor)"
        " SELECT id, 'sometimes', '', '2026-11-23 09:00:00', 'x' FROM campaign"
    )
    with pytest.raises(exc.IntegrityError), store.session() as session:
        session.execute(statement)
