"""回報 and 復原."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from guideline.changes import HoursLogged, HoursWithdrawn
from guideline.records import Conversation, HoursEntry, Source
from handlers.event import Kind
from handlers.message import Choices, Text
from handlers.payload import Press
from tests.handlers.scene import NOON, TAIPEI, Chat, colleague, edition

YESTERDAY = date(2026, 11, 17)


def logged(chat: Chat) -> HoursLogged:
    return next(change for change in chat.changes if isinstance(change, HoursLogged))


def entry(
    number: int, day: date, minutes: int, title: str, course: str | None = None, **more: Any
) -> HoursEntry:
    known = {"source": Source.SELF, "reported_at": NOON - timedelta(days=40), "key": f"old{number}", **more}
    return HoursEntry(number, day, minutes, title, course, **known)


def test_one_sentence_one_confirmation() -> None:
    """「回報 昨天 AI簡報設計 兩個半小時」: shown with what it counts toward, then recorded with a receipt."""
    chat = colleague()
    said = chat.types("回報 昨天 AI簡報設計 兩個半小時")
    for part in ("115/11/17", "2.5 小時", "AI簡報設計與視覺圖表實作班", "計入", "自行回報，非官方時數"):
        assert part in said
    assert chat.labels == ["確認回報", "修改", "取消"]
    said = chat.taps("確認回報")
    report = logged(chat)
    assert (report.learned_on, report.minutes, report.course_id) == (YESTERDAY, 150, "slides-class")
    assert chat.conversation is None
    assert "已回報 2.5 小時" in said
    assert "自行回報，非官方時數" in said
    assert "尚缺 0.5 小時" in said
    assert "2.5 小時" in chat.receipt
    assert "115/11/17" in chat.receipt


def test_yesterday_is_the_events_yesterday() -> None:
    """A message of 23:59 handled after midnight still means the day before it was written."""
    chat = colleague(now=datetime(2026, 11, 18, 23, 59, tzinfo=TAIPEI))
    chat.types("回報 昨天 AI簡報設計 2小時")
    assert "115/11/17" in chat.said


def test_step_by_step_with_buttons() -> None:
    """回報 alone asks the date, the hours and the course, each with buttons."""
    chat = colleague()
    said = chat.types("回報")
    assert "哪一天" in said
    chat.taps("昨天 11/17")
    assert "幾小時" in chat.said
    chat.taps("1.5 小時")
    assert "哪一門課" in chat.said
    chat.taps(chat.labels[0])
    chat.taps("確認回報")
    report = logged(chat)
    assert (report.learned_on, report.minutes) == (YESTERDAY, 90)
    assert report.course_id in edition().courses


def test_step_by_step_by_typing() -> None:
    """Each part may be typed: a date, a bare number of hours, any course's name."""
    chat = colleague()
    chat.types("/log")
    chat.types("11/3")
    chat.types("2")
    chat.types("資料治理與隱私保護講座")
    assert "資料治理與隱私保護講座" in chat.said
    chat.types("確認回報")
    report = logged(chat)
    assert (report.learned_on, report.minutes, report.course_id) == (date(2026, 11, 3), 120, None)
    assert report.title == "資料治理與隱私保護講座"


def test_another_date_is_typed() -> None:
    """其他日期 says how to write one."""
    chat = colleague()
    chat.types("回報")
    assert "例如 11/3" in chat.taps("其他日期")
    chat.types("115/10/5")
    assert "幾小時" in chat.said


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("回報 昨天 AI簡報設計", "時數"),
        ("回報 AI簡報設計 2小時", "日期"),
        ("回報 昨天 2小時", "課程"),
    ],
)
def test_what_is_missing_is_asked_and_never_guessed(typed: str, part: str) -> None:
    """Two of three parts: the third is asked before anything can be confirmed."""
    chat = colleague()
    chat.types(typed)
    assert "確認回報" not in chat.labels
    expected = {"時數": "1 小時", "日期": "昨天 11/17", "課程": "改日期"}[part]
    assert expected in chat.labels or part in chat.said


