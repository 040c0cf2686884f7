"""Nothing is kept longer than was promised, and nothing is removed too early (design §9)."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.changes import (
    CodeRefused,
    ConsentDeclined,
    ConsentGiven,
    ConversationMoved,
    ReachabilityChanged,
)
from guideline.edition import Edition
from guideline.records import Conversation
from storage import inbox, runs, weekly
from storage.database import Database
from storage.dispatches import Verdict
from storage.purge import STEPS, lots, purge
from storage.schema import account as accounts
from storage.schema import activation, audit, consent, dispatch, outbox, reminder, told, wave
from storage.schema import inbox as inbox_table
from storage.thawing import THAWED
from tests.storage.agency import (
    DAY,
    MINUTE,
    NOW,
    TODAY,
    arrive,
    bind,
    change,
    chat,
    column,
    count,
    effect,
    fresh,
    join,
    text,
    work,
)
from tests.storage.test_dispatches import close, put, reply, take
from tests.storage.waves import people, planned


async def clean(database: Database, after: timedelta) -> dict[str, int]:
    return await purge(database, NOW + after)


async def lots_of(database: Database, name: str, after: timedelta) -> list[int]:
    """What went of this kind, transaction by transaction."""
    return [lot.removed async for lot in lots(database, NOW + after) if lot.name == name]


async def test_strangers_go_after_a_day(database: Database, edition: Edition) -> None:
    """An account without consent goes with its events and messages 24 hours after its last event; one with
    consent, a bound one and one that still waits stay."""
    stranger = await chat(database, "U1")
    await put(database, reply(stranger))
    consenting = await chat(database, "U2")
    await change(database, edition, effect(consenting, ConsentGiven("1")))
    (person,) = await join(database, "A1")
    await bind(database, await chat(database, "U3"), person)
    await arrive(database, text("waits", "U4"))
    assert (await clean(database, DAY - MINUTE))["accounts"] == 0
    assert (await clean(database, DAY))["accounts"] == 1
    assert await column(database, accounts.c.user_id) == ["U2", "U3", "U4"]
    assert (await count(database, inbox_table), await count(database, outbox)) == (3, 0)
    assert await count(database, dispatch) == 0


async def test_whoever_writes_again_is_kept_for_another_day(database: Database) -> None:
    """The day counts from the last event."""
    await chat(database, "U1")
    await arrive(database, text("again"), at=NOW + DAY - MINUTE)
    await work(database)
    assert (await clean(database, DAY))["accounts"] == 0
    assert (await clean(database, 2 * DAY))["accounts"] == 1


async def test_what_a_stranger_said_goes_after_a_day_although_they_come_back(database: Database) -> None:
    """Who writes every day and never consents keeps no more than a day's events; the chat itself stays."""
    for day in range(3):
        await arrive(database, text(f"day {day}", key=day), at=NOW + day * DAY)
        await work(database)
        await clean(database, day * DAY)
    assert await column(database, inbox_table.c.event_id) == ["day 2"]
    assert await count(database, accounts) == 1


async def test_whoever_declined_goes_with_the_next_purge(database: Database, edition: Edition) -> None:
    """先不使用 does not wait for the day to pass, and takes the consent of nobody along."""
    owner = await chat(database)
    await change(database, edition, effect(owner, ConsentGiven("1")))
    await change(database, edition, effect(owner, ConsentDeclined()))
    assert (await clean(database, MINUTE))["accounts"] == 1
    assert (await count(database, accounts), await count(database, consent)) == (0, 0)


async def test_whoever_declined_and_came_back_is_not_cut_off(database: Database, edition: Edition) -> None:
    """A waiting event, an answer on its way or a notice being read keeps the chat until it is done."""
    for user_id in ("U1", "U2", "U3"):
        owner = await chat(database, user_id)
        await change(database, edition, effect(owner, ConsentDeclined()))
    await arrive(database, text("again", "U1"))
    await put(database, reply(await fresh(database, "U2")))
    reading = Conversation("welcome", "notice", "n1", "115", {})
    await change(database, edition, effect(await fresh(database, "U3"), ConversationMoved(reading)))
    assert (await clean(database, MINUTE))["accounts"] == 0


async def test_a_lock_outlives_the_purge(database: Database, edition: Edition) -> None:
    """Nobody gets five new tries by declining."""
    owner = await chat(database)
    locked = CodeRefused(NOW + 15 * MINUTE)
    await change(database, edition, effect(owner, locked), effect(owner, ConsentDeclined()))
    assert (await clean(database, MINUTE))["accounts"] == 0
    assert (await clean(database, 15 * MINUTE))["accounts"] == 1


