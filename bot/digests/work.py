"""下載週報, done (`bot.jobs.Work`): the sheets of the officer's scope, in two formats, handed over."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.copies.letters import LINK, UPLOAD, told
from bot.digests.book import book
from bot.jobs import Finish
from bot.outgoing import Reader
from bot.platforms.telegram import document
from bot.sheets import ods, xlsx
from bot.sheets.model import Book
from guideline.records import Platform
from guideline.weekly import Digest, week_of
from guideline.words import roc_year
from handlers import digest_download
from reminders.gathering import Gathered, digest, gather
from reminders.listing import listed
from reminders.work import Work
from storage import files, jobs, officers
from storage.audit import note
from storage.dispatches import OFFICE, NewDispatch
from storage.errors import Conflict
from storage.files import NewFile
from storage.jobs import Job


def write(made: Book) -> tuple[NewFile, ...]:
    """Both formats."""
    day = made.made_at.date()
    name = f"AI學習週報-{roc_year(day.year)}{day:%m%d}"
    return (
        NewFile(f"{name}.xlsx", xlsx.MEDIA_TYPE, xlsx.write(made)),
        NewFile(f"{name}.ods", ods.MEDIA_TYPE, ods.write(made)),
    )


async def sheets(work: Work, found: Gathered, read: Digest) -> tuple[NewFile, ...]:
    """Of what was gathered just now, for whoever reads this digest."""
    people, made = await listed(work, found.today, read.figures.scope), work.local()
    return await asyncio.to_thread(lambda: write(book(read, found, people, work.desk.agency, made)))


class Downloads:
    """The work of making them."""

    kind: Final = jobs.DIGEST

    def __init__(
        self, work: Work, platforms: Mapping[Platform, Reader], public_url: str, weekday: int
    ) -> None:
        """`weekday` (0: Monday) is that of reminders.weekly_digest."""
        self._work = work
        self._platforms = platforms
        self._public_url = public_url
        self._weekday = weekday

    async def make(self, job: Job) -> Finish:
        number, now = int(job.payload["person"]), self._work.clock.now()
        today = self._work.local().date()
        of = await self._work.database.read(lambda conn: officers.scope_of(conn, number, today))
        if of is None or job.account.person_id != number:
            raise Conflict("the chat is no longer an officer's")
        found = await gather(self._work, week_of(today, self._weekday))
        if found is None:
            raise Conflict("nothing was asked of anybody this year")
        written = await sheets(self._work, found, await digest(self._work, found, of))

        async def finish(conn: AsyncConnection, real: datetime) -> Sequence[NewDispatch]:
            if await officers.scope_of(conn, number, today) != of:
                raise Conflict("the officer has left, or serves another unit")
            await note(conn, "digest_made", [number], now, "job")
            letters = await self._handed(conn, job, written, real)
            return [replace(one, person_id=number, fleeting=True) for one in letters]

        return finish

    def apology(self, job: Job, real: datetime) -> Sequence[NewDispatch]:
        said = digest_download.failed(self._work.desk)
        return told(job, self._platforms[job.account.platform], said, real, digest_download.NOT_MADE)

    async def _handed(
        self, conn: AsyncConnection, job: Job, made: Sequence[NewFile], real: datetime
    ) -> list[NewDispatch]:
        if job.account.platform == "telegram":
            stored = await files.keep(conn, job.account.id, made, real, real + UPLOAD, kind=self.kind)
            return [
                replace(
                    document(job.account, job.cause, place, number, caption, digest_download.LOST),
                    kind=OFFICE,
                )
                for place, (number, caption) in enumerate(zip(stored, digest_download.CAPTIONS, strict=True))
            ]
        token, until = files.new_token(), real + LINK
        await files.keep(conn, job.account.id, made, real, until, token, self.kind)
        said = digest_download.ready(f"{self._public_url}/files/{token}", until.astimezone(self._work.zone))
        reader = self._platforms[job.account.platform]
        letters = told(job, reader, said, real, digest_download.LOST)
        return [replace(one, kind=OFFICE) for one in letters]
