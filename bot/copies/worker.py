"""索取複本, done: the copy is built in a thread, kept as files, and handed over (`bot.jobs`)."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.copies import letters, page, sections, spreadsheet
from bot.copies.model import Copy
from bot.jobs import Finish
from bot.outgoing import Reader
from bot.sheets import xlsx
from guideline.records import Platform
from guideline.words import roc_year
from handlers.desk import Desk
from storage import files, jobs
from storage.audit import note
from storage.clock import Clock
from storage.copies import Kept, gather
from storage.database import Database
from storage.dispatches import NewDispatch
from storage.errors import Conflict
from storage.files import NewFile
from storage.jobs import Job

Write = Callable[[Copy], Sequence[NewFile]]


def write(copy: Copy) -> Sequence[NewFile]:
    """Both forms of the copy. Their names carry no name of a person."""
    day = copy.made_at.date()
    name = f"我的資料-{roc_year(day.year)}{day:%m%d}"
    return (
        NewFile(f"{name}.xlsx", xlsx.MEDIA_TYPE, spreadsheet.write(copy)),
        NewFile(f"{name}.html", page.MEDIA_TYPE, page.write(copy)),
    )


class Copies:
    """The work of making one (`bot.jobs.Work`)."""

    kind: Final = jobs.COPY

    def __init__(
        self,
        database: Database,
        clock: Clock,
        zone: ZoneInfo,
        desk: Desk,
        platforms: Mapping[Platform, Reader],
        public_url: str,
        write: Write = write,
    ) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone
        self._desk = desk
        self._platforms = platforms
        self._public_url = public_url
        self._write = write

    async def make(self, job: Job) -> Finish:
        person, now = int(job.payload["person"]), self._clock.now()
        kept = await self._database.read(lambda conn: gather(conn, person))
        if kept is None or job.account.person_id != person:
            raise Conflict("the chat is no longer that person's")
        made = await asyncio.to_thread(self._written, kept, now)

        async def finish(conn: AsyncConnection, real: datetime) -> Sequence[NewDispatch]:
            await note(conn, "copy_made", [person], now, "job")
            return await self._handed(conn, job, made, real)

        return finish

    def apology(self, job: Job, real: datetime) -> Sequence[NewDispatch]:
        return letters.apology(job, self._platforms[job.account.platform], self._desk, real)

    def _written(self, kept: Kept, now: datetime) -> Sequence[NewFile]:
        return self._write(sections.describe(kept, self._desk, now, self._zone))

    async def _handed(
        self, conn: AsyncConnection, job: Job, made: Sequence[NewFile], real: datetime
    ) -> list[NewDispatch]:
        if job.account.platform == "telegram":
            stored = await files.keep(conn, job.account.id, made, real, real + letters.UPLOAD)
            return letters.as_files(job, stored)
        token, until = files.new_token(), real + letters.LINK
        await files.keep(conn, job.account.id, made, real, until, token)
        link = f"{self._public_url}/files/{token}"
        reader = self._platforms[job.account.platform]
        return letters.as_link(job, reader, link, until.astimezone(self._zone), real)
