"""A person who is known: commands at any time, the running task, and the way back to it.

Typed words answer the running task only while it is fresh in mind: after a long silence they are held
back, and the question is asked again with where it was.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final, Protocol

from guideline.records import Access, Change, Conversation, ConversationEnded, ConversationMoved, Snapshot
from guideline.words import roc_date
from handlers import (
    activation,
    answering,
    asking,
    certificates,
    contest,
    hours,
    leaver,
    media,
    my_data,
    next_step,
    office,
    office_certificates,
    preferences,
    progress,
    questionnaire,
    questions,
    records,
    role,
    role_history,
    tasks,
    undo,
    welcome,
    wondering,
)
from handlers import (
    help as helping,
)
from handlers.commands import Command, Name, command_in
from handlers.desk import Desk
from handlers.event import Event, Kind
from handlers.message import Button, Choices, Text
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.wording import do, pc

SILENCE: Final = timedelta(hours=12)  # from then on typed words are no answer by themselves


class Task(Protocol):
    """What a module offers whose task can be left and gone on with. `TITLE` is what people call it."""

    TITLE: str

    def answer(self, event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
        """Words typed to the present question."""

    def press(
        self, event: Event, running: Conversation | None, snapshot: Snapshot, desk: Desk, pressed: Press
    ) -> Outcome:
        """A button of this task, perhaps an old one."""

    def resume(self, event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
        """The present question again."""

    def where(self, running: Conversation, desk: Desk) -> str:
        """Where it stands, as the beginning of a sentence."""


_TASKS: Final[Mapping[str, Task]] = {
    questionnaire.TASK: questionnaire,
    contest.TASK: contest,
    hours.TASK: hours,
    records.TASK: records,
    certificates.TASK: certificates,
    office_certificates.TASK: office_certificates,
    asking.TASK: asking,
    my_data.TASK: my_data,
    answering.TASK: answering,
}

# Of these nothing is filled in: they ask for a yes.
_ONLY_ASKED: Final = frozenset({records.TASK, office_certificates.TASK, my_data.TASK})


def _task(name: str) -> Task | None:
    return _TASKS.get(name)


def answer(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """What is said to someone who has consented and is bound."""
    if leaver.has_left(event, snapshot):
        snapshot = leaver.narrowed(snapshot)
        said = leaver.answer(event, snapshot, desk, _named(event))
        outcome = said or _decided(event, snapshot, desk)
    else:
        outcome = _decided(event, snapshot, desk)
    running = snapshot.conversation
    if running is not None and _silent(event, running) and _asks(outcome, running):
        outcome = _again(outcome, running)
    return _with_way_back(outcome, running, desk)


def _named(event: Event) -> Name | None:
    """The command typed, or the one that a button stands for."""
    match event.press:
        case Press(task="do", choice=choice) if choice in set(Name):
            return Name(choice)
    command = command_in(event.text) if event.kind is Kind.TEXT else None
    return command.name if command else None


def _decided(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    match event.kind:
        case Kind.PRESS:
            return _pressed(event, snapshot, desk)
        case Kind.MEDIA:
            return _pictured(event, snapshot, desk)
        case Kind.TEXT:
            return _typed(event, snapshot, desk)
        case _:
            return _help(event, snapshot, desk)


def _help(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    running = snapshot.conversation
    task = _task(running.task) if running else None
    where = task.where(running, desk) if task is not None and running is not None else ""
    return Outcome((helping.present(event, snapshot, desk, where),))


def _pictured(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """A caption that plainly reports hours is taken as typed; otherwise a kind sentence and the present
    question again."""
    running = snapshot.conversation
    if running is None or running.task == hours.TASK:
        reported = event.text and hours.begin_unasked(event, snapshot, desk)
        if reported:
            outcome = _typed(replace(event, kind=Kind.TEXT), snapshot, desk)
            return replace(outcome, replies=(Text(media.NOT_KEPT), *outcome.replies))
    task = _task(running.task) if running else None
    if running is None or task is None:
        return Outcome((Text("\n".join(filter(None, (media.said(event), media.advice(event))))),))
    asked = task.resume(event, running, snapshot, desk)
    return replace(asked, replies=(Text(media.said(event)), *asked.replies))


def _typed(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    running = snapshot.conversation
    task = _task(running.task) if running else None
    silent = running is not None and _silent(event, running)
    free = running is not None and not silent and _takes_any_words(running)
    command = command_in(event.text, glued=not free)
    if command is not None and not _asked_of(command, event, desk):
        return _commanded(command, event, snapshot, desk)
    if running is None or task is None:
        unasked = hours.begin_unasked(event, snapshot, desk) or questions.reply(event, snapshot, desk)
        return unasked or Outcome((helping.not_understood(desk, event.text),))
    if silent:
        return _after_silence(event, running, task, snapshot, desk)
    if _interrupts(event, running, desk):
        return _aside(event, running, task, snapshot, desk)
    return task.answer(event, running, snapshot, desk)


def _after_silence(
    event: Event, running: Conversation, task: Task, snapshot: Snapshot, desk: Desk
) -> Outcome:
    """Words that plainly are something else are taken so; all others are held back until the person has
    seen where they were."""
    last = _last(event, running)
    if reported := hours.begin_unasked(event, snapshot, desk):
        if running.task != hours.TASK:
            return reported
        said = Text(f"{last}填到一半的那筆回報沒有保留，先看現在這一筆：")
        return replace(reported, replies=(said, *reported.replies))
    if wondering.asks(event.text):
        return _again(_aside(event, running, task, snapshot, desk), running)
    asked = task.resume(event, running, snapshot, desk)
    said = Text(
        f"{task.where(running, desk)}，上次是 {last}。您剛才輸入的先不當作答案："
        "要繼續，請回答下面這一題；不填了，請輸入「取消」。"
    )
    return _again(replace(asked, replies=(said, *asked.replies)), running)


def _silent(event: Event, running: Conversation) -> bool:
    return running.moved_at is not None and event.at - running.moved_at > SILENCE


def _again(outcome: Outcome, running: Conversation) -> Outcome:
    """With the task's question asked anew, what is typed next answers it."""
    if _moves(outcome):
        return outcome
    return replace(outcome, changes=(*outcome.changes, ConversationMoved(running)))


