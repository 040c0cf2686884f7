"""What a reminder says: the same to all who miss the same, within one message of each platform, kindly."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms import line_drawing, telegram_drawing
from bot.platforms.measure import utf16
from bot.simulator.line_limits import check_messages
from guideline.deadlines import Deadlines
from guideline.loading import load_edition
from guideline.reminding import Due, Gap, binding
from guideline.rhythm import Tone
from handlers.commands import Name, command_in
from handlers.desk import Desk
from handlers.message import Card, buttons, plain
from handlers.preferences import NEWS
from handlers.reminder import message
from tests.handlers.lint import faults
from tests.handlers.scene import desk_of, edition

OFFICIAL = date(2026, 11, 30)
TONES: tuple[Tone, ...] = ("information", "dated", "last")
DAYS: dict[Tone, date] = {
    "information": date(2026, 9, 2),
    "dated": date(2026, 12, 2),
    "last": date(2026, 12, 21),
    "upload": date(2026, 10, 14),
}


def lacking(ai: int = 0, basic: int = 0, advanced: int = 0) -> tuple[Gap, ...]:
    """In half hours."""
    missing = {"ai": ai, "basic": basic, "advanced": advanced}
    return tuple(
        Gap(requirement.id, part.id, part.name, part.minutes, 30 * missing[part.id])
        for requirement in edition().requirements.values()
        for part in requirement.parts
        if (requirement.id, part.id) in binding(edition()) and missing[part.id]
    )


def told(
    due: Due, *, today: date | None = None, official: date | None = OFFICIAL, at: Desk | None = None
) -> Card:
    said = message(due, at or desk_of(), today or DAYS[due.tone], official)
    assert faults(said) == []
    return said


def grid() -> Iterator[Due]:
    """Each part missing not, little or wholly; with few and with very many uploads."""
    reported = ((0, 0), (1, 45), (99, 60_000))
    for ai, basic, advanced in product((0, 1, 6), repeat=3):
        if gaps := lacking(ai, basic, advanced):
            for tone in TONES:
                yield from (Due(tone, gaps, uploads, minutes) for uploads, minutes in reported)
    yield Due("upload", (), 1, 60)
    yield Due("upload", (), 99, 60_000)


def test_every_bucket_is_one_message_on_both_platforms() -> None:
    """One LINE object that LINE takes, whole in its altText, and one Telegram text."""
    for due in grid():
        for official in (None, OFFICIAL):
            said = told(due, official=official)
            ((drawn,),) = line_drawing.draw([said])
            assert drawn["type"] == "flex"
            assert check_messages({"messages": [drawn]})
            assert drawn["altText"] == plain(said)
            assert utf16(drawn["altText"]) <= line_drawing.ALT_TEXT
            (body,) = telegram_drawing.draw([said])
            assert "reply_markup" in body


def test_the_agencys_long_names_fit_as_well(tmp_path: Path) -> None:
    """Names as long as an overlay may give them: still one message, the whole fact in its altText."""
    rules = edition()
    long = "名" * 200
    wordy = replace(
        rules,
        requirements={
            key: replace(one, name=long, parts=tuple(replace(part, name=long) for part in one.parts))
            for key, one in rules.requirements.items()
        },
        courses={key: replace(one, name=long) for key, one in rules.courses.items()},
    )
    gaps = tuple(replace(gap, name=long) for gap in lacking(6, 6, 6))
    for tone in TONES:
        said = message(Due(tone, gaps, 99, 60_000), desk_of(rules=wordy), DAYS[tone], OFFICIAL)
        ((drawn,),) = line_drawing.draw([said])
        assert drawn["altText"] == plain(said)
        assert len(telegram_drawing.draw([said])) == 1


MINUTES = st.integers(0, 6)
DUES = st.builds(
    lambda tone, ai, basic, advanced, uploads, minutes, brief: Due(
        tone if ai + basic + advanced else "upload", lacking(ai, basic, advanced), uploads, minutes, brief
    ),
    st.sampled_from(TONES),
    *(MINUTES, MINUTES, MINUTES),
    st.integers(1, 2),
    st.sampled_from([30, 45]),
    st.booleans(),
)


@given(one=DUES, other=DUES, today=st.dates(date(2026, 8, 1), date(2026, 12, 31)), known=st.booleans())
def test_equal_buckets_read_the_same(one: Due, other: Due, today: date, known: bool) -> None:
    """What one multicast tells many is one text, word for word and button for button."""
    official = OFFICIAL if known else None
    first, second = (message(due, desk_of(), today, official) for due in (one, other))
    assert faults(first) == []
    if one.bucket == other.bucket:
        assert first == second


def test_information() -> None:
    """Both requirements apart, as of when, by when, a course that serves most of it, why, and the way on."""
    said = told(Due("information", lacking(2, 2, 6)), official=date(2026, 9, 1))
    text = plain(said)
    assert said.subtitle.startswith("官方資料 9/1 匯入")
    assert text.index("年度規定：每年 AI 課程 3 小時") < text.index("AI 課程尚缺 1 小時")
    assert text.index("本機關考核目標") < text.index("基礎尚缺 1 小時、進階尚缺 3 小時")
    for words in ("時間還充裕", "12/17（四）前完成即可", "12/24（四）", "暫列供參", "可計入 AI 課程與基礎"):
        assert words in text
    for words in ("會收到這則訊息", "問人事", "人事處（分機 1234）", "下個月再提醒"):
        assert words in text
    assert "認證時數" not in text  # the catalogue knows none


def test_the_ai_rule_met_is_said_to_be_met() -> None:
    """Who misses the goal alone reads that nothing of the yearly rule is missing (Q8, hr-year 2)."""
    for tone in TONES:
        said = plain(told(Due(tone, lacking(0, 0, 6))))
        assert "每年 AI 課程 3 小時\n目前沒有缺口" in said
        assert "AI 課程尚缺" not in said
        assert "進階尚缺 3 小時" in said


def test_a_clear_date() -> None:
    """December: the last safe day is the title, and next week is offered."""
    said = told(Due("dated", lacking(2)))
    assert said.title == "AI 學習時數請於 12/17（四）前補足"
    assert [b.label for b in said.buttons] == ["看課程", "開啟學習地圖", "我已上過", "下週再提醒", "停止提醒"]


@pytest.mark.parametrize(("tone", "today"), [("last", date(2026, 12, 21)), ("dated", date(2026, 12, 18))])
def test_past_the_last_safe_day_nothing_is_proposed(tone: Tone, today: date) -> None:
    """Three ways instead, none of them a course; 12/31 is said to be provisional (hr-year 17)."""
    said = told(Due(tone, lacking(2)), today=today)
    text = plain(said)
    for words in (
        "・已上過",
        "・還沒上",
        "無法完成",
        "12/31 前完成仍屬 115 年時數（指引未載明，暫列供參）",
    ):
        assert words in text
    assert "學習地圖" not in text
    assert "可以上" not in text
    assert all(button.url is None for button in said.buttons)
    assert ("最後一次提醒" in text) is (tone == "last")


def test_the_last_week_of_an_agency_without_lag() -> None:
    """Where uploads take no time a course still counts on the last day, and is proposed."""
    at = replace(desk_of(), deadlines=Deadlines(date(2026, 12, 24), 0))
    text = plain(told(Due("last", lacking(2)), at=at))
    assert "・還沒上：線上課程請於 12/24（四）前完成。" in text
    assert "可以上：" in text


def test_before_any_official_import() -> None:
    """尚無官方資料, never a figure for it; last year's import is none for this year."""
    for official in (None, date(2025, 12, 30)):
        text = plain(told(Due("dated", lacking(2), 1, 60), official=official))
        assert "尚無今年的官方資料" in text
        assert "官方紀錄加上" not in text
        assert "還沒有官方資料可以核對" in text


