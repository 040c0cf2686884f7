"""Menus per standing, over HTTP: made by the code of `doctor --fix`, given by the running program."""

import json
from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.menus import setting_up
from bot.menus.commands import COMMANDS, OFFICE
from bot.menus.layout import RICH_MENUS
from bot.menus.setting_up import Found, look, set_up
from bot.platforms.line_admin import LineAdminError, line_admin
from bot.simulator.faults import Fault
from handlers.menus import Menu
from storage.database import Database
from tests.wire.house import TOKEN, House
from tests.wire.phones import LinePhone, TelegramPhone
from tests.wire.simulator.specs import hold_telegram_call
from tests.wire.test_thread import activated

ZONE = ZoneInfo("Asia/Taipei")
WRITES = ("richmenu/create", "richmenu/upload", "richmenu/delete", "richmenu/default/set", "richmenu/link")


async def made(house: House) -> Found:
    """As an operator does by `talentbot doctor --fix`."""
    async with line_admin(house.line_url, TOKEN) as admin:
        return await set_up(admin, house.program.database, house.clock, ZONE)


async def looked(house: House) -> Found:
    async with line_admin(house.line_url, TOKEN) as admin:
        return await look(admin, house.program.database)


def shown(house: House, phone: LinePhone) -> str:
    """The menu that this person sees."""
    menus = house.line.channel.menus
    menu_id = menus.shown_to(phone.user_id)
    return "" if menu_id is None else str(menus.menus[menu_id]["name"]).split("-")[1]


def calls(house: House, *endpoints: str) -> list[str]:
    return [call.endpoint for call in house.line.calls if call.endpoint in endpoints]


async def interrupted(_: Database) -> None:
    raise LineAdminError(None, "stopped by the test")


async def fill_in(phone: LinePhone | TelegramPhone) -> None:
    """職務問卷, from its first question to its result."""
    await phone.says("職務問卷")
    for answer in ("1", "3", "3", "1", "4", "3", "2"):
        await phone.says(answer)


async def test_the_menu_follows_the_standing(house: House) -> None:
    """Nobody yet, bound, role found: each step changes the menu, and what changes nothing makes no call."""
    await made(house)
    phone = house.line_phone()
    await phone.joins()
    assert shown(house, phone) == "welcome"
    await activated(house, phone)
    assert shown(house, phone) == "newcomer"
    await phone.says("說明")
    await phone.says("進度")
    assert len(calls(house, "richmenu/link")) == 1
    await fill_in(phone)
    assert shown(house, phone) == "member"
    assert len(calls(house, "richmenu/link")) == 2
    assert house.line.quota_used == 0


async def test_what_is_done_on_one_phone_changes_the_menu_of_the_other(house: House) -> None:
    """The questionnaire on Telegram: the person's LINE shows the member's menu without a word there."""
    await made(house)
    phone, other = house.line_phone(), house.telegram_phone()
    await activated(house, phone)
    await activated(house, other)
    await fill_in(other)
    assert shown(house, phone) == "member"


async def test_hr_gets_a_menu_of_their_own_and_loses_it_with_the_post(house: House) -> None:
    """系統權限 人事 shows the office; taken away, the next word takes the menu away."""
    await made(house)
    await house.write("UPDATE person SET access = '人事' WHERE employee_no = 'A001'")
    phone = house.line_phone()
    await activated(house, phone)
    assert shown(house, phone) == "office"
    await house.write("UPDATE person SET access = '同仁' WHERE employee_no = 'A001'")
    await phone.says("說明")
    assert shown(house, phone) == "newcomer"


