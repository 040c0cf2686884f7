"""The facts the rules read (design §2–3).

Everything is frozen: a handler never alters a record, it returns a `guideline.changes.Change`. Instants
are timezone-aware; dates are Asia/Taipei dates; hours are whole minutes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal

Platform = Literal["line", "telegram"]
Way = Literal["line", "telegram", "email"]  # by which a person can be written to
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
    OFFICE = "office"  # how much waits for HR; for HR's people only, as the next two
    ASKED_OF_HR = "asked_of_hr"  # with it: each question that waits
    FOR_FORM_51 = "for_form_51"  # with it: each certificate that waits
    COPIES = "copies"  # copies of their data that the person asked for lately


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
    exempt_from: date | None = None  # 不列計, both days included, without a reason
    exempt_until: date | None = None
    counted: str = ""  # 列計, 不列計 or 待認定, as HR decided for them; empty: by the rules

    @property
    def of_hr(self) -> bool:
        """系統權限 人事, whether they still serve or not."""
        return self.access is Access.HR

    def serves_in_hr(self, on: date) -> bool:
        """Whether they may do on this day what only HR does; `storage.officers` asks the same of rows."""
        return self.of_hr and (self.left_on is None or self.left_on >= on)


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


Ended = Literal["", "done", "stopped"]


@dataclass(frozen=True, slots=True)
class LatestWave:
    """The newest wave of staff; `counts` are its people by the state of their reminder."""

    id: int
    day: date
    counts: Mapping[str, int] = field(default_factory=dict)
    ended: Ended = ""  # empty: it is under way


@dataclass(frozen=True, slots=True)
class Reminding:
    """What HR has decided about reminders. `released`: staff are written to, not HR alone; `paused`: for now
    nobody is. `closures`: days from today on on which the agency is closed, and why."""

    released: bool = False
    paused: bool = False
    wave: LatestWave | None = None
    closures: Mapping[date, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Office:
    """What waits for HR, the oldest first, and how much that is. `accepting`: HR takes questions in the
    chat; `reminding`: how reminders stand; `officers`: the units of all who serve in HR."""

    questions: tuple[AskedQuestion, ...] = ()  # Need.ASKED_OF_HR; of any other event the oldest alone
    questions_open: int = 0
    certificates: tuple[tuple[Person, CertificateEntry], ...] = ()  # waiting for 表51: Need.FOR_FORM_51
    certificates_waiting: int = 0
    accepting: bool = True
    reminding: Reminding = Reminding()
    officers: frozenset[str] = frozenset()


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
