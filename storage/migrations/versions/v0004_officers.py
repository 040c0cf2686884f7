"""Indexes of what is asked in the transaction of a message: who is of HR, whose link 「停止提醒」 it is."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    officers = sa.text("access = '人事'")
    op.create_index("ix_person_officer", "person", ["id"], sqlite_where=officers, postgresql_where=officers)
    op.create_index("ix_opt_out_person_id", "opt_out", ["person_id"])
