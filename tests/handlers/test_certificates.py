"""證照 as a conversation: which one to take, what was obtained, and taking a report back."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from guideline.changes import CertificateReported, CertificateWithdrawn
from guideline.records import CertificateEntry, RoleAssignment, RoleStatus
from tests.handlers.lint import faults
from tests.handlers.scene import NOON, Chat, buttons, colleague, edition

IPAS = "經濟部 iPAS 中級 AI應用規劃師能力鑑定"
OLD = CertificateEntry(1, "ai-900", "微軟 AI-900", date(2025, 6, 30), NOON, key="k1")
OWN = CertificateEntry(2, None, "某校結業證書", date(2010, 1, 2), NOON, key="k2")


def placed(*roles: str, track: str = "specialist", **known: Any) -> Chat:
    role = RoleAssignment(1, roles, track, RoleStatus.PROPOSED, {}, edition().id, NOON)
    return colleague(role=role, roles=(role,), **known)


def reported(chat: Chat) -> list[Any]:
    return [change for change in chat.changes if isinstance(change, CertificateReported)]


def reporting(chat: Chat, *typed: str) -> Chat:
    chat.types("回報已取得")
    for words in typed:
        chat.types(words)
    return chat


# 我該考哪張 ------------------------------------------------------------------------------------------


def test_the_card_says_which_and_why() -> None:
    """Open ones by role with class and source; planned ones announced; fees never promised."""
    said = placed("application").types("證照")
    order = [
        said.index(name) for name in (IPAS, "資訊工業策進會", "微軟 AI-901", "預計開辦", "公務AI共通核心")
    ]
    assert order == sorted(order)
    for part in (
        "AI 應用人才",
        "產業證照（工具類或專案技術類，指引未載明）",
        "一般行政同仁的進階目標",
        "問答集 Q7",
        "考到 115/6/30 為止，由這張接續（指引未載明，暫列供參）",
        "人事公布後才列入建議",
        "費用視機關經費狀況補助",
    ):
        assert part in said
    assert "1. 微軟 AI-900" not in said


def test_what_hr_opened_comes_first() -> None:
    """公務AI共通核心能力認證 is the first on the list once it is open."""
    said = placed("application", opened=frozenset({"public-core"})).types("我該考哪張")
    assert "1. 公務AI共通核心能力認證" in said
    assert "各類別都先考這一張" in said
    assert "公務AI共通核心能力認證尚未開辦" not in said


def test_without_a_role_the_questionnaire_comes_first_and_the_general_advice_too() -> None:
    """Q7's advice for general staff; the first button opens the questionnaire."""
    chat = colleague()
    said = chat.types("證照")
    assert "先填職務問卷" in said
    assert IPAS in said
    assert "AI-90" not in said
    assert chat.labels[0] == "開始填職務問卷"


def test_the_foundation_is_not_hurried() -> None:
    """打底即可: hours first, certificates by need or wish (Q2, Q7)."""
    said = placed("application", track="foundation").types("證照")
    assert "先完成時數就好" in said
    assert "依業務需要或個人意願" in said
    assert "先完成時數就好" not in placed("application").types("證照")


def test_what_is_held_is_shown_and_not_offered_again() -> None:
    """With its status; one that has ended stays valid and its successor is not pressed."""
    done = replace(OWN, registered_at=NOON)
    chat = placed("application", certificates=(OLD, done))
    said = chat.types("證照")
    assert "1. 微軟 AI-900（114/6/30 取得）\n自行回報，待人事登錄表51；停考不影響已取得的證書" in said
    assert "2. 某校結業證書（99/1/2 取得）\n已登錄 WebHR 表51（專長）" in said
    assert "AI-901" not in said
    assert "撤回第 1 張" in chat.labels
    assert "撤回第 2 張" not in chat.labels


def test_many_certificates_still_fit_one_message() -> None:
    """The newest five are listed, the others counted."""
    many = tuple(replace(OWN, id=n, key=f"k{n}", name=f"第{n}張" + "很長的名稱" * 11) for n in range(1, 10))
    chat = placed("application", "policy", "research", certificates=many)
    assert "另有 4 張" in chat.types("證照")
    assert [faults(message) for message in chat.replies] == [[]]


