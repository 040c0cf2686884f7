"""A chat with one account, held in memory: the sequential model that whole conversations are played on.

It turns an outcome's changes into the next snapshot and refuses a change whose precondition does not hold.
It stands for no database: the storage suite holds the real applier to the same preconditions.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from guideline.changes import (
    AccountBound,
    AccountReleased,
    CertificateOpened,
    CertificateRegistered,
    CertificateReported,
    CertificateReturned,
    CertificateWithdrawn,
    Change,
    ClosureSet,
    CodeRefused,
    ConsentDeclined,
    ConsentGiven,
    ConversationEnded,
    ConversationMoved,
    CopyRequested,
    DigestRequested,
    ForesightAsked,
    HoursCorrected,
    HoursLogged,
    HoursWithdrawn,
    MessageUnsent,
    PersonErased,
    PreferenceSet,
    QuestionAnswered,
    QuestionAsked,
    QuestionsAccepted,
    ReachabilityChanged,
    RemindersPaused,
    RemindersReleased,
    RoleContested,
    RoleProposed,
    WaveStopped,
)
from guideline.deadlines import Deadlines
from guideline.edition import Edition
from guideline.editions import Editions
from guideline.loading import load_edition
from guideline.records import (
    Access,
    Account,
    Activation,
    AskedQuestion,
    CertificateEntry,
    Conversation,
    CopyAsked,
    HoursEntry,
    Need,
    Office,
    Person,
    Preference,
    RoleAssignment,
    RoleStatus,
    Snapshot,
    Source,
)
from guideline.scope import decides
from handlers.desk import Agency, Desk
from handlers.event import Event, Kind, Media
from handlers.message import Message, plain
from handlers.message import buttons as _buttons
from handlers.needs import needs
from handlers.outcome import Notice, Outcome
from handlers.payload import Press, pack, parse
from handlers.router import code_in, handle

TAIPEI = ZoneInfo("Asia/Taipei")
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=TAIPEI)  # 115/11/18, a Wednesday
CODE = "ABCD-2345"
WANG = Person(7, "A10234567", "王小明", "教育局/體育科", "科員")
AGENCY = Agency(
    name="測試縣政府",
    office="人事處",
    contact="分機 1234",
    retention="在職期間及離職後 5 年",
    region="國內機房",
    public_line="1999",
    website="https://www.example.gov.tw",
)


@cache
def edition() -> Edition:
    return load_edition("115")


def desk_of(agency: Agency = AGENCY, rules: Edition | None = None, others: tuple[Edition, ...] = ()) -> Desk:
    rules = rules or edition()
    lag = rules.provider_lag_days
    return Desk(Editions(rules, others), agency, Deadlines(cutoff=date(2026, 12, 24), lag_days=lag))


@dataclass
class Chat:
    """One account's private chat, and what is remembered of it."""

    desk: Desk = field(default_factory=desk_of)
    now: datetime = NOON
    account: Account = field(default_factory=lambda: Account(1, "line", "U1"))
    person: Person | None = None
    conversation: Conversation | None = None
    role: RoleAssignment | None = None
    roles: tuple[RoleAssignment, ...] = ()
    certificates: tuple[CertificateEntry, ...] = ()
    opened: frozenset[str] = frozenset()
    accounts: tuple[Account, ...] = ()  # the person's others
    preference: Preference = field(default_factory=Preference)
    questions: tuple[AskedQuestion, ...] = ()
    office: Office = field(default_factory=Office)  # what waits for HR, of other people
    copies: tuple[CopyAsked, ...] = ()
    closed_years: frozenset[int] = frozenset()
    accepting: bool = True
    hr_reached: bool = True
    entries: tuple[HoursEntry, ...] = ()
    official_as_of: datetime | None = None
    codes: dict[str, Activation] = field(default_factory=dict)
    unreceived: tuple[str, ...] = ()
    replies: tuple[Message, ...] = ()
    changes: tuple[Change, ...] = ()
    receipt: str = ""
    notices: tuple[Notice, ...] = ()
    heard: list[Message] = field(default_factory=list)
    events: int = 0

    # What a person does ------------------------------------------------------------------------------

    def types(self, text: str, *, private: bool = True) -> str:
        return self._event(Kind.TEXT, text=text, private=private)

    def taps(self, label: str) -> str:
        """The newest button that carries this label."""
        return self.presses(self.button(label))

    def presses(self, press: Press | None, *, private: bool = True) -> str:
        return self._event(Kind.PRESS, press=press, private=private)

    def does(self, kind: Kind, *, private: bool = True, message_id: str = "") -> str:
        return self._event(kind, private=private, message_id=message_id)

    def sends(self, media: Media, caption: str = "") -> str:
        return self._event(Kind.MEDIA, text=caption, media=media)

    def button(self, label: str) -> Press:
        for message in reversed(self.replies):
            for button in buttons(message):
                if button.label == label and button.press is not None:
                    read = parse(pack(button.press))
                    assert read is not None
                    return read
        raise AssertionError(
            f"no button 「{label}」 among {[b.label for m in self.replies for b in buttons(m)]}"
        )

    # What is then seen -------------------------------------------------------------------------------

    @property
    def said(self) -> str:
        return "\n\n".join(plain(message) for message in self.replies)

    @property
    def labels(self) -> list[str]:
        return [button.label for message in self.replies for button in buttons(message)]

    def snapshot(self, code: str | None = None, asked: frozenset[Need] = frozenset(Need)) -> Snapshot:
        """What storage would load for an event that needs these parts."""
        if code is not None:
            activation = self.codes.get(code.replace("-", ""))
        else:
            kept = self.conversation.draft.get("activation") if self.conversation else None
            activation = next((a for a in self.codes.values() if a.id == kept), None)
        return Snapshot(
            account=self.account,
            person=self.person,
            conversation=self.conversation,
            role=self.role,
            entries=tuple(
                e
                for e in self._oldest_first()
                if e.withdrawn_at is None and e.learned_on.year in (self.now.year - 1, self.now.year)
            ),
            official_as_of=self.official_as_of,
            activation=activation,
            unreceived=self.unreceived,
            closed_years=self.closed_years,
            accepting=self.accepting,
            history=self._oldest_first() if Need.ENTRIES in asked else (),
            roles=self.roles if Need.ROLES in asked else (),
            certificates=self._held() if Need.CERTIFICATES in asked else (),
            opened=self.opened if Need.CERTIFICATES in asked else frozenset(),
            accounts=self._by_platform() if Need.REACH in asked else (),
            preference=self.preference if Need.REACH in asked else Preference(),
            questions=self.questions if Need.QUESTIONS in asked else (),
            hr_reached=self.hr_reached or Need.QUESTIONS not in asked,
            copies=self.copies if Need.COPIES in asked else (),
            office=self._waiting(asked) if Need.OFFICE in asked and self._of_hr() else None,
        )

    def _waiting(self, asked: frozenset[Need]) -> Office:
        questions = self.office.questions if Need.ASKED_OF_HR in asked else self.office.questions[:1]
        certificates = self.office.certificates if Need.FOR_FORM_51 in asked else ()
        return replace(self.office, questions=questions, certificates=certificates)

    def _oldest_first(self) -> tuple[HoursEntry, ...]:
        return tuple(sorted(self.entries, key=lambda entry: (entry.learned_on, entry.id)))

    def _by_platform(self) -> tuple[Account, ...]:
        return tuple(sorted((self.account, *self.accounts), key=lambda one: one.platform))

    def _held(self) -> tuple[CertificateEntry, ...]:
        numbered = (replace(held, number=n) for n, held in enumerate(self.certificates, start=1))
        return tuple(held for held in numbered if held.withdrawn_at is None)

    def _of_hr(self) -> bool:
        return self.person is not None and self.person.access is Access.HR

    def _event(
        self,
        kind: Kind,
        *,
        text: str = "",
        press: Press | None = None,
        private: bool = True,
        message_id: str = "",
        media: Media = "",
    ) -> str:
        self.events += 1
        nonce = f"e{self.events}"
        return self.hears(
            Event(kind, self.now, text, press, private, nonce, message_id or f"m{self.events}", media)
        )

    def hears(self, event: Event) -> str:
        """An event as a platform's reader makes it."""
        self.now = event.at
        asked = needs(event, self.conversation) if self.person is not None else frozenset()
        outcome = handle(event, self.snapshot(code_in(event), asked), self.desk)
        self._settle(outcome)
        return self.said

    def _settle(self, outcome: Outcome) -> None:
        self.replies, self.changes, self.receipt = outcome.replies, outcome.changes, outcome.receipt
        self.notices = outcome.notices
        self.heard += outcome.replies
        for change in outcome.changes:
            self._apply(change)
        if outcome.replies:
            self.unreceived = ()

    # The applier -------------------------------------------------------------------------------------

    def _apply(self, change: Change) -> None:  # noqa: C901, PLR0912 (one case a change)
        match change:
            case ConsentGiven():
                self.account = replace(self.account, consented_at=self.now)
            case ConsentDeclined():
                assert self.person is None
                self.account = replace(self.account, consented_at=None)
            case CodeRefused(until):
                failures = self.account.code_failures + 1
                locked = until or self.account.code_locked_until
                self.account = replace(self.account, code_failures=failures, code_locked_until=locked)
            case AccountBound(activation_id, person_id):
                code, found = next((c, a) for c, a in self.codes.items() if a.id == activation_id)
                assert found.used_at is None
                assert found.expires_at > self.now
                assert found.person.id == person_id
                self.codes[code] = replace(found, used_at=self.now)
                self.person = found.person
                self.account = replace(
                    self.account, person_id=person_id, code_failures=0, code_locked_until=None
                )
            case ReachabilityChanged(reachable):
                self.account = replace(self.account, reachable=reachable)
            case ConversationMoved(conversation):
                self.conversation = replace(conversation, moved_at=self.now)
            case ConversationEnded():
                self.conversation = None
            case RoleProposed(roles, track, given, rules):
                number = self.role.id + 1 if self.role else 1
                self.role = RoleAssignment(number, roles, track, RoleStatus.PROPOSED, given, rules, self.now)
                self.roles = (*self.roles, self.role)
            case RoleContested(assignment_id, statement):
                assert self.role is not None
                assert self.role.id == assignment_id
                self.role = replace(
                    self.role,
                    id=assignment_id + 1,
                    status=RoleStatus.CONTESTED,
                    note=statement,
                    decided_at=self.now,
                )
                self.roles = (*self.roles, self.role)
            case HoursLogged():
                self._log(change)
            case HoursWithdrawn(entry_id, version):
                self._withdraw(entry_id, version)
            case HoursCorrected(entry_id, version, by):
                self._withdraw(entry_id, version)
                self._log(by, replaces=entry_id)
            case CertificateReported(certificate_id, name, obtained_on, key):
                number = len(self.certificates) + 1
                held = CertificateEntry(number, certificate_id, name, obtained_on, self.now, key=key)
                self.certificates = (*self.certificates, held)
            case CertificateWithdrawn(entry_id):
                held = next(c for c in self.certificates if c.id == entry_id)
                assert held.registered_at is None
                assert held.withdrawn_at is None
                gone = replace(held, withdrawn_at=self.now)
                self.certificates = tuple(gone if c.id == entry_id else c for c in self.certificates)
            case CertificateOpened(certificate_id, is_open):
                assert self._of_hr()
                assert (certificate_id in self.opened) is not is_open
                self.opened = self.opened ^ {certificate_id}
            case CertificateRegistered(entry_id, person_id):
                assert self._of_hr()
                waiting = tuple((who, held) for who, held in self.office.certificates if held.id != entry_id)
                assert len(waiting) < len(self.office.certificates)
                left = self.office.certificates_waiting - 1
                self.office = replace(self.office, certificates=waiting, certificates_waiting=left)
            case CertificateReturned(entry_id, _):
                assert self._of_hr()
                (who, held) = next(one for one in self.office.certificates if one[1].id == entry_id)
                assert held.returned_at is None
                others = tuple(one for one in self.office.certificates if one[1].id != entry_id)
                given_back = (who, replace(held, returned_at=self.now))
                self.office = replace(self.office, certificates=(*others, given_back))
            case PreferenceSet(preference):
                self.preference = preference
            case QuestionAsked(text, key):
                assert self.person is not None
                asked = AskedQuestion(len(self.questions) + 1, self.person, text, self.now, key=key)
                self.questions = (*self.questions, asked)
            case QuestionAnswered(question_id, person_id, _):
                open_ones = tuple(q for q in self.office.questions if q.id != question_id)
                assert len(open_ones) < len(self.office.questions)
                left = self.office.questions_open - 1
                self.office = replace(self.office, questions=open_ones, questions_open=left)
            case QuestionsAccepted(accepting):
                self.accepting = accepting
                self.office = replace(self.office, accepting=accepting)
            case RemindersReleased() | RemindersPaused() | WaveStopped() | ClosureSet():
                assert self._of_hr()
                assert self.person is not None
                assert decides(self.person.unit, self.office.officers)
                self._remind(change)
            case ForesightAsked():
                assert self._of_hr()
                self._remind(change)
            case AccountReleased(account_id):
                assert account_id in {one.id for one in (self.account, *self.accounts)}
                if account_id == self.account.id:
                    self._release()
                self.accounts = tuple(a for a in self.accounts if a.id != account_id)
            case PersonErased():
                self._release()
                self.accounts = ()
            case DigestRequested():
                assert self.person is not None
                assert self.person.of_hr
            case CopyRequested():
                assert not any(one.waiting for one in self.copies)
                self.copies = (*self.copies, CopyAsked(self.now, waiting=True))
            case MessageUnsent():
                pass  # a stored text: nothing of a snapshot

    def _remind(self, change: Change) -> None:
        now = self.office.reminding
        match change:
            case RemindersReleased(released):
                now = replace(now, released=released)
            case RemindersPaused(paused):
                now = replace(now, paused=paused)
            case WaveStopped(wave_id):
                assert now.wave is not None
                assert now.wave.id == wave_id
                now = replace(now, wave=replace(now.wave, ended="stopped"))
            case ClosureSet(day, closed, note):
                assert (day in now.closures) is not closed
                others = {d: why for d, why in now.closures.items() if d != day}
                now = replace(now, closures={**others, day: note} if closed else others)
        self.office = replace(self.office, reminding=now)

    def _log(self, logged: HoursLogged, replaces: int | None = None) -> None:
        assert self.person is not None
        entry = HoursEntry(
            len(self.entries) + 1,
            logged.learned_on,
            logged.minutes,
            logged.title,
            logged.course_id,
            Source.SELF,
            self.now,
            key=logged.key,
            began_on=logged.began_on,
            replaces=replaces,
        )
        self.entries = (*self.entries, entry)

    def _withdraw(self, entry_id: int, version: int) -> None:
        entry = next(e for e in self.entries if e.id == entry_id)
        assert entry.version == version
        assert entry.withdrawn_at is None
        gone = replace(
            entry, withdrawn_at=self.now, version=version + 1, withdrawn_by=f"account:{self.account.id}"
        )
        self.entries = tuple(gone if e.id == entry_id else e for e in self.entries)

    def _release(self) -> None:
        """This chat is nobody's again."""
        self.person, self.role, self.roles, self.entries = None, None, (), ()
        self.conversation = None
        self.account = replace(self.account, person_id=None, consented_at=None)


buttons = _buttons


def stranger(**known: object) -> Chat:
    """Somebody who holds a code and has not written yet."""
    chat = Chat(codes={"ABCD2345": Activation(1, WANG, NOON + timedelta(days=14))})
    return replace(chat, **known)  # type: ignore[arg-type]


def colleague(**known: object) -> Chat:
    """王小明, consented and bound."""
    account = Account(1, "line", "U1", person_id=WANG.id, consented_at=NOON)
    return replace(Chat(account=account, person=WANG), **known)  # type: ignore[arg-type]


# One answer to each question, by typed number: an everyday clerk who uses tools and wants the hours only.
CLERK = ("1", "3", "3", "1、2", "4", "3", "3")


def answered(chat: Chat, typed: tuple[str, ...] = CLERK) -> Iterator[str]:
    """Plays the questionnaire by typed answers, giving what is said after each."""
    yield chat.types("職務問卷")
    for answer in typed:
        yield chat.types(answer)