async def test_raw_events_go_after_thirty_days(database: Database) -> None:
    """Events of known people, done or failed; what still waits is work to do. Strays go after a day."""
    (person,) = await join(database, "A1")
    await bind(database, await chat(database), person)
    await arrive(database, text("bad", key=1), text("stray", None))
    for row in await database.write(lambda conn: inbox.claim(conn, 9)):
        await database.write(partial(inbox.fail, seq=row.seq, error="ValueError"))
    await arrive(database, text("waits", key=2))
    assert (await clean(database, DAY))["events"] == 1
    assert (await clean(database, 30 * DAY - MINUTE))["events"] == 0
    assert (await clean(database, 30 * DAY))["events"] == 2
    assert await column(database, inbox_table.c.event_id) == ["waits"]


async def test_bodies_go_after_ninety_days(database: Database) -> None:
    """What was said is forgotten; that it was said is not. What is still to be sent stays whole."""
    (person,) = await join(database, "A1")
    owner = await bind(database, await chat(database), person)
    await put(database, reply(owner, "sent"), reply(owner, "frozen"))
    (one,) = await take(database)
    await close(database, Verdict(one.id, "accepted"))
    assert (await clean(database, 90 * DAY - MINUTE))["bodies"] == 0
    assert (await clean(database, 90 * DAY))["bodies"] == 1
    assert await column(database, dispatch.c.body) == [None, "frozen"]
    assert (await clean(database, 90 * DAY))["bodies"] == 0


async def test_receipts_go_with_the_bodies(database: Database) -> None:
    """A receipt holds a person's words, and after ninety days opens no reply; one still to be sent stays."""
    (person,) = await join(database, "A1")
    owner = await bind(database, await chat(database), person)
    await put(database, reply(owner, "lost"), reply(owner, "frozen"))
    (one,) = await take(database)
    await close(database, Verdict(one.id, "undecided", "silence"))
    assert (await clean(database, 90 * DAY - MINUTE))["receipts"] == 0
    assert (await clean(database, 90 * DAY))["receipts"] == 1
    assert await column(database, outbox.c.receipt) == ["", "已回報 2 小時。"]
    assert await column(database, outbox.c.unreceived) == [False, False]


