"""What waits in quarantine is found without reading what was decided before."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WAITS = sa.text("until_run IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_quarantine_waiting",
        "quarantine",
        ["signal_id", "observed_at"],
        unique=False,
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
