"""Which events are answered at all, and by whom."""

import pytest

from guideline.changes import ConversationMoved, MessageUnsent, ReachabilityChanged
from guideline.records import Account
from handlers.desk import Agency
from handlers.event import Event, Kind
from handlers.message import Text, plain
from handlers.payload import Press
from handlers.router import apology, code_in, handle
from tests.handlers.scene import CODE, NOON, Chat, colleague, desk_of, stranger

PRIVATELY = "為保護個人資料，請加入好友後單獨詢問。"


@pytest.mark.parametrize(
    "typed", ["進度", "/progress@bot", "下一步", "回報 昨天 2小時", f"啟用 {CODE}", "說明"]
)
@pytest.mark.parametrize("who", [stranger, colleague])
def test_in_a_group_a_command_gets_one_sentence(typed: str, who: object) -> None:
    """Nothing personal is said in a group, whoever asks, and nothing changes."""
    chat: Chat = who()  # type: ignore[operator]
    assert chat.types(typed, private=False) == PRIVATELY
    assert [type(change) for change in chat.changes] == [ConversationMoved]  # that it was said
    chat.types(typed, private=False)
    assert (chat.replies, chat.changes) == ((), ())  # and not to every message


@pytest.mark.parametrize(
    "typed", ["大家好", "同意", "取消", "繼續", "今天開會進度如何", "回報明天的會議", ""]
)
def test_in_a_group_talk_is_not_answered(typed: str) -> None:
    """People talking to each other hear nothing from us."""
    chat = colleague()
    chat.types(typed, private=False)
    assert chat.replies == ()


@pytest.mark.parametrize("kind", [Kind.BLOCKED, Kind.MEDIA, Kind.OTHER, Kind.PRESS])
def test_in_a_group_other_events_are_silent(kind: Kind) -> None:
    """Leaving, stickers and buttons in a group change nothing."""
    chat = colleague()
    chat.does(kind, private=False)
    assert chat.replies == ()
    assert chat.changes == ()


def test_a_code_in_a_group_is_not_looked_up() -> None:
    """A code shown to a group is never tried there."""
    assert code_in(Event(Kind.TEXT, NOON, f"啟用 {CODE}", private=False)) is None
    assert code_in(Event(Kind.TEXT, NOON, f"啟用 {CODE}")) == CODE
    assert code_in(Event(Kind.MEDIA, NOON)) is None


def test_blocked_and_back() -> None:
    """Blocking is remembered without a word; whoever writes or comes back can be reached again."""
    chat = colleague()
    chat.does(Kind.BLOCKED)
    assert chat.changes == (ReachabilityChanged(reachable=False),)
    assert chat.replies == ()
    chat.types("進度")
    assert chat.changes == (ReachabilityChanged(reachable=True),)
    chat.does(Kind.BLOCKED)
    chat.does(Kind.JOINED)
    assert chat.account.reachable
    assert "王小明" in chat.said


def test_what_is_taken_back_is_erased_in_silence() -> None:
    """LINE's unsend names the message; nothing is said, also in a group."""
    chat = colleague()
    chat.does(Kind.UNSENT, message_id="m77")
    assert chat.changes == (MessageUnsent("m77"),)
    assert chat.replies == ()


def test_unknown_events_are_never_answered() -> None:
    """Malformed or unknown: stored, and silence."""
    chat = colleague()
    chat.does(Kind.OTHER)
    assert chat.replies == ()
    assert chat.changes == ()


@pytest.mark.parametrize("press", [None, Press("gone", "x", "y"), Press("do", "gone"), Press("do", "", "n")])
@pytest.mark.parametrize("busy", [False, True])
def test_an_unknown_button_is_answered_kindly(press: Press | None, busy: bool) -> None:
    """A button of another version says so, and shows the present question or what can be done."""
    chat = colleague()
    if busy:
        chat.types("問卷")
    chat.presses(press)
    assert "失效" in chat.said
    assert chat.changes == ()
    assert ("近半年" in chat.said) is busy


@pytest.mark.parametrize(
    "press", [None, Press("gone", "x", "y"), Press("do", "log"), Press("questionnaire", "1.1", "e")]
)
def test_a_strangers_button_never_reaches_a_task(press: Press | None) -> None:
    """A button pressed from an account that is nobody's leads to the notice."""
    chat = stranger()
    chat.presses(press)
    assert "個人資料蒐集告知" in chat.said
    consented = stranger(account=Account(1, "line", "U1", consented_at=NOON))
    consented.presses(press)
    assert "啟用" in consented.said
    assert consented.changes == ()


