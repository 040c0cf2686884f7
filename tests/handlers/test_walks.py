"""Random walks: whatever is typed and tapped, in any order, from any state, a conversation holds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guideline.records import Access, CertificateEntry, Conversation, Office
from handlers.event import Kind
from handlers.payload import Press
from tests.handlers.lint import faults
from tests.handlers.scene import CODE, NOON, WANG, Chat, buttons, colleague, edition, stranger

WORDS = (
    *(
        "說明",
        "進度",
        "下一步",
        "我的類別",
        "不符",
        "取消",
        "繼續",
        "復原",
        "職務問卷",
        "回報",
        "我的資料",
        "問人事",
        "證照",
        "回報已取得",
        "撤回證照",
        "表51",
        "表51 1",
        "證照開放 1",
        "類別紀錄",
        "紀錄",
        "紀錄 1",
        "紀錄 114",
        "紀錄 已撤回",
        "更正 1",
        "撤回 1",
        "確認撤回",
        "確認更正",
    ),
    *(
        "開始啟用",
        "先不使用",
        f"啟用 {CODE}",
        "啟用 WRONG-22",
        "確認啟用",
        "不是我",
        "啟用",
        "/start",
        "/start x",
    ),
    *(
        "1",
        "2",
        "3",
        "1、2",
        "5",
        "選好了",
        "上一題",
        "是",
        "確認回報",
        "修改",
        "改日期",
        "改時數",
        "改課程",
        "略過",
    ),
    *("常見問題", "Q4", "可以補休嗎？", "去哪裡學AI？", "問人事 何時", "送出", "我的提問", "看提問", "人事"),
    *(
        "提醒",
        "停止提醒",
        "恢復提醒",
        "下週再提醒",
        "下個月再提醒",
        "提醒改用 LINE",
        "提醒改用 信箱",
        "精簡通知",
        "完整通知",
        "我已上過",
        "本週無法完成",
    ),
    *("说明", "停止提醒", "回报 昨天 AI简报设计 两小时", "职务问卷", "近度"),
    *(
        "昨天",
        "2小時",
        "11/3",
        "AI簡報設計",
        "回報 昨天 AI簡報設計 2小時",
        "回報 昨天 甲 13小時",
        "回報 明天 0小時",
    ),
)
# What people type comes back in titles; the lint is for our own words, so no ideographs here.
LETTERS = st.characters(max_codepoint=0x2FFF, exclude_categories=["Cs"]) | st.sampled_from("🍎👩‍👩‍👧🏽！？")
ACTS = st.one_of(
    st.tuples(st.just("type"), st.sampled_from(WORDS)),
    st.tuples(st.just("type"), st.text(LETTERS, max_size=30)),
    st.tuples(st.just("tap"), st.integers(0, 40)),  # a button of any message heard so far
    st.tuples(
        st.just("press"),
        st.builds(
            Press,
            st.sampled_from(
                [
                    *("do", "questionnaire", "hours", "contest", "undo", "welcome", "activate", "gone"),
                    *("certificate", "form51", "ask", "faq", "records", "remind", "mydata"),
                ]
            ),
            st.sampled_from(
                [
                    *("", "next", "1.1", "4.done", "ok", "yes", "edit", "offer.0", "date.x", "skip"),
                    *("withdraw", "ask.1", "send", "Q4", "fix.1.1", "take.1.1", "yes.1.1", "year.2025.0"),
                    "to.line",
                ]
            ),
            st.just(""),
        ),
    ),
    st.tuples(st.just("event"), st.sampled_from(list(Kind))),
    st.tuples(st.just("wait"), st.integers(1, 60 * 24 * 40)),
)
DRAFTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5000)
    | st.text(LETTERS, max_size=5)
    | st.sampled_from(["admin", "2026-11-17"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("answers", "chosen", "paused", "task", "step", "nonce", "edition", "draft", "note"),
                    *("learned_on", "minutes", "title", "course", "offers", "doubts", "accepted"),
                    *("name", "certificate", "obtained_on", "again", "entry", "corrects", "version"),
                    *("assignment", "activation", "main", "date", "text", "wondered", "listed", "question"),
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)
TASKS = st.sampled_from(
    [
        *("welcome", "activate", "questionnaire", "hours", "contest", "certificate", "form51"),
        *("ask", "office", "faq", "records", "gone", ""),
    ]
)
STEPS = st.sampled_from(
    [
        "main",
        "tools",
        "exam",
        "date",
        "minutes",
        "title",
        "ask",
        "confirm",
        "edit",
        "statement",
        "which",
        "again",
        "",
    ]
)


def act(chat: Chat, what: str, value: Any) -> None:
    taps = [b.press for m in chat.heard[-8:] for b in buttons(m) if b.press is not None]
    match what:
        case "type":
            chat.types(value)
        case "tap" if taps:
            chat.presses(taps[value % len(taps)])
        case "press":
            chat.presses(value)
        case "event":
            chat.does(value)
        case "wait":
            chat.now += timedelta(minutes=value)
    for message in chat.replies:
        assert faults(message) == []
    assert len(chat.replies) <= 5  # LINE takes five in a reply
    assert sum(type(c).__name__.startswith("Conversation") for c in chat.changes) <= 1


def of_hr() -> Chat:
    """Somebody of HR, with certificates waiting for 表51."""
    chat = colleague()
    assert chat.person is not None
    held = CertificateEntry(1, "ai-900", "AI-900", date(2025, 6, 30), NOON, key="k1")
    others = tuple((replace(WANG, id=20 + n), replace(held, id=n)) for n in range(1, 4))
    chat.person = replace(chat.person, access=Access.HR)
    chat.office = Office(certificates=others, certificates_waiting=len(others))
    return chat


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACTS, max_size=40), who=st.sampled_from([colleague, stranger, of_hr]))
def test_any_walk_holds(acts: list[tuple[str, Any]], who: Callable[[], Chat]) -> None:
    """No act raises, breaks a precondition, says a faulty text or more than five messages."""
    chat = who()
    for what, value in acts:
        act(chat, what, value)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    task=TASKS,
    step=STEPS,
    draft=st.dictionaries(
        st.sampled_from(
            ["answers", "chosen", "paused", "doubts", "minutes", "title", "name", "obtained_on", "offers"]
        ),
        DRAFTS,
    ),
    same=st.booleans(),
    acts=st.lists(ACTS, min_size=1, max_size=4),
)
def test_any_conversation_can_be_gone_on_with(
    task: str, step: str, draft: dict[str, Any], same: bool, acts: list[tuple[str, Any]]
) -> None:
    """Whatever stands in the row of a conversation, also of an older version, the person gets an answer."""
    running = Conversation(task, step, "n0", edition().id if same else "114-01", draft)
    for chat in (colleague(), stranger(), of_hr()):
        chat.conversation = running
        for what, value in acts:
            act(chat, what, value)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(), days=st.integers(-300, 400), minutes=st.integers(0, 1439))
def test_any_text_gets_a_short_answer(text: str, days: int, minutes: int) -> None:
    """Any text at any time, as a report too: an answer that does not repeat what was typed at length."""
    chat = colleague(now=NOON + timedelta(days=days, minutes=minutes))
    for typed in (text, f"回報 {text}", text):
        assert len(chat.types(typed)) < 900
