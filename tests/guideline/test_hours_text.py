"""Hours in a person's own words: what is understood, and what is asked instead of guessed."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guideline.hours_text import HoursPhrase, read_hours
from guideline.words import hours_words, roc_date, roc_span
from tests.guideline.facts import TODAY, edition, laid_over


def read(text: str, today: date = TODAY) -> HoursPhrase:
    return read_hours(text, today, edition())


def day(month: int, number: int, year: int = 2026) -> date:
    return date(year, month, number)


@pytest.mark.parametrize(
    ("words", "learned_on"),
    [
        # today is Wednesday 2026-11-18
        ("今天", day(11, 18)),
        ("剛剛", day(11, 18)),
        ("今早", day(11, 18)),
        ("昨天", day(11, 17)),
        ("昨晚", day(11, 17)),
        ("昨天下午", day(11, 17)),
        ("前天", day(11, 16)),
        ("大前天", day(11, 15)),
        ("3天前", day(11, 15)),
        ("三天前", day(11, 15)),
        ("十日前", day(11, 8)),
        ("明天", day(11, 19)),
        ("後天", day(11, 20)),
        ("大後天", day(11, 21)),
        ("週三", day(11, 18)),
        ("週四", day(11, 12)),
        ("星期一", day(11, 16)),
        ("禮拜天", day(11, 15)),
        ("上週五", day(11, 13)),
        ("上个礼拜五", day(11, 13)),
        ("上上週日", day(11, 8)),
        ("這週一", day(11, 16)),
        ("本週二", day(11, 17)),
        ("下週一", day(11, 23)),
        ("星期2", day(11, 17)),
        ("上個月15號", day(10, 15)),
        ("上月三十一日", day(10, 31)),
        ("上上個月2日", day(9, 2)),
        ("這個月3號", day(11, 3)),
        ("本月十號", day(11, 10)),
        ("15號", day(11, 15)),
        ("11/18", day(11, 18)),
        ("１１／３", day(11, 3)),
        ("11-03", day(11, 3)),
        ("11月3日", day(11, 3)),
        ("11月3號", day(11, 3)),
        ("11月3", day(11, 3)),
        ("十一月三日", day(11, 3)),
        ("十月二十", day(10, 20)),
        ("今年3/5", day(3, 5)),
        ("去年12月30日", day(12, 30, 2025)),
        ("115.11.3", day(11, 3)),
        ("115/11/03", day(11, 3)),
        ("115-11-3", day(11, 3)),
        ("115年11月3日", day(11, 3)),
        ("民國114年12月31日", day(12, 31, 2025)),
        ("民國99年1月2日", day(1, 2, 2010)),
        ("一一五年十一月三日", day(11, 3)),
        ("一百一十五年十一月三日", day(11, 3)),
        ("二〇二六年十一月三日", day(11, 3)),
        ("2026/11/3", day(11, 3)),
        ("西元2026年11月3日", day(11, 3)),
        ("2026-11-03", day(11, 3)),
        ("1151103", day(11, 3)),
        ("20261103", day(11, 3)),
        ("11/17（二）", day(11, 17)),
        ("11/17 週二", day(11, 17)),
        ("昨天(11/17)", day(11, 17)),
        ("116/1/5", day(1, 5, 2027)),
    ],
)
def test_days(words: str, learned_on: date) -> None:
    """ROC and western dates, words relative to the event's own day; what was plainly said is taken."""
    found = read(f"{words} AI素養 2小時")
    assert (found.learned_on, found.minutes, found.title) == (learned_on, 120, "AI素養")
    assert found.doubts == ()
    assert read(f"2小時 AI素養 {words}") == found


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("", ()),
        ("11/20", ("114/11/20",)),  # would lie in the future
        ("12月25日", ("114/12/25",)),
        ("2/30", ()),
        ("115/13/1", ()),
        ("上個月32號", ()),
        ("26/11/3", ("115/11/3",)),
        ("99/11/3", ()),
        ("1200/11/3", ()),
        ("500天前", ()),
        ("11/17（三）", ("115/11/17",)),  # it was a Tuesday
        ("11/18-11/16", ("115/11/16～11/18",)),  # the wrong way round
        ("11/18~16", ("115/11/16～11/18",)),
        ("11/16~11/31", ()),
        ("11/16~11/20", ()),  # not over yet
        ("114/12/30~1/2", ("114/12/30～115/1/2",)),
        ("12/30~1/2", ("114/12/30～115/1/2",)),
        ("好像是昨天", ("115/11/17",)),
        ("11/3、4", ("115/11/3",)),
        ("11/3 和 11/10", ("115/11/3", "115/11/10")),
        ("昨天、今天", ("115/11/17", "115/11/18")),
        ("上週末", ("115/11/14", "115/11/15")),
        ("週末", ("115/11/14", "115/11/15")),
        ("25號", ("115/10/25",)),
        ("15日", ("115/11/15", "115/10/15")),
        ("11.10", ("115/11/10",)),
        ("上週", ()),
        ("最近", ()),
        ("上個月", ()),
        ("上月底", ()),
        ("月初", ()),
        ("前幾天", ()),
        ("去年", ()),
    ],
)
def test_doubtful_days_are_asked(words: str, options: tuple[str, ...]) -> None:
    """No day is guessed; where there are readings they are offered."""
    found = read(f"{words} AI素養 2小時")
    assert found.learned_on is None
    (doubt,) = [doubt for doubt in found.doubts if doubt.kind == "date"]
    assert doubt.options == options
    assert doubt.sentence.endswith(("？", "。"))
    assert found.minutes == 120


