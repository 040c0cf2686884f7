"""The tables of `agency` in plain SQL over aiosqlite, as both Telegram peers use them."""

from datetime import datetime

import aiosqlite

from benchmarks.peers.agency import Report


class Store:
    """One connection for the whole bot, as small bots have it."""

    def __init__(self, file: str) -> None:
        self._file = file

    async def open(self) -> None:
        self._db = await aiosqlite.connect(self._file)
        await self._db.execute("PRAGMA journal_mode=WAL")
        await self._db.execute("PRAGMA synchronous=FULL")
        await self._db.execute("PRAGMA foreign_keys=ON")

    async def close(self) -> None:
        await self._db.close()

    async def person_of(self, user_id: int) -> int | None:
        """The id of whose chat on Telegram it is."""
        query = """
            SELECT person.id FROM account JOIN person ON person.id = account.person_id
            WHERE account.platform = 'telegram' AND account.user_id = ?
        """
        async with self._db.execute(query, (str(user_id),)) as cursor:
            row = await cursor.fetchone()
        return row[0] if row else None

    async def log(self, person_id: int, report: Report) -> int:
        """The minutes of the year, these included."""
        await self._db.execute(
            "INSERT INTO hours (person_id, learned_on, minutes, title, reported_at) VALUES (?, ?, ?, ?, ?)",
            (
                person_id,
                report.learned_on.isoformat(),
                report.minutes,
                report.title,
                datetime.now().isoformat(),  # noqa: DTZ005 - the server stands in Taiwan
            ),
        )
        await self._db.commit()
        query = "SELECT sum(minutes) FROM hours WHERE person_id = ? AND learned_on >= ?"
        async with self._db.execute(query, (person_id, f"{report.learned_on.year}-01-01")) as cursor:
            row = await cursor.fetchone()
        return int(row[0]) if row else 0
