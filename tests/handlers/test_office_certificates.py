"""HR's two lists: what waits for WebHR 表51, and planned certificates to be opened."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from guideline.changes import CertificateOpened, CertificateRegistered, CertificateReturned
from guideline.records import Access, Account, CertificateEntry, Office, Person
from handlers.message import plain
from handlers.payload import Press
from tests.handlers.lint import faults
from tests.handlers.scene import NOON, WANG, Chat, colleague

HR = Person(9, "A90000001", "林人事", "人事處", access=Access.HR)
CHEN = Person(8, "A10000002", "陳怡君", "教育局/體育科")
HELD = CertificateEntry(31, "ai-900", "微軟 AI-900", date(2025, 6, 30), NOON, key="k1")
MORE = CertificateEntry(32, None, "某校結業證書", date(2010, 1, 2), NOON, key="k2")


def hr(*waiting: tuple[Person, CertificateEntry], **known: Any) -> Chat:
    office = Office(certificates=waiting, certificates_waiting=len(waiting))
    account = Account(1, "line", "U1", person_id=HR.id, consented_at=NOON)
    return Chat(account=account, person=HR, office=office, **known)


def test_the_list_names_holder_unit_and_certificate() -> None:
    """The oldest first, a button for each."""
    chat = hr((WANG, HELD), (CHEN, MORE))
    said = chat.types("表51")
    assert said.index("王小明") < said.index("陳怡君")
    for part in ("教育局/體育科", "微軟 AI-900（114/6/30 取得）", "請勿轉傳"):
        assert part in said
    assert [label for label in chat.labels if "已登錄表51" in label] == [
        "第 1 張已登錄表51",
        "第 2 張已登錄表51",
    ]
    assert "沒有待登錄" in hr().types("表 51")


@pytest.mark.parametrize("way", ["number", "button", "page", "next pages"])
def test_nobody_is_held_up_by_those_before(way: str) -> None:
    """The last of twenty is found by its number, by an old button, and on its page."""
    chat = hr(*[(CHEN, replace(MORE, id=n, name=f"證{n}號")) for n in range(1, 21)])
    assert "共 20 張" in chat.types("表51")
    match way:
        case "number":
            chat.types("表51 20")
        case "button":
            chat.presses(Press("form51", "ask.20"))
        case "page":
            assert "第 3 頁，共 3 頁" in chat.types("表51 第3頁")
            chat.taps("第 20 張已登錄表51")
        case _:
            chat.taps("下一頁")
            chat.taps("下一頁")
            assert "下一頁" not in chat.labels
            chat.taps("第 20 張已登錄表51")
    assert "陳怡君的「證20號」" in chat.said
    chat.types("是")
    assert chat.changes[0] == CertificateRegistered(20, CHEN.id)


@pytest.mark.parametrize("way", ["taps", "types"])
def test_what_cannot_be_checked_is_given_back(way: str) -> None:
    """After one question: its holder is told what to do, and it waits behind all others, once."""
    chat = hr((WANG, HELD), (CHEN, MORE))
    chat.types("表51 1")
    chat.taps("無法核對，請補件") if way == "taps" else chat.types("請補件")
    assert not [c for c in chat.changes if isinstance(c, CertificateReturned)]
    old = chat.button("是，請補件")
    chat.taps("是，請補件") if way == "taps" else chat.types("是")
    assert chat.changes[0] == CertificateReturned(31, WANG.id)
    assert chat.conversation is None
    (notice,) = chat.notices
    assert notice.to == WANG.id
    said = plain(notice.messages[0])
    assert said.startswith("您回報的「微軟 AI-900」人事還無法核對，請備妥證書影本洽人事處（")
    assert "或撤回重報" in said
    assert [fault for message in notice.messages for fault in faults(message)] == []
    listed = chat.types("表51")
    assert listed.index("陳怡君") < listed.index("王小明")
    assert "微軟 AI-900（114/6/30 取得）；已請本人補件" in listed
    chat.presses(old)
    assert not [c for c in chat.changes if isinstance(c, CertificateReturned)]
    assert "已請本人補件" in chat.types("表51 2")
    assert "無法核對，請補件" not in chat.labels
    chat.types("請補件")
    assert not [c for c in chat.changes if isinstance(c, CertificateReturned)]
    chat.types("是")
    assert CertificateRegistered(31, WANG.id) in chat.changes


def test_the_yes_of_one_question_does_not_answer_the_other() -> None:
    """An old 「是，已登錄」 while it is asked whether to give it back, and 取消 there, change nothing."""
    chat = hr((WANG, HELD))
    chat.types("表51 1")
    registered = chat.button("是，已登錄")
    chat.taps("無法核對，請補件")
    chat.presses(registered)
    assert chat.changes == ()
    chat.types("取消")
    assert chat.office.certificates == ((WANG, HELD),)


def test_one_settled_while_it_is_given_back() -> None:
    """A colleague registered it, or gave it back: told kindly, nobody else is told anything."""
    for settled in ((), ((WANG, replace(HELD, returned_at=NOON)),)):
        chat = hr((WANG, HELD))
        chat.types("表51 1")
        chat.types("請補件")
        chat.office = Office(certificates=settled, certificates_waiting=len(settled))
        assert "已請本人補件" in chat.types("是") or "已由其他人事同仁登錄" in chat.said
        assert not [c for c in chat.changes if isinstance(c, CertificateReturned)]
        assert chat.notices == ()


@pytest.mark.parametrize("way", ["taps", "types"])
def test_hr_registers_after_one_question_and_the_holder_is_told(way: str) -> None:
    """By taps or by 「表51 2」 and 是: one change, one notice to the holder, none to anybody else."""
    chat = hr((WANG, HELD), (CHEN, MORE))
    chat.types("表51")
    chat.taps("第 2 張已登錄表51") if way == "taps" else chat.types("表51 2")
    assert "陳怡君的「某校結業證書」" in chat.said
    assert not [c for c in chat.changes if isinstance(c, CertificateRegistered)]
    chat.taps("是，已登錄") if way == "taps" else chat.types("是")
    assert chat.changes[0] == CertificateRegistered(32, CHEN.id)
    assert chat.conversation is None
    assert "還有 1 張待登錄" in chat.said
    assert chat.receipt == "已登錄一張證照於表51"  # it is kept: no name, nothing of theirs
    (notice,) = chat.notices
    assert notice.to == CHEN.id
    assert plain(notice.messages[0]).startswith("您回報的「某校結業證書」已由人事登錄於 WebHR 表51（專長）。")
    assert notice.receipt
    assert [fault for message in notice.messages for fault in faults(message)] == []


def test_ones_own_needs_no_notice() -> None:
    """The answer itself tells it."""
    chat = hr((HR, HELD))
    chat.types("表51 1")
    chat.types("是")
    assert chat.changes[0] == CertificateRegistered(31, HR.id)
    assert chat.notices == ()


@pytest.mark.parametrize("way", ["是", "tap", "list button", "什麼"])
def test_one_settled_by_somebody_else_is_told_kindly(way: str) -> None:
    """A colleague was faster, or the holder took it back: nothing changes, the list comes anew."""
    chat = hr((WANG, HELD), (CHEN, MORE))
    chat.types("表51")
    old = chat.button("第 1 張已登錄表51")
    chat.taps("第 1 張已登錄表51")
    yes = chat.button("是，已登錄")
    chat.office = Office(certificates=((CHEN, MORE),), certificates_waiting=1)
    match way:
        case "tap":
            chat.presses(yes)
        case "list button":
            chat.presses(old)
        case _:
            chat.types(way)
    assert not [c for c in chat.changes if isinstance(c, CertificateRegistered)]
    assert chat.notices == ()
    assert "陳怡君" in chat.said
    assert "已更新" in chat.said or "已由其他人事同仁登錄" in chat.said


def test_a_yes_of_an_earlier_question_registers_nothing() -> None:
    """是 belongs to the question that it stood under."""
    chat = hr((WANG, HELD), (CHEN, MORE))
    chat.types("表51 1")
    old = chat.button("是，已登錄")
    chat.types("表51 2")
    chat.presses(old)
    assert not [c for c in chat.changes if isinstance(c, CertificateRegistered)]


def test_the_question_waits_while_something_else_is_done() -> None:
    """進度 between, then 繼續; 取消 leaves it unregistered."""
    chat = hr((WANG, HELD))
    chat.types("表51 1")
    chat.types("進度")
    assert "等您確認" in chat.said
    chat.types("繼續")
    assert "已經登錄在" in chat.said
    chat.types("取消")
    assert "已取消表51 登錄" in chat.said
    assert chat.office.certificates_waiting == 1


@pytest.mark.parametrize("typed", ["表51", "證照開放", "表51 1", "證照開放 1"])
def test_for_everybody_else_these_words_are_about_certificates(typed: str) -> None:
    """A colleague sees their own card and no list of anybody's."""
    chat = colleague(office=Office(certificates=((CHEN, HELD),), certificates_waiting=1))
    assert "我該考哪張證照" in chat.types(typed)
    assert "陳怡君" not in chat.said
    assert chat.changes == ()


