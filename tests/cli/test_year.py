"""`year close`: refused with a reason in one line, or done and said."""

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.cli import RefusedError
from bot.cli.year import closed, told
from bot.settings import load_settings
from guideline.editions import load_editions
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
    done = agency("year", "close", year)
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
