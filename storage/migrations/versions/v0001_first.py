"""The first schema: people, chats, hours, messages, upkeep."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A migration never reads storage.schema: it says what the tables were at its time.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger()),
        sa.Column("account_id", sa.BigInteger()),
        sa.Column("cause", sa.BigInteger()),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_person_id", "audit", ["person_id", "id"])
    op.create_table(
        "person",
        sa.Column("id", ID, nullable=False),
        sa.Column("employee_no", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), server_default="", nullable=False),
        sa.Column("joined_on", sa.String(10)),
        sa.Column("left_on", sa.String(10)),
        sa.Column("exempt_from", sa.String(10)),
        sa.Column("exempt_until", sa.String(10)),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("employee_no", name=op.f("uq_person_employee_no")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_person_unit", "person", ["unit"])
    op.create_table(
        "run",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("logical_date", sa.String(10), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=False),
        sa.Column("cursor", sa.Text(), server_default="", nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("job", "logical_date", name=op.f("pk_run")),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "account",
        sa.Column("id", ID, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("person_id", ID),
        sa.Column("consented_at", sa.BigInteger()),
        sa.Column("declined_at", sa.BigInteger()),
        sa.Column("reachable", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("code_failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("code_locked_until", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("platform", "user_id", name=op.f("uq_account_platform_user_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_account_stranger",
        "account",
        ["created_at"],
        sqlite_where=sa.text("person_id IS NULL AND consented_at IS NULL"),
        postgresql_where=sa.text("person_id IS NULL AND consented_at IS NULL"),
    )
    op.create_index(
        "uq_account_person",
        "account",
        ["person_id", "platform"],
        unique=True,
        sqlite_where=sa.text("person_id IS NOT NULL"),
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )
    op.create_table(
        "activation",
        sa.Column("id", ID, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_activation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activation")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_activation_code_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_activation_person_id", "activation", ["person_id"])
    op.create_table(
        "hours",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("learned_on", sa.String(10), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger()),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_hours_minutes")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hours_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_hours_person_id", "hours", ["person_id", "learned_on"])
    op.create_table(
        "role_assignment",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_assignment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignment")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_role_assignment_person_id", "role_assignment", ["person_id", "id"])
    op.create_table(
        "standing",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("official", sa.Integer()),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("reckoned_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_standing_person_id")),
        sa.PrimaryKeyConstraint("person_id", "year", "requirement", "part", name=op.f("pk_standing")),
    )
    op.create_index("ix_standing_year", "standing", ["year", "requirement", "part"])
    op.create_table(
        "consent",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID),
        sa.Column("person_id", ID),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_consent_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consent_account_id", "consent", ["account_id"])
    op.create_index("ix_consent_person_id", "consent", ["person_id"])
    op.create_table(
        "conversation",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_conversation_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_conversation")),
    )
    op.create_table(
        "dispatch",
        sa.Column("id", ID, nullable=False),
        sa.Column("turn", ID),
        sa.Column("account_id", ID),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("retry_key", sa.Text()),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.BigInteger()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_attempt_at", sa.BigInteger()),
        sa.Column("lease_until", sa.BigInteger()),
        sa.Column("lease_owner", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_dispatch_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_dispatch_account_id", "dispatch", ["account_id"])
    op.create_index(
        "ix_dispatch_chat",
        "dispatch",
        ["account_id", "lane", "id"],
        sqlite_where=sa.text("state = 'frozen'"),
        postgresql_where=sa.text("state = 'frozen'"),
    )
    op.create_index("ix_dispatch_created_at", "dispatch", ["created_at"])
    op.create_index(
        "ix_dispatch_due",
        "dispatch",
        ["platform", "lane", "id"],
        sqlite_where=sa.text("state = 'frozen'"),
        postgresql_where=sa.text("state = 'frozen'"),
    )
    op.create_index("ix_dispatch_state", "dispatch", ["state", "id"])
    op.create_table(
        "inbox",
        sa.Column("seq", ID, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("account_id", ID),
        sa.Column("order_key", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Text(), server_default="", nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_inbox_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_inbox")),
        sa.UniqueConstraint("platform", "event_id", name=op.f("uq_inbox_platform_event_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_account_id", "inbox", ["account_id", "message_id"])
    op.create_index(
        "ix_inbox_line",
        "inbox",
        ["account_id", "order_key", "seq"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["seq"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("dispatch_id", ID, nullable=False),
        sa.Column("cause", sa.BigInteger()),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), server_default="", nullable=False),
        sa.Column("unreceived", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("carried_at", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_outbox_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["dispatch_id"], ["dispatch.id"], name=op.f("fk_outbox_dispatch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_account_id", "outbox", ["account_id"])
    op.create_index("ix_outbox_dispatch_id", "outbox", ["dispatch_id"])
    op.create_index(
        "ix_outbox_unreceived",
        "outbox",
        ["account_id", "id"],
        sqlite_where=sa.text("unreceived"),
        postgresql_where=sa.text("unreceived"),
    )
