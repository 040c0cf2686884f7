"""The tables (design §3), by theme. Migrations bring a database here; a test holds the two equal."""

from storage.schema.base import metadata
from storage.schema.chats import account, activation, consent, conversation
from storage.schema.learning import hours, role_assignment, standing
from storage.schema.messages import dispatch, inbox, outbox
from storage.schema.people import person
from storage.schema.upkeep import audit, run, setting

__all__ = [
    "account",
    "activation",
    "audit",
    "consent",
    "conversation",
    "dispatch",
    "hours",
    "inbox",
    "metadata",
    "outbox",
    "person",
    "role_assignment",
    "run",
    "setting",
    "standing",
]
