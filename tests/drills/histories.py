"""What several people do in their chats, as hypothesis draws it, and how platforms may hand that over: twice,
late, in other bodies, with other people's events in between."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st

from guideline.records import Platform

PEOPLE: Final = 20  # of one history: a batch holds many chats
# Words of a report, the days before, the minutes and the course they name: known by whoever wrote them here.
REPORTS: Final = (
    ("回報 昨天 AI簡報設計 2小時", 1, 120, "AI簡報設計"),
    ("回報 今天 AI簡報設計 兩個半小時", 0, 150, "AI簡報設計"),
    ("回報 前天 機器學習入門 40分鐘", 2, 40, "機器學習入門"),
    ("登錄 11/3 資料治理 一小時", 15, 60, "資料治理"),
    ("/log 昨天 提示詞工作坊 3小時", 1, 180, "提示詞工作坊"),
    ("回報 11月16日 生成式AI法規 90分鐘", 2, 90, "生成式AI法規"),
)
_WORDS: Final = (
    *("進度", "紀錄", "說明", "/progress", "我的類別", "下一步", "提醒"),
    *("取消", "取消", "停止提醒", "恢復提醒", "下週再提醒", "精簡通知", "完整通知"),
    *("職務問卷", "1", "2", "3", "1、2", "4", "選好了", "上一題", "不符"),
    *("確認回報", "是", "修改", "改時數", "改日期", "昨天", "2小時", "略過"),
    *("更正 1", "更正 2", "撤回 1", "確認撤回", "確認更正", "復原"),
    *("可以補休嗎？", "去哪裡學AI？", "Q4", "問人事 何時截止", "送出", "我的提問"),
    *("亂打一通", "😀😀", "a\x00b\ud800", "   ", "1:do::next", "<b>&", "回報", "近度"),
    *("開始啟用", "先不使用", "啟用 WRONG-22"),
)
_LABELS: Final = ("確認回報", "確認回報", "確認回報", "確認更正", "確認撤回", "復原", "改時數")

Act = tuple[str, Any]
_CONFIRMED: Final[Act] = ("type", "確認回報")
_REPORT: Final[Act] = ("report", None)  # the words of one of `REPORTS`
# What somebody is about, in three rounds; within one they do not wait for an answer.
_PLANS: Final[tuple[tuple[tuple[Act, ...], ...], ...]] = (
    ((_REPORT,), (("label", "確認回報"),), (("label", "復原"),)),
    ((_REPORT, _CONFIRMED), (("type", "撤回 1"),), (("label", "確認撤回"),)),
    (
        (_REPORT, _CONFIRMED, ("type", "回報 昨天 資料治理 一小時"), _CONFIRMED),
        (("type", "更正 1"), ("type", "改時數"), ("type", "3小時")),
        (("label", "確認更正"),),
    ),
    (
        (("type", "職務問卷"), ("type", "1"), ("type", "3"), ("type", "3")),
        (("type", "1、2"), ("type", "4"), ("type", "3"), ("type", "3")),
        (("type", "我的類別"), ("type", "不符")),
    ),
    (
        (("type", "停止提醒"), ("type", "恢復提醒"), ("type", "停止提醒")),
        (_REPORT, _CONFIRMED),
        (("type", "取消"), ("type", "恢復提醒")),
    ),
    ((_REPORT,), (("type", "取消"),), (("label", "確認回報"),)),
    (  # in both chats: each confirms in one what the other's answer must already count
        (_REPORT, _REPORT, _CONFIRMED, _CONFIRMED),
        (("type", "停止提醒"), ("type", "恢復提醒"), ("type", "停止提醒"), ("type", "恢復提醒")),
        (("type", "進度"), ("type", "紀錄")),
    ),
    ((("type", "問人事 何時截止"), ("type", "送出")), (("type", "進度"),), (("type", "紀錄"),)),
    ((), (), ()),
)
ROUNDS: Final = 3
_ACTS: Final[st.SearchStrategy[Act]] = st.one_of(
    st.just(_REPORT),
    st.tuples(st.just("label"), st.sampled_from(_LABELS)),
    st.tuples(st.just("type"), st.sampled_from(_WORDS)),
    st.tuples(st.just("press"), st.integers(0, 30)),  # any button the chat was ever shown, the newest first
    st.tuples(st.just("type"), st.text(max_size=12)),
    st.tuples(st.sampled_from(["sticker", "leaves", "joins"]), st.none()),
)
# A copy arrives so many places late, in a body of its own or together with what comes before it.
_COPIES: Final = st.lists(st.tuples(st.integers(0, 15), st.booleans()), min_size=1, max_size=3)
Copies = Sequence[tuple[int, bool]]


@dataclass(frozen=True, slots=True)
class Whim:
    """Something off anybody's plan: `who` and `chat` choose a person and one of their chats, whatever their
    number; `place` is after how many others it happens."""

    who: int
    chat: int
    place: int
    act: Act
    copies: Copies


@dataclass(frozen=True, slots=True)
class Round:
    """What people do before they have read the answers to it. `again` are events of earlier rounds that come
    once more; `limit` is the size of a batch; `at_once`: the deliveries do not wait for each other;
    `halves`: what comes late comes when the rest has been handled."""

    whims: Sequence[Whim]
    copies: Sequence[Copies]  # of what is planned, again from the first where they do not suffice
    again: Sequence[tuple[int, int]]
    limit: int
    at_once: bool
    halves: bool


@dataclass(frozen=True, slots=True)
class Human:
    """The chats of one person, and in which of them what is planned happens, or in `both` by turns;
    `report`: of `REPORTS`."""

    chats: tuple[str, ...]
    plan: Sequence[Sequence[Act]]
    chat: int
    both: bool
    report: int


@dataclass(frozen=True, slots=True)
class History:
    people: Sequence[Human]
    rounds: Sequence[Round]

    def steps(self, number: int) -> list[tuple[int, int, Act, Copies]]:
        """Who does what in which chat in that round, in this order, and how it arrives."""
        one = self.rounds[number]
        planned = [
            (who, human.chat + (place if human.both else 0), act)
            for who, human in enumerate(self.people)
            for place, act in enumerate(human.plan[number])
        ]
        steps = [(*step, one.copies[place % len(one.copies)]) for place, step in enumerate(planned)]
        for whim in one.whims:
            steps.insert(whim.place, (whim.who, whim.chat, whim.act, whim.copies))
        return steps

    def said(self, who: int, act: Act) -> Act:
        """With the words of a report."""
        what, value = act
        return ("type", REPORTS[self.people[who].report][0]) if what == "report" else (what, value)


# Which chats a person has: bound ones, or one of somebody who has not consented yet.
_BOTH: Final = ("line", "telegram")
_CHATS: Final = (("line",), ("telegram",), _BOTH, _BOTH, _BOTH, ("stranger",))
_ROUNDS: Final = st.builds(
    Round,
    whims=st.lists(
        st.builds(
            Whim, st.integers(0, PEOPLE - 1), st.integers(0, 1), st.integers(0, 2 * PEOPLE), _ACTS, _COPIES
        ),
        max_size=PEOPLE,
    ),
    copies=st.lists(_COPIES, min_size=7, max_size=3 * PEOPLE),
    again=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 40)), max_size=4),
    limit=st.sampled_from([64, 64, 64, 7]),
    at_once=st.sampled_from([True, True, False]),
    halves=st.booleans(),
)
_HUMANS: Final = st.builds(
    Human,
    chats=st.sampled_from(_CHATS),
    plan=st.sampled_from(_PLANS),
    chat=st.integers(0, 1),
    both=st.booleans(),
    report=st.integers(0, len(REPORTS) - 1),
)
HISTORIES: Final = st.builds(
    History,
    people=st.lists(_HUMANS, min_size=PEOPLE, max_size=PEOPLE),
    rounds=st.lists(_ROUNDS, min_size=ROUNDS, max_size=ROUNDS),
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One event as the platform has it; `order` is its place among those of its chat."""

    platform: Platform
    user_id: str
    event_id: str
    order: int
    raw: dict[str, Any]


