"""回報: every kind of doubt is asked with buttons for its readings, and by typing as well."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from guideline.changes import HoursLogged
from guideline.records import HoursEntry, Source
from handlers.event import Kind
from handlers.message import Choices
from handlers.payload import Press
from tests.handlers.scene import NOON, TAIPEI, Chat, colleague

CONFIRM = ["確認回報", "修改", "取消"]


def logged(chat: Chat) -> HoursLogged:
    return next(change for change in chat.changes if isinstance(change, HoursLogged))


@pytest.mark.parametrize("way", ["tap", "type"])
@pytest.mark.parametrize(
    ("phrase", "reading", "shown"),
    [
        # a day
        ("11/20 AI素養 2小時", "114/11/20", "114/11/20"),
        ("11/17（三） AI素養 2小時", "115/11/17", "115/11/17"),
        ("11/3和11/10 AI素養 2小時", "115/11/10", "115/11/10"),
        ("昨天還是前天 AI素養 2小時", "115/11/16", "115/11/16"),
        ("上週末 AI素養 2小時", "115/11/14", "115/11/14"),
        ("26/11/3 AI素養 2小時", "115/11/3", "115/11/3"),
        ("好像是昨天 AI素養 2小時", "115/11/17", "115/11/17"),
        ("11/3、4 AI素養 2小時", "115/11/3", "115/11/3"),
        # a class of several days
        ("11/12~11/10 AI素養 2小時", "115/11/10～11/12", "115/11/10～11/12"),
        ("114/12/30~1/2 AI素養 2小時", "114/12/30～115/1/2", "證明上的日期是 115 年"),
        # no reading at all: the usual buttons
        ("2/30 AI素養 2小時", "昨天 11/17", "115/11/17"),
        ("上週 AI素養 2小時", "前天 11/16", "115/11/16"),
        ("AI素養 2小時", "今天 11/18", "115/11/18"),
        # a length
        ("昨天 AI素養 2~3小時", "3 小時", "3 小時"),
        ("昨天 AI素養 2小時 3小時", "5 小時", "5 小時"),
        ("昨天 AI素養 約2小時", "2 小時", "2 小時"),
        ("昨天 AI素養 14:00-16:50", "2 小時 50 分", "2 小時 50 分"),
        ("昨天 AI素養 90分", "1.5 小時", "1.5 小時"),
        ("昨天 AI素養 1.33小時", "1 小時 20 分", "1 小時 20 分"),
        ("昨天 AI素養 各2小時", "2 小時", "2 小時"),
        ("昨天 AI素養 三天", "6 小時", "6 小時"),
        ("昨天 AI素養", "1 小時", "1 小時"),
        # a course
        ("昨天 AI素養（進階） 2小時", "AI素養(進階)", "AI素養(進階)"),
        ("老闆叫我報 昨天 資料治理 2小時", "資料治理", "資料治理"),
        ("昨天 科長揪大家上了資料治理 2小時", "資料治理", "資料治理"),
        ("昨天 我愛AI 2小時", "我愛AI", "我愛AI"),
        ("昨天 2小時", "AI推動實務種子人才研習班", "AI推動實務種子人才研習班"),
    ],
)
def test_each_doubt_has_buttons_and_a_typed_way(phrase: str, reading: str, shown: str, way: str) -> None:
    """The reading is on a button, the same words may be typed, and either leads on to what was meant."""
    chat = colleague()
    chat.types(f"回報 {phrase}")
    question = chat.replies[-1]
    assert isinstance(question, Choices)
    assert question.typed
    assert reading in chat.labels
    assert not any(isinstance(change, HoursLogged) for change in chat.changes)
    words = reading.rpartition(" ")[2] if "/" in reading else reading  # 「昨天 11/17」: the day
    said = chat.taps(reading) if way == "tap" else chat.types(words)
    assert shown in said
    assert "確認回報" in chat.labels or "是，沒錯" in chat.labels


def test_a_class_of_several_days_is_recorded_with_its_beginning() -> None:
    """One sentence; the card, the receipt and the entry carry both days."""
    chat = colleague()
    assert "日期 115/11/10～11/12" in " ".join(
        chat.types("回報 11/10～11/12 AI營隊 30小時").replace("：", " ").split()
    )
    assert chat.labels == CONFIRM
    chat.taps("確認回報")
    assert (logged(chat).began_on, logged(chat).learned_on) == (date(2026, 11, 10), date(2026, 11, 12))
    assert "115/11/10～11/12" in chat.receipt
    assert chat.entries[-1].began_on == date(2026, 11, 10)


def test_the_question_for_the_day_takes_both_days() -> None:
    """And a day typed afterwards is one day again."""
    chat = colleague()
    chat.types("回報 AI營隊 10小時")
    assert "115/11/16～11/17" in chat.types("11/16到11/17")
    chat.types("修改")
    chat.types("改日期")
    assert "11/16～" not in chat.types("昨天")
    chat.taps("確認回報")
    assert (logged(chat).began_on, logged(chat).learned_on) == (None, date(2026, 11, 17))


def test_too_many_hours_of_a_day_are_told_to_give_both_days() -> None:
    """30 hours on one day are refused; answering with beginning and end is understood."""
    chat = colleague()
    assert "11/10～11/12" in chat.types("回報 11/12 AI營隊 30小時")
    assert "115/11/10～11/12" in chat.types("11/10～11/12 30小時")
    assert chat.labels == CONFIRM


@pytest.mark.parametrize("way", ["tap", "type"])
def test_a_span_over_the_turn_of_the_year_is_asked_about(way: str) -> None:
    """Which year's certificate date: yes keeps the last day, 修改 takes another."""
    chat = colleague()
    assert "跨了年度" in chat.types("回報 114/12/29～115/1/2 AI營隊 18小時")
    _ = chat.taps("是，沒錯") if way == "tap" else chat.types("是")
    assert chat.labels == CONFIRM
    chat.taps("修改")
    chat.taps("改日期")
    assert "12/30（二）共 18 小時" in chat.types("114/12/30")


