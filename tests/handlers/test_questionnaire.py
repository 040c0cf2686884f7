"""職務問卷, question by question."""

from dataclasses import replace
from typing import Any

import pytest

from guideline.changes import ConversationMoved, RoleProposed
from guideline.records import Conversation
from handlers.message import Choices
from handlers.payload import Press
from handlers.tasks import chain
from tests.handlers.scene import CLERK, Chat, answered, colleague, desk_of, edition


def question_of(chat: Chat) -> Choices:
    asked = [m for m in chat.replies if isinstance(m, Choices) and m.progress]
    assert len(asked) == 1
    return asked[0]


def draft_of(chat: Chat) -> dict[str, Any]:
    assert chat.conversation is not None
    return dict(chat.conversation.draft)


def test_seven_questions_end_in_a_result() -> None:
    """Each question says where one is (2/7); the last answer proposes the role and ends the task."""
    chat = colleague()
    heard = [message for _ in answered(chat) for message in chat.replies]
    places = [message.progress for message in heard if isinstance(message, Choices) and message.progress]
    assert places == [f"{n}/7" for n in range(1, 8)]
    assert chat.conversation is None
    assert chat.role is not None
    assert chat.role.roles == ("application",)
    assert chat.role.answers["tools"] == ("writing", "summary")
    assert "建議類別" in chat.said
    assert "AI 應用人才" in chat.said
    assert "建議類別" in chat.receipt


def test_the_same_by_buttons_alone() -> None:
    """Tapping through gives the same role as typing; the multiple choice waits for 選好了."""
    typed, tapped = colleague(), colleague()
    list(answered(typed))
    tapped.types("職務問卷")
    for place, answer in enumerate(CLERK, start=1):
        for number in answer.split("、"):
            tapped.presses(question_of(tapped).options[int(number) - 1].press)
        if is_asked(tapped, f"{place}/7"):
            tapped.taps("選好了")
    assert tapped.role is not None
    assert typed.role is not None
    assert (tapped.role.roles, tapped.role.answers) == (typed.role.roles, typed.role.answers)


def is_asked(chat: Chat, progress: str) -> bool:
    return any(isinstance(m, Choices) and m.progress == progress for m in chat.replies)


@pytest.mark.parametrize("typed", ["1", "１", "第1個", "一", "日常行政業務", "日常行政", " 日常行政業務。"])
def test_an_answer_may_be_typed_in_many_ways(typed: str) -> None:
    """A number in any width, or the words of the option or a part that fits it alone."""
    chat = colleague()
    chat.types("問卷")
    chat.types(typed)
    assert draft_of(chat)["answers"] == {"main": ["admin"]}


@pytest.mark.parametrize("typed", ["", "0", "7", "1、2", "業務", "不知道", "🙂" * 5000, "99999999999999"])
def test_nonsense_is_asked_again_with_the_valid_answers(typed: str) -> None:
    """What answers nothing, or more than one thing, keeps the question and says what would do."""
    chat = colleague()
    chat.types("問卷")
    said = chat.types(typed)
    assert chat.changes == ()
    assert question_of(chat).progress == "1/7"
    assert "1～6" in said
    assert len(said) < 600


def to_tools(chat: Chat) -> None:
    chat.types("問卷")
    for answer in CLERK[:3]:
        chat.types(answer)
    assert question_of(chat).progress == "4/7"


def test_a_multiple_choice_marks_what_is_chosen() -> None:
    """A tap ticks, another unticks; 選好了 needs at least one."""
    chat = colleague()
    to_tools(chat)
    assert all(label.startswith("☐") for label in (b.label for b in question_of(chat).options))
    assert "至少選一項" in chat.taps("選好了")
    chat.taps("☐ 1 文書作業")
    assert "☑ 1 文書作業" in chat.labels
    chat.taps("☐ 3 圖卡或簡報")
    chat.taps("☑ 1 文書作業")
    chat.taps("選好了")
    assert draft_of(chat)["answers"]["tools"] == ["graphics"]


