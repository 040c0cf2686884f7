"""A webhook that falls silent in office hours, by real rows; and what Telegram says of its own."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from bot.alerts.webhooks import amiss
from bot.demo.clock import TownClock
from bot.platforms.session import open_session
from bot.platforms.telegram_webhook import TelegramWebhook, Webhook, WebhookUnknownError
from bot.simulator.faults import Fault
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator
from storage.database import Database
from storage.schema import closure
from tests.alerts.house import Replica
from tests.storage.agency import arrive, text

ZONE = ZoneInfo("Asia/Taipei")
MONDAY = date(2026, 11, 30)
WEEK = [date(2026, 11, day) for day in (20, 23, 24, 25, 26, 27)]  # working days, Friday to Friday


def at(day: date, hour: float) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(hours=hour)


async def wrote(database: Database, day: date, people: int, hours: Sequence[float] = (10,)) -> None:
    """So many people write on this day, at each of these hours."""
    for hour in hours:
        events = [text(f"{day}-{hour}-{n}", f"U{n}") for n in range(people)]
        await arrive(database, *events, at=at(day, hour).astimezone(UTC))


@pytest.fixture
async def replica(database: Database, monkeypatch: pytest.MonkeyPatch) -> Replica:
    """A watch of LINE's webhook that looks whenever it is asked."""
    monkeypatch.setattr("bot.alerts.webhooks.BETWEEN", 0.0)
    return Replica(database, TownClock(), 1, hooks=["line"])


async def amiss_at(replica: Replica, day: date, hour: float) -> list[str]:
    replica.clock.ahead = at(day, hour) - datetime.now(UTC)
    await replica.webhooks.look()
    return [one.line for one in await replica.health.troubles() if one.kind == "webhook"]


async def test_silence_is_learned_from_the_days_before(replica: Replica, database: Database) -> None:
    """Twenty people a day: three office hours without anybody are too long, nights and weekends are not."""
    for day in WEEK:
        await wrote(database, day, 20, (10, 16.5))
    assert await amiss_at(replica, WEEK[-1], 23) == []
    assert await amiss_at(replica, MONDAY, 8) == []
    assert await amiss_at(replica, MONDAY, 11) == []
    found = await amiss_at(replica, MONDAY, 11.5)
    assert found == ["webhook: line: no event from LINE for 3.0 office hours"]
    # It does not become usual, however long it lasts, and ends with the next event.
    assert await amiss_at(replica, MONDAY + timedelta(days=20), 12) != []
    await wrote(database, MONDAY, 1, (12,))
    assert await amiss_at(replica, MONDAY, 12.1) == []


async def test_a_tiny_agency_is_never_alarmed(replica: Replica, database: Database) -> None:
    """Three messages in a week: a fortnight without any says nothing."""
    for day in WEEK[::2]:
        await wrote(database, day, 1)
    assert await amiss_at(replica, MONDAY + timedelta(days=11), 16) == []


async def test_a_busy_person_is_one(replica: Replica, database: Database) -> None:
    """Thirty events of one person are one who wrote."""
    for day in WEEK:
        await wrote(database, day, 1, [9.5 + n / 10 for n in range(30)])
    assert await amiss_at(replica, MONDAY, 16.9) == []


async def test_a_closure_is_no_silence(replica: Replica, database: Database) -> None:
    """A typhoon on Monday: nobody is in the office."""
    for day in WEEK:
        await wrote(database, day, 20, (10, 16.5))
    row = {"day": MONDAY, "note": "", "changed_at": at(MONDAY, 0), "changed_by": "cli"}
    await database.write(lambda conn: conn.execute(insert(closure).values(row)))
    assert await amiss_at(replica, MONDAY, 16) == []


NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)
HOOK = "https://bot.example.gov.tw/webhooks/telegram"


@pytest.mark.parametrize(
    ("webhook", "wrong"),
    [
        (Webhook(HOOK, 0, None), False),
        (Webhook(HOOK, 3, None), False),  # just arriving
        (Webhook(HOOK, 3, NOW - timedelta(minutes=2)), True),
        (Webhook(HOOK, 0, NOW - timedelta(minutes=2)), False),  # a later try got through
        (Webhook(HOOK, 3, NOW - timedelta(hours=2)), False),
        (Webhook("", 0, None), True),
        (Webhook("https://elsewhere.example/hook", 0, None), True),
    ],
)
def test_what_telegram_says_of_our_webhook(webhook: Webhook, wrong: bool) -> None:
    """It fails now while something waits, or it is not ours."""
    assert (amiss(webhook, HOOK, NOW) is not None) is wrong


async def test_telegram_is_asked_over_http() -> None:
    """The simulator's answer is read; an error is said in one line without the token."""
    simulator = TelegramSimulator("123:secret", clock=TownClock())
    async with serve(simulator.app) as served, open_session() as session:
        asked = TelegramWebhook(session, served.url, "123:secret")
        assert await asked.ask() == Webhook("", 0, None)
        faults: tuple[Any, ...] = (Fault.error(500), Fault.reset(), Fault.error(401))
        for fault in faults:
            simulator.faults.next("getWebhookInfo", fault)
            with pytest.raises(WebhookUnknownError) as caught:
                await asked.ask()
            assert "secret" not in str(caught.value)
