"""Pictures and films, uploads, adverts, what an account can do, what it cost, why it is refused."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.add_column("account", sa.Column("condition", sa.String(24)))
    op.add_column("account", sa.Column("condition_since", _TIME))
    op.add_column("account", sa.Column("followed_at", _TIME))
    op.add_column("tandem", sa.Column("reach_mode", sa.String(), nullable=False, server_default=""))
    op.add_column("tandem", _no("made_with_ai"))
    op.add_column("post", sa.Column("media", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("post", _no("made_with_ai"))
    op.add_column("post", sa.Column("place", sa.String(), nullable=False, server_default=""))
    op.add_column("post", sa.Column("film_plays", sa.Boolean()))
    op.add_column("post", sa.Column("rewording", sa.String()))
    _accounts()
    _media()
    _adverts()


def _no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _table(name: str, *parts: sa.Column[object] | sa.Constraint, owners: tuple[str, ...]) -> None:
    """A table with a number of its own, and the rows to which it belongs."""
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(f"{owner}_id", sa.Integer(), nullable=False) for owner in owners),
        *parts,
        *(
            sa.ForeignKeyConstraint([f"{owner}_id"], [f"{owner}.id"], name=f"fk_{name}_{owner}_id")
            for owner in owners
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _accounts() -> None:
    _table(
        "capability",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("known_at", _TIME, nullable=False),
        sa.UniqueConstraint("account_id", "name", name="uq_capability_account_id_name"),
        owners=("account",),
    )
    _table(
        "pilot",
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("posts", sa.JSON(), nullable=False),
        sa.Column("result", _JSON),
        sa.Column("ended_at", _TIME),
        owners=("account",),
    )
    _table(
        "charge",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("usd", sa.Float(), nullable=False),
        sa.UniqueConstraint("account_id", "day", "what", name="uq_charge_account_id_day_what"),
        owners=("account",),
    )
    for table in ("capability", "pilot", "charge"):
        _index(table, "account_id")


def _media() -> None:
    _table(
        "medium",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("alt", sa.String(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("ready", sa.String()),
        sa.Column("ready_facts", _JSON),
        sa.Column("poster", sa.String()),
        sa.Column("problem", sa.String()),
        sa.UniqueConstraint("tandem_id", "position", name="uq_medium_tandem_id_position"),
        sa.CheckConstraint("kind IN ('photo', 'video')", name="ck_medium_kind_known"),
        owners=("tandem",),
    )
    _index("medium", "tandem_id")
    _table(
        "upload",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("mark", sa.String()),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("remote_id", sa.String()),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("expires_at", _TIME),
        sa.Column("problem", sa.String()),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.UniqueConstraint("post_id", "position", name="uq_upload_post_id_position"),
        owners=("post",),
    )
    _index("upload", "post_id")


def _adverts() -> None:
    states = (
        "'planned', 'making', 'paused', 'running', 'disapproved', 'ended', 'stopped', 'refused'"
    )
    _table(
        "advert",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("ad_account", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("targeting", sa.JSON(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("budget_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("ends_at", _TIME, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("approved_digest", sa.String()),
        sa.Column("approved_at", _TIME),
        sa.Column("approved_by", sa.String()),
        sa.Column("remote", sa.JSON(), nullable=False),
        sa.Column("step", sa.String()),
        sa.Column("review", _JSON),
        sa.Column("spend_cents", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("read_at", _TIME),
        sa.Column("held_until", _TIME),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("error", sa.String()),
        sa.UniqueConstraint("post_id", name="uq_advert_post_id"),
        sa.CheckConstraint(f"state IN ({states})", name="ck_advert_state_known"),
        owners=("campaign", "tandem", "post"),
    )
    _index("advert", "campaign_id", "tandem_id")
