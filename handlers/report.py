"""A report of hours that is being filled in: the draft of a run, and the words for it."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from guideline.changes import HoursLogged
from guideline.edition import Edition
from guideline.hours_text import HoursPhrase
from guideline.records import HoursEntry, Source
from guideline.words import hours_words, roc_span
from handlers import drafts

PARTS = ("date", "minutes", "title")
LONGEST_TITLE = 60  # characters; official course names stay below it
TITLE_TOO_LONG = f"課程名稱有點長，請縮短到 {LONGEST_TITLE} 字以內。"
_PART_OF = {"date": "date", "duration": "minutes", "course": "title", "title": "title"}
NOT_OFFICIAL = "自行回報，非官方時數"


@dataclass(frozen=True, slots=True)
class Report:
    """What is known so far. `doubts`: part (date, minutes, title) → the sentence that asks for it, then
    the readings to offer. `accepted`: codes of unusual things the person has said yes to. `offers`: what
    the present question's buttons stand for. `note`: the question about something unusual. `corrects`: id and
    version of the entry that this one will take the place of."""

    learned_on: date | None = None
    minutes: int | None = None
    title: str = ""
    course_id: str | None = None
    doubts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    accepted: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    note: str = ""
    corrects: tuple[int, int] | None = None
    began_on: date | None = None  # the first day of a class of several; learned_on is its last

    def missing(self) -> str:
        """The step of the first part still missing or in doubt; empty when all are there."""
        known = {"date": self.learned_on, "minutes": self.minutes, "title": self.title or None}
        return next((part for part, value in known.items() if value is None or part in self.doubts), "")

    def without(self, part: str) -> "Report":
        """The same with one part not known."""
        doubts = {p: said for p, said in self.doubts.items() if p != part}
        match part:
            case "date":
                return replace(self, learned_on=None, began_on=None, doubts=doubts)
            case "minutes":
                return replace(self, minutes=None, doubts=doubts)
            case _:
                return replace(self, title="", course_id=None, doubts=doubts)

    def logged(self, today: date, key: str = "") -> HoursLogged:
        """The change it amounts to; a part not yet known is filled with a harmless one for checking."""
        minutes = 1 if self.minutes is None else self.minutes
        return HoursLogged(self.learned_on or today, minutes, self.title, self.course_id, key, self.began_on)

    def draft(self) -> dict[str, Any]:
        """As JSON values, for the conversation."""
        return {
            "learned_on": self.learned_on.isoformat() if self.learned_on else None,
            "began_on": self.began_on.isoformat() if self.began_on else None,
            "minutes": self.minutes,
            "title": self.title,
            "course": self.course_id,
            "doubts": {part: list(said) for part, said in self.doubts.items()},
            "accepted": list(self.accepted),
            "offers": list(self.offers),
            "note": self.note,
            "corrects": list(self.corrects) if self.corrects else None,
        }


def kept(draft: Mapping[str, Any], edition: Edition) -> Report:
    """The report in a draft; what cannot be read is missing."""
    course = drafts.words(draft.get("course"))
    minutes = draft.get("minutes")
    began_on, learned_on = drafts.day(draft.get("began_on")), drafts.day(draft.get("learned_on"))
    return Report(
        learned_on=learned_on,
        began_on=began_on if began_on and learned_on and began_on < learned_on else None,
        minutes=minutes
        if isinstance(minutes, int) and minutes > 0 and not isinstance(minutes, bool)
        else None,
        title=drafts.words(draft.get("title")),
        course_id=course if course in edition.courses else None,
        doubts=_doubts(draft.get("doubts")),
        accepted=drafts.several(draft.get("accepted")),
        offers=drafts.several(draft.get("offers")),
        note=drafts.words(draft.get("note")),
        corrects=_entry(draft.get("corrects")),
    )


def heard(report: Report, phrase: HoursPhrase, edition: Edition, parts: Container[str] = PARTS) -> Report:
    """The report with what a phrase says about these parts; what it does not say stays. A part that is
    still missing keeps the phrase's doubt about it, so that it is asked in those words."""
    found = report
    if "date" in parts and phrase.learned_on is not None:
        found = replace(found.without("date"), learned_on=phrase.learned_on, began_on=phrase.began_on)
    if "minutes" in parts and phrase.minutes is not None:
        found = replace(found.without("minutes"), minutes=phrase.minutes)
    if "title" in parts and phrase.course_id is not None and phrase.course_id in edition.courses:
        name = edition.courses[phrase.course_id].name
        found = replace(found.without("title"), title=name, course_id=phrase.course_id)
    elif "title" in parts and phrase.title:
        found = _titled(found.without("title"), phrase.title)
    return replace(found, doubts={**found.doubts, **_open_doubts(found, phrase, parts)})


def _titled(report: Report, title: str) -> Report:
    """With that title; one too long is asked again, never cut."""
    if len(title) <= LONGEST_TITLE:
        return replace(report, title=title)
    return replace(report, doubts={**report.doubts, "title": (TITLE_TOO_LONG,)})


def _open_doubts(found: Report, phrase: HoursPhrase, parts: Container[str]) -> dict[str, tuple[str, ...]]:
    """Doubts about parts not known, and those that offer readings of a known one. Of several doubts about
    a part the first is asked."""
    asked: dict[str, tuple[str, ...]] = {}
    for doubt in phrase.doubts:
        part = _PART_OF[doubt.kind]
        known = {
            "date": found.learned_on is not None,
            "minutes": found.minutes is not None,
            "title": bool(found.title),
        }
        if part in parts and part not in asked and (doubt.options or not known[part]):
            own = (found.title,) if part == "title" and found.title else ()
            asked[part] = (doubt.sentence, *dict.fromkeys((*doubt.options, *own)))
    return asked


def is_older(day: date | None, today: date) -> bool:
    """Whether a report of that day stands beside entries older than a snapshot's `entries`: those of its
    `history`, which `needs` then asks for."""
    return day is not None and day.year < today.year - 1


def as_entry(logged: HoursLogged, at: datetime) -> HoursEntry:
    """The entry this report will be, to reckon with before it is stored."""
    return HoursEntry(
        id=0,
        learned_on=logged.learned_on,
        minutes=logged.minutes,
        title=logged.title,
        course_id=logged.course_id,
        source=Source.SELF,
        reported_at=at,
        key=logged.key,
        began_on=logged.began_on,
    )


def named(logged: HoursLogged | HoursEntry) -> str:
    """2 小時「AI簡報設計」（115/11/17）."""
    return (
        f"{hours_words(logged.minutes)}「{logged.title}」（{roc_span(logged.began_on, logged.learned_on)}）"
    )


def _entry(value: Any) -> tuple[int, int] | None:
    match value:
        case [int(number), int(version)]:
            return number, version
        case _:
            return None


def _doubts(value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        return {}
    return {part: said for part in PARTS if (said := drafts.several(value.get(part)))}
