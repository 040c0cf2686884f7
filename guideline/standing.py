"""Met or not: the one place that decides it (Q8). Whole minutes, `>=`, no carry-over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final, Literal

from guideline.course_names import name_key
from guideline.edition import Edition, Part
from guideline.records import HoursEntry, Source
from guideline.words import beside, hours_words, listed

State = Literal["official", "waiting", "missing", "unknown"]
# Years are Taiwan's, as the dates of the records are; there is no summer time.
TAIPEI: Final = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Credit:
    """What one entry counts toward: ids of parts, and a sentence that says so or why not."""

    parts: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class PartStanding:
    """Minutes of one part. `official` None: no official data yet (尚無官方資料, never 0)."""

    requirement: str
    part: str
    name: str
    needed: int
    official: int | None
    waiting: int  # reported by the person, not yet in the official record
    needs_official: bool = False

    @property
    def missing(self) -> int:
        """Minutes still needed; 0 where that cannot be known (state unknown)."""
        if self.official is None and self.needs_official:
            return 0
        return max(0, self.needed - (self.official or 0) - self.waiting)

    @property
    def state(self) -> State:
        """official: met by the official record · waiting: met once uploaded · missing · unknown: this part
        says nothing before the first official import."""
        if self.official is None and self.needs_official:
            return "unknown"
        if (self.official or 0) >= self.needed:
            return "official"
        return "missing" if self.missing else "waiting"


@dataclass(frozen=True, slots=True)
class Standing:
    """`year` is the calendar year; `provisional`: it has no edition of its own (暫沿用)."""

    year: int
    parts: tuple[PartStanding, ...]
    provisional: bool

    def part(self, part_id: str) -> PartStanding:
        """Raises KeyError for a part that the edition does not have."""
        for standing in self.parts:
            if standing.part == part_id:
                return standing
        raise KeyError(part_id)


def credit(edition: Edition, entry: HoursEntry, among: Iterable[HoursEntry] = ()) -> Credit:
    """What the entry counts toward, or why not. What is AI is the agency's course list; a title that looks
    like it decides nothing. `among`: the person's entries, to say where the same course is recorded more
    than once in the year."""
    if entry.withdrawn_at is not None:
        return Credit((), "這筆紀錄已撤回，不列計。")
    kind = _kind(edition, entry.course_id)
    parts = [part for _, part in _parts(edition) if kind in part.counts]
    if not parts:
        return Credit((), "目前的要求都不列計這門課。")
    sentence = beside("計入", listed([part.name for part in parts]))
    if kind == "other":
        sentence += "；這門課不在本機關的 AI 課程清單，若屬 AI 課程，請洽人事單位確認"
    elif kind == "undecided":
        sentence += "；考核類別未定，暫不計入基礎或進階"
    course = edition.courses.get(entry.course_id or "")
    if course is not None and course.minutes is not None and entry.minutes > course.minutes:
        sentence += f"；這門課認證 {hours_words(course.minutes)}，超過的部分不列計"
    sentence += _again(entry, among, course.minutes if course is not None else None)
    return Credit(tuple(part.id for part in parts), f"{sentence}。")


def _again(entry: HoursEntry, among: Iterable[HoursEntry], bound: int | None) -> str:
    """What to add where the year holds other entries of the same course or title (see `_learned`)."""
    same = [
        other
        for other in among
        if other.id != entry.id
        and other.withdrawn_at is None
        and other.learned_on.year == entry.learned_on.year
        and _subject(other) == _subject(entry)
    ]
    official = sum(other.minutes for other in same if other.source is Source.OFFICIAL)
    if entry.source is Source.SELF and official:
        return f"；官方紀錄已有這門課 {hours_words(official)}，同一門課不重複列計"
    alike = entry.minutes + sum(other.minutes for other in same if other.source is entry.source)
    if bound is not None and entry.minutes <= bound < alike:
        return f"；這門課認證 {hours_words(bound)}，全年合計超過的部分不列計"
    return ""


def reckon(
    edition: Edition, year: int, entries: Iterable[HoursEntry], official_as_of: datetime | None = None
) -> Standing:
    """Every part of every requirement for the calendar year, from all of the person's entries (those of
    other years and withdrawn ones are left out). `official_as_of`: the last import of official records;
    official figures are known from an import in that year of Taipei, or from an official entry, on."""
    counted = [entry for entry in entries if entry.learned_on.year == year and entry.withdrawn_at is None]
    known = any(entry.source is Source.OFFICIAL for entry in counted)
    known = known or (official_as_of is not None and official_as_of.astimezone(TAIPEI).year >= year)
    learned = _learned(edition, counted)
    parts = []
    for requirement, part in _parts(edition):
        official = sum(minutes for kind, minutes, _ in learned if kind in part.counts)
        waiting = sum(minutes for kind, _, minutes in learned if kind in part.counts)
        parts.append(
            PartStanding(
                requirement=requirement,
                part=part.id,
                name=part.name,
                needed=part.minutes,
                official=official if known else None,
                waiting=waiting,
                needs_official=part.needs_official,
            )
        )
    return Standing(year, tuple(parts), provisional=year != edition.year)


def unconfirmed(edition: Edition, entries: Iterable[HoursEntry]) -> list[tuple[HoursEntry, int]]:
    """What one person reported in a year (`entries` are all of that year), and no official record holds:
    each such entry and how many of its minutes. An official record of a course or title covers the earliest
    of what was reported of it; their sum is what `reckon` calls waiting, of all kinds."""
    found = []
    for same in _by_subject(entry for entry in entries if entry.withdrawn_at is None).values():
        _, left = _minutes(edition, same)
        reported = [entry for entry in same if entry.source is Source.SELF]
        for entry in sorted(reported, key=lambda one: (one.learned_on, one.id), reverse=True):
            minutes = min(left, entry.minutes)
            left -= minutes
            if minutes:
                found.append((entry, minutes))
    return sorted(found, key=lambda one: one[0].id)


def _parts(edition: Edition) -> Iterable[tuple[str, Part]]:
    for requirement in edition.requirements.values():
        for part in requirement.parts:
            yield requirement.id, part


def _kind(edition: Edition, course_id: str | None) -> str:
    """What a part's `counts` speaks of."""
    course = edition.courses.get(course_id or "")
    return course.counts_as if course else "other"