@pytest.mark.parametrize("choice", ["ask.31", "open.public-core", "yes", "close.public-core", "x", ""])
def test_hrs_buttons_do_nothing_for_others(choice: str) -> None:
    """Wherever they found the payload."""
    chat = colleague(office=Office(certificates=((CHEN, HELD),), certificates_waiting=1))
    assert "限人事使用" in chat.presses(Press("form51", choice))
    assert chat.changes == ()


def test_who_is_not_of_hr_any_more_is_refused_in_the_middle() -> None:
    """Access is looked at each time."""
    for way in ("是", "繼續"):
        chat = hr((WANG, HELD))
        chat.types("表51 1")
        chat.person = replace(HR, access=Access.STAFF)
        assert "限人事使用" in chat.types(way)
        assert chat.conversation is None


@pytest.mark.parametrize("way", ["taps", "types"])
def test_hr_opens_a_planned_certificate_and_takes_it_back(way: str) -> None:
    """From then on it is advised first; taken back it is only announced."""
    chat = hr()
    said = chat.types("證照開放")
    assert "1. 公務AI共通核心能力認證：尚未開放" in said
    assert "預計115年下半年開始試辦" in said
    chat.taps("開放第 1 項") if way == "taps" else chat.types("證照開放 1")
    assert chat.changes == (CertificateOpened("public-core", open=True),)
    assert "1. 公務AI共通核心能力認證：已開放" in chat.said
    assert "1. 公務AI共通核心能力認證\n" in chat.types("證照")
    chat.types("證照開放")
    chat.taps("收回第 1 項") if way == "taps" else chat.types("證照開放 1 收回")
    assert chat.changes == (CertificateOpened("public-core", open=False),)
    assert "公務AI共通核心能力認證尚未開辦" in chat.types("證照")


