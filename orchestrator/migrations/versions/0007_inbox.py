"""What becomes of a reply: corrections, checks, ways to the tandem, outcomes, answers, alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_LABELS = "'job_offer', 'tip', 'question', 'encouragement', 'abuse', 'spam', 'other'"
_STATES = (
    "'new', 'checked', 'forwarded', 'received', 'contacted', 'trial', 'offer', 'permit_pending', "
    "'started', 'kept_4w', 'kept_6m', 'no_fit', 'filled', 'declined', 'permit_refused', 'unsafe', "
    "'withdrawn'"
)
_DELIVERIES = "'sending', 'sent', 'unknown', 'failed'"


def upgrade() -> None:
    for name in ("answered_at", "hidden_at"):
        op.add_column("reply", sa.Column(name, _TIME))
    for name in ("hidden_by", "conversation"):
        op.add_column("reply", sa.Column(name, sa.String()))
    for name in ("away_from", "away_until"):
        op.add_column("tandem", sa.Column(name, sa.Date()))
    op.add_column(
        "post", sa.Column("hide_abuse", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("account", sa.Column("messages_until", sa.String()))
    op.create_index("ix_reply_label", "reply", ["campaign_id", "label", "received_at"])
    op.create_index("ix_reply_author", "reply", ["campaign_id", "author_digest"])
    private = sa.text("conversation IS NOT NULL")
    op.create_index(
        "ix_reply_conversation",
        "reply",
        ["campaign_id", "conversation"],
        postgresql_where=private,
        sqlite_where=private,
    )
    touched = sa.text("hidden_by IS NOT NULL OR hidden_at IS NOT NULL")
    op.create_index(
        "ix_reply_hidden",
        "reply",
        ["campaign_id"],
        postgresql_where=touched,
        sqlite_where=touched,
    )
    _what_people_said()
    _way_to_the_tandem()
    _what_we_say()


def _what_people_said() -> None:
    _table(
        "correction",
        sa.Column("was", sa.String(24), nullable=False),
        sa.Column("label", sa.String(24), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("shape", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("reply_id", name="uq_correction_reply_id"),
        sa.CheckConstraint(f"was IN ({_LABELS})", name="ck_correction_was_known"),
        sa.CheckConstraint(f"label IN ({_LABELS})", name="ck_correction_label_known"),
        owners=("campaign", "reply"),
        indexed=("campaign",),
    )
    _table(
        "offer_check",
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("second_by", sa.String()),
        sa.Column("second_at", _TIME),
        sa.Column("wanted", sa.Boolean()),
        sa.Column("wanted_at", _TIME),
        sa.UniqueConstraint("reply_id", name="uq_offer_check_reply_id"),
        owners=("campaign", "reply"),
        indexed=("campaign",),
    )


def _way_to_the_tandem() -> None:
    steps = "'forward', 'reminder', 'backup', 'partner'"
    _table(
        "referral",
        sa.Column("step", sa.String(24), nullable=False),
        sa.Column("way", sa.String(24), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("message_id", sa.String()),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("sent_at", _TIME),
        sa.Column("received_at", _TIME),
        sa.Column("received_by", sa.String()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", _TIME),
        sa.Column("error", sa.String()),
        sa.UniqueConstraint("reply_id", "step", name="uq_referral_reply_id_step"),
        sa.UniqueConstraint("campaign_id", "code", name="uq_referral_campaign_id_code"),
        sa.CheckConstraint(f"step IN ({steps})", name="ck_referral_step_known"),
        sa.CheckConstraint("way IN ('mail', 'sheet', 'call')", name="ck_referral_way_known"),
        sa.CheckConstraint(f"state IN ({_DELIVERIES})", name="ck_referral_state_known"),
        owners=("campaign", "reply", "tandem"),
        indexed=("campaign", "reply", "tandem"),
    )
    _table(
        "milestone",
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.CheckConstraint(f"state IN ({_STATES})", name="ck_milestone_state_known"),
        owners=("campaign", "reply", "tandem?"),
        indexed=("campaign", "reply", "tandem"),
    )


def _what_we_say() -> None:
    _table(
        "answer",
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("way", sa.String(24), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("remote_id", sa.String()),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("sent_at", _TIME),
        sa.Column("error", sa.String()),
        sa.CheckConstraint(
            "kind IN ('acknowledgement', 'closing', 'answer')", name="ck_answer_kind_known"
        ),
        sa.CheckConstraint("way IN ('public', 'private', 'noted')", name="ck_answer_way_known"),
        sa.CheckConstraint(f"state IN ({_DELIVERIES})", name="ck_answer_state_known"),
        owners=("campaign", "reply"),
        indexed=("campaign", "reply"),
    )
    _table(
        "alert",
        sa.Column("hour", _TIME, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("error", sa.String()),
        sa.UniqueConstraint("post_id", "hour", name="uq_alert_post_id_hour"),
        sa.CheckConstraint(f"state IN ({_DELIVERIES})", name="ck_alert_state_known"),
        owners=("campaign", "post"),
        indexed=("campaign", "post"),
    )


def _table(
    name: str,
    *parts: sa.Column[object] | sa.Constraint,
    owners: tuple[str, ...],
    indexed: tuple[str, ...],
) -> None:
    """A table with a number of its own, and the rows to which it belongs (``?``: perhaps)."""
    whose = [(owner.removesuffix("?"), owner.endswith("?")) for owner in owners]
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(f"{owner}_id", sa.Integer(), nullable=maybe) for owner, maybe in whose),
        *parts,
        *(
            sa.ForeignKeyConstraint([f"{owner}_id"], [f"{owner}.id"], name=f"fk_{name}_{owner}_id")
            for owner, _ in whose
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
    for owner in indexed:
        op.create_index(f"ix_{name}_{owner}_id", name, [f"{owner}_id"])