@pytest.mark.parametrize(
    "typed",
    [
        "回報 昨天 AI簡報設計 0小時",
        "回報 明天 AI簡報設計 2小時",
        "回報 116/1/5 AI簡報設計 2小時",
        "回報 2/30 AI簡報設計 2小時",
        "回報 昨天 AI簡報設計 25小時",
        "回報 昨天 AI簡報設計 -2小時",
    ],
)
def test_the_impossible_is_refused_with_the_reason(typed: str) -> None:
    """Zero, negative, future, a date that does not exist, over 24 hours: no way to confirm, and why."""
    chat = colleague()
    said = chat.types(typed)
    assert "確認回報" not in chat.labels
    assert len(said) > 15
    chat.types("確認回報")
    assert not any(isinstance(change, HoursLogged) for change in chat.changes)


def test_after_a_refusal_only_the_wrong_part_is_asked() -> None:
    """The rest that was said is kept."""
    chat = colleague()
    chat.types("回報 明天 AI簡報設計 2小時")
    chat.types("昨天")
    chat.types("確認回報")
    report = logged(chat)
    assert (report.learned_on, report.minutes, report.course_id) == (YESTERDAY, 120, "slides-class")


def test_over_24_hours_of_a_day_counts_what_is_there() -> None:
    """Twenty hours yesterday and five more are refused: a day has 24."""
    chat = colleague(entries=(entry(1, YESTERDAY, 1200, "甲課程"),))
    chat.types("回報 昨天 AI簡報設計 5小時")
    assert "24" in chat.said
    assert "確認回報" not in chat.labels


def test_over_twelve_hours_asks_first() -> None:
    """Unusual is not impossible: yes goes on, and is not asked again."""
    chat = colleague()
    chat.types("回報 昨天 AI簡報設計 13小時")
    assert "是，沒錯" in chat.labels
    assert "12" in chat.said
    chat.taps("是，沒錯")
    chat.taps("確認回報")
    assert logged(chat).minutes == 780


@pytest.mark.parametrize("word", ["是", "對", "沒錯"])
def test_the_same_course_twice_asks(word: str) -> None:
    """The same course again: asked, and recorded only after yes."""
    chat = colleague()
    chat.types("回報 昨天 AI簡報設計 2小時")
    chat.taps("確認回報")
    chat.types("回報 昨天 AI簡報設計 2小時")
    assert "確認回報" not in chat.labels
    chat.types("確認回報")
    assert chat.entries[1:] == ()
    chat.types(word)
    chat.taps("確認回報")
    assert len(chat.entries) == 2


def test_the_yes_to_recording_once_more_says_what_it_goes_on_with() -> None:
    """「…要再記一筆嗎？」 has a label that answers it, and the label's words typed answer it too."""
    chat = colleague()
    chat.types("回報 昨天 AI簡報設計 2小時")
    chat.taps("確認回報")
    assert "要再記一筆嗎" in chat.types("回報 昨天 AI簡報設計 2小時")
    assert "是，沒錯" not in chat.labels
    chat.taps("是，繼續回報")
    chat.taps("修改")
    chat.taps("改時數")
    assert "要再記一筆嗎" in chat.types("3小時")
    chat.types("是，繼續回報")
    chat.taps("確認回報")
    assert logged(chat).minutes == 180


