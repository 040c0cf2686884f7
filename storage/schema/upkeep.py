"""Settings, runs of the scheduler, and the audit."""

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, Text

from storage.schema.base import metadata
from storage.types import Day, Id, Instant, Json, Words

# What HR changed in the page; it wins over files.
setting = Table(
    "setting",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Json, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", Text, nullable=False),
)

# What the scheduler's ticks did for which day.
run = Table(
    "run",
    metadata,
    Column("job", Text, nullable=False),
    Column("logical_date", Day, nullable=False),
    Column("state", Text, nullable=False),  # running | done
    Column("lease_until", Instant, nullable=False),
    Column("cursor", Words, nullable=False, server_default=""),  # how far it got
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    PrimaryKeyConstraint("job", "logical_date"),
)

# Append-only: who did what to whom. Ids and kinds, never a person's words; it refers to no row, since it
# outlives them.
audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("person_id", BigInteger),
    Column("account_id", BigInteger),
    Column("cause", BigInteger),
    Column("detail", Json, nullable=False),
    Index("ix_audit_at", "at"),
    Index("ix_audit_person_id", "person_id", "id"),
    sqlite_autoincrement=True,
)
