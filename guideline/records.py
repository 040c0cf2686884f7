"""The facts the rules read and the changes a conversation asks for (design §2–3).

Everything is frozen: a handler never alters a record, it returns a `Change`; `storage.apply` is the one
door through which changes become rows. Instants are timezone-aware; dates are Asia/Taipei dates; hours
are whole minutes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal

Platform = Literal["line", "telegram"]
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Access(StrEnum):
    """系統權限 of the roster: what a person may see, not how they are employed."""

    STAFF = "同仁"
    SUPERVISOR = "主管"
    HR = "人事"


class Source(StrEnum):
    """Where an entry of hours comes from: reported in the chat, or the official record."""

    SELF = "self"
    OFFICIAL = "official"


class RoleStatus(StrEnum):
    """建議 until a supervisor or HR confirms it (Q8, step 2); a person may contest it."""

    PROPOSED = "proposed"
    CONTESTED = "contested"
    CONFIRMED = "confirmed"


# What is remembered ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    employee_no: str
    name: str
    unit: str  # a path, e.g. 教育局/體育科
    title: str = ""
    access: Access = Access.STAFF
    category: str = ""  # 人員類別
    joined_on: date | None = None
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """One chat: a private chat (its LINE or Telegram user id), bound to a person or to nobody yet; or a
    group (its group id), never bound."""

    id: int
    platform: Platform
    user_id: str
    person_id: int | None = None
    consented_at: datetime | None = None
    reachable: bool = True
    code_failures: int = 0  # wrong codes in a row
    code_locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where an account stands in a task. `nonce` ties buttons to this run of the task: a button that
    carries another nonce belongs to an old question. `draft` holds JSON values only."""

    task: str
    step: str
    nonce: str
    edition: str
    draft: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Activation:
    """A one-time code's row, as looked up by its hash; the code itself is stored nowhere."""

    id: int
    person: Person
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RoleAssignment:
    id: int
    roles: tuple[str, ...]  # role ids; two on a tie; empty: 暫以打底為主
    track: str  # foundation (打底即可) | specialist (專屬分流)
    status: RoleStatus
    answers: Mapping[str, tuple[str, ...]]  # question id -> option ids
    edition: str
    decided_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class HoursEntry:
    id: int
    learned_on: date  # decides the year the entry belongs to
    minutes: int
    title: str
    course_id: str | None  # None: not in the catalogue
    source: Source
    reported_at: datetime
    version: int = 1
    withdrawn_at: datetime | None = None
    key: str = ""  # of HoursLogged; empty for official entries


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All a handler may know, loaded after the person was claimed.

    `entries` holds the active entries of the event's calendar year and of the one before, oldest first.
    `activation` is the code named in this event or kept in the conversation's draft.
    `unreceived` are receipts of earlier replies that may not have arrived.
    """

    account: Account
    person: Person | None = None
    conversation: Conversation | None = None
    role: RoleAssignment | None = None
    entries: tuple[HoursEntry, ...] = ()
    official_as_of: datetime | None = None  # last import of official records
    activation: Activation | None = None
    unreceived: tuple[str, ...] = ()


# What a conversation asks for (past tense: it holds once the batch is committed) ---------------------


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """The notice (個資法第8條) of this version was shown and accepted."""

    notice: str


@dataclass(frozen=True, slots=True)
class ConsentDeclined:
    """先不使用: whatever this account left behind goes with the next purge."""


@dataclass(frozen=True, slots=True)
class CodeRefused:
    """A wrong, used, expired or unknown code was tried (Account.code_failures grows by one)."""

    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class AccountBound:
    """The account becomes the person's. Holds only while the code is unused and not expired; unbinds
    the person's other account on the same platform (lost phone)."""

    activation_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class ReachabilityChanged:
    """follow / unfollow on LINE, my_chat_member on Telegram."""

    reachable: bool


@dataclass(frozen=True, slots=True)
class ConversationMoved:
    conversation: Conversation


@dataclass(frozen=True, slots=True)
class ConversationEnded:
    """Leaves the task; nothing of its draft is kept."""


@dataclass(frozen=True, slots=True)
class RoleProposed:
    roles: tuple[str, ...]
    track: str
    answers: Mapping[str, tuple[str, ...]]
    edition: str


@dataclass(frozen=True, slots=True)
class RoleContested:
    """「與我的實際工作不符」. Holds only while `assignment_id` is the person's latest."""

    assignment_id: int
    statement: str


@dataclass(frozen=True, slots=True)
class HoursLogged:
    """`key` is the nonce of the event that confirmed the report: the button 復原 names the entry by it
    before its id is known."""

    learned_on: date
    minutes: int
    title: str
    course_id: str | None
    key: str = ""


@dataclass(frozen=True, slots=True)
class HoursWithdrawn:
    """Holds only while the entry still has this version and is not withdrawn."""

    entry_id: int
    version: int


@dataclass(frozen=True, slots=True)
class MessageUnsent:
    """LINE unsend: the stored text of this message is erased; business records made of it stay."""

    message_id: str


Change = (
    ConsentGiven
    | ConsentDeclined
    | CodeRefused
    | AccountBound
    | ReachabilityChanged
    | ConversationMoved
    | ConversationEnded
    | RoleProposed
    | RoleContested
    | HoursLogged
    | HoursWithdrawn
    | MessageUnsent
)
