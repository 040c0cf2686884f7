"""下載週報: HR's figures and lists of the week as spreadsheets, made by a job."""

from datetime import datetime
from typing import Final

from guideline.changes import DigestRequested
from guideline.records import Snapshot
from handlers import office
from handlers.commands import Name
from handlers.desk import Desk
from handlers.digest_card import CAREFUL
from handlers.event import Event
from handlers.message import Button, Card, Choices, Line, Text
from handlers.outcome import Outcome
from handlers.wording import do, pc

CAPTIONS: Final = (
    "週報（Excel）。數字與名單依目前的資料，範圍見「總覽」。",
    f"同一份週報（ODS）。{CAREFUL}",
)
# Where a letter may not have arrived, the next reply opens with its receipt.
LOST: Final = "週報檔案已備妥，但可能沒有送達，請再輸入「下載週報」"
NOT_MADE: Final = "週報檔案沒能整理好，請再輸入「下載週報」"


def ask(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Asks for them, where they can be handed over."""
    if office.serving(event, snapshot) is None:
        return office.refused(desk)
    if snapshot.account.platform == "line" and not desk.links:
        said = (
            "LINE 不能直接傳送檔案，本服務目前也沒有可供下載的網址，所以無法在 LINE 提供週報檔案。\n"
            "請改用 Telegram 帳號輸入「下載週報」。"
        )
        return Outcome((Text(said),))
    how = (
        "會有 Excel（.xlsx）與 ODS 兩個檔案。"
        if snapshot.account.platform == "telegram"
        else "屆時會傳來下載連結，10 分鐘內有效。"
    )
    said = f"正在整理週報，數字依目前的資料；完成後會在這裡給您。\n{how}"
    return Outcome((Text(said),), (DigestRequested(),), receipt="已申請下載週報")


def failed(desk: Desk) -> Choices:
    """What is read where they could not be made."""
    return Choices(
        prompt="抱歉，這次沒能整理好週報檔案。",
        hint="請稍後再試一次；若仍然不行，請洽系統維運人員。",
        options=(do("再下載一次", Name.DIGEST), do("人事待辦", Name.OFFICE, "quiet")),
        typed=pc("下載週報", "人事"),
    )


def ready(link: str, until: datetime) -> Card:
    """What is read with the link. `until` in the agency's timezone."""
    return Card(
        title="週報檔案已備妥",
        rows=(
            Line("有兩種格式：Excel（.xlsx）與 ODS，各可下載一次。"),
            Line(f"連結到 {until:%H:%M} 為止有效（10 分鐘）；逾時請再輸入「下載週報」。", "due"),
            Line(f"{CAREFUL}連結也請勿轉傳。", "note"),
        ),
        # LINE's own browser keeps no downloads; with this it hands the page to the phone's browser.
        buttons=(Button("開啟下載頁面", url=f"{link}?openExternalBrowser=1", style="primary"),),
        typed=pc("下載週報", "人事"),
    )