def test_a_refusal_stands_apart_from_the_question() -> None:
    """The reason is a message of its own; the question below it is only that, also when it comes again."""
    chat = colleague()
    chat.types("回報 昨天 AI簡報設計 25小時")
    reason, question = chat.replies
    assert isinstance(reason, Text)
    assert "不會超過 24 小時" in reason.body
    assert isinstance(question, Choices)
    assert question.prompt == "總共幾小時？"
    chat.types("繼續")
    assert "不會超過 24 小時" not in chat.said
    chat.types("2小時")
    assert "確認回報" in chat.labels


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("回報 昨天 AI簡報設計 2小時", False),  # waits for 確認回報
        ("回報 昨天 AI簡報設計", False),
        ("回報 2小時 3小時", False),  # only a doubt is kept of it
        ("回報", True),  # nothing was in it
    ],
)
def test_a_fresh_report_over_a_half_filled_one_says_so(typed: str, kept: bool) -> None:
    """What is lost is told in one sentence, before the new report; nothing is said where nothing is lost."""
    chat = colleague()
    chat.types(typed)
    chat.types("回報 前天 AI素養 1小時")
    assert ("填到一半的那筆回報沒有保留" not in chat.said) == kept
    assert "請確認回報內容" in chat.said
    chat.taps("確認回報")
    assert logged(chat).minutes == 60
    assert "沒有保留" not in chat.types("回報 昨天 AI倫理 1小時")


def test_a_fresh_report_over_a_correction_says_that_the_entry_stays() -> None:
    """The correction is dropped, the record is not, and both are told."""
    chat = colleague(entries=(entry(1, YESTERDAY, 120, "甲課程"),))
    chat.types("更正 1")
    assert "改時數" in chat.labels
    said = chat.types("回報 前天 AI素養 1小時")
    assert "填到一半的那筆更正沒有保留，原來的紀錄不變" in said
    assert chat.entries[0].minutes == 120


def test_a_double_tap_records_once() -> None:
    """確認回報 pressed twice: the second finds nothing running."""
    chat = colleague()
    chat.types("回報 昨天 AI簡報設計 2小時")
    press = chat.button("確認回報")
    chat.presses(press)
    chat.presses(press)
    assert len(chat.entries) == 1
    assert "失效" in chat.said


def test_what_another_chat_reported_meanwhile_is_seen_at_the_end() -> None:
    """The check is made again when it counts."""
    chat = colleague()
    chat.types("回報 昨天 AI簡報設計 5小時")
    chat.entries = (entry(1, YESTERDAY, 1200, "乙課程"),)
    chat.taps("確認回報")
    assert "24" in chat.said
    assert len(chat.entries) == 1


@pytest.mark.parametrize(
    ("label", "word", "answer", "expected"),
    [
        ("改日期", "改日期", "11/10", (date(2026, 11, 10), 120, "slides-class")),
        ("改時數", "時數", "3小時", (YESTERDAY, 180, "slides-class")),
        ("改課程", "改課程", "專題演講", (YESTERDAY, 120, None)),
    ],
)
@pytest.mark.parametrize("way", ["tap", "type"])
def test_one_part_is_changed(
    label: str, word: str, answer: str, expected: tuple[date, int, str | None], way: str
) -> None:
    """修改 changes one part and keeps the others."""
    chat = colleague()
    chat.types("回報 昨天 AI簡報設計 2小時")
    if way == "tap":
        chat.taps("修改")
        chat.taps(label)
    else:
        chat.types("修改")
        chat.types(word)
    chat.types(answer)
    chat.taps("確認回報")
    report = logged(chat)
    assert (report.learned_on, report.minutes, report.course_id) == expected


def test_a_correction_at_the_end_is_taken() -> None:
    """「3小時」 to the confirm card corrects the hours."""
    chat = colleague()
    chat.types("回報 昨天 AI簡報設計 2小時")
    chat.types("3小時")
    chat.taps("確認回報")
    assert logged(chat).minutes == 180


