"""What a reminder says (words.md D), for a chat and for a mailbox alike.

Nothing of a person stands in it, neither a name nor a course that they took: those who miss the same read
the same, so that one call tells many of them.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from guideline.edition import PROVISIONAL, Course, Edition, Requirement
from guideline.next_step import counting, course_for_anyone, hours_known
from guideline.reminding import Due, Gap
from guideline.words import hours_words, roc_year, short_date
from handlers.commands import Name
from handlers.desk import Desk
from handlers.message import Button, Card, Line, Row
from handlers.preferences import NEWS
from handlers.wording import do, pc, short

PORTAL: Final = "公務人員終身學習入口網站"
_LONGEST: Final = 60  # characters of a name that the agency gave
_GROUPS: Final = {"yearly": "年度規定", "agency": "考核目標"}


def message(due: Due, desk: Desk, today: date, official_on: date | None) -> Card:
    """One card, the same for all of a bucket. `official_on`: the day of the last import of official records;
    None: none yet."""
    if due.brief:
        return _brief()
    if official_on is not None and official_on.year < today.year:
        official_on = None  # of last year: nothing is known of this one
    if not due.gaps:
        return _uploads_only(due, desk, official_on)
    late = today > desk.deadlines.last_safe_day(today.year)
    course = None if late else course_for_anyone(_rules(desk, today), due.gaps)
    helping = late or due.tone == "last"
    return Card(
        title=_title(due, desk, today, late=late),
        subtitle=_as_of(official_on, today),
        rows=(
            *_gaps(due, desk, today),
            *(_three_ways if helping else _in_time)(due, desk, today, course),
            *_also_uploads(due, desk, official_on),
            *_why(due, desk, official_on),
        ),
        buttons=_buttons(due, desk, today, course),
        typed=_typed(due, desk, today),
    )


def _brief() -> Card:
    return Card(
        title=NEWS,
        buttons=(do("看進度", Name.PROGRESS, "primary"), do("停止提醒", Name.STOP, "quiet")),
        typed=pc("進度", "停止提醒"),
    )


def _title(due: Due, desk: Desk, today: date, *, late: bool) -> str:
    if due.tone == "last" or late:
        return f"{short_date(desk.deadlines.effective(today.year))}統計前，AI 學習時數還有缺口"
    if due.tone == "dated":
        return f"AI 學習時數請於 {short_date(desk.deadlines.last_safe_day(today.year))}前補足"
    return f"{roc_year(today.year)} 年 AI 學習進度"


def _as_of(official_on: date | None, today: date) -> str:
    if official_on is None:
        return "尚無今年的官方資料，以您自行回報的時數計算"
    return f"官方資料 {official_on.month}/{official_on.day} 匯入，已加上您自行回報的時數"


# What is missing --------------------------------------------------------------------------------------


def _rules(desk: Desk, today: date) -> Edition:
    return desk.editions.of(today.year) or desk.edition


def _gaps(due: Due, desk: Desk, today: date) -> Iterator[Row]:
    """Each requirement for itself. The yearly rule on AI hours is spoken of also where nothing of it is
    missing: the agency's goal is another thing (Q8), and whoever misses only that has met the rule."""
    rules = _rules(desk, today)
    if rules.year != today.year:
        borrowed = f"{roc_year(today.year)} 年規定未公布，暫沿用 {roc_year(rules.year)} 年"
        yield Line(f"{borrowed}（{PROVISIONAL}）。", "note")
    lacking = {one: list(gaps) for one, gaps in groupby(due.gaps, key=lambda gap: gap.requirement)}
    for requirement in rules.requirements.values():
        if requirement.id in lacking:
            yield Line(_heading(requirement), "heading")
            yield Line(_missing(lacking[requirement.id]))
        elif requirement.binding == "person" and _of_ai(requirement):
            yield Line(_heading(requirement), "heading")
            yield Line("目前沒有缺口", "good")


def _of_ai(requirement: Requirement) -> bool:
    return all("other" not in part.counts and not part.needs_official for part in requirement.parts)


def _heading(requirement: Requirement) -> str:
    group, name = _GROUPS[requirement.group], short(requirement.name, _LONGEST)
    return name if group in name else f"{group}：{name}"


def _missing(gaps: Sequence[Gap]) -> str:
    return "、".join(f"{short(gap.name, _LONGEST)}尚缺 {hours_words(gap.missing)}" for gap in gaps)


# What to do -------------------------------------------------------------------------------------------


def _in_time(due: Due, desk: Desk, today: date, course: Course | None) -> Iterator[Row]:
    """Before the last safe day: by when, and with which course."""
    deadlines = desk.deadlines
    safe, until = deadlines.last_safe_day(today.year), deadlines.effective(today.year)
    yield Line("接下來", "heading")
    if due.tone == "information":
        yield Line(f"時間還充裕：線上課程 {short_date(safe)}前完成即可。")
    else:
        yield Line(f"線上課程請於 {short_date(safe)}前完成。", "due")
    if deadlines.lag_days:
        yield Line(
            f"本機關統計到 {short_date(until)}，{_lag(desk)}，再晚可能來不及列計。",
        )
    yield from _course(due, desk, today, course)


def _course(due: Due, desk: Desk, today: date, course: Course | None) -> Iterator[Row]:
    if course is None:
        yield Line("可從公務AI學習地圖選讀，時數以課程頁面為準（問答集 Q4）。")
        return
    mode = {"online": "線上", "classroom": "實體", "": ""}[course.mode]
    facts = [mode, *hours_known(course), counting(_rules(desk, today), due.gaps, course)]
    yield Line(f"可以上：{short(course.name, _LONGEST)}")
    yield Line("，".join(fact for fact in facts if fact), "detail")


