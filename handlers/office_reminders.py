"""提醒作業, for HR: what was decided about reminders is changed here; what they come to is reckoned by a job.

A view (`ask`) walks over everybody, so it is no work for a batch of the pipeline: the event is answered when
the job is done, with its own free reply, and until then with nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Literal

from guideline.changes import Change, ForesightAsked, RemindersPaused, RemindersReleased, WaveStopped
from guideline.records import Reminding, Snapshot
from guideline.words import short_date
from handlers import closing_days, pages
from handlers.commands import Command, Name, tidy
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Choices
from handlers.office import deciding, left_to_others, refused, serving
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.wording import do, pc

TASK: Final = "reminders"
View = Literal["card", "preview", "list", "release"]
_VIEWS: Final[Mapping[Name, View]] = {
    Name.REMINDING: "card",
    Name.FORESEE: "preview",
    Name.REMIND_LIST: "list",
}
COMMANDS: Final = frozenset(
    {
        *_VIEWS,
        *(Name.HOLD, Name.GO_ON, Name.STOP_WAVE, Name.RELEASE, Name.RELEASE_NOW, Name.SHADOW),
        *(Name.CLOSE_DAY, Name.OPEN_DAY),
    }
)


def commanded(command: Command, event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """What each of `COMMANDS` does."""
    name = command.name
    if name in _VIEWS:
        return ask(event, snapshot, desk, _VIEWS[name], command.rest)
    match name:
        case Name.HOLD | Name.GO_ON:
            return pause(event, snapshot, desk, paused=name is Name.HOLD)
        case Name.STOP_WAVE:
            return stop(event, snapshot, desk)
        case Name.RELEASE:
            return release(event, snapshot, desk)
        case Name.RELEASE_NOW | Name.SHADOW:
            return switch(event, snapshot, desk, released=name is Name.RELEASE_NOW)
    return closing_days.present(event, snapshot, desk, command.rest, closing=name is Name.CLOSE_DAY)


def ask(event: Event, snapshot: Snapshot, desk: Desk, view: View, rest: str = "") -> Outcome:
    """提醒作業, 提醒預覽, 提醒名單 and 「提醒名單 第2頁」."""
    if serving(event, snapshot) is None:
        return refused(desk)
    return Outcome(changes=(ForesightAsked(view, pages.page_in(tidy(rest)) or 0),))


def press(event: Event, snapshot: Snapshot, desk: Desk, pressed: Press) -> Outcome:
    """上一頁 and 下一頁 of the list; any other button of ours is an old one, and shows how things stand."""
    if serving(event, snapshot) is None:
        return refused(desk)
    kind, _, value = pressed.choice.partition(".")
    if kind == "page" and value.isdecimal() and len(value) < 6:
        return Outcome(changes=(ForesightAsked("list", int(value)),))
    return ask(event, snapshot, desk, "card")


def release(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """正式發送: asks once, with the counts."""
    office = deciding(event, snapshot)
    if office is None:
        return left_to_others(event, snapshot, desk)
    if office.reminding.released:
        return Outcome((_said("目前已經是正式發送，沒有再變動。", office.reminding),))
    return Outcome(changes=(ForesightAsked("release"),))


def switch(event: Event, snapshot: Snapshot, desk: Desk, *, released: bool) -> Outcome:
    """確認正式發送 and 改回試行."""
    office = deciding(event, snapshot)
    if office is None:
        return left_to_others(event, snapshot, desk)
    if released:
        prompt, hint = (
            "已改為正式發送。",
            "從下一次起，提醒會發送給同仁；隨時可以暫停或改回試行。",
        )
    else:
        prompt, hint = "已改回試行。", "從現在起只通知人事，發送中的也停下；已送出的無法收回。"
    return _changed(
        office.reminding,
        Reminding(released, office.reminding.paused),
        RemindersReleased(released),
        prompt,
        hint,
    )


def pause(event: Event, snapshot: Snapshot, desk: Desk, *, paused: bool) -> Outcome:
    """暫停發送 and 恢復發送."""
    office = deciding(event, snapshot)
    if office is None:
        return left_to_others(event, snapshot, desk)
    if paused:
        prompt, hint = "已暫停發送。", "還沒送出的提醒都先停下；已送出的無法收回。恢復後會從停下的地方繼續。"
    else:
        prompt, hint = "已恢復發送。", "會在上班時間繼續，發送前再逐人確認。"
    after = Reminding(office.reminding.released, paused, office.reminding.wave)
    return _changed(office.reminding, after, RemindersPaused(paused), prompt, hint)


def stop(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """停止這一批."""
    office = deciding(event, snapshot)
    if office is None:
        return left_to_others(event, snapshot, desk)
    wave = office.reminding.wave
    if wave is None or wave.ended:
        return Outcome((_said("目前沒有發送中的提醒。", office.reminding),))
    left = wave.counts.get("planned", 0) + wave.counts.get("waiting", 0)
    after = replace(office.reminding, wave=replace(wave, ended="stopped"))
    spared = f"還沒通知的 {left:,} 人這一批不再提醒" if left else "已經沒有還沒通知的同仁"
    hint = f"{spared}；已送出的無法收回。下一次提醒照常。"
    said = _said(f"已停止 {short_date(wave.day)}這一批提醒。", after, hint)
    return Outcome((said,), (WaveStopped(wave.id),), receipt="已停止一批提醒")


def _changed(before: Reminding, after: Reminding, change: Change, prompt: str, hint: str) -> Outcome:
    said = _said(prompt, after, hint)
    if (before.released, before.paused) == (after.released, after.paused):
        return Outcome((said,))
    return Outcome((said,), (change,), receipt=prompt.rstrip("。"))


def _said(prompt: str, now: Reminding, hint: str = "") -> Choices:
    name, label = (Name.GO_ON, "恢復發送") if now.paused else (Name.HOLD, "暫停發送")
    return Choices(
        prompt=prompt,
        hint=hint,
        options=(do("提醒作業", Name.REMINDING), do(label, name, "quiet")),
        typed=pc("提醒作業", label),
    )
