"""Key results: versions of definitions, frozen baselines, notes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "definition",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key_result", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition")),
    )
    op.create_index(
        op.f("ix_definition_key_result_recorded_at"), "definition", ["key_result", "recorded_at"], unique=False
    )
    op.create_table(
        "baseline",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key_result", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=True),
        sa.Column("measured_at", sa.BigInteger(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline")),
    )
    op.create_index(op.f("ix_baseline_key_result_recorded_at"), "baseline", ["key_result", "recorded_at"], unique=False)
    op.create_table(
        "note",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key_result", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_key_result_recorded_at"), "note", ["key_result", "recorded_at"], unique=False)
