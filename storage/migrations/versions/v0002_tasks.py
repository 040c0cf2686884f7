"""Every task of staff: corrections, certificates, questions, preferences, copies, closed years."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("account", sa.Column("menu", sa.Text(), server_default="", nullable=False))
    op.add_column("dispatch", sa.Column("fleeting", sa.Boolean(), server_default=sa.false(), nullable=False))
    _partial("ix_account_released", "account", "id", where="person_id IS NULL AND menu <> ''")
    op.create_index("ix_outbox_cause", "outbox", ["cause"])
    op.add_column("hours", sa.Column("began_on", sa.String(10)))
    op.add_column("hours", sa.Column("replaces", ID))
    op.add_column("hours", sa.Column("withdrawn_by", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("person_id", ID))
    _learning()
    _service()


def _partial(name: str, table: str, *columns: str, where: str) -> None:
    op.create_index(name, table, list(columns), sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _learning() -> None:
    op.create_table(
        "closed_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("official_as_of", sa.BigInteger()),
        sa.Column("frozen_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_closed_year")),
    )
    op.create_table(
        "closed_standing",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("requirement", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("official", sa.Integer()),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("year", "person_id", "requirement", "part", name=op.f("pk_closed_standing")),
        sa.ForeignKeyConstraint(["year"], ["closed_year.year"], name=op.f("fk_closed_standing_year")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_closed_standing_person_id")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("certificate_id", sa.Text()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("obtained_on", sa.String(10), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("registered_at", sa.BigInteger()),
        sa.Column("registered_by", sa.Text(), server_default="", nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger()),
        sa.Column("returned_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_certificate_person_id", "certificate", ["person_id"])
    waiting = "registered_at IS NULL AND withdrawn_at IS NULL"
    _partial("ix_certificate_waiting", "certificate", "id", where=waiting)


def _service() -> None:
    op.create_table(
        "question",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_at", sa.BigInteger()),
        sa.Column("answered_by", sa.Text(), server_default="", nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_question_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_question_person_id", "question", ["person_id"])
    _partial("ix_question_open", "question", "id", where="answered_at IS NULL")
    op.create_table(
        "preference",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("stopped_at", sa.BigInteger()),
        sa.Column("snoozed_until", sa.String(10)),
        sa.Column("low_detail", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_preference")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_preference_person_id")),
    )
    op.create_table(
        "job",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("cause", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.BigInteger()),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_job_account_id"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("kind", "cause", name=op.f("uq_job_kind_cause")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_job_account_id", "job", ["account_id"])
    _partial("ix_job_waiting", "job", "id", where="state = 'waiting'")
    op.create_table(
        "file",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("token_hash", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("served_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_file_account_id"), ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_file_account_id", "file", ["account_id"])
    op.create_index("ix_file_token_hash", "file", ["token_hash"])
