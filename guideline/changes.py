"""What a conversation asks for (design §2), in the past tense: it holds once the batch is committed.

`storage.apply` is the one door through which changes become rows; each says what must hold for it to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from guideline.records import Conversation, Preference


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
class RemindersReleased:
    """Staff are written to (`released`), or HR alone again (試行). Holds for HR's people only."""

    released: bool


@dataclass(frozen=True, slots=True)
class RemindersPaused:
    """Nobody is written to until HR says otherwise. Holds for HR's people only."""

    paused: bool


@dataclass(frozen=True, slots=True)
class WaveStopped:
    """Whoever of this wave was not written to yet hears nothing of it. Holds while it is under way, and for
    HR's people only."""

    wave_id: int


@dataclass(frozen=True, slots=True)
class ClosureSet:
    """The agency is closed on this day although the calendar says otherwise, or is not after all. Holds
    only while it is otherwise, and for HR's people only."""

    day: date
    closed: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class ForesightAsked:
    """A view of the reminders to come (`handlers.foreseeing.View`), reckoned by a job and answered to this
    chat; `page` counts from 0. Holds for HR's people only."""

    view: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class DigestRequested:
    """The week's figures and lists as spreadsheets, made by a job for the scope of who asks and handed to
    this account. Holds for HR's people only."""


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
    | RemindersReleased
    | RemindersPaused
    | WaveStopped
    | ClosureSet
    | ForesightAsked
    | DigestRequested
    | CopyRequested
    | AccountReleased
    | PersonErased
    | MessageUnsent
)
