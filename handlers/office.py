"""人事: what waits for HR in the chat, for HR's own people; and whether questions are taken."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from guideline.changes import QuestionsAccepted
from guideline.records import Office, Snapshot
from guideline.scope import decides
from handlers import help as helping
from handlers import reminding_card
from handlers.commands import Name
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Card, Choices, Field
from handlers.outcome import Outcome
from handlers.wording import do, pc


@dataclass(frozen=True, slots=True)
class Item:
    """A row of 人事: what waits, the button that leads there, and what to type for it."""

    row: Field
    button: Button | None = None
    typed: str = ""


def present(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """What waits for HR."""
    office = serving(event, snapshot)
    if office is None:
        return refused(desk)
    items = [item(event, office, desk) for item in ITEMS]
    card = Card(
        title="人事待辦",
        subtitle="名單含個人資料，請勿轉傳。",
        rows=tuple(item.row for item in items),
        buttons=tuple(item.button for item in items if item.button is not None),
        typed=pc(*(item.typed for item in items if item.typed), "說明"),
    )
    return Outcome((card,))


def switch(event: Event, snapshot: Snapshot, desk: Desk, *, accepting: bool) -> Outcome:
    """暫停收提問 and 恢復收提問."""
    if serving(event, snapshot) is None:
        return refused(desk)
    done = "已恢復收提問" if accepting else "已暫停收提問"
    hint = (
        "同仁輸入「問人事」就能提問。"
        if accepting
        else f"同仁輸入「問人事」時，會看到{desk.agency.hr_reached}的聯絡方式；已送出的提問仍請回覆。"
    )
    name, label = (Name.PAUSE, "暫停收提問") if accepting else (Name.REOPEN, "恢復收提問")
    said = Choices(
        prompt=f"{done}。",
        hint=hint,
        options=(do(label, name), do("人事待辦", Name.OFFICE)),
        typed=pc(label, "人事"),
    )
    if snapshot.accepting == accepting:
        return Outcome((said,))
    return Outcome((said,), (QuestionsAccepted(accepting),), receipt=done)


def refused(desk: Desk) -> Outcome:
    """Who is not of HR, or not any more."""
    return Outcome((helping.choices("這項功能限人事單位使用。請選一項，或直接輸入關鍵詞：", desk),))


def serving(event: Event, snapshot: Snapshot) -> Office | None:
    """What waits, for an officer who serves; None for everybody else."""
    person = snapshot.person
    return snapshot.office if person is not None and person.serves_in_hr(event.today) else None


def deciding(event: Event, snapshot: Snapshot) -> Office | None:
    """What waits, for an officer who decides what holds for the whole agency; None for everybody else."""
    office, person = serving(event, snapshot), snapshot.person
    return office if office and person and decides(person.unit, office.officers) else None


def left_to_others(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Who does not decide for the whole agency: nothing changes, and it is said who does."""
    if serving(event, snapshot) is None:
        return refused(desk)
    said = Choices(
        prompt=f"這項設定影響全機關，由{desk.agency.hr_reached}決定，沒有變動。",
        hint="您可以看所屬單位的提醒預覽與名單；需要暫停或調整時，請與他們聯絡。",
        options=(do("提醒預覽", Name.FORESEE), do("提醒名單", Name.REMIND_LIST)),
        typed=pc("提醒預覽", "提醒名單"),
    )
    return Outcome((said,))


def _questions_item(event: Event, office: Office, desk: Desk) -> Item:
    if not office.questions:
        return Item(Field("同仁提問", "沒有等候回覆的提問"))
    oldest = office.questions[0].asked_at.astimezone(event.at.tzinfo).date()
    days = desk.office_hours.workdays_since(oldest, event.today)
    longest = f"（最久 {days} 個工作天）" if days else "（今天收到）"
    return Item(
        Field("同仁提問", f"{office.questions_open} 則{longest}"), do("看提問", Name.WAITING), "看提問"
    )


def _certificates_item(event: Event, office: Office, desk: Desk) -> Item:
    row = Field("表51 待登錄", f"{office.certificates_waiting} 張證照")
    return Item(row, do("表51 與證照開放", Name.FORM_51), "表51")


def _reminding_item(event: Event, office: Office, desk: Desk) -> Item:
    state = reminding_card.state(office.reminding)
    return Item(Field("提醒", state), do("提醒作業", Name.REMINDING), "提醒作業")


def _switch_item(event: Event, office: Office, desk: Desk) -> Item:
    if office.accepting:
        return Item(Field("收提問", "開放中"), do("暫停收提問", Name.PAUSE, "quiet"), "暫停收提問")
    return Item(Field("收提問", "暫停中"), do("恢復收提問", Name.REOPEN), "恢復收提問")


ITEMS: Final[tuple[Callable[[Event, Office, Desk], Item], ...]] = (
    _questions_item,
    _certificates_item,
    _reminding_item,
    _switch_item,
)