def test_everything_open_is_held() -> None:
    """Nothing is left to offer, and the card says so."""
    ids = ("ipas-planner", "iii-office", "ai-901")
    held = tuple(replace(OLD, id=n, certificate_id=name) for n, name in enumerate(ids))
    assert "目前沒有其他已開辦" in placed("application", certificates=held).types("證照")


# 回報已取得 ------------------------------------------------------------------------------------------


def test_a_certificate_is_reported_by_taps_alone() -> None:
    """Which → when → confirmed → recorded, with what happens next and no more than that."""
    chat = placed("application")
    chat.types("證照")
    chat.taps("回報已取得")
    chat.presses(next(b for b in presses(chat) if b.choice == "offer.0"))
    chat.taps("昨天 11/17")
    assert IPAS in chat.said
    assert "115/11/17（二）" in chat.said
    chat.taps("確認回報")
    assert reported(chat) == [
        CertificateReported("ipas-planner", IPAS, date(2026, 11, 17), f"e{chat.events}")
    ]
    assert chat.conversation is None
    for part in ("待人事登錄表51", "接下來", "WebHR 表51（專長）", "證書影本", "請勿傳送身分證字號"):
        assert part in chat.said
    assert chat.receipt == f"已回報證照「{IPAS}」（115/11/17 取得）"
    assert IPAS not in chat.types("證照").split("可以考的證照")[1]


def presses(chat: Chat) -> list[Any]:
    return [b.press for message in chat.replies for b in buttons(message) if b.press]


@pytest.mark.parametrize(
    ("typed", "certificate", "name"),
    [
        (("1",), "ipas-planner", IPAS),
        (("經濟部ipas中級ai應用規劃師能力鑑定",), "ipas-planner", IPAS),
        (("微軟 AI-900",), "ai-900", "微軟 AI-900"),
        (("公務AI共通核心能力認證",), "public-core", "公務AI共通核心能力認證"),
        (("AI-900", "微軟 AI-900"), "ai-900", "微軟 AI-900"),
        (("AI-900", "AI-900"), None, "AI-900"),
        (("AI-900", "3"), None, "AI-900"),
        (("某大學 資料科學學分班",), None, "某大學 資料科學學分班"),
        (("回報系統工程師證書",), None, "回報系統工程師證書"),
    ],
)
def test_names_are_known_or_asked_about(typed: tuple[str, ...], certificate: str | None, name: str) -> None:
    """A number, a name however it is typed, a near one asked about, or one that is on no list."""
    chat = reporting(placed("application"), *typed, "114/6/30", "確認回報")
    assert [(c.certificate_id, c.name, c.obtained_on) for c in reported(chat)] == [
        (certificate, name, date(2025, 6, 30))
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("很" * 61, "60 字以內"),
        ("！？", "請選一項"),
        ("99", "請選一項"),
        ("A123456789", "請勿傳送身分證字號"),
        ("ipas Ａ１２３４５６７８９", "請勿傳送身分證字號"),
    ],
)
def test_a_name_that_is_none_is_asked_again(typed: str, said: str) -> None:
    """Nothing is kept of it, and the question stands."""
    chat = reporting(placed("application"), typed)
    assert said in chat.said
    assert list(chat.changes) == []
    assert "哪一張證照" in chat.said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("明天", "11/19（四）還沒到"),
        ("2/30", "找不到「2/30」這一天"),
        ("去年", "是哪一天"),
        ("忘了", "沒有看懂日期"),
        ("12/5", "不太確定"),
        ("83/7/1", "不太確定"),
    ],
)
def test_a_day_that_cannot_be_is_asked_again(typed: str, said: str) -> None:
    """Future, impossible, vague, none, or in doubt: asked, never guessed."""
    chat = reporting(placed("application"), "1", typed)
    assert said in chat.said
    assert "發證日期" in chat.said
    assert reported(chat) == []
    chat.types("民國83年7月1日")
    assert "83/7/1（五）" in chat.said