@pytest.mark.parametrize("typed", ["", "嗯", "🙂" * 5000, "？？？"])
def test_nonsense_asks_again_at_every_step(typed: str) -> None:
    """Words that answer nothing keep the report and say what would do; nothing long comes back."""
    for steps in (
        ["回報"],
        ["回報", "昨天"],
        ["回報 昨天 AI簡報設計 2小時"],
        ["回報 昨天 AI簡報設計 2小時", "修改"],
    ):
        chat = colleague()
        for step in steps:
            chat.types(step)
        before = chat.conversation
        said = chat.types(typed)
        assert chat.conversation == before
        assert "取消" in chat.labels
        assert len(said) < 500


def test_a_title_too_long_is_asked_to_be_shorter() -> None:
    """A course's name of 5 000 characters is neither kept nor echoed."""
    chat = colleague()
    chat.types("回報")
    chat.types("昨天")
    chat.types("2小時")
    said = chat.types("課" * 5000)
    assert "60 字以內" in said
    assert len(said) < 500
    assert chat.changes == ()


def test_a_sentence_with_a_title_too_long_is_asked_for_it_alone() -> None:
    """The date and the hours are kept, the name is asked again, nothing is cut silently."""
    chat = colleague()
    said = chat.types("回報 昨天 " + "課" * 70 + " 2小時")
    assert "60 字以內" in said
    chat.types("資安講座")
    chat.taps("確認回報")
    report = logged(chat)
    assert (report.learned_on, report.minutes, report.title) == (YESTERDAY, 120, "資安講座")


@pytest.mark.parametrize("way", ["in a sentence", "step by step"])
@pytest.mark.parametrize("own", [True, False])
def test_a_name_that_may_mean_a_course_is_asked(way: str, own: bool) -> None:
    """Near a course of the list: the course and one's own words are offered, neither is taken unasked."""
    chat = colleague()
    if way == "in a sentence":
        chat.types("回報 昨天 AI簡報設計入門 2小時")
    else:
        for typed in ("回報", "昨天", "2小時", "AI簡報設計入門"):
            chat.types(typed)
    assert "是下面的課程嗎" in chat.said
    assert "確認回報" not in chat.labels
    chat.taps("AI簡報設計入門" if own else "AI簡報設計與視覺圖表實作班")
    chat.taps("確認回報")
    assert logged(chat).course_id == (None if own else "slides-class")


def test_several_readings_are_offered() -> None:
    """Two lengths in one sentence: each and their sum are offered, none is taken."""
    chat = colleague()
    chat.types("回報 昨天 AI簡報設計 3小時 2小時")
    assert {"3 小時", "2 小時", "5 小時"} <= set(chat.labels)
    chat.taps("5 小時")
    chat.taps("確認回報")
    assert logged(chat).minutes == 300


def test_a_command_among_the_steps_is_answered() -> None:
    """進度 while the course's name is asked is the command, and the report goes on."""
    chat = colleague()
    chat.types("回報 昨天 2小時")
    said = chat.types("進度")
    assert "學習進度" in said
    assert "時數回報還沒完成" in said
    chat.taps("繼續")
    chat.types("回報系統操作")
    chat.taps("確認回報")
    assert logged(chat).title == "回報系統操作"


def test_a_button_of_an_earlier_step_keeps_what_is_filled_in() -> None:
    """昨天 tapped again while the hours are asked: told so, nothing changes."""
    chat = colleague()
    chat.types("回報")
    old = chat.button("今天 11/18")
    chat.taps("昨天 11/17")
    chat.presses(old)
    assert "題目已更新" in chat.said
    assert chat.changes == ()
    assert "幾小時" in chat.said


def test_hours_without_the_word_are_understood_when_plain() -> None:
    """A plain report without 回報 leads to the card; a question or chatter does not."""
    chat = colleague()
    chat.types("昨天 AI簡報設計 兩個半小時")
    assert "確認回報" in chat.labels
    other = colleague()
    other.types("昨天上了2小時的課可以算嗎")
    assert other.changes == ()


