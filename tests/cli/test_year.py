"""`year close`: refused with a reason in one line, or done and said."""

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import typer
from typer.main import get_command

from bot.cli import RefusedError
from bot.cli import year as year_command
from bot.cli.common import opened
from bot.cli.year import _progress, closed, told
from bot.settings import load_settings
from guideline.editions import load_editions
from storage import years
from storage.errors import Locked
from tests.cli.program import Program


@pytest.mark.parametrize(
    ("year", "reason"),
    [
        ("114", "115 年起才有 AI 時數要求"),
        ("187", "還沒結束，未結算；請於 188/1/1 起"),
        ("2026", "不是民國年"),
        ("0", "不是民國年"),
    ],
)
def test_a_year_that_cannot_be_closed(agency: Program, year: str, reason: str) -> None:
    """One line with the reason, and nothing is closed."""
    done = (agency.afresh if year == "114" else agency)("year", "close", year)
    assert (done.status, done.err.count("\n"), done.out) == (1, 1, "")
    assert reason in done.err
    with sqlite3.connect(agency.folder / "talentbot.db") as database:
        assert database.execute("SELECT count(*) FROM closed_year").fetchone() == (0,)


@pytest.mark.parametrize("words", [(), ("last",), ("115", "116")])
def test_wrong_usage(agency: Program, words: tuple[str, ...]) -> None:
    """No year, no number, two of them."""
    assert agency("year", "close", *words).status == 2


async def test_the_year_that_has_ended_is_closed_once(
    agency: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From 1 January of Taipei on, with its figures; a minute earlier not, and a second time not."""
    monkeypatch.chdir(agency.folder)
    settings, editions = load_settings(), load_editions()
    midnight = datetime(2027, 1, 1, tzinfo=settings.zone)
    with pytest.raises(RefusedError, match="還沒結束"):
        await closed(settings, editions, 2026, midnight - timedelta(minutes=1))
    done = await closed(settings, editions, 2026, midnight)
    assert told(done, editions, settings.zone) == (
        "已於 116/1/1 結算 115 年：0 人，尚無官方資料，指引版本 115-06。"
    )
    with pytest.raises(RefusedError, match=r"115 年已於 116/1/1 結算（0 人）"):
        await closed(settings, editions, 2026, midnight)
    borrowed = replace(done, year=2027, official_as_of=midnight, people=3)
    assert "3 人，官方資料 116/1/1 匯入，指引版本 115-06（116 年規定未公布，暫沿用）" in told(
        borrowed, editions, settings.zone
    )


def test_progress_is_told_in_lines_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """At most ten of them, the last one for everybody."""
    with _progress(115) as told_of:
        for done in range(500, 20_001, 500):
            told_of(min(done, 19_900), 19_900)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10
    assert lines[-1] == "結算 115 年：19900/19900 人"


@pytest.mark.parametrize("stopped", [KeyboardInterrupt(), Locked()])
def test_an_interrupted_closing_says_how_to_go_on(
    agency: Program, monkeypatch: pytest.MonkeyPatch, stopped: BaseException
) -> None:
    """Ctrl-C and a database that is held by somebody else: one line that names the command."""
    monkeypatch.chdir(agency.folder)

    def stop(_: object) -> None:
        raise stopped

    monkeypatch.setattr(year_command, "finished", stop)
    context = typer.Context(get_command(year_command.app))
    with pytest.raises(RefusedError, match="請再執行 talentbot year close 115，會接著做完"):
        year_command.close(context, 115)


async def test_a_closing_begun_under_another_edition_is_not_mixed(
    agency: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was begun goes on under the edition it was begun under, and under no other."""
    monkeypatch.chdir(agency.folder)
    settings, editions = load_settings(), load_editions()
    at = datetime(2027, 1, 1, tzinfo=settings.zone)
    other = replace(editions, in_force=replace(editions.in_force, id="115-12"))
    async with opened(settings) as database:
        await database.write(lambda conn: years.begin(conn, editions, 2026, at, "cli"))
    with pytest.raises(RefusedError, match="以指引版本 115-06 開始，現在採用 115-12"):
        await closed(settings, other, 2026, at)
    assert (await closed(settings, editions, 2026, at)).frozen