def test_a_doubtful_day_offers_its_readings() -> None:
    """12/5 has not come this year: last year's is a button; 83/7/1 may be a year of the republic."""
    for typed, label, shown in (
        ("12/5", "114/12/5", "114/12/5（五）"),
        ("83/7/1", "民國83/7/1", "83/7/1（五）"),
    ):
        chat = reporting(placed("application"), "1", typed)
        chat.taps(label)
        assert shown in chat.said


def test_one_that_has_ended_may_be_reported() -> None:
    """停考不影響已取得的證書."""
    chat = reporting(placed("application"), "微軟 AI-900", "114/6/30")
    assert "已停考；停考不影響已取得的證書" in chat.said


@pytest.mark.parametrize("name", ["微軟 AI-900", "某校結業證書", "某校 結業證書"])
def test_the_same_certificate_again_is_asked_about(name: str) -> None:
    """Once more only after a yes; 改證照 takes another."""
    chat = reporting(placed("application", certificates=(OLD, OWN)), name)
    assert "您已經回報過" in chat.said
    chat.types("嗯")
    assert "請輸入「是」" in chat.said
    chat.types("改證照")
    assert "哪一張證照" in chat.said
    chat.types(name)
    chat.taps("是，再回報一次")
    chat.types("昨天")
    chat.types("確認回報")
    assert len(reported(chat)) == 1


def test_one_reported_meanwhile_is_asked_about_before_it_counts() -> None:
    """Another chat of the same person was faster."""
    chat = reporting(placed("application"), "1", "昨天")
    chat.certificates = (replace(OLD, certificate_id="ipas-planner", name=IPAS),)
    chat.types("確認回報")
    assert reported(chat) == []
    assert "您已經回報過" in chat.said
    chat.types("是")
    chat.types("確認回報")
    assert len(reported(chat)) == 1


def test_parts_are_changed_before_it_counts() -> None:
    """改日期 keeps the certificate, 改證照 keeps the date; other words say what can be typed."""
    chat = reporting(placed("application"), "1", "昨天", "改日期", "前天", "嗯")
    assert "確認回報" in chat.said
    chat.types("改證照")
    chat.types("2")
    assert "115/11/16" in chat.said
    assert "資訊工業策進會" in chat.said


def test_another_task_between_leaves_the_report_waiting() -> None:
    """進度 in the middle ends with the way back; 取消 keeps nothing."""
    chat = reporting(placed("application"), "1", "進度")
    assert "還沒回報完" in chat.said
    chat.types("回報已取得")
    assert "發證日期" in chat.said
    chat.types("取消")
    assert "已取消證照回報" in chat.said
    assert chat.conversation is None


def test_an_old_button_changes_nothing() -> None:
    """Of another run, of another step, or of a run that is over."""
    chat = reporting(placed("application"))
    first = presses(chat)[0]
    chat.types("取消")
    assert "失效" in chat.presses(first)
    reporting(chat, "1")
    assert "題目已更新" in chat.presses(first)
    chat.types("昨天")
    ok = chat.button("確認回報")
    chat.taps("確認回報")
    chat.presses(ok)
    assert chat.changes == ()
    assert len(chat.certificates) == 1


# 撤回 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["撤回證照 1", "撤回證照1", "撤回證照", "tap"])
def test_a_report_is_taken_back(way: str) -> None:
    """By number, by the word where one waits, by the button; HR never sees it again."""
    chat = placed("application", certificates=(OLD,))
    chat.types("證照")
    if way == "tap":
        chat.taps("撤回第 1 張")
    else:
        chat.types(way)
        if "1" in way:
            assert "要撤回第 1 張" in chat.said
            assert "微軟 AI-900" in chat.said
            chat.types("是")
    assert CertificateWithdrawn(1) in chat.changes
    assert chat.conversation is None
    assert "已撤回「微軟 AI-900」" in chat.said
    assert chat.receipt
    assert "可以撤回" in chat.types("撤回證照")
    assert not chat.changes


