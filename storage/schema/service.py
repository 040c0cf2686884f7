"""What a person asks of the service: questions to HR, how to be reminded, a copy of their data."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from storage.schema.base import metadata
from storage.types import Day, Id, Instant, Json, Words

question = Table(
    "question",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("text", Words, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("answer", Words, nullable=False, server_default=""),
    Column("answered_at", Instant),
    Column("answered_by", Text, nullable=False, server_default=""),
    Column("key", Text, nullable=False, server_default=""),
    Index("ix_question_person_id", "person_id"),
    Index(
        "ix_question_open",
        "id",
        sqlite_where=text("answered_at IS NULL"),
        postgresql_where=text("answered_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)

preference = Table(
    "preference",
    metadata,
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("channel", Text, nullable=False, server_default=""),
    Column("stopped_at", Instant),
    Column("snoozed_until", Day),
    Column("low_detail", Boolean, nullable=False, server_default=false()),
    Column("changed_at", Instant, nullable=False),
)

# Slow work (design §2): done outside the batch that asked for it, once for each cause.
job = Table(
    "job",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("account_id", Id, ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("cause", BigInteger, nullable=False),  # inbox.seq
    Column("payload", Json, nullable=False),
    Column("state", Text, nullable=False),  # waiting | done | failed
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease_until", Instant),
    Column("error", Words, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    Column("finished_at", Instant),
    UniqueConstraint("kind", "cause"),
    Index(
        "ix_job_waiting",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("ix_job_account_id", "account_id"),
    sqlite_autoincrement=True,
)

# Something made for one person to take away; its bytes go when it expires.
file = Table(
    "file",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("name", Words, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary),  # NULL once taken or expired
    # Of the link /files/{token}, which opens all files made together; NULL: sent as a file.
    Column("token_hash", Text),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("served_at", Instant),
    Column("kind", Text, nullable=False, server_default="copy"),  # of the job that made it
    Index("ix_file_account_id", "account_id"),
    Index("ix_file_token_hash", "token_hash"),
    sqlite_autoincrement=True,
)
