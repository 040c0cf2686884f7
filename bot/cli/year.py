"""`year`: closing a year's figures (年度結算)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.cli.common import Config, RefusedError, console, finished, opened, say, settings_for
from bot.settings import Settings
from guideline.editions import Editions, load_editions
from guideline.words import roc_date, roc_year
from storage import years
from storage.clock import SystemClock
from storage.errors import Unavailable, Unmigrated

app = typer.Typer(help="年度結算。", no_args_is_help=True, rich_markup_mode=None)

_FIRST, _LAST = 1, 188  # ROC years that a date can have; beyond them somebody typed another calendar's


@app.callback()
def _group() -> None:
    """年度結算。"""


@app.command()
def close(
    context: typer.Context,
    year: Annotated[int, typer.Argument(metavar="YEAR", help="民國年，例如 115。")],
    config: Config = None,
) -> None:
    """結算一個年度：凍結每人的時數，之後不再接受該年度的回報、更正與撤回。"""
    if not _FIRST <= year <= _LAST:
        raise RefusedError(f"{year} 不是民國年；請輸入例如 115")
    settings = settings_for(context, config)
    editions = load_editions(settings.edition, settings.edition_overlay)
    at = SystemClock().now()
    try:
        with _progress(year) as told_of:
            found = finished(lambda: closed(settings, editions, year + 1911, at, told_of))
    except Unmigrated:
        raise
    except (KeyboardInterrupt, Unavailable) as error:
        why = f"：{error.sentence}" if isinstance(error, Unavailable) else ""
        again = f"請再執行 talentbot year close {year}，會接著做完"
        raise RefusedError(f"{year} 年的結算中斷{why}；已完成的部分保留，{again}") from None
    say(told(found, editions, settings.zone))
    say("該年度不再接受回報、更正與撤回；需要補正時，同仁會看到「問人事」。")


@contextmanager
def _progress(year: int) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal; elsewhere a line at every tenth of the people."""
    shown = console()
    if shown.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=shown) as bar:
            task = bar.add_task(f"結算 {year} 年（可按 Ctrl-C 中斷，再執行一次會接著做）", total=None)
            yield lambda done, of: bar.update(task, completed=done, total=of)
        return
    tenths = 0

    def line(done: int, of: int) -> None:
        nonlocal tenths
        if (reached := done * 10 // of) > tenths:
            tenths = reached
            say(f"結算 {year} 年：{done}/{of} 人")

    yield line


def told(found: years.Closed, editions: Editions, zone: ZoneInfo) -> str:
    """How many people, as of which official records, under which edition."""
    rules, year = editions.of(found.year), roc_year(found.year)
    borrowed = f"（{year} 年規定未公布，暫沿用）" if rules is not None and rules.year != found.year else ""
    source = found.official_as_of
    official = f"官方資料 {roc_date(source.astimezone(zone).date())} 匯入" if source else "尚無官方資料"
    on = roc_date(found.closed_at.astimezone(zone).date())
    figures = f"{found.people} 人，{official}，指引版本 {found.edition}{borrowed}"
    return f"已於 {on} 結算 {year} 年：{figures}。"


async def closed(
    settings: Settings,
    editions: Editions,
    year: int,
    at: datetime,
    told_of: Callable[[int, int], None] | None = None,
) -> years.Closed:
    """Closes the calendar year as of `at`, or goes on with it; `told_of` hears how far it is. Raises
    RefusedError where it cannot be closed (again)."""
    said = roc_year(year)
    rules = editions.of(year)
    if rules is None:
        first = roc_year(editions.first.year)
        raise RefusedError(f"{first} 年起才有 AI 時數要求，{said} 年不需結算")
    async with opened(settings) as database:
        before = await database.read(lambda conn: years.seen(conn, year))
        if before is not None and before.frozen:
            on = roc_date(before.closed_at.astimezone(settings.zone).date())
            raise RefusedError(f"{said} 年已於 {on} 結算（{before.people} 人），沒有變更")
        if before is not None and before.edition != rules.id:
            begun = f"{said} 年的結算以指引版本 {before.edition} 開始，現在採用 {rules.id}"
            raise RefusedError(f"{begun}；請改回設定 edition 再執行，會接著做完")
        if at.astimezone(settings.zone).year <= year:
            raise RefusedError(f"{said} 年還沒結束，未結算；請於 {said + 1}/1/1 起再執行")
        return await years.close(database, editions, year, at, "cli", told_of)
