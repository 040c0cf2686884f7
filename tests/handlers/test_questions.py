"""Questions: the menu, free words, the middle of a task, and what goes to HR."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from guideline.changes import ConversationMoved, QuestionAnswered, QuestionAsked, QuestionsAccepted
from guideline.office_hours import OfficeHours
from guideline.records import OPEN_QUESTIONS, Access, AskedQuestion, Need, Office, Person
from handlers.event import Event, Kind
from handlers.message import plain
from handlers.needs import needs
from handlers.payload import Press
from handlers.wondering import asks
from tests.handlers.lint import faults
from tests.handlers.scene import AGENCY, NOON, TAIPEI, WANG, Chat, colleague, desk_of, edition

LIN = Person(9, "A30000001", "林怡君", "人事處/給與科", "科員", access=Access.HR)
FROM_WANG = AskedQuestion(41, WANG, "我 11/3 上的課還沒有時數，該怎麼辦？", NOON, key="k9")
UNSAID = "可以補休嗎？"


def officer(*waiting: AskedQuestion, **known: object) -> Chat:
    """林怡君 of HR, with these questions waiting."""
    office = Office(questions=waiting, questions_open=len(waiting))
    chat = colleague(person=LIN, office=office)
    return replace(chat, **known)  # type: ignore[arg-type]


def told(chat: Chat) -> str:
    """What others are told, in words."""
    return "\n".join(plain(message) for notice in chat.notices for message in notice.messages)


def sound(chat: Chat) -> None:
    """Whatever was said keeps the rules of wording, also to others."""
    assert [fault for message in chat.heard for fault in faults(message)] == []
    assert [f for notice in chat.notices for message in notice.messages for f in faults(message)] == []


# The guideline ---------------------------------------------------------------------------------------


def test_the_menu_leads_to_each_passage() -> None:
    """All questions of the edition; each button shows the whole text with its source, word for word."""
    chat = colleague()
    menu = chat.types("常見問題")
    for passage in edition().passages.values():
        assert f"{passage.q}　{passage.topic}" in menu
        said = chat.presses(Press("faq", passage.q))
        assert [line for line in passage.text.split("\n") if line.strip() and line.rstrip() not in said] == []
        assert f"出處：{edition().title} 115年6月版 {passage.q}" in said
        assert chat.changes == ()
        sound(chat)


@pytest.mark.parametrize("typed", ["Q3", "q3", "Ｑ３", "第3題", "第三題", "3", "Q 3", "第3題？"])
def test_a_passage_by_its_number(typed: str) -> None:
    """However its number is typed."""
    assert "Q3　如何快速協助同仁分類" in colleague().types(typed)


@pytest.mark.parametrize("typed", ["9", "Q0", "Q99", "第9題", "1、2"])
def test_no_passage_of_that_number(typed: str) -> None:
    """Neither an error nor another passage."""
    assert "出處" not in colleague().types(typed)


@pytest.mark.parametrize(
    ("q", "label"),
    [
        ("Q1", "填職務問卷"),
        ("Q4", "開啟學習地圖"),
        ("Q4", "看下一步"),
        ("Q5", "看證照"),
        ("Q6", "看證照"),
        ("Q7", "看證照"),
        ("Q8", "看進度"),
    ],
)
def test_the_next_step_fits_the_passage(q: str, label: str) -> None:
    """What one may want to do after reading it."""
    chat = colleague()
    chat.types(q)
    assert label in chat.labels


def test_a_free_question_is_answered_by_the_section_that_fits() -> None:
    """The guideline's own words with their source, and the whole passage a tap away."""
    chat = colleague()
    said = chat.types("考證照有補助嗎？")
    assert "依公務人員訓練進修法第18條，視經費狀況補助參加AI知能訓練費用。" in said
    assert "陞任評分標準表" not in said
    assert "115年6月版 Q5" in said
    assert chat.changes == ()
    assert "陞任評分標準表" in chat.taps("看 Q5 全文")
    sound(chat)


def test_what_is_near_is_offered_not_guessed() -> None:
    """Two passages as buttons, HR, and the person's own figures where they ask for those."""
    chat = colleague()
    said = chat.types("我是約聘人員也要3小時嗎")
    assert "沒有直接寫到" in said
    assert "出處" not in said
    assert any(label.startswith("Q8") for label in chat.labels)
    chat.types("我的時數還差多少？")
    assert "看我的進度" in chat.labels
    sound(chat)


