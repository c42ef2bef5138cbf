"""Places that were settled or asked online, official municipalities, a network's own estimate."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("audience", sa.Column("estimate", sa.JSON(none_as_null=True)))
    op.create_table(
        "known_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("known_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_known_place_campaign_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_known_place"),
        sa.UniqueConstraint(
            "campaign_id", "digest", "source", name="uq_known_place_campaign_id_digest_source"
        ),
    )
    op.create_index("ix_known_place_campaign_id", "known_place", ["campaign_id"])
    op.create_table(
        "turn",
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("free_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("service", name="pk_turn"),
    )
    op.create_table(
        "municipality",
        sa.Column("ags", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("place_id", sa.BigInteger()),
        sa.Column("imported_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("ags", name="pk_municipality"),
    )