@pytest.mark.parametrize("span", ["12/30～1/2", "12/30到1/2", "12月30日至1月2日"])
def test_a_class_over_new_year_said_without_years_in_january(span: str) -> None:
    """It began last year: nothing is 還沒到, and that it crosses the year is asked about."""
    chat = colleague(now=datetime(2027, 1, 5, 9, 0, tzinfo=TAIPEI))
    said = chat.types(f"回報 {span} AI素養 18小時")
    assert "還沒到" not in said
    assert "115/12/30～116/1/2" in said
    assert "證明上的日期是 116 年" in said
    chat.types("是")
    chat.types("確認回報")
    assert (logged(chat).began_on, logged(chat).learned_on) == (date(2026, 12, 30), date(2027, 1, 2))


@pytest.mark.parametrize(
    ("now", "span"),
    [(NOON, "12/30~1/2"), (datetime(2027, 1, 1, 9, 0, tzinfo=TAIPEI), "12/30~1/2")],
)
def test_a_class_over_new_year_that_is_not_over_is_asked_about(now: datetime, span: str) -> None:
    """In November, and before its last day: which year is meant stays a question."""
    assert "還沒到" in colleague(now=now).types(f"回報 {span} AI素養 18小時")


def test_relative_days_count_from_the_message_itself() -> None:
    """Each answer from its own day: begun before midnight, 昨天 typed after it is the day before."""
    chat = colleague(now=datetime(2026, 11, 18, 23, 59, tzinfo=TAIPEI))
    chat.types("回報 AI素養 2小時")
    chat.now = datetime(2026, 11, 19, 0, 1, tzinfo=TAIPEI)
    assert "115/11/18" in chat.types("昨天")


# A question where a course's name is asked for ---------------------------------------------------------


def at_title() -> Chat:
    chat = colleague()
    chat.types("回報 昨天 2小時")
    return chat


@pytest.mark.parametrize(
    "asked", ["AI素養是什麼？", "我需要考證照嗎", "時數要怎麼算呢", "AI 會取代公務員嗎?"]
)
@pytest.mark.parametrize("way", ["tap", "type"])
def test_a_question_as_a_title_is_asked_about(asked: str, way: str) -> None:
    """是課名 takes it as it stands; nothing is guessed before."""
    chat = at_title()
    chat.types(asked)
    assert chat.labels == ["是課名", "是提問", "取消"]
    _ = chat.taps("是課名") if way == "tap" else chat.types("是課名")
    if "確認回報" not in chat.labels:  # it resembles a course of the catalogue
        chat.taps(next(label for label in chat.labels if label[:3] == asked[:3]))
    chat.taps("確認回報")
    assert logged(chat).minutes == 120


