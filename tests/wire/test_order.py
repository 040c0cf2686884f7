"""Messages that arrive together, twice, or in the wrong order; two chats that want the same thing."""

import asyncio
from collections.abc import Callable

import pytest

from tests.wire.conftest import Phone
from tests.wire.house import House, line_id, open_house
from tests.wire.phones import LinePhone
from tests.wire.test_thread import activated
from tests.wire.test_webhooks import event, post_line, post_telegram, update


async def test_four_messages_of_one_person_at_once_are_handled_in_their_order(house: House) -> None:
    """Four webhooks race; the conversation is as if they had come one after the other."""
    at = 1763949600000
    said = ["開始啟用", "啟用 WRONG-0001", "啟用 WRONG-0002", "說明"]
    await asyncio.gather(
        *(
            post_line(
                house,
                {
                    "events": [
                        event(f"E{n}", timestamp=at + n, message={"type": "text", "id": str(n), "text": text})
                    ]
                },
            )
            for n, text in enumerate(said)
        )
    )
    await house.quiet()
    handled = await house.rows("SELECT event_id FROM inbox ORDER BY order_key")
    assert [row[0] for row in handled] == ["E0", "E1", "E2", "E3"]
    assert await house.rows("SELECT state, count(*) FROM inbox GROUP BY state") == [("done", 4)]
    assert await house.rows("SELECT code_failures FROM account") == [(2,)]


async def test_events_of_one_body_in_the_wrong_order_are_handled_by_their_own_time(house: House) -> None:
    """A body that names the later message first: the earlier one is worked on first."""
    at = 1763949600000
    later = event("LATER", timestamp=at + 5000, message={"type": "text", "id": "2", "text": "說明"})
    earlier = event("EARLIER", timestamp=at, type="follow", message=None, follow={"isUnblocked": False})
    assert await post_line(house, {"events": [later, earlier]}) == 200
    await house.quiet()
    causes = await house.rows(
        "SELECT inbox.event_id FROM outbox JOIN inbox ON inbox.seq = outbox.cause ORDER BY outbox.id"
    )
    assert causes[0] == ("EARLIER",)


async def test_many_people_at_once_are_all_answered(house: House) -> None:
    """Sixty chats on both platforms in the same moment: every one gets its answer."""
    await asyncio.gather(
        *(post_line(house, {"events": [event(f"L{n}", n)]}) for n in range(1, 31)),
        *(post_telegram(house, update(n, user=7000 + n)) for n in range(1, 31)),
    )
    await house.quiet(30)
    answered = await house.rows("SELECT count(DISTINCT account_id) FROM outbox")
    assert answered == [(60,)]
    assert await house.rows("SELECT count(*) FROM inbox WHERE state <> 'done'") == [(0,)]


async def test_two_chats_racing_for_one_code_end_with_one_owner(
    house: House, phone: Phone, stranger: Callable[[int], Phone]
) -> None:
    """Both confirm in the same moment: one is bound, the other reads the one answer for every bad code."""
    other = stranger(2)
    code = await house.code("A001")
    for one in (phone, other):
        await one.joins()
        await one.says("開始啟用")
        assert "王○明" in "".join(await one.says(f"啟用 {code}"))
    answers = await asyncio.gather(phone.taps("是我本人"), other.taps("是我本人"))
    await house.quiet()
    bound = await house.rows("SELECT count(*) FROM account WHERE person_id IS NOT NULL")
    assert bound == [(1,)]
    refused = [a for a in (phone.read(), other.read()) if "啟用碼無法使用" in a]
    assert len(refused) == 1, answers


async def together(house: House, *said: tuple[Phone, str]) -> None:
    """These words in this order, each by its own webhook, and all worked on in one batch."""
    await house.write("ALTER TABLE conversation RENAME TO away")  # nothing is worked on meanwhile
    for phone, words in said:
        if isinstance(phone, LinePhone):
            await house.line.say(phone.user_id, words)
        else:
            await house.telegram.say(phone.user_id, words)
    async with asyncio.timeout(5):
        while await house.rows("SELECT count(*) FROM inbox WHERE state = 'waiting'") != [(len(said),)]:
            await asyncio.sleep(0.01)
    await house.write("ALTER TABLE away RENAME TO conversation")
    house.program.pipeline.wake()
    await house.quiet()


