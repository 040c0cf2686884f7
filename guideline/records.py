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
OPEN_QUESTIONS = 5  # of one person that may wait for HR's answer


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
    """建議 until a supervisor or HR confirms it (Q8, step 2); a person may contest it; a move to another
    unit sets 待複核 (role follows actual duty, Q3)."""

    PROPOSED = "proposed"
    CONTESTED = "contested"
    CONFIRMED = "confirmed"
    REVIEW = "review"


class Need(StrEnum):
    """Parts of a snapshot that only some events ask for (`handlers.needs` says which); loaded for those
    only, empty for all others."""

    ENTRIES = "entries"  # every year's entries, withdrawn ones too
    ROLES = "roles"  # the role's history
    CERTIFICATES = "certificates"
    REACH = "reach"  # all accounts of the person, and how they want to be reminded
    QUESTIONS = "questions"  # what the person asked HR
    OFFICE = "office"  # what waits for HR; for HR's people only
    COPIES = "copies"  # copies of their data that the person asked for lately


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
    email: str = ""  # 公務電子郵件


@dataclass(frozen=True, slots=True)
class Account:
    """One chat: a private chat (its LINE or Telegram user id), bound to a person or to nobody yet; or a
    group (its group id), never bound. `menu` is the platform's menu it was last given."""

    id: int
    platform: Platform
    user_id: str
    person_id: int | None = None
    consented_at: datetime | None = None
    reachable: bool = True
    code_failures: int = 0  # wrong codes in a row
    code_locked_until: datetime | None = None
    menu: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where an account stands in a task. `nonce` ties buttons to this run of the task: a button that
    carries another nonce belongs to an old question. `draft` holds JSON values only. `moved_at` is when it
    last moved, as remembered; a handler leaves it out."""

    task: str
    step: str
    nonce: str
    edition: str
    draft: Mapping[str, Any] = field(default_factory=dict)
    moved_at: datetime | None = field(default=None, compare=False)


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
    learned_on: date  # the last day of the class; decides the year the entry belongs to
    minutes: int
    title: str
    course_id: str | None  # None: not in the catalogue
    source: Source
    reported_at: datetime
    version: int = 1
    withdrawn_at: datetime | None = None
    key: str = ""  # of HoursLogged; empty for official entries
    began_on: date | None = None  # the first day of a class of several days
    replaces: int | None = None  # the entry that this one corrects, withdrawn with it
    withdrawn_by: str = ""  # account:7 (the person's own chat), person:3, cli; empty while it counts


@dataclass(frozen=True, slots=True)
class CertificateEntry:
    """A certificate that a person says they hold; `certificate_id` None: not in the edition's list.
    `registered_at`: HR has entered it in WebHR 表51 (Q1, third step). `returned_at`: HR cannot check it yet
    and has asked for the paper (請補件); it waits behind all others."""

    id: int
    certificate_id: str | None
    name: str
    obtained_on: date
    reported_at: datetime
    registered_at: datetime | None = None
    withdrawn_at: datetime | None = None
    key: str = ""
    returned_at: datetime | None = None
    number: int = field(default=0, compare=False)  # of a snapshot's: its place among all ever reported


@dataclass(frozen=True, slots=True)
class Preference:
    """How a person wants to be reminded. `channel`: line, telegram, email, or empty: whichever answers
    best. `snoozed_until` is the last day without a reminder. `low_detail`: pushes say only that there is
    news, no figures (words.md)."""

    channel: str = ""
    stopped_at: datetime | None = None
    snoozed_until: date | None = None
    low_detail: bool = False


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question to HR and, once there is one, the answer. `person` is who asked."""

    id: int
    person: Person
    text: str
    asked_at: datetime
    answer: str = ""
    answered_at: datetime | None = None
    key: str = ""  # of QuestionAsked


@dataclass(frozen=True, slots=True)
class CopyAsked:
    """A copy of everything that a person asked for; `waiting`: it is still being made."""

    asked_at: datetime
    waiting: bool


