"""What an event makes others be told (`handlers.outcome.Notice`): HR a question, a person its answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outgoing import Addressed, Reader
from guideline.addressees import addressees
from guideline.office_hours import OfficeHours
from guideline.records import Platform
from handlers.outcome import Notice
from storage import reach
from storage.dispatches import OFFICE, NewDispatch


async def letters(
    conn: AsyncConnection,
    platforms: Mapping[Platform, Reader],
    hours: OfficeHours,
    notices: Sequence[tuple[int, Notice]],
    local: datetime,
    real: datetime,
) -> list[NewDispatch]:
    """The calls that tell each notice (with the event that caused it) by the chat that reaches its person
    best, as soon as the office is open; in brief to who asked for that. `local` is business time in the
    agency's timezone, `real` the real time. Who has no chat that can be reached is told nothing; what they
    would read stands in the tables."""
    if not notices:
        return []
    not_before = real + (hours.next_open(local) - local)
    hr = await reach.of_hr(conn, local.date()) if any(told.to is None for _, told in notices) else {}
    people = {told.to for _, told in notices if told.to is not None} | set(hr)
    chats = await reach.of_people(conn, people, tuple(platforms))
    brief = await reach.wanting_brief(conn, people)
    reached = {number: unit for number, unit in hr.items() if number in chats}
    found: list[NewDispatch] = []
    for cause, told in notices:
        for number in addressees(told.unit, reached) if told.to is None else [told.to]:
            if (account := chats.get(number)) is not None:
                addressed = Addressed(account, cause, not_before)
                said = told.brief if told.brief and number in brief else told.messages
                drawn = platforms[account.platform].notice(addressed, said, told.receipt)
                found += [_meant(letter, number, told) for letter in drawn]
    return found


def _meant(letter: NewDispatch, number: int, told: Notice) -> NewDispatch:
    """It goes out only while the chat is that person's, and what HR is told of others while they are of HR;
    of that nothing is kept once it is said."""
    letter = replace(letter, person_id=number)
    return letter if told.to is not None else replace(letter, kind=OFFICE, fleeting=True)
