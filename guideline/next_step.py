"""The next step (Q1, Q4, Q7): first what is missing for the hours, then 通識 → 實務 → certificate."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from guideline import certificates
from guideline.deadlines import Deadlines
from guideline.edition import LEVELS, PROVISIONAL, Certificate, Cite, Course, Edition, Module
from guideline.records import HoursEntry, RoleAssignment
from guideline.standing import PartStanding, Standing
from guideline.words import beside, hours_words, listed, roc_year, short_date


class Lack(Protocol):
    """What is missing of one part, in minutes."""

    @property
    def requirement(self) -> str: ...
    @property
    def part(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def missing(self) -> int: ...


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do, always with why and a link.

    questionnaire: no role yet · hours: hours are missing and no course of the catalogue fits (the learning
    map stands in, without invented hours) or none can count in time any more · course · certificate ·
    rest: nothing is missing and nothing more is asked. `last_safe_day` is set where hours are missing.
    """

    kind: Literal["questionnaire", "hours", "course", "certificate", "rest"]
    title: str
    why: tuple[str, ...]
    url: str
    cite: Cite
    course: Course | None = None
    certificate: Certificate | None = None
    module: Module | None = None
    level: str = ""
    last_safe_day: date | None = None


def next_step(
    edition: Edition,
    standing: Standing,
    role: RoleAssignment | None,
    entries: Sequence[HoursEntry],
    today: date,
    deadlines: Deadlines,
    *,
    held: Collection[str] = (),
    opened: Collection[str] = (),
) -> NextStep:
    """What this person does next. `entries` tell which courses were taken already; `standing` is the
    current year's. Goals that bind only the agency's own figure (binding "rate") are not pressed. `held`
    and `opened`: see `certificates.suggestions`."""
    gaps = _gaps(edition, standing)
    if role is None:
        return NextStep(
            "questionnaire",
            "填寫職務問卷（約 2 分鐘）",
            (
                "先依實際工作找到適合的類別，再建議課程（問答集 Q1、Q3）",
                *(_gap_line(gap) for gap in gaps),
                *_already(edition, gaps, today, deadlines),
            ),
            edition.learning_map,
            edition.role_rule.cite,
        )
    taken = {entry.course_id for entry in entries if entry.withdrawn_at is None and entry.course_id}
    path = [course for course in _path(edition, role.roles) if course.id not in taken]
    if gaps:
        return _for_hours(edition, gaps, path, today, deadlines)
    fitting = certificates.suggestions(edition, role.roles, today, held=held, opened=opened)
    return _beyond_hours(edition, standing, role, path, fitting)


def course_for_anyone(edition: Edition, gaps: Sequence[Lack]) -> Course | None:
    """The course that serves most of these gaps, whoever asks: what every role takes at 入門 before all
    else, as on a path. None: the catalogue has none that counts."""
    everyone = _path(edition, ())
    others = (course for course in _path(edition, tuple(edition.roles)) if course not in everyone)
    return _filling(edition, gaps, [*everyone, *others])


def counting(edition: Edition, gaps: Sequence[Lack], course: Course) -> str:
    """這門課可計入 AI 課程與基礎."""
    return beside("這門課可計入", listed([gap.name for gap in gaps if _fills(edition, gap, course)]))


def _already(edition: Edition, gaps: Sequence[Lack], today: date, deadlines: Deadlines) -> tuple[str, ...]:
    """The course that a reminder names too, for whoever would rather learn first than answer questions."""
    late = today > deadlines.last_safe_day(today.year)
    course = None if late or not gaps else course_for_anyone(edition, gaps)
    if course is None:
        return ()
    return (f"想先上課，可以上：{course.name}，{counting(edition, gaps, course)}",)


# First the hours -------------------------------------------------------------------------------------


def _gaps(edition: Edition, standing: Standing) -> list[PartStanding]:
    """What is missing and binds this person: AI hours first, as the file orders them; parts that any
    learning fills come last."""
    binding = {
        (requirement.id, part.id): "other" in part.counts
        for requirement in edition.requirements.values()
        for part in requirement.parts
        if requirement.binding == "person"
    }
    missing = [
        part
        for part in standing.parts
        if part.state == "missing" and (part.requirement, part.part) in binding
    ]
    return sorted(missing, key=lambda part: binding[part.requirement, part.part])


def _for_hours(
    edition: Edition, gaps: list[PartStanding], path: list[Course], today: date, deadlines: Deadlines
) -> NextStep:
    lines = tuple(_gap_line(gap) for gap in gaps)
    safe = deadlines.last_safe_day(today.year)
    cite = edition.requirements[gaps[0].requirement].cite
    title = f"{gaps[0].name}尚缺 {hours_words(gaps[0].missing)}"
    if today > safe:
        late = _too_late(today, deadlines.effective(today.year))
        return NextStep("hours", title, (*lines, *late), edition.learning_map, cite, last_safe_day=safe)
    best = _filling(edition, gaps, path)
    in_time = f"請於 {short_date(safe)}前完成，預留平臺上傳時間約 {deadlines.lag_days} 天"
    if deadlines.lag_days == 0:
        in_time = f"請於 {short_date(safe)}前完成"
    elif edition.lag_cite.provisional and deadlines.lag_days == edition.provider_lag_days:
        in_time += f"（{PROVISIONAL}）"
    if best is None:
        pick = "可從公務AI學習地圖選讀，時數以課程頁面為準（問答集 Q4）"
        return NextStep(
            "hours", title, (*lines, pick, in_time), edition.learning_map, cite, last_safe_day=safe
        )
    return _course_step(
        edition, best, (*lines, counting(edition, gaps, best), in_time, *hours_known(best)), safe
    )