def test_what_is_so_already_is_only_said() -> None:
    """An old button, a word typed twice, and a certificate that was never planned change nothing."""
    chat = hr(opened=frozenset({"public-core"}))
    for act in ("證照開放 1", "證照開放 2 收回"):
        assert "沒有再變動" in chat.types(act)
        assert chat.changes == ()
    assert "沒有再變動" in chat.presses(Press("form51", "open.public-core"))
    assert "沒有再變動" in chat.presses(Press("form51", "open.ai-900"))
    assert "證照開放" in chat.types("證照開放 99")
    assert "待登錄" in chat.presses(Press("form51", "open.gone"))
    assert chat.changes == ()


def test_all_that_hr_reads_is_worded_well() -> None:
    """No fault in any message of either list, also at their longest."""
    long = replace(MORE, name="名" * 60)
    chat = hr(*[(replace(CHEN, unit="某某局/某某科/某某股"), replace(long, id=n)) for n in range(99)])
    for typed in (
        "表51",
        "表51 第2頁",
        "表51 3",
        "什麼",
        "進度",
        "是",
        "表51 99",
        "請補件",
        "是",
        "表51 99",
        "證照開放",
        "證照開放 1",
        "證照開放 1 收回",
    ):
        chat.types(typed)
    assert [fault for message in chat.heard for fault in faults(message)] == []


def test_the_menu_of_hr_leads_here() -> None:
    """人事 says how many wait and has a button to them; from there it goes on to 證照開放."""
    chat = hr((WANG, HELD))
    assert "表51 待登錄：1 張證照" in chat.types("人事")
    assert "王小明" in chat.taps("表51 與證照開放")
    assert "公務AI共通核心" in chat.taps("證照開放")
