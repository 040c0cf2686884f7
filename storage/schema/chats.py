"""Chats, and how a chat becomes a person's."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text, true

from storage.schema.base import metadata
from storage.types import Id, Instant, Json, Words

# One chat of one platform: a person's, a stranger's, or a group's.
account = Table(
    "account",
    metadata,
    Column("id", Id, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("user_id", Words, nullable=False),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("consented_at", Instant),
    Column("declined_at", Instant),  # 先不使用: goes with the next purge
    Column("reachable", Boolean, nullable=False, server_default=true()),
    Column("code_failures", Integer, nullable=False, server_default="0"),
    Column("code_locked_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("menu", Text, nullable=False, server_default=""),  # the platform's menu it was last given
    UniqueConstraint("platform", "user_id"),
    # At most one account of a person on each platform.
    Index(
        "uq_account_person",
        "person_id",
        "platform",
        unique=True,
        sqlite_where=text("person_id IS NOT NULL"),
        postgresql_where=text("person_id IS NOT NULL"),
    ),
    Index(
        "ix_account_stranger",
        "created_at",
        sqlite_where=text("person_id IS NULL AND consented_at IS NULL"),
        postgresql_where=text("person_id IS NULL AND consented_at IS NULL"),
    ),
    Index(
        "ix_account_released",
        "id",
        sqlite_where=text("person_id IS NULL AND menu <> ''"),
        postgresql_where=text("person_id IS NULL AND menu <> ''"),
    ),
    sqlite_autoincrement=True,
)

# One-time codes; only their hashes are kept.
activation = Table(
    "activation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code_hash", Text, nullable=False, unique=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index("ix_activation_person_id", "person_id"),
    sqlite_autoincrement=True,
)

# Which version of the notice (個資法第8條) was accepted when. Outlives the account of a known person.
consent = Table(
    "consent",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("account.id", ondelete="SET NULL")),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("notice", Text, nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    Index("ix_consent_account_id", "account_id"),
    Index("ix_consent_person_id", "person_id"),
    sqlite_autoincrement=True,
)

conversation = Table(
    "conversation",
    metadata,
    Column("account_id", Id, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("task", Text, nullable=False),
    Column("step", Words, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("draft", Json, nullable=False),
    Column("moved_at", Instant, nullable=False),
)