async def replaced(house: House, old: Phone, new: Phone) -> Phone:
    """The old phone's person has a code for the new one, which has only to confirm."""
    await activated(house, old)
    await new.joins()
    await new.says("開始啟用")
    await new.says(f"啟用 {await house.code()}")
    return new


@pytest.mark.parametrize("first", ["old", "new"])
async def test_the_old_phone_speaks_while_the_new_one_is_bound(
    house: House, phone: Phone, stranger: Callable[[int], Phone], first: str
) -> None:
    """Both in one batch: each is handled as things are in its turn, and neither is lost. What the old phone
    said before was its person's; what it says after is a stranger's and changes nothing of theirs."""
    new = await replaced(house, phone, stranger(2))
    before = phone.read()
    acts = [(phone, "停止提醒"), (new, "確認啟用")]
    await together(house, *(acts if first == "old" else reversed(acts)))
    assert await house.rows("SELECT DISTINCT state FROM inbox") == [("done",)]
    assert len(await house.rows("SELECT 1 FROM account WHERE person_id IS NOT NULL")) == 1
    assert "啟用完成" in new.read()
    stopped = await house.rows("SELECT count(*) FROM preference WHERE stopped_at IS NOT NULL")
    assert stopped == [(1 if first == "old" else 0,)]
    if first == "new":
        assert "告知" in phone.read().removeprefix(before)


async def test_the_old_phone_reads_nothing_once_the_new_one_is_bound(
    house: House, phone: Phone, stranger: Callable[[int], Phone]
) -> None:
    """「我的資料」 from the old phone, in one batch behind the new one's 「確認啟用」: no personal data."""
    new = await replaced(house, phone, stranger(2))
    before = phone.read()
    await together(house, (new, "確認啟用"), (phone, "我的資料"))
    told = phone.read().removeprefix(before)
    assert told
    for word in ("王小明", "A001", "給與科"):
        assert word not in told


async def test_a_button_pressed_from_somebody_elses_chat_does_nothing_there(
    house: House, phone: Phone, stranger: Callable[[int], Phone]
) -> None:
    """A payload holds for the chat it was made for: elsewhere it is an old button."""
    code = await house.code("A001")
    await phone.joins()
    await phone.says("開始啟用")
    await phone.says(f"啟用 {code}")
    other = stranger(2)
    await other.joins()
    confirm = next(data for label, data in phone.buttons().items() if "是我本人" in label)
    await other.presses(confirm)
    assert await house.rows("SELECT count(*) FROM account WHERE person_id IS NOT NULL") == [(0,)]
    await phone.taps("是我本人")
    assert await house.rows("SELECT count(*) FROM account WHERE person_id IS NOT NULL") == [(1,)]


async def test_in_a_group_one_polite_sentence_and_nothing_personal(house: House) -> None:
    """A known command in a group is answered by one sentence; other talk is left alone."""
    await house.line.group_say("C" + "1" * 32, line_id(1), "進度")
    await house.telegram.group_say(-100123, 7001, "/progress")
    await house.telegram.group_say(-100123, 7001, "大家早")
    await house.quiet()
    in_line = [e for e in house.line.transcript("C" + "1" * 32) if e.sender == "bot"]
    in_telegram = [e for e in house.telegram.transcript(-100123) if e.sender == "bot"]
    assert [e.content["text"] for e in in_line] == ["為保護個人資料，請加入好友後單獨詢問。"]
    assert len(in_telegram) == 1


@pytest.mark.parametrize("platform", ["line", "telegram"])
async def test_polling_and_webhook_serve_the_same_thread(sqlite_url: str, platform: str) -> None:
    """With Telegram by polling, both platforms still answer."""
    async with open_house(sqlite_url, mode="polling") as house:
        phone = house.line_phone() if platform == "line" else house.telegram_phone()
        if platform == "line":
            assert await phone.says("說明")
        else:
            await house.telegram.say(7001, "/help")
            assert await house.telegram.wait_for(7001, 1, timeout=10)
