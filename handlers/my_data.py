"""我的資料: what is kept of a person, a copy of it, unbinding, erasing (個資法第3條).

Each of the last two asks once, says beforehand what goes and what stays, and is done by a button or by the
typed words 確認解除 and 確認刪除 only: an everyday 「好」 must never erase anything.
"""

from datetime import date, timedelta
from typing import Final

from guideline.changes import (
    AccountReleased,
    Change,
    ConversationEnded,
    ConversationMoved,
    CopyRequested,
    PersonErased,
)
from guideline.records import Account, Conversation, Platform, Snapshot
from guideline.words import roc_date
from handlers.commands import Name, bare
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Card, Choices, Field, Line, Message, Row, Text
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.tasks import leave, start, step
from handlers.wording import do, listed, masked_number, pc

TASK = "mydata"
TITLE = "資料權利的申請"
COPIES_A_DAY: Final = 3
COPY_TAKES: Final = timedelta(minutes=10)  # at most; later it may never come, its platform being off
BEFORE_LEAVING: Final = timedelta(days=30)
RELEASE, ERASE = "確認解除", "確認刪除"
PLATFORMS: Final[dict[Platform, str]] = {"line": "LINE", "telegram": "Telegram"}
_WHICH, _RELEASE, _ERASE = "which", "unbind", "erase"  # steps
_CHOSEN = "accounts"  # draft: what is to be released: this, other or both
_THIS, _OTHER, _BOTH = "this", "other", "both"
_TYPED: Final = {
    _THIS: ("1", "這個", "這個帳號", "只解除這個"),
    _OTHER: ("2", "另一個", "另一個帳號"),
    _BOTH: ("3", "兩個", "兩個都解除", "都解除", "全部"),
}


