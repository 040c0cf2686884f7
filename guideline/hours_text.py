"""Hours in a person's own words: 「昨天 AI簡報設計 兩個半小時」."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from guideline.edition import Edition


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to ask instead of guessing. `options` are answers to offer, as the person would type them
    (a date 115/11/20, hours 2.5 小時, a course's name); empty: ask openly."""

    kind: Literal["date", "duration", "course", "title"]
    sentence: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HoursPhrase:
    """What was understood; None or "" where nothing was, always with a doubt that says so."""

    learned_on: date | None
    minutes: int | None
    title: str
    course_id: str | None
    doubts: tuple[Doubt, ...] = ()


def read_hours(text: str, today: date, edition: Edition) -> HoursPhrase:
    """Reads a report of hours; relative days count from `today`, the event's own date. Never raises."""
    raise NotImplementedError