@dataclass(frozen=True, slots=True)
class Office:
    """What waits for HR, the oldest first, and how much that is. `accepting`: HR takes questions in the
    chat."""

    questions: tuple[AskedQuestion, ...] = ()
    questions_open: int = 0
    certificates: tuple[tuple[Person, CertificateEntry], ...] = ()  # waiting for 表51
    certificates_waiting: int = 0
    accepting: bool = True


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All a handler may know, loaded after the person was claimed.

    `entries` holds the active entries of the event's calendar year and of the one before, oldest first.
    `activation` is the code named in this event or kept in the conversation's draft.
    `unreceived` are receipts of earlier replies that may not have arrived. `accepting`: HR takes questions
    in the chat. The fields below are loaded where `handlers.needs` asks for them.
    """

    account: Account
    person: Person | None = None
    conversation: Conversation | None = None
    role: RoleAssignment | None = None
    entries: tuple[HoursEntry, ...] = ()
    official_as_of: datetime | None = None  # last import of official records
    activation: Activation | None = None
    unreceived: tuple[str, ...] = ()
    closed_years: frozenset[int] = frozenset()  # no entry of these changes any more
    accepting: bool = True
    history: tuple[HoursEntry, ...] = ()  # Need.ENTRIES: oldest first
    roles: tuple[RoleAssignment, ...] = ()  # Need.ROLES: oldest first
    certificates: tuple[CertificateEntry, ...] = ()  # Need.CERTIFICATES: not withdrawn, oldest first
    opened: frozenset[str] = frozenset()  # Need.CERTIFICATES: planned ones that HR has opened
    accounts: tuple[Account, ...] = ()  # Need.REACH: all of the person's, this one included
    preference: Preference = Preference()  # Need.REACH
    questions: tuple[AskedQuestion, ...] = ()  # Need.QUESTIONS: oldest first
    hr_reached: bool = True  # Need.QUESTIONS: somebody of HR has a chat in which a question is told
    office: Office | None = None  # Need.OFFICE
    copies: tuple[CopyAsked, ...] = ()  # Need.COPIES: of the last days, without those that failed or got lost


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
    began_on: date | None = None


@dataclass(frozen=True, slots=True)
class HoursWithdrawn:
    """Holds only while the entry still has this version and is not withdrawn."""

    entry_id: int
    version: int


@dataclass(frozen=True, slots=True)
class HoursCorrected:
    """The entry is withdrawn and `by` stands in its place (HoursEntry.replaces). Holds only while the entry
    is the person's own report, has this version and is not withdrawn."""

    entry_id: int
    version: int
    by: HoursLogged


@dataclass(frozen=True, slots=True)
class CertificateReported:
    """`key` is the nonce of the event that confirmed it. Holds only while no other has it."""

    certificate_id: str | None
    name: str
    obtained_on: date
    key: str = ""


@dataclass(frozen=True, slots=True)
class CertificateWithdrawn:
    """Holds only while it is the person's own, not registered and not withdrawn."""

    entry_id: int


@dataclass(frozen=True, slots=True)
class CertificateRegistered:
    """HR has entered it in WebHR 表51. Holds only while it waits for that, and for an actor of HR;
    `person_id` is its holder."""

    entry_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class CertificateReturned:
    """請補件: HR cannot check it and asks its holder for the paper. Holds only once, while it waits for
    表51, and for an actor of HR."""

    entry_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class CertificateOpened:
    """HR offers a planned certificate (`open`), or takes that back. Holds only while it is otherwise, and
    for an actor of HR."""

    certificate_id: str
    open: bool


@dataclass(frozen=True, slots=True)
class PreferenceSet:
    """The whole preference, in place of the earlier one."""

    preference: Preference


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """Holds only while HR takes questions and fewer than `OPEN_QUESTIONS` of the person's wait. `key` is the
    nonce of the event that sent it: HR's button names the question by it before its id is known."""

    text: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    """Holds only while nobody has answered yet, and for HR's people only; `person_id` is who asked."""

    question_id: int
    person_id: int
    answer: str


@dataclass(frozen=True, slots=True)
class QuestionsAccepted:
    """HR takes questions in the chat, or does not. Holds for HR's people only."""

    accepting: bool


@dataclass(frozen=True, slots=True)
class CopyRequested:
    """A copy of everything that is kept of the person, made by a job and handed to this account
    (個資法第3條, 第10條). Holds only while no other copy of theirs is being made."""


@dataclass(frozen=True, slots=True)
class AccountReleased:
    """解除綁定: one of the person's own accounts is nobody's again, and goes with the next purge. Holds
    only while it is the person's."""

    account_id: int


@dataclass(frozen=True, slots=True)
class PersonErased:
    """What need not be kept of the person goes (個資法第11條); every account of theirs is released."""


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
    | HoursCorrected
    | CertificateReported
    | CertificateWithdrawn
    | CertificateRegistered
    | CertificateReturned
    | CertificateOpened
    | PreferenceSet
    | QuestionAsked
    | QuestionAnswered
    | QuestionsAccepted
    | CopyRequested
    | AccountReleased
    | PersonErased
    | MessageUnsent
)
