"""Keys of persons apart, evidence and text of consents, endings of tandems, a chained audit log."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_REFUSED = "the audit log is only ever added to"


def upgrade() -> None:
    _people()
    op.add_column("tandem", sa.Column("screened_at", _TIME))
    op.add_column("tandem", sa.Column("ended_at", _TIME))
    op.add_column("tandem", sa.Column("closed_because", sa.String()))
    op.add_column(
        "tandem", sa.Column("posts_down", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("tandem", sa.Column("erased_at", _TIME))
    op.add_column("reply", sa.Column("evidence_since", _TIME))
    op.add_column("reply", sa.Column("forgotten_at", _TIME))
    op.add_column("post", sa.Column("show", sa.String(24)))
    op.add_column("post", sa.Column("hidden_at", _TIME))
    op.add_column("post", sa.Column("removal_at", _TIME))
    op.execute(
        'UPDATE post SET "show" = (SELECT "show" FROM tandem WHERE tandem.id = post.tandem_id)'
    )
    op.add_column(
        "pause", sa.Column("hide", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _consents()
    _audit()


def _people() -> None:
    op.create_table(
        "person_key",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_person_key_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_person_key"),
    )
    op.execute(
        "INSERT INTO person_key (person_id, wrapped)"
        " SELECT id, wrapped_key FROM person WHERE wrapped_key IS NOT NULL"
    )
    op.drop_column("person", "wrapped_key")
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_evidence_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_person_id", "evidence", ["person_id"])


def _consents() -> None:
    for name, default in (("language", "de"), ("version", "1"), ("method", "file")):
        op.add_column(
            "consent", sa.Column(name, sa.String(), nullable=False, server_default=default)
        )
    # In two words, since a reference that is added to a table in use must be allowed to be empty.
    reference = sa.ForeignKey("evidence.id", name="fk_consent_evidence_id")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ALTER TABLE consent ADD COLUMN evidence_id INTEGER REFERENCES evidence (id)")
    else:
        op.add_column("consent", sa.Column("evidence_id", sa.Integer(), reference))
    op.create_index("ix_consent_evidence_id", "consent", ["evidence_id"])


def _audit() -> None:
    op.add_column("event", sa.Column("seq", sa.Integer()))
    op.add_column("event", sa.Column("chain", sa.String()))
    # A slug may be made of names: the log knows a tandem by its number.
    op.execute(
        "UPDATE event SET subject = 'tandem ' || (SELECT id FROM tandem"
        " WHERE tandem.campaign_id = event.campaign_id AND tandem.slug = event.subject)"
        " WHERE what IN ('tandem.imported', 'tandem.updated', 'pause', 'resume')"
        " AND EXISTS (SELECT 1 FROM tandem"
        " WHERE tandem.campaign_id = event.campaign_id AND tandem.slug = event.subject)"
    )
    bind = op.get_bind()
    events = sa.table(
        "event",
        *(sa.column(name) for name in ("id", "campaign_id", "actor", "what", "subject", "chain")),
        sa.column("at", _TIME),
        sa.column("detail", sa.JSON()),
        sa.column("seq", sa.Integer()),
    )
    last: dict[int, tuple[int, str]] = {}
    for row in bind.execute(sa.select(events).order_by(events.c.id)).mappings().all():
        seq, before = last.get(row["campaign_id"], (0, ""))
        last[row["campaign_id"]] = seq + 1, _chained(before, seq + 1, row)
        bind.execute(
            sa.update(events)
            .where(events.c.id == row["id"])
            .values(seq=seq + 1, chain=last[row["campaign_id"]][1])
        )
    op.create_index("ix_event_seq", "event", ["campaign_id", "seq"], unique=True)
    for statement in _GUARDS[bind.dialect.name]:
        op.execute(statement)


def _chained(before: str, seq: int, row: Any) -> str:
    """As the program's journal does it; written out here, since a migration never changes."""
    at = row["at"] if isinstance(row["at"], datetime) else datetime.fromisoformat(row["at"])
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    content = [
        before, row["campaign_id"], seq, at.isoformat(timespec="microseconds"),
        row["actor"], row["what"], row["subject"], row["detail"],
    ]  # fmt: skip
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


_GUARDS = {
    "sqlite": [
        "CREATE TRIGGER event_is_kept BEFORE DELETE ON event BEGIN"
        f" SELECT RAISE(ABORT, '{_REFUSED}'); END",
        "CREATE TRIGGER event_stays BEFORE UPDATE ON event WHEN OLD.chain IS NOT NULL BEGIN"
        f" SELECT RAISE(ABORT, '{_REFUSED}'); END",
        # INSERT OR REPLACE and UPDATE OR REPLACE delete what is in their way without a word.
        "CREATE TRIGGER event_is_new BEFORE INSERT ON event WHEN EXISTS (SELECT 1 FROM event"
        " WHERE id = NEW.id OR (campaign_id = NEW.campaign_id AND seq = NEW.seq)) BEGIN"
        f" SELECT RAISE(ABORT, '{_REFUSED}'); END",
        "CREATE TRIGGER event_takes_no_place BEFORE UPDATE ON event WHEN EXISTS (SELECT 1"
        " FROM event WHERE id <> OLD.id AND (id = NEW.id"
        " OR (campaign_id = NEW.campaign_id AND seq = NEW.seq))) BEGIN"
        f" SELECT RAISE(ABORT, '{_REFUSED}'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'restrict_violation'; END $$",
        "CREATE TRIGGER event_is_kept BEFORE DELETE ON event"
        " FOR EACH ROW EXECUTE FUNCTION refuse_event_change()",
        "CREATE TRIGGER event_is_not_emptied BEFORE TRUNCATE ON event"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change()",
        "CREATE TRIGGER event_stays BEFORE UPDATE ON event FOR EACH ROW"
        " WHEN (OLD.chain IS NOT NULL) EXECUTE FUNCTION refuse_event_change()",
    ],
}