def test_what_the_guideline_does_not_say_can_go_to_hr_as_it_was_typed() -> None:
    """指引沒有寫到 → the very words, shown once more, sent; nothing is kept of them afterwards."""
    chat = colleague()
    assert "指引沒有寫到這一點" in chat.types(UNSAID)
    assert "可以補休嗎" in chat.taps("轉給人事詢問")
    assert not any(isinstance(change, QuestionAsked) for change in chat.changes)
    chat.taps("送出")
    (asked,) = [change for change in chat.changes if isinstance(change, QuestionAsked)]
    assert asked.text == "可以補休嗎？"
    assert chat.conversation is None
    sound(chat)


def test_an_old_button_never_sends_another_question() -> None:
    """The button of a question that is not kept any more asks for the words again."""
    chat = colleague()
    chat.types(UNSAID)
    old = chat.button("轉給人事詢問")
    chat.types("停車位怎麼申請？")
    said = chat.presses(old)
    assert "停車位" not in said
    assert "請用一句話" in said


@pytest.mark.parametrize("typed", ["嗯嗯", "謝謝", "好的收到", "今天辛苦了"])
def test_words_that_ask_nothing_are_not_taken_for_a_question(typed: str) -> None:
    """They get the usual help, and nothing is kept of them."""
    chat = colleague()
    assert "看不懂" in chat.types(typed)
    assert chat.changes == ()


@pytest.mark.parametrize("typed", ["登錄在哪裡？", "回報時數要怎麼做？"])
def test_a_question_that_begins_with_a_commands_word(typed: str) -> None:
    """It starts no report of hours."""
    chat = colleague()
    chat.types(typed)
    assert not any(isinstance(c, ConversationMoved) and c.conversation.task == "hours" for c in chat.changes)


@pytest.mark.parametrize(
    ("text", "asking"),
    [
        ("要去哪裡學？", True),
        ("這樣可以嗎", True),
        ("那證照呢", True),
        ("我想知道怎麼報名", True),
        ("什麼", False),
        ("？", False),
        ("昨天上了兩小時", False),
        ("我幾乎每天都用", False),
        ("", False),
    ],
)
def test_what_counts_as_a_question(text: str, asking: bool) -> None:
    """An interrogative, or 嗎, 呢, ？ at the end; too few letters are no question."""
    assert asks(text) is asking


# In the middle of a task -----------------------------------------------------------------------------

MIDDLES = {
    "questionnaire": ("職務問卷", "1"),
    "hours, which day": ("回報",),
    "hours, how long": ("回報 昨天",),
    "hours, confirm": ("回報 昨天 AI簡報設計 2小時",),
    "question to HR, confirm": ("問人事 這門課算不算進階？",),
}


@pytest.mark.parametrize("middle", MIDDLES.values(), ids=MIDDLES)
@pytest.mark.parametrize("question", ["一年要上幾小時AI課？", UNSAID, "我是約聘人員也要3小時嗎"])
def test_a_question_in_the_middle_is_answered_and_the_task_goes_on(
    middle: tuple[str, ...], question: str
) -> None:
    """Answered, or said not to be in the guideline; then the present question again, in the same step."""
    chat = colleague()
    for typed in middle:
        chat.types(typed)
    before = chat.conversation
    assert before is not None
    asked_last = plain(chat.replies[-1])
    said = chat.types(question)
    assert "115年6月版 Q8" in said or "指引沒有" in said
    assert plain(chat.replies[-1]) == asked_last
    assert chat.conversation is not None
    after = chat.conversation
    assert (after.task, after.step, after.nonce) == (before.task, before.step, before.nonce)
    assert {**before.draft, "wondered": 0} == {**after.draft, "wondered": 0}
    sound(chat)


def test_a_question_passed_on_in_the_middle_comes_back_to_the_task() -> None:
    """轉給人事 sets the questionnaire aside; once sent, it goes on where it stood."""
    chat = colleague()
    chat.types("職務問卷")
    chat.types("1")
    chat.types(UNSAID)
    chat.taps("轉給人事詢問")
    said = chat.taps("送出")
    assert "職務問卷停在第 2 題" in said
    assert chat.conversation is not None
    assert chat.conversation.task == "questionnaire"
    assert "wondered" not in chat.conversation.draft
    assert "3/7" in chat.types("3") or "2/7" in chat.said


