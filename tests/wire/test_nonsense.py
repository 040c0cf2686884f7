"""Whatever is sent in whatever task: always answered, never failed, nothing recorded by accident."""

import asyncio
from typing import Final

from tests.wire.conftest import Phone
from tests.wire.house import House
from tests.wire.phones import LinePhone
from tests.wire.test_questions import MORNING, at
from tests.wire.test_thread import activated

NONSENSE: Final = (
    "😀😀😀",
    "字" * 4_000,
    "<b>粗</b> & <script>alert(1)</script>",
    "'; DROP TABLE person;--",
    "\u200b\u200d",
    "\u202e倒著寫\u202c",
    "\x07\x1b[31m",
    "/nosuch",
    "9" * 40,
    "-1",
    "％ｓ {0} %n",
    "1:records::open.1.1",
    "...",
    "？？？",
)
# But not 不符: its question takes any words as they are.
TASKS: Final = {
    "nothing": (),
    "questionnaire": ("職務問卷",),
    "questionnaire, several": ("職務問卷", "1", "3", "3"),
    "hours, day": ("回報",),
    "hours, length": ("回報 昨天",),
    "hours, confirm": ("回報 昨天 講座 1小時",),
    "certificate": ("回報已取得",),
    "certificate, day": ("回報已取得", "某校證書"),
    "question": ("問人事",),
    "unbinding": ("解除綁定",),
    "erasing": ("刪除我的資料",),
    "correction": ("更正 1",),
    "withdrawal": ("撤回 1",),
}
_KEPT: Final = (
    "SELECT id, minutes, withdrawn_at FROM hours",
    "SELECT count(*) FROM certificate",
    "SELECT count(*) FROM question",
    "SELECT id, status, note FROM role_assignment",
    "SELECT person_id FROM account",
)


async def test_nonsense_in_the_middle_of_every_task(house: House, phone: Phone) -> None:
    """Every piece of it gets an answer; no event fails; what was recorded before is all there is."""
    at(house, MORNING)
    await activated(house, phone)
    for words in ("職務問卷", "4", "3", "3", "1", "4", "3", "2", "回報 昨天 資料治理 1小時", "確認回報"):
        await phone.says(words)
    kept = [await house.rows(query) for query in _KEPT]
    assert kept[0]
    for task, begun in TASKS.items():
        for words in begun:
            await phone.says(words)
        for words in NONSENSE:
            assert "\n".join(await phone.says(words)), (task, words)
        assert [await house.rows(query) for query in _KEPT] == kept, task
        await phone.says("取消")
    assert await house.rows("SELECT seq, error FROM inbox WHERE state = 'failed'") == []
    assert await house.rows("SELECT reason FROM dispatch WHERE state = 'refused'") == []


async def test_ten_messages_at_once_are_answered_in_order(house: House, phone: Phone) -> None:
    """Typed faster than the bot can answer: each is taken in turn, and a double tap reports once."""
    at(house, MORNING)
    await activated(house, phone)
    for number in range(10):
        words = f"回報 昨天 第{number}場講座 1小時" if number % 2 == 0 else "確認回報"
        if isinstance(phone, LinePhone):
            await house.line.say(phone.user_id, words)
        else:
            await house.telegram.say(phone.user_id, words)
    await house.quiet()
    titles = [title for (title,) in await house.rows("SELECT title FROM hours ORDER BY id")]
    assert titles == [f"第{number}場講座" for number in range(0, 10, 2)]
    await phone.says("回報 昨天 最後一場講座 1小時")
    data = phone.buttons()["確認回報"]
    await asyncio.gather(*(phone.presses(data) for _ in range(3)))
    assert await house.rows("SELECT count(*) FROM hours") == [(6,)]
