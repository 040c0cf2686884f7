"""The next step: hours first, then 通識 → 實務 → certificate, always with why and a link (Q1, Q4, Q7)."""

from datetime import date
from pathlib import Path

import pytest

from guideline.deadlines import Deadlines
from guideline.edition import Edition
from guideline.next_step import NextStep, next_step
from guideline.records import HoursEntry, RoleAssignment
from guideline.standing import reckon
from tests.guideline.facts import IMPORTED, TODAY, assigned, edition, entry, laid_over

DEADLINES = Deadlines(cutoff=date(2026, 12, 24), lag_days=7)
BASIC, LAW, GENAI, ADVANCED = "map-literacy", "map-law", "map-genai", "map-genai-advanced"
MET = (entry(BASIC, 180, official=True), entry(ADVANCED, 180, official=True))


def step(
    entries: tuple[HoursEntry, ...] = (),
    role: RoleAssignment | None = None,
    *,
    today: date = TODAY,
    of: Edition | None = None,
    imported: bool = False,
    deadlines: Deadlines = DEADLINES,
) -> NextStep:
    used = of or edition()
    standing = reckon(used, today.year, entries, IMPORTED if imported else None)
    found = next_step(used, standing, role, entries, today, deadlines)
    assert found.url.startswith("https://")
    assert found.why
    assert found.title
    assert not any("完成了全部" in line or "全部完成" in line for line in found.why)
    return found


def test_without_a_role_the_questionnaire_comes_first() -> None:
    """Q1's first step; what is missing is told along with it."""
    found = step()
    assert found.kind == "questionnaire"
    assert "AI 課程尚缺 3 小時" in found.why
    assert found.cite.kind == "Q3"


@pytest.mark.parametrize(("today", "named"), [(date(2026, 12, 17), True), (date(2026, 12, 18), False)])
def test_without_a_role_a_course_is_named_while_it_counts(today: date, named: bool) -> None:
    """The one that a reminder names, up to the last safe day; 看課程 shows a course to everybody."""
    found = step(today=today)
    assert any("想先上課，可以上：" in line and "這門課可計入" in line for line in found.why) is named


def test_missing_hours_come_before_everything() -> None:
    """A course that serves most of what is missing, 通識 first, by its last safe day, with its link."""
    found = step(role=assigned("application"))
    assert (found.kind, found.course and found.course.id, found.level) == ("course", BASIC, "入門")
    assert found.module is not None
    assert found.module.general
    assert "這門課可計入 AI 課程與基礎" in found.why
    assert found.last_safe_day == date(2026, 12, 17)
    assert any("12/17（四）前完成" in line and "暫列供參" in line for line in found.why)
    assert found.url == edition().learning_map


def test_a_course_already_taken_is_not_offered_again() -> None:
    """After AI素養 comes the next basic course."""
    found = step((entry(BASIC, 60),), assigned("application"))
    assert found.course is not None
    assert found.course.id == LAW


def test_only_the_advanced_half_missing_asks_for_an_advanced_course() -> None:
    """A basic course would not help; the role's own advanced one does."""
    basic_done = (entry(BASIC, 180, official=True),)
    for role, course in (
        ("application", ADVANCED),
        ("policy", ADVANCED),
        ("development", "map-automation-advanced"),
        ("research", "map-systems-advanced"),
    ):
        found = step(basic_done, assigned(role))
        assert found.course is not None
        assert found.course.id == course
        assert found.title == found.course.name


def test_without_a_role_of_their_own_people_get_the_foundation() -> None:
    """暫以打底為主: what every role takes at 入門; when that does not fill the gap, the learning map."""
    found = step(role=assigned())
    assert found.course is not None
    assert found.course.id == BASIC
    advanced = step((entry(BASIC, 180),), assigned())
    assert (advanced.kind, advanced.title) == ("hours", "進階尚缺 3 小時")
    assert advanced.url == edition().learning_map
    assert any("時數以課程頁面為準" in line for line in advanced.why)


def test_past_the_last_safe_day_nothing_is_proposed() -> None:
    """Only what still holds: late learning belongs to the year, but may miss the statistics."""
    last = step(role=assigned("application"), today=date(2026, 12, 17))
    assert last.kind == "course"
    late = step(role=assigned("application"), today=date(2026, 12, 18))
    assert (late.kind, late.course) == ("hours", None)
    assert any("可能來不及" in line for line in late.why)
    closed = step(role=assigned("application"), today=date(2026, 12, 28))
    assert any("已於 12/24（四）截止" in line for line in closed.why)
    assert any("12/31 前完成仍屬 115 年時數" in line for line in closed.why)


def test_without_a_lag_there_is_none_to_speak_of() -> None:
    """The deadline stands alone where uploads take no days."""
    found = step(role=assigned("application"), deadlines=Deadlines(lag_days=0))
    assert "請於 12/31（四）前完成" in found.why


def test_a_lag_that_the_agency_set_is_not_provisional() -> None:
    """3 days of the agency's own are no longer 暫列."""
    found = step(role=assigned("application"), deadlines=Deadlines(lag_days=3))
    assert "請於 12/28（一）前完成，預留平臺上傳時間約 3 天" in found.why


