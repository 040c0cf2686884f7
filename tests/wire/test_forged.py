"""Payloads that are somebody else's: whoever sends them reads and changes nothing of others.

What a button carries is no secret: ids can be counted up, nonces are short, and a payload can be sent by
hand. Each kind is pressed here by a colleague, by a stranger, and by a colleague in the midst of the same
task, on both platforms.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.wire.conftest import Phone
from tests.wire.house import House
from tests.wire.test_questions import MORNING, at, of_hr
from tests.wire.test_thread import activated

SECRETS: Final = ("王小明", "給與科", "課名甲甲", "證照乙乙", "提問丙丙", "回覆丁丁", "說明戊戊")
# Of whoever the payloads belong to: the person, and the chats of both.
_OWNED: Final = (
    "SELECT * FROM hours WHERE person_id = :person",
    "SELECT * FROM certificate WHERE person_id = :person",
    "SELECT * FROM question WHERE person_id = :person",
    "SELECT * FROM role_assignment WHERE person_id = :person",
    # Not when it was reckoned: the scheduler looks after everybody.
    "SELECT requirement, part, needed, official, waiting, state FROM standing WHERE person_id = :person",
    "SELECT * FROM preference WHERE person_id = :person",
    "SELECT * FROM consent WHERE person_id = :person",
    "SELECT * FROM person WHERE id = :person",
    "SELECT * FROM account WHERE person_id IN (:person, :officer)",
    "SELECT * FROM conversation, account WHERE id = account_id AND person_id IN (:person, :officer)",
    "SELECT job.* FROM job JOIN account ON account.id = account_id WHERE person_id = :person",
    "SELECT * FROM setting",
)


@dataclass(frozen=True)
class Cast:
    """`owner` has one of everything, `officer` is of HR with the owner's question and certificate at hand,
    `colleague` is bound and `nobody` is not."""

    house: House
    owner: Phone
    officer: Phone
    colleague: Phone
    nobody: Phone
    ids: Mapping[str, Any]

    async def kept(self) -> list[list[tuple[Any, ...]]]:
        """All that is the owner's, and where the owner's and the officer's chats stand."""
        both = {name: self.ids[name] for name in ("person", "officer")}
        return [
            await self.house.rows(query, **{name: both[name] for name in both if f":{name}" in query})
            for query in _OWNED
        ]


async def _one(house: House, query: str) -> Any:
    return (await house.rows(query))[0][0]


@pytest.fixture
async def cast(house: House, phone: Phone, stranger: Callable[[int], Phone]) -> Cast:
    """Everybody in their places, in office hours."""
    at(house, MORNING)
    officer, colleague, nobody = stranger(30), stranger(31), stranger(40)
    await of_hr(house, officer)
    await house.write("UPDATE person SET access = '同仁' WHERE employee_no = 'A003'")
    await activated(house, phone)
    for words in ("回報 昨天 課名甲甲 2小時", "確認回報", "回報已取得", "證照乙乙", "昨天", "確認回報"):
        await phone.says(words)
    for words in ("職務問卷", "4", "3", "3", "1", "4", "3", "2", "不符", "說明戊戊"):
        await phone.says(words)
    for words in ("問人事 提問丙丙", "送出"):
        await phone.says(words)
    await phone.says("我的提問")
    await phone.says("紀錄 1")
    await phone.says("撤回 1")  # asked, and left open
    await officer.says("表51")
    await officer.taps("第 1 張")
    await officer.says("看提問")
    await officer.says("1")
    await officer.says("回覆丁丁")  # not sent yet
    await activated(house, colleague, "A003")
    await nobody.joins()
    ids = {
        "person": await _one(house, "SELECT id FROM person WHERE employee_no = 'A001'"),
        "officer": await _one(house, "SELECT id FROM person WHERE employee_no = 'A002'"),
        "hours": await _one(house, "SELECT id FROM hours"),
        "version": await _one(house, "SELECT version FROM hours"),
        "hours_key": await _one(house, "SELECT key FROM hours"),
        "certificate": await _one(house, "SELECT id FROM certificate"),
        "certificate_key": await _one(house, "SELECT key FROM certificate"),
        "question": await _one(house, "SELECT id FROM question"),
        "question_key": await _one(house, "SELECT key FROM question"),
        "asking": await _one(house, _NONCE.format("A001")),
        "answering": await _one(house, _NONCE.format("A002")),
    }
    return Cast(house, phone, officer, colleague, nobody, ids)