def test_congratulation_rides_on_the_report_that_completes_a_part() -> None:
    """Once, with the report; and never that everything is done."""
    chat = colleague()
    chat.types("回報 昨天 AI素養 2小時")
    assert "恭喜" not in chat.taps("確認回報")
    chat.types("回報 11/16 AI法規 1小時")
    assert "恭喜" in chat.taps("確認回報")
    assert "官方登錄後" in chat.said
    chat.types("回報 11/15 AI倫理講座 1小時")
    if "確認回報" not in chat.labels:
        chat.types("是")
    assert "恭喜" not in chat.taps("確認回報")


def test_last_years_hours_say_their_year() -> None:
    """The date of learning decides the year the line speaks of."""
    chat = colleague(now=datetime(2027, 1, 5, 9, 0, tzinfo=TAIPEI))
    chat.types("回報 115/12/30 AI素養 2小時")
    if "是，沒錯" in chat.labels:
        chat.taps("是，沒錯")
    assert "115 年" in chat.taps("確認回報")


@pytest.mark.parametrize("way", ["tap", "復原", "撤回"])
def test_undo_takes_back_exactly_that_report(way: str) -> None:
    """The button under a report, or the word, withdraws it with its version; a second time there is none."""
    older = entry(1, date(2026, 10, 1), 60, "十月課程")
    chat = colleague(entries=(older,))
    chat.types("回報 昨天 AI簡報設計 2小時")
    chat.taps("確認回報")
    undo = chat.button("復原")
    if way == "tap":
        chat.presses(undo)
    else:
        chat.types(way)
    assert list(chat.changes) == [HoursWithdrawn(2, 1)]
    assert "已復原" in chat.said
    assert "AI簡報設計" in chat.receipt
    chat.presses(undo)
    assert list(chat.changes) == []
    assert chat.entries[0] == older


def test_an_undo_button_reaches_its_own_report_only() -> None:
    """Two reports, the button of the first: the first goes, the second stays."""
    chat = colleague()
    chat.types("回報 昨天 AI素養 2小時")
    chat.taps("確認回報")
    first = chat.button("復原")
    chat.types("回報 11/16 AI法規 1小時")
    chat.taps("確認回報")
    chat.presses(first)
    assert list(chat.changes) == [HoursWithdrawn(1, 1)]


@pytest.mark.parametrize("first", ["復原", "tap", "撤回 2"])
def test_undo_typed_again_takes_no_second_report(first: str) -> None:
    """Within ten minutes of one taken back it says which that was; a newer report, or later, it undoes."""
    chat = colleague()
    for words in ("回報 昨天 AI素養 2小時", "回報 11/16 AI法規 1小時"):
        chat.types(words)
        chat.types("確認回報")
        chat.now += timedelta(minutes=1)
    chat.taps("復原") if first == "tap" else chat.types(first)
    chat.types("確認撤回") if first == "撤回 2" else None
    assert chat.entries[1].withdrawn_at is not None
    chat.now += timedelta(minutes=9)
    said = chat.types("復原")
    assert chat.changes == ()
    assert "剛才已撤回：1 小時「AI法規" in said
    assert "看紀錄" in chat.labels
    chat.types("回報 11/17 AI倫理 1小時")
    chat.types("確認回報")
    chat.types("復原")
    assert chat.entries[2].withdrawn_at is not None
    assert chat.entries[0].withdrawn_at is None
    chat.now += timedelta(minutes=11)
    chat.types("復原")
    assert chat.entries[0].withdrawn_at is not None


def test_a_report_in_the_second_of_an_undoing_is_undone_by_the_next() -> None:
    """Telegram tells of words the whole second; of a press the moment is our own clock's."""
    chat = colleague()
    chat.types("回報 昨天 AI素養 2小時")
    chat.types("確認回報")
    chat.now += timedelta(minutes=1, milliseconds=900)
    chat.taps("復原")
    chat.now -= timedelta(milliseconds=900)
    chat.types("回報 11/16 AI法規 1小時")
    chat.types("確認回報")
    chat.now += timedelta(seconds=4)
    assert "已復原：1 小時「AI法規" in chat.types("復原")


