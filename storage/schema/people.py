"""Who is known."""

from sqlalchemy import Column, Index, Table, Text, text

from storage.schema.base import metadata
from storage.types import Day, Id, Instant, Words

# The roster. Rows are never deleted: who leaves gets a date.
person = Table(
    "person",
    metadata,
    Column("id", Id, primary_key=True),
    Column("employee_no", Text, nullable=False, unique=True),
    Column("name", Words, nullable=False),
    Column("unit", Words, nullable=False),  # a path: 教育局/體育科
    Column("title", Words, nullable=False, server_default=""),
    Column("email", Words, nullable=False, server_default=""),
    Column("access", Text, nullable=False),  # 系統權限: guideline.records.Access
    Column("category", Words, nullable=False, server_default=""),  # 人員類別
    Column("joined_on", Day),
    Column("left_on", Day),
    Column("exempt_from", Day),  # 不列計, without a reason
    Column("exempt_until", Day),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("counted", Text, nullable=False, server_default=""),  # 列計, as HR decided; empty: by the rules
    Index("ix_person_unit", "unit"),
    Index(
        "ix_person_officer",
        "id",
        sqlite_where=text("access = '人事'"),
        postgresql_where=text("access = '人事'"),
    ),
    sqlite_autoincrement=True,
)