_NONCE: Final = (
    "SELECT nonce FROM conversation JOIN account ON account.id = account_id"
    " JOIN person ON person.id = person_id WHERE employee_no = '{}'"
)
# Kind → the payload, made of what belongs to the owner or the officer, and what its sender typed before.
FORGED: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "an entry opened": ("1:records::open.{hours}.{version}", ()),
    "an entry to be corrected": ("1:records::fix.{hours}.{version}", ()),
    "an entry to be withdrawn": ("1:records::take.{hours}.{version}", ()),
    "an entry withdrawn": ("1:records:{asking}:yes.{hours}.{version}", ()),
    "an entry withdrawn in one's own run": (
        "1:records:{own}:yes.{hours}.{version}",
        ("回報 昨天 另外一門講座 1小時", "確認回報", "撤回 1"),
    ),
    "an entry of another version": ("1:records::open.{hours}.7", ()),
    "a report undone": ("1:undo:{hours_key}:entry", ("回報 昨天 另外一門講座 1小時", "確認回報")),
    "a certificate taken back": ("1:cert:{certificate_key}:withdraw", ()),
    "a certificate for 表51": ("1:form51::ask.{certificate}", ()),
    "a certificate registered": ("1:form51:{answering}:yes", ()),
    "a certificate opened to all": ("1:form51::open.public-core", ()),
    "a question by its id": ("1:office::id.{question}", ()),
    "a question by its key": ("1:office::key.{question_key}", ()),
    "the list of questions": ("1:office:{answering}:list", ()),
    "an answer sent": ("1:office:{answering}:send", ()),
    "an answer edited": ("1:office:{answering}:edit", ()),
    "a question sent": ("1:ask:{question_key}:send", ()),
    "a question sent in one's own run": ("1:ask:{question_key}:send", ("問人事 別的事",)),
    "a question forwarded": ("1:ask:{question_key}:forward", ()),
    "an unbinding": ("1:mydata:{asking}:release", ()),
    "an unbinding in one's own run": ("1:mydata:{asking}:release", ("解除綁定",)),
    "an erasure": ("1:mydata:{asking}:erase", ()),
    "an erasure in one's own run": ("1:mydata:{asking}:erase", ("刪除我的資料",)),
    "a person confirmed": ("1:activation:{asking}:yes", ()),
    "an answer of the questionnaire": ("1:questionnaire:{asking}:1.1", ("職務問卷",)),
    "hours confirmed": ("1:hours:{asking}:ok", ("回報 昨天 另外一門講座 1小時",)),
    "a contest without words": ("1:contest:{asking}:skip", ()),
    "numbers of no end": ("1:records::open." + "9" * 18 + ".999999999", ()),
    "a number below zero": ("1:records::open.-1.1", ()),
    "a year of no calendar": ("1:records::year.99999.0", ()),
    "no payload at all": ("x' OR '1'='1", ()),
    "another version's": ("2:records::open.{hours}.{version}", ()),
    "too long": ("1:records::open." + "1" * 60, ()),
}


async def test_a_forged_payload_is_answered_and_does_nothing(cast: Cast) -> None:
    """A colleague, where it says so in the midst of the same task, and a stranger: both are answered;
    nothing leaks or changes."""
    kept = await cast.kept()
    for kind, (template, before) in FORGED.items():
        await cast.colleague.says("取消")
        for words in before:
            await cast.colleague.says(words)
        own = await cast.house.rows(_NONCE.format("A003"))
        data = template.format(**cast.ids, own=own[0][0] if own else "0")
        for sender in (cast.colleague, cast.nobody):
            said = "\n".join(await sender.presses(data))
            assert said, kind
            assert [secret for secret in SECRETS if secret in said] == [], kind
        assert await cast.kept() == kept, kind
    assert await cast.house.rows("SELECT seq FROM inbox WHERE state = 'failed'") == []
    active = "SELECT hours.title FROM hours JOIN person ON person.id = person_id WHERE employee_no = 'A003'"
    assert set(await cast.house.rows(active)) == {("另外一門講座",)}
    assert await cast.house.rows("SELECT count(*) FROM account WHERE person_id IS NOT NULL") == [(3,)]


async def test_every_button_of_others(cast: Cast) -> None:
    """All that owner and officer were ever offered, pressed by a colleague and by a stranger, who read
    nothing of theirs and change nothing of theirs."""
    payloads = {**cast.owner.buttons(), **cast.officer.buttons()}
    assert len(payloads) > 40
    kept = await cast.kept()
    for label, data in payloads.items():
        for sender in (cast.colleague, cast.nobody):
            said = "\n".join(await sender.presses(data))
            assert [secret for secret in SECRETS if secret in said] == [], label
        assert await cast.kept() == kept, label
    assert await cast.house.rows("SELECT seq FROM inbox WHERE state = 'failed'") == []


async def test_an_officer_is_no_owner(cast: Cast) -> None:
    """HR answers and registers; entries, certificates and chats of others are not theirs to change."""
    kept = await cast.kept()
    for kind in (
        *("an entry opened", "an entry to be corrected", "an entry withdrawn", "a report undone"),
        *("a certificate taken back", "an unbinding", "an erasure", "a question sent"),
    ):
        said = "\n".join(await cast.officer.presses(FORGED[kind][0].format(**cast.ids, own="0")))
        assert said
        assert "課名甲甲" not in said
    assert await cast.kept() == kept


async def test_typed_numbers_are_ones_own(cast: Cast) -> None:
    """紀錄 1, 更正 1, 撤回證照 1 and HR's words mean the sender's own things, of which there are none."""
    kept = await cast.kept()
    for words in (
        *("紀錄 1", "更正 1", "撤回 1", "撤回", "撤回證照 1", "復原", "我的提問", "類別紀錄"),
        *("人事", "看提問", "表51 1", "證照開放 1", "暫停收提問", "恢復收提問", "我的資料", "取消"),
    ):
        for sender in (cast.colleague, cast.nobody):
            said = "\n".join(await sender.says(words))
            assert said
            assert [secret for secret in SECRETS if secret in said] == [], words
    assert await cast.kept() == kept