@pytest.mark.parametrize(
    ("words", "began_on", "learned_on"),
    [
        ("11/16-11/18", day(11, 16), day(11, 18)),
        ("11/16~18", day(11, 16), day(11, 18)),
        ("11月16日至18日", day(11, 16), day(11, 18)),
        ("115/11/10～11/12", day(11, 10), day(11, 12)),
        ("上週一到週三", day(11, 9), day(11, 11)),
        ("昨天到今天", day(11, 17), day(11, 18)),
        ("114/12/29～115/1/2", day(12, 29, 2025), day(1, 2)),
        ("11/18~11/18", None, day(11, 18)),
    ],
)
def test_classes_of_several_days(words: str, began_on: date | None, learned_on: date) -> None:
    """The beginning is kept, and the last day is the day of learning; one day is no class of several."""
    found = read(f"{words} AI素養 12小時")
    assert (found.began_on, found.learned_on, found.title) == (began_on, learned_on, "AI素養")
    assert found.doubts == ()


def test_the_year_may_turn() -> None:
    """In January 12/20 is asked about; 上個月 is last year's December; 去年 says it all."""
    january = date(2027, 1, 5)
    assert read("12/20 AI素養 1h", january).learned_on is None
    assert read("上個月20號 AI素養 1h", january).learned_on == date(2026, 12, 20)
    assert read("去年12/20 AI素養 1h", january).learned_on == date(2026, 12, 20)
    assert read("上週五 AI素養 1h", january).learned_on == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("2小時", 120),
        ("２小時", 120),
        ("2 個小時", 120),
        ("兩小時", 120),
        ("两小时", 120),
        ("兩個鐘頭", 120),
        ("十二小時", 720),
        ("二十個小時", 1200),
        ("兩個半小時", 150),
        ("2個半小時", 150),
        ("兩小時半", 150),
        ("一個半鐘頭", 90),
        ("個半小時", 90),
        ("半小時", 30),
        ("半個小時", 30),
        ("2.5小時", 150),
        ("一點五小時", 90),
        ("0.25h", 15),
        ("3h", 180),
        ("3H", 180),
        ("3 hours", 180),
        ("2.5hr", 150),
        ("2.5 hrs", 150),
        ("1h30m", 90),
        ("1小時30分", 90),
        ("1小時30分鐘", 90),
        ("1 小時又 30 分鐘", 90),
        ("一小時一刻鐘", 75),
        ("90分鐘", 90),
        ("九十分鐘", 90),
        ("一百二十分鐘", 120),
        ("90 mins", 90),
        ("45 minutes", 45),
        ("三刻鐘", 45),
        ("時數3", 180),
        ("時數：2.5", 150),
        ("2小時（120分鐘）", 120),
        ("共2小時", 120),
        ("0小時", 0),
        ("-2小時", -120),
        ("負2小時", -120),
        ("-30分鐘", -30),
        ("30小時", 1800),
    ],
)
def test_lengths(words: str, minutes: int) -> None:
    """Figures, Chinese numerals, halves, quarters, minutes; the impossible is left to the rules."""
    found = read(f"昨天 AI素養 {words}")
    assert (found.minutes, found.learned_on) == (minutes, TODAY - timedelta(days=1))
    assert (found.title, found.course_id, found.doubts) == ("AI素養", "map-literacy", ())


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("", ()),
        ("2小時 3小時", ("2 小時", "3 小時", "5 小時")),
        ("1小時、2小時、3小時", ("1 小時", "2 小時", "3 小時")),
        ("2-3小時", ("2 小時", "3 小時")),
        ("兩到三個小時", ("2 小時", "3 小時")),
        ("約2小時", ("2 小時",)),
        ("大概兩小時", ("2 小時",)),
        ("2小時左右", ("2 小時",)),
        ("十幾個小時", ()),
        ("好幾個小時", ()),
        ("2個多小時", ()),
        ("各2小時", ()),
        ("每天90分鐘", ()),
        ("三天", ()),
        ("一整天", ()),
        ("半天", ()),
        ("3堂課", ()),
        ("2學分", ()),
        ("90分", ("1.5 小時",)),
        ("1.33小時", ("1 小時 20 分",)),
        ("14:00-16:50", ("2 小時 50 分",)),
        ("下午2點到4點", ("2 小時",)),
        ("9點半至11點", ("1.5 小時",)),
        ("上午11點到1點", ("2 小時",)),
        ("下午兩點到五點半", ("3.5 小時",)),
        ("1234567小時", ()),
        ("十百小時", ()),
    ],
)
def test_doubtful_lengths_are_asked(words: str, options: tuple[str, ...]) -> None:
    """Two lengths, days, clock times and estimates are no 認證時數; readings are offered where there are."""
    found = read(f"昨天 AI素養 {words}")
    assert found.minutes is None
    (doubt,) = [doubt for doubt in found.doubts if doubt.kind == "duration"]
    assert doubt.options == options
    assert found.learned_on == TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "title", "course"),
    [
        ("昨天 AI簡報設計 兩個半小時", "AI簡報設計", "slides-class"),
        ("昨天 ai 簡報設計 2小時", "ai 簡報設計", "slides-class"),
        ("昨天 提示詞 進階 3h", "提示詞 進階", "map-genai-advanced"),
        ("昨天 AI 101 2小時", "AI 101", None),
        ("昨天 ChatGPT 公文應用 1小時", "ChatGPT 公文應用", None),
        ("昨天 GPT-4o 應用 2h", "GPT-4o 應用", None),
        ("昨天 Office 365 Copilot 1 hr", "Office 365 Copilot", None),
        ("昨天 2026 AI 趨勢 1h", "2026 AI 趨勢", None),
        ("24/7 客服AI 昨天 2小時", "24/7 客服AI", None),
        ("11/10 三天AI營隊 18小時", "三天AI營隊", None),
        ("昨天 3號教室 AI素養 2小時", "3號教室 AI素養", None),
        ("我昨天參加了「AI素養」課程，共兩個小時", "AI素養", "map-literacy"),
        ("昨天上完AI簡報設計課兩小時半", "AI簡報設計課", "slides-class"),
        ("昨天花了2小時看完AI倫理", "AI倫理", "map-law"),
        ("回報 昨天 線上課程 AI素養 1小時。", "線上課程 AI素養", "map-literacy"),
        ("昨天，《資料治理》，1小時", "資料治理", None),
        ("昨天 AI素養（下） 1小時", "AI素養（下）", None),
        ("昨天 學習AI的第一步 1小時", "學習AI的第一步", None),
        ("昨天 在地AI應用 1小時", "在地AI應用", None),
        ("昨天兩小時的生成式AI入門", "生成式AI入門", "map-genai"),
        ("昨天 C++ 與 AI 1小時", "C++ 與 AI", None),
    ],
)
def test_the_title_is_what_remains(text: str, title: str, course: str | None) -> None:
    """Figures in names stay in names; a name of the catalogue, with filler at most, is that course."""
    found = read(text)
    assert (found.title, found.course_id) == (title, course)
    assert found.learned_on is not None
    assert found.minutes is not None


