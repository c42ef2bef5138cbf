"""What a network holds for us, what each try costs, who is sending, and where the rows live."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaign", sa.Column("home", sa.String()))
    op.add_column("post", sa.Column("handed_digest", sa.String()))
    op.add_column("post", sa.Column("handed_for", sa.DateTime(timezone=True)))
    # With 200,000 planned posts an idle pass must not read them all.
    op.drop_index("ix_post_campaign_id", "post")
    op.create_index("ix_post_state", "post", ["campaign_id", "state"])
    held = sa.text("handed_digest IS NOT NULL")
    op.create_index(
        "ix_post_handed", "post", ["campaign_id"], postgresql_where=held, sqlite_where=held
    )
    op.add_column("attempt", sa.Column("price_usd", sa.Float(), nullable=False, server_default="0"))
    # Until now the price of a try was that of its post.
    op.execute(
        "UPDATE attempt SET price_usd ="
        " (SELECT price_usd FROM post WHERE post.id = attempt.post_id)"
    )
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pass_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_heartbeat_campaign_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeat")),
        sa.UniqueConstraint("campaign_id", "worker", name=op.f("uq_heartbeat_campaign_id_worker")),
    )
    op.create_index("ix_heartbeat_campaign_id", "heartbeat", ["campaign_id"])