def test_uploads() -> None:
    """Counts and hours, how to look it up, the lag; along with gaps as a section of its own."""
    alone = told(Due("upload", (), 2, 90))
    assert alone.title == "請確認時數是否已上傳"
    for words in ("2 筆，共 1.5 小時", "公務人員終身學習入口網站", "約需 7 天（指引未載明，暫列供參）"):
        assert words in plain(alone)
    both = plain(told(Due("dated", lacking(2), 2, 90)))
    assert "另外，請確認時數是否已上傳" in both
    assert "AI 課程尚缺 1 小時" in both


def test_brief() -> None:
    """精簡通知: that there is news, whatever it is; no figure, no requirement."""
    for due in (Due("last", lacking(2), brief=True), Due("upload", (), 2, 90, brief=True)):
        said = told(due)
        assert said.title == NEWS
        assert said.rows == ()


def test_hours_where_they_are_known(tmp_path: Path) -> None:
    """A course of the agency's list, with its hours, its kind and its own page."""
    overlay = tmp_path / "agency.toml"
    overlay.write_text(
        '[[courses]]\nid = "map-literacy"\nname = "AI 素養"\nminutes = 90\nurl = "https://www.example.gov.tw/ai"\n',
        encoding="utf-8",
    )
    said = told(Due("dated", lacking(2, 2)), at=desk_of(rules=load_edition("115", overlay)))
    assert "可以上：AI 素養\n線上，認證時數 1.5 小時，這門課可計入 AI 課程與基礎" in plain(said)
    assert [(b.label, b.url) for b in said.buttons if b.url] == [
        ("開啟課程頁面", "https://www.example.gov.tw/ai")
    ]


def test_an_empty_catalogue_leads_to_the_learning_map() -> None:
    """No course that counts: the map, and no invented hours (Q4)."""
    said = told(Due("dated", lacking(2)), at=desk_of(rules=replace(edition(), courses={})))
    assert "可從公務AI學習地圖選讀，時數以課程頁面為準（問答集 Q4）" in plain(said)
    assert any(button.url == edition().learning_map for button in said.buttons)


def test_a_year_without_rules_of_its_own() -> None:
    """116 before its edition: 暫沿用, said so."""
    said = told(Due("information", lacking(2)), today=date(2027, 9, 1), official=None)
    assert "116 年規定未公布，暫沿用 115 年（指引未載明，暫列供參）" in plain(said)


def test_every_word_to_type_is_a_command() -> None:
    """What stands in the typed line is understood when it is typed, and says what the button does."""
    for due in (
        *(Due(tone, lacking(2)) for tone in TONES),
        Due("upload", (), 1, 60),
    ):
        said = told(due)
        words = said.typed.removeprefix("（電腦版請輸入：").removesuffix("）").split("／")
        typed = {command.name for word in words if (command := command_in(word)) is not None}
        assert len(typed) == len(words)
        pressed = {Name(b.press.choice) for b in buttons(said) if b.press is not None}
        assert typed == pressed