def _last(event: Event, running: Conversation) -> str:
    """When the task was last gone on with: 11/16, or 114/12/30 of another year."""
    moved = (running.moved_at or event.at).astimezone(event.at.tzinfo).date()
    return f"{moved.month}/{moved.day}" if moved.year == event.today.year else roc_date(moved)


def _asked_of(command: Command, event: Event, desk: Desk) -> bool:
    """「登錄在哪裡？」 begins with a command's word and is a question all the same."""
    glued = command.name is Name.HOURS and bool(command.rest) and not command.apart
    return glued and wondering.asks(event.text) and not hours.heard(event, desk)


def _interrupts(event: Event, running: Conversation, desk: Desk) -> bool:
    """Whether the words ask the guideline rather than answer the present question. Where that takes any
    words they are its answer; 「大概兩小時吧？」 answers how long."""
    if _takes_any_words(running) or not wondering.asks(event.text):
        return False
    return (
        running.task != hours.TASK
        or wondering.plainly(event.text)
        or not hours.heard(event, desk, alone=True)
    )


def _takes_any_words(running: Conversation) -> bool:
    return (
        running.task == contest.TASK
        or hours.takes_any_words(running)
        or certificates.takes_any_words(running)
        or asking.takes_any_words(running)
        or answering.takes_any_words(running)
    )