def _three_ways(due: Due, desk: Desk, today: date, course: Course | None) -> Iterator[Row]:
    """In the last week, and whenever the last safe day has passed: help, no threat (words.md). Past that day
    no course is proposed (hr-year 17)."""
    year = f"{roc_year(today.year)} 年"
    safe, until = desk.deadlines.last_safe_day(today.year), desk.deadlines.effective(today.year)
    yield Line(f"本機關統計到 {short_date(until)}，請看您的情形：", "heading")
    yield Line(f"・已上過：請回報並備妥完成證明，{desk.agency.hr}協助確認是否已上傳。")
    if today <= safe:
        yield Line(f"・還沒上：線上課程請於 {short_date(safe)}前完成。")
        yield from _course(due, desk, today, course)
    else:
        yield Line(
            f"・還沒上：{_lag(desk)}，現在才上可能來不及列入統計；"
            f"想趕上的話，請先洽{desk.agency.hr_reached}確認。"
        )
    yield Line(
        f"・{_when(today, until)}無法完成：12/31 前完成仍屬 {year}時數（{PROVISIONAL}），"
        "但可能來不及列入本機關統計。"
    )
    reached = desk.agency.hr_reached
    yield Line(f"有特殊情形（例如剛到職、借調），請輸入「問人事」或洽{reached}，不必說明私人原因。")
    if due.tone == "last":
        yield Line("這是統計前最後一次提醒，辛苦了。")


def _when(today: date, until: date) -> str:
    return "本週" if today.isocalendar()[:2] == until.isocalendar()[:2] else "統計前"


def _lag(desk: Desk) -> str:
    """平臺上傳約需 7 天（指引未載明，暫列供參）; what the agency itself has set is not marked."""
    lag, edition = desk.deadlines.lag_days, desk.edition
    ours = edition.lag_cite.provisional and lag == edition.provider_lag_days
    return f"平臺上傳約需 {lag} 天" + (f"（{PROVISIONAL}）" if ours else "") if lag else "時數還要等平臺上傳"


# What was reported ------------------------------------------------------------------------------------


def _uploads_only(due: Due, desk: Desk, official_on: date | None) -> Card:
    return Card(
        title="請確認時數是否已上傳",
        rows=(
            *_uploads(due, desk, official_on),
            Line(f"資料有誤，請輸入「問人事」，或洽{desk.agency.hr_reached}。", "note"),
        ),
        buttons=(
            do("看紀錄", Name.RECORDS, "primary"),
            do("問人事", Name.ASK_HR),
            do("停止提醒", Name.STOP, "quiet"),
        ),
        typed=pc("紀錄", "問人事", "停止提醒"),
    )


def _also_uploads(due: Due, desk: Desk, official_on: date | None) -> Iterator[Row]:
    if due.uploads:
        yield Line("另外，請確認時數是否已上傳", "heading")
        yield from _uploads(due, desk, official_on)


def _uploads(due: Due, desk: Desk, official_on: date | None) -> Iterator[Row]:
    reported = f"您回報過 {due.uploads} 筆，共 {hours_words(due.upload_minutes)}"
    if official_on is None:
        yield Line(f"{reported}；這裡還沒有官方資料可以核對，請您確認是否已上傳。")
    else:
        day = f"{official_on.month}/{official_on.day}"
        yield Line(f"{reported}，官方紀錄（{day} 匯入）裡還沒有，請您確認是否已上傳。")
    yield Line(f"・怎麼查：到「{PORTAL}」看學習紀錄。{_lag(desk)}。")
    yield Line("・已經查得到：不必再做什麼，官方資料匯入後就會更新。")
    yield Line("・查不到：請先洽開課單位，並留存完成證明。")


# Why, and the way on ----------------------------------------------------------------------------------


def _why(due: Due, desk: Desk, official_on: date | None) -> Iterator[Row]:
    records = "官方紀錄加上您的回報，" if official_on is not None else "您回報的"
    yield Line(
        f"會收到這則訊息，是因為{records}時數還不足（尚缺以半小時進位，細數請看「進度」）。"
        f"資料有誤，請輸入「問人事」，或洽{desk.agency.hr_reached}。",
        "note",
    )


def _buttons(due: Due, desk: Desk, today: date, course: Course | None) -> tuple[Button, ...]:
    late = today > desk.deadlines.last_safe_day(today.year)
    url = (course.url if course is not None else "") or desk.edition.learning_map
    label = "開啟學習地圖" if url == desk.edition.learning_map else "開啟課程頁面"
    look = () if late else (do("看課程", Name.NEXT, "primary"), Button(label, url=url))
    done = do("我已上過", Name.DONE, "primary" if late else "normal")
    return (*look, done, do(*_later(due, desk, today)), do("停止提醒", Name.STOP, "quiet"))


def _later(due: Due, desk: Desk, today: date) -> tuple[str, Name]:
    if due.tone == "last" or today > desk.deadlines.last_safe_day(today.year):
        return f"{_when(today, desk.deadlines.effective(today.year))}無法完成", Name.CANNOT
    if due.tone == "information":
        return "下個月再提醒", Name.SNOOZE_MONTH
    return "下週再提醒", Name.SNOOZE


def _typed(due: Due, desk: Desk, today: date) -> str:
    late = today > desk.deadlines.last_safe_day(today.year)
    return pc(*([] if late else ["看課程"]), "我已上過", _later(due, desk, today)[0], "停止提醒")
