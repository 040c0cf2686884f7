"""What came in and what goes out."""

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
from storage.types import Exact, Id, Instant, Words


def _partial(name: str, *columns: str, where: str) -> Index:
    """An index of the few rows that are asked for again and again."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


# Raw events as received. AUTOINCREMENT: a number is never given twice, even after a purge.
inbox = Table(
    "inbox",
    metadata,
    Column("seq", Id, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("event_id", Words, nullable=False),
    Column("account_id", Id, ForeignKey("account.id", ondelete="CASCADE")),
    Column("order_key", BigInteger, nullable=False),
    Column("message_id", Words, nullable=False, server_default=""),
    Column("raw", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("state", Text, nullable=False),  # waiting | done | failed
    Column("error", Words, nullable=False, server_default=""),
    UniqueConstraint("platform", "event_id"),
    _partial("ix_inbox_waiting", "seq", where="state = 'waiting'"),
    _partial("ix_inbox_line", "account_id", "order_key", "seq", where="state = 'waiting'"),
    Index("ix_inbox_account_id", "account_id", "message_id"),
    Index("ix_inbox_received_at", "received_at"),
    sqlite_autoincrement=True,
)

# What goes to the platform in one call. `turn` keeps the place of the dispatch this one replaces.
dispatch = Table(
    "dispatch",
    metadata,
    Column("id", Id, primary_key=True),
    Column("turn", Id),
    Column("account_id", Id, ForeignKey("account.id", ondelete="CASCADE")),
    Column("platform", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("body", Exact),  # NULL once purged
    Column("retry_key", Text),
    Column("lane", Integer, nullable=False),
    Column("not_before", Instant),
    Column("state", Text, nullable=False),  # frozen | accepted | refused | undecided
    Column("reason", Words, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("first_attempt_at", Instant),
    Column("lease_until", Instant),
    Column("lease_owner", Text),
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("fleeting", Boolean, nullable=False, server_default=false()),  # its body goes once it is settled
    Column("charge", Integer, nullable=False, server_default="0"),  # messages that it costs of LINE's quota
    Column("charge_month", Text),  # 2026-11
    _partial("ix_dispatch_charge", "charge_month", where="charge > 0"),
    _partial("ix_dispatch_due", "platform", "lane", "id", where="state = 'frozen'"),
    _partial("ix_dispatch_chat", "account_id", "lane", "id", where="state = 'frozen'"),
    Index("ix_dispatch_account_id", "account_id"),
    Index("ix_dispatch_state", "state", "id"),
    Index("ix_dispatch_created_at", "created_at"),
    sqlite_autoincrement=True,
)

# What one chat is told, and by which dispatch.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("account.id", ondelete="CASCADE")),  # NULL: the person's mailbox
    Column("dispatch_id", Id, ForeignKey("dispatch.id", ondelete="CASCADE"), nullable=False),
    Column("cause", BigInteger),  # inbox.seq; no reference, since raw events are purged first
    Column("ordinal", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("receipt", Words, nullable=False, server_default=""),
    Column("unreceived", Boolean, nullable=False, server_default=false()),  # opens the next reply
    Column("carried_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("person_id", Id),  # for whom, where it was not the chat itself that asked
    Column("reminder_id", Id),
    Index("ix_outbox_dispatch_id", "dispatch_id"),
    Index("ix_outbox_account_id", "account_id"),
    Index("ix_outbox_cause", "cause"),
    _partial("ix_outbox_unreceived", "account_id", "id", where="unreceived"),
    _partial("ix_outbox_reminder_id", "reminder_id", where="reminder_id IS NOT NULL"),
    _partial("ix_outbox_mailed", "person_id", where="account_id IS NULL"),
    sqlite_autoincrement=True,
)
