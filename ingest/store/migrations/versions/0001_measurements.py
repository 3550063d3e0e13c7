"""Sources and signals, runs, and the measurements that they brought."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
FINITE = "value BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308"


def upgrade() -> None:
    _names()
    _counting()
    _beside()


def _names() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
    op.create_table(
        "source",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_run", sa.BigInteger(), nullable=True),
        sa.Column("last_success", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("name", name=op.f("uq_source_name")),
    )
    op.create_table(
        "signal",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("total", sa.Double(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_signal_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
        sa.UniqueConstraint("name", name=op.f("uq_signal_name")),
    )
    op.create_index(op.f("ix_signal_source_id"), "signal", ["source_id"], unique=False)
    op.create_table(
        "run",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("cure", sa.Text(), nullable=True),
        sa.Column("retry_at", sa.BigInteger(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Integer(), nullable=False),
        sa.Column("revised", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("retracted", sa.Integer(), nullable=False),
        sa.Column("credential_expires_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_run_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index(op.f("ix_run_recorded_at"), "run", ["recorded_at"], unique=False)
    op.create_index(op.f("ix_run_source_id_id"), "run", ["source_id", "id"], unique=False)
    meta = sa.table("meta", sa.column("name", sa.Text), sa.column("value", sa.Text))
    op.bulk_insert(meta, [{"name": "salt", "value": secrets.token_hex(16)}, {"name": "recorded", "value": "0"}])


def _counting() -> None:
    op.create_table(
        "reading",
        sa.Column("signal_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("observed_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(FINITE, name=op.f("ck_reading_finite")),
        sa.PrimaryKeyConstraint("signal_id", "observed_at", name=op.f("pk_reading")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event",
        sa.Column("signal_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(FINITE, name=op.f("ck_event_finite")),
        sa.PrimaryKeyConstraint("signal_id", "key", name=op.f("pk_event")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_event_signal_id_observed_at"), "event", ["signal_id", "observed_at"], unique=False)
    op.create_table(
        "superseded",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("signal_id", sa.BigInteger(), nullable=False),
        sa.Column("key", KEY, nullable=True),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("until_run", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_superseded")),
    )
    op.create_index(op.f("ix_superseded_signal_id_key"), "superseded", ["signal_id", "key"], unique=False)
    op.create_index(
        op.f("ix_superseded_signal_id_observed_at"), "superseded", ["signal_id", "observed_at"], unique=False
    )


def _beside() -> None:
    op.create_table(
        "pin",
        sa.Column("signal_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_pin_signal_id")),
        sa.PrimaryKeyConstraint("signal_id", "key", name=op.f("pk_pin")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quarantine",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("signal_id", sa.BigInteger(), nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until_run", sa.BigInteger(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.CheckConstraint(FINITE, name=op.f("ck_quarantine_finite")),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_quarantine_signal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    op.create_index(op.f("ix_quarantine_signal_id_key"), "quarantine", ["signal_id", "key"], unique=False)
    op.create_table(
        "coverage",
        sa.Column("signal_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_run", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("start_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_at", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_coverage_signal_id")),
        sa.PrimaryKeyConstraint("signal_id", "until_run", "start_at", name=op.f("pk_coverage")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cursor",
        sa.Column("source_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_cursor_source_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_cursor")),
    )
