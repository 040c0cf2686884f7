"""Roles, hours and what they amount to, certificates."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from storage.schema.base import metadata
from storage.types import Day, Id, Instant, Json, Words

# A history: the latest row of a person is what holds.
role_assignment = Table(
    "role_assignment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("roles", Json, nullable=False),
    Column("track", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("answers", Json, nullable=False),
    Column("edition", Text, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("note", Words, nullable=False, server_default=""),
    Index("ix_role_assignment_person_id", "person_id", "id"),
    sqlite_autoincrement=True,
)

# Never overwritten: a correction withdraws one entry and adds another.
hours = Table(
    "hours",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("learned_on", Day, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("title", Words, nullable=False),
    Column("course_id", Text),
    Column("source", Text, nullable=False),
    Column("reported_at", Instant, nullable=False),
    Column("key", Words, nullable=False, server_default=""),  # the nonce of the event that reported it
    Column("version", Integer, nullable=False, server_default="1"),
    Column("withdrawn_at", Instant),
    Column("began_on", Day),  # the first day of a class of several days
    Column("replaces", Id),  # the entry that this one corrects
    Column("withdrawn_by", Text, nullable=False, server_default=""),  # account:7, person:3, cli
    Column("asked_on", Day),  # when the person was asked whether the provider has uploaded it
    CheckConstraint("minutes > 0", name="minutes"),
    Index("ix_hours_person_id", "person_id", "learned_on"),
    Index(
        "ix_hours_unasked",
        "person_id",
        "learned_on",
        sqlite_where=text("source = 'self' AND withdrawn_at IS NULL AND asked_on IS NULL"),
        postgresql_where=text("source = 'self' AND withdrawn_at IS NULL AND asked_on IS NULL"),
    ),
    sqlite_autoincrement=True,
)

# What `guideline.standing.reckon` said when the entries last changed.
standing = Table(
    "standing",
    metadata,
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("year", Integer, nullable=False),
    Column("requirement", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("name", Words, nullable=False),
    Column("needed", Integer, nullable=False),  # minutes, as the next two
    Column("official", Integer),  # NULL: no official data yet
    Column("waiting", Integer, nullable=False),
    Column("state", Text, nullable=False),  # official | waiting | missing | unknown
    Column("provisional", Boolean, nullable=False),
    Column("edition", Text, nullable=False),
    Column("reckoned_at", Instant, nullable=False),
    PrimaryKeyConstraint("person_id", "year", "requirement", "part"),
    Index("ix_standing_year", "year", "requirement", "part"),
)

# A year that takes no more changes, and what everybody stood at when HR closed it (hr-year 7).
closed_year = Table(
    "closed_year",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("closed_at", Instant, nullable=False),
    Column("closed_by", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("official_as_of", Instant),
    Column("frozen_at", Instant),  # NULL while people are being frozen; `closed_standing` tells who is done
)

closed_standing = Table(
    "closed_standing",
    metadata,
    Column("year", Integer, ForeignKey("closed_year.year"), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("requirement", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("needed", Integer, nullable=False),  # minutes, as the next two
    Column("official", Integer),
    Column("waiting", Integer, nullable=False),
    Column("state", Text, nullable=False),
    PrimaryKeyConstraint("year", "person_id", "requirement", "part"),
)

# Reported by the person; only HR says that one stands in WebHR 表51.
certificate = Table(
    "certificate",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("certificate_id", Text),
    Column("name", Words, nullable=False),
    Column("obtained_on", Day, nullable=False),
    Column("reported_at", Instant, nullable=False),
    Column("key", Words, nullable=False, server_default=""),  # the nonce of the event that reported it
    Column("registered_at", Instant),
    Column("registered_by", Text, nullable=False, server_default=""),
    Column("withdrawn_at", Instant),
    Column("returned_at", Instant),  # HR cannot check it yet and has asked the person for the paper
    Index("ix_certificate_person_id", "person_id"),
    Index(
        "ix_certificate_waiting",
        "id",
        sqlite_where=text("registered_at IS NULL AND withdrawn_at IS NULL"),
        postgresql_where=text("registered_at IS NULL AND withdrawn_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)
