"""The week's digest goes to each of HR's people for their scope, once (words.md E)."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.digest import figures, snapshot
from guideline.scope import scope
from guideline.weekly import Digest, due
from handlers import digest_card
from handlers.message import Card
from reminders.gathering import Gathered, digest, gather
from reminders.office import NONE_TRIED, Letter, Tried, refused, tell, untold, ways
from reminders.scheduler import Duty
from reminders.work import Work
from storage import reach, runs, weekly
from storage.dispatches import DIGEST
from storage.files import NewFile
from storage.reckoning import Reckoner

log = structlog.get_logger()

LEASE: Final = timedelta(minutes=5)
UNITS: Final = 100  # whose figures are kept in one transaction
MOST: Final = 5_000_000  # bytes of files that one mail carries: BASE64 adds a third, servers refuse 10 MB
RUN: Final = "digest"

# The week's files for whoever reads this digest, each time anew.
Sheets = Callable[[Gathered, Digest], Awaitable[Sequence[NewFile]]]


def mailed(read: Digest, files: Sequence[NewFile]) -> Letter:
    """The digest as a mailbox gets it, with its files where they are not too large."""
    if sum(len(one.content) for one in files) > MOST:
        return Letter(digest_card.letter(read, digest_card.TOO_LARGE))
    return Letter(digest_card.letter(read, digest_card.ATTACHED), files)


class Digests:
    """What every tick looks after; any number of replicas may."""

    def __init__(
        self, work: Work, weekday: int, at: time, sheets: Sheets, frozen: Callable[[], None]
    ) -> None:
        """`weekday` (0: Monday) and `at` are those of reminders.weekly_digest; `sheets` makes the files that
        go by mail; `frozen()` is called when there is something to send."""
        self._work = work
        self._sheets = sheets
        self._reckoner = Reckoner(work.database, work.desk.editions)
        self._weekday = weekday
        self._at = at
        self._frozen = frozen
        self._over: date | None = None  # the week that is known to be done

    def duty(self) -> Duty:
        return Duty(RUN, self.attend)

    async def attend(self, now: datetime) -> None:
        """Keeps the week's figures, then tells each officer theirs. After a crash another goes on: what is
        kept stays as it was, and who has been told is not told again."""
        work, database = self._work, self._work.database
        local = now.astimezone(work.zone)
        today = await database.read(work.today)
        if today is None:
            return
        week = due(local, self._weekday, self._at, today.desk.office_hours)
        if week is None:
            return
        if week != self._over and await database.read(lambda conn: runs.is_done(conn, RUN, week)):
            self._over = week  # by a replica, or before a restart
        if week == self._over:
            await self._tell_again(week, today.day)
        elif await self._reckoner.current(local.year) and await self._begins(week):
            await self._tell_all(week)

    async def _begins(self, week: date) -> bool:
        """Not where a replica is at it."""
        real, write = self._work.clock.real(), self._work.database.write
        return await write(lambda conn: runs.begin(conn, RUN, week, real, LEASE)) is not None

    async def _tell_all(self, week: date) -> None:
        work, database = self._work, self._work.database
        found = await gather(work, week)
        if found is None:
            return
        await self._keep(week, found)
        officers = await database.read(lambda conn: reach.of_hr(conn, found.day))
        unreached = await self._tell(_what(week), found, officers)
        await database.write(lambda conn: runs.done(conn, RUN, week, work.clock.real()))
        self._over = week
        self._frozen()
        log.info(
            "digest.done",
            action=RUN,
            week=week.isoformat(),
            officers=len(officers),
            unreached=unreached,
        )

    async def _keep(self, week: date, found: Gathered) -> None:
        kept = {
            unit: snapshot(figures(found.edition, unit, found.day, tally))
            for unit, tally in sorted(found.units.items())
        }
        names = list(kept)
        for start in range(0, len(names), UNITS):
            some = {name: kept[name] for name in names[start : start + UNITS]}

            async def unit(conn: AsyncConnection, some: Mapping[str, Mapping[str, int]] = some) -> None:
                await weekly.keep(conn, week, some)

            await self._work.database.write(unit)
            await self._work.database.let_others()

    async def _tell_again(self, week: date, day: date) -> None:
        """Whose way has refused theirs is told by another, where one leads to them: by each way once."""
        work = self._work
        lost = await work.database.read(lambda conn: refused(conn, _what(week), DIGEST))
        if not lost:
            return
        officers = await work.database.read(lambda conn: reach.of_hr(conn, day))
        again: dict[str, dict[int, str]] = defaultdict(dict)
        for number, tried in lost.items():
            if number in officers:
                again[f"{_what(week)}/{len(tried)}"][number] = officers[number]
        for what, people in again.items():
            left = await work.database.read(
                lambda conn: untold(conn, what, people, work.voices, lost)  # noqa: B023 - awaited here
            )
            if left and (found := await gather(work, week)) is not None:
                some = {number: people[number] for number in left}
                await self._tell(what, found, some, lost)
                self._frozen()
                log.info("digest.again", action=RUN, week=week.isoformat(), officers=len(some))

    async def _tell(
        self, what: str, found: Gathered, officers: Mapping[int, str], tried: Tried = NONE_TRIED
    ) -> int:
        """Returns how many no way leads to."""
        by_scope: dict[str, list[int]] = defaultdict(list)
        for number, unit in officers.items():
            by_scope[scope(unit)].append(number)
        unreached = 0
        for of, numbers in sorted(by_scope.items()):
            read = await digest(self._work, found, of)
            card = (digest_card.card(read),)
            letters = await self._letters(found, read, numbers, tried)
            said = dict.fromkeys(numbers, card)

            async def told(
                conn: AsyncConnection,
                said: Mapping[int, tuple[Card, ...]] = said,
                letters: Mapping[int, Letter] = letters,
            ) -> int:
                real, voices = self._work.clock.real(), self._work.voices
                return len(await tell(conn, voices, what, said, DIGEST, real, letters, found.day, tried))

            unreached += await self._work.database.write(told)
        return unreached

    async def _letters(
        self, found: Gathered, read: Digest, numbers: Collection[int], tried: Tried
    ) -> dict[int, Letter]:
        """Of those whose way is e-mail, as things are now. The files are made for them alone, and outside the
        transaction that tells: should a chat close meanwhile, its owner's mail says how to get them."""
        work = self._work
        leading = await work.database.read(lambda conn: ways(conn, numbers, work.voices, tried))
        by_mail = [number for number, (way, _) in leading.items() if way == "email"]
        letters = dict.fromkeys(numbers, Letter(digest_card.letter(read)))
        if by_mail:
            letters |= dict.fromkeys(by_mail, mailed(read, await self._sheets(found, read)))
        return letters


def _what(week: date) -> str:
    return f"{RUN}:{week}"