def test_an_exclusive_option_stands_alone() -> None:
    """目前沒有 clears the others, and another clears it; typed together they are asked again."""
    chat = colleague()
    to_tools(chat)
    chat.taps("☐ 1 文書作業")
    chat.taps("☐ 5 目前沒有")
    assert "☐ 1 文書作業" in chat.labels
    assert "☑ 5 目前沒有" in chat.labels
    chat.taps("☐ 2 政策或文件摘要")
    assert "☐ 5 目前沒有" in chat.labels
    assert "不能和其他選項一起選" in chat.types("1、5")
    assert question_of(chat).progress == "4/7"
    chat.types("5")
    assert draft_of(chat)["answers"]["tools"] == ["none"]


def test_back_shows_the_earlier_answer_and_returns_to_the_open_question() -> None:
    """上一題 as often as wanted; after the change one is back where one was, nothing lost."""
    chat = colleague()
    to_tools(chat)
    chat.taps("上一題")
    chat.types("上一題")
    assert question_of(chat).progress == "2/7"
    assert "先前選的是：沒有" in chat.said
    chat.types("1")
    assert question_of(chat).progress == "4/7"
    assert draft_of(chat)["answers"] == {"main": ["admin"], "strategy": ["lead"], "procurement": ["none"]}
    for _ in range(3):
        chat.types("上一題")
    assert "第 1 題" in chat.types("上一題")


@pytest.mark.parametrize("way", ["tap", "取消", "/cancel"])
def test_cancel_leaves_and_keeps_nothing(way: str) -> None:
    """After 取消 the questionnaire starts over."""
    chat = colleague()
    to_tools(chat)
    if way == "tap":
        chat.taps("取消")
    else:
        chat.types(way)
    assert chat.conversation is None
    chat.types("問卷")
    assert question_of(chat).progress == "1/7"
    assert draft_of(chat)["answers"] == {}


@pytest.mark.parametrize("word", ["繼續", "職務問卷", "/role"])
def test_it_is_left_and_gone_on_with(word: str) -> None:
    """Everything is in the conversation: after any pause, also a restart, one goes on where one was."""
    chat = colleague()
    to_tools(chat)
    chat = replace(chat, replies=(), changes=(), heard=[])  # nothing but the snapshot survives a restart
    chat.types(word)
    assert question_of(chat).progress == "4/7"
    for answer in CLERK[3:]:
        chat.types(answer)
    assert chat.role is not None


def test_a_button_that_names_what_it_cancels_holds_for_that_alone() -> None:
    """「取消職務問卷」 leaves a report that was begun since as it is; afterwards it does what it says."""
    chat = colleague()
    to_tools(chat)
    chat.types("進度")
    button = chat.button("取消職務問卷")
    chat.types("回報 昨天 AI素養 2小時")
    assert "已經失效" in chat.presses(button)
    assert chat.conversation is not None
    assert chat.conversation.task == "hours"
    chat.types("取消")
    assert "已取消職務問卷" in chat.presses(button)
    assert chat.conversation is None
    assert "已經失效" in chat.presses(button)


@pytest.mark.parametrize(
    "command", ["進度", "下一步", "我的類別", "我的資料", "常見問題", "告知事項", "復原"]
)
def test_a_command_in_the_middle_is_answered_and_says_how_to_go_on(command: str) -> None:
    """The task stays as it is; the reply ends with 繼續 and 取消."""
    chat = colleague()
    to_tools(chat)
    before = chat.conversation
    said = chat.types(command)
    assert chat.conversation == before
    assert "職務問卷停在第 4 題（共 7 題）" in said
    assert chat.labels[-2:] == ["繼續", "取消職務問卷"]
    chat.taps("繼續")
    assert question_of(chat).progress == "4/7"


def test_another_task_in_the_middle_sets_it_aside() -> None:
    """回報 in the middle of the questionnaire: afterwards the questionnaire waits where it was."""
    chat = colleague()
    to_tools(chat)
    chat.types("回報")
    assert chat.conversation is not None
    assert [c.task for c in chain(chat.conversation)] == ["hours", "questionnaire"]
    said = chat.types("取消")
    assert "已取消時數回報" in said
    assert "職務問卷停在第 4 題" in said
    chat.types("繼續")
    assert question_of(chat).progress == "4/7"


def test_a_button_of_the_set_aside_question_brings_it_back() -> None:
    """A tap on the waiting question goes on with it, and the other task waits in turn."""
    chat = colleague()
    chat.types("問卷")
    first = question_of(chat).options[0].press
    chat.types("回報")
    chat.presses(first)
    assert chat.conversation is not None
    assert [c.task for c in chain(chat.conversation)] == ["questionnaire", "hours"]
    assert question_of(chat).progress == "2/7"


