"""索取複本, done: one job at a time, outside the pipeline's batches (design §2).

A job is claimed under a lease, its copy built outside any transaction, and then files, letters and the end
of the job are committed together. A crash before that leaves a job whose lease runs out; one after it
leaves frozen letters: nothing is lost, nothing said twice.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.copies import letters, page, sections, spreadsheet
from bot.copies.model import Copy
from bot.outgoing import Reader
from guideline.records import Platform
from guideline.words import roc_year
from handlers.desk import Desk
from reminders.nudge import Nudge
from storage import files, jobs
from storage.audit import note
from storage.clock import Clock
from storage.copies import Kept, gather
from storage.database import Database
from storage.dispatches import NewDispatch, freeze
from storage.errors import Conflict, Unavailable
from storage.files import NewFile
from storage.jobs import Job

log = structlog.get_logger()

LEASE: Final = timedelta(seconds=60)  # far longer than a copy takes
TRIES: Final = 3
AGAIN: Final = timedelta(seconds=5)  # until a try that stumbled is made again
IDLE: Final = 1.0  # seconds between looks at the table when nothing woke us
TROUBLE: Final = 2.0  # seconds to wait when the database cannot commit

Write = Callable[[Copy], Sequence[NewFile]]


def write(copy: Copy) -> Sequence[NewFile]:
    """Both forms of the copy. Their names carry no name of a person."""
    day = copy.made_at.date()
    name = f"我的資料-{roc_year(day.year)}{day:%m%d}"
    return (
        NewFile(f"{name}.xlsx", spreadsheet.MEDIA_TYPE, spreadsheet.write(copy)),
        NewFile(f"{name}.html", page.MEDIA_TYPE, page.write(copy)),
    )


class CopyMaker:
    """Makes copies until stopped. Any number of them may run on one PostgreSQL."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        zone: ZoneInfo,
        desk: Desk,
        platforms: Mapping[Platform, Reader],
        public_url: str,
        committed: Callable[[], None],
        write: Write = write,
    ) -> None:
        """`committed` is called after something was frozen, to wake the delivery."""
        self._database = database
        self._clock = clock
        self._zone = zone
        self._desk = desk
        self._platforms = platforms
        self._public_url = public_url
        self._committed = committed
        self._write = write
        self._nudge = Nudge()
        self._stopping = False

    def wake(self) -> None:
        """Something was asked for: look at once."""
        self._nudge.wake()

    def stop(self) -> None:
        """Finish the copy in hand, then return from `run`."""
        self._stopping = True
        self._nudge.wake()

    async def run(self) -> None:
        while not self._stopping:
            self._nudge.looking()
            try:
                found = await self.one()
            except Unavailable as error:
                log.error("copies.unavailable", action="copy", reason=str(error))
                await self._nudge.rest(TROUBLE)
                continue
            if not found:
                await self._nudge.rest(IDLE)

    async def one(self) -> bool:
        """Makes the copy that waits longest; False when none does. Raises `Unavailable` when the database
        cannot commit: the job is taken up again when its lease runs out."""
        real, platforms = self._clock.real(), tuple(self._platforms)
        if not await self._database.read(lambda conn: jobs.waits(conn, jobs.COPY, platforms, real)):
            return False
        job = await self._database.write(lambda conn: jobs.claim(conn, jobs.COPY, platforms, real, LEASE))
        if job is None:
            return False
        try:
            if job.attempts > TRIES:  # none of those that went before came as far as saying why
                await self._give_up(job, "every try ended without a word")
            else:
                await self._make(job)
        except Unavailable:
            raise
        except Conflict as conflict:
            log.info("copy.dropped", action="copy", job=job.id, reason=str(conflict))
        except Exception as error:  # noqa: BLE001 - whatever it is, the person hears of it in the end
            log.error(
                "copy.failed", action="copy", job=job.id, tries=job.attempts, error=type(error).__name__
            )
            await self._stumbled(job, type(error).__name__)
        return True

    async def _make(self, job: Job) -> None:
        person, now = int(job.payload["person"]), self._clock.now()
        kept = await self._database.read(lambda conn: gather(conn, person))
        if kept is None or job.account.person_id != person:
            raise Conflict("the chat is no longer that person's")
        made = await asyncio.to_thread(self._written, kept, now)

        async def hand_over(conn: AsyncConnection) -> None:
            real = self._clock.real()
            await jobs.finish(conn, job, real)
            today = now.astimezone(self._zone).date()
            await freeze(conn, await self._handed(conn, job, made, real), real, today)
            await note(conn, "copy_made", [person], now, "job")

        await self._database.write(hand_over)
        self._committed()

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

    async def _stumbled(self, job: Job, error: str) -> None:
        if job.attempts >= TRIES:
            await self._give_up(job, error)
            return
        until = self._clock.real() + AGAIN
        try:
            await self._database.write(lambda conn: jobs.postpone(conn, job, error, until))
        except Conflict:
            return  # somebody else's by now

    async def _give_up(self, job: Job, error: str) -> None:
        real = self._clock.real()

        async def apologise(conn: AsyncConnection) -> None:
            await jobs.fail(conn, job, error, real)
            said = letters.apology(job, self._platforms[job.account.platform], self._desk, real)
            await freeze(conn, said, real, self._clock.now().astimezone(self._zone).date())

        try:
            await self._database.write(apologise)
        except Conflict:
            return
        self._committed()
