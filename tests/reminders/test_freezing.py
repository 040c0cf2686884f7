"""What is made ready while others write is told only if it still holds when it is frozen."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.platforms.telegram import TelegramReader
from guideline.changes import Change, HoursLogged, PreferenceSet
from guideline.records import Preference
from handlers.message import Message
from handlers.preferences import NEWS
from reminders.sending import Sending
from storage.apply import Effect, apply
from storage.database import Database
from storage.dispatches import NewDispatch, To
from storage.people import RosterRow, import_roster
from storage.rows import ACCOUNT, to_account
from storage.schema import account
from tests.reminders.rounds import DESK, WEDNESDAY, Round

Step = Callable[[Round, int, str], Awaitable[None]]


class Between(Database):
    """One in which something happens once people have been read and before their message is frozen."""

    happens: Callable[[], Awaitable[None]] | None = None

    async def read(self, unit: Any, *, quick: bool = False) -> Any:
        found = await super().read(unit, quick=quick)
        if getattr(unit, "__name__", "") == "ready_at" and self.happens is not None:
            happens, self.happens = self.happens, None
            await happens()
        return found


async def _changes(round_: Round, person: int, *changes: Change) -> None:
    now = round_.clock.now()
    chat = await round_.database.read(
        lambda conn: conn.execute(select(*ACCOUNT).where(account.c.person_id == person))
    )
    owner = to_account(chat.one())
    effects = [Effect(owner, person, now, None, one, f"account:{owner.id}") for one in changes]
    await round_.database.write(lambda conn: apply(conn, DESK.editions, effects, now))


async def reports_enough(round_: Round, person: int, _: str) -> None:
    courses = {one.counts_as: one for one in DESK.edition.courses.values()}
    reports = [
        HoursLogged(WEDNESDAY, 180, courses[kind].name, courses[kind].id) for kind in ("basic", "advanced")
    ]
    await _changes(round_, person, *reports)


async def stops_reminders(round_: Round, person: int, _: str) -> None:
    await _changes(round_, person, PreferenceSet(Preference(stopped_at=round_.clock.now())))


async def leaves(round_: Round, person: int, url: str) -> None:
    """Another program imports the roster."""
    other, now = await Database.open(url), round_.clock.now()
    row = RosterRow("A2", "同仁A2", "教育局/體育科", left_on=WEDNESDAY - timedelta(days=1))
    await other.write(lambda conn: import_roster(conn, [row], now))
    await other.close()


async def is_told_on_a_reply(round_: Round, person: int, _: str) -> None:
    """Of an earlier wave, for which they waited."""
    await round_.write(
        "INSERT INTO wave (id, occasion, day, state, shadow, created_at)"
        " VALUES (900, 'earlier', '2026-11-18', 'done', FALSE, 0)"
    )
    row = f"900, {person}, 'told', '{WEDNESDAY.isoformat()}'"
    await round_.write(f"INSERT INTO reminder (wave_id, person_id, state, told_on) VALUES ({row})")  # noqa: S608


async def blocks_us(round_: Round, person: int, _: str) -> None:
    await round_.write(f"UPDATE account SET reachable = FALSE WHERE person_id = {person}")  # noqa: S608


async def is_held_back(round_: Round, _: int, __: str) -> None:
    await round_.write("UPDATE wave SET state = 'stopped' WHERE state = 'open'")


@pytest.mark.parametrize(
    ("happens", "becomes"),
    [
        (reports_enough, ("dropped", "met")),
        (stops_reminders, ("dropped", "stopped")),
        (leaves, ("dropped", "left")),
        (is_told_on_a_reply, ("dropped", "lately")),
        (blocks_us, ("unreached", "unreachable")),
        (is_held_back, ("dropped", "stopped")),
    ],
)
async def test_what_changes_meanwhile_is_seen(
    sqlite_url: str, happens: Step, becomes: tuple[str, str]
) -> None:
    """Between the look at a person and the transaction that freezes their message; the one beside them is
    told."""
    opened = await Between.open(sqlite_url)
    assert isinstance(opened, Between)
    try:
        await _seen(opened, sqlite_url, happens, becomes)
    finally:
        await opened.close()


async def _seen(database: Between, url: str, happens: Step, becomes: tuple[str, str]) -> None:
    round_ = Round(database, ways={"telegram"}, calls=4)
    await round_.release()
    first, other, beside = await round_.join("A1+telegram", "A2+telegram", "A3+telegram")
    await round_.tick()
    await round_.write(f"UPDATE reminder SET way = 'nowhere' WHERE person_id <> {first}")  # noqa: S608
    await round_.sending.look()
    await round_.accepted()
    await round_.write("UPDATE reminder SET way = 'telegram' WHERE state = 'planned'")

    async def meanwhile() -> None:
        await happens(round_, other, url)

    database.happens = meanwhile
    await round_.sending.look()
    assert database.happens is None
    await round_.tick()
    await round_.send()
    states = {person: (state, reason) for person, state, reason, _ in reversed(await round_.states())}
    assert states[other] == becomes
    held = happens is is_held_back
    assert states[beside] == (becomes if held else ("frozen", ""))
    told = [first] if held else [first, beside]
    assert await round_.recipients() == [str(7000 + person) for person in told]


class Stumbling(TelegramReader):
    """A voice that cannot draw one of the texts."""

    def say(self, to: Sequence[To], said: Sequence[Message], kind: str, files: Any = ()) -> list[NewDispatch]:
        if any(getattr(one, "title", "") == NEWS for one in said):
            raise ValueError("cannot be drawn")
        return super().say(to, said, kind, files)


async def test_a_text_that_cannot_be_made_costs_its_own_readers_alone(database: Database) -> None:
    """They are listed, with the reason; the wave goes on and ends."""
    round_ = Round(database, ways={"telegram"})
    round_.work.voices["telegram"] = Stumbling()  # type: ignore[index]
    round_.sending = Sending(round_.work, lambda: None)
    await round_.release()
    brief, other, beside = await round_.join("A1+telegram", "A2+telegram", "A3+telegram")
    await round_.prefer(brief, low_detail=True)
    await round_.tick()
    await round_.send()
    assert [row[:3] for row in await round_.states()] == [
        (brief, "unreached", "unsaid"),
        (other, "frozen", ""),
        (beside, "frozen", ""),
    ]
    await round_.accepted()
    await round_.tick()
    assert await round_.wave_states() == [("2026-12-w1", "done", False)]