def _too_late(today: date, effective: date) -> tuple[str, ...]:
    """Past the last safe day nothing is proposed (hr-year 17); that 31 December still belongs to the year
    is an assumption that HR confirms."""
    year = f"{roc_year(today.year)} 年"
    if today <= effective:
        head = f"統計截止 {short_date(effective)}，現在上課可能來不及列入統計"
    else:
        head = f"統計已於 {short_date(effective)}截止"
    return (
        head,
        f"12/31 前完成仍屬 {year}時數（{PROVISIONAL}）",
        "已上完的課請先回報並備妥完成證明；其他情形請輸入「問人事」",
    )


def _filling(edition: Edition, gaps: Sequence[Lack], path: list[Course]) -> Course | None:
    """The course that serves most of what is missing; of equals the first of the path."""
    useful = [course for course in path if any(_fills(edition, gap, course) for gap in gaps)]
    ai_gaps = [gap for gap in gaps if "other" not in _counts(edition, gap)]
    wanted = ai_gaps or gaps
    return max(useful, key=lambda course: sum(_fills(edition, gap, course) for gap in wanted), default=None)


def _fills(edition: Edition, gap: Lack, course: Course) -> bool:
    return course.counts_as in _counts(edition, gap)


def _counts(edition: Edition, gap: Lack) -> tuple[str, ...]:
    parts = edition.requirements[gap.requirement].parts
    return next(part.counts for part in parts if part.id == gap.part)


def _gap_line(gap: PartStanding) -> str:
    return f"{gap.name}尚缺 {hours_words(gap.missing)}"


# Then the path ---------------------------------------------------------------------------------------


def _beyond_hours(
    edition: Edition,
    standing: Standing,
    role: RoleAssignment,
    path: list[Course],
    fitting: list[certificates.Suggestion],
) -> NextStep:
    waiting = _waiting(standing)
    done = ("目前的 AI 時數沒有缺口", *waiting)
    if role.track == "foundation":
        path = [course for course in path if edition.modules[course.module].general]
    if path:
        order = "循序漸進：先通識、後實務，入門 → 進階 → 實作（問答集 Q1、Q7）"
        return _course_step(edition, path[0], (*done, order, *hours_known(path[0])), None)
    planned = tuple(
        certificates.not_begun(one.certificate) for one in fitting if not one.open and one.certificate.general
    )
    ready = next((one for one in fitting if one.open), None)
    if role.track == "specialist" and ready is not None:
        certificate = ready.certificate
        return NextStep(
            "certificate",
            certificate.name,
            (
                *done,
                f"學習路徑上的課程都上過了，可考慮「{certificate.name}」",
                *certificates.reasons(ready),
                f"{certificates.NEED}；{certificates.FEES}",
                *planned,
            ),
            certificate.url or edition.learning_map,
            certificate.cite,
            certificate=certificate,
        )
    return NextStep(
        "rest",
        "目前沒有需要補的 AI 時數",
        (*done, "想再多學，可從公務AI學習地圖選讀（問答集 Q4）", *planned),
        edition.learning_map,
        edition.role_rule.foundation_cite,
    )


def _waiting(standing: Standing) -> tuple[str, ...]:
    names = [part.name for part in standing.parts if part.state == "waiting"]
    return (f"{listed(names)}已自行回報，待平臺上傳後才是官方紀錄",) if names else ()


def _path(edition: Edition, roles: tuple[str, ...]) -> list[Course]:
    """The courses of these roles, 通識 before 實務, then by level, then by module. Without a role the
    foundation is what every role takes at 入門."""
    wanted = set(roles) & set(edition.roles)

    def taken_by(course: Course) -> bool:
        takers = set(edition.modules[course.module].levels.get(course.level, ()))
        if wanted:
            return bool(takers & wanted)
        return course.level == LEVELS[0] and takers == set(edition.roles)

    def place(course: Course) -> tuple[bool, int, int]:
        module = edition.modules[course.module]
        return (not module.general, LEVELS.index(course.level), module.number)

    return sorted(filter(taken_by, edition.courses.values()), key=place)


def _course_step(edition: Edition, course: Course, why: tuple[str, ...], safe: date | None) -> NextStep:
    return NextStep(
        "course",
        course.name,
        why,
        course.url or edition.learning_map,
        course.cite,
        course=course,
        module=edition.modules[course.module],
        level=course.level,
        last_safe_day=safe,
    )


def hours_known(course: Course) -> Iterable[str]:
    """Hours only where the catalogue knows them."""
    if course.minutes is not None:
        yield f"認證時數 {hours_words(course.minutes)}"