def test_receipts_open_the_next_reply() -> None:
    """What may not have arrived is said once, before anything else, and never in a group."""
    chat = colleague(unreceived=("已回報 2 小時「甲」（115/11/17）",))
    chat.types("進度", private=False)
    assert chat.said == PRIVATELY
    chat.unreceived = ("已回報 2 小時「甲」（115/11/17）", "帳號啟用完成")
    chat.types("進度")
    first = chat.replies[0]
    assert isinstance(first, Text)
    assert first.body == "先前的訊息可能沒有送達，補充如下：已回報 2 小時「甲」（115/11/17）；帳號啟用完成。"
    chat.unreceived = tuple(f"已回報 {n} 小時" for n in range(9))
    chat.types("進度")
    assert "等 9 件" in plain(chat.replies[0])
    assert len(plain(chat.replies[0])) < 120


def test_receipts_lost_again_and_again_are_all_shown() -> None:
    """The reply that carried two of them was lost as well: all three stand in the next, none cut short."""
    each = tuple(f"已回報 2 小時「{name}子研習」（115/11/1{n}）" for n, name in enumerate("甲丙戊"))
    chat = colleague(unreceived=("；".join(each),))
    chat.types("進度")
    first = chat.replies[0]
    assert isinstance(first, Text)
    assert first.body == f"先前的訊息可能沒有送達，補充如下：{'；'.join(each)}。"


def test_a_receipt_that_several_lost_replies_had_is_shown_once() -> None:
    """Otherwise it would push others out of the few that are shown; in the order in which it was done: what
    a reply carries is older than what one before it, still under way then, says itself."""
    lost = ("已復原 乙", "已回報 甲；已復原 甲；已回報 乙；", "已回報 甲；已回報 丙")
    chat = colleague(unreceived=lost)
    chat.types("進度")
    first = chat.replies[0]
    assert isinstance(first, Text)
    assert first.body == "先前的訊息可能沒有送達，補充如下：已回報 乙；已復原 乙；已回報 丙等 5 件。"


def test_a_name_with_the_mark_between_receipts_is_one_receipt() -> None:
    """「AI；倫理」 is a course's name and no two receipts."""
    chat = colleague(unreceived=tuple(f"已回報 {n} 小時「AI；倫理」（115/11/1{n}）" for n in range(1, 5)))
    chat.types("進度")
    assert "等 4 件" in plain(chat.replies[0])


@pytest.mark.parametrize("known", [True, False])
def test_stickers_and_pictures_get_a_kind_short_answer(known: bool) -> None:
    """Nothing but words is read, and that is said."""
    chat = colleague() if known else stranger()
    chat.types("哈囉")
    said = chat.does(Kind.MEDIA)
    assert said
    assert len(said) < 400


def test_cancel_with_nothing_running() -> None:
    """取消 says that nothing was running."""
    chat = colleague()
    assert "沒有進行中" in chat.types("取消")
    assert "沒有進行中" in chat.types("繼續")
    assert chat.changes == ()


@pytest.mark.parametrize(
    "typed", ["天氣", "🙂" * 5000, "", "A" * 100_000, "\u202e\u0000", "9", "（╯°□°）╯︵ ┻━┻"]
)
def test_nonsense_is_answered_shortly_and_not_echoed(typed: str) -> None:
    """The answer says what can be typed; nothing of what was typed comes back."""
    chat = colleague()
    said = chat.types(typed)
    assert "看不懂" in said
    assert len(said) < 200
    assert chat.changes == ()


def test_help_speaks_from_where_one_stands() -> None:
    """Stranger, consented, bound and with a role each read something else."""
    unknown, half, known = (
        stranger(),
        stranger(account=Account(1, "line", "U1", consented_at=NOON)),
        colleague(),
    )
    unknown.types("哈囉")
    answers = {unknown.types("說明"), half.types("說明"), known.types("說明")}
    assert len(answers) == 3
    assert "開始填職務問卷" in known.labels


def test_an_apology_names_the_office() -> None:
    """When something failed: sorry, try again, whom to ask; also without a contact."""
    for agency in (Agency("測試縣政府"), Agency("測試縣政府", "人事處", "分機 1234")):
        outcome = apology(desk_of(agency))
        said = "\n".join(map(plain, outcome.replies))
        assert "抱歉" in said
        assert agency.hr in said
        assert outcome.changes == ()


def test_replaying_an_event_gives_the_same_outcome() -> None:
    """Pure: the same event and snapshot, the same replies and changes."""
    chat = colleague()
    event = Event(Kind.TEXT, NOON, "回報 昨天 AI簡報設計 2小時", nonce="n1")
    assert handle(event, chat.snapshot(), chat.desk) == handle(event, chat.snapshot(), chat.desk)
