"""What an operator sees of the running program: /readyz, /metrics, and a token that LINE refuses."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.simulator.faults import Fault
from bot.troubles import Kind
from reminders.scheduler import STALE, Duty
from storage.inbox import Received, receive
from tests.wire.house import House, line_id, open_house
from tests.wire.platforms.postbox import postbox
from tests.wire.test_webhooks import event, post_line, post_telegram, update


async def ready(house: House) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as session, session.get(f"{house.bot.url}/readyz") as answer:
        return answer.status, await answer.json()


async def metrics(house: House) -> dict[str, float]:
    """By name and labels as Prometheus writes them."""
    async with aiohttp.ClientSession() as session, session.get(f"{house.bot.url}/metrics") as answer:
        text = await answer.text()
    return {
        sample.name + "".join(f",{value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture(autouse=True)
def always_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.health.FRESH", 0.0)
    monkeypatch.setattr("bot.figures.FRESH", 0.0)


async def test_a_token_that_line_refuses_is_told_until_it_is_taken(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not ready while LINE answers 401; Telegram's answers say nothing of it."""
    monkeypatch.setattr("bot.platforms.line_outbound._MENDING", 0.2)
    house.line.faults.lasting("reply", Fault.error(401))
    assert await post_line(house, {"events": [event("E1")]}) == 200
    async with asyncio.timeout(10):
        while not await house.program.health.troubles():
            await asyncio.sleep(0.02)
    assert await post_telegram(house, update(1)) == 200
    status, said = await ready(house)
    assert status == 503
    assert said["ready"] is False
    assert [one[:18] for one in said["reasons"]] == ["access: line: 401:"]
    assert (await metrics(house))["talentbot_trouble,access,line"] == 1
    house.line.faults.clear()
    await house.quiet()
    assert await ready(house) == (200, {"ready": True, "reasons": [], "notes": []})
    assert "talentbot_trouble,access,line" not in await metrics(house)