def _subject(entry: HoursEntry) -> tuple[str, str]:
    """What was learned: a course, else a title; without either the entry stands for itself."""
    if entry.course_id is not None:
        return "course", entry.course_id
    return "title", name_key(entry.title) or f"#{entry.id}"


def _learned(edition: Edition, entries: Iterable[HoursEntry]) -> list[tuple[str, int, int]]:
    """(kind, official minutes, waiting minutes) of each course or title of the year.

    An official record of a course is taken as the upload of what was reported of it, so that nothing is
    counted twice before HR reconciles the two; hours over the catalogue's own count nowhere.
    """
    return [
        (_kind(edition, same[0].course_id), *_minutes(edition, same))
        for same in _by_subject(entries).values()
    ]


def _by_subject(entries: Iterable[HoursEntry]) -> dict[tuple[str, str], list[HoursEntry]]:
    found: dict[tuple[str, str], list[HoursEntry]] = {}
    for entry in entries:
        found.setdefault(_subject(entry), []).append(entry)
    return found


def _minutes(edition: Edition, same: Sequence[HoursEntry]) -> tuple[int, int]:
    """Official minutes, and those reported beyond them, of one course or title."""
    official = sum(entry.minutes for entry in same if entry.source is Source.OFFICIAL)
    reported = sum(entry.minutes for entry in same if entry.source is Source.SELF)
    course = edition.courses.get(same[0].course_id or "")
    if course is not None and course.minutes is not None:
        official, reported = min(official, course.minutes), min(reported, course.minutes)
    return official, max(0, reported - official)
