"""說明: what can be done from where one stands, and what may have been meant by words that are no command."""

from datetime import timedelta
from typing import Final

from guideline.records import Snapshot
from guideline.words import hours_words, short_date
from handlers.commands import Name, likely
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Card, Choices, Field, Line, Message, Row
from handlers.wording import do, listed, pc

NEAR: Final = timedelta(days=30)  # before the last safe day: from then on help says what is missing


def present(event: Event, snapshot: Snapshot, desk: Desk, where: str = "") -> Message:
    """What a person who has consented can do; someone who has not is answered by `welcome`. `where`: how
    far the running task has come, which is said before all else."""
    person = snapshot.person
    if person is None:
        return not_yet(desk)
    begin = snapshot.role is None
    rows: list[Row] = []
    if where:
        rows.append(Line(f"{where}。輸入「繼續」接著填，或「取消」離開。", "due"))
    if missing := _missing(event, snapshot, desk):
        rows.append(Line(missing, "due"))
    if person.of_hr:
        rows += [Line("人事業務", "heading"), Field("人事", "同仁的提問與待登錄表51 的證照")]
    rows += _tasks(begin=begin)
    first = (
        do("開始填職務問卷", Name.QUESTIONNAIRE, "primary") if begin else do("看下一步", Name.NEXT, "primary")
    )
    usual = (first, do("看進度", Name.PROGRESS), do("回報時數", Name.HOURS))
    words = ("職務問卷" if begin else "下一步", "進度", "回報")
    return Card(
        title="我可以幫您",
        subtitle=f"{person.name} 您好，直接輸入下面的詞就可以。",
        rows=tuple(rows),
        buttons=(*_WAY, *usual[1:]) if where else usual,
        typed=pc(*(("繼續", "取消", *words[1:]) if where else words)),
    )


_WAY: Final = (do("繼續", Name.RESUME, "primary"), do("取消", Name.CANCEL, "quiet"))


def _tasks(*, begin: bool) -> list[Row]:
    """Everything that can be typed, by what it is for."""
    return [
        Line("學習時數", "heading"),
        Field("進度", "還缺多少、還有幾個工作天"),
        Field("下一步", "接下來上哪門課、考哪張證照"),
        Field("回報", "一句話就好，如「回報 昨天 AI簡報設計 兩個半小時」"),
        Field("紀錄", "查看、更正或撤回；剛報錯的輸入「復原」"),
        Line("類別與證照", "heading"),
        Field("職務問卷", "看適合哪一類 AI 人才，約 2 分鐘" if begin else "工作有變動時重填"),
        Field("我的類別", "建議與理由；不同意輸入「不符」，過程看「類別紀錄」"),
        Field("證照", "該考哪張；考到了輸入「回報已取得」"),
        Line("提問", "heading"),
        Field("常見問題", "指引怎麼說，也可以直接打出問題"),
        Field("問人事", "請人事回覆；看回覆輸入「我的提問」"),
        Line("提醒與個人資料", "heading"),
        Field("提醒", "送到哪裡、多詳細；也可以「停止提醒」或「下週再提醒」"),
        Field("我的資料", "告知事項、索取複本、解除綁定、刪除"),
        Line("填到一半可以「取消」離開，或之後「繼續」。", "note"),
    ]


def _missing(event: Event, snapshot: Snapshot, desk: Desk) -> str:
    """AI hours still missing while the last safe day is near; empty before, after, and for whom none is."""
    safe = desk.deadlines.last_safe_day(event.today.year)
    if not safe - NEAR <= event.today <= safe:
        return ""
    rules = desk.editions.of(event.today.year) or desk.edition
    standing = desk.editions.reckon(event.today.year, snapshot.entries, snapshot.official_as_of)
    short = [part for part in standing.parts if part.state == "missing" and not part.needs_official]
    if not short:
        return ""
    requirement = rules.requirements[short[0].requirement]
    name = requirement.name if len(requirement.parts) == 1 else f"{requirement.name}（{short[0].name}）"
    return f"{name}：尚缺 {hours_words(short[0].missing)}，線上課程請於 {short_date(safe)}前完成。"


def not_yet(desk: Desk) -> Message:
    """For someone who consented and is bound to nobody yet."""
    return Choices(
        prompt="還差一步就能使用：請輸入「啟用」加上啟用碼，例如：啟用 ABCD-2345。",
        options=(do("看告知事項", Name.NOTICE), do("先不使用", Name.DECLINE, "quiet")),
        hint=f"沒有啟用碼或已失效，請洽{desk.agency.hr_reached}補發。",
        typed=pc("啟用 加上啟用碼", "告知事項", "先不使用"),
    )


def not_understood(desk: Desk, text: str = "") -> Message:
    """For words that are no command and answer nothing: what they may have been meant for is offered,
    never done."""
    meant = likely(text)
    if not meant:
        return choices("抱歉，這句話我還看不懂。請選一項，或直接輸入關鍵詞：", desk)
    named = listed(f"「{word}」" for word, _ in meant)
    prompt = f"抱歉，這句話我還看不懂。您是不是要輸入{named}？"
    return choices(prompt, desk, tuple(do(word, name, "primary") for word, name in meant))


def choices(prompt: str, desk: Desk, first: tuple[Button, ...] = ()) -> Choices:
    """What can be done, offered under a sentence; `first` before the usual."""
    usual = (
        do("下一步", Name.NEXT),
        do("進度", Name.PROGRESS),
        do("回報時數", Name.HOURS),
        do("說明", Name.HELP),
    )
    offered = {button.press for button in first}
    words = [*(button.label for button in first), "下一步", "進度", "回報", "說明"]
    return Choices(
        prompt=prompt,
        options=(*first, *(button for button in usual if button.press not in offered)),
        hint=f"也可以直接輸入問題；找不到答案時，請輸入「問人事」或洽{desk.agency.hr_reached}。",
        typed=pc(*dict.fromkeys(words)),
    )
