"""Who has left the agency: the rights over their data stay open to them, everything else has ended."""

from dataclasses import replace
from typing import Final

from guideline.changes import ConversationEnded
from guideline.records import Snapshot
from guideline.words import roc_date
from handlers import my_data
from handlers.commands import Name
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Choices, Message, Text
from handlers.outcome import Outcome
from handlers.tasks import chain
from handlers.wording import do, pc

# What a leaver may still ask for; 問人事 is answered with how to reach the office.
OPEN: Final = frozenset({Name.MY_DATA, Name.COPY, Name.UNBIND, Name.ERASE, Name.NOTICE})


def has_left(event: Event, snapshot: Snapshot) -> bool:
    """From the day after the last day of service (離職日) on."""
    person = snapshot.person
    return person is not None and person.left_on is not None and person.left_on < event.today


def narrowed(snapshot: Snapshot) -> Snapshot:
    """Of what was going on only a question of 我的資料 goes on."""
    mine = [one for one in chain(snapshot.conversation) if one.task == my_data.TASK]
    return replace(snapshot, conversation=mine[0] if mine else None)


def answer(event: Event, snapshot: Snapshot, desk: Desk, command: Name | None) -> Outcome | None:
    """What is said to a leaver, whose snapshot is `narrowed`; None where the event goes on as ever: a
    command of `OPEN`, or what answers a question of 我的資料."""
    asked = snapshot.conversation is not None
    if command is Name.CANCEL and asked:
        said = (Text("好的，沒有變更任何資料。"), _said(snapshot, desk))
        return Outcome(said, (ConversationEnded(),))
    answers = command is None and asked and event.press is None and bool(event.text)
    pressed = event.press is not None and event.press.task == my_data.TASK
    if command in OPEN or answers or pressed or (command is Name.RESUME and asked):
        return None
    return Outcome((_said(snapshot, desk),))


def _said(snapshot: Snapshot, desk: Desk) -> Message:
    person = snapshot.person
    left = roc_date(person.left_on) if person is not None and person.left_on is not None else ""
    return Choices(
        prompt=f"人事資料顯示您已於 {left} 離職，這裡的學習查詢與提醒已經結束，謝謝您這段時間的使用。",
        options=(
            do("索取複本", Name.COPY),
            do("我的資料", Name.MY_DATA),
            do("看告知事項", Name.NOTICE),
            do("解除綁定", Name.UNBIND, "quiet"),
            do("刪除我的資料", Name.ERASE, "quiet"),
        ),
        hint=f"您的資料權利不受影響。若離職日期有誤，或有其他問題，請洽{desk.agency.hr_reached}。",
        typed=pc("索取複本", "我的資料", "告知事項", "解除綁定", "刪除我的資料"),
    )
