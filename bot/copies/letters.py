"""How a copy reaches a person: as files on Telegram, by an expiring link on LINE, which sends no files."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.outgoing import Addressed, Reader
from bot.platforms.telegram import document
from handlers.commands import Name
from handlers.desk import Desk
from handlers.message import Button, Card, Choices, Line, Message
from handlers.wording import do, pc
from storage.dispatches import NewDispatch
from storage.jobs import LETTER, Job

LINK: Final = timedelta(minutes=10)  # platforms.md §10.1
UPLOAD: Final = timedelta(hours=24)  # how long a file waits for Telegram
CAPTIONS: Final = (
    "您的資料複本（試算表），內容到現在為止。",
    "同一份複本的易讀版，可用瀏覽器開啟或列印。含您的個人資料，請勿轉傳群組。",
)
# Where a letter may not have arrived (the month's pushes are used up), the next reply opens with its receipt.
LOST: Final = "資料複本{which}已備妥，但可能沒有送達，請再輸入「索取複本」"
NOT_MADE: Final = "資料複本沒能整理好，請再輸入「索取複本」"


def as_files(job: Job, file_ids: Sequence[int]) -> list[NewDispatch]:
    """One call a file, in this order."""
    return [
        document(job.account, job.cause, ordinal, file_id, caption, LOST.format(which=which))
        for ordinal, (file_id, caption, which) in enumerate(
            zip(file_ids, CAPTIONS, ("（試算表）", "（易讀版）"), strict=True)
        )
    ]


def as_link(job: Job, reader: Reader, link: str, until: datetime, real: datetime) -> list[NewDispatch]:
    """A push: the free reply token is spent on 「正在整理」. `until` in the agency's timezone."""
    return told(job, reader, ready(link, until), real, LOST.format(which=""))


def apology(job: Job, reader: Reader, desk: Desk, real: datetime) -> list[NewDispatch]:
    """The copy could not be made, after every try."""
    return told(job, reader, failed(desk), real, NOT_MADE)


def ready(link: str, until: datetime) -> Card:
    """What is read with the link. `until` in the agency's timezone."""
    return Card(
        title="您的資料複本已備妥",
        rows=(
            Line("有兩種格式：試算表（.xlsx）與易讀網頁，各可下載一次。"),
            Line(f"連結到 {until:%H:%M} 為止有效（10 分鐘）；逾時請再輸入「索取複本」。", "due"),
            Line("內容含您的個人資料，請勿轉傳連結或檔案。", "note"),
        ),
        # LINE's own browser keeps no downloads; with this it hands the page to the phone's browser.
        buttons=(Button("開啟下載頁面", url=f"{link}?openExternalBrowser=1", style="primary"),),
        typed=pc("索取複本", "我的資料"),
    )


def failed(desk: Desk) -> Choices:
    """What is read where there is no copy."""
    return Choices(
        prompt="抱歉，這次沒能整理好您的資料複本。",
        hint=f"請稍後再試一次；若仍然不行，請洽{desk.agency.hr_reached}另外提供。",
        options=(do("再索取一次", Name.COPY), do("我的資料", Name.MY_DATA, "quiet")),
        typed=pc("索取複本", "我的資料"),
    )


def told(job: Job, reader: Reader, said: Message, real: datetime, receipt: str) -> list[NewDispatch]:
    """An answer to what the person asked for, so it goes with the conversation and at any hour."""
    letters = reader.notice(Addressed(job.account, job.cause, real), (said,), receipt)
    return [replace(letter, lane=0, kind=LETTER, not_before=None) for letter in letters]
