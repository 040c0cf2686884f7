"""The task that runs in a chat: which module it is, where it stands, and the way back to it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final, Protocol

from guideline.changes import Change, ConversationEnded, ConversationMoved
from guideline.records import Conversation, Snapshot
from handlers import (
    answering,
    asking,
    certificate_withdrawal,
    certificates,
    contest,
    hours,
    my_data,
    office_certificates,
    questionnaire,
    records,
    tasks,
)
from handlers import help as helping
from handlers.commands import Name
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Choices, Text, buttons
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
    certificate_withdrawal.TASK: certificate_withdrawal,
    office_certificates.TASK: office_certificates,
    asking.TASK: asking,
    my_data.TASK: my_data,
    answering.TASK: answering,
}

# Of these nothing is filled in: they ask for a yes.
_ONLY_ASKED: Final = frozenset({records.TASK, office_certificates.TASK, my_data.TASK})


def task_of(name: str) -> Task | None:
    """The module of a task; None for one that this version does not know."""
    return _TASKS.get(name)


def takes_any_words(running: Conversation) -> bool:
    """Whether the present question is answered in free words, whatever they look like."""
    return (
        running.task == contest.TASK
        or hours.takes_any_words(running)
        or certificates.takes_any_words(running)
        or asking.takes_any_words(running)
        or answering.takes_any_words(running)
    )


def silent(event: Event, running: Conversation) -> bool:
    """Whether the task was left so long ago that what is typed now may not be meant for it."""
    return running.moved_at is not None and event.at - running.moved_at > SILENCE


def resumed(event: Event, snapshot: Snapshot, desk: Desk, before: str) -> Outcome:
    """The present question of the running task, or that nothing is running."""
    running = snapshot.conversation
    task = task_of(running.task) if running else None
    if running is None or task is None:
        said = before or "目前沒有進行中的項目。"
        return Outcome((helping.choices(f"{said}請選一項，或直接輸入關鍵詞：", desk),))
    outcome = task.resume(event, running, snapshot, desk)
    if silent(event, running):
        outcome = again(outcome, running)
    return replace(outcome, replies=(Text(before), *outcome.replies)) if before else outcome


def cancelled(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """取消: nothing of the running task is kept. A button that names what it cancels holds for that run
    only."""
    running = snapshot.conversation
    named = event.press.nonce if event.press is not None else ""
    if named and (running is None or running.nonce != named):
        return resumed(event, snapshot, desk, "這個按鈕已經失效。")
    task = task_of(running.task) if running is not None else None
    if running is None or task is None:  # of no task: a question that waits for its button is let go
        nothing = Text("目前沒有進行中的項目。需要時請輸入「說明」。")
        return Outcome((nothing,), tasks.leave(running))
    what, left = task.TITLE, "剛才填的內容都沒有保留"
    if running.draft.get("corrects"):  # a report that would take an entry's place
        what, left = "更正", "原來的紀錄沒有變動"
    elif running.task in _ONLY_ASKED:
        left = "沒有任何變動"
    said = Choices(
        prompt=f"好的，已取消{what}，{left}。",
        options=(do("說明", Name.HELP), do("看進度", Name.PROGRESS)),
        typed=pc("說明", "進度"),
    )
    return Outcome((said,), tasks.leave(running))


def helped(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """說明, beginning with the task that runs."""
    running = snapshot.conversation
    task = task_of(running.task) if running else None
    where = task.where(running, desk) if task is not None and running is not None else ""
    return Outcome((helping.present(event, snapshot, desk, where),))


def with_way_back(outcome: Outcome, before: Conversation | None, desk: Desk) -> Outcome:
    """Where a reply was about something else, it ends with how to go on with the task that waits."""
    waiting = after(outcome.changes, before)
    if waiting is None or not outcome.replies or (task := task_of(waiting.task)) is None:
        return outcome
    if asks(outcome, waiting) or offers(outcome, Name.RESUME):
        return outcome
    way = Choices(
        prompt=f"{task.where(waiting, desk)}，要繼續嗎？",
        options=(
            do("繼續", Name.RESUME),
            Button(f"取消{task.TITLE}", Press("do", str(Name.CANCEL), waiting.nonce), style="quiet"),
        ),
        typed=pc("繼續", "取消"),
    )
    return replace(outcome, replies=(*outcome.replies, way))


def again(outcome: Outcome, running: Conversation) -> Outcome:
    """With the task's question asked anew, what is typed next answers it."""
    if moves(outcome):
        return outcome
    return replace(outcome, changes=(*outcome.changes, ConversationMoved(running)))


def moves(outcome: Outcome) -> bool:
    """Whether the conversation is somewhere else afterwards."""
    return any(isinstance(change, ConversationMoved | ConversationEnded) for change in outcome.changes)


def after(changes: tuple[Change, ...], before: Conversation | None) -> Conversation | None:
    """The conversation as these changes leave it."""
    for change in changes:
        if isinstance(change, ConversationMoved):
            before = change.conversation
        elif isinstance(change, ConversationEnded):
            before = None
    return before


def asks(outcome: Outcome, running: Conversation) -> bool:
    """Whether the last reply is the running task's own question: it carries a button of this run."""
    return any(press.task == running.task and press.nonce == running.nonce for press in presses(outcome))


def offers(outcome: Outcome, name: Name) -> bool:
    """Whether the last reply has a button for this command."""
    return Press("do", str(name)) in presses(outcome)


def presses(outcome: Outcome) -> list[Press]:
    """What the buttons of the last reply press."""
    shown = buttons(outcome.replies[-1]) if outcome.replies else ()
    return [button.press for button in shown if button.press is not None]
