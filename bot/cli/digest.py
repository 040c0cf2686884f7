"""`digest`: the week's digest as it would be sent, for the operator to look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import Config, RefusedError, finished, opened, say, settings_for, write_private
from bot.desk import desk_for
from bot.digests.book import book
from bot.digests.work import write
from bot.roster.dates import read_date
from bot.settings import Settings
from bot.sheets.model import Book
from bot.ways import voices_of
from guideline.scope import AGENCY
from guideline.weekly import Digest, week_of
from handlers import digest_card
from handlers.message import plain
from reminders.digests import mailed
from reminders.gathering import digest as digest_of
from reminders.gathering import gather
from reminders.listing import listed
from reminders.work import Work
from storage.clock import SystemClock
from storage.files import NewFile


@dataclass(frozen=True, slots=True)
class _On:
    """A clock of one day, at nine in the morning."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def real(self) -> datetime:
        return SystemClock().real()


def register(app: typer.Typer) -> None:
    app.command("digest")(preview)


def preview(
    context: typer.Context,
    preview: Annotated[bool, typer.Option("--preview", help="只顯示，不寄送也不寫入資料庫。")] = False,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="以哪一天為準；預設今天。")] = None,
    scope: Annotated[
        str, typer.Option("--scope", metavar="UNIT", help="哪個一級單位（含所屬）；預設全機關。")
    ] = AGENCY,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="另存 .txt、.eml、.xlsx 與 .ods 到這個資料夾。"),
    ] = None,
    config: Config = None,
) -> None:
    """預覽人事週報：LINE、Telegram、電子郵件與試算表會是什麼樣子。"""
    if not preview:
        raise RefusedError("週報由服務每週自動寄送；要先看內容，請加 --preview")
    settings = settings_for(context, config)
    try:
        day = read_date(on) if on else None
    except ValueError:
        raise RefusedError(f"--on {on} 不是日期；請輸入例如 115/11/23 或 2026-11-23") from None
    read, made = finished(lambda: _made(settings, day, scope))
    files = write(made)
    mail = mailed(read, files)
    letter = "\n\n".join(plain(message) for message in mail.said)
    say("── LINE 與 Telegram ──")
    say(plain(digest_card.card(read)))
    say("── 電子郵件 ──")
    say(letter)
    say("附件：" + ("、".join(file.name for file in mail.files) or "無"))
    say("── 試算表 ──")
    for section in made.sections:
        say(f"{section.title}：{len(section.rows)} 列、{len(section.headings)} 欄")
    for file in files:
        say(f"{file.name}：{len(file.content):,} 位元組")
    if out is None:
        return
    out.mkdir(parents=True, exist_ok=True)
    kept: dict[str, bytes] = {file.name: file.content for file in files}
    kept["週報-對話.txt"] = plain(digest_card.card(read)).encode()
    kept["週報-信件.eml"] = _mail(settings, letter, mail.files)
    for name, content in kept.items():
        write_private(out / name, content)
    say(f"已存到 {out}；名單含個人資料，請妥善保管。")


async def _made(settings: Settings, day: date | None, scope: str) -> tuple[Digest, Book]:
    """Raises RefusedError for a unit that is not there, or a year without requirements."""
    clock: SystemClock | _On = SystemClock()
    if day is not None:
        clock = _On(datetime.combine(day, settings.reminders.weekly_digest.at, settings.zone))
    voices, cap = voices_of(settings), settings.line.monthly_budget
    async with opened(settings) as database:
        work = Work(database, clock, settings.zone, desk_for(settings), voices, {}, cap=cap)
        local = work.local()
        found = await gather(work, week_of(local.date(), settings.reminders.weekly_digest.weekday))
        if found is None:
            raise RefusedError("這一年沒有 AI 時數要求，沒有週報")
        if scope not in found.units or "/" in scope:
            raise RefusedError(f"名冊中沒有一級單位 {scope}；請輸入單位路徑的第一層，例如 教育局")
        people = await listed(work, found.today, scope)
        read = await digest_of(work, found, scope)
        return read, book(read, found, people, work.desk.agency, local)


def _mail(settings: Settings, letter: str, files: Sequence[NewFile]) -> bytes:
    message = EmailMessage(policy=SMTP)
    headers: Mapping[str, str] = {"Subject": "AI 學習週報", "From": settings.smtp.sender}
    for name, value in headers.items():
        if value:
            message[name] = value
    message.set_content(letter)
    for file in files:
        kind, _, detail = file.media_type.partition("/")
        message.add_attachment(file.content, kind, detail, filename=file.name)
    return message.as_bytes()