def test_the_total_is_missing_only_with_official_data() -> None:
    """The 20 hours are pressed once the official record is in, after the AI hours, and any course helps."""
    quiet = step((entry(BASIC, 180), entry(ADVANCED, 180)), assigned("application"))
    assert not any("20" in line or "學習時數尚缺" in line for line in quiet.why)
    told = step(MET, assigned("application"), imported=True)
    assert told.why[0] == "學習時數尚缺 14 小時"
    assert told.course is not None
    assert told.cite == told.course.cite


def test_a_goal_of_the_agency_alone_is_not_pressed(tmp_path: Path) -> None:
    """binding = "rate": shown elsewhere, never asked of a person."""
    rate = laid_over(tmp_path, '[[requirements]]\nid = "agency-goal"\nbinding = "rate"\n')
    found = step((entry(BASIC, 180),), assigned("application", track="foundation"), of=rate)
    assert not any("進階" in line and "尚缺" in line for line in found.why)


def test_beyond_the_hours_the_path_goes_on() -> None:
    """專屬分流: 通識 before 實務, 入門 before 進階 before 實作; what waits for upload is said."""
    found = step((entry(BASIC, 180), entry(ADVANCED, 180)), assigned("application"))
    assert found.course is not None
    assert found.course.id == LAW
    assert found.last_safe_day is None
    assert "AI 課程、基礎與進階已自行回報，待平臺上傳後才是官方紀錄" in found.why
    rest = step((entry(BASIC, 180), entry(ADVANCED, 180), entry(LAW, 60)), assigned("application"))
    assert rest.course is not None
    assert rest.course.id == GENAI


def test_the_foundation_ends_with_the_general_courses() -> None:
    """打底即可: after 通識 nothing more is asked of anybody (Q2)."""
    entries = (entry(BASIC, 180), entry(ADVANCED, 180), entry(LAW, 60))
    found = step(entries, assigned("application", track="foundation"))
    assert (found.kind, found.cite.kind) == ("rest", "Q2")
    assert any("預計115年下半年開始試辦" in line for line in found.why)


def _all_taken() -> tuple[HoursEntry, ...]:
    return tuple(entry(course, 180) for course in edition().courses)


@pytest.mark.parametrize(
    ("role", "certificate"),
    [("application", "ipas-planner"), ("policy", "ipas-planner"), ("research", "ai-901")],
)
def test_then_a_certificate_that_is_open(role: str, certificate: str) -> None:
    """Planned ones are announced, retired ones give way to their successor; fees are never promised."""
    found = step(_all_taken(), assigned(role))
    assert found.kind == "certificate"
    assert found.certificate is not None
    assert found.certificate.id == certificate
    assert any("視機關經費狀況" in line for line in found.why)


def test_a_general_certificate_goes_first_once_open(tmp_path: Path) -> None:
    """When HR opens 公務AI共通核心能力認證 it comes before the industry's (Q7)."""
    opened = laid_over(tmp_path, '[[certificates]]\nid = "public-core"\nstatus = "open"\n')
    found = step(_all_taken(), assigned("application"), of=opened)
    assert found.certificate is not None
    assert found.certificate.id == "public-core"
    assert not any("尚未開辦" in line for line in found.why)


def test_before_its_end_the_old_certificate_is_offered() -> None:
    """On 30 June AI-900 can still be taken."""
    found = step(_all_taken(), assigned("research"), today=date(2026, 6, 30))
    assert found.certificate is not None
    assert found.certificate.id == "ai-900"


def test_where_nothing_is_open_there_is_rest(tmp_path: Path) -> None:
    """A retired certificate without successor is never offered."""
    ended = laid_over(
        tmp_path,
        '[[certificates]]\nid = "ai-901"\nvalid_until = 2026-01-31\nuntil_source = "agency"\n',
    )
    assert step(_all_taken(), assigned("research"), of=ended).kind == "rest"


def test_known_hours_are_told(tmp_path: Path) -> None:
    """Where the agency knows a course's hours and page, the step gives them."""
    known = laid_over(
        tmp_path, '[[courses]]\nid = "map-literacy"\nminutes = 90\nurl = "https://example.gov.tw/a"\n'
    )
    found = step(role=assigned("application"), of=known)
    assert "認證時數 1.5 小時" in found.why
    assert found.url == "https://example.gov.tw/a"


def test_general_courses_come_before_practical_ones(tmp_path: Path) -> None:
    """通識 at 進階 goes before 實務 at 入門 (Q7)."""
    more = laid_over(
        tmp_path,
        '[[courses]]\nid = "literacy-2"\nname = "AI政策脈絡"\nmodule = "literacy"\nlevel = "進階"\n',
    )
    taken = (entry(BASIC, 180), entry(ADVANCED, 180), entry(LAW, 60))
    found = step(taken, assigned("policy"), of=more)
    assert found.course is not None
    assert found.course.id == "literacy-2"


def test_two_roles_share_their_paths() -> None:
    """A tie takes the courses of both; a role of an older edition is passed over."""
    found = step((entry(BASIC, 180),), assigned("development", "research", "gone"))
    assert found.course is not None
    assert found.course.id == "map-automation-advanced"


def test_withdrawn_entries_do_not_count_as_taken() -> None:
    """What was taken back can be suggested again."""
    found = step((entry(BASIC, 60, withdrawn=True),), assigned("application"))
    assert found.course is not None
    assert found.course.id == BASIC