@pytest.mark.parametrize(
    ("before", "typed"),
    [(("問人事",), "課程是不是都要錢呢？"), (("問人事",), "一年要上幾小時AI課？")],
)
def test_steps_that_take_any_words_take_questions_too(before: tuple[str, ...], typed: str) -> None:
    """The question to HR is what it says, not a question to us."""
    chat = colleague()
    for one in before:
        chat.types(one)
    assert "送出前" in chat.types(typed) or "確認後才會送出" in chat.said
    assert chat.conversation is not None
    assert chat.conversation.step == "confirm"


@pytest.mark.parametrize("typed", ["大概兩小時吧？", "2小時嗎"])
def test_an_unsure_answer_is_still_an_answer(typed: str) -> None:
    """A length with a question mark answers how long."""
    chat = colleague()
    chat.types("回報 昨天")
    assert "指引" not in chat.types(typed)


# 問人事 -----------------------------------------------------------------------------------------------


def test_a_question_step_by_step() -> None:
    """Asked for, shown, changed, sent: one change, one notice to HR with who, when and what, one receipt."""
    chat = colleague()
    assert "不必說明私人原因" in chat.types("問人事")
    chat.types("我的課沒有時數")
    chat.taps("修改")
    assert "時數何時會進來" in chat.types("時數何時會進來？")
    said = chat.types("送出")
    assert "已送出" in said
    assert chat.changes[0] == QuestionAsked("時數何時會進來？", f"e{chat.events}")
    assert chat.receipt
    (notice,) = chat.notices
    assert notice.to is None
    for word in (WANG.name, WANG.unit, "115/11/18 12:00", "時數何時會進來"):
        assert word in told(chat)
    sound(chat)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("問人事 課程時數，何時會進來？", "課程時數，何時會進來？"),
        ("問人事：ＡＩ課（第２場）算嗎？", "ＡＩ課（第２場）算嗎？"),
        ("問人事課程\u200b時數　何時會\u202e進來", "課程時數 何時會進來"),
        ("/ask 課程時數，何時會進來？", "課程時數，何時會進來？"),
    ],
)
def test_hr_reads_a_question_as_it_was_written(typed: str, sent: str) -> None:
    """Its own punctuation and letters, without what cannot be seen."""
    chat = colleague()
    chat.types(typed)
    chat.types("送出")
    assert chat.changes[0] == QuestionAsked(sent, f"e{chat.events}")


@pytest.mark.parametrize(
    ("now", "when"),
    [
        (datetime(2026, 11, 18, 12, 0, tzinfo=TAIPEI), None),
        (datetime(2026, 11, 18, 20, 0, tzinfo=TAIPEI), "11/19（四）09:00"),
        (datetime(2026, 11, 21, 10, 0, tzinfo=TAIPEI), "11/23（一）09:00"),
    ],
)
def test_outside_office_hours_it_says_when_hr_will_know(now: datetime, when: str | None) -> None:
    """In the evening the next morning, on a Saturday the Monday."""
    chat = colleague(now=now)
    chat.types("問人事 我的課沒有時數")
    said = chat.types("送出")
    assert ("不是上班時間" in said) is (when is not None)
    assert when is None or when in said


def test_while_hr_takes_no_questions_nothing_is_forwarded() -> None:
    """The office's contact instead, from the word, an unanswered question and a card being confirmed."""
    chat = colleague()
    chat.types("問人事 我的課沒有時數")
    chat.accepting = False
    said = chat.types("送出")
    assert "分機 1234" in said
    assert not any(isinstance(change, QuestionAsked) for change in chat.changes)
    assert chat.notices == ()
    assert chat.conversation is None
    assert "分機 1234" in chat.types("問人事 還是想問")
    assert "分機 1234" in chat.types(UNSAID)  # at once, without a button that leads nowhere
    assert not {"轉給人事詢問", "問人事"} & set(chat.labels)
    sound(chat)


@pytest.mark.parametrize("now", [NOON, NOON.replace(hour=21)])
def test_where_nobody_of_hr_is_reached_it_is_not_said_that_they_know(now: datetime) -> None:
    """The question is kept for whoever looks, and the person is told to call as well."""
    chat = colleague(hr_reached=False, now=now)
    chat.types("問人事 我的課沒有時數")
    said = chat.types("送出")
    assert any(isinstance(change, QuestionAsked) for change in chat.changes)
    assert "沒有同仁能在這裡收到通知" in said
    assert "分機 1234" in said
    assert "已通知" not in said
    assert "會在" not in said.replace("會在這裡通知您", "")
    assert chat.receipt == "已記下給人事處的提問"
    sound(chat)