def test_of_several_the_number_is_asked() -> None:
    """The card comes with it, so that the numbers are in sight."""
    chat = placed("application", certificates=(OLD, OWN))
    for typed in ("撤回證照", "撤回證照 9", "撤回證照 那張"):
        assert "加上數字" in chat.types(typed)
        assert "2. 某校結業證書" in chat.said
        assert "1. 微軟 AI-900" in chat.said
        assert chat.changes == ()
    chat.types("撤回證照 2")
    chat.taps("確認撤回")
    assert chat.changes[0] == CertificateWithdrawn(2)


def withdrawn(chat: Chat) -> list[int]:
    """Which reports have gone."""
    return [held.id for held in chat.certificates if held.withdrawn_at is not None]


def test_a_number_typed_again_takes_no_second_report() -> None:
    """Before the answer came, and after it: each number stays with its own report."""
    chat = placed("application", certificates=(OLD, OWN))
    chat.types("撤回證照 1")
    chat.types("撤回證照 1")
    assert withdrawn(chat) == []
    chat.types("是")
    chat.types("是")
    assert withdrawn(chat) == [1]
    assert "第 1 張已經撤回" in chat.types("撤回證照 1")
    assert "2. 某校結業證書" in chat.said
    chat.types("撤回證照 第2張")
    chat.types("取消")
    assert withdrawn(chat) == [1]
    assert [fault for message in chat.heard for fault in faults(message)] == []


def test_a_report_in_the_middle_is_kept_while_another_is_taken_back() -> None:
    """The question stands above it, and goes on with it afterwards; an old yes changes nothing."""
    chat = reporting(placed("application", certificates=(OLD, OWN)), "1")
    chat.types("取消")
    reporting(chat, "TOEIC")
    chat.types("撤回證照 1")
    old = chat.button("確認撤回")
    chat.types("嗯")
    assert withdrawn(chat) == []
    chat.taps("確認撤回")
    assert withdrawn(chat) == [1]
    assert chat.conversation is not None
    assert chat.conversation.task == "certificate"
    chat.presses(old)
    assert withdrawn(chat) == [1]


def test_what_is_settled_while_it_is_asked_about() -> None:
    """Registered by HR meanwhile, or taken back by its button: told, and nothing changes."""
    for settled in (replace(OLD, registered_at=NOON), replace(OLD, withdrawn_at=NOON)):
        for way in ("是", "什麼"):
            chat = placed("application", certificates=(OLD,))
            chat.types("撤回證照 1")
            chat.certificates = (settled,)
            assert "已由人事登錄" in chat.types(way) or "已經撤回" in chat.said
            assert chat.conversation is None
            assert not [one for one in chat.changes if isinstance(one, CertificateWithdrawn)]


@pytest.mark.parametrize("way", ["撤回證照 1", "tap"])
def test_what_hr_has_registered_stays(way: str) -> None:
    """Also by a button of before: HR corrects it."""
    chat = placed("application", certificates=(OLD,))
    chat.types("證照")
    old = chat.button("撤回第 1 張")
    chat.certificates = (replace(OLD, registered_at=NOON + timedelta(hours=1)),)
    if way == "tap":
        chat.presses(old)
    else:
        chat.types(way)
    assert chat.changes == ()
    assert "已由人事登錄" in chat.said
    assert "分機 1234" in chat.said


def test_the_next_step_does_not_offer_what_is_held() -> None:
    """下一步 loads what the person holds and what HR opened."""
    chat = placed("research", certificates=(replace(OLD, certificate_id="ai-901"),))
    chat.types("下一步")
    assert "AI-901" not in chat.said


def test_the_card_says_that_hr_asked_for_the_paper() -> None:
    """What was given back says what to do, until HR has registered it all the same."""
    given_back = CertificateEntry(1, None, "某證照", date(2025, 1, 2), NOON, key="k1", returned_at=NOON)
    chat = colleague(certificates=(given_back,))
    assert "請備妥證書影本洽人事，或撤回重報" in chat.types("證照")
    chat.certificates = (replace(given_back, registered_at=NOON),)
    assert "請備妥" not in chat.types("證照")
