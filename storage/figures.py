"""How many people of each unit stand how, for HR's digest: read in chunks, decided by the rules."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, case, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.coverage import Cover, cover
from guideline.digest import Pattern, Tally, parts_of
from guideline.editions import Editions
from guideline.records import Person, RoleStatus
from guideline.scope import AGENCY
from storage import settings, undelivered
from storage.database import Database
from storage.people import below
from storage.schema import account, certificate, dispatch, outbox, person, question, role_assignment, standing

CHUNK: Final = 5_000  # people read at once
LATELY: Final = timedelta(days=7)

_DECIDES: Final = (
    person.c.category,
    person.c.joined_on,
    person.c.left_on,
    person.c.exempt_from,
    person.c.exempt_until,
    person.c.counted,
)


async def tallies(database: Database, editions: Editions, day: date) -> dict[str, Tally]:
    """Of each unit's own people (not of those below it), on this day: two reads for every 5 000 people. Who
    has no standing yet stands as nobody who has reported anything. Empty before the first edition."""
    rules = editions.of(day.year)
    if rules is None:
        return {}
    official_as_of = await database.read(lambda conn: settings.instant(conn, settings.OFFICIAL_AS_OF))
    nothing = tuple(part.state for part in editions.reckon(day.year, (), official_as_of).parts)
    wanted = [(requirement.id, part.id) for requirement, part in parts_of(rules)]
    covers: dict[tuple[Any, ...], Cover] = {}
    found: dict[str, Tally] = {}
    last = 0
    while True:

        async def some(conn: AsyncConnection, after: int = last) -> tuple[Any, Any]:
            people = (
                await conn.execute(
                    select(person.c.id, person.c.unit, *_DECIDES)
                    .where(person.c.id > after)
                    .order_by(person.c.id)
                    .limit(CHUNK)
                )
            ).all()
            if not people:
                return people, {}
            return people, await _states(conn, wanted, day.year, after, people[-1][0])

        people, states = await database.read(some)
        if not people:
            return found
        for number, unit, *decides in people:
            last = number
            key = tuple(decides)
            if (covered := covers.get(key)) is None:
                covered = covers[key] = cover(rules.coverage, _somebody(decides), day)
            tally = found.get(unit)
            if tally is None:
                tally = found[unit] = Tally()
            tally.covers[covered] += 1
            if covered == "counted":
                known = states.get(number)
                pattern: Pattern = (
                    nothing if known is None else tuple(map(_or, known, nothing)) if None in known else known
                )
                tally.patterns[pattern] += 1


def _or(known: Any, otherwise: Any) -> Any:
    return otherwise if known is None else known


def _somebody(decides: list[Any]) -> Person:
    """As much of a person as `cover` looks at."""
    category, joined_on, left_on, exempt_from, exempt_until, counted = decides
    return Person(
        *(0, "", "", ""),
        category=category,
        joined_on=joined_on,
        left_on=left_on,
        exempt_from=exempt_from,
        exempt_until=exempt_until,
        counted=counted,
    )


async def _states(
    conn: AsyncConnection, wanted: list[tuple[str, str]], year: int, after: int, until: int
) -> dict[int, tuple[Any, ...]]:
    """The states of the parts, in this order, by person; None where there is no standing of one."""
    columns = [
        func.max(case((and_(standing.c.requirement == one, standing.c.part == part), standing.c.state)))
        for one, part in wanted
    ]
    rows = await conn.execute(
        select(standing.c.person_id, *columns)
        .where(
            standing.c.person_id > after,
            standing.c.person_id <= until,
            standing.c.year + 0 == year,  # a sum has no index: SQLite would look through everybody's year
        )
        .group_by(standing.c.person_id)
    )
    return {row[0]: tuple(row[1:]) for row in rows}


async def roles_waiting(conn: AsyncConnection, scope: str, day: date) -> tuple[int, int]:
    """How many roles of people who serve wait: for being confirmed, and for being looked at again."""
    latest = select(func.max(role_assignment.c.id)).group_by(role_assignment.c.person_id)
    rows = await conn.execute(
        select(role_assignment.c.status, func.count())
        .join(person, person.c.id == role_assignment.c.person_id)
        .where(role_assignment.c.id.in_(latest), _of(scope), _serving(day))
        .group_by(role_assignment.c.status)
    )
    many = {row[0]: int(row[1]) for row in rows}
    confirm = many.get(RoleStatus.PROPOSED.value, 0) + many.get(RoleStatus.CONTESTED.value, 0)
    return confirm, many.get(RoleStatus.REVIEW.value, 0)


async def questions_open(conn: AsyncConnection, scope: str) -> tuple[int, datetime | None]:
    """How many questions nobody has answered, and when the first was asked."""
    row = (
        await conn.execute(
            select(func.count(), func.min(question.c.asked_at, type_=question.c.asked_at.type))
            .join(person, person.c.id == question.c.person_id)
            .where(question.c.answered_at.is_(None), _of(scope))
        )
    ).one()
    return int(row[0]), row[1]


async def certificates_waiting(conn: AsyncConnection, scope: str) -> int:
    """How many wait for WebHR 表51."""
    found = await conn.scalar(
        select(func.count())
        .select_from(certificate)
        .join(person, person.c.id == certificate.c.person_id)
        .where(certificate.c.registered_at.is_(None), certificate.c.withdrawn_at.is_(None), _of(scope))
    )
    return int(found or 0)


async def not_delivered(conn: AsyncConnection, scope: str, real: datetime) -> tuple[int, int]:
    """How many messages of the last seven days are undecided, and how many were refused and not replaced, nor
    taken back to be decided again."""
    rows = await conn.execute(
        select(dispatch.c.state, func.count())
        .select_from(outbox)
        .join(dispatch, dispatch.c.id == outbox.c.dispatch_id)
        .outerjoin(account, account.c.id == outbox.c.account_id)
        .outerjoin(person, person.c.id == func.coalesce(outbox.c.person_id, account.c.person_id))
        .where(
            dispatch.c.state.in_(("undecided", "refused")),
            dispatch.c.settled_at > real - LATELY,
            undelivered.counts(),
            _of(scope),
        )
        .group_by(dispatch.c.state)
    )
    many = {row[0]: int(row[1]) for row in rows}
    return many.get("undecided", 0), many.get("refused", 0)


async def ids_of(conn: AsyncConnection, scope: str, day: date, after: int, limit: int) -> list[int]:
    """The next people of the scope who serve on this day, by id, from behind `after` on."""
    rows = await conn.scalars(
        select(person.c.id)
        .where(person.c.id > after, _of(scope), _serving(day))
        .order_by(person.c.id)
        .limit(limit)
    )
    return list(rows)


def _of(scope: str) -> Any:
    return true() if scope == AGENCY else below(scope)


def _serving(day: date) -> Any:
    return person.c.left_on.is_(None) | (person.c.left_on >= day)
