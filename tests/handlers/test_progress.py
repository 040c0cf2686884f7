"""進度 and 下一步."""

from datetime import date, datetime

import pytest

from guideline.records import HoursEntry, Source
from handlers.message import Bar, Card
from tests.handlers.scene import NOON, TAIPEI, Chat, answered, colleague

IMPORTED = datetime(2026, 11, 12, 8, 0, tzinfo=TAIPEI)


def with_entries(*known: tuple[int, str | None, Source], imported: bool = True) -> Chat:
    entries = tuple(
        HoursEntry(n, date(2026, 10, n), minutes, course or "其他課程", course, source, NOON)
        for n, (minutes, course, source) in enumerate(known, start=1)
    )
    return colleague(entries=entries, official_as_of=IMPORTED if imported else None)


def bars(chat: Chat) -> list[Bar]:
    return [row for m in chat.replies if isinstance(m, Card) for row in m.rows if isinstance(row, Bar)]


def test_before_the_first_official_import_no_zero_is_shown() -> None:
    """The 20 hours read 尚無官方資料, never 0/20; nothing is said to be official."""
    chat = with_entries((60, "map-literacy", Source.SELF), imported=False)
    said = chat.types("進度")
    assert "尚無官方資料" in said
    assert "官方 0" not in said
    assert "／20" not in said
    assert "待上傳 1／3 小時" in said
    assert all(bar.needed < 1200 for bar in bars(chat))


def test_official_waiting_and_missing_are_told_apart() -> None:
    """官方, 待上傳 and 尚缺 each have their figure, in the bar and in words."""
    chat = with_entries(
        (180, "map-literacy", Source.OFFICIAL),
        (60, "map-genai-advanced", Source.SELF),
        (600, None, Source.OFFICIAL),
    )
    said = chat.types("進度")
    assert "官方資料 11/12 匯入" in said
    assert "11/18 查詢" in said
    assert "基礎：官方 3／3 小時　已達成" in said
    assert "進階：官方 0、待上傳 1／3 小時　尚缺 2 小時" in said
    assert "官方 13、待上傳 1／20 小時　尚缺 6 小時" in said
    advanced = next(bar for bar in bars(chat) if bar.caption.startswith("進階"))
    assert (advanced.official, advanced.waiting, advanced.needed) == (0, 60, 180)


def test_self_reported_hours_alone_are_not_reached() -> None:
    """Enough hours reported and none official: waiting, not 已達成."""
    chat = with_entries((180, "map-literacy", Source.SELF))
    said = chat.types("進度")
    assert "已回報足夠，待官方登錄" in said
    assert "已達成" not in said.replace("列為已達成", "")


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (NOON, ("12/24（四）", "個工作天", "12/17（四）")),
        (NOON.replace(month=12, day=20), ("12/24（四）", "可能來不及上傳")),
        (NOON.replace(month=12, day=28), ("已於 12/24（四）截止", "12/31")),
    ],
)
def test_the_time_left_is_said_without_pressure(now: datetime, words: tuple[str, ...]) -> None:
    """Before the last safe day, after it, and after the closing: what still helps."""
    said = colleague(now=now).types("進度")
    for word in words:
        assert word in said


def test_a_year_without_rules_of_its_own_says_so() -> None:
    """January: last edition's rules, marked as standing in."""
    said = colleague(now=datetime(2027, 1, 5, 9, 0, tzinfo=TAIPEI)).types("進度")
    assert "116 年 AI 學習進度" in said
    assert "暫沿用" in said


def test_next_step_says_why_and_where() -> None:
    """The card has reasons, a link, its source, and the words to type."""
    chat = with_entries()
    list(answered(chat))
    said = chat.types("下一步")
    card = chat.replies[-1]
    assert isinstance(card, Card)
    assert card.title.startswith("下一步：")
    assert "・" in said
    assert any(button.url for button in card.buttons)
    assert "依據：" in said or "暫列供參" in said


def test_next_step_without_a_role_offers_the_questionnaire() -> None:
    """Whoever has no role yet can start the questionnaire from there."""
    chat = colleague()
    chat.types("下一步")
    chat.taps("開始填職務問卷")
    assert chat.conversation is not None


def test_nothing_is_ever_said_to_be_all_done() -> None:
    """Even with every hour official the card speaks of its own figures only."""
    chat = with_entries(
        (200, "map-literacy", Source.OFFICIAL),
        (200, "map-genai-advanced", Source.OFFICIAL),
        (1200, None, Source.OFFICIAL),
    )
    said = chat.types("進度") + chat.types("下一步")
    assert "全部完成" not in said
    assert "終身學習入口網站" in said


def test_nobody_is_hurried_where_nothing_is_missing() -> None:
    """The closing day is said, and no day by which to take a course."""
    chat = with_entries(
        (180, "map-literacy", Source.OFFICIAL),
        (180, "map-genai-advanced", Source.OFFICIAL),
        (840, None, Source.OFFICIAL),
    )
    said = chat.types("進度")
    assert "統計截止 12/24（四）" in said
    assert "線上課程" not in said


def test_on_the_closing_day_no_days_are_counted() -> None:
    """「還有 0 個工作天」 would be odd."""
    said = colleague(now=NOON.replace(month=12, day=24)).types("進度")
    assert "今天是最後一天" in said
    assert "0 個工作天" not in said


def test_minutes_are_no_time_of_day() -> None:
    """2 小時 45 分, never 2:45."""
    said = with_entries((165, "map-literacy", Source.OFFICIAL)).types("進度")
    assert "官方 2 小時 45 分／3 小時　尚缺 15 分鐘" in said


def test_too_late_the_next_step_is_to_report_what_was_taken() -> None:
    """Past the last safe day the first button reports; before it, it opens the course."""
    chat = with_entries()
    list(answered(chat))
    chat.types("下一步")
    assert chat.labels[0] == "開啟學習地圖"
    chat.now = NOON.replace(month=12, day=21)
    assert chat.types("下一步").startswith("下一步：回報已上完的課程")
    assert chat.labels[0] == "回報時數"