async def test_messages_go_after_two_years_in_chunks(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With their receipts and some at a time; what still waits to be sent stays, as does what is younger."""
    monkeypatch.setattr("storage.purge.MOST", 2)
    (person,) = await join(database, "A1")
    owner = await bind(database, await chat(database), person)
    await put(database, *[reply(owner, str(number)) for number in range(3)])
    for _ in range(3):
        (one,) = await take(database)
        await close(database, Verdict(one.id, "accepted"))
    await put(database, reply(owner, "frozen"))

    assert await lots_of(database, "messages", 2 * 365 * DAY) == []
    assert await lots_of(database, "messages", 2 * 366 * DAY) == [2, 1]
    assert await column(database, dispatch.c.body) == ["frozen"]
    assert await count(database, outbox) == 1


async def test_reminders_go_after_two_years_with_their_wave(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some at a time; who was told what as one of HR goes with the night's purge."""
    monkeypatch.setattr("storage.purge.MOST", 2)
    await planned(database, await people(database, 3))
    await database.write(lambda conn: conn.execute(update(wave).values(state="done")))
    (number, *_) = await column(database, reminder.c.person_id)
    row = {"what": "digest:2026-11-23", "person_id": number, "at": NOW}
    await database.write(lambda conn: conn.execute(insert(told).values(row)))

    await clean(database, 2 * 365 * DAY)
    assert [await count(database, one) for one in (reminder, wave, told)] == [3, 1, 1]
    assert await lots_of(database, "reminders", 2 * 366 * DAY) == [2, 1]
    assert [await count(database, one) for one in (reminder, wave, told)] == [0, 0, 0]


async def test_calls_that_were_taken_back_go_after_thirty_days(database: Database) -> None:
    """They told nobody anything; what was refused by a platform is kept as long as any message."""
    (person,) = await join(database, "A1")
    owner = await bind(database, await chat(database), person)
    await put(database, reply(owner, "taken back"), reply(owner, "refused"))
    for _ in range(2):
        (one,) = await take(database)
        await close(database, Verdict(one.id, "refused", "403"))
    first = dispatch.c.id == 1
    await database.write(lambda conn: conn.execute(update(dispatch).where(first).values(reason=THAWED)))
    assert (await clean(database, 30 * DAY - MINUTE))["messages"] == 0
    assert (await clean(database, 30 * DAY))["messages"] == 1
    assert await column(database, dispatch.c.reason) == ["403"]


async def test_codes_go_thirty_days_after_their_use_or_their_end(database: Database) -> None:
    """One that can still be used stays, however old it is."""
    await join(database, "A1", "A2", "A3")
    ends = [NOW, NOW + 40 * DAY, NOW + 40 * DAY]

    async def codes(conn: AsyncConnection) -> None:
        for number, end in enumerate(ends, 1):
            row = {"code_hash": str(number), "person_id": number, "issued_at": NOW, "expires_at": end}
            used = NOW + DAY if number == 2 else None
            await conn.execute(insert(activation).values(**row, used_at=used))

    await database.write(codes)
    assert (await clean(database, 30 * DAY - MINUTE))["codes"] == 0
    assert (await clean(database, 30 * DAY))["codes"] == 1
    assert (await clean(database, 31 * DAY))["codes"] == 1
    assert await column(database, activation.c.code_hash) == ["3"]
    assert (await clean(database, 70 * DAY))["codes"] == 1


async def test_a_purge_that_broke_off_goes_on_at_its_step(database: Database) -> None:
    """Nothing is asked twice of the steps before it, and none behind it is left out."""
    (person,) = await join(database, "A1")
    owner = await bind(database, await chat(database), person)
    await put(database, reply(owner, "sent"))
    (one,) = await take(database)
    await close(database, Verdict(one.id, "accepted"))
    after = NOW + 90 * DAY
    whole = [lot.name async for lot in lots(database, after)]
    assert whole == ["events", "bodies", "receipts"]
    assert [lot.name async for lot in lots(database, after)] == []
    await put(database, reply(owner, "again"))
    (one,) = await take(database)
    await close(database, Verdict(one.id, "accepted"))
    bodies = next(number for number, one in enumerate(STEPS) if one.name == "bodies")
    assert [lot.name async for lot in lots(database, after, bodies + 1)] == ["receipts"]
    assert [lot.name async for lot in lots(database, after, bodies)] == ["bodies"]


async def test_weekly_figures_go_after_two_years(database: Database) -> None:
    """Of a unit of one they are a person's."""
    await database.write(lambda conn: weekly.keep(conn, TODAY, {"教育局/一人科": {"cover:counted": 1}}))
    await clean(database, 2 * 365 * DAY)
    assert await database.read(lambda conn: weekly.of(conn, TODAY, "教育局/一人科"))
    await clean(database, 2 * 366 * DAY)
    assert not await database.read(lambda conn: weekly.of(conn, TODAY, "教育局/一人科"))


async def test_the_audit_is_kept_for_five_years(database: Database, edition: Edition) -> None:
    """Steps inside a dialogue go after thirty days, everything else after five years."""
    owner = await chat(database)
    step = Conversation("role", "q1", "n", "115-06")
    await change(
        database,
        edition,
        effect(owner, ReachabilityChanged(reachable=True)),
        effect(owner, ConversationMoved(step)),
    )
    assert (await clean(database, 30 * DAY))["audit"] == 1
    assert await column(database, audit.c.action) == ["reachability_changed"]
    assert (await clean(database, 5 * 365 * DAY))["audit"] == 0
    assert (await clean(database, 5 * 366 * DAY))["audit"] == 1


async def test_a_purge_is_begun_once_a_day(database: Database) -> None:
    """A run that is done or held by somebody alive is not begun again; an abandoned one is."""
    lease = 10 * MINUTE

    async def begin(after: timedelta) -> bool:
        held = await database.write(lambda conn: runs.begin(conn, "purge", TODAY, NOW + after, lease))
        return held is not None

    assert await begin(timedelta())
    assert not await begin(lease - MINUTE)
    assert await begin(lease)
    await database.write(lambda conn: runs.done(conn, "purge", TODAY, NOW))
    assert not await begin(DAY)
    assert await database.write(lambda conn: runs.begin(conn, "purge", TODAY + DAY, NOW, lease)) == ""


async def test_a_known_persons_account_is_never_purged(database: Database) -> None:
    """However long they are silent."""
    (person,) = await join(database, "A1")
    await bind(database, await chat(database), person)
    assert (await clean(database, 3650 * DAY))["accounts"] == 0
    assert (await fresh(database)).person_id == person