def test_a_button_of_an_old_question_keeps_the_answers() -> None:
    """題目已更新, the present question, nothing lost."""
    chat = colleague()
    chat.types("問卷")
    old = question_of(chat).options[1].press
    chat.types("1")
    said = chat.presses(old)
    assert "題目已更新" in said
    assert question_of(chat).progress == "2/7"
    assert draft_of(chat)["answers"] == {"main": ["admin"]}


def test_a_button_of_another_run_keeps_the_answers() -> None:
    """A question asked before 取消 belongs to no run any more."""
    chat = colleague()
    chat.types("問卷")
    old = question_of(chat).options[1].press
    chat.types("取消")
    assert "題目已更新" in chat.presses(old)
    assert chat.conversation is None
    chat.types("問卷")
    said = chat.presses(old)
    assert "題目已更新" in said
    assert draft_of(chat)["answers"] == {}


@pytest.mark.parametrize("choice", ["1.99", "1.", "1.done", "x", "", "1.-1", "1.１"])
def test_a_button_that_makes_no_sense_asks_again(choice: str) -> None:
    """A choice the question does not have changes nothing."""
    chat = colleague()
    chat.types("問卷")
    nonce = chat.conversation.nonce if chat.conversation else ""
    chat.presses(Press("questionnaire", choice, nonce))
    assert chat.changes == ()
    assert question_of(chat).progress == "1/7"


def test_a_new_edition_in_the_middle_keeps_the_answers_that_hold() -> None:
    """One goes on at the first question whose answer no longer holds, under new buttons."""
    chat = colleague()
    to_tools(chat)
    old = question_of(chat).options[0].press
    rules = edition()
    asked = rules.questions["strategy"]
    changed = replace(asked, options=tuple(o for o in asked.options if o.id != "none"))
    newer = replace(rules, id="116-01", questions={**rules.questions, "strategy": changed})
    chat.desk = desk_of(rules=newer)
    said = chat.types("1")
    assert "題目已更新" in said
    assert question_of(chat).progress == "2/7"
    assert draft_of(chat)["answers"] == {"main": ["admin"], "procurement": ["none"]}
    assert "題目已更新" in chat.presses(old)
    chat.types("1")
    assert question_of(chat).progress == "4/7"
    for answer in CLERK[3:]:
        chat.types(answer)
    assert chat.role is not None
    assert chat.role.edition == "116-01"


@pytest.mark.parametrize(
    "draft",
    [
        {},
        {"answers": None},
        {"answers": {"main": "admin", "tools": ["none", "writing"], "gone": ["x"], "strategy": 3}},
        {"answers": {"main": ["admin", "admin"]}, "chosen": 5, "paused": {"task": 1}},
    ],
)
def test_a_draft_that_cannot_be_read_asks_again(draft: dict[str, Any]) -> None:
    """Whatever stands in the draft, only valid answers count, and nothing raises."""
    running = Conversation("questionnaire", "exam", "n1", edition().id, draft)
    chat = colleague(conversation=running)
    chat.types("1")
    assert not any(isinstance(change, RoleProposed) for change in chat.changes)
    assert question_of(chat).progress == "1/7"


def test_a_question_in_the_middle_of_an_outdated_run_moves_it_once() -> None:
    """The answer, and the run renewed: one change of the conversation, which keeps the question for HR."""
    chat = colleague(conversation=Conversation("questionnaire", "main", "n0", "114-01", {}))
    assert "題目已更新" in chat.types("可以補休嗎？")
    (moved,) = chat.changes
    assert isinstance(moved, ConversationMoved)
    assert moved.conversation.edition == edition().id
    assert "可以補休嗎" in chat.taps("轉給人事詢問")


def test_long_options_are_listed_in_full() -> None:
    """Where a label cannot hold an option's words, the words stand above it and the label is short."""
    rules = edition()
    asked = rules.questions["main"]
    wordy = replace(asked.options[0], text="日常行政業務以及其他所有長官臨時交辦的各種大小事項")
    newer = replace(
        rules, questions={**rules.questions, "main": replace(asked, options=(wordy, *asked.options[1:]))}
    )
    chat = colleague(desk=desk_of(rules=newer))
    said = chat.types("問卷")
    assert wordy.text in said
    assert all(len(label) <= 20 for label in chat.labels)