def test_so_many_may_wait_and_no_more() -> None:
    """A kind refusal at the limit; one answered makes room."""
    chat = colleague()
    for number in range(OPEN_QUESTIONS):
        chat.types(f"問人事 第 {number} 個問題")
        chat.types("送出")
    assert len(chat.questions) == OPEN_QUESTIONS
    assert "等候回覆" in chat.types("問人事 再一個")
    assert chat.changes == ()
    first, *others = chat.questions
    chat.questions = (replace(first, answer="好", answered_at=NOON), *others)
    assert "再一個" in chat.types("問人事 再一個")
    sound(chat)


def test_too_long_a_question_is_asked_for_again() -> None:
    """Nothing is cut silently."""
    chat = colleague()
    assert "500 字" in chat.types("問人事 " + "長" * 501)
    assert "500 字" in chat.types("長" * 501)
    assert "確認後才會送出" in chat.types("長" * 500)


def test_my_questions() -> None:
    """State and answer of each, the newest in full; who never asked reads how to."""
    chat = colleague()
    assert "還沒有問過" in chat.types("我的提問")
    old = [replace(FROM_WANG, id=n, text=f"舊的第 {n} 題", answered_at=NOON, answer="好") for n in range(4)]
    chat.questions = (*old, replace(FROM_WANG, id=8, answer="已補登", answered_at=NOON), FROM_WANG)
    said = chat.types("我的提問")
    assert "已補登" in said
    assert "等候人事處回覆中" in said
    assert "舊的第 0 題（已回覆）" in said
    sound(chat)


# HR's side --------------------------------------------------------------------------------------------


def test_hr_reads_what_waits() -> None:
    """How many, how long the oldest waits in working days, what waits for 表51, and the switch."""
    week_ago = replace(FROM_WANG, asked_at=NOON - timedelta(days=7))
    chat = officer(week_ago, FROM_WANG)
    said = chat.types("人事")
    assert "2 則（最久 5 個工作天）" in said
    assert "表51 待登錄" in said
    assert chat.labels == ["看提問", "表51 與證照開放", "提醒作業", "暫停收提問"]
    assert "沒有等候回覆" in officer().types("人事")
    sound(chat)


def test_an_answer_by_taps() -> None:
    """List, question, words, once more, sent: the asker is told by the office's name only."""
    chat = officer(FROM_WANG)
    chat.types("人事")
    assert WANG.name in chat.taps("看提問")
    assert FROM_WANG.text in chat.taps("1 回覆王小明")
    shown = chat.types("已請開課單位補登，\n約三天後可查到。")
    assert "約三天後可查到" in shown
    assert not any(isinstance(change, QuestionAnswered) for change in chat.changes)
    chat.taps("送出回覆")
    answered = chat.changes[0]
    assert answered == QuestionAnswered(41, WANG.id, "已請開課單位補登，\n約三天後可查到。")
    (notice,) = chat.notices
    assert notice.to == WANG.id
    assert notice.receipt == "人事已回覆您的提問，請輸入「我的提問」查看"
    assert FROM_WANG.text in told(chat)
    assert "由人事處回覆" in told(chat)
    assert LIN.name not in told(chat)
    assert chat.conversation is None
    sound(chat)


def test_an_answer_by_typed_words() -> None:
    """看提問, 1, the words, 修改, other words, 送出; a question in the answer is not one to us."""
    chat = officer(FROM_WANG, replace(FROM_WANG, id=42, text="第二題"))
    chat.types("看提問")
    assert "第二題" in chat.types("2")
    chat.types("請問是哪一門課呢？")
    assert "請問是哪一門課呢" in chat.said
    chat.types("修改")
    chat.types("請補課名")
    assert "還有 1 則" in chat.types("送出")
    assert chat.changes[0] == QuestionAnswered(42, WANG.id, "請補課名")


def test_the_notices_button_opens_its_question() -> None:
    """By its key, before any list is shown; of one that is answered it says so."""
    chat = officer(FROM_WANG)
    assert FROM_WANG.text in chat.presses(Press("office", "key.k9"))
    assert "已由人事同仁回覆" in officer().presses(Press("office", "key.k9"))


