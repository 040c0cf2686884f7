"""The next few people of a wave, each decided again in the transaction that freezes their message (design
§5): who met the hours meanwhile, stopped the reminders or has another chat is told accordingly, or nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.allowance import spendable
from guideline.records import Way
from guideline.reminding import Due, Facts
from guideline.rhythm import Occasion
from guideline.ways import best
from handlers import reminder
from reminders.today import Today
from reminders.work import Work
from storage import budget, facts, reach, settings, waves
from storage.alike import Alike
from storage.dispatches import REMINDER, NewDispatch, freeze
from storage.waves import Row, Wave

LINE: Final[Way] = "line"  # whose messages are counted


@dataclass
class _Sorted:
    """What becomes of a portion. `told` by what they read; the others stay planned otherwise, or hear
    nothing, by reason."""

    told: dict[Due, list[Row]] = field(default_factory=lambda: defaultdict(list))
    dropped: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    moved: dict[Way, list[int]] = field(default_factory=lambda: defaultdict(list))
    bucketed: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    waiting: list[int] = field(default_factory=list)
    unreached: list[int] = field(default_factory=list)


async def freeze_some(
    conn: AsyncConnection, work: Work, wave: Wave, today: Today, occasion: Occasion, way: Way
) -> int:
    """Freezes the next call or calls of this way; returns of how many people it has disposed: 0 where nobody
    is planned so, or the wave may not go on."""
    if not await waves.still_open(conn, wave.id) or not await settings.sends(conn):
        return 0
    pace = work.pace[way]
    alike = pace.most > 1
    rows = await waves.taken(conn, wave.id, way, pace.most if alike else pace.portion, alike=alike)
    if not rows:
        return 0
    people = [row.person_id for row in rows]
    known = await Alike(today.asked).of(conn, people)
    found = _sorted(rows, known, today, occasion, way, alike=alike)
    if way == LINE:
        await _within_budget(conn, work, today, found, known)
    await _tell(conn, work, today, way, found)
    await _note(conn, found)
    return len(rows)


def _sorted(
    rows: Iterable[Row],
    known: Mapping[int, Facts],
    today: Today,
    occasion: Occasion,
    way: Way,
    *,
    alike: bool,
) -> _Sorted:
    found = _Sorted()
    apart = {id(one): one for one in known.values()}  # people who are alike share their facts
    decided = {one: today.decide(facts_, occasion) for one, facts_ in apart.items()}
    for row in rows:
        facts_ = known[row.person_id]
        said = decided[id(facts_)]
        if not isinstance(said, Due):
            found.dropped[said.why].append(row.id)
            continue
        now = best(facts_.preference.channel, facts_.answering - row.tried)
        if now is None:
            lacking = found.waiting if row.reason == waves.QUOTA else found.unreached
            lacking.append(row.id)
        elif now != way:
            found.moved[now].append(row.id)
        elif alike and said.bucket != row.bucket:
            found.bucketed[said.bucket].append(row.id)  # comes with its equals
        else:
            found.told[said].append(row)
    return found


async def _within_budget(
    conn: AsyncConnection, work: Work, today: Today, found: _Sorted, known: Mapping[int, Facts]
) -> None:
    """Takes out whom the month's messages do not reach any more; they go by another way, or wait."""
    month = budget.month_of(today.day)
    left = await budget.available(conn, month, work.cap)
    able = spendable((await budget.stands(conn, month, work.cap)).limit, left)
    if able is None:
        return
    over: dict[tuple[Way | None, str], list[int]] = defaultdict(list)
    for said, rows in found.told.items():
        found.told[said] = rows[:able]
        for row in rows[able:]:
            one = known[row.person_id]
            other = best(one.preference.channel, one.answering - row.tried - {LINE})
            over[other, waves.joined(row.tried | {LINE})].append(row.id)
        able = max(0, able - len(rows))
    for (way, tried), numbers in over.items():
        to: dict[str, str] = {"state": "waiting"} if way is None else {"way": way}
        await waves.change(conn, numbers, tried=tried, reason=waves.QUOTA, **to)


async def _tell(conn: AsyncConnection, work: Work, today: Today, way: Way, found: _Sorted) -> None:
    real = work.clock.real()
    calls: list[NewDispatch] = []
    asked: list[int] = []
    there = await reach.addresses(conn, {row.person_id for rows in found.told.values() for row in rows})
    for said, all_of_them in found.told.items():
        # Who left that way since they were looked at (PostgreSQL: by another transaction) is looked at again.
        rows = [row for row in all_of_them if way in there[row.person_id]]
        if not rows:
            continue
        to = [replace(there[row.person_id][way], reminder_id=row.id) for row in rows]
        text = reminder.message(said, today.desk, today.day, today.official_on)
        calls += work.voices[way].say(to, [text], REMINDER)
        values = {"bucket": said.bucket, "told_on": today.day, "decided_at": real}
        await waves.change(conn, [row.id for row in rows], state="frozen", **values)
        if said.uploads:
            asked += [row.person_id for row in rows]
    await freeze(conn, calls, real, today.day)
    await facts.ask(conn, asked, today.asked, today.day)


async def _note(conn: AsyncConnection, found: _Sorted) -> None:
    for why, numbers in found.dropped.items():
        await waves.change(conn, numbers, state="dropped", reason=why)
    for way, numbers in found.moved.items():
        await waves.change(conn, numbers, way=way)
    for bucket, numbers in found.bucketed.items():
        await waves.change(conn, numbers, bucket=bucket)
    await waves.change(conn, found.waiting, state="waiting")
    await waves.change(conn, found.unreached, state="unreached", reason=waves.UNREACHABLE)