@pytest.mark.parametrize(
    ("title", "offered"),
    [
        ("AI素養（進階）", "AI素養與基礎認知（學習地圖選讀）"),
        ("生成式AI", "生成式AI工具入門（學習地圖選讀）"),
        ("AI推動實務種子人材研習班", "AI推動實務種子人才研習班"),
        ("AI素養 AI法規", "AI法規、倫理與資安風險（學習地圖選讀）"),
    ],
)
def test_a_name_that_only_resembles_a_course_is_offered(title: str, offered: str) -> None:
    """Never taken for it."""
    found = read(f"昨天 {title} 1小時")
    assert found.course_id is None
    (doubt,) = found.doubts
    assert doubt.kind == "course"
    assert offered in doubt.options
    assert len(doubt.options) <= 3


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("昨天 老闆叫我報 資料治理 2小時", ("資料治理", "老闆叫我報 資料治理")),
        ("老闆叫我報 昨天 資料治理 2小時", ("資料治理", "老闆叫我報 資料治理")),
        ("昨天 科長揪大家上了資料治理 2小時", ("資料治理", "科長揪大家上了資料治理")),
        ("昨天 您的第一堂AI課 2小時", ("您的第一堂AI課",)),
        ("昨天 我愛AI 2小時", ("我愛AI",)),
        ("昨天 資料治理 2小時 王小明", ("資料治理", "資料治理 王小明")),
        ("昨天 資料治理 2小時\n民政課 王小明", ("資料治理", "資料治理 民政課 王小明")),
        ("昨天 是資料治理 2小時", ("是資料治理",)),
        ("昨天 我國AI基本法解析 2小時", ()),
        ("昨天 我的第一個AI助理 2小時", ()),
        ("昨天 了解資料治理 2小時", ()),
        ("昨天 是非題命題與AI 2小時", ()),
    ],
)
def test_a_title_that_may_hold_talk_is_asked_about(text: str, readings: tuple[str, ...]) -> None:
    """With what it may be, the likelier reading first; never silently kept, and a plain one never asked."""
    found = read(text)
    assert [doubt.options for doubt in found.doubts if doubt.kind == "course"] == (
        [readings] if readings else []
    )
    assert (found.minutes, found.learned_on) == (120, TODAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("資料治理 昨天 90分", 90),
        ("您好，120分 昨天 資料治理", 120),
        ("資料治理 昨天 92分", None),
        ("資料治理 昨天 305分", None),
    ]
    + [(f"資料治理 昨天 {said}", None) for said in ("成績90分", "考90分")]
    + [("昨天 資料治理 90分", None), ("昨天 AI素養，90分", None)],
)
def test_minutes_apart_from_the_title_are_no_score(words: str, minutes: int | None) -> None:
    """分 in fives beside nothing but the day are a length; behind a title or an examination asked."""
    assert read(words).minutes == minutes