MANY = tuple(replace(FROM_WANG, id=100 + n, text=f"題{n}號", key=f"m{n}") for n in range(1, 121))


@pytest.mark.parametrize("way", ["key", "id", "number", "page and number", "page by word", "next page"])
def test_any_question_that_waits_can_be_answered(way: str) -> None:
    """The newest of a hundred and twenty: from its notice, from its page, and by its number."""
    chat = officer(*MANY)
    match way:
        case "key":
            chat.presses(Press("office", "key.m120"))
        case "id":
            chat.presses(Press("office", "id.220"))
        case "number":
            chat.types("看提問")
            chat.types("120")
        case "page and number":
            chat.types("看提問 第15頁")
            assert "第 15 頁，共 15 頁" in chat.said
            chat.types("120")
        case "page by word":
            chat.types("看提問")
            chat.types("第15頁")
            chat.taps("120 回覆王小明")
        case _:
            chat.types("看提問 第13頁")
            chat.taps("下一頁")
            chat.types("下一頁")
            assert "下一頁" not in chat.labels
            chat.taps("120 回覆王小明")
    assert "題120號" in chat.said
    chat.types("好的")
    chat.types("送出")
    assert chat.changes[0] == QuestionAnswered(220, WANG.id, "好的")
    sound(chat)


def test_a_number_means_the_page_as_it_was_shown() -> None:
    """Others are answered meanwhile and the list moves up: 9 is still what stood beside 9."""
    chat = officer(*MANY)
    chat.types("看提問 第2頁")
    assert "9　王小明" in chat.said
    chat.office = Office(questions=MANY[4:], questions_open=len(MANY) - 4)
    assert "題9號" in chat.types("9")


@pytest.mark.parametrize("words", ["什麼", "繼續"])
def test_a_list_shown_anew_is_the_one_that_numbers_mean(words: str) -> None:
    """After words that choose nothing the list comes as it is now, and 9 is what stands beside 9 there."""
    chat = officer(*MANY)
    chat.types("看提問 第2頁")
    chat.office = Office(questions=MANY[4:], questions_open=len(MANY) - 4)
    assert "題13號" in chat.types(words)
    chat.types("9")
    assert "題13號" in chat.said
    sound(chat)


def test_two_officers_at_once() -> None:
    """Who confirms second is told, and nothing is sent."""
    chat = officer(FROM_WANG)
    chat.presses(Press("office", "id.41"))
    chat.types("我的回覆")
    chat.office = Office()
    said = chat.taps("送出回覆")
    assert "已由人事同仁回覆" in said
    assert chat.notices == ()
    assert not any(isinstance(change, QuestionAnswered) for change in chat.changes)
    assert chat.conversation is None


def test_the_off_switch() -> None:
    """Paused and taken up again; twice changes nothing more."""
    chat = officer()
    assert "已暫停" in chat.types("暫停收提問")
    assert chat.changes == (QuestionsAccepted(accepting=False),)
    chat.types("暫停收提問")
    assert not chat.changes
    assert "暫停中" in chat.types("人事")
    chat.taps("恢復收提問")
    assert chat.changes == (QuestionsAccepted(accepting=True),)
    sound(chat)


@pytest.mark.parametrize(
    "who", [WANG, replace(WANG, access=Access.SUPERVISOR), replace(LIN, left_on=date(2026, 11, 1))]
)
def test_nobody_else_reads_or_answers(who: Person) -> None:
    """Neither by words nor by a button that leaked, nor after leaving; nothing of a question is shown."""
    chat = replace(officer(FROM_WANG), person=who)
    for typed in ("看提問", "暫停收提問", "恢復收提問"):
        chat.types(typed)
        assert chat.changes == ()
    for choice in ("key.k9", "id.41", "list", "send", "edit"):
        chat.presses(Press("office", choice, "e1"))
        assert chat.changes == ()
    assert FROM_WANG.text not in "\n".join(map(plain, chat.heard))


def test_who_is_not_hr_any_more_loses_the_run() -> None:
    """A reply in the making is not taken once the access is gone."""
    chat = officer(FROM_WANG)
    chat.presses(Press("office", "id.41"))
    chat.person = replace(LIN, access=Access.STAFF)
    chat.types("我的回覆")
    assert chat.conversation is None
    assert "限人事單位" in chat.said


