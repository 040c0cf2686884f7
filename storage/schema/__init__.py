"""The tables (design §3), by theme. Migrations bring a database here; a test holds the two equal."""

from storage.schema.base import metadata
from storage.schema.chats import account, activation, consent, conversation
from storage.schema.learning import (
    certificate,
    closed_standing,
    closed_year,
    hours,
    role_assignment,
    standing,
)
from storage.schema.messages import dispatch, inbox, outbox
from storage.schema.people import person
from storage.schema.reminders import budget, closure, opt_out, reminder, told, wave, weekly
from storage.schema.service import file, job, preference, question
from storage.schema.upkeep import audit, run, setting

__all__ = [
    "account",
    "activation",
    "audit",
    "budget",
    "certificate",
    "closed_standing",
    "closed_year",
    "closure",
    "consent",
    "conversation",
    "dispatch",
    "file",
    "hours",
    "inbox",
    "job",
    "metadata",
    "opt_out",
    "outbox",
    "person",
    "preference",
    "question",
    "reminder",
    "role_assignment",
    "run",
    "setting",
    "standing",
    "told",
    "wave",
    "weekly",
]
