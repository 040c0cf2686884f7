"""What decides about reminding many people, as plain values. People whose values are equal are decided about
alike, so that a plan for everybody makes `Facts` of each list of values once, and not of each person.

Nothing is decided here: the statement finds whom `storage.facts.after` finds, and carries what
`guideline.reminding.decide` and `guideline.ways.best` read of them.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Person, Preference, Way
from guideline.reminding import Facts
from guideline.standing import PartStanding
from storage.facts import Asked, of_people, unasked_of
from storage.planned import TOLD
from storage.schema import account, person, preference, reminder, standing
from storage.statements import among, at_most
from storage.types import Day, Instant

Values = tuple[Any, ...]

_PERSON: Final = (
    person.c.category,
    person.c.joined_on,
    person.c.left_on,
    person.c.exempt_from,
    person.c.exempt_until,
    person.c.counted,
)
_PREFERENCE: Final = (
    preference.c.channel,
    preference.c.stopped_at,
    preference.c.snoozed_until,
    preference.c.low_detail,
)
_DEFAULTS: Final = {"channel": "", "low_detail": False}
_PART: Final = ("needed", "official", "waiting")


class Alike:
    """People on one day; the statements are made once."""

    def __init__(self, asked: Asked) -> None:
        self._parts = sorted(asked.parts)
        self._ways: list[Way] = sorted(asked.ways)
        self._asked = asked
        self._found, lacking = self._select(asked)
        behind = self._found.where(person.c.id > bindparam("number"), lacking)
        self._next = _together(behind.order_by(person.c.id).limit(at_most("most")))
        self._these = _together(self._found.where(among(person.c.id, "these")))

    async def after(
        self, conn: AsyncConnection, number: int, limit: int
    ) -> Sequence[tuple[Values | None, Sequence[int]]]:
        """The next people who miss anything or have something to be asked about uploads, by id from behind
        `number` on, at most `limit` in all: those of equal values together. Values None: there are reports
        to look at, which takes `storage.facts.of_people`."""
        return _read(await conn.execute(self._next, {"number": number, "most": limit}))

    async def of(self, conn: AsyncConnection, people: Collection[int]) -> dict[int, Facts]:
        """What decides about each of these people, by id: those who are alike share theirs."""
        found: dict[int, Facts] = {}
        reported: list[int] = []
        for values, some in _read(await conn.execute(self._these, {"these": people})):
            if values is None:
                reported += some
            else:
                found |= dict.fromkeys(some, self.facts(values))
        return found | await of_people(conn, reported, self._asked)

    def facts(self, values: Values) -> Facts:
        """What decides about all who have these values: of nobody in particular, and of the parts that bind
        each person only."""
        rest = iter(values)
        who = {column.name: _known(column, next(rest)) for column in _PERSON}
        kept = Preference(*(_known(column, next(rest)) for column in _PREFERENCE))
        told_on = _known(reminder.c.told_on, next(rest))
        answering = frozenset(way for way in self._ways if next(rest))
        parts = []
        for requirement, part in self._parts:
            needed, official, waiting = (next(rest) for _ in _PART)
            if needed is not None:
                parts.append(PartStanding(requirement, part, part, needed, official, waiting))
        return Facts(Person(0, "", "", "", **who), tuple(parts), kept, told_on, answering=answering)

    def _select(self, asked: Asked) -> tuple[Select[Any], ColumnElement[bool]]:
        stands = [standing.alias(f"part{place}") for place, _ in enumerate(self._parts)]
        asks = unasked_of(asked)
        told_on = select(_raw(func.max(reminder.c.told_on, type_=reminder.c.told_on.type))).where(
            reminder.c.person_id == person.c.id, reminder.c.state.in_(TOLD)
        )
        found = select(
            person.c.id,
            asks.label("asks"),
            *(_raw(column) for column in _PERSON),
            *(_raw(column) for column in _PREFERENCE),
            told_on.scalar_subquery().label("told_on"),
            *(_answers(way).label(way) for way in self._ways),
            *(one.c[name].label(f"{one.name}_{name}") for one in stands for name in _PART),
        ).outerjoin(preference, preference.c.person_id == person.c.id)
        for one, (requirement, part) in zip(stands, self._parts, strict=True):
            found = found.outerjoin(
                one,
                and_(
                    one.c.person_id == person.c.id,
                    one.c.year == asked.year,
                    one.c.requirement == requirement,
                    one.c.part == part,
                ),
            )
        return found, or_(asks, *(one.c.state == "missing" for one in stands))


def _together(found: Select[Any]) -> Select[Any]:
    """A row costs two turns of Python's lock, so there is one for all who are alike."""
    numbers, *values = found.subquery("chunk").c
    return select(func.aggregate_strings(cast(numbers, Text), ","), *values).group_by(*values)


def _read(rows: Iterable[Any]) -> list[tuple[Values | None, list[int]]]:
    return [(None if row[1] else row[2:], [int(one) for one in row[0].split(",")]) for row in rows]


def _raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """As it stands in the row: most are equal to what was seen before, and need not be read again."""
    kept = column.type
    return type_coerce(column, kept.impl_instance) if isinstance(kept, Day | Instant) else column


def _known(column: Column[Any], value: Any) -> Any:
    """What `_raw` gave, as the column's own type reads it; where there is no row, the column's default."""
    if value is None:
        return _DEFAULTS.get(column.name)
    return column.type.process_result_value(value) if isinstance(column.type, Day | Instant) else value


def _answers(way: Way) -> ColumnElement[bool]:
    if way == "email":
        return person.c.email != ""
    return (
        select(account.c.id)
        .where(account.c.person_id == person.c.id, account.c.platform == way, account.c.reachable)
        .exists()
    )
