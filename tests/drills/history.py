"""What happened to one person in a year, and what follows from it: the rules of docs/reminders.md once more,
reckoned from the history alone and in no code of the product's."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from guideline.records import Platform, Way
from guideline.words import hours_words
from tests.drills.agency import MET, Member

LAST_DAY: Final = date(2026, 12, 31)
LAG: Final = 7  # days until hours are uploaded
SHUT: Final = date(2026, 12, 9)  # a Wednesday on which the office is closed, as HR says the evening before
# The rhythm of the edition, as a person reads it off the calendar of 2026: the first Wednesday of September
# and October, the first and third of November, every one of December, and the Monday of the last week. What
# falls on the closed day moves on to the next one, and the one after it with it, seven days apart.
REMINDERS: Final = frozenset(
    date(2026, month, day)
    for month, day in ((9, 2), (10, 7), (11, 4), (11, 18), (12, 2), (12, 10), (12, 17), (12, 23), (12, 28))
)
# Every other Wednesday people are asked about uploads; but for the lunar new year's.
QUESTIONS: Final = frozenset(
    day
    for week in range(48)
    if (day := date(2026, 1, 7) + timedelta(days=7 * week)) not in REMINDERS | {date(2026, 2, 18)}
)
# Courses of the agency's list by id, as they are written in a report, with what they count as. The last is on
# no list.
COURSES: Final = {
    "map-literacy": ("AI素養與基礎認知（學習地圖選讀）", "basic"),
    "map-law": ("AI法規、倫理與資安風險（學習地圖選讀）", "basic"),
    "map-genai": ("生成式AI工具入門（學習地圖選讀）", "basic"),
    "map-genai-advanced": ("生成式AI工具進階（學習地圖選讀）", "advanced"),
    "map-automation-advanced": ("行政流程自動化進階（學習地圖選讀）", "advanced"),
    "map-systems-advanced": ("AI系統開發進階（學習地圖選讀）", "advanced"),
    "slides-class": ("AI簡報設計與視覺圖表實作班", "undecided"),
    "": ("公文寫作要領", "other"),
}
LISTED: Final = ("公務人員", "約僱人員")  # categories that count, of those the drill's people have


@dataclass
class Report:
    """What somebody said they learned. `upload`: how much of it becomes official, and on which day at the
    earliest; None: never."""

    day: date
    course: str
    minutes: int
    upload: tuple[date, int] | None = None
    asked: bool = False


@dataclass
class History:
    """`official` are the minutes by course in the official record."""

    who: Member
    category: str = LISTED[0]
    joined: date | None = None
    left: date | None = None
    away: tuple[date, date | None] | None = None
    decided: str = ""  # 列計, 不列計
    official: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    reports: list[Report] = field(default_factory=list)
    stopped: bool = False
    quiet_until: date | None = None
    answers: set[Way] = field(default_factory=set)  # ways that lead to them
    shut: bool = False  # Telegram refuses, and nobody has told the bot
    told: date | None = None

    def __post_init__(self) -> None:
        basic, advanced = self.who.learned
        self.official["map-genai"] += basic
        self.official["map-systems-advanced"] += advanced
        self.stopped = self.who.stopped
        self.answers = set(self.who.ways)

    # What they are -----------------------------------------------------------------------------------

    def serves(self, on: date) -> bool:
        return (self.joined is None or self.joined <= on) and (self.left is None or on <= self.left)

    def counted(self, on: date) -> bool:
        if not self.serves(on):
            return False
        if self.away is not None and self.away[0] <= on:
            if self.away[1] is None or on <= self.away[1]:
                return False
            if not self.decided:
                return False  # came back in the course of the year: HR decides
        if self.decided:
            return self.decided == "列計"
        return self.joined is None and self.category in LISTED

    def waits_for_hr(self, on: date) -> bool:
        """待認定, and no more on leave."""
        back = self.away is None or on < self.away[0] or (self.away[1] is not None and on > self.away[1])
        return self.serves(on) and not self.decided and back and not self.counted(on)

    @property
    def chats(self) -> set[Platform]:
        """Those in which they can write and be written to."""
        shut: set[Platform] = {"telegram"} if self.shut else set()
        return {way for way in ("line", "telegram") if way in self.answers} - shut

    def best(self, *, but: Way | None = None) -> Way | None:
        """The way by which they are written to."""
        there = self.answers - {but} - ({"telegram"} if self.shut else set())
        order: tuple[Way, ...] = ("telegram", "line", "email")
        if self.who.channel in there:
            return next(way for way in order if way == self.who.channel)
        return next((way for way in order if way in there), None)

    @property
    def learns(self) -> bool:
        """Whether more is to come: those who had all from the beginning stay as they are."""
        return self.who.learned != MET

    # What they have learned --------------------------------------------------------------------------

    def missing(self) -> dict[str, int]:
        """Minutes of each part that are neither official nor reported: an official record of a course is
        the upload of what was reported of it."""
        sums = {"basic": 0, "advanced": 0, "undecided": 0, "other": 0}
        for course in {*self.official, *(one.course for one in self.reports)}:
            reported = sum(one.minutes for one in self.reports if one.course == course)
            sums[COURSES[course][1]] += max(self.official[course], reported)
        ai = sums["basic"] + sums["advanced"] + sums["undecided"]
        found = {"AI 課程": ai, "基礎": sums["basic"], "進階": sums["advanced"]}
        return {part: 180 - had for part, had in found.items() if had < 180}

    def to_ask(self, imported: date | None, on: date) -> list[tuple[Report, int]]:
        """Reports that the last import should have held and does not, and how much of each."""
        before = min(imported or on, on) - timedelta(days=LAG)
        found = []
        for course in {one.course for one in self.reports}:
            left = self.official[course]
            for one in sorted((r for r in self.reports if r.course == course), key=lambda r: r.day):
                lacks = max(0, one.minutes - left)
                left = max(0, left - one.minutes)
                if lacks and not one.asked and one.day < before:
                    found.append((one, lacks))
        return found

    # What they are told ------------------------------------------------------------------------------

    def due(self, on: date, imported: date | None, *, reminder: bool) -> bool:
        """Whether they are told something on this day: of a `reminder`, or of a question about uploads."""
        if (
            not self.counted(on)
            or self.left == on
            or self.stopped
            or (self.quiet_until is not None and on <= self.quiet_until)
        ):
            return False
        return not self._lately(on) and bool((reminder and self.missing()) or self.to_ask(imported, on))

    def _lately(self, on: date) -> bool:
        if self.told is None:
            return False
        since = (on - self.told).days
        if on > LAST_DAY - timedelta(days=14):  # once in a week of the calendar, four days apart
            return since < 4 or on.isocalendar()[1] == self.told.isocalendar()[1]
        return since < 7

    def sentences(self, on: date, imported: date | None, *, reminder: bool) -> list[str]:
        """What must stand in it."""
        if self.who.brief:
            return ["您的學習進度有更新"]
        gaps = self.missing() if reminder else {}
        said = [f"{part}尚缺 {hours_words(-(-lacks // 30) * 30)}" for part, lacks in gaps.items()]
        if asked := self.to_ask(imported, on):
            total = sum(minutes for _, minutes in asked)
            said.append(f"您回報過 {len(asked)} 筆，共 {hours_words(total)}")
        return said

    def holds(self, message: str, on: date, imported: date | None, *, reminder: bool) -> None:
        """Holds what they read to what they were to be told: all of that, and nothing that is not so."""
        wanted = self.sentences(on, imported, reminder=reminder)
        for sentence in wanted:
            assert sentence in message, f"{on} {self.who.number}: {sentence} is not said"
        for part in ("AI 課程", "基礎", "進階"):
            said = any(sentence.startswith(part) for sentence in wanted)
            assert said or f"{part}尚缺" not in message, (
                f"{on} {self.who.number}: {part} is said to be missing"
            )

    def tell(self, on: date, imported: date | None) -> None:
        for one, _ in self.to_ask(imported, on):
            one.asked = True
        self.told = on
