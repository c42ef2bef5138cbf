"""What comes back: reach, replies with their senders sealed, and the freeze after a restore."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LABELS = "'job_offer', 'tip', 'question', 'encouragement', 'abuse', 'spam', 'other'"
LINKS = ("campaign", "post", "tandem", "person")


def upgrade() -> None:
    op.add_column("campaign", sa.Column("frozen_since", sa.DateTime(timezone=True)))
    op.add_column("account", sa.Column("read_not_before", sa.DateTime(timezone=True)))
    op.add_column("account", sa.Column("heard_until", sa.String()))
    op.add_column(
        "account", sa.Column("unavailable", sa.JSON(), nullable=False, server_default="{}")
    )
    op.add_column("account", sa.Column("refusal", sa.String()))
    op.add_column("account", sa.Column("read_usd", sa.Float(), nullable=False, server_default="0"))
    op.add_column("post", sa.Column("collected_at", sa.DateTime(timezone=True)))
    op.add_column("post", sa.Column("gone_at", sa.DateTime(timezone=True)))
    # Nothing was ever written to the first version's table.
    op.drop_table("reply")
    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer()),
        sa.Column("tandem_id", sa.Integer()),
        sa.Column("person_id", sa.Integer()),
        sa.Column("duplicate_of", sa.Integer()),
        sa.Column("network", sa.String()),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String()),
        sa.Column("parent_remote_id", sa.String()),
        sa.Column("permalink", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("author_digest", sa.String()),
        sa.Column("contact_digests", sa.JSON(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("picture", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True)),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.Column("label", sa.String(length=24), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("queue", sa.Boolean(), nullable=False),
        sa.Column("labelled_by", sa.String()),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("taken_by", sa.String()),
        sa.Column("taken_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(f"label IN ({LABELS})", name=op.f("ck_reply_label_known")),
        *(
            sa.ForeignKeyConstraint([f"{each}_id"], [f"{each}.id"], name=f"fk_reply_{each}_id")
            for each in LINKS
        ),
        sa.ForeignKeyConstraint(["duplicate_of"], ["reply.id"], name="fk_reply_duplicate_of"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint(
            "campaign_id",
            "network",
            "remote_id",
            name=op.f("uq_reply_campaign_id_network_remote_id"),
        ),
    )
    for each in (*(f"{link}_id" for link in LINKS), "duplicate_of"):
        op.create_index(f"ix_reply_{each}", "reply", [each])