def test_a_course_s_full_name_is_that_course() -> None:
    """Every name and alias of the catalogue finds its own course."""
    for course in edition().courses.values():
        for name in (course.name, *course.aliases):
            assert read(f"昨天 {name} 1小時").course_id == course.id


def test_figures_of_known_names_are_no_dates_and_no_hours(tmp_path: Path) -> None:
    """「3小時學會AI」 and 「AI 11/20」 are names here; longer words that hold a name are other words."""
    ours = laid_over(
        tmp_path,
        """
        [[courses]]
        id = "quick"
        name = "3小時學會AI"
        aliases = ["AI 11/20"]
        module = "genai"
        level = "入門"
        """,
    )
    found = read_hours("昨天 3小時學會AI 2小時", TODAY, ours)
    assert (found.course_id, found.minutes, found.doubts) == ("quick", 120, ())
    found = read_hours("昨天 AI 11/20 2小時", TODAY, ours)
    assert (found.course_id, found.learned_on) == ("quick", TODAY - timedelta(days=1))
    assert read_hours("昨天 AI 11/201 2小時", TODAY, ours).course_id is None


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("", ["date", "duration", "title"]),
        ("回報", ["date", "duration", "title"]),
        ("2小時", ["date", "title"]),
        ("昨天", ["duration", "title"]),
        ("昨天 2小時", ["title"]),
        ("AI素養", ["date", "duration"]),
        ("。。。", ["date", "duration", "title"]),
    ],
)
def test_what_is_missing_is_asked(text: str, kinds: list[str]) -> None:
    """Each missing part has its doubt, in the order date, hours, course."""
    found = read(text)
    assert [doubt.kind for doubt in found.doubts] == kinds