def present(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """What is kept, and what can be done about it."""
    person = snapshot.person
    if person is None:
        return Outcome()
    rows: list[Row] = [
        Line("取自人事名冊", "heading"),
        Field("姓名", person.name),
        Field("單位", person.unit),
        Field("員工編號", masked_number(person.employee_no)),
        Line("綁定的帳號", "heading"),
    ]
    if person.title:
        rows.insert(3, Field("職稱", person.title))
    rows += [_bound(account, snapshot, event) for account in snapshot.accounts]
    rows += [
        Line("使用中產生的資料", "heading"),
        Line("職務問卷與類別、時數、證照、提問、提醒設定，以及近期訊息。完整內容請索取複本。"),
    ]
    left = person.left_on is not None and event.today > person.left_on
    if person.left_on is not None and event.today >= person.left_on - BEFORE_LEAVING:
        rows.append(Line(_leaving(person.left_on, left=left), "due"))
    reminders = () if left else (do("提醒設定", Name.REMINDERS),)
    rows.append(Line(f"資料不正確時，請洽{desk.agency.hr_reached}更正。", "note"))
    card = Card(
        title="我的資料",
        subtitle="個人資料保護法第 3 條的權利",
        rows=tuple(rows),
        buttons=(
            do("索取複本", Name.COPY, "primary"),
            do("看告知事項", Name.NOTICE),
            *reminders,
            do("解除綁定", Name.UNBIND, "quiet"),
            do("刪除我的資料", Name.ERASE, "quiet"),
        ),
        typed=pc("索取複本", "告知事項", *(("提醒",) if reminders else ()), "解除綁定", "刪除我的資料"),
    )
    return Outcome((card,))


# 索取複本 ---------------------------------------------------------------------------------------------


def copy(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Asks for the copy, where it can be handed over, none is being made, and not too often in a day."""
    if snapshot.account.platform == "line" and not desk.links:
        said = (
            "LINE 不能直接傳送檔案，本服務目前也沒有可供下載的網址，所以無法在 LINE 提供複本。\n"
            f"請改用 Telegram 帳號索取，或洽{desk.agency.hr_reached}提供。"
        )
        return Outcome((Text(said),))
    if any(one.waiting for one in snapshot.copies):
        return Outcome((Text("您的複本還在整理，完成後會在提出申請的聊天室給您，請稍候。"),))
    today = [one for one in snapshot.copies if one.asked_at.astimezone(event.at.tzinfo).date() == event.today]
    if len(today) >= COPIES_A_DAY:
        said = (
            f"今天已經為您整理過 {len(today)} 份複本，請先看看已收到的檔案。\n"
            f"明天可以再索取；今天仍有需要，請洽{desk.agency.hr_reached}。"
        )
        return Outcome((Text(said),))
    how = (
        "會有試算表與易讀網頁兩個檔案。"
        if snapshot.account.platform == "telegram"
        else "屆時會傳來下載連結，10 分鐘內有效。"
    )
    said = f"正在整理，完成後會在這裡給您。\n{how}"
    return Outcome((Text(said),), (CopyRequested(),), receipt="已申請資料複本")


# 解除綁定 ---------------------------------------------------------------------------------------------


def unbind(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Asks which account where there are two, then whether."""
    several = len(snapshot.accounts) > 1
    running = start(
        event, snapshot, desk, TASK, _WHICH if several else _RELEASE, **({} if several else {_CHOSEN: _THIS})
    )
    return Outcome((_asked(running, snapshot, desk),), (ConversationMoved(running),))


def erase(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """What goes, what stays and why; then whether."""
    running = start(event, snapshot, desk, TASK, _ERASE)
    return Outcome((_asked(running, snapshot, desk),), (ConversationMoved(running),))


def answer(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Words typed to the present question; only the whole confirmation confirms."""
    said = bare(event.text)
    match running.step:
        case "which":
            for choice, words in _TYPED.items():
                if said in words or said[1:] in words:
                    return _chosen(running, snapshot, desk, choice)
            platform = next((p for p, name in PLATFORMS.items() if said == bare(name)), None)
            if platform is not None:
                mine = platform == snapshot.account.platform
                return _chosen(running, snapshot, desk, _THIS if mine else _OTHER)
        case "unbind" if said == RELEASE:
            return _release(running, snapshot, desk)
        case "erase" if said == ERASE:
            return _erase(event, running, snapshot, desk)
    word = {_RELEASE: RELEASE, _ERASE: ERASE}.get(running.step, "1、2 或 3")
    said = f"還沒有變更任何資料。請輸入「{word}」或「取消」。"
    return Outcome((Text(said), _asked(running, snapshot, desk)))


def press(
    event: Event, running: Conversation | None, snapshot: Snapshot, desk: Desk, pressed: Press
) -> Outcome:
    """A button of this run; an old one changes nothing."""
    if running is None or running.task != TASK or running.nonce != pressed.nonce:
        said = Choices(
            prompt="這個按鈕已經失效，沒有變更任何資料。",
            options=(do("我的資料", Name.MY_DATA),),
            typed=pc("我的資料"),
        )
        return Outcome((said,))
    match running.step, pressed.choice:
        case "which", ("this" | "other" | "both") as choice:
            return _chosen(running, snapshot, desk, choice)
        case "unbind", "unbind":
            return _release(running, snapshot, desk)
        case "erase", "erase":
            return _erase(event, running, snapshot, desk)
    return resume(event, running, snapshot, desk)


def resume(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    return Outcome((_asked(running, snapshot, desk),))


def where(running: Conversation, desk: Desk) -> str:
    return "「刪除我的資料」還沒確認" if running.step == _ERASE else "「解除綁定」還沒確認"


def _asked(running: Conversation, snapshot: Snapshot, desk: Desk) -> Message:
    match running.step:
        case "which":
            return _which(running, snapshot)
        case "erase":
            return _before_erasing(running, snapshot, desk)
        case _:
            return _before_release(running, snapshot, desk)


def _which(running: Conversation, snapshot: Snapshot) -> Choices:
    here = PLATFORMS[snapshot.account.platform]
    others = listed(PLATFORMS[one.platform] for one in _others(snapshot)) or "另一個帳號"
    return Choices(
        prompt="您綁定了兩個帳號，要解除哪一個？",
        options=(
            Button(f"1 這個（{here}）", Press(TASK, _THIS, running.nonce)),
            Button(f"2 另一個（{others}）", Press(TASK, _OTHER, running.nonce)),
            Button("3 兩個都解除", Press(TASK, _BOTH, running.nonce)),
        ),
        extras=(do("取消", Name.CANCEL, "quiet"),),
        typed=pc("1、2 或 3", "取消"),
    )


def _chosen(running: Conversation, snapshot: Snapshot, desk: Desk, choice: str) -> Outcome:
    asking = step(running, _RELEASE, **{_CHOSEN: choice})
    return Outcome((_asked(asking, snapshot, desk),), (ConversationMoved(asking),))


def _before_release(running: Conversation, snapshot: Snapshot, desk: Desk) -> Card:
    chosen = _meant(running, snapshot)
    names = listed(PLATFORMS[one.platform] for one in chosen) or "這個帳號"
    kept = [one for one in snapshot.accounts if one not in chosen]
    rows: list[Row] = [
        Line(f"要解除的帳號：{names}", "heading"),
        Line(f"・{names} 的聊天室不再提供查詢與提醒，進行中的項目也會結束。"),
        Line("・聊天內容立即清除，帳號代碼在當晚的例行清除時刪除（告知事項所載期限為 30 日內）。"),
        Line(f"・時數、類別與名冊仍由{desk.agency.hr}依原有方式辦理，您的權益不受影響。"),
    ]
    if snapshot.person is not None and snapshot.person.left_on is None:  # who leaves gets no other code
        rows.append(Line(f"・日後想再使用，請向{desk.agency.hr}索取新的啟用碼。"))
    if kept:
        rows.append(Line(f"{listed(PLATFORMS[one.platform] for one in kept)} 不受影響，可繼續使用。", "good"))
    else:
        rows += _by_mail(snapshot)
    return Card(
        title="解除綁定",
        rows=tuple(rows),
        buttons=(
            Button(RELEASE, Press(TASK, _RELEASE, running.nonce), style="primary"),
            do("取消", Name.CANCEL, "quiet"),
        ),
        typed=pc(RELEASE, "取消"),
    )


def _release(running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Of the chosen accounts those that are still this person's."""
    chosen = _meant(running, snapshot)
    if not chosen:
        return Outcome((Text("這個帳號已經解除綁定，沒有需要處理的。"),), leave(running))
    released: tuple[Change, ...] = tuple(AccountReleased(one.id) for one in chosen)
    names = listed(PLATFORMS[one.platform] for one in chosen)
    if snapshot.account in chosen:
        said = (
            f"已解除綁定：{names}。聊天內容已清除，帳號代碼今晚刪除。\n"
            f"您的時數、類別與名冊仍由{desk.agency.hr}依原有方式辦理，權益不受影響。\n"
            "這個聊天室中先前的訊息，可在手機上自行刪除。"
        )
        if snapshot.person is not None and snapshot.person.left_on is None:
            said += f"日後想再使用，請向{desk.agency.hr}索取新的啟用碼。"
        return Outcome((Text(said),), (*released, ConversationEnded()))
    said = f"已解除綁定：{names}。這個聊天室可以照常使用。"
    return Outcome((Text(said),), (*released, *leave(running)), receipt=f"已解除綁定 {names}")


def _meant(running: Conversation, snapshot: Snapshot) -> list[Account]:
    match running.draft.get(_CHOSEN):
        case "other":
            return _others(snapshot)
        case "both":
            return list(snapshot.accounts)
        case _:
            return [one for one in snapshot.accounts if one.id == snapshot.account.id]


def _others(snapshot: Snapshot) -> list[Account]:
    return [one for one in snapshot.accounts if one.id != snapshot.account.id]


# 刪除我的資料 -----------------------------------------------------------------------------------------


def _before_erasing(running: Conversation, snapshot: Snapshot, desk: Desk) -> Card:
    retention = f"（{desk.agency.retention}）" if desk.agency.retention else ""
    rows = (
        Line("刪除後無法復原。需要留存的話，請先索取複本，並下載完再回來確認。", "due"),
        Line("會刪除的", "heading"),
        Line("・LINE 與 Telegram 的帳號代碼、聊天內容與訊息"),
        Line("・職務問卷的回答、反映的說明，以及還沒確認的建議類別"),
        Line("・自行回報、未列入官方紀錄的時數"),
        Line("・尚未登錄表51 的證照"),
        Line("・向人事提出的問題（包括還沒回覆的）、提醒設定"),
        Line("依法須保存的", "heading"),
        Line(f"・人事名冊：人事單位的法定職務（個資法第 15 條）{retention}"),
        Line("・官方時數、已登錄的證照、已確認的類別、已結算年度的統計：公務紀錄"),
        Line("・同意紀錄與處理紀錄：證明已依法處理，保存 5 年，不含聊天內容"),
        *_by_mail(snapshot),
    )
    return Card(
        title="刪除我的資料",
        subtitle="個人資料保護法第 11 條",
        rows=rows,
        buttons=(
            do("先索取複本", Name.COPY, "primary"),
            Button(ERASE, Press(TASK, _ERASE, running.nonce)),
            do("取消", Name.CANCEL, "quiet"),
        ),
        typed=pc("索取複本", ERASE, "取消"),
    )


def _erase(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Not while a copy is being made: it would be lost with the rest, as is one that has stood still."""
    if any(one.waiting and event.at - one.asked_at <= COPY_TAKES for one in snapshot.copies):
        said = Text("您的複本還在整理。請收到並下載之後，再確認刪除。")
        return Outcome((said, _before_erasing(running, snapshot, desk)))
    said = Text(
        "已依您的請求刪除：帳號代碼（今晚完成）、聊天內容、職務問卷的回答、自行回報的時數、未登錄的證照、"
        "提問與提醒設定，並解除所有帳號的綁定。\n\n"
        "依法須保存的人事名冊、官方時數、已登錄的證照、已確認的類別，以及同意與處理紀錄仍予保留。\n\n"
        f"對保留的部分想查詢、更正或請求停止利用（個資法第 3 條、第 11 條），請洽{desk.agency.hr_reached}，"
        "人事單位會在 30 日內回覆（第 13 條）。\n\n"
        "這個聊天室中先前的訊息，可在手機上自行刪除。"
    )
    return Outcome((said,), (PersonErased(), ConversationEnded()))


# ------------------------------------------------------------------------------------------------------


def _by_mail(snapshot: Snapshot) -> list[Line]:
    """What goes on without a chat: the mailbox of the roster stays."""
    if snapshot.person is None or not snapshot.person.email or snapshot.person.left_on is not None:
        return []
    if snapshot.preference.stopped_at is not None:
        return [Line("您已停止提醒，這項選擇會保留，不會改寄到公務信箱。", "note")]
    return [Line("時數不足的提醒可能改寄公務信箱；不想收到的話，請先輸入「停止提醒」。", "note")]


def _bound(account: Account, snapshot: Snapshot, event: Event) -> Field:
    here = "（這個聊天室）" if account.id == snapshot.account.id else ""
    if account.consented_at is None:
        return Field(PLATFORMS[account.platform], f"已綁定{here}")
    day = roc_date(account.consented_at.astimezone(event.at.tzinfo).date())
    return Field(PLATFORMS[account.platform], f"{day} 同意告知事項{here}")


def _leaving(left_on: date, *, left: bool) -> str:
    if left:
        return f"您已於 {roc_date(left_on)} 離職，仍可索取複本、解除綁定或刪除資料。"
    return f"您將於 {roc_date(left_on)} 離職，建議先索取一份複本留存。"