def test_hr_asks_hr() -> None:
    """An officer's own question goes the same way."""
    chat = officer()
    chat.types("問人事 表51 的代碼是多少？")
    chat.types("送出")
    assert isinstance(chat.changes[0], QuestionAsked)


@pytest.mark.parametrize("choice", ["send", "edit", "id.x", "id.", "key.", "gone", ""])
def test_an_old_button_of_hr_changes_nothing(choice: str) -> None:
    """Kindly answered, without a task and in the middle of another run."""
    chat = officer(FROM_WANG)
    chat.presses(Press("office", choice, "old"))
    assert chat.changes == ()
    chat.presses(Press("office", "id.41"))
    before = chat.conversation
    chat.presses(Press("office", choice, "old"))
    assert chat.conversation == before
    sound(chat)


def test_each_event_asks_for_what_it_needs() -> None:
    """One's questions for 問人事 and 我的提問, the office for HR's words and buttons, else nothing."""
    for typed, wanted in (
        ("問人事 何時", {Need.QUESTIONS}),
        ("我的提問", {Need.QUESTIONS}),
        ("看提問", {Need.OFFICE, Need.ASKED_OF_HR}),
        ("暫停收提問", {Need.OFFICE}),
        ("人事", {Need.OFFICE, Need.QUESTIONS}),
        ("一年要幾小時？", set()),
    ):
        assert needs(Event(Kind.TEXT, NOON, typed), None) == wanted
    assert needs(Event(Kind.PRESS, NOON, press=Press("ask", "forward", "e1")), None) == {Need.QUESTIONS}
    pressed = Event(Kind.PRESS, NOON, press=Press("office", "key.k9"))
    assert needs(pressed, None) == {Need.OFFICE, Need.ASKED_OF_HR}


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (date(2026, 11, 18), date(2026, 11, 18), 0),
        (date(2026, 11, 20), date(2026, 11, 23), 1),  # Friday to Monday
        (date(2026, 11, 18), date(2026, 11, 25), 4),  # a holiday between
        (date(2026, 11, 19), date(2026, 11, 18), 0),
    ],
)
def test_working_days_since(since: date, until: date, days: int) -> None:
    """Week-ends and holidays do not count, nor does the day itself."""
    hours = OfficeHours(closed=frozenset({date(2026, 11, 24)}))
    assert hours.workdays_since(since, until) == days


def test_without_a_contact_the_refusal_still_names_the_office() -> None:
    """An agency that has not said how it is reached is named as far as it is known."""
    chat = colleague(accepting=False, desk=desk_of(replace(AGENCY, contact="")))
    assert "人事處" in chat.types("問人事")
    sound(chat)


def test_who_types_instead_of_tapping_passes_the_same_question_on() -> None:
    """問人事 right after 指引沒有寫到 shows that question; an hour later it asks for one."""
    chat = colleague()
    chat.types(UNSAID)
    assert "可以補休嗎" in chat.types("問人事")
    chat.types("取消")
    chat.types(UNSAID)
    chat.now += timedelta(hours=1)
    assert "可以補休嗎" not in chat.types("問人事")
    assert "請用一句話" in chat.said


@pytest.mark.parametrize("typed", ["問人事", "問人事 我的課沒有時數"])
def test_asking_hr_asks_one_thing(typed: str) -> None:
    """No way back is offered under the task's own question; 取消 under it leaves and keeps nothing."""
    chat = colleague()
    chat.types(typed)
    assert "繼續" not in chat.labels
    chat.taps("取消提問" if typed == "問人事" else "取消")
    assert chat.conversation is None


def test_a_keyword_offers_what_is_near() -> None:
    """A few words that ask nothing and are all in the guideline."""
    chat = colleague()
    assert "您想找的是" in chat.types("AI課程")
    assert "看不懂" in chat.types("AI簡報設計 2小時")


@pytest.mark.parametrize("typed", ["一年要上幾小時AI課？", "Q3", "3", UNSAID])
def test_in_a_group_a_question_is_not_answered(typed: str) -> None:
    """People asking each other hear nothing from us, and nothing is kept; a command gets its sentence."""
    chat = colleague()
    chat.types(typed, private=False)
    assert chat.replies == ()
    assert chat.changes == ()
    assert "單獨詢問" in chat.types("問人事", private=False)
