"""Long work in short pieces: how long they may be, and who comes between."""

from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from reminders import turns as subject
from reminders.turns import BREATH, REST, Portion, turns
from storage import database as base
from storage.database import Database


async def nothing(conn: Any) -> None:
    pass


async def people(database: Database, monkeypatch: pytest.MonkeyPatch, *, answered: bool) -> None:
    """They are being answered, or nobody asks."""
    monkeypatch.setattr(base, "MOMENT", 3600)
    if answered:
        await database.write(nothing, quick=True)


async def test_who_answers_people_is_known_for_a_moment(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By their quick transactions; the long work's own are none."""
    monkeypatch.setattr(base, "MOMENT", 3600)
    await Portion(sqlite_database, 1, 9).write(nothing)
    assert not sqlite_database.answers
    await sqlite_database.write(nothing, quick=True)
    assert sqlite_database.answers
    monkeypatch.setattr(base, "MOMENT", 0)
    assert not sqlite_database.answers


@pytest.mark.parametrize(
    ("answers", "took", "size"),
    [(False, 0.008, 250), (False, 0.0, 1_000), (True, 0.008, 62), (True, 0.08, 50), (True, 0.001, 500)],
)
async def test_a_portion_is_what_fits(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, answers: bool, took: float, size: int
) -> None:
    """Into a few milliseconds, into fewer while somebody waits for an answer; never less than the fewest,
    nor more than twice what it was."""
    await people(sqlite_database, monkeypatch, answered=answers)
    monkeypatch.setattr(subject, "time", SimpleNamespace(monotonic=count(0, took).__next__))
    portion = Portion(sqlite_database, 50, 5_000)
    portion.size = 500
    await portion.write(nothing)
    assert portion.size == size


@pytest.mark.parametrize("answers", [False, True])
async def test_between_two_turns_people_are_answered(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    """Where somebody is at it they have a rest, else the work goes on at once; now and then whoever waits
    for the lock of the file gets it."""
    rested: list[float] = []

    async def sleep(seconds: float) -> None:
        rested.append(seconds)

    async def let_others(_: Database) -> None:
        rested.append(-1)

    await people(sqlite_database, monkeypatch, answered=answers)
    monkeypatch.setattr(Database, "let_others", let_others)
    monkeypatch.setattr(subject, "asyncio", SimpleNamespace(sleep=sleep))
    monkeypatch.setattr(subject, "time", SimpleNamespace(monotonic=count(0, BREATH / 8).__next__))
    async for _ in turns(sqlite_database):
        pass
    assert set(rested) == {REST if answers else 0, -1}
    assert len(rested) > 3