def _aside(event: Event, running: Conversation, task: Task, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The answer to a question in the middle of a task, then the task's present question again."""
    said = questions.aside(event, snapshot, desk)
    again = task.resume(event, _after(said.changes, running) or running, snapshot, desk)
    return replace(said, replies=(*said.replies, *again.replies), changes=(*said.changes, *again.changes))


def _pressed(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:  # noqa: PLR0911
    """Which task a button belongs to: one line a task."""
    pressed = event.press
    match pressed:
        case Press(task="do", choice=choice) if choice in set(Name):
            return _commanded(Command(Name(choice)), event, snapshot, desk)
        case Press(task=undo.TASK):
            return undo.press(event, snapshot, desk, pressed)
        case Press(task=records.TASK):
            return records.press(event, None, snapshot, desk, pressed)
        case Press(task=preferences.TASK):
            return preferences.press(event, snapshot, desk, pressed)
        case Press(task=questions.TASK):
            return questions.press(event, None, snapshot, desk, pressed)
        case Press(task=welcome.TASK):
            return welcome.press(event, snapshot, desk, pressed)
        case Press(task=activation.TASK):
            return activation.press(event, snapshot, desk, pressed)
        case Press(task=name) if task := _task(name):
            raised = tasks.raised(snapshot.conversation, name)
            outcome = task.press(event, raised, snapshot, desk, pressed)
            if raised is None or raised == snapshot.conversation or not _asks(outcome, raised):
                return outcome  # of a task that lies under another only its question brings it up
            return _again(outcome, raised)
    return _resumed(event, snapshot, desk, "這個按鈕已經失效。")


def _commanded(command: Command, event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:  # noqa: C901, PLR0911, PLR0912
    """One line a command: a table in the shape of a match."""
    match command.name:
        case Name.START | Name.HELP | Name.AGREE:
            return _help(event, snapshot, desk)
        case Name.ACTIVATE:
            return activation.begin(event, snapshot, desk, None)
        case Name.DECLINE:
            return welcome.decline(snapshot, desk)
        case Name.NOTICE:
            return Outcome((welcome.notice(desk.agency, deciding=False),))
        case Name.QUESTIONNAIRE:
            return _questionnaire(event, snapshot, desk)
        case Name.MY_ROLE:
            return Outcome((role.mine(snapshot, desk),))
        case Name.CONTEST:
            return contest.begin(event, snapshot, desk)
        case Name.NEXT:
            return next_step.present(event, snapshot, desk)
        case Name.HOURS:
            return hours.begin(event, snapshot, desk, command.rest)
        case Name.UNDO:
            return undo.newest(event, snapshot, desk)
        case Name.PROGRESS:
            return progress.present(event, snapshot, desk)
        case Name.RECORDS:
            return records.present(event, snapshot, desk, command.rest)
        case Name.CORRECT:
            return records.correct(event, snapshot, desk, command.rest)
        case Name.WITHDRAW:
            return records.withdraw(event, snapshot, desk, command.rest)
        case Name.ROLE_HISTORY:
            return role_history.present(event, snapshot, desk)
        case Name.FORM_51 if office_certificates.may(snapshot):
            return office_certificates.waiting(event, snapshot, desk, command.rest)
        case Name.OPENING if office_certificates.may(snapshot):
            return office_certificates.opening(event, snapshot, desk, command.rest)
        case Name.CERTIFICATES | Name.FORM_51 | Name.OPENING:
            return certificates.present(event, snapshot, desk)
        case Name.TAKE_BACK:
            return certificates.take_back(event, snapshot, desk, command.rest)
        case Name.HELD:
            return certificates.begin(event, snapshot, desk)
        case Name.REMINDERS:
            return preferences.present(event, snapshot, desk)
        case Name.STOP:
            return preferences.stop(event, snapshot, desk)
        case Name.RESTART:
            return preferences.restart(event, snapshot, desk)
        case Name.SNOOZE:
            return preferences.snooze(event, snapshot, desk)
        case Name.SNOOZE_MONTH:
            return preferences.snooze_month(event, snapshot, desk)
        case Name.CHANNEL:
            return preferences.channel(event, snapshot, desk, command.rest)
        case Name.BRIEF | Name.FULL:
            return preferences.detail(event, snapshot, desk, low=command.name is Name.BRIEF)
        case Name.MY_DATA:
            return my_data.present(event, snapshot, desk)
        case Name.COPY:
            return my_data.copy(event, snapshot, desk)
        case Name.UNBIND:
            return my_data.unbind(event, snapshot, desk)
        case Name.ERASE:
            return my_data.erase(event, snapshot, desk)
        case Name.QUESTIONS:
            return questions.present(event, snapshot, desk)
        case Name.OFFICE if snapshot.person is not None and snapshot.person.access is Access.HR:
            return office.present(event, snapshot, desk)
        case Name.WAITING:
            return answering.waiting(event, snapshot, desk)
        case Name.PAUSE:
            return office.switch(event, snapshot, desk, accepting=False)
        case Name.REOPEN:
            return office.switch(event, snapshot, desk, accepting=True)
        case Name.ASK_HR | Name.OFFICE:
            return asking.begin(event, snapshot, desk, command.rest)
        case Name.MY_QUESTIONS:
            return asking.mine(event, snapshot, desk)
        case Name.RESUME:
            return _resumed(event, snapshot, desk, "")
        case Name.CANCEL:
            return _cancelled(event, snapshot, desk)


def _questionnaire(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Goes on with a questionnaire that was set aside, or starts one."""
    raised = tasks.raised(snapshot.conversation, questionnaire.TASK)
    outcome = questionnaire.begin(
        event, replace(snapshot, conversation=raised or snapshot.conversation), desk
    )
    return outcome if raised is None or raised == snapshot.conversation else _again(outcome, raised)


def _resumed(event: Event, snapshot: Snapshot, desk: Desk, before: str) -> Outcome:
    """The present question of the running task, or that nothing is running."""
    running = snapshot.conversation
    task = _task(running.task) if running else None
    if running is None or task is None:
        said = before or "目前沒有進行中的項目。"
        return Outcome((helping.choices(f"{said}請選一項，或直接輸入關鍵詞：", desk),))
    outcome = task.resume(event, running, snapshot, desk)
    if _silent(event, running):
        outcome = _again(outcome, running)
    return replace(outcome, replies=(Text(before), *outcome.replies)) if before else outcome


def _cancelled(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Leaves the running task. A button that names what it cancels holds for that run only."""
    named = event.press.nonce if event.press is not None else ""
    if named and (snapshot.conversation is None or snapshot.conversation.nonce != named):
        return _resumed(event, snapshot, desk, "這個按鈕已經失效。")
    if snapshot.conversation is None:
        return Outcome((Text("目前沒有進行中的項目。需要時請輸入「說明」。"),))
    task = _task(snapshot.conversation.task)
    what, left = task.TITLE if task else "", "剛才填的內容都沒有保留"
    if snapshot.conversation.draft.get("corrects"):  # a report that would take an entry's place
        what, left = "更正", "原來的紀錄沒有變動"
    elif snapshot.conversation.task in _ONLY_ASKED:
        left = "沒有任何變動"
    said = Choices(
        prompt=f"好的，已取消{what}，{left}。",
        options=(do("說明", Name.HELP), do("看進度", Name.PROGRESS)),
        typed=pc("說明", "進度"),
    )
    return Outcome((said,), tasks.leave(snapshot.conversation))


def _moves(outcome: Outcome) -> bool:
    return any(isinstance(change, ConversationMoved | ConversationEnded) for change in outcome.changes)


def _with_way_back(outcome: Outcome, before: Conversation | None, desk: Desk) -> Outcome:
    """Where a reply was about something else, it ends with how to go on with the task that waits."""
    after = _after(outcome.changes, before)
    if after is None or not outcome.replies or (task := _task(after.task)) is None:
        return outcome
    if _asks(outcome, after) or _offers(outcome, Name.RESUME):
        return outcome
    way = Choices(
        prompt=f"{task.where(after, desk)}，要繼續嗎？",
        options=(
            do("繼續", Name.RESUME),
            Button(f"取消{task.TITLE}", Press("do", str(Name.CANCEL), after.nonce), style="quiet"),
        ),
        typed=pc("繼續", "取消"),
    )
    return replace(outcome, replies=(*outcome.replies, way))


def _after(changes: tuple[Change, ...], before: Conversation | None) -> Conversation | None:
    for change in changes:
        if isinstance(change, ConversationMoved):
            before = change.conversation
        elif isinstance(change, ConversationEnded):
            before = None
    return before


def _offers(outcome: Outcome, name: Name) -> bool:
    """Whether the last reply has a button for this command."""
    return Press("do", str(name)) in _presses(outcome)


def _asks(outcome: Outcome, running: Conversation) -> bool:
    """Whether the last reply is the running task's own question: it carries a button of this run."""
    return any(press.task == running.task and press.nonce == running.nonce for press in _presses(outcome))


def _presses(outcome: Outcome) -> list[Press]:
    """What the buttons of the last reply press."""
    last = outcome.replies[-1] if outcome.replies else Text("")
    if isinstance(last, Text):
        return []
    buttons = last.buttons if not isinstance(last, Choices) else (*last.options, *last.extras)
    return [button.press for button in buttons if button.press is not None]
