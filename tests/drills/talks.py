"""What staff do in their chats in the course of a year, and what they read there on the free replies. All of
it is typed to the bot, and noted in the histories."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import partial
from typing import Final

from guideline.records import Platform
from tests.drills.chats import BLOCK, BLOCK_IN_SILENCE, PLATFORMS, UNBLOCK, Chats, Said, is_reminder
from tests.drills.history import COURSES, LAST_DAY, History, Report
from tests.drills.inside import Inside
from tests.drills.personnel import LENGTHS, Chance, Personnel, at

_MORNING, _EVENING = time(8), time(17, 30)
_SPOKEN: Final = dict(
    zip(LENGTHS, ("30分鐘", "一小時", "1.5小時", "2小時", "兩個半小時", "三小時"), strict=True)
)
_REPORTS: Final = (
    "回報 {day} {title} {length}",
    "登錄 {day}上了{title}{length}",
    "回報 {title}，{day}，{length}",
)
_SURE: Final = "要再記一筆嗎？"  # the same course, reported once more
CONFIRM: Final = "確認回報"
LOOK: Final = "進度"  # changes nothing, so that what waits rides on the answer


Step = tuple[str, Callable[[], None]]


@dataclass
class Talk:
    """What one person types, one after the other, with what each of it comes to."""

    one: History
    to: Platform
    steps: list[Step]


class Talks:
    """`waits`: whom the month's LINE messages did not reach, and whether it was a reminder that they missed
    (or a question about uploads). `on_a_reply`: how many were told so, by day."""

    def __init__(self, town: Inside, people: dict[int, History], office: Personnel, chance: Chance) -> None:
        self.chats = Chats(town)
        self.waits: dict[int, bool] = {}
        self.on_a_reply: Counter[date] = Counter()
        self._town = town
        self._people = people
        self._office = office
        self._chance = chance

    async def morning(self, day: date) -> None:
        """Of their own accord."""
        self._town.clock.set(at(day, _MORNING))
        await self._talk(day, list(self._unasked(day)))

    async def evening(self, day: date, told: Iterable[int]) -> None:
        """What those answer who were `told` something; and a few of those who wait look at how they stand."""
        self._town.clock.set(at(day, _EVENING))
        await self._talk(day, list(self._answers(day, told)))
        some = [number for number in sorted(self.waits) if self._chance.rng.random() < 0.03]
        ready = [self._people[number] for number in some if "line" in self._people[number].answers]
        await self._talk(day, [Talk(one, "line", [(LOOK, _nothing)]) for one in ready])

    async def _talk(self, day: date, talks: Sequence[Talk]) -> None:
        while going := [talk for talk in talks if talk.steps]:
            said = [Said(talk.one.who, talk.to, talk.steps[0][0]) for talk in going]
            for talk, read in zip(going, await self.chats.say(said), strict=True):
                text, comes_to = talk.steps.pop(0)
                self._rides(talk.one, day, text, read)
                comes_to()
                if any(_SURE in message for message in read):
                    talk.steps.insert(0, ("是", _nothing))

    def _rides(self, one: History, day: date, said: str, read: Sequence[str]) -> None:
        """Whether what they waited for was told with the answer: once, where it is true still."""
        number, imported = one.who.number, self._office.imported
        reminder = self.waits.get(number)
        silent = said in (BLOCK, BLOCK_IN_SILENCE)
        due = reminder is not None and one.due(day, imported, reminder=reminder)
        found = [message for message in read if is_reminder(message)]
        assert silent or read, f"{day} {number}: no answer to {said}"
        assert said != CONFIRM or "已回報" in read[0], f"{day} {number}: not recorded"
        assert len(found) <= due, f"{day} {number}: reminded with the answer to {said}"
        assert not (due and said == LOOK) or found, f"{day} {number}: not reminded with the answer to {said}"
        if found and reminder is not None:
            one.holds(found[0], day, imported, reminder=reminder)
            one.tell(day, imported)
            self.on_a_reply[day] += 1
        # Whatever comes from them, what is not due any more is dropped; of a block in silence nothing comes.
        if found or (reminder is not None and not due and said != BLOCK_IN_SILENCE):
            del self.waits[number]

    # What is done ------------------------------------------------------------------------------------

    def _unasked(self, day: date) -> Iterator[Talk]:
        for one in self._people.values():
            if one.serves(day) and one.learns and (talk := self._of_own_accord(one, day)) is not None:
                yield talk

    def _of_own_accord(self, one: History, day: date) -> Talk | None:
        there = [way for way in PLATFORMS if way in one.chats]
        gone = [way for way in PLATFORMS if way in one.who.ways - one.chats]
        on_telegram = [way for way in there if way == "telegram"]
        moods: tuple[tuple[float, Sequence[Platform], str, Callable[[History, Platform], None]], ...] = (
            (0.025, gone, UNBLOCK, self._comes_back),
            (0.0008, there, BLOCK, self._blocks),
            (0.0008, on_telegram, BLOCK_IN_SILENCE, self._shuts),
            (0.0008, there, "停止提醒", self._stops),
            (0.012 if one.stopped else 0, there, "恢復提醒", self._restarts),
            (0.005, there, LOOK, lambda one, way: None),
        )
        for share, ways, text, comes_to in moods:
            if ways and self._chance.happens(share):
                return self._talk_of(one, ways, text, comes_to)
        return self._report(one, there, day) if there and self._chance.happens(0.015) else None

    def _answers(self, day: date, told: Iterable[int]) -> Iterator[Talk]:
        for one in (self._people[number] for number in sorted(told)):
            there = [way for way in PLATFORMS if way in one.chats]
            if not there:
                continue
            drawn = self._chance.rng.random()
            if drawn < 0.01:
                yield self._talk_of(one, there, "停止提醒", self._stops)
            elif drawn < 0.04:
                yield self._put_off(one, there, "下週再提醒", day + timedelta(days=6 - day.weekday()))
            elif drawn < 0.05:
                following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
                yield self._put_off(one, there, "下個月再提醒", following - timedelta(days=1))
            elif drawn < 0.06 and day.month == 12:
                yield self._put_off(one, there, "本週無法完成", LAST_DAY)
            elif drawn < 0.15:
                yield self._report(one, there, day)

    def _talk_of(
        self,
        one: History,
        there: Sequence[Platform],
        text: str,
        comes_to: Callable[[History, Platform], None],
    ) -> Talk:
        way = self._chance.rng.choice(there)
        return Talk(one, way, [(text, partial(comes_to, one, way))])

    def _put_off(self, one: History, there: Sequence[Platform], text: str, until: date) -> Talk:
        return self._talk_of(one, there, text, lambda one, way: self._quiet(one, text, until))

    def _report(self, one: History, there: Sequence[Platform], day: date) -> Talk:
        rng = self._chance.rng
        ago, course, minutes = rng.randrange(3), rng.choice(list(COURSES)), rng.choice(LENGTHS)
        learned = day - timedelta(days=ago)
        named = rng.choice((("今天", "昨天", "前天")[ago], f"{learned.month}/{learned.day}"))
        words = rng.choice(_REPORTS).format(day=named, title=COURSES[course][0], length=_SPOKEN[minutes])
        report = Report(learned, course, minutes)
        if rng.random() < 0.7:
            official = minutes if rng.random() < 0.9 else max(30, minutes - 60)
            report.upload = (day + timedelta(days=rng.randrange(1, 40)), official)
        steps: list[Step] = [(words, _nothing), (CONFIRM, partial(self._reports, one, report))]
        if rng.random() < 0.05:
            steps.append(("復原", partial(self._takes_back, one)))
        return Talk(one, rng.choice(there), steps)

    # What it comes to --------------------------------------------------------------------------------

    def _reports(self, one: History, report: Report) -> None:
        one.reports.append(report)
        self._chance.done["reported"] += 1

    def _takes_back(self, one: History) -> None:
        one.reports.pop()
        self._chance.done["taken back"] += 1

    def _blocks(self, one: History, way: Platform) -> None:
        one.answers.discard(way)
        self._chance.done[f"blocked {way}"] += 1

    def _shuts(self, one: History, way: Platform) -> None:
        one.shut = True
        self._chance.done["blocked in silence"] += 1

    def _comes_back(self, one: History, way: Platform) -> None:
        one.answers.add(way)
        if way == "telegram":
            one.shut = False
        self._chance.done["came back"] += 1

    def _stops(self, one: History, way: Platform) -> None:
        one.stopped, one.quiet_until = True, None
        self._chance.done["stopped"] += 1

    def _restarts(self, one: History, way: Platform) -> None:
        one.stopped, one.quiet_until = False, None
        self._chance.done["restarted"] += 1

    def _quiet(self, one: History, text: str, until: date) -> None:
        if not one.stopped:
            one.quiet_until = until
        self._chance.done[text] += 1


def _nothing() -> None:
    """Words that change nothing."""