def from_line(user_id: str, number: int, at: int, what: str, value: Any) -> Sent:
    """`at` in milliseconds."""
    fields: dict[str, Any] = {"type": "message", "replyToken": f"{number:032x}"}
    match what:
        case "type":
            fields["message"] = {"type": "text", "id": str(number), "text": value}
        case "press":
            fields |= {"type": "postback", "postback": {"data": value}}
        case "sticker":
            fields["message"] = {"type": "sticker", "id": str(number), "packageId": "1", "stickerId": "1"}
        case "joins":
            fields |= {"type": "follow", "follow": {"isUnblocked": True}}
        case _:
            fields = {"type": "unfollow"}
    raw = {
        **fields,
        "mode": "active",
        "timestamp": at,
        "source": {"type": "user", "userId": user_id},
        "webhookEventId": f"L{number}",
        "deliveryContext": {"isRedelivery": False},
    }
    return Sent("line", user_id, f"L{number}", at, raw)


def from_telegram(user_id: str, number: int, at: int, what: str, value: Any) -> Sent:
    """`at` in milliseconds; Telegram tells whole seconds, and of a press nothing."""
    sender = {"id": int(user_id), "is_bot": False, "first_name": "x"}
    chat = {"id": int(user_id), "type": "private", "first_name": "x"}
    message: dict[str, Any] = {"message_id": number, "date": at // 1000, "chat": chat, "from": sender}
    match what:
        case "type":
            fields: dict[str, Any] = {"message": {**message, "text": value}}
        case "press":
            shown = {"message_id": 5, "date": at // 1000, "chat": chat}
            fields = {"callback_query": {"id": str(number), "from": sender, "message": shown, "data": value}}
        case "sticker":
            fields = {"message": {**message, "sticker": {"file_id": "x"}}}
        case "joins":
            fields = {"message": {**message, "text": "/start"}}
        case _:
            states = {"old_chat_member": {"status": "member"}, "new_chat_member": {"status": "kicked"}}
            fields = {"my_chat_member": {"chat": chat, "from": sender, "date": at // 1000, **states}}
    return Sent("telegram", user_id, str(number), number, {"update_id": number, **fields})


@dataclass(frozen=True, slots=True)
class Delivery:
    """Events that a platform hands over at once."""

    platform: Platform
    events: Sequence[Sent]

    def body(self) -> bytes:
        """As a webhook of LINE's."""
        return json.dumps({"destination": "U0", "events": [one.raw for one in self.events]}).encode()

    def update(self) -> bytes:
        """As a webhook of Telegram's, which brings one."""
        return json.dumps(self.events[0].raw).encode()


def deliveries(sent: Sequence[tuple[Sent, Copies]], past: Sequence[Sent], one: Round) -> list[Delivery]:
    """Every event at least once, in an order and in bodies as its copies and `one` say."""
    arriving: list[tuple[int, bool, Sent]] = [
        (place + late, alone, event) for place, (event, copies) in enumerate(sent) for late, alone in copies
    ]
    if past:
        arriving += [(place, True, past[which % len(past)]) for which, place in one.again]
    made: list[list[Sent]] = []
    for _, alone, event in sorted(arriving, key=lambda copy: copy[0]):
        if made and not alone and made[-1][0].platform == event.platform:
            made[-1].append(event)
        else:
            made.append([event])
    return [Delivery(events[0].platform, events) for events in made]
