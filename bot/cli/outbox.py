"""`outbox`: what did not reach somebody, by name."""

from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.common import Config, finished, opened, say, settings_for
from bot.settings import Settings
from guideline.ways import WAYS
from handlers.receipts import apart
from storage.dispatches import KILLED
from storage.restored import RESTORED
from storage.undelivered import Undelivered, undelivered


class State(StrEnum):
    UNDECIDED = "undecided"
    REFUSED = "refused"
    FROZEN = "frozen"


_WORDS = {State.UNDECIDED: "不確定是否送達", State.REFUSED: "被平臺拒絕", State.FROZEN: "等待送出"}
_REASONS = {  # others are a platform's words
    KILLED: "送出後程式中止，沒有收到答覆",
    RESTORED: "由備份還原，備份之後可能已送出",
    "erased": "資料已刪除",
}


def register(app: typer.Typer) -> None:
    app.command("outbox")(outbox)


def outbox(
    context: typer.Context,
    state: Annotated[
        State, typer.Option(help="undecided 不確定、refused 被拒絕、frozen 等待送出。")
    ] = State.UNDECIDED,
    config: Config = None,
) -> None:
    """逐一列出未送達的訊息與對象。"""
    settings = settings_for(context, config)
    found = finished(lambda: _undelivered(settings, state))
    for one in found:
        say(_line(one, settings))
    say(f"{_WORDS[state]}：{len(found)} 則。")


async def _undelivered(settings: Settings, state: State) -> list[Undelivered]:
    async with opened(settings) as database:
        return await database.read(lambda conn: undelivered(conn, state.value))


def _line(one: Undelivered, settings: Settings) -> str:
    at = one.created_at.astimezone(settings.zone)
    whom = f"{one.employee_no} {one.name}（{one.unit}）" if one.name else "尚未啟用的對話"
    why = f"　{_REASONS.get(one.reason, one.reason)}" if one.reason else ""
    what = f"　{'；'.join(apart([one.receipt]))}" if one.receipt else ""
    return f"{at.year - 1911}/{at:%m/%d %H:%M}　{WAYS[one.platform]}　{whom}{why}{what}"