@pytest.mark.parametrize("way", ["tap", "type"])
def test_a_question_in_the_middle_keeps_the_report(way: str) -> None:
    """是提問 is answered or told to be open, and the course is asked again with what was filled in."""
    chat = at_title()
    chat.types("我需要考證照嗎？")
    said = chat.taps("是提問") if way == "tap" else chat.types("是提問")
    assert "哪一門課" in said
    assert len(chat.replies) >= 2
    chat.types("資料治理")
    assert chat.labels == CONFIRM
    chat.taps("確認回報")
    assert (logged(chat).title, logged(chat).minutes) == ("資料治理", 120)


def test_a_long_question_is_no_title_to_be_shortened() -> None:
    """Up to 200 characters it may be a question; as a course's name it is asked to be shorter."""
    chat = at_title()
    chat.types("請問我今年已經上過" + "很多課" * 25 + "還需要再上嗎？")
    assert chat.labels == ["是課名", "是提問", "取消"]
    assert "縮短到 60 字" in chat.types("是課名")
    assert "縮短到 60 字" in chat.types("很" * 250 + "嗎？")
    chat.types("資料治理")
    assert chat.labels == CONFIRM


def test_other_words_at_that_question_are_the_title() -> None:
    """Neither button: what is typed is taken as the course's name; a button pressed late changes nothing."""
    chat = at_title()
    chat.types("這算嗎？")
    old = chat.button("是提問")
    chat.types("資料治理")
    assert chat.labels == CONFIRM
    assert "題目已更新" in chat.presses(old)
    assert chat.labels == CONFIRM


@pytest.mark.parametrize("choice", ["meant", "meant.", "meant.x", "meant.title.title", "meant.question"])
def test_a_broken_draft_at_that_question_asks_for_the_course(choice: str) -> None:
    """A draft without the words, a choice that never was: the course is asked again, nothing is recorded."""
    chat = at_title()
    chat.types("這算嗎？")
    assert chat.conversation is not None
    chat.conversation = replace(chat.conversation, draft={**chat.conversation.draft, "offers": "x"})
    chat.presses(Press("hours", choice, chat.conversation.nonce))
    assert chat.conversation is not None
    assert not chat.entries
    chat.does(Kind.TEXT)
    assert not chat.entries


@pytest.mark.parametrize("way", ["one sentence", "the day last", "a button"])
def test_a_report_of_an_older_year_is_held_against_that_year(way: str) -> None:
    """Two years back: more than a day's hours, with what stands there, is refused."""
    before = HoursEntry(1, date(2024, 5, 1), 20 * 60, "某課程", None, Source.SELF, NOON, key="k1")
    chat = colleague(entries=(before,))
    match way:
        case "one sentence":
            chat.types("回報 113/5/1 資料治理 5小時")
        case "the day last":
            chat.types("回報 資料治理 5小時")
            chat.types("113/5/1")
        case _:
            chat.types("回報 資料治理 5小時")
            assert chat.conversation is not None
            chat.presses(Press("hours", "date.2024-05-01", chat.conversation.nonce))
            chat.types("是")
    assert "24 小時" in chat.said
    assert chat.changes
    assert not [change for change in chat.changes if isinstance(change, HoursLogged)]


def test_the_figures_of_an_older_year_count_what_stands_there() -> None:
    """Two years later the line after a report for 115 says the sum of 115."""
    before = HoursEntry(1, date(2026, 5, 1), 60, "某課程", "slides-class", Source.SELF, NOON, key="k1")
    for entries, shown in (((), "待上傳 2／3 小時"), ((before,), "待上傳 3／3 小時")):
        chat = colleague(entries=entries, now=NOON.replace(year=2028))
        chat.types("回報 115/6/3 AI素養 2小時")
        chat.types("是")
        assert shown in chat.types("確認回報")
        assert logged(chat).learned_on == date(2026, 6, 3)


def test_a_name_typed_to_the_question_is_asked_about_once_only() -> None:
    """Words that hold talk offer what the name may be; one that only begins like talk is taken."""
    chat = colleague()
    chat.types("回報 昨天 2小時")
    chat.types("科長揪大家上了資料治理")
    assert chat.labels[:2] == ["資料治理", "科長揪大家上了資料治理"]
    assert "資料治理" in chat.taps("資料治理")
    assert chat.labels == CONFIRM
    chat.taps("修改")
    chat.taps("改課程")
    chat.types("我愛AI")
    assert chat.labels == CONFIRM
    chat.taps("確認回報")
    assert logged(chat).title == "我愛AI"