async def test_when_the_menus_are_made_everybody_has_theirs(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who was bound before gets the menu when it is made, without having to write; also when that was
    interrupted after the first of them."""
    phone, other = house.line_phone(1), house.line_phone(2)
    await activated(house, phone)
    await activated(house, other, "A002")
    assert calls(house, "richmenu/link") == []
    monkeypatch.setattr(setting_up, "CHATS", 1)
    monkeypatch.setattr(Database, "let_others", interrupted)
    with pytest.raises(LineAdminError):
        await made(house)
    await house.quiet()
    assert (shown(house, phone), shown(house, other)) == ("newcomer", "welcome")
    monkeypatch.undo()
    assert not (await looked(house)).right
    assert (await made(house)).right
    await house.quiet()
    assert (shown(house, phone), shown(house, other)) == ("newcomer", "newcomer")
    assert len(calls(house, "richmenu/link")) == 2


async def test_a_lost_answer_is_tried_again(house: House) -> None:
    """Linked, its answer lost, linked again: once is as good as twice, and the row is accepted."""
    await made(house)
    house.line.faults.next("richmenu/link", Fault.error(500, accepted=True))
    phone = house.line_phone()
    await activated(house, phone)
    assert shown(house, phone) == "newcomer"
    assert await house.rows("SELECT state, attempts FROM dispatch WHERE method = 'richmenu'") == [
        ("accepted", 2)
    ]


async def test_a_menu_that_was_refused_comes_with_the_next_event(house: House) -> None:
    """Refused for good: the chat is known to be without, and the next word gives it again; no one is told
    that a message was not delivered."""
    await made(house)
    house.line.faults.next("richmenu/link", Fault.error(400))
    phone = house.line_phone()
    await activated(house, phone)
    assert shown(house, phone) == "welcome"
    await phone.says("說明")
    assert shown(house, phone) == "newcomer"


async def test_the_old_phone_loses_the_menu_with_the_person(house: House) -> None:
    """The same person on a new phone: the old one is nobody's and sees how to begin."""
    await made(house)
    old, new = house.line_phone(1), house.line_phone(2)
    await activated(house, old)
    await activated(house, new)
    assert (shown(house, old), shown(house, new)) == ("welcome", "newcomer")
    assert calls(house, "richmenu/unlink") == ["richmenu/unlink"]


async def test_made_once(house: House) -> None:
    """A second run finds everything right and calls nothing that changes anything."""
    assert (await made(house)).right
    before = calls(house, *WRITES)
    assert before.count("richmenu/create") == before.count("richmenu/upload") == len(RICH_MENUS)
    assert (await made(house)).right
    assert calls(house, *WRITES) == before
    assert house.line.channel.menus.aliases.keys() == {f"talentbot-{menu}" for menu in Menu}


@pytest.fixture
def renewed() -> Iterator[None]:
    """The member's menu of the next release."""
    kept = RICH_MENUS[Menu.MEMBER]
    RICH_MENUS[Menu.MEMBER] = replace(kept, bar="新選單")
    yield
    RICH_MENUS[Menu.MEMBER] = kept


async def test_a_changed_menu_takes_the_place_of_the_old_one(
    house: House, request: pytest.FixtureRequest
) -> None:
    """Made anew, shown to who had the old one, which is removed once they see the new one; menus that are
    not ours stay."""
    await made(house)
    phone = house.line_phone()
    await activated(house, phone)
    await fill_in(phone)
    menus = house.line.channel.menus
    foreign = menus.create({**RICH_MENUS[Menu.WELCOME].body, "name": "另一個選單"})
    request.getfixturevalue("renewed")
    assert (await looked(house)).missing == (Menu.MEMBER,)
    house.line.faults.next("richmenu/link", Fault.error(500))
    old = menus.linked[phone.user_id]
    assert (await made(house)).outdated == (old,)
    assert old in menus.menus
    await house.quiet()
    assert old in menus.menus
    assert (await made(house)).right
    assert menus.menus[menus.linked[phone.user_id]]["chatBarText"] == "新選單"
    assert len(menus.menus) == len(RICH_MENUS) + 1
    assert foreign in menus.menus


async def test_who_was_passed_over_is_given_the_new_menu_by_the_next_run(
    house: House, request: pytest.FixtureRequest
) -> None:
    """A chat that was in work while everybody got theirs, and never writes again, keeps the old one until
    then, which therefore is still there."""
    await made(house)
    phone = house.line_phone()
    await activated(house, phone)
    await fill_in(phone)
    menus = house.line.channel.menus
    old = menus.linked[phone.user_id]
    request.getfixturevalue("renewed")
    house.line.faults.next("richmenu/link", Fault.error(500))
    await made(house)
    await house.quiet()
    await house.write(f"UPDATE account SET menu = '{old}'")  # noqa: S608 - an id of the simulator's
    house.line.faults.next("richmenu/link", Fault.error(500))
    menus.linked[phone.user_id] = old
    assert (await made(house)).outdated == (old,)
    await house.quiet()
    assert menus.menus[menus.linked[phone.user_id]]["chatBarText"] == "新選單"
    assert (await made(house)).right


async def test_a_menu_without_its_picture_is_made_anew(house: House) -> None:
    """Interrupted between menu and picture: the next run makes it whole and leaves no half one behind."""
    house.line.faults.next("richmenu/upload", Fault.error(500))
    with pytest.raises(LineAdminError):
        await made(house)
    assert len((await looked(house)).outdated) == 1
    assert (await made(house)).right
    assert len(house.line.channel.menus.menus) == len(RICH_MENUS)


async def test_telegram_gives_hr_a_command_more(house: House) -> None:
    """/hr in the chat of HR, for them alone and once; gone with the post."""
    await house.write("UPDATE person SET access = '人事' WHERE employee_no = 'A001'")
    phone, other = house.telegram_phone(1), house.telegram_phone(2)
    await activated(house, phone)
    await phone.says("說明")
    await other.joins()
    commands = house.telegram.settings.commands
    (scope,) = commands
    assert str(phone.user_id) in scope[0]
    assert [item["command"] for item in commands[scope]] == [name for name, _ in OFFICE]
    (call,) = [call for call in house.telegram.calls if call.endpoint == "setMyCommands"]
    hold_telegram_call("setMyCommands", json.loads(call.raw))
    await house.write("UPDATE person SET access = '同仁' WHERE employee_no = 'A001'")
    await phone.says("說明")
    assert commands == {}
    assert "hr" not in [name for name, _ in COMMANDS]


async def test_a_telegram_menu_whose_answer_was_lost_is_set_again(house: House) -> None:
    """Setting commands twice is as good as once."""
    await house.write("UPDATE person SET access = '人事' WHERE employee_no = 'A001'")
    house.telegram.faults.next("setMyCommands", Fault.error(502, accepted=True))
    await activated(house, house.telegram_phone())
    assert await house.rows("SELECT state, attempts FROM dispatch WHERE method = 'setMyCommands'") == [
        ("accepted", 2)
    ]


async def test_whoever_blocked_the_account_is_left_alone(house: House) -> None:
    """Nothing is linked for a chat that cannot be reached; back again, it has its menu."""
    await made(house)
    phone = house.line_phone()
    await activated(house, phone)
    await house.write("UPDATE account SET menu = '?'")
    await house.line.unfollow(phone.user_id)
    await house.quiet()
    assert len(calls(house, "richmenu/link")) == 1
    await phone.joins()
    assert len(calls(house, "richmenu/link")) == 2
