"""The thread: a stranger becomes a known person, learns their role and next step, and reports hours."""

import pytest

from bot.simulator.faults import Fault
from tests.wire.conftest import Phone
from tests.wire.house import House, open_house


async def activated(house: House, phone: Phone, employee_no: str = "A001") -> None:
    """Goes the way of everyone: friend, notice, consent, code, confirmation."""
    await phone.joins()
    await phone.taps("開始啟用")
    await phone.says(f"啟用 {await house.code(employee_no)}")
    await phone.taps("是我本人")


async def test_from_friend_to_reported_hours(house: House, phone: Phone) -> None:
    """加入好友 → notice → code → who you are → questionnaire → role → next step → hours → progress."""
    welcome = "\n".join(await phone.joins())
    assert "AI 學習小幫手" in welcome
    assert "個人資料保護法第 8 條" in welcome
    assert "啟用" in "\n".join(await phone.taps("開始啟用"))
    confirm = "\n".join(await phone.says(f"啟用 {await house.code()}"))
    assert "王○明" in confirm
    assert "給與科" in confirm
    assert "王小明" in "\n".join(await phone.taps("是我本人"))

    question = "\n".join(await phone.says("職務問卷"))
    assert "1/7" in question
    for answer in ("1", "3", "3", "1、2"):
        question = "\n".join(await phone.says(answer))
    assert "5/7" in question
    for answer in ("4", "3"):
        question = "\n".join(await phone.says(answer))
    assert "7/7" in question
    result = "\n".join(await phone.says("2"))
    assert "AI 應用人才" in result
    assert "Q3" in result
    assert "建議" in result

    step = "\n".join(await phone.says("下一步"))
    assert "elearn.hrd.gov.tw" in step or "elearn.hrd.gov.tw" in str(phone_contents(house, phone))
    asked = "\n".join(await phone.says("回報 昨天 AI簡報設計 兩個半小時"))
    assert "2.5 小時" in asked
    assert "非官方" in asked
    reported = "\n".join(await phone.taps("確認回報"))
    assert "2.5 小時" in reported
    progress = "\n".join(await phone.says("進度"))
    assert "尚無官方資料" in progress
    assert await house.rows("SELECT minutes, source, withdrawn_at FROM hours") == [(150, "self", None)]

    # A button of the first question, long answered: nothing changes, the person is told.
    first_question = next(data for data in phone.buttons().values() if data.startswith("1:questionnaire:"))
    assert "題目已更新" in "\n".join(await phone.presses(first_question))

    undone = "\n".join(await phone.taps("復原"))
    assert undone
    assert await house.rows("SELECT count(*) FROM hours WHERE withdrawn_at IS NULL") == [(0,)]
    assert (await house.rows("SELECT count(*) FROM audit"))[0][0] >= 5


def phone_contents(house: House, phone: Phone) -> list[object]:
    sim = house.line if phone.platform == "line" else house.telegram
    return [entry.content for entry in sim.transcript(phone.user_id)]  # type: ignore[arg-type]


async def test_by_taps_alone(house: House, phone: Phone) -> None:
    """The questionnaire is gone through with buttons only, back once, with a multiple choice."""
    await activated(house, phone)
    await phone.taps("開始填職務問卷")
    await phone.taps("1 ")
    back = "\n".join(await phone.taps("上一題"))
    assert "1/7" in back
    await phone.taps("1 ")
    await phone.taps("3 ")
    await phone.taps("3 ")
    await phone.taps("1 ")
    await phone.taps("選好了")
    await phone.taps("4 ")
    await phone.taps("3 ")
    result = "\n".join(await phone.taps("2 "))
    assert "建議類別" in result


async def test_five_wrong_codes_lock_the_account_for_a_quarter_of_an_hour(house: House, phone: Phone) -> None:
    """One and the same answer for every bad code; after five, even the right one waits."""
    await phone.joins()
    await phone.taps("開始啟用")
    answers = set()
    for n in range(4):
        answers.add("\n".join(await phone.says(f"啟用 WRNG-0000-000{n}")))
    assert len(answers) == 1
    assert "啟用碼無法使用" in answers.pop()
    await phone.says("啟用 WRNG-0000-0009")
    locked = "\n".join(await phone.says(f"啟用 {await house.code()}"))
    assert "啟用碼無法使用" in locked
    assert await house.rows("SELECT count(*) FROM account WHERE person_id IS NOT NULL") == [(0,)]


async def test_used_expired_and_unknown_codes_get_the_same_answer(house: House, phone: Phone) -> None:
    """Nothing in the chat tells which codes exist."""
    used = await house.code("A002")
    other = house.line_phone(8) if phone.platform == "line" else house.telegram_phone(8)
    await other.joins()
    await other.taps("開始啟用")
    await other.says(f"啟用 {used}")
    await other.taps("是我本人")
    expired = await house.code("A003")
    await house.write("UPDATE activation SET expires_at = 0 WHERE used_at IS NULL")
    await phone.joins()
    await phone.taps("開始啟用")
    said = [await phone.says(f"啟用 {code}") for code in (used, expired, "ZZZZ-ZZZZ-ZZZZ")]
    assert said[0] == said[1] == said[2]
    assert "啟用碼無法使用" in said[0][0]


async def test_a_telegram_deep_link_needs_no_typing(house: House) -> None:
    """t.me/bot?start=CODE: the code waits while the notice is read, then shows who it is for."""
    phone = house.telegram_phone()
    await house.telegram.start(phone.user_id, await house.code())
    await house.quiet()
    assert "個人資料保護法" in phone.read()
    assert "王○明" in "\n".join(await phone.taps("開始啟用"))


async def test_a_new_code_moves_the_person_to_the_new_phone(house: House, phone: Phone) -> None:
    """Lost phone: activating again on the same platform unbinds the old account."""
    await activated(house, phone)
    new = house.line_phone(5) if phone.platform == "line" else house.telegram_phone(5)
    await activated(house, new)
    assert await house.rows("SELECT count(*) FROM account WHERE person_id IS NOT NULL") == [(1,)]
    assert "啟用" in "\n".join(await phone.says("進度"))


async def test_nothing_of_the_person_goes_to_the_lost_phone(house: House) -> None:
    """The reply that confirmed hours on the old phone was lost; whoever holds it now is a stranger."""
    old, new = house.line_phone(1), house.line_phone(2)
    await activated(house, old)
    await old.says("回報 昨天 AI簡報設計 2小時")
    house.line.faults.next("reply", Fault.error(500))
    await old.taps("確認回報")
    await activated(house, new)
    said = "\n".join(await old.says("你好"))
    assert said
    assert "AI簡報" not in said
    assert "未送達" not in said


async def test_both_platforms_of_one_person_share_the_hours(house: House) -> None:
    """One person on LINE and on Telegram: what is reported on one shows on the other."""
    line, telegram = house.line_phone(), house.telegram_phone()
    await activated(house, line)
    await activated(house, telegram)
    await line.says("回報 昨天 AI簡報設計 2小時")
    await line.taps("確認回報")
    assert "2 小時" in "\n".join(await telegram.says("紀錄")) or "2" in "\n".join(await telegram.says("進度"))
    assert await house.rows("SELECT count(DISTINCT person_id) FROM hours") == [(1,)]


@pytest.mark.parametrize("platform", ["line", "telegram"])
async def test_the_same_thread_on_postgresql(postgres_url: str, platform: str) -> None:
    """Where one machine is outgrown, the same program runs on PostgreSQL."""
    async with open_house(postgres_url) as house:
        phone = house.line_phone() if platform == "line" else house.telegram_phone()
        await test_from_friend_to_reported_hours(house, phone)