async def test_the_operator_hears_of_it_by_mail(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From LINE's 401 to the mailbox, through the running program, which is stopped while it lasts: the
    next one does not repeat it, and says when it is over."""
    monkeypatch.setattr("bot.alerts.open_troubles.PATIENCE", timedelta())
    monkeypatch.setattr("bot.platforms.line_outbound._MENDING", 0.2)
    async with postbox() as box:
        async with open_house(sqlite_url, mail_port=box.port) as house:
            house.line.faults.lasting("reply", Fault.error(401))
            assert await post_line(house, {"events": [event("E1")]}) == 200
            async with asyncio.timeout(10):
                while not await house.program.health.troubles():
                    await asyncio.sleep(0.02)
            for _ in range(3):
                await house.program.watch.look()
            assert (await metrics(house))["talentbot_alerts_total,accepted"] == 1
        async with open_house(sqlite_url, mail_port=box.port) as house:
            await house.program.watch.look()
            await house.quiet()
            await house.program.watch.look()
        assert [mail["Subject"] for mail in box.mails] == [
            "【臺中市政府】AI 學習小幫手需要處理：LINE 不接受本服務的密鑰",
            "【臺中市政府】AI 學習小幫手已恢復：LINE 不接受本服務的密鑰",
        ]
        assert box.recipients == [["operator@example.gov.tw"]] * 2


async def test_what_only_an_operator_has_to_look_at_leaves_it_ready(house: House) -> None:
    """A silent webhook: whoever takes the program out of service for it would make it silent."""
    house.program.health.note(Kind.WEBHOOK, "line", "no event from LINE for 3.0 office hours")
    status, said = await ready(house)
    assert (status, said["ready"], said["reasons"]) == (200, True, [])
    assert said["notes"] == ["webhook: line: no event from LINE for 3.0 office hours"]


async def test_a_scheduler_that_is_silent_is_not_ready(house: House) -> None:
    """Nobody is reminded, and nothing that was broken off goes on, until it ticks again."""
    scheduler = house.program.scheduler
    await scheduler.stop()
    scheduler._beat -= 2 * STALE
    status, said = await ready(house)
    assert (status, said["ready"]) == (503, False)
    assert [one[:26] for one in said["reasons"]] == ["scheduler: no tick for 120"]
    assert (await metrics(house))["talentbot_trouble,scheduler,"] == 1
    await scheduler.tick()
    assert await ready(house) == (200, {"ready": True, "reasons": [], "notes": []})


async def test_a_duty_that_fails_every_time_is_told_of(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which, and for how long; the rest goes on, so the program stays ready. Where the database is the
    trouble, that is told of alone."""
    scheduler = house.program.scheduler
    await scheduler.stop()

    async def clumsy(_: datetime) -> None:
        raise ZeroDivisionError

    async def fine(_: datetime) -> None:
        pass

    scheduler.duties = (Duty("purge", clumsy), Duty("waves", fine))
    await scheduler.tick()
    assert (await ready(house))[1]["notes"] == []  # once is no trouble
    monkeypatch.setattr("bot.health.NEGLECTED", 0.0)
    status, said = await ready(house)
    assert (status, said["reasons"]) == (200, [])
    assert [one[:34] for one in said["notes"]] == ["duty: purge: failed at every tick "]
    assert (await metrics(house))["talentbot_trouble,duty,purge"] == 1
    house.program.health.note(Kind.DATABASE, "", "away")
    assert (await ready(house))[1] == {"ready": False, "reasons": ["database: away"], "notes": []}
    house.program.health.clear(Kind.DATABASE, "")
    scheduler.duties = (Duty("purge", fine), Duty("waves", fine))
    await scheduler.tick()
    assert await ready(house) == (200, {"ready": True, "reasons": [], "notes": []})


async def test_a_database_of_another_version_is_not_ready(house: House) -> None:
    """A neighbour of a later version has migrated it."""
    await house.write("UPDATE alembic_version SET version_num = '9999'")
    status, said = await ready(house)
    assert status == 503
    assert said["reasons"][0].startswith("migration: the database is at 9999")


async def test_an_answer_is_measured_from_the_receipt_of_its_event(house: House) -> None:
    """The event waited three seconds before anybody worked on it: that counts, and so does LINE's own time. A
    menu that comes with it is no answer."""
    await post_line(house, {"events": [event("E0")]})
    await house.quiet()
    before = await metrics(house)
    late = house.clock.real() - timedelta(seconds=3)
    body = str(event("E1", replyToken="1" * 32)).replace("'", '"').replace("False", "false").encode()
    row = Received("line", "E1", line_id(1), 2, body)
    house.line.faults.next("*", Fault.slow(0.4))
    await house.program.database.write(lambda conn: receive(conn, [row], late))
    house.program.pipeline.wake()
    await house.quiet()
    after = await metrics(house)

    def more(name: str) -> float:
        return after[name] - before.get(name, 0.0)

    assert more("talentbot_answer_seconds_count,line") == 1
    assert 3.4 <= more("talentbot_answer_seconds_sum,line") < 30
    assert more("talentbot_answer_seconds_bucket,2.0,line") == 0


async def test_the_figures_of_what_happens(house: House) -> None:
    """Received, handled, delivered by platform, kind and result, what waits, the budget, the heartbeat."""
    house.line.faults.next("reply", Fault.error(500))
    assert await post_line(house, {"events": [event("E1")]}) == 200
    assert await post_telegram(house, update(1)) == 200
    await house.quiet()
    await house.program.scheduler.tick()
    found = await metrics(house)
    expected = {
        "talentbot_events_received_total,line": 1,
        "talentbot_events_received_total,telegram": 1,
        "talentbot_events_handled_total,done": 2,
        "talentbot_events_handled_total,failed": 0,
        "talentbot_dispatches_total,conversation,line,undecided": 1,
        "talentbot_events_waiting": 0,
        "talentbot_jobs_waiting": 0,
        "talentbot_oldest_waiting_seconds": 0,
        "talentbot_trouble,scheduler,": 0,
        "talentbot_line_budget_messages,used": 0,
    }
    assert {name: found.get(name) for name in expected} == expected
    assert found["talentbot_dispatches_total,conversation,telegram,accepted"] >= 1  # and a menu
    assert found["talentbot_scheduler_silent_seconds"] < 15
    assert found["talentbot_line_budget_messages,left"] > 0
    assert any(name.startswith("talentbot_answer_seconds_bucket,0.02") for name in found)
