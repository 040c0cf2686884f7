"""What is said unasked: waves, digests, the LINE budget, closures, mail."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("person", sa.Column("counted", sa.Text(), server_default="", nullable=False))
    op.add_column("hours", sa.Column("asked_on", sa.String(10)))
    op.add_column("file", sa.Column("kind", sa.Text(), server_default="copy", nullable=False))
    _partial(
        "ix_hours_unasked",
        "hours",
        "person_id",
        "learned_on",
        where="source = 'self' AND withdrawn_at IS NULL AND asked_on IS NULL",
    )
    op.add_column("dispatch", sa.Column("charge", sa.Integer(), server_default="0", nullable=False))
    op.add_column("dispatch", sa.Column("charge_month", sa.Text()))
    _partial("ix_dispatch_charge", "dispatch", "charge_month", where="charge > 0")
    # SQLite makes the table anew for this, and forgets what is not said again.
    with op.batch_alter_table("outbox", table_kwargs={"sqlite_autoincrement": True}) as outbox:
        outbox.alter_column("account_id", existing_type=ID, nullable=True)
        outbox.add_column(sa.Column("reminder_id", ID))
    _partial("ix_outbox_reminder_id", "outbox", "reminder_id", where="reminder_id IS NOT NULL")
    _partial("ix_outbox_mailed", "outbox", "person_id", where="account_id IS NULL")
    _waves()
    _others()


def _partial(name: str, table: str, *columns: str, where: str) -> None:
    op.create_index(name, table, list(columns), sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _waves() -> None:
    op.create_table(
        "wave",
        sa.Column("id", ID, nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("shadow", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("ended_by", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
        sa.UniqueConstraint("occasion", name=op.f("uq_wave_occasion")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "reminder",
        sa.Column("id", ID, nullable=False),
        sa.Column("wave_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("bucket", sa.Text(), server_default="", nullable=False),
        sa.Column("way", sa.Text(), server_default="", nullable=False),
        sa.Column("tried", sa.Text(), server_default="", nullable=False),
        sa.Column("told_on", sa.String(10)),
        sa.Column("decided_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_reminder_wave_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_person_id")),
        sa.UniqueConstraint("wave_id", "person_id", name=op.f("uq_reminder_wave_id_person_id")),
        sqlite_autoincrement=True,
    )
    _partial("ix_reminder_planned", "reminder", "wave_id", "way", "bucket", "id", where="state = 'planned'")
    _partial("ix_reminder_waiting", "reminder", "person_id", where="state = 'waiting'")
    op.create_index("ix_reminder_person_id", "reminder", ["person_id", "told_on"])


def _others() -> None:
    op.create_table(
        "told",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("what", "person_id", name=op.f("pk_told")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_told_person_id")),
    )
    op.create_table(
        "budget",
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("quota", sa.Integer()),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("ours", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_budget")),
    )
    op.create_table(
        "closure",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_closure")),
    )
    op.create_table(
        "weekly",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "unit", "figure", name=op.f("pk_weekly")),
    )
    op.create_table(
        "opt_out",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_opt_out")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opt_out_person_id")),
    )
    op.create_index("ix_opt_out_created_at", "opt_out", ["created_at"])