_WORDS = st.sampled_from(
    [
        "昨天",
        "今",
        "上週五",
        "11/20",
        "115.11.18",
        "2/30",
        "兩個半",
        "小時",
        "3h",
        "90分鐘",
        "-",
        "~",
        "～12",
        "、",
        "起",
        "好像",
        "09:00",
        "時數",
        "學會",
        "謝謝",
        "到",
        "（",
        "「",
        "AI素養",
        "101",
        "各",
        "約",
        "三天",
        "點",
        "年",
        "月",
        "日",
        "號",
        "\x00",
        "十百",
        "半",
        ".",
        " ",
    ]
)


@settings(deadline=None, max_examples=400)
@given(st.one_of(st.text(max_size=60), st.lists(_WORDS, max_size=12).map("".join)), st.dates())
def test_any_text_is_read_without_an_error(text: str, today: date) -> None:
    """Whatever is typed on whatever day: each part is known or asked, and the title comes from the text."""
    found = read_hours(text, min(max(today, date(1950, 1, 1)), date(2150, 1, 1)), edition())
    asked = {doubt.kind for doubt in found.doubts}
    assert (found.learned_on is None) == ("date" in asked)
    assert (found.minutes is None) == ("duration" in asked)
    assert found.began_on is None or (found.learned_on is not None and found.began_on < found.learned_on)
    assert (not found.title) == ("title" in asked)
    assert set(found.title) <= set(text) | {" "}


@pytest.mark.parametrize(
    "text",
    [
        "2小時" * 3000,
        "1-" * 5000,
        "昨天 " * 5000,
        "研習班" * 3000 + "x",
        "（" * 9000,
        "🙂" * 5000,
        "起訖" * 5000,
        "11/3、" * 3000,
        "的上了" * 5000,
        "在" * 9000,
        "一門課是" * 4000,
        " " * 20000 + "x",
        "啊[" * 4000,
        "忘記報欸" * 3000,
        "都有去" * 3000,
        "跟我的" * 3000,
        "國慶日的當天" * 2000,
        "11 / 3 / " * 2000,
        "把AI" * 3000,
    ],
)
def test_long_text_is_read_quickly(text: str) -> None:
    """Only the first line's worth is read; nothing takes seconds."""
    assert len(read(text).title) <= 600


@settings(deadline=None)
@given(st.integers(1, 1440), st.dates(date(2025, 1, 1), TODAY))
def test_our_own_words_are_read_back(minutes: int, on: date) -> None:
    """What a button offers as an answer, hours and dates, is understood when it comes back as text."""
    began = on - timedelta(days=minutes % 40)
    several = read(f"{roc_span(began, on)} 甲乙丙 {hours_words(minutes)}")
    assert (several.began_on or on, several.learned_on, several.minutes) == (began, on, minutes)
    found = read(f"{roc_date(on)} 甲乙丙 {hours_words(minutes)}")
    assert (found.learned_on, found.minutes, found.title) == (on, minutes, "甲乙丙")