def test_two_reports_within_a_second_are_not_both_undone() -> None:
    """By the word said twice: the older one came before the undoing, however short before."""
    chat = colleague()
    for words in ("回報 昨天 AI素養 2小時", "回報 11/16 AI法規 1小時"):
        chat.types(words)
        chat.types("確認回報")
    chat.types("復原")
    assert "剛才已撤回：1 小時「AI法規" in chat.types("復原")
    assert chat.entries[0].withdrawn_at is None


def test_a_correction_is_no_undoing() -> None:
    """The entry that a correction replaced a minute ago does not count as taken back."""
    old = entry(1, date(2026, 11, 3), 60, "十一月課程", reported_at=NOON - timedelta(hours=1))
    gone = replace(entry(2, YESTERDAY, 60, "甲"), withdrawn_at=NOON, withdrawn_by="account:1")
    chat = colleague(entries=(old, gone, replace(entry(3, YESTERDAY, 30, "甲"), replaces=2)))
    chat.types("復原")
    assert list(chat.changes) == [HoursWithdrawn(1, 1)]


def test_undo_leaves_what_has_changed_alone() -> None:
    """A report that has become official, or an old one by the typed word, is not withdrawn."""
    chat = colleague()
    chat.types("回報 昨天 AI素養 2小時")
    chat.taps("確認回報")
    undo = chat.button("復原")
    chat.now += timedelta(hours=25)
    chat.types("復原")
    assert chat.changes == ()
    chat.entries = (replace(chat.entries[0], source=Source.OFFICIAL, version=2),)
    chat.presses(undo)
    assert chat.changes == ()
    chat.presses(Press("undo", "entry", ""))
    assert chat.changes == ()


@pytest.mark.parametrize("step", ["date", "minutes", "title", "ask", "confirm", "edit", "doubt", ""])
@pytest.mark.parametrize(
    "draft",
    [
        {},
        {"learned_on": "yesterday", "minutes": True, "title": 5, "course": "gone", "doubts": [], "offers": 3},
        {"learned_on": "2026-11-17", "minutes": -5, "title": "甲", "doubts": {"date": []}, "accepted": [1]},
    ],
)
def test_a_draft_that_cannot_be_read_records_nothing(step: str, draft: dict[str, Any]) -> None:
    """Whatever stands in the draft, nothing half-known is recorded and nothing raises."""
    chat = colleague(conversation=Conversation("hours", step, "n1", edition().id, draft))
    for pressed in ("ok", "offer.0", "date.2026-99-99", "minutes.9999"):
        chat.presses(Press("hours", pressed, "n1"))
        assert not any(isinstance(change, HoursLogged) for change in chat.changes)
    for typed in ("確認回報", "繼續", "是"):
        chat.types(typed)
        assert chat.replies
        assert not any(isinstance(change, HoursLogged) for change in chat.changes)
    chat.does(Kind.MEDIA)
    assert chat.replies


def test_records_list_the_newest_first_and_withdraw_one() -> None:
    """紀錄 shows source and what each counts toward; a self-reported one can be withdrawn from there."""
    official = entry(1, date(2026, 11, 2), 60, "官方課程", source=Source.OFFICIAL, key="")
    chat = colleague(entries=(official,))
    assert "還沒有" in colleague().types("紀錄")
    chat.types("回報 昨天 AI素養 2小時")
    chat.taps("確認回報")
    said = chat.types("紀錄")
    assert said.index("AI素養") < said.index("官方課程")
    assert "（自行回報，待官方登錄）" in said
    assert "（官方）" in said
    chat.taps("編號 2")
    chat.taps("撤回")
    assert not any(isinstance(change, HoursWithdrawn) for change in chat.changes)
    chat.taps("確認撤回")
    assert HoursWithdrawn(2, 1) in chat.changes
