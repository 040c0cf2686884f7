"""說明: what can be done from where one stands."""

from guideline.records import Access, Snapshot
from handlers.commands import Name
from handlers.desk import Desk
from handlers.message import Card, Choices, Field, Line, Message, Row
from handlers.wording import do, pc


def present(snapshot: Snapshot, desk: Desk) -> Message:
    """What a person who has consented can do; someone who has not is answered by `welcome`."""
    if snapshot.person is None:
        return not_yet(desk)
    begin = snapshot.role is None
    rows: list[Row] = [
        Field("職務問卷", "看您適合哪一類 AI 人才，約 2 分鐘" if begin else "工作內容有變動時，可重新填寫"),
        Field("我的類別", "看建議類別與理由；不同意可輸入「不符」"),
        Field("下一步", "接下來上哪門課、考哪張證照，以及為什麼"),
        Field("回報", "自行回報時數，例如：回報 昨天 AI簡報設計 兩個半小時"),
        Field("紀錄", "看各年度的時數與計入哪些要求；可更正或撤回"),
        Field("進度", "今年的時數還缺多少、還有幾個工作天"),
        Field("證照", "我該考哪張；「回報已取得」登記考到的證照"),
        Field("我的資料", "告知事項、索取複本、解除綁定、刪除資料"),
        Field("常見問題", "指引問答集；也可以直接輸入問題，例如：一年要上幾小時？"),
        Field("問人事", f"把問題轉給{desk.agency.hr}，回覆會傳到這裡；「我的提問」看回覆"),
        *([Field("人事", "同仁提問與待登錄的證照，限人事")] if snapshot.person.access is Access.HR else []),
        Line("填到一半可以輸入「取消」離開；「繼續」可接著填。", "note"),
    ]
    first = (
        do("開始填職務問卷", Name.QUESTIONNAIRE, "primary") if begin else do("看下一步", Name.NEXT, "primary")
    )
    return Card(
        title="我可以幫您",
        subtitle=f"{snapshot.person.name} 您好，直接輸入下面的詞就可以。",
        rows=tuple(rows),
        buttons=(first, do("看進度", Name.PROGRESS), do("回報時數", Name.HOURS)),
        typed=pc("職務問卷" if begin else "下一步", "進度", "回報"),
    )


def not_yet(desk: Desk) -> Message:
    """For someone who consented and is bound to nobody yet."""
    return Choices(
        prompt="還差一步就能使用：請輸入「啟用」加上啟用碼，例如：啟用 ABCD-2345。",
        options=(do("看告知事項", Name.NOTICE), do("先不使用", Name.DECLINE, "quiet")),
        hint=f"沒有啟用碼或已失效，請洽{desk.agency.hr_reached}補發。",
        typed=pc("啟用 加上啟用碼", "告知事項", "先不使用"),
    )


def not_understood(desk: Desk) -> Message:
    """For words that are no command and answer nothing."""
    return choices("抱歉，這句話我還看不懂。請選一項，或直接輸入關鍵詞：", desk)


def choices(prompt: str, desk: Desk) -> Choices:
    """What can be done, offered under a sentence."""
    return Choices(
        prompt=prompt,
        options=(
            do("下一步", Name.NEXT),
            do("進度", Name.PROGRESS),
            do("回報時數", Name.HOURS),
            do("說明", Name.HELP),
        ),
        hint=f"也可以直接輸入問題；找不到答案時，請輸入「問人事」或洽{desk.agency.hr_reached}。",
        typed=pc("下一步", "進度", "回報", "說明"),
    )
