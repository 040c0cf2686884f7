"""Who plays in the gallery: a clerk of the demo's agency on a Wednesday in November, and what is known of
them. Each function states one thing; a scene puts together what it needs."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.demo.gallery.acting import Act, Scene
from bot.demo.town import AGENCY
from bot.desk import public_holidays
from guideline.deadlines import Deadlines
from guideline.editions import load_editions
from guideline.office_hours import OfficeHours
from guideline.records import (
    Access,
    Account,
    Activation,
    HoursEntry,
    Office,
    Person,
    Preference,
    RoleAssignment,
    RoleStatus,
    Snapshot,
    Source,
)
from guideline.roles import assess
from handlers.desk import Agency, Desk

TAIPEI: Final = ZoneInfo("Asia/Taipei")
NOON: Final = datetime(2026, 11, 18, 12, 0, tzinfo=TAIPEI)  # 115/11/18, a Wednesday
CODE: Final = "K7QM-4WTX"
CHEN: Final = Person(1, "D00100001", "陳怡君", "教育局/體育科", "科員")
LIN: Final = Person(2, "D00200002", "林志明", "研考處/計畫科", "股長")
ON_TELEGRAM: Final = Account(2, "telegram", "7001", person_id=CHEN.id, consented_at=NOON)
IMPORTED: Final = datetime(2026, 11, 12, 9, 0, tzinfo=TAIPEI)
_OFFICE: Final = Agency(
    name=AGENCY,
    office="人事處",
    contact="分機 1234",
    retention="在職期間及離職後五年",
    region="國內機房",
    public_line="1999",
    website="https://www.example.gov.tw",
)
# The first letters of an option's text, one a question.
CLERK: Final = ("日常", "沒有", "沒有", "文書", "沒有", "沒有", "先完成")
POLICY: Final = ("政策", "主責", "主辦", "文書", "沒有", "沒有", "業務")
DEVELOPER: Final = ("資訊", "沒有", "沒有", "流程", "是主要", "沒有", "我有")
RESEARCHER: Final = ("研究", "沒有", "沒有", "目前", "沒有", "是主要", "我有")
TIE: Final = ("日常", "主責", "沒有", "目前", "是主要", "沒有", "先完成")
FIELD: Final = ("現場", "沒有", "沒有", "目前", "沒有", "沒有", "先完成")


@cache
def desk() -> Desk:
    editions = load_editions()
    rules = editions.in_force
    closed = public_holidays(rules.year, rules.year + 1)
    deadlines = Deadlines(date(rules.year, 12, 24), rules.provider_lag_days, closed)
    return Desk(editions, _OFFICE, deadlines, OfficeHours(closed=closed))


def scene(
    title: str,
    start: Snapshot,
    *acts: Act,
    at: datetime = NOON,
    agency: Agency | None = None,
    links: bool = True,
    brief: bool = False,
) -> Scene:
    held_at = replace(desk(), agency=agency or _OFFICE, links=links)
    return Scene(title, start, acts, at, held_at, brief)


def stranger(**known: Any) -> Snapshot:
    """Somebody who has agreed to nothing; `account` fields may be given."""
    return Snapshot(Account(1, "line", "U1", **known))


def holder(**known: Any) -> Snapshot:
    """A stranger whose code is 陳怡君's."""
    issued = Activation(1, CHEN, NOON + timedelta(days=14))
    return replace(stranger(**known), activation=issued)


def staff(**known: Any) -> Snapshot:
    """陳怡君, consented and bound; fields of the snapshot may be given."""
    account = Account(1, "line", "U1", person_id=CHEN.id, consented_at=NOON)
    held = Snapshot(account, **{"person": CHEN, **known})
    numbered = tuple(replace(one, number=n) for n, one in enumerate(held.certificates, start=1))
    return replace(held, certificates=numbered)


def reached(chosen: Preference | None = None, **known: Any) -> Snapshot:
    """陳怡君, bound on LINE and on Telegram, with this preference."""
    held = staff(**{"preference": chosen or Preference(), **known})
    return replace(held, accounts=(held.account, ON_TELEGRAM))


def officer(waiting: Office | None = None, **known: Any) -> Snapshot:
    """陳怡君 as one of HR, with what waits there."""
    office = waiting or Office()
    return staff(
        **{
            "person": replace(CHEN, access=Access.HR),
            "office": office,
            "accepting": office.accepting,
            **known,
        }
    )


def placed(answers: tuple[str, ...] = CLERK, status: RoleStatus = RoleStatus.PROPOSED) -> RoleAssignment:
    """The result of these answers, decided three weeks ago."""
    given = answered(answers)
    result = assess(desk().edition, given)
    decided = NOON - timedelta(days=21)
    return RoleAssignment(1, result.roles, result.track, status, given, desk().edition.id, decided)


def answered(answers: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    questions = desk().edition.questions.values()
    return {
        question.id: (next(o.id for o in question.options if o.text.startswith(begins)),)
        for question, begins in zip(questions, answers, strict=True)
    }


_numbers = count(1)


def official(hours: float, course: str | None = None, title: str = "", day: str = "2026-05-06") -> HoursEntry:
    """Hours of the official record."""
    return _entry(hours, course, title, day, Source.OFFICIAL)


def reported(hours: float, course: str | None = None, title: str = "", day: str = "2026-10-21") -> HoursEntry:
    """Hours reported in the chat, an hour ago."""
    return _entry(hours, course, title, day, Source.SELF)


def _entry(hours: float, course: str | None, title: str, day: str, source: Source) -> HoursEntry:
    number = next(_numbers)
    name = desk().edition.courses[course].name if course else title
    reported_at = NOON - timedelta(hours=1)
    key = f"k{number}" if source is Source.SELF else ""
    learned_on, minutes = date.fromisoformat(day), round(hours * 60)
    return HoursEntry(number, learned_on, minutes, name, course, source, reported_at, key=key)


def imported(*entries: HoursEntry, **known: Any) -> Snapshot:
    """陳怡君 with these hours and the official import of 11/12."""
    return staff(entries=entries, history=entries, official_as_of=IMPORTED, **known)
