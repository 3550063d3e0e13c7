"""What was pinned once, why each baseline came to be, and corrections in the order in which they were made."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "unpinned",
        sa.Column("signal_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("until_run", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_unpinned_signal_id")),
        sa.PrimaryKeyConstraint("signal_id", "key", "until_run", name=op.f("pk_unpinned")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_superseded_signal_id_until_run"), "superseded", ["signal_id", "until_run"], unique=False)
    if op.get_context().dialect.name == "sqlite":
        _make_baseline_anew()
    else:
        for column in _new_columns():
            op.add_column("baseline", column)
    op.execute("UPDATE baseline SET why = 'grown' WHERE origin LIKE '% when the value changed'")


def _new_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("why", sa.Text(), server_default="found", nullable=False),
        sa.Column("replaces", sa.Double(), nullable=True),
        sa.Column("corrected_at", sa.BigInteger(), nullable=True),
        sa.Column("gives", sa.Double(), nullable=True),
    ]


def _make_baseline_anew() -> None:
    """SQLite keeps the text of a table's making; so that all files have the same, this one is made as new ones are."""
    op.drop_index(op.f("ix_baseline_key_result_recorded_at"), "baseline")
    op.rename_table("baseline", "baseline_before")
    op.create_table(
        "baseline",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_result", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=True),
        sa.Column("measured_at", sa.BigInteger(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=True),
        *_new_columns(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline")),
    )
    columns = "id, key_result, recorded_at, value, late, measured_at, origin"
    op.execute(f"INSERT INTO baseline ({columns}) SELECT {columns} FROM baseline_before")
    op.drop_table("baseline_before")
    op.create_index(op.f("ix_baseline_key_result_recorded_at"), "baseline", ["key_result", "recorded_at"], unique=False)
