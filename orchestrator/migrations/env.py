"""Alembic's entry: runs on the engine that the store hands over."""

from typing import Any

from alembic import context
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.types import TypeDecorator, TypeEngine

from orchestrator.model import Campaign


def plain_type(kind: str, item: Any, _context: Any) -> Any:
    """Write the database's own types into a migration: the model's may change later."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    inner: TypeEngine[Any] = item.impl_instance
    return f"sa.{inner!r}"


engine: Engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Campaign.metadata,
        render_item=plain_type,
        # SQLite cannot change a column in place; Alembic copies the table instead.
        render_as_batch=engine.dialect.name == "sqlite",
        # SQLite undoes changes of tables, too: several steps are one transaction, as on PostgreSQL.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if engine.dialect.name == "postgresql":
            # Two workers that start together must not both make the tables. SQLite's own
            # write lock, taken by our BEGIN, does the same there.
            connection.execute(text("SELECT pg_advisory_xact_lock(8470011)"))
        context.run_migrations()
    connection.commit()
