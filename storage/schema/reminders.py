"""What is said unasked: waves of reminders, what each person of one is told, HR's digests, the budget."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.schema.base import metadata
from storage.types import Day, Id, Instant, Words

# A day on which people are written to (guideline.rhythm.Occasion), each once.
wave = Table(
    "wave",
    metadata,
    Column("id", Id, primary_key=True),
    Column("occasion", Text, nullable=False, unique=True),
    Column("day", Day, nullable=False),
    Column("state", Text, nullable=False),  # planning | open | stopped | done
    Column("shadow", Boolean, nullable=False),  # HR alone is told of it
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)

# What became of one person in a wave: unique, so that nobody is told twice.
reminder = Table(
    "reminder",
    metadata,
    Column("id", Id, primary_key=True),
    Column("wave_id", Id, ForeignKey("wave.id"), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    # planned · frozen (given to the delivery) · waiting (opens the person's next reply) · told (on a reply)
    # · dropped (not due any more, by `reason`) · unreached (no way leads there, by `reason`)
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("bucket", Text, nullable=False, server_default=""),  # those with the same one read the same
    Column("way", Text, nullable=False, server_default=""),  # line | telegram | email
    Column("tried", Text, nullable=False, server_default=""),  # ways that refused it, line,email
    Column("told_on", Day),  # the business date on which it was frozen, or told on a reply
    Column("decided_at", Instant),
    UniqueConstraint("wave_id", "person_id"),
    Index(
        "ix_reminder_planned",
        "wave_id",
        "way",
        "bucket",
        "id",
        sqlite_where=text("state = 'planned'"),
        postgresql_where=text("state = 'planned'"),
    ),
    Index(
        "ix_reminder_waiting",
        "person_id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("ix_reminder_person_id", "person_id", "told_on"),
    sqlite_autoincrement=True,
)

# What is said once to somebody and never again, by its key: a week's digest, a wave's report.
told = Table(
    "told",
    metadata,
    Column("what", Text, nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("what", "person_id"),
)

# LINE's own count of a month's messages, as last asked; what we sent ourselves stands in `dispatch.charge`.
budget = Table(
    "budget",
    metadata,
    Column("month", Text, primary_key=True),  # 2026-11
    Column("quota", Integer),  # NULL: none, or not known
    Column("counted", Integer, nullable=False),  # by LINE
    Column("ours", Integer, nullable=False),  # by us, at that moment
    Column("asked_at", Instant, nullable=False),
)

# A day on which the agency is closed although the calendar says otherwise, e.g. for a typhoon.
closure = Table(
    "closure",
    metadata,
    Column("day", Day, primary_key=True),
    Column("note", Words, nullable=False, server_default=""),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", Text, nullable=False),
)

# The figures of a week's digest, for the change since: `unit` is a path, empty for the whole agency.
weekly = Table(
    "weekly",
    metadata,
    Column("day", Day, nullable=False),
    Column("unit", Words, nullable=False),
    Column("figure", Text, nullable=False),
    Column("value", Integer, nullable=False),
    PrimaryKeyConstraint("day", "unit", "figure"),
)

# The link 「停止提醒」 in an e-mail; only its hash is kept.
opt_out = Table(
    "opt_out",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index("ix_opt_out_created_at", "created_at"),
    Index("ix_opt_out_person_id", "person_id"),
)
